"""What is held about a person, whom the e-mail address tells, as JSON for that person."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import TEXTS_OF_ARTICLE
from comments import privacy
from comments.models import Comment, Confirmation, Lesson, Mute, Sanction, Target
from newsroom import personal_data
from newsroom.encryption import Unreadable, decrypt, email_fingerprint
from newsroom.mail.models import OutgoingMail
from newsroom.web.request_log import without_tokens

BATCH = 200
MODERATOR, SITE = _("a moderator"), _("the site")
REMARKS = [
    _("Members of the newsroom are not named."),
    _(
        "Reports and “useful” marks cannot be attributed to a person: they hold no address, but a keyed digest of the"
        " network, and that for 30 days."
    ),
    _("The site recognizes addresses, networks and submissions by keyed digests, which tell nothing more."),
    _("What others wrote about this person is theirs and not in this file."),
]


def export(email: str) -> Iterator[str]:
    """Yield a JSON document, in pieces; it takes the memory of BATCH comments and ten queries for as many."""
    writer = email_fingerprint(email)
    yield "{\n"
    yield f'"address": {_json(email)},\n'
    yield f'"exported_at": {_json(timezone.now())},\n'
    yield from _list("comments", _comments(writer))
    yield from _list("sanctions", _sanctions(writer))
    yield from _list("confirmations", _confirmations(writer))
    yield from _list("unsubscriptions", _unsubscriptions(writer))
    yield from _list("mails", _mails(writer))
    for holder in personal_data.HOLDERS:
        yield from _list(holder.name, holder.export(email))
    yield f'"remarks": {_json(REMARKS)}\n'
    yield "}\n"


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _list(name: str, rows: Iterable[dict]) -> Iterator[str]:
    yield f'"{name}": ['
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n{_json(row)}"
    yield "],\n"


def _comments(writer: str) -> Iterator[dict]:
    rows = (
        Comment.objects.filter(email_fingerprint=writer)
        .order_by("pk")
        .select_related("article", "sanction")
        .defer(*TEXTS_OF_ARTICLE, "search_key", "likeness")
        .prefetch_related("findings", "revisions", "notes", "decisions__reason", "reports")
    )
    last = 0
    # By the number of the last row and not by a cursor of the database, which would hold a transaction open for as long
    # as the receiver takes.
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        lessons = dict(Lesson.objects.filter(comment__in=batch).values_list("comment", "rejected"))
        log = _log(batch)
        for comment in batch:
            yield (
                _comment(comment)
                | {"taught_triage_that_it_was_rejected": lessons.get(comment.pk)}
                | log[str(comment.pk)]
            )
        last = batch[-1].pk


def _comment(comment: Comment) -> dict:
    return {
        "number": comment.pk,
        "article": comment.article.headline,
        "in_reply_to": comment.parent_id,
        "sent_at": comment.created_at,
        "changed_at": comment.edited_at,
        "status": comment.status,
        "is_shown": comment.is_shown,
        "is_held_by_a_sanction": comment.is_shadowed,
        "came_under_a_sanction_against": comment.sanction.target if comment.sanction else None,
        "is_editors_pick": comment.picked_at is not None,
        "name": comment.author_name,
        "email": _email(comment),
        "address_was_proven": comment.is_proven,
        "wants_replies_by_mail": comment.wants_replies,
        "website": comment.website,
        "text": comment.body,
        "network": comment.sender_network or None,
        "found_useful": comment.useful,
        "likelihood_of_rejection": comment.triage,
        "belongs_to_a_wave": comment.wave_id is not None,
        "former_texts": [
            {"text": revision.body, "replaced_at": revision.replaced_at}
            for revision in comment.revisions.all()
        ],
        "findings": [
            {
                "rule": finding.rule,
                "weight": finding.weight,
                "finding": finding.sentence,
                "places": finding.evidence,
            }
            for finding in comment.findings.all()
        ],
        "decisions": [
            {
                "at": decision.at,
                "from": decision.from_status,
                "to": decision.to_status,
                "by": MODERATOR if decision.by_id else SITE,
                "cause": decision.cause,
                "reason": decision.reason.label if decision.reason else None,
                "note": decision.note,
            }
            for decision in reversed(comment.decisions.all())
        ],
        "notes": [{"at": note.at, "by": MODERATOR, "note": note.text} for note in comment.notes.all()],
        "reported_by_others": [
            {"at": report.created_at, "complaint": report.complaint} for report in comment.reports.all()
        ],
    }


def _email(comment: Comment) -> str | None:
    """The address as it was typed; None where the key that reads it is missing."""
    try:
        return decrypt(comment.email_encrypted)
    except Unreadable:
        return None


def _log(comments: list[Comment]) -> dict[str, dict[str, list[dict]]]:
    """What the log tells of comments, by their numbers as text: looks at the address, and the rest. Three queries."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Comment),
        object_id__in=[str(comment.pk) for comment in comments],
    )
    log: dict[str, dict[str, list[dict]]] = defaultdict(
        lambda: {"address_seen_by_the_newsroom": [], "other_entries_in_the_newsroom_log": []}
    )
    for number, at, message in entries.order_by("pk").values_list(
        "object_id", "action_time", "change_message"
    ):
        row = {"at": at, "by": MODERATOR}
        if message == privacy.SAW_ADDRESS:
            log[number]["address_seen_by_the_newsroom"].append(row)
        else:
            log[number]["other_entries_in_the_newsroom_log"].append(row | {"entry": message})
    # Whoever takes all addresses along has seen each that was there.
    for at in privacy.disclosures_of_all().order_by("pk").values_list("action_time", flat=True):
        for comment in comments:
            if comment.created_at <= at and comment.email_encrypted:
                log[str(comment.pk)]["address_seen_by_the_newsroom"].append({"at": at, "by": MODERATOR})
    return log


