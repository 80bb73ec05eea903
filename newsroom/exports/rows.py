"""What a newsroom takes along, row by row: every kind with its fields written out, so that none comes out unnamed.

No row holds a network, a fingerprint or a password. An e-mail address is there for who asks for addresses, and null
otherwise. All is read in the order of numbers, in one snapshot of the database, by cursors of the server.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import F, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from articles import images
from articles.models import (
    Arrangement,
    Article,
    Author,
    Byline,
    Correction,
    DayOfReadings,
    DeskNote,
    FormerFile,
    Image,
    PageEdition,
    Revision,
    Section,
    Series,
    SitePage,
    Tag,
    Transition,
    Wording,
)
from comments.models import (
    Comment,
    Decision,
    Note,
    Policy,
    RejectionReason,
    Report,
    Sanction,
    Target,
    Thread,
    WatchedWord,
)
from comments.models import Revision as FormerText
from newsroom.encryption import Unreadable, decrypt
from newsroom.wordpress.models import Kind as OldKind
from newsroom.wordpress.models import OldAddress

# Rows that are in memory at once.
BATCH = 500
Row = dict[str, Any]


@contextmanager
def snapshot() -> Iterator[datetime]:
    """The database as it is at this moment, which is given, to be read and no more until the block ends."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
            moment = timezone.now()
            # The first statement that sees rows takes the snapshot.
            cursor.execute("SELECT FROM django_migrations LIMIT 1")
        yield moment


def line(kind: str, row: Row) -> bytes:
    return json.dumps({"type": kind} | row, ensure_ascii=False, default=_as_json).encode() + b"\n"


