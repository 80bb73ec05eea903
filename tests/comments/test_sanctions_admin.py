"""Sanctions on the desk: imposed from a comment, listed, lifted, and no address anywhere."""

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from comments import sanctions
from comments.models import Comment, Effect, Sanction
from comments.submission import SubmissionError
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EMAIL = "zoro@example.org"
LIST = reverse("admin:comments_sanction_changelist")


@pytest.fixture
def comment():
    return factories.sent(
        factories.published(),
        address="203.0.113.9",
        email=EMAIL,
        author_name="زورو",
        website="https://www.example.com/x",
        body="زوروا https://casino.example.net الآن",
    )


def _for(comment):
    return f"{reverse('admin:comments_sanction_for_comment')}?comment={comment.pk}"


def _payload(**fields):
    return {
        "target": "email",
        "effect": "hold",
        "reason": "إغراق",
        "days": "7",
        "name": "زورو",
        "domain": "example.com",
    } | fields


def _listed(client, query=""):
    return [sanction.label for sanction in client.get(f"{LIST}{query}").context["cl"].result_list]


def test_the_page_of_a_comment_leads_to_a_form_filled_from_it(client, moderator, comment):
    page = client.get(reverse("admin:comments_comment_change", args=[comment.pk])).content.decode()
    assert _for(comment) in page

    form = client.get(_for(comment)).content.decode()

    assert 'value="زورو"' in form
    assert 'value="example.com"' in form
    assert "203.0.113.0/24" in form
    assert EMAIL not in form


@pytest.mark.parametrize(
    ("target", "label"),
    [
        ("email", "صاحب التعليق {0.pk}"),
        ("network", "203.0.113.0/24"),
        ("name", "زورو"),
        ("domain", "example.com"),
    ],
)
def test_a_sanction_is_imposed_on_what_a_comment_shows(client, moderator, comment, target, label):
    response = client.post(_for(comment), _payload(target=target))

    sanction = Sanction.objects.get()
    assert response["Location"] == reverse("admin:comments_comment_change", args=[comment.pk])
    assert (sanction.target, sanction.label) == (target, label.format(comment))
    assert (sanction.effect, sanction.reason, sanction.created_by) == ("hold", "إغراق", moderator)
    assert sanction.expires_at - sanction.created_at == timedelta(days=7)
    again = factories.sent(
        comment.article,
        address="203.0.113.77",
        email=EMAIL,
        author_name="زورو",
        website="https://example.com",
    )
    assert again.sanction == sanction


def test_a_card_says_whom_its_sanction_concerns_and_why_while_that_is_kept(client, moderator, comment):
    sanction = sanctions.impose(
        sanctions.network_of(comment), effect=Effect.HOLD, reason="إغراق", by=moderator
    )
    factories.sent(comment.article, address="203.0.113.77")
    queue = reverse("admin:comments_comment_changelist")
    told = 'على شبكة مُرسِله. <bdi dir="ltr">203.0.113.0/24</bdi> (<bdi dir="rtl">إغراق</bdi>)'

    assert told in " ".join(client.get(queue).content.decode().split())

    Sanction.objects.filter(pk=sanction.pk).update(label="شبكة نُسي عنوانها", reason="")
    assert "203.0.113.0/24" not in client.get(queue).content.decode()


@pytest.mark.parametrize("effect", Effect)
def test_imposing_on_a_guessed_address_says_the_same_whether_it_has_comments(client, moderator, effect):
    article = factories.published()
    factories.sent(article, address="203.0.113.9", email=EMAIL, author_name="زورو")
    told = []
    for email in ("nobody@example.org", EMAIL):
        guess = factories.sent(article, address="203.0.113.77", email=email, author_name="تخمين")
        reach = client.get(_for(guess)).context["reach"]
        imposed = client.post(_for(guess), _payload(effect=effect), follow=True)
        listed = client.get(LIST).context["cl"].result_list[0]
        told.append((reach, [str(message) for message in imposed.context["messages"]], listed.met))
        Comment.objects.filter(pk=guess.pk).update(sender_fingerprint="")
        sanctions.lift([listed.pk], by=moderator)

    assert told[0] == told[1]


def test_one_for_good_has_no_end(client, moderator, comment):
    client.post(_for(comment), _payload(days="0"))

    assert Sanction.objects.get().expires_at is None


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"target": ""}, id="against nobody"),
        pytest.param({"target": "everybody"}, id="no such target"),
        pytest.param({"effect": "delete"}, id="no such effect"),
        pytest.param({"days": "99"}, id="no such time"),
        pytest.param({"reason": ""}, id="no reason"),
        pytest.param({"reason": " \u200b "}, id="nothing left of the reason"),
        pytest.param({"target": "name", "name": "*"}, id="every name"),
        pytest.param({"target": "domain", "domain": "com"}, id="a top-level domain"),
    ],
)
def test_a_mistake_is_answered_with_the_form_as_it_was_filled(client, moderator, comment, fields):
    response = client.post(_for(comment), _payload(**fields))

    assert (response.status_code, Sanction.objects.count()) == (422, 0)
    assert "errorlist" in response.content.decode()


def test_one_is_imposed_by_hand(client, moderator):
    response = client.post(
        reverse("admin:comments_sanction_add"), _payload(target="network", network="2001:db8:5::1")
    )

    assert response["Location"] == LIST
    assert Sanction.objects.get().label == "2001:db8:5::/48"


