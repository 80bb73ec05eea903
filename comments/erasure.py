"""Erasure of what is held about a person, whom the e-mail address tells: complete at any size, and resumable.

What was erased no longer bears the address's fingerprint. So what does bear it is what is left to do, and an erasure
that was interrupted goes on by being called again.
"""

import json
import logging
import uuid
from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from articles import kept_pages
from comments import learning, notifications, redaction
from comments.circumstances import wording_fingerprint
from comments.models import (
    Cause,
    Comment,
    CommentQuerySet,
    Confirmation,
    Decision,
    Finding,
    LikenessKey,
    Mute,
    Note,
    Report,
    Revision,
    Sanction,
    Script,
    Status,
    Target,
    Useful,
)
from newsroom import personal_data
from newsroom.encryption import email_fingerprint, mailbox_fingerprint
from newsroom.mail.models import OutgoingMail
from newsroom.text import arabic
from newsroom.web import rate_limit

logger = logging.getLogger(__name__)

BATCH = 200
MENTIONS_LISTED = 20
# What stands in the rows, for the desk and its search; readers' pages say the same in their language.
ANONYMOUS_NAME = "قارئ"
ERASED_TEXT = "حُذف هذا التعليق بطلب صاحبه."
ERASED_LABEL = "كاتب مُحيت بياناته"


@dataclass(frozen=True)
class Holdings:
    """How much is held about an address.

    `answered` counts shown comments that others answered, `remarks` what was noted in the newsroom or reported to it
    with the address in it, `elsewhere` what other apps hold, such as a subscription. `mentions` are the numbers of the
    first comments of others that hold the address, which are no part of what is erased.
    """

    comments: int
    shown: int
    answered: int
    sanctions: int
    confirmations: int
    mails: int
    remarks: int
    elsewhere: int
    mentions: tuple[int, ...]

    def __bool__(self) -> bool:
        held = (self.comments, self.sanctions, self.confirmations, self.mails, self.remarks, self.elsewhere)
        return any(held)


def holdings(email: str) -> Holdings:
    """Count what is held about an address. Twelve queries, of which the last reads the texts of all comments."""
    writer = email_fingerprint(email)
    comments = comments_of(email)
    shown = comments.filter(is_shown=True)
    answers = Comment.objects.filter(parent=models.OuterRef("pk"), is_shown=True)
    mentions = Comment.objects.filter(body__icontains=email).exclude(email_fingerprint=writer)
    return Holdings(
        comments=comments.count(),
        shown=shown.count(),
        answered=shown.filter(models.Exists(answers)).count(),
        sanctions=Sanction.objects.filter(target=Target.EMAIL, value=writer).count(),
        confirmations=Confirmation.objects.filter(email_fingerprint=writer).count(),
        mails=OutgoingMail.objects.filter(email_fingerprint=writer).count(),
        remarks=redaction.remarks_with(email),
        elsewhere=personal_data.count(email),
        mentions=tuple(mentions.order_by("pk").values_list("pk", flat=True)[:MENTIONS_LISTED]),
    )


def comments_of(email: str) -> CommentQuerySet:
    return Comment.objects.filter(email_fingerprint=email_fingerprint(email))


def erase(email: str, *, delete: bool = False, lift_sanctions: bool = False) -> Generator[int, None, int]:
    """Erase what is held about an address, batch by batch; yield after each how many comments are done, and return out
    of how many remarks about others the address was taken.

    Each batch is a transaction, so what was yielded stays done whenever the caller stops. Without `delete` the texts of
    comments stay under a name that says nothing; with it they go too, and one that has answers keeps its place, with a
    sentence in place of its text, so that the answers keep theirs. Sanctions against the address stay as a keyed
    fingerprint and nothing more, so that a ban does not end by asking for erasure; `lift_sanctions` ends them. One
    against a name stays as it is: the name is all that it says.
    """
    writer = email_fingerprint(email)
    done = 0
    while (count := _erase_comments(writer, email, delete=delete)) is not None:
        done += count
        yield done
    with transaction.atomic():
        _erase_besides_comments(email, lift_sanctions=lift_sanctions)
        remarks = redaction.redact_address(email)
    # Neither who asked nor about whom: the log is kept longer than what it would tell.
    logger.info(
        "Erased what was held about a person: %d comments %s, their address taken out of %d remarks.",
        done,
        _done(delete=delete),
        remarks,
    )
    return remarks