def _as_json(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def _read(rows: QuerySet, *names: str, order: Sequence[str] = ("pk",), **more: Any) -> Iterator[Row]:
    """Rows by their number: columns by their `names`, and `more` expressions under theirs, which end in _ where a
    column has that name already."""
    found = rows.order_by(*order).values(*names, **more)
    for row in found.iterator(BATCH):
        yield {name.rstrip("_"): value for name, value in row.items()}


def _sections(_emails: bool) -> Iterator[Row]:
    return _read(Section.objects, "slug", "name", "description", "color", "position", number=F("pk"))


def _tags(_emails: bool) -> Iterator[Row]:
    return _read(Tag.objects, "slug", "name", number=F("pk"))


def _authors(_emails: bool) -> Iterator[Row]:
    return _read(
        Author.objects, "slug", "name", "role", "biography", number=F("pk"), account=F("user__username")
    )


def _series(_emails: bool) -> Iterator[Row]:
    return _read(Series.objects, "slug", "name", "description", "order", number=F("pk"))


def _accounts(emails: bool) -> Iterator[Row]:
    names = ("username", "first_name", "last_name", "is_active", "is_staff", "is_superuser", "date_joined")
    groups = User.groups.through.objects.filter(user=OuterRef("pk")).order_by("group__name")
    rows = _read(
        User.objects,
        *names,
        number=F("pk"),
        email_=F("email"),
        groups_=ArraySubquery(groups.values("group__name")),
    )
    for row in rows:
        yield row | {"email": row["email"] if emails else None}


def _images(_emails: bool) -> Iterator[Row]:
    names = ("digest", "width", "height", "title", "alt", "decorative", "caption", "credit", "rights")
    former = FormerFile.objects.filter(image=OuterRef("pk")).order_by("pk")
    rows = _read(
        Image.objects, *names, "focal_x", "focal_y", "created_at", number=F("pk"),
        uploaded_by_=F("uploaded_by__username"), former_digests=ArraySubquery(former.values("pk")),
    )  # fmt: skip
    for row in rows:
        yield row | {"file": f"media/{images.master_name(row['digest'])}"}


def _pages(_emails: bool) -> Iterator[Row]:
    names = ("slug", "title", "language", "purpose", "position", "is_published", "modified_at")
    return _read(SitePage.objects, *names, number=F("pk"), body_html_=F("body"))


def _page_editions(_emails: bool) -> Iterator[Row]:
    names = ("version", "title", "at")
    return _read(
        PageEdition.objects,
        *names,
        number=F("pk"),
        page_=F("page_id"),
        body_html_=F("body"),
        by_=F("by__username"),
    )


_OF_ARTICLE = (
    "slug", "kicker", "summary", "language", "source_name", "source_url", "translated_from", "machine_translated",
    "related", "status", "published_at", "withdraw_at", "modified_at", "created_at", "version",
)  # fmt: skip


def _articles(_emails: bool) -> Iterator[Row]:
    signed = Byline.objects.filter(article=OuterRef("pk")).order_by("position", "pk")
    tags = Article.tags.through.objects.filter(article=OuterRef("pk")).order_by("tag__sort_key", "tag")
    former = (
        Revision.objects.filter(article=OuterRef("pk"))
        .annotate(former=KeyTextTransform("slug", "content"))
        .exclude(former__isnull=True)
        .order_by("former")
        .distinct("former")
    )
    addresses = OldAddress.objects.filter(kind=OldKind.ARTICLE, number=OuterRef("pk")).order_by("pk")
    rows = _read(
        Article.objects, *_OF_ARTICLE, number=F("pk"), title=F("headline"), body_html_=F("body"),
        section_=F("section__slug"), series_=F("series__name"), hero_=F("hero_id"),
        hero_digest=F("hero__digest"),
        translation_of_=F("translation_of_id"), translation_reviewer_=F("translation_reviewer__name"),
        created_by_=F("created_by__username"), reviewer_=F("reviewer__username"),
        unpublished_changes=F("working_copy_id"),
        authors_=ArraySubquery(signed.values("author__name")), tags_=ArraySubquery(tags.values("tag__name")),
        slugs=ArraySubquery(former.values("former")), old_addresses=ArraySubquery(addresses.values("address")),
    )  # fmt: skip
    for row in rows:
        slugs = row.pop("slugs")
        yield row | {"former_slugs": [slug for slug in slugs if slug and slug != row["slug"]]}


def _revisions(_emails: bool) -> Iterator[Row]:
    names = ("content", "kind", "at", "note", "name", "base_version", "applied_at")
    return _read(
        Revision.objects, *names, number=F("pk"), article_number=F("article_id"), by_=F("by__username")
    )


def _corrections(_emails: bool) -> Iterator[Row]:
    """Article by article, as comments are, so that both can be read beside the articles."""
    return _read(
        Correction.objects, "kind", "note", "at", "edited_at", order=("article_id", "pk"), number=F("pk"),
        article_number=F("article_id"),
        by_=F("by__username"),
    )  # fmt: skip


def _wordings(_emails: bool) -> Iterator[Row]:
    return _read(
        Wording.objects, "kind", "note", "at", number=F("pk"), correction_number=F("correction_id"),
        by_=F("by__username"),
    )  # fmt: skip


def _moves(_emails: bool) -> Iterator[Row]:
    names = (
        "headline",
        "move",
        "is_denied",
        "from_state",
        "to_state",
        "published_at",
        "withdraw_at",
        "note",
        "at",
    )
    return _read(
        Transition.attempts, *names, number=F("pk"), article_number=F("article_id"), by_=F("by__username"),
        assignee_=F("assignee__username"),
    )  # fmt: skip


def _desk_notes(_emails: bool) -> Iterator[Row]:
    return _read(
        DeskNote.objects, "text", "at", number=F("pk"), article_number=F("article_id"), by_=F("by__username")
    )


def _arrangements(_emails: bool) -> Iterator[Row]:
    names = ("version", "picks", "banner", "banner_link", "banner_ends_at", "at")
    return _read(
        Arrangement.objects,
        *names,
        number=F("pk"),
        section_=F("opinion_section__slug"),
        by_=F("by__username"),
    )


def _readings(_emails: bool) -> Iterator[Row]:
    return _read(DayOfReadings.objects, "day", "times", number=F("pk"), article_number=F("article_id"))


def _threads(_emails: bool) -> Iterator[Row]:
    return _read(Thread.objects, "mode", "closes_after_days", "night", article_number=F("pk"))


_OF_COMMENT = (
    "author_name", "email_encrypted", "website", "body", "is_proven", "wants_replies", "language", "status",
    "is_shown", "is_placeholder", "is_shadowed", "created_at", "edited_at", "picked_at", "useful",
)  # fmt: skip


def _comments(emails: bool) -> Iterator[Row]:
    """Article by article, and there in the order in which they came: `parent` counts those of the same article."""
    rows = Comment.objects.order_by("article_id", "pk").values(
        *_OF_COMMENT, "article_id", "parent_id", number=F("pk"), article_slug=F("article__slug"),
        account=F("staff__username"),
    )  # fmt: skip
    article, places = None, {}
    for row in rows.iterator(BATCH):
        if row["article_id"] != article:
            article, places = row["article_id"], {}
        places[row["number"]] = len(places)
        yield {
            "number": row["number"],
            "article": row["article_slug"],
            "article_number": article,
            "parent": places.get(row["parent_id"]),
            "in_reply_to": row["parent_id"],
            "name": row["author_name"],
            "email": _address(row["email_encrypted"]) if emails else None,
            "website": row["website"],
            "body": row["body"],
            "staff": row["account"],
            "address_was_proven": row["is_proven"],
            "wants_replies": row["wants_replies"],
            "language": row["language"],
            "status": row["status"],
            "is_shown": row["is_shown"],
            "is_placeholder": row["is_placeholder"],
            "is_held_in_silence": row["is_shadowed"],
            "created_at": row["created_at"],
            "edited_at": row["edited_at"],
            "picked_at": row["picked_at"],
            "useful": row["useful"],
        }


def _address(encrypted: str) -> str | None:
    """None where it was erased, or where the key that reads it is missing."""
    try:
        return decrypt(encrypted) if encrypted else None
    except Unreadable:
        return None


def _former_texts(_emails: bool) -> Iterator[Row]:
    return _read(
        FormerText.objects, "body", "version", "replaced_at", number=F("pk"), comment_number=F("comment_id")
    )


def _decisions(_emails: bool) -> Iterator[Row]:
    names = ("from_status", "to_status", "cause", "note", "at")
    return _read(
        Decision.objects, *names, number=F("pk"), comment_number=F("comment_id"), by_=F("by__username"),
        reason_=F("reason_id"), undoes_=F("undoes_id"),
    )  # fmt: skip


def _moderators_notes(_emails: bool) -> Iterator[Row]:
    return _read(
        Note.objects, "text", "at", number=F("pk"), comment_number=F("comment_id"), by_=F("by__username")
    )


def _reports(_emails: bool) -> Iterator[Row]:
    names = ("complaint", "text", "created_at", "settled_at")
    return _read(Report.objects, *names, number=F("pk"), comment_number=F("comment_id"))


def _rejection_reasons(_emails: bool) -> Iterator[Row]:
    return _read(RejectionReason.objects, "code", "label", "letter", "position", "is_active")


def _watched_words(_emails: bool) -> Iterator[Row]:
    return _read(WatchedWord.objects, "term", "kind", "level", "reason", "is_active", number=F("pk"))


def _sanctions(_emails: bool) -> Iterator[Row]:
    """Those against names and domains. What stands for an address or a network is a fingerprint, of use here alone."""
    names = ("target", "value", "label", "effect", "reason", "created_at", "expires_at", "lifted_at")
    rows = Sanction.objects.filter(target__in=[Target.NAME, Target.DOMAIN])
    return _read(rows, *names, number=F("pk"), created_by_=F("created_by__username"))


def _rules(_emails: bool) -> Iterator[Row]:
    names = (
        "mode", "closes_after_days", "is_night_on", "night_from", "night_until", "approvals_for_trust", "edit_minutes",
        "network_limit", "writer_limit", "article_limit",
    )  # fmt: skip
    return _read(Policy.objects, *names)


# By the type of a line, which is also the name of its file, in an order in which nothing refers to what comes later.
KINDS: dict[str, Callable[[bool], Iterator[Row]]] = {
    "account": _accounts,
    "section": _sections,
    "tag": _tags,
    "author": _authors,
    "series": _series,
    "image": _images,
    "page": _pages,
    "page_edition": _page_editions,
    "article": _articles,
    "revision": _revisions,
    "correction": _corrections,
    "wording": _wordings,
    "move": _moves,
    "desk_note": _desk_notes,
    "arrangement": _arrangements,
    "readings": _readings,
    "rules": _rules,
    "thread": _threads,
    "comment": _comments,
    "former_text": _former_texts,
    "rejection_reason": _rejection_reasons,
    "decision": _decisions,
    "moderators_note": _moderators_notes,
    "report": _reports,
    "watched_word": _watched_words,
    "sanction": _sanctions,
}
# Those of which WXR is made.
OF_WXR = ("section", "tag", "author", "image", "page", "article", "correction", "thread", "comment")
