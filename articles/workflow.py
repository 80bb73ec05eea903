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


class State(TextChoices):
    """What a person calls the state of an article: its status, and of a published one what the clock makes of it."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn on time")
    ARCHIVED = "archived", _("Archived")


PUBLISH = "articles.publish_article"
WRITE = "articles.change_article"


class PublishingError(ValueError):
    """A move that the article or the account does not allow; the message is for the person who tried."""


@dataclass(frozen=True)
class Move:
    """A button on the article's form: `permission` is asked of whoever presses it.

    `done` is told when it is made; `done_unseen`, where there is one, if readers did not see the article before.
    A move that takes a time is made at once without one, unless it needs it; one that takes a note is made without one,
    unless it needs it. Changes that wait to be published become the article itself with any move, unless it leaves them
    waiting. One that is its writer's is made by no other, whatever their rights.
    """

    name: str
    label: str | Promise
    done: str | Promise
    sources: frozenset[State]
    target: Status
    permission: str
    takes_time: bool = False
    needs_time: bool = False
    takes_note: bool = False
    needs_note: bool = False
    leaves_changes: bool = False
    sets_date: bool = True
    done_unseen: str | Promise = ""
    is_writers: bool = False

    @property
    def shows_text(self) -> bool:
        """Whether readers see afterwards, or at the hour that it takes, what is written in the article now."""
        return self.target == Status.PUBLISHED and not self.leaves_changes


MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move(
            "submit", _("Submit for review"), _("Submitted for review."),
            frozenset({State.DRAFT}), Status.IN_REVIEW, WRITE,
        ),
        Move(
            "take_back", _("Take back from review"), _("Taken back from review; it is a draft again."),
            frozenset({State.IN_REVIEW}), Status.DRAFT, WRITE, is_writers=True,
        ),
        Move(
            "return", _("Return to the writer"), _("Returned to the writer."),
            frozenset({State.IN_REVIEW}), Status.DRAFT, PUBLISH, takes_note=True, needs_note=True,
        ),
        Move(
            "publish", _("Publish"), _("Published."),
            frozenset({State.DRAFT, State.IN_REVIEW}), Status.PUBLISHED, PUBLISH, takes_time=True,
        ),
        Move(
            "reschedule", _("Change the hour"), _("Published."),
            frozenset({State.SCHEDULED}), Status.PUBLISHED, PUBLISH, takes_time=True, needs_time=True,
            leaves_changes=True,
        ),
        Move(
            "publish_now", _("Publish now"), _("Published."),
            frozenset({State.SCHEDULED}), Status.PUBLISHED, PUBLISH,
        ),
        Move(
            "publish_changes", _("Publish changes"), _("The changes are published."),
            frozenset({State.SCHEDULED, State.PUBLISHED, State.WITHDRAWN}), Status.PUBLISHED, PUBLISH,
            sets_date=False, done_unseen=_("The changes will be published with the article."),
        ),
        Move(
            "withdraw", _("Withdraw to draft"), _("Withdrawn; readers no longer see it."),
            frozenset({State.SCHEDULED, State.PUBLISHED, State.WITHDRAWN}), Status.DRAFT, PUBLISH, takes_note=True,
            done_unseen=_("Withdrawn to draft."),
        ),
        Move(
            "archive", _("Archive"), _("Archived; readers no longer see it."),
            frozenset({State.SCHEDULED, State.PUBLISHED, State.WITHDRAWN, State.DRAFT}), Status.ARCHIVED, PUBLISH,
            done_unseen=_("Archived."),
        ),
        Move(
            "restore", _("Restore to draft"), _("Restored to draft."),
            frozenset({State.ARCHIVED}), Status.DRAFT, PUBLISH,
        ),
    )
}  # fmt: skip

# What else is recorded besides the moves of articles: who is to review one, when it is withdrawn, what editors note and
# what readers are told of it; and what was denied.
ASSIGN, EDIT, NOTE, CORRECT, REWORD, DELETE = "assign", "edit", "note", "correct", "reword", "delete"
SET_WITHDRAWAL, ARRANGE_FRONT_PAGE = "set_withdrawal", "arrange"
# And what came with its hour, without anybody.
APPEAR, DISAPPEAR = "appear", "disappear"
OF_THE_CLOCK = {APPEAR, DISAPPEAR}
ACTS: dict[str, str | Promise] = {
    **{move.name: move.label for move in MOVES.values()},
    APPEAR: _("Publication at its hour"),
    DISAPPEAR: _("Withdrawal at its hour"),
    ASSIGN: _("Choose a reviewer"),
    EDIT: _("Edit the text"),
    NOTE: _("Write a note of the desk"),
    CORRECT: _("Write a correction"),
    REWORD: _("Reword a correction"),
    DELETE: _("Delete the article"),
    SET_WITHDRAWAL: _("Change the hour of withdrawal"),
    ARRANGE_FRONT_PAGE: _("Arrange the front page"),
}


def moves_from(state: State) -> list[Move]:
    return [move for move in MOVES.values() if state in move.sources]