def _done(*, delete: bool) -> str:
    return "deleted" if delete else "anonymized"


@transaction.atomic
def _erase_comments(writer: str, email: str, *, delete: bool) -> int | None:
    """Erase one batch and return its size, None when there was nothing left."""
    # The newest first, so that of a person's answers to themselves the answer is gone before what it answers.
    wanted = Comment.objects.filter(email_fingerprint=writer).order_by("-pk").values_list("pk", flat=True)
    numbers = list(wanted[:BATCH])
    if not numbers:
        return None
    # Locked in the order of their numbers, as decisions lock them.
    rows = Comment.objects.filter(pk__in=numbers, email_fingerprint=writer)
    rows = rows.select_for_update(of=["self"], no_key=True).order_by("pk")
    columns = ("author_name", "body", "status", "version", "wording_fingerprint", "is_shown", "article")
    comments = list(rows.only(*columns))
    numbers = [comment.pk for comment in comments]
    _erase_around(numbers, delete=delete)
    names = {comment.author_name for comment in comments}
    _forget_messages(names)
    redaction.redact_names(names, writer=writer)
    if delete:
        _delete(comments)
    else:
        _anonymize(comments, email)
    Comment.objects.filter(pk__in=numbers).update(
        author_name=ANONYMOUS_NAME,
        author_direction="rtl",
        email_encrypted="",
        email_fingerprint=_random(),
        website="",
        wants_replies=False,
        # It bears the address's fingerprint, and without it nothing would bring back what it keeps out of the queue.
        sanction=None,
        is_shadowed=False,
        # It holds the network and the host of the website, by hashes that have no key.
        likeness=None,
        sender_network="",
        sender_fingerprint="",
        submission_fingerprint=_random(),
        # Whoever has the address of the private page reads there what the writer wrote.
        receipt=_random(),
    )
    if shown := {comment.article_id for comment in comments if comment.is_shown}:
        kept_pages.discussed(shown)
    return len(numbers)


def _random() -> Concat:
    """Another word for each row, 43 characters long."""
    uuid_text = Cast(models.Func(function="gen_random_uuid", output_field=models.UUIDField()), CharField())
    return Concat(Value("erased-"), uuid_text, output_field=CharField())


def _erase_around(numbers: list[int], *, delete: bool) -> None:
    """Erase what hangs on comments: what was learned of them, former texts, notes, explanations."""
    # Before any text goes, for it takes the very text to take back what was learned of it.
    learning.forget(numbers)
    Revision.objects.filter(comment__in=numbers).delete()
    Note.objects.filter(comment__in=numbers).delete()
    LikenessKey.objects.filter(comment__in=numbers).delete()
    Report.objects.filter(comment__in=numbers).exclude(text="").update(text="")
    findings = Finding.objects.filter(comment__in=numbers)
    if not delete:
        findings = findings.filter(
            Q(evidence__contains=[{"field": "author_name"}]) | Q(evidence__contains=[{"field": "website"}])
        )
    findings.delete()
    redaction.empty_notes(Decision.objects.filter(comment__in=numbers).values("pk"))


