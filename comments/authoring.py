"""The verbs of a comment's writer, once it is sent: change it, take it back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import kept_pages
from comments import circumstances, decision_log, judging, learning, moderation, privacy, screening, waves
from comments.models import Cause, Comment, Finding, LikenessKey, Revision, Status, Useful
from comments.submission import (
    Sender,
    SubmissionError,
    TooManyComments,
    check_not_refused,
    quotable,
    taken_or_unavailable,
    text_columns,
)
from comments.terms import Terms, terms_of
from newsroom.web import rate_limit

EDITABLE = frozenset({Status.PENDING, Status.APPROVED})
# Each change is screened, which costs as much as a new comment.
EDITS_IN_WINDOW = 20


def editable_until(comment: Comment, terms: Terms) -> datetime | None:
    """Until when its writer may change the comment (aware), None when no longer or not at all."""
    until = comment.created_at + timedelta(minutes=terms.policy.edit_minutes)
    return until if comment.status in EDITABLE and until > timezone.now() else None


def edit(comment: Comment, body: str, sender: Sender) -> Comment:
    """Give the comment a new text, screened like a new one, and return it; the former text is kept.

    A published one that the article's terms would hold now waits for a moderator again; one that waits goes on to. What
    readers and editors found good in it was another text, and counts no more. The
    version goes up, so that a decision over the former text becomes a conflict. Raises SubmissionError when the time
    is over, TooManyComments after EDITS_IN_WINDOW in ten minutes, Unavailable when it cannot be judged or stored.
    """
    with taken_or_unavailable():
        return _edit(comment, body, sender)


def _edit(comment: Comment, body: str, sender: Sender) -> Comment:
    article = comment.article
    terms = terms_of(article)
    # Both are asked before the work of judging; what is refused then was tried, and counts.
    if editable_until(comment, terms) is None:
        raise _too_late()
    if not rate_limit.take(
        f"comment:edit:{comment.pk}", limit=EDITS_IN_WINDOW, window=circumstances.RATE_WINDOW
    ):
        raise TooManyComments(_("You changed this comment many times. Please wait a few minutes."))
    judged = _judge(comment, body, sender)
    check_not_refused(judged)
    with transaction.atomic():
        # With its answers, and before its likeness: in the order in which whoever answers one of them locks.
        decision_log.locked([comment.pk])
        now = Comment.objects.get(pk=comment.pk)
        if editable_until(now, terms) is None:
            raise _too_late()
        if now.body == body:
            return now
        sketch = waves.sketch(
            body, now.website, now.sender_fingerprint, quotable=quotable(article, now.parent)
        )
        place = waves.look_up(sketch, of=now)
        findings = [*judged.findings, *([place.finding] if place.finding else [])]
        verdict = judged.status(findings)
        Revision.objects.create(comment=now, body=now.body, direction=now.direction, version=now.version)
        changes = text_columns(now.author_name, body) | {
            "edited_at": timezone.now(),
            "version": now.version + 1,
            "triage": learning.score(body),
            "wave": place.wave,
            "likeness": sketch.to_bytes(),
            "sanction": judged.sanction,
            # Said of another text.
            "picked_at": None,
            "useful": 0,
        }
        for column, value in changes.items():
            setattr(now, column, value)
        now.save(update_fields=changes)
        Useful.objects.filter(comment=now).delete()
        if now.is_shown:
            kept_pages.thread_changed(now.article_id)
        waves.settle(now, place, is_changed=True)
        now.findings.all().delete()
        Finding.objects.bulk_create(judging.finding_rows(findings, now))
        # Nothing goes public by a change alone: a moderator may have had a reason to let it wait.
        if verdict == Status.REJECTED or (now.status == Status.APPROVED and verdict != Status.APPROVED):
            moderation.decide({now.pk: now.version}, verdict, by=None, cause=Cause.RULE)
            now.refresh_from_db()
        now.is_shadowed = judged.is_shadowed and now.status == Status.PENDING
        now.save(update_fields=["is_shadowed"])
    return now


def _too_late() -> SubmissionError:
    return SubmissionError(_("The time for changing this comment is over."))


@transaction.atomic
def withdraw(comment: Comment) -> None:
    """Take the comment back for its writer, whatever became of it; once more changes nothing.

    Its words are erased with it, in former texts and findings too. What was decided over it stays written down, and
    what answers it is no longer shown.
    """
    now = Comment.objects.select_for_update(of=["self"], no_key=True).get(pk=comment.pk)
    if now.status == Status.DELETED:
        return
    moderation.decide({now.pk: now.version}, Status.DELETED, by=None, cause=Cause.WRITER)
    # Before the text goes, for it takes the very text to take back what was learned of it.
    learning.forget([now.pk])
    LikenessKey.objects.filter(comment=now).delete()
    now.revisions.all().delete()
    now.findings.all().delete()
    Comment.objects.filter(pk=now.pk).update(
        body="",
        likeness=None,
        triage=None,
        website="",
        search_key="",
        wording_fingerprint="",
        wants_replies=False,
        # Sent anew, the same words are a comment of their own and not this one.
        submission_fingerprint=f"past:{now.pk}",
    )


def _judge(comment: Comment, body: str, sender: Sender) -> judging.Judgement:
    """Judge the new text. The trap was passed or stepped into when the comment was sent."""
    draft = screening.Draft(
        author_name=comment.author_name,
        website=comment.website,
        body=body,
        honeypot="",
        has_browser=sender.has_browser,
    )
    writer, is_proven = comment.email_fingerprint, comment.is_proven
    known = circumstances.ask(
        comment.article,
        draft,
        writer=writer,
        network=privacy.sender_fingerprint(sender.address),
        is_proven=is_proven,
        without=comment.pk,
    )
    return judging.judge(draft, known, writer=writer, is_proven=is_proven)
