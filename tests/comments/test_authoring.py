"""What the writer of a comment may still do: change it, take it back."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments import authoring, moderation, responses, sanctions
from comments.authoring import edit, withdraw
from comments.models import (
    Cause,
    Comment,
    Decision,
    Effect,
    Finding,
    Policy,
    Revision,
    Status,
    WatchedWord,
)
from comments.submission import Sender, SubmissionError, TooManyComments, submit
from tests import factories

pytestmark = pytest.mark.django_db
HOME = Sender("203.0.113.9", "Firefox")
LINKS = "انظر http://a.example و http://b.example و http://c.example"


def _now(comment):
    return Comment.objects.get(pk=comment.pk)


def test_an_edit_keeps_the_former_text_and_raises_the_version():
    comment = factories.sent(factories.published(), body="النصّ الأول")

    edit(comment, "The second text", HOME)

    now = _now(comment)
    assert (now.body, now.direction, now.version) == ("The second text", "ltr", 2)
    assert now.edited_at is not None
    assert list(Revision.objects.values_list("body", "version")) == [("النصّ الأول", 1)]


def test_a_decision_over_the_former_text_is_a_conflict():
    comment = factories.sent(factories.published())
    edit(comment, "نصّ آخر", HOME)

    outcome = moderation.approve([comment], by=None)

    assert (outcome.decided, outcome.conflicts) == ([], [comment])


def test_an_edit_is_screened_anew():
    comment = factories.sent(factories.published(), body=LINKS)

    edit(comment, "نصّ بلا روابط", HOME)

    assert not Finding.objects.filter(comment=comment).exists()


def test_a_text_is_not_taken_for_its_own_repetition():
    comment = factories.sent(factories.published(), body="نصّ طويل بما يكفي حتى لا يُعدّ قصيرًا")

    edit(comment, "نصّ طويلٌ بما يكفي حتى لا يُعدّ قصيرًا", HOME)

    assert not Finding.objects.filter(comment=comment).exists()


def test_without_the_link_for_which_it_was_held_in_silence_it_waits_with_the_others():
    moderator = factories.staff(factories.MODERATORS)
    sanctions.impose(
        sanctions.domain_named("spam.example"), effect=Effect.SHADOW, reason="إعلانات", days=7, by=moderator
    )
    comment = factories.sent(factories.published(), body="انظروا https://spam.example/now")
    assert comment.is_shadowed

    edit(comment, "نصّ بلا روابط", HOME)

    row = Comment.objects.get(pk=comment.pk)
    assert (row.is_shadowed, row.sanction, row.status) == (False, None, Status.PENDING)


@pytest.mark.parametrize(
    ("mode", "body", "status", "version"),
    [
        pytest.param("findings", "نصّ هادئ آخر", Status.APPROVED, 3, id="nothing found"),
        pytest.param("findings", LINKS, Status.PENDING, 4, id="a finding that holds"),
        pytest.param("findings", "هذا ممنوع", Status.REJECTED, 4, id="a word that rejects"),
        pytest.param("hold_all", "نصّ هادئ آخر", Status.PENDING, 4, id="every comment is held"),
        pytest.param("unproven", "نصّ هادئ آخر", Status.PENDING, 4, id="the writer is not proven"),
    ],
)
def test_a_published_comment_is_judged_by_the_terms_again(mode, body, status, version):
    Policy.objects.update(mode=mode)
    WatchedWord.objects.create(term="ممنوع", reason="قائمة", level="reject")
    comment = factories.sent(factories.published())
    if comment.status == Status.PENDING:
        moderation.approve([comment], by=None)
    else:
        version -= 1

    edit(comment, body, HOME)

    now = _now(comment)
    assert (now.status, now.is_shown, now.version) == (status, status == Status.APPROVED, version)


def test_where_comments_are_closed_what_is_changed_waits():
    comment = factories.approved(factories.published())
    Policy.objects.update(mode="closed")

    edit(comment, "نصّ هادئ آخر", HOME)

    assert _now(comment).status == Status.PENDING


def test_what_was_found_good_in_the_former_text_counts_no_more():
    Policy.objects.update(mode="findings")
    comment = factories.sent(factories.published())
    moderator = factories.staff(factories.MODERATORS)
    moderation.pick(comment, version=comment.version, by=moderator)
    responses.mark_useful(comment, address="198.51.100.1", user_agent="Firefox")

    edit(comment, "نصّ هادئ آخر", HOME)

    now = _now(comment)
    assert (now.is_shown, now.picked_at, now.useful) == (True, None, 0)


def test_an_edit_alone_publishes_nothing():
    comment = factories.sent(factories.published(), body=LINKS)
    Policy.objects.update(mode="findings")

    edit(comment, "نصّ هادئ", HOME)

    assert _now(comment).status == Status.PENDING


def test_the_answers_to_what_waits_again_are_not_shown():
    root = factories.approved(factories.published())
    answer = factories.approved(root.article, parent=root)

    edit(root, "نصّ آخر", HOME)

    assert not _now(answer).is_shown


def test_the_same_text_changes_nothing():
    comment = factories.sent(factories.published())

    edit(comment, comment.body, HOME)

    assert (_now(comment).version, Revision.objects.count()) == (1, 0)


def test_after_the_minutes_of_the_rules_nothing_can_be_changed():
    comment = factories.sent(factories.published())
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=10))

    with pytest.raises(SubmissionError):
        edit(comment, "نصّ آخر", HOME)


@pytest.mark.parametrize("status", [Status.REJECTED, Status.SPAM, Status.DELETED])
def test_what_was_refused_or_withdrawn_cannot_be_changed(status):
    comment = factories.sent(factories.published())
    if status == Status.DELETED:
        withdraw(comment)
    else:
        moderation.decide({comment.pk: 1}, status, by=None, cause=Cause.RULE)

    with pytest.raises(SubmissionError):
        edit(comment, "نصّ آخر", HOME)


def test_answers_are_locked_before_the_likeness():
    """In the order of whoever answers one of them, so that the two do not wait for each other in a circle."""
    comment = factories.approved(factories.published())

    with CaptureQueriesContext(connection) as queries:
        edit(comment, "نصّ آخر", HOME)

    said = [query["sql"] for query in queries]
    (branch, *_again) = [place for place, sql in enumerate(said) if "WITH RECURSIVE branch" in sql]
    (likeness,) = [place for place, sql in enumerate(said) if "pg_advisory_xact_lock" in sql]
    assert branch < likeness


def test_what_cannot_be_stored_comes_back(client, monkeypatch):
    comment = factories.sent(factories.published())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE comments_revision RENAME TO away")

    response = client.post(
        reverse("comments:edit", args=[comment.receipt]),
        {"body": "نصّ آخر"},
        headers={"sec-fetch-site": "same-origin"},
    )

    assert (response.status_code, "نصّ آخر" in response.text) == (503, True)


def test_edits_have_a_limit(monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(authoring, "EDITS_IN_WINDOW", 2)
    comment = factories.sent(factories.published())
    for number in range(2):
        edit(comment, f"نصّ {number}", HOME)

    # The article's terms and the count: what is over the limit is not judged.
    with django_assert_max_num_queries(4), pytest.raises(TooManyComments):
        edit(comment, "نصّ ثالث", HOME)


def test_a_change_that_comes_too_late_is_not_judged(django_assert_max_num_queries):
    comment = factories.sent(factories.published())
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    comment.refresh_from_db()

    with django_assert_max_num_queries(3), pytest.raises(SubmissionError):
        edit(comment, "نصّ آخر", HOME)


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED, Status.REJECTED, Status.SPAM])
def test_a_comment_is_withdrawn_whatever_became_of_it(status):
    comment = factories.sent(factories.published())
    if status != Status.PENDING:
        moderation.decide({comment.pk: 1}, status, by=None, cause=Cause.RULE)

    withdraw(comment)

    now, decision = _now(comment), Decision.objects.first()
    assert (now.status, now.is_shown, now.body, now.search_key) == (Status.DELETED, False, "", "")
    assert (decision.from_status, decision.to_status, decision.cause) == (status, "deleted", "writer")


def test_a_withdrawal_erases_former_texts_and_findings():
    comment = factories.sent(factories.published(), body=LINKS)
    edit(comment, LINKS + " وغيرها", HOME)

    withdraw(comment)

    assert (Revision.objects.count(), Finding.objects.count()) == (0, 0)


def test_a_withdrawal_takes_the_answers_off_the_page_and_off_the_count():
    article = factories.published()
    root = factories.approved(article)
    factories.approved(article, parent=root)

    withdraw(root)

    assert Comment.objects.shown().count() == 0


def test_withdrawing_twice_is_one_decision():
    comment = factories.sent(factories.published())

    withdraw(comment)
    withdraw(comment)

    assert Decision.objects.count() == 1


def test_no_moderator_undoes_a_withdrawal():
    comment = factories.sent(factories.published())
    withdraw(comment)

    moderation.undo([Decision.objects.get().pk], by=None)
    moderation.approve([_now(comment)], by=None)

    assert _now(comment).status == Status.DELETED


def test_the_same_words_after_a_withdrawal_are_a_comment_of_their_own():
    article, new = factories.published(), factories.new_comment()
    first = submit(article, new, HOME)
    withdraw(first)

    assert submit(article, new, HOME).pk != first.pk


def _reasons(page):
    return re.findall(r"<p>السبب: <strong>(.*?)</strong></p>", page)


class TestPages:
    """The private page and its forms."""

    EMAIL = "zoro@example.org"

    def _url(self, name, comment):
        return reverse(f"comments:{name}", args=[comment.receipt])

    def test_an_edit_leads_back_to_the_private_page(self, client):
        comment = factories.sent(factories.published())

        response = client.post(self._url("edit", comment), {"body": "نصّ آخر"})

        assert (response.status_code, response["Location"]) == (302, comment.receipt_url)
        assert _now(comment).body == "نصّ آخر"

    @pytest.mark.parametrize(("body", "status"), [("", 422), ("ك" * 5_001, 422), ("نصّ بعد فوات الوقت", 422)])
    def test_a_mistake_is_answered_with_422_and_the_text(self, client, body, status):
        comment = factories.sent(factories.published(), email=self.EMAIL)
        if body.startswith("نصّ"):
            Comment.objects.update(created_at=timezone.now() - timedelta(hours=1))

        response = client.post(self._url("edit", comment), {"body": body})

        text = response.content.decode()
        assert response.status_code == status
        assert body in text
        assert "error" in text
        assert self.EMAIL not in text

    def test_a_withdrawn_comment_shows_nothing_of_its_text(self, client):
        comment = factories.sent(factories.published(), body="نصّ سُحب", email=self.EMAIL)

        response = client.post(self._url("withdraw", comment), follow=True)

        text = response.content.decode()
        assert "<h1>حُذف تعليقك</h1>" in text
        assert "نصّ سُحب" not in text
        assert self.EMAIL not in text

    def test_what_a_rule_rejected_says_so_and_not_by_which_word(self, client):
        WatchedWord.objects.create(term="احتيال", reason="إعلان", level="reject")
        comment = factories.sent(factories.published(), body="هذا احتيال")

        text = client.get(comment.receipt_url).content.decode()

        assert _reasons(text) == ["لا يوافق قواعد التعليقات في الموقع"]
        assert "إعلان" not in text

    def test_what_a_moderator_rejected_after_a_rule_says_why(self, client):
        WatchedWord.objects.create(term="احتيال", reason="إعلان", level="reject")
        comment = factories.sent(factories.published(), body="هذا احتيال")
        moderation.approve([comment], by=None)
        comment.refresh_from_db()
        moderation.reject([comment], by=None, reason="abuse")

        assert _reasons(client.get(comment.receipt_url).content.decode()) == ["إساءة أو شتيمة"]

    @pytest.mark.parametrize("name", ["edit", "withdraw"])
    def test_forms_of_other_sites_are_refused(self, client, name):
        comment = factories.sent(factories.published())

        response = client.post(
            self._url(name, comment), {"body": "نصّ آخر"}, headers={"Sec-Fetch-Site": "cross-site"}
        )

        assert (response.status_code, _now(comment).version) == (403, 1)

    @pytest.mark.parametrize("name", ["edit", "withdraw"])
    def test_an_address_alone_changes_nothing(self, client, name):
        assert client.get(self._url(name, factories.sent(factories.published()))).status_code == 405

    @pytest.mark.parametrize("name", ["edit", "withdraw"])
    def test_another_token_finds_nothing(self, client, name):
        factories.sent(factories.published())

        assert client.post(f"/comments/mine/x/{name}/", {"body": "نصّ"}).status_code == 404

    def test_at_night_the_page_says_when_the_comment_is_reviewed(self, client):
        comment = factories.sent(factories.published())
        Policy.objects.update(is_night_on=True, night_from="00:00", night_until="23:59:59")

        assert "سيُراجَع تعليقك صباحًا" in client.get(comment.receipt_url).content.decode()

    def test_readers_see_that_a_comment_was_changed(self, client):
        Policy.objects.update(mode="findings")
        comment = factories.sent(factories.published())

        edit(comment, "نصّ آخر", HOME)

        assert "عُدّل" in client.get(comment.article.get_absolute_url()).content.decode()
