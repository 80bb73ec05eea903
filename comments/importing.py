"""The verb of old comments that come in: by the thousand, decided or waiting elsewhere, stored in bulk.

What is stored is what `submission.submit` and `moderation.approve` would have stored one by one, as it would be a month
later: of a network nothing is known, and neither likeness nor wave is noted, for only what came in the last three days
is compared. What waits is screened by the rules, so that moderators see why; what was decided is not judged again.
"""

import secrets
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from articles import kept_pages
from comments import judging, screening
from comments.models import PATH_DIGITS, PATH_LEVELS, Comment, Decision, Finding, Mode, Status, Thread
from comments.submission import SubmissionError, text_columns
from newsroom import encryption, row_copy
from newsroom.text import bidi

_TEXT = ("body", "direction", "script", "wording_fingerprint", "search_key")
_WRITTEN = (
    "id", "article_id", "parent_id", "root_id", "path", "depth", "author_name", "author_direction",
    "email_encrypted", "email_fingerprint", *_TEXT, "status", "is_shown", "version", "created_at",
    "submission_fingerprint", "receipt", "website", "is_placeholder",
)  # fmt: skip
_DECIDED_VERSION = 2
_new_receipt = Comment._meta.get_field("receipt").get_default


@dataclass(frozen=True, slots=True)
class OldComment:
    """A comment, cleaned, as it was sent elsewhere at `created_at` (aware), and what was decided of it, if anything.

    `parent` is the place of what it answers among the comments of its article, in the order in which they come in,
    from 0 on. An `email` that is empty is not known.
    """

    article: int
    parent: int | None
    author_name: str
    email: str
    body: str
    created_at: datetime
    status: Status
    website: str = ""
    # Its text was erased there, and keeps the place for what answers it.
    is_placeholder: bool = False


class NoParent(SubmissionError):
    """A comment answers what is not there; `place` is its own among those that came with it."""

    def __init__(self, place: int) -> None:
        super().__init__(_("This comment can no longer be answered."))
        self.place = place


class _Place(NamedTuple):
    """Where a comment stands, for what answers it."""

    number: int
    root: int
    path: str
    depth: int
    is_shown: bool


def take_in(comments: Sequence[OldComment]) -> list[int]:
    """Store old comments with decisions and findings, and return their numbers; those of one article come in the order
    of `OldComment.parent`.

    To be called in a transaction, by one at a time for each article. Raises NoParent. Seven statements at most,
    however many there are.
    """
    answered = {comment.article for comment in comments if comment.parent is not None}
    places = _places(answered)
    numbers = row_copy.draw_numbers(Comment, len(comments))
    rows = []
    for at, (number, comment) in enumerate(zip(numbers, comments, strict=True)):
        try:
            parent = None if comment.parent is None else places[comment.article][comment.parent]
        except IndexError:
            raise NoParent(at) from None
        # Shown is what is approved and answers nothing that is not.
        is_shown = comment.status == Status.APPROVED and (parent is None or parent.is_shown)
        place = _place(number, parent, is_shown=is_shown)
        if comment.article in answered:
            places[comment.article].append(place)
        rows.append(_row(comment, place, parent))
    row_copy.copy(Comment, _WRITTEN, rows)
    row_copy.copy(
        Decision,
        ("comment_id", "from_status", "to_status", "act", "version_seen", "at"),
        (
            (number, Status.PENDING.value, comment.status.value, uuid.uuid4(), 1, comment.created_at)
            for number, comment in zip(numbers, comments, strict=True)
            if comment.status != Status.PENDING
        ),
    )
    waiting = [
        (number, old) for number, old in zip(numbers, comments, strict=True) if old.status == Status.PENDING
    ]
    if waiting:
        _keep_findings(waiting)
    kept_pages.all_changed()
    return numbers


def close(articles: Sequence[int]) -> None:
    """Take no comments on these articles, which come in: nothing is said of their comments yet. One statement."""
    row_copy.copy(Thread, ("article_id", "mode"), ((number, Mode.CLOSED.value) for number in articles))


def _places(articles: set[int]) -> dict[int, list[_Place]]:
    """The comments of articles in the order of their numbers, which is that in which they came. One query, or none."""
    places: dict[int, list[_Place]] = defaultdict(list)
    if articles:
        there = Comment.objects.filter(article__in=articles).order_by("pk")
        for article, *place in there.values_list(
            "article_id", "pk", "root_id", "path", "depth", "is_shown"
        ).iterator():
            places[article].append(_Place(*place))
    return places


def _place(number: int, parent: _Place | None, *, is_shown: bool) -> _Place:
    above = parent.path[: PATH_DIGITS * (PATH_LEVELS - 1)] if parent else ""
    return _Place(
        number,
        parent.root if parent else number,
        f"{above}{number:0{PATH_DIGITS}x}",
        parent.depth + 1 if parent else 0,
        is_shown,
    )


def _row(comment: OldComment, place: _Place, parent: _Place | None) -> list[Any]:
    text = text_columns(comment.author_name, comment.body)
    return [
        place.number,
        comment.article,
        parent and parent.number,
        place.root,
        place.path,
        place.depth,
        comment.author_name,
        bidi.direction(comment.author_name),
        encryption.encrypt(comment.email) if comment.email else "",
        # A random word where it is not known, so that no two comments have one writer.
        encryption.email_fingerprint(comment.email) if comment.email else secrets.token_hex(32),
        *(text[name] for name in _TEXT),
        comment.status.value,
        place.is_shown,
        1 if comment.status == Status.PENDING else _DECIDED_VERSION,
        comment.created_at,
        # The time in which it would be the same as another is over; see `submission`.
        f"past:{place.number}",
        _new_receipt(),
        comment.website,
        comment.is_placeholder,
    ]


def _keep_findings(waiting: Sequence[tuple[int, OldComment]]) -> None:
    drafts = [screening.Draft(old.author_name, "", old.body, honeypot="") for _number, old in waiting]
    found = zip(waiting, judging.screen_alone(drafts), strict=True)
    rows = [
        (number, row.rule, row.weight, Jsonb(row.facts), Jsonb(row.evidence))
        for (number, _old), findings in found
        for row in judging.finding_rows(findings)
    ]
    row_copy.copy(Finding, ("comment_id", "rule", "weight", "facts", "evidence"), rows)