def test_no_address_is_asked_for_by_hand(client, moderator):
    form = client.get(reverse("admin:comments_sanction_add")).content.decode()

    assert 'value="name"' in form
    assert 'value="email"' not in form


@pytest.fixture
def three(moderator):
    """One in force, one expired, one lifted."""
    made = {
        name: sanctions.impose(
            sanctions.name_like(name), effect=Effect.HOLD, reason="إغراق", by=moderator, days=1
        )
        for name in ("سارية", "منتهية", "مرفوعة")
    }
    yesterday = timezone.now() - timedelta(days=1)
    Sanction.objects.filter(pk=made["منتهية"].pk).update(
        created_at=yesterday - timedelta(days=1), expires_at=yesterday
    )
    sanctions.lift([made["مرفوعة"].pk], by=moderator)
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["مرفوعة", "منتهية", "سارية"]),
        ("?state=in_force", ["سارية"]),
        ("?state=expired", ["منتهية"]),
        ("?state=lifted", ["مرفوعة"]),
        ("?q=ساريه", ["سارية"]),
        ("?q=إغراقْ", ["مرفوعة", "منتهية", "سارية"]),
        ("?effect__exact=block", []),
    ],
)
def test_the_list_is_filtered_and_searched_in_any_spelling(client, three, query, expected):
    assert _listed(client, query) == expected


def test_a_fingerprint_cannot_be_probed_through_the_list(client, moderator, comment):
    sanctions.impose(sanctions.writer_of(comment), effect=Effect.HOLD, reason="إغراق", by=moderator)

    assert client.get(f"{LIST}?value__startswith=a").status_code in {302, 400}


def test_the_action_lifts(client, moderator, three):
    client.post(LIST, {"action": "lift_chosen", "_selected_action": [one.pk for one in three.values()]})

    three["سارية"].refresh_from_db()
    assert three["سارية"].lifted_by == moderator


def test_the_page_of_one_lifts_it(client, moderator, three):
    page = client.get(reverse("admin:comments_sanction_change", args=[three["سارية"].pk]))
    url = reverse("admin:comments_sanction_lift", args=[three["سارية"].pk])
    assert url in page.content.decode()

    assert client.get(url).status_code == 405
    client.post(url)

    assert not Sanction.objects.in_force().exists()


def test_nobody_deletes_or_changes_one(client, three):
    client.force_login(factories.superuser())
    pk = three["سارية"].pk

    assert (
        client.post(reverse("admin:comments_sanction_delete", args=[pk]), {"post": "yes"}).status_code == 403
    )
    assert (
        client.post(reverse("admin:comments_sanction_change", args=[pk]), {"reason": "آخر"}).status_code
        == 403
    )
    assert b"delete_selected" not in client.get(LIST).content


@pytest.mark.parametrize("group", [factories.REPORTERS, factories.EDITORS])
def test_others_see_nothing_of_it(client, comment, three, group):
    client.force_login(factories.staff(group))

    pages = [LIST, _for(comment), reverse("admin:comments_sanction_change", args=[three["سارية"].pk])]
    assert [client.get(page).status_code for page in pages] == [403] * 3
    assert client.post(reverse("admin:comments_sanction_lift", args=[three["سارية"].pk])).status_code == 403


def test_who_may_impose_but_not_moderate_is_told_nothing_of_a_comment(client, comment):
    user = factories.staff(factories.REPORTERS)
    user.user_permissions.add(Permission.objects.get(codename="add_sanction"))
    client.force_login(user)

    assert client.get(_for(comment)).status_code == 403
    assert client.get(reverse("admin:comments_sanction_add")).status_code == 200


@pytest.mark.parametrize("effect", [Effect.HOLD, Effect.BLOCK])
def test_the_list_counts_what_came_under_a_sanction(client, moderator, effect):
    sanctions.impose(sanctions.name_like("زورو"), effect=effect, reason="إغراق", by=moderator)
    with suppress(SubmissionError):
        factories.sent(factories.published(), author_name="زورو")

    page = client.get(LIST).text

    assert re.findall(r'class="field-comments[^>]*>(\d+)<', page) == ["1"]


def test_each_cell_of_the_list_knows_its_column_for_there_is_no_head_on_a_phone(client, moderator):
    sanctions.impose(sanctions.name_like("زورو"), effect=Effect.HOLD, reason="إغراق", by=moderator)

    cells = re.findall(r'data-label="(.*?)" class="field-(\w+)', client.get(LIST).text)

    assert {name: label for label, name in cells} == {
        "target": "المستهدَف",
        "effect": "ما يترتّب",
        "state": "الحالة",
        "expires_at": "حتى",
        "reason": "السبب",
        "created_by": "بواسطة",
        "comments": "تعليقات سرت عليها",
    }


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(client, moderator, django_assert_num_queries, count):
    for number in range(count):
        sanctions.impose(
            sanctions.name_like(f"زورو {number}"), effect=Effect.HOLD, reason="إغراق", by=moderator
        )
    client.get(LIST)

    with django_assert_num_queries(7):
        client.get(LIST)


def test_the_form_for_a_comment_takes_few_queries(client, moderator, comment, django_assert_num_queries):
    client.get(_for(comment))

    with django_assert_num_queries(7):
        client.get(_for(comment))


def test_a_forgotten_network_is_not_offered(client, moderator, comment):
    Comment.objects.update(sender_network="", sender_fingerprint="")

    assert 'value="network"' not in client.get(_for(comment)).content.decode()
