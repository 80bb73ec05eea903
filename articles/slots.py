"""Which story stands where on the front page: what editors picked first, the rest by date, and no story twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True)
class Slot:
    """Places for stories under one name.

    Those that are left free by picks are filled with the newest stories of `section` or, without one, of all sections
    but `not_from`; where it does not fill, they stay empty.
    """

    name: str
    places: int
    section: int | None = None
    not_from: int | None = None
    fills: bool = True


@dataclass(frozen=True)
class Pick:
    """A story that an editor put into a slot, from `starts_at` until before `ends_at` (aware).

    With `place`, counted from 1, it stands there whatever becomes of its neighbors; else it moves up.
    """

    slot: str
    article: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: int | None = None


@dataclass(frozen=True)
class Row:
    """What must be known of a story that readers see."""

    article: int
    section: int


class Why(Enum):
    """Why a story stands where it stands."""

    PICKED = "picked"
    PINNED = "pinned"
    AUTOMATIC = "automatic"


class Waiting(Enum):
    """Why a pick stands nowhere."""

    NOT_YET = "not yet"
    OVER = "over"
    UNSEEN = "unseen"
    ELSEWHERE = "elsewhere"
    NO_ROOM = "no room"


@dataclass(frozen=True)
class Shown:
    article: int
    why: Why


@dataclass(frozen=True)
class Page:
    """The stories of each slot by its name, in their order, and why picks, by their articles, stand nowhere."""

    shown: Mapping[str, Sequence[Shown]]
    waiting: Mapping[int, Waiting]


def fill(slots: Sequence[Slot], picks: Iterable[Pick], rows: Sequence[Row], at: datetime) -> Page:
    """Decide the whole page as of `at` (aware) in one pass over the slots for picks and one for the rest.

    `rows` are stories that readers see then, newest first; a pick of any other is passed over. The slots come in the
    order in which they choose.
    """
    seen = {row.article for row in rows}
    picks = list(picks)
    places: dict[str, list[Shown | None]] = {slot.name: [None] * slot.places for slot in slots}
    waiting: dict[int, Waiting] = {}
    taken: set[int] = set()
    for slot in slots:
        # Those with a place of their own first, so that none that moves up takes it.
        of_slot = sorted(
            (pick for pick in picks if pick.slot == slot.name), key=lambda pick: pick.place is None
        )
        for pick in of_slot:
            reason = _not_due(pick, at) or _not_free(pick, seen, taken)
            place = None if reason else _place(pick, places[slot.name])
            if place is None:
                waiting.setdefault(pick.article, reason or Waiting.NO_ROOM)
                continue
            why = Why.PINNED if pick.place == place + 1 else Why.PICKED
            places[slot.name][place] = Shown(pick.article, why)
            taken.add(pick.article)
    for slot in slots:
        if slot.fills:
            _fill_rest(places[slot.name], slot, rows, taken)
    shown = {name: [story for story in stories if story is not None] for name, stories in places.items()}
    return Page(shown, {article: reason for article, reason in waiting.items() if article not in taken})


def is_due(pick: Pick, at: datetime) -> bool:
    """Whether a pick is for the page at this moment (aware)."""
    return _not_due(pick, at) is None


def _not_due(pick: Pick, at: datetime) -> Waiting | None:
    if pick.ends_at is not None and pick.ends_at <= at:
        return Waiting.OVER
    return Waiting.NOT_YET if pick.starts_at is not None and pick.starts_at > at else None


def _not_free(pick: Pick, seen: set[int], taken: set[int]) -> Waiting | None:
    if pick.article not in seen:
        return Waiting.UNSEEN
    return Waiting.ELSEWHERE if pick.article in taken else None


def _place(pick: Pick, stories: Sequence[Shown | None]) -> int | None:
    """Where a pick may stand, counted from 0: at its own place or, where it has none or it is taken, the next free."""
    if pick.place is not None and pick.place <= len(stories) and stories[pick.place - 1] is None:
        return pick.place - 1
    return next((place for place, story in enumerate(stories) if story is None), None)


def _fill_rest(stories: list[Shown | None], slot: Slot, rows: Sequence[Row], taken: set[int]) -> None:
    fitting = (
        row.article
        for row in rows
        if row.article not in taken
        and row.section != slot.not_from
        and (slot.section is None or row.section == slot.section)
    )
    for place, story in enumerate(stories):
        if story is not None:
            continue
        article = next(fitting, None)
        if article is None:
            return
        stories[place] = Shown(article, Why.AUTOMATIC)
        taken.add(article)
