"""Several moderators at one queue: who has which comment, what is handed out, waves, reports and notes by key."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments import claims
from comments.models import Comment, Note, Report, Status, Wave
from tests import factories
from tests.queue_page import current, press, statuses

pytestmark = pytest.mark.django_db(transaction=True)


def _until(page, condition, *, tries=200):
    for _ in range(tries):
        if condition():
            return True
        page.wait_for_timeout(50)
    return False


def _held_by(comment):
    row = Comment.objects.select_related("claimed_by").get(pk=comment.pk)
    return row.claimed_by.username if row.claimed_by and row.claimed_until > timezone.now() else None


def test_the_card_in_sight_is_claimed_and_the_last_one_given_back(open_queue, article, layla):
    first, second = factories.sent(article), factories.sent(article)
    page = open_queue(layla)

    assert _until(page, lambda: _held_by(first) == "layla")
    page.keyboard.press("j")
    assert _until(page, lambda: (_held_by(first), _held_by(second)) == (None, "layla"))
    page.goto("/admin/")
    assert _until(page, lambda: _held_by(second) is None)


@pytest.mark.parametrize("is_at_it", [True, False])
def test_who_reads_on_keeps_the_comment_and_who_left_does_not(open_queue, article, layla, is_at_it):
    comment = factories.sent(article)
    page = open_queue(layla, clock=True)
    page.clock.run_for(1_000)
    assert _until(page, lambda: _held_by(comment) == "layla")
    soon = timezone.now() + timedelta(seconds=30)
    Comment.objects.update(claimed_until=soon)
    # The sign that somebody came counts for the first two minutes.
    page.clock.run_for(120_000)
    Comment.objects.update(claimed_until=soon)

    if is_at_it:
        page.mouse.move(20, 20)
        page.mouse.move(40, 40)
    page.clock.run_for(120_000)

    assert _until(page, lambda: Comment.objects.get().claimed_until > soon, tries=40) is is_at_it


def test_what_another_has_is_decided_only_when_confirmed(open_queue, article, layla, omar):
    comment, _other = factories.sent(article), factories.sent(article)
    claims.claim([comment.pk], by=layla)
    page = open_queue(omar)
    holder = page.inner_text(f".card[data-comment='{comment.pk}'] .holder")

    page.keyboard.press("a")
    page.wait_for_selector(".folded-waiting")
    asked = Comment.objects.get(pk=comment.pk).status
    page.click(".folded-waiting button >> nth=0")
    page.wait_for_selector(".folded-approved")

    assert "layla" in holder
    assert (asked, Comment.objects.get(pk=comment.pk).status) == ("pending", "approved")


def test_a_wave_is_decided_and_taken_back_by_key(open_queue, article, layla):
    wave = Wave.objects.create()
    members = [factories.sent(article) for _ in range(4)]
    Comment.objects.filter(pk__in=[member.pk for member in members]).update(wave=wave)
    page = open_queue(layla)

    with page.expect_response("**/decide/"):
        page.keyboard.press("s")
    spam = Comment.objects.filter(status="spam").count()
    with page.expect_response("**/undo/"):
        page.keyboard.press("u")
    page.wait_for_selector(".card:not(.busy):not([hidden])")

    assert (spam, Comment.objects.held().count()) == (4, 4)


def test_the_next_ones_are_handed_out_by_key(open_queue, article, layla, omar):
    first, second = factories.sent(article), factories.sent(article)
    claims.claim([first.pk], by=layla)
    page = open_queue(omar)

    page.keyboard.press("n")
    page.wait_for_url("**mine=1**")

    assert page.eval_on_selector_all(".card", "cards => cards.map((card) => card.dataset.comment)") == [
        str(second.pk)
    ]


def test_a_note_is_written_without_leaving_the_card(open_queue, article, layla):
    factories.sent(article)
    page = open_queue(layla)

    page.keyboard.press("m")
    page.keyboard.type("sara: a j r")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notes li")

    assert Note.objects.get().text == "sara: a j r"
    assert page.evaluate("document.activeElement.matches('.card.current')")
    assert Comment.objects.held().count() == 1


def test_a_reported_comment_is_left_standing_by_key(open_queue, article, layla):
    comment = factories.approved(article)
    Report.objects.create(comment=comment, complaint="abuse", sender_fingerprint="1")
    Comment.objects.filter(pk=comment.pk).update(open_reports=1)
    page = open_queue(layla, "?queue=reported")

    with page.expect_response("**/reports/"):
        page.keyboard.press("d")
    page.wait_for_selector(".folded-approved")

    assert Comment.objects.reported().count() == 0
    assert page.inner_text("[data-count=reported]") == "0"


def test_that_a_reported_comment_stands_is_taken_back_by_key(open_queue, article, layla):
    comment = factories.approved(article)
    Report.objects.create(comment=comment, complaint="abuse", sender_fingerprint="1")
    Comment.objects.filter(pk=comment.pk).update(open_reports=1)
    page = open_queue(layla, "?queue=reported")
    page.keyboard.press("d")
    page.wait_for_selector(".folded-approved")

    page.keyboard.press("u")
    page.wait_for_selector(".card:not([hidden], .busy)")

    assert list(Comment.objects.reported()) == [comment]
    # And again, as what it is now.
    page.keyboard.press("d")
    page.wait_for_selector(".folded-approved")
    assert Comment.objects.reported().count() == 0


def test_without_script_the_next_ones_are_handed_out_on_a_phone(open_queue, article, layla):
    comment = factories.sent(article)
    page = open_queue(layla, java_script_enabled=False, viewport={"width": 390, "height": 800})

    page.click("#next button")
    page.click(".verb-approved")

    assert Comment.objects.get(pk=comment.pk).status == "approved"


def test_who_comes_second_is_told_and_overwrites_nothing(open_queue, layla, omar, comments):
    first, second = open_queue(layla), open_queue(omar)

    press(first, "s")
    press(second, "a")

    told = second.wait_for_selector(".folded-conflict").inner_text()
    assert "layla" in told
    assert statuses(comments)[0] == Status.SPAM
    assert not second.is_visible(f".card[data-comment='{comments[0].pk}']")
    assert current(second) == comments[1].pk