def _forget_messages(names: set[str]) -> None:
    """Drop messages that name a writer and that a member of staff has not seen yet. One query, few rows."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        held = session.get_decoded()
        if "_messages" not in held:
            continue
        # Kept as JSON that writes Arabic letters as numbers.
        text = json.dumps(json.loads(held["_messages"]), ensure_ascii=False)
        if any(json.dumps(name, ensure_ascii=False)[1:-1] in text for name in names):
            del held["_messages"]
            session.session_data = SessionStore().encode(held)
            session.save(update_fields=["session_data"])


def _anonymize(comments: list[Comment], email: str) -> None:
    """Keep the texts, without the address where they hold it."""
    rewritten = []
    for comment in comments:
        text = redaction.without_address(comment.body, email)
        if text != comment.body:
            comment.body = text
            comment.wording_fingerprint = wording_fingerprint(text)
            rewritten.append(comment.pk)
        comment.search_key = arabic.normalize(f"{ANONYMOUS_NAME} {comment.body}")
    Comment.objects.bulk_update(comments, ["body", "search_key", "wording_fingerprint"])
    # Places in the former text.
    Finding.objects.filter(comment__in=rewritten).update(evidence=[])


def _delete(comments: list[Comment]) -> None:
    """Put a sentence in place of the texts; those without answers are deleted for readers too."""
    numbers = [comment.pk for comment in comments]
    notifications.take_back(hidden=numbers)
    Useful.objects.filter(comment__in=numbers).delete()
    Report.objects.filter(comment__in=numbers, settled_at=None).update(settled_at=timezone.now())
    Comment.objects.filter(pk__in=numbers).update(
        body=ERASED_TEXT,
        is_placeholder=True,
        direction="rtl",
        script=Script.ARABIC,
        search_key=arabic.normalize(f"{ANONYMOUS_NAME} {ERASED_TEXT}"),
        wording_fingerprint="",
        edited_at=None,
        triage=None,
        wave=None,
        useful=0,
        open_reports=0,
        picked_at=None,
    )
    gone = _without_answers(comments)
    act = uuid.uuid4()
    Decision.objects.bulk_create(
        Decision(
            comment=comment,
            from_status=comment.status,
            to_status=Status.DELETED,
            cause=Cause.WRITER,
            act=act,
            version_seen=comment.version,
        )
        for comment in gone
        if comment.status != Status.DELETED
    )
    # Nothing answers them, so no other row's `is_shown` changes.
    Comment.objects.filter(pk__in=[comment.pk for comment in gone]).update(
        status=Status.DELETED,
        is_shown=False,
        version=F("version") + 1,
        claimed_by=None,
        claimed_until=None,
    )


def _without_answers(comments: list[Comment]) -> list[Comment]:
    """Those that need no place, for nothing answers them but what is deleted. One query.

    New answers wait for the lock on the comments, and then find that what they answer is gone.
    """
    answers: dict[int, list[int]] = defaultdict(list)
    present = Comment.objects.filter(parent__in=comments).exclude(status=Status.DELETED)
    for parent, pk in present.values_list("parent_id", "pk"):
        answers[parent].append(pk)
    gone: dict[int, Comment] = {}
    for comment in reversed(comments):
        if all(pk in gone for pk in answers[comment.pk]):
            gone[comment.pk] = comment
    return list(gone.values())


def _erase_besides_comments(email: str, *, lift_sanctions: bool) -> None:
    writer = email_fingerprint(email)
    Confirmation.objects.filter(email_fingerprint=writer).delete()
    Mute.objects.filter(email_fingerprint=writer).delete()
    personal_data.erase(email)
    # Behind what mails are written from: that waits for whoever is writing to this address.
    OutgoingMail.objects.filter(email_fingerprint=writer).delete()
    for counted in (writer, mailbox_fingerprint(email)):
        rate_limit.forget(counted)
    sanctions = Sanction.objects.filter(target=Target.EMAIL, value=writer)
    sanctions.update(label=ERASED_LABEL, reason="")
    if lift_sanctions:
        sanctions.filter(lifted_at=None).update(lifted_at=timezone.now())
        sanctions.update(value=_random())
