"""The desk's page about one person."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.urls import reverse

from comments import erasure
from comments.admin import personal_data
from comments.models import Comment
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "zorlu@canary.example"


@pytest.fixture
def url():
    return reverse("admin:comments_personaldata_changelist")


@pytest.fixture
def officer(client):
    """A member of staff who may export and erase, and nothing else."""
    return _signed_in(client, "export_person", "erase_person")


def _signed_in(client, *permissions):
    user = factories.staff(factories.REPORTERS)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return user


def _erase(client, url, **fields):
    return client.post(
        url, {"email": ADDRESS, "act": "erase", "manner": "delete", "confirmed": "on"} | fields
    )


@pytest.mark.parametrize("group", [factories.REPORTERS, factories.EDITORS, factories.MODERATORS])
@pytest.mark.parametrize("act", ["", "export", "erase"])
def test_no_group_of_a_new_site_may_do_any_of_it(client, url, group, act):
    client.force_login(factories.staff(group))

    assert client.get(url).status_code == 403
    assert client.post(url, {"email": ADDRESS, "act": act}).status_code == 403


@pytest.mark.parametrize(
    ("permission", "act", "status"),
    [("export_person", "erase", 403), ("erase_person", "export", 403), ("export_person", "export", 200)],
)
def test_each_act_takes_its_own_permission(client, url, permission, act, status):
    _signed_in(client, permission)

    assert client.post(url, {"email": ADDRESS, "act": act}).status_code == status


def test_the_start_page_leads_there_for_who_may(client, officer, url):
    assert f'href="{url}"' in client.get("/admin/").content.decode()


def test_what_is_held_is_counted_before_anything_is_done(client, officer, url):
    article = factories.published()
    factories.approved(article, email=ADDRESS)
    factories.sent(article, email=ADDRESS)

    response = client.post(url, {"email": ADDRESS.upper()})

    assert response.context["held"] == erasure.Holdings(
        comments=2,
        shown=1,
        answered=0,
        sanctions=0,
        confirmations=0,
        mails=0,
        remarks=0,
        elsewhere=0,
        mentions=(),
    )
    assert Comment.objects.filter(author_name=erasure.ANONYMOUS_NAME).count() == 0


def test_of_an_address_without_rows_nothing_is_offered(client, officer, url):
    page = client.post(url, {"email": ADDRESS}).content.decode()

    assert "لا يُحفظ شيء عن هذا العنوان." in page
    assert 'value="erase"' not in page


@pytest.mark.parametrize("typed", ["", "زرلو", "zorlu@"])
def test_what_is_no_address_is_asked_for_again(client, officer, url, typed):
    response = client.post(url, {"email": typed, "act": "erase"})

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"email"}


def test_the_export_is_a_file_that_does_not_tell_the_address_by_its_name(client, officer, url):
    comment = factories.sent(factories.published(), email=ADDRESS)

    response = client.post(url, {"email": ADDRESS, "act": "export"})

    held = json.loads(b"".join(response.streaming_content))
    assert [row["number"] for row in held["comments"]] == [comment.pk]
    assert ADDRESS not in str(response.headers)
    assert "no-store" in response["Cache-Control"]


def test_erasure_asks_for_confirmation(client, officer, url):
    factories.sent(factories.published(), email=ADDRESS)

    response = _erase(client, url, confirmed="")

    assert response.status_code == 422
    assert response.context["held"].comments == 1


def test_an_erasure_that_takes_long_goes_on_where_it_stopped(client, officer, url, monkeypatch):
    monkeypatch.setattr(erasure, "BATCH", 2)
    monkeypatch.setattr(personal_data, "SECONDS", 0)
    article = factories.published()
    for _number in range(3):
        factories.sent(article, email=ADDRESS)

    first = _erase(client, url)
    second = _erase(client, url, done=first.context["progress"]["done"])

    assert first.context["progress"] == {"done": 2, "total": 3}
    # The last batch took all the time there was; nothing is left but what is no comment.
    assert second.context["progress"] == {"done": 3, "total": 3}
    assert _erase(client, url, done=3).status_code == 302
    assert not erasure.holdings(ADDRESS)


def test_both_are_logged_without_the_address(client, officer, url):
    factories.sent(factories.published(), email=ADDRESS)

    client.post(url, {"email": ADDRESS, "act": "export"})
    _erase(client, url)

    assert list(LogEntry.objects.order_by("pk").values_list("user", "object_repr", "change_message")) == [
        (officer.pk, "بيانات شخص", "صُدّر ما يُحفظ عن شخص: تعليق واحد."),
        (officer.pk, "بيانات شخص", "مُحي ما يُحفظ عن شخص: تعليق واحد."),
    ]
    assert all(ADDRESS not in str(session.get_decoded()) for session in Session.objects.all())
