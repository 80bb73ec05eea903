"""What happens to a comment that a reader sends."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from articles import kept_pages
from articles.models import Article
from comments import (
    circumstances,
    decision_log,
    intake,
    judging,
    learning,
    likeness,
    notifications,
    privacy,
    rules,
    sanctions,
    screening,
    waves,
)
from comments.circumstances import NotPublished
from comments.models import (
    BODY_MAX_LENGTH,
    PATH_DIGITS,
    PATH_LEVELS,
    Cause,
    Comment,
    Decision,
    Status,
)
from comments.moderation import PERMISSION
from newsroom import encryption
from newsroom.text import arabic, bidi
from newsroom.text.account_names import name_of
from newsroom.text.excerpt import plain_text
from newsroom.web.client_address import network_at

logger = logging.getLogger(__name__)

# The same submission within this time is the same comment: a second click, or a page sent anew.
REPEAT_WINDOW = timedelta(minutes=10)
SHOWN_REPEAT_WINDOW = timedelta(seconds=30)
# So often a comment is compared with those that came while it was, before it holds them up.
TIMES_COMPARED = 2


class SubmissionError(ValueError):
    """The comment cannot be taken; the message is for its writer."""


class TooManyComments(SubmissionError):
    pass


class Unavailable(SubmissionError):
    """Something of ours failed, so that the comment was neither judged nor stored."""


@dataclass(frozen=True)
class NewComment:
    """A comment as its form handed it over: clean and valid. `honeypot` is what only a program fills in."""

    author_name: str
    email: str
    website: str
    body: str
    honeypot: str = ""
    parent: Comment | None = None
    wants_replies: bool = False


@dataclass(frozen=True)
class Sender:
    """Where a comment came from. Address and browser are not stored, only what `privacy` makes of them.

    `proven` is the fingerprint of the address that this browser has proven, as its signed cookie says.
    """

    address: str
    user_agent: str = ""
    proven: str = ""
    has_browser: bool = True


def submit(article: Article | int, new: NewComment, sender: Sender) -> Comment:
    """Screen and store a comment and return it; the same submission again returns the first one's row.

    It is durable when this returns. `article` may be the number of one that readers see; raises NotPublished where they
    see none. Raises SubmissionError when the article takes no comments, the parent cannot be
    answered or a sanction refuses the writer, TooManyComments when network, writer or article had as many as the rules
    allow in ten minutes, and Unavailable when it cannot be judged or stored: nothing passes unjudged.
    """
    with taken_or_unavailable():
        return _submit(article, new, sender)


@contextmanager
def taken_or_unavailable(errors: tuple[type[Exception], ...] = (Exception,)) -> Iterator[None]:
    """Within it, what goes wrong becomes Unavailable, so that a writer gets the text back with a sentence. Other than
    `errors` goes on."""
    try:
        yield
    except (SubmissionError, NotPublished):
        raise
    except errors as error:
        # The kind and the places in our code: the message may quote the comment.
        frames = "".join(traceback.format_tb(error.__traceback__))
        logger.error("A comment could not be taken: %s\n%s", type(error).__name__, frames)
        raise Unavailable(
            _("We could not take your comment just now. Please send it again in a few minutes.")
        ) from error


def _submit(article: Article | int, new: NewComment, sender: Sender) -> Comment:
    number = article if isinstance(article, int) else article.pk
    draft = _screening_draft(new, sender)
    once = _submission_fingerprint(number, new, sender)
    writer, network = encryption.email_fingerprint(new.email), privacy.sender_fingerprint(sender.address)
    is_proven = sender.proven == writer
    counted = _counted(number, writer, network, is_proven=is_proven)
    known = circumstances.ask(
        article,
        draft,
        writer=writer,
        network=network,
        is_proven=is_proven,
        submission=once,
        rate_keys=list(counted),
    )
    if known.earlier and (earlier := _sent_just_now(once, proven=sender.proven)) is not None:
        return earlier
    if not known.terms.is_open:
        raise SubmissionError(_("Comments on this article are closed."))
    limits = {key: getattr(known.terms.policy, limit) for key, limit in counted.items()}
    # Looked at before the work of judging, which a flood would otherwise set going; what counts is taken with the
    # comment.
    if any(known.counts.get(key, 0) >= limit for key, limit in limits.items()):
        raise _too_many()
    try:
        with _told_as_refused():
            with intake.coming():
                judged = judging.judge(draft, known, writer=writer, is_proven=is_proven)
                if not judged.is_refused:
                    comment, sketch = _new_row(
                        new,
                        sender,
                        known,
                        judged,
                        writer=writer,
                        network=network,
                        is_proven=is_proven,
                        once=once,
                    )
                    if _store_with_all(comment, judged, sketch, limits):
                        return comment
            if judged.is_refused:
                # It counts as a comment, or a list of addresses could be tried to learn which of them are refused.
                with transaction.atomic():
                    intake.count(limits)
            check_not_refused(judged)
            _store(comment, judged, sketch, limits)
            return comment
    except (IntegrityError, TooManyComments):
        # The unique key or the limit spoke: the same submission, sent at the same moment, may be stored by now.
        earlier = _sent_just_now(once, proven=sender.proven)
        if earlier is None:
            raise
        return earlier


def _new_row(
    new: NewComment,
    sender: Sender,
    known: circumstances.Circumstances,
    judged: judging.Judgement,
    *,
    writer: str,
    network: str,
    is_proven: bool,
    once: str,
) -> tuple[Comment, likeness.Sketch]:
    """The row of a comment, without what is decided over it, and its sketch."""
    sketch = waves.sketch(new.body, new.website, network, quotable=quotable(known.article, new.parent))
    comment = intake.new_comment(
        **_place(new.parent, known.number),
        article_id=known.article.pk,
        author_name=new.author_name,
        author_direction=bidi.direction(new.author_name),
        email_encrypted=encryption.encrypt(new.email),
        email_fingerprint=writer,
        website=new.website,
        **text_columns(new.author_name, new.body, known.wording),
        wants_replies=new.wants_replies,
        language=get_language(),
        is_proven=is_proven,
        sanction_id=judged.sanction.pk if judged.sanction else None,
        triage=learning.score_by(known.triage, new.body),
        likeness=sketch.to_bytes(),
        sender_network=network_at(sender.address),
        sender_fingerprint=network,
        submission_fingerprint=once,
    )
    return comment, sketch


def _store_with_all(
    comment: Comment, judged: judging.Judgement, sketch: likeness.Sketch, limits: dict[str, int]
) -> bool:
    """Store a comment that waits by the statement of all who come at this moment; say whether it was.

    It is not where others come into a wave with it, where a moderator is about what it answers, or where it would be
    compared again and again.
    """
    _set_status(comment, judged, judged.findings)
    if comment.status != Status.PENDING:
        return False
    keys, findings = waves.lock_keys(sketch), judged.findings
    compared: dict[int, waves.Shares] = {}
    # The statement is a transaction of its own, if need be.
    with transaction.atomic() if connection.in_atomic_block else nullcontext():
        for _time in range(TIMES_COMPARED + 1):
            outcome = intake.store(comment, findings, limits, keys=keys, compared=compared)
            if outcome.is_stored or not outcome.alike:
                return outcome.is_stored
            compared = {row.number: row for row in outcome.alike}
            place = waves.place_alone(sketch, outcome.alike)
            if place is None:
                return False
            comment.wave = place.wave
            findings = [*judged.findings, *([place.finding] if place.finding else [])]
    return False


@transaction.atomic
def _store(
    comment: Comment, judged: judging.Judgement, sketch: likeness.Sketch, limits: dict[str, int]
) -> None:
    """Store a comment that begins a wave, or is decided as it comes in."""
    if comment.parent_id:
        # Before its keys, in the order in which a comment with answers is changed.
        intake.hold(comment.parent_id, article=comment.article_id)
    place = waves.look_up(sketch)
    findings = [*judged.findings, *([place.finding] if place.finding else [])]
    _set_status(comment, judged, findings)
    comment.wave = place.wave
    intake.store_compared(comment, findings, limits, keys=waves.lock_keys(sketch))
    if place.wave is not None:
        waves.settle(comment, place)
    if comment.is_shown:
        kept_pages.discussed([comment.article_id])
        notifications.tell_answered([comment.pk])
        decision_log.announce_shown([comment.pk])
    if comment.status != Status.PENDING:
        _record(comment, judged.cause(comment.status))


def _set_status(comment: Comment, judged: judging.Judgement, findings: list[screening.Finding]) -> None:
    comment.status = judged.status(findings)
    # What it answers is shown, and locked.
    comment.is_shown = comment.status == Status.APPROVED
    comment.is_shadowed = judged.is_shadowed and comment.status == Status.PENDING


@contextmanager
def _told_as_refused() -> Iterator[None]:
    try:
        yield
    except intake.Refused as refused:
        raise _too_many() if refused.by_limit else _gone() from None


def check_not_refused(judged: judging.Judgement) -> None:
    """Raise SubmissionError where a sanction refuses the comment, and count it there. To be asked in no transaction,
    which the error would take the count back with. One query for what is refused."""
    if judged.is_refused:
        sanctions.count_refusal(judged.sanction)
        raise SubmissionError(_("The newsroom takes no comment from you at present."))


def answer(comment: Comment, text: str, *, by: Any) -> Comment:
    """Answer a comment in the name of the newsroom: public at once, under the name of `by`. Returns the answer.

    The same answer sent again within half a minute is the same. Raises SubmissionError when there is no text, too much
    of it, or nothing to answer any more.
    """
    if not by.has_perm(PERMISSION):
        raise PermissionDenied
    body = bidi.clean_block(text)
    if not body:
        raise SubmissionError(_("Write your answer first."))
    if len(body) > BODY_MAX_LENGTH:
        raise SubmissionError(
            _("The answer is too long: %(count)d characters; %(limit)d at most.")
            % {"count": len(body), "limit": BODY_MAX_LENGTH}
        )
    once = encryption.fingerprint("answer", str(comment.pk), str(by.pk), body)
    if (earlier := _sent_just_now(once)) is not None:
        return earlier
    try:
        return _answer(comment, body, once, by)
    except IntegrityError:
        # The unique key spoke: the same answer, sent at the same moment, is stored by now.
        earlier = _sent_just_now(once)
        if earlier is None:
            raise
        return earlier


@transaction.atomic
def _answer(comment: Comment, body: str, once: str, by: Any) -> Comment:
    article, name = comment.article, name_of(by)
    with _told_as_refused():
        intake.hold(comment.pk, article=article.pk)
    answer = Comment.objects.create(
        **_place(comment, _next_number()),
        article=article,
        author_name=name,
        author_direction=bidi.direction(name),
        **text_columns(name, body),
        staff=by,
        status=Status.APPROVED,
        is_shown=True,
        submission_fingerprint=once,
    )
    _record(answer, Cause.MODERATOR, by=by)
    kept_pages.discussed([article.pk])
    notifications.tell_answered([answer.pk])
    decision_log.announce_shown([answer.pk])
    return answer


def _sent_just_now(once: str, *, proven: str = "") -> Comment | None:
    """The comment of this submission, for REPEAT_WINDOW; of one that was ever public only for SHOWN_REPEAT_WINDOW.

    Everybody could read those, so who repeats one later may be guessing its writer's address behind the same network.
    Whose browser has `proven` that address need not guess.
    """
    earlier = Comment.objects.filter(submission_fingerprint=once).first()
    if earlier is None:
        return None
    age = timezone.now() - earlier.created_at
    is_own = earlier.email_fingerprint == proven
    if age > REPEAT_WINDOW or (age > SHOWN_REPEAT_WINDOW and not is_own and _was_ever_public(earlier)):
        # Later it is a comment of its own, so the earlier one gives up the key.
        Comment.objects.filter(pk=earlier.pk).update(submission_fingerprint=f"past:{earlier.pk}")
        return None
    return earlier


def _was_ever_public(comment: Comment) -> bool:
    ever_approved = Q(to_status=Status.APPROVED) | Q(from_status=Status.APPROVED)
    return comment.is_shown or comment.decisions.filter(ever_approved).exists()


def _submission_fingerprint(article: int, new: NewComment, sender: Sender) -> str:
    """Derived from the content, for a random key in a shared page would be shared by all its readers.

    The sender takes part in it, and it counts for REPEAT_WINDOW only: otherwise whoever knows a published comment and
    guesses its writer's address would be led to that writer's private page, and so be told that the guess was right.
    """
    return encryption.fingerprint(
        "submission",
        str(article),
        str(new.parent.pk if new.parent else ""),
        new.author_name,
        new.email.casefold(),
        new.website,
        new.body,
        sender.address,
        sender.user_agent,
    )


def _counted(article: int, writer: str, network: str, *, is_proven: bool) -> dict[str, str]:
    """What a comment counts for, in the order in which the counts are taken, each with its limit's column in Policy.

    A proven writer is not held up by others behind the same address.
    """
    shared = {} if is_proven else {f"comment:network:{network}": "network_limit"}
    own = f"comment:writer:{writer}" if is_proven else f"comment:claimed:{writer}:{network}"
    return shared | {own: "writer_limit", f"comment:article:{article}": "article_limit"}


def _too_many() -> TooManyComments:
    return TooManyComments(
        _("Many comments came from your network just now. Please try again in a few minutes.")
    )


def _gone() -> SubmissionError:
    return SubmissionError(_("This comment can no longer be answered."))


def _record(comment: Comment, cause: Cause, by: Any = None) -> None:
    """Write down what was decided over a comment as it came in."""
    Decision.objects.create(
        comment=comment,
        from_status=Status.PENDING,
        to_status=comment.status,
        by=by,
        cause=cause,
        version_seen=0,
    )


def _screening_draft(new: NewComment, sender: Sender) -> screening.Draft:
    return screening.Draft(
        author_name=new.author_name,
        website=new.website,
        body=new.body,
        honeypot=new.honeypot,
        has_browser=sender.has_browser,
    )


def text_columns(author_name: str, body: str, wording: str | None = None) -> dict[str, Any]:
    """The columns of a comment that hold its text and what is told from it; `wording` is its fingerprint if known."""
    return {
        "body": body,
        "direction": bidi.direction(body),
        "script": rules.script_of(body),
        "wording_fingerprint": wording or circumstances.wording_fingerprint(body),
        "search_key": arabic.normalize(f"{author_name} {body}"),
    }


def quotable(article: Article, parent: Comment | None) -> list[str]:
    """What a comment may repeat without being like others that repeat it."""
    return [article.headline, article.summary, _read(article.body), *([parent.body] if parent else [])]


# Kept by the text itself, so that a changed one is another.
_read = lru_cache(maxsize=likeness.QUOTED_TEXTS)(plain_text)


def _place(parent: Comment | None, number: int) -> dict[str, Any]:
    """The number of a new comment, and what puts it below `parent`: the path holds the row's own number."""
    above = parent.path[: PATH_DIGITS * (PATH_LEVELS - 1)] if parent else ""
    return {
        "id": number,
        "parent_id": parent.pk if parent else None,
        "root_id": parent.root_id if parent else number,
        "path": f"{above}{number:0{PATH_DIGITS}x}",
        "depth": parent.depth + 1 if parent else 0,
    }


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Comment._meta.db_table])
        (number,) = cursor.fetchone()
    return number