def _sanctions(writer: str) -> Iterator[dict]:
    for sanction in Sanction.objects.filter(target=Target.EMAIL, value=writer).order_by("pk"):
        yield {
            "effect": sanction.effect,
            "reason": sanction.reason,
            "since": sanction.created_at,
            "until": sanction.expires_at,
            "lifted_at": sanction.lifted_at,
            "by": MODERATOR,
        }


def _confirmations(writer: str) -> Iterator[dict]:
    for confirmation in Confirmation.objects.filter(email_fingerprint=writer).order_by("pk"):
        yield {"asked_for_at": confirmation.created_at, "confirmed_at": confirmation.confirmed_at}


def _unsubscriptions(writer: str) -> Iterator[dict]:
    """Of whose answers the address is not mailed: the number of the first comment of a thread, None for all."""
    for mute in Mute.objects.filter(email_fingerprint=writer).order_by("pk"):
        yield {"thread": mute.root_id, "since": mute.created_at}


def _mails(writer: str) -> Iterator[dict]:
    for mail in OutgoingMail.objects.filter(email_fingerprint=writer).order_by("pk").iterator(BATCH):
        yield {
            **_content(mail),
            "subject": mail.subject,
            "state": mail.state,
            "written_at": mail.created_at,
            "sent_at": mail.sent_at,
            "attempts": mail.tries,
            "last_error": mail.last_error,
        }


def _content(mail: OutgoingMail) -> dict:
    """The recipient and what the mail says; None for each where the key that reads it is missing.

    Without what opens private pages or proves an address: the file passes through the hands of whoever makes it.
    """
    try:
        to, content = mail.read()
    except Unreadable:
        return dict.fromkeys(("to", "text", "html", "headers"))
    return {"to": to, **_without_tokens(content)}


def _without_tokens(value: Any) -> Any:
    """The value with each text in it as `request_log.without_tokens` leaves it."""
    match value:
        case str():
            return without_tokens(value)
        case dict():
            return {key: _without_tokens(held) for key, held in value.items()}
    return value
