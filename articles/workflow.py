"""The workflow of an article as a table: which moves there are, from where, and who may make them."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


PUBLISH = "articles.publish_article"
WRITE = "articles.change_article"


@dataclass(frozen=True)
class Move:
    """A button on the article's form: `permission` is asked of whoever presses it."""

    name: str
    label: str | Promise
    done: str | Promise
    sources: frozenset[Status]
    target: Status
    permission: str
    takes_time: bool = False
    takes_note: bool = False


MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move(
            "submit", _("Submit for review"), _("Submitted for review."),
            frozenset({Status.DRAFT}), Status.IN_REVIEW, WRITE,
        ),
        Move(
            "return", _("Return to the writer"), _("Returned to the writer."),
            frozenset({Status.IN_REVIEW}), Status.DRAFT, PUBLISH, takes_note=True,
        ),
        Move(
            "publish", _("Publish"), _("Published."),
            frozenset({Status.DRAFT, Status.IN_REVIEW}), Status.PUBLISHED, PUBLISH, takes_time=True,
        ),
        Move(
            "withdraw", _("Withdraw to draft"), _("Withdrawn; readers no longer see it."),
            frozenset({Status.PUBLISHED}), Status.DRAFT, PUBLISH, takes_note=True,
        ),
        Move(
            "archive", _("Archive"), _("Archived; readers no longer see it."),
            frozenset({Status.PUBLISHED, Status.DRAFT}), Status.ARCHIVED, PUBLISH,
        ),
        Move(
            "restore", _("Restore to draft"), _("Restored to draft."),
            frozenset({Status.ARCHIVED}), Status.DRAFT, PUBLISH,
        ),
    )
}  # fmt: skip


def moves_from(status: str) -> list[Move]:
    return [move for move in MOVES.values() if status in move.sources]
