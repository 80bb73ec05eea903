"""Reports and useful marks: counted once, by nobody in particular."""

import pytest
from django.urls import reverse
from django.utils import timezone

from comments import moderation, responses
from comments.models import Comment, Report, Useful
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment():
    return factories.approved(factories.published())


def _report(client, comment, address="203.0.113.9", **fields):
    return client.post(
        reverse("comments:report", args=[comment.pk]),
        {"complaint": "abuse", "text": ""} | fields,
        REMOTE_ADDR=address,
        headers=fields.pop("headers", None),
    )


def _useful(client, comment, address="203.0.113.9", browser="Firefox", **headers):
    return client.post(
        reverse("comments:useful", args=[comment.pk]),
        REMOTE_ADDR=address,
        headers={"User-Agent": browser} | headers,
    )


def _counts(comment):
    return Comment.objects.values_list("open_reports", "useful").get(pk=comment.pk)


def test_a_report_is_stored_and_counted_and_thanked_for(client, comment):
    response = _report(client, comment, complaint="false", text="الرقم خطأ")

    assert response["Location"] == reverse("comments:reported", args=[comment.pk])
    assert list(Report.objects.values_list("complaint", "text")) == [("false", "الرقم خطأ")]
    assert _counts(comment) == (1, 0)
    assert "شكرًا على بلاغك" in client.get(response["Location"]).content.decode()


def test_a_second_report_from_the_network_is_told_honestly(client, comment):
    _report(client, comment, "203.0.113.9")

    response = _report(client, comment, "203.0.113.77")

    assert "سبق الإبلاغ عن هذا التعليق" in response.content.decode()
    assert (Report.objects.count(), _counts(comment)) == (1, (1, 0))


def test_other_networks_and_other_comments_are_reported_too(client, comment):
    other = factories.approved(comment.article)
    _report(client, comment, "203.0.113.9")
    _report(client, comment, "198.51.100.1")
    _report(client, other, "203.0.113.9")

    assert (_counts(comment), _counts(other)) == ((2, 0), (1, 0))


@pytest.mark.parametrize(("is_changed", "open_reports"), [(False, 0), (True, 1)])
def test_what_moderators_let_stand_its_reporter_reports_anew_only_when_it_changed(
    client, comment, is_changed, open_reports
):
    moderator = factories.staff(factories.MODERATORS)
    _report(client, comment)
    moderation.dismiss_reports(comment, Report.objects.get().pk, version=comment.version, by=moderator)
    if is_changed:
        Comment.objects.update(edited_at=timezone.now())

    _report(client, comment)

    assert Report.objects.filter(settled_at=None).count() == _counts(comment)[0] == open_reports


def test_another_browsers_name_is_another_reader_five_times(client, comment):
    for number in range(8):
        client.post(
            reverse("comments:useful", args=[comment.pk]), headers={"User-Agent": f"Firefox {number}"}
        )

    assert _counts(comment)[1] == 5


def test_the_same_network_has_another_fingerprint_for_each_comment(client, comment):
    other = factories.approved(comment.article)
    for reported in (comment, other):
        _report(client, reported)
        _useful(client, reported)

    assert Report.objects.values("sender_fingerprint").distinct().count() == 2
    assert Useful.objects.values("sender_fingerprint").distinct().count() == 2


@pytest.mark.parametrize(
    "fields", [{"complaint": ""}, {"complaint": "x"}, {"text": "ش" * 501}], ids=["none", "unknown", "long"]
)
def test_a_mistake_is_answered_with_422_and_the_text(client, comment, fields):
    response = _report(client, comment, **{"text": "شرح البلاغ"} | fields)

    text = response.content.decode()
    assert (response.status_code, Report.objects.count()) == (422, 0)
    assert ({"text": "شرح البلاغ"} | fields)["text"] in text
    assert "لم يُرسل البلاغ" in text


def test_reports_of_a_network_have_a_limit(client, comment, monkeypatch):
    monkeypatch.setattr(responses, "REPORTS_OF_NETWORK", 1)
    _report(client, comment)

    response = _report(client, factories.approved(comment.article), text="شرح البلاغ")

    assert (response.status_code, Report.objects.count()) == (429, 1)
    assert "شرح البلاغ" in response.content.decode()


def test_reports_of_a_comment_have_a_limit(client, comment, monkeypatch):
    monkeypatch.setattr(responses, "REPORTS_OF_COMMENT", 1)
    _report(client, comment, "203.0.113.9")

    assert _report(client, comment, "198.51.100.1").status_code == 429


def test_a_reader_is_counted_once(client, comment):
    for _ in range(3):
        _useful(client, comment)

    assert (Useful.objects.count(), _counts(comment)) == (1, (0, 1))


def test_a_reader_without_scripts_is_told_whether_the_mark_was_counted(client, comment):
    marked = f"{reverse('comments:useful', args=[comment.pk])}?sort=newest"

    first, second = client.post(marked), client.post(marked)

    back = f'href="{comment.get_absolute_url()}?sort=newest"'
    page = client.get(first.url)
    assert "سُجّل أنّك وجدت التعليق مفيدًا" in page.text
    assert "سبق أن سجّلت أنّ هذا التعليق مفيد" in second.text
    assert (back in page.text, back in second.text) == (True, True)


def test_another_browser_or_network_is_another_reader(client, comment):
    _useful(client, comment)
    _useful(client, comment, browser="Chromium")
    _useful(client, comment, address="198.51.100.1")

    assert _counts(comment) == (0, 3)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "وجده قارئ واحد مفيدًا"),
        (2, "وجده قارئان مفيدًا"),
        (3, "وجده 3 قرّاء مفيدًا"),
        (11, "وجده 11 قارئًا مفيدًا"),
        (100, "وجده 100 قارئ مفيدًا"),
    ],
)
def test_a_script_is_told_the_new_count_in_words(client, comment, count, words):
    Comment.objects.filter(pk=comment.pk).update(useful=count - 1)

    first = _useful(client, comment, Accept="application/json").json()
    second = _useful(client, comment, Accept="application/json").json()

    assert first == {"counted": words, "is_new": True}
    assert second == {"counted": words, "is_new": False}


def test_marks_of_a_network_have_a_limit(client, comment, monkeypatch):
    monkeypatch.setattr(responses, "USEFUL_OF_NETWORK", 1)
    _useful(client, comment)

    response = _useful(client, comment, browser="Chromium")

    assert (response.status_code, _counts(comment)) == (429, (0, 1))
    assert "حاول مرّة أخرى بعد دقائق" in response.content.decode()


@pytest.mark.parametrize("name", ["report", "useful"])
@pytest.mark.parametrize("case", ["pending", "draft"])
def test_what_readers_do_not_see_takes_no_response(client, name, case):
    from articles import publishing

    comment = factories.sent(factories.published()) if case == "pending" else None
    if comment is None:
        comment = factories.approved(factories.published())
        publishing.move(comment.article, "withdraw", by=None)

    response = client.post(reverse(f"comments:{name}", args=[comment.pk]), {"complaint": "abuse"})

    assert (response.status_code, _counts(comment)) == (404, (0, 0))


@pytest.mark.parametrize("name", ["report", "useful"])
def test_forms_of_other_sites_are_refused(client, comment, name):
    response = client.post(
        reverse(f"comments:{name}", args=[comment.pk]),
        {"complaint": "abuse"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert (response.status_code, _counts(comment)) == (403, (0, 0))


def test_no_cookie_is_set(client, comment):
    answers = [_useful(client, comment), _report(client, comment)]

    assert [answer.cookies.output() for answer in answers] == ["", ""]
