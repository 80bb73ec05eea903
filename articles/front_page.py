"""The front page: what editors arranged, what it shows at an hour and why, and the verb that arranges it anew.

An arrangement is read with the sections, which every page asks for, so that neither the front page nor the banner of
breaking news on all pages costs a query of its own.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles import kept_pages, readings, scopes, site_pages, slots, stories
from articles.denials import Denied
from articles.models import Arrangement, Article, Section
from articles.models.front_page import ARRANGE, BANNER_LASTS
from articles.slots import Page, Pick, Row, Slot
from articles.stories import AT, NUMBERS
from articles.workflow import ARRANGE_FRONT_PAGE
from newsroom.prepared_statements import Parameter, Prepared

LEAD, SECOND, OPINION, LATEST, MISSED = "lead", "second", "opinion", "latest", "missed"
PLACES = {LEAD: 1, SECOND: 4, OPINION: 3, LATEST: 6, MISSED: 4}
STRIP_PLACES = 4
MAX_PICKS = 80
_COLUMNS = ("version", "picks", "opinion_section_id", "banner", "banner_link", "banner_ends_at")


class ArrangementRefused(ValueError):
    """An arrangement that is not kept; the message is for the editor. `field` is that of `Choice` which it is about."""

    def __init__(self, message: str | Promise, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class ArrangementConflict(ArrangementRefused):
    """Somebody else arranged the page since this arrangement was begun."""


@dataclass(frozen=True)
class Choice:
    """What editors choose: an arrangement as a value. `version` is that of the stored one that it began from."""

    picks: tuple[Pick, ...] = ()
    opinion_section: int | None = None
    banner: str = ""
    banner_link: str = ""
    banner_ends_at: datetime | None = None
    version: int = 0

    def shows_banner(self, at: datetime) -> bool:
        return bool(self.banner) and self.banner_ends_at is not None and self.banner_ends_at > at

    def without_past_banner(self, at: datetime) -> "Choice":
        """The same without breaking news that is over: readers see none, and no screen opens with it."""
        if self.shows_banner(at):
            return self
        return replace(self, banner="", banner_link="", banner_ends_at=None)


@dataclass(frozen=True)
class Front:
    """What the page shows at an hour: the articles by number, loaded `for_list`, and where each stands and why."""

    page: Page
    articles: dict[int, Article]

    def stories(self, name: str) -> list[Article]:
        """The articles of a slot in their order."""
        shown = self.page.shown.get(name, ())
        return [self.articles[story.article] for story in shown if story.article in self.articles]


def strip(section: Section) -> str:
    """The name of the slot of a section."""
    return f"section-{section.pk}"


def strips_of(user: Any) -> frozenset[str] | None:
    """The slots for which `user`, who may arrange the page, picks stories; None for all, and all the rest of it.

    Who is limited to sections has their strips alone. One query at most.
    """
    numbers = scopes.sections_of(user)
    return None if numbers is None else frozenset(f"section-{number}" for number in numbers)


def slots_of(
    sections: Iterable[Section], opinion_section: int | None, *, fills_missed: bool = True
) -> list[Slot]:
    """All slots in the order in which they choose their stories. The section of opinion has its slot and no strip.

    Where the most read is shown, there is no more to fill what was missed with.
    """
    return [
        Slot(LEAD, PLACES[LEAD], not_from=opinion_section),
        Slot(SECOND, PLACES[SECOND], not_from=opinion_section),
        Slot(OPINION, PLACES[OPINION], section=opinion_section, fills=opinion_section is not None),
        Slot(LATEST, PLACES[LATEST]),
        *(
            Slot(strip(section), STRIP_PLACES, section=section.pk)
            for section in sections
            if section.pk != opinion_section
        ),
        Slot(MISSED, PLACES[MISSED], fills=fills_missed),
    ]


# Reading


def sections(*, with_picks: bool = False, with_most_read: bool = False) -> list[Section]:
    """All sections in their order, with the newest arrangement on each, which `choice_of` and `banner_of` read, and
    the pages of the site, which `site_pages.at_the_foot` reads. One query.

    With what was read most, too, `readings.most_read` reads that. Without sections there are no articles, so that
    nothing is lost where no row could bring it along.
    """
    found: list[Section] = _sections(with_picks, with_most_read).rows(at=timezone.now())
    return found


@cache
def _sections(with_picks: bool, with_most_read: bool) -> Prepared:
    columns = _COLUMNS if with_picks else ("banner", "banner_link", "banner_ends_at")
    newest = Arrangement.objects.order_by("-version").values(
        row=JSONObject(**{name: name for name in columns})
    )

    def make() -> QuerySet[Section]:
        found = Section.objects.annotate(arrangement=Subquery(newest[:1]), pages=site_pages.rows())
        return readings.with_most_read(found, AT) if with_most_read else found

    return Prepared(make)


def choice_of(found: Sequence[Section]) -> Choice:
    """The arrangement that holds, from what `sections` returned."""
    stored = found[0].arrangement if found else None
    if not stored:
        return Choice()
    return Choice(
        picks=tuple(_pick(row) for row in stored.get("picks", ())),
        opinion_section=stored.get("opinion_section_id"),
        banner=stored["banner"],
        # Whoever wrote it: it is a link on every page.
        banner_link=stored["banner_link"] if _is_path(stored["banner_link"]) else "",
        banner_ends_at=_moment(stored["banner_ends_at"]),
        version=stored.get("version", 0),
    )


def due(choice: Choice) -> tuple[Pick, ...]:
    """The picks of an arrangement that the clock lets stand on the page now."""
    now = timezone.now()
    return tuple([pick for pick in choice.picks if slots.is_due(pick, now)])


def banner_of(found: Sequence[Section]) -> Choice | None:
    """The breaking news that is to be read now, if there is any, from what `sections` returned."""
    choice = choice_of(found)
    return choice if choice.shows_banner(timezone.now()) else None


def stored() -> Choice:
    """The arrangement that holds. One query."""
    return choice_of(sections(with_picks=True))


def compose(choice: Choice, found: Sequence[Section], at: datetime | None = None) -> Front:
    """The page of an arrangement as of `at` (aware; without it, now). Two queries, whatever there is to show.

    `found` are the sections, with what was read most where the page shows that.
    """
    at = at or timezone.now()
    chosen = slots_of(found, choice.opinion_section, fills_missed=not readings.most_read(found))
    page = slots.fill(chosen, choice.picks, _rows(chosen, choice.picks, at), at)
    numbers = {story.article for stories in page.shown.values() for story in stories}
    return Front(page, stories.cards(numbers, at))


def _rows(chosen: Sequence[Slot], picks: Sequence[Pick], at: datetime) -> list[Row]:
    """The stories that can stand on the page, newest first. One query, each part of it a short walk along an index."""
    # So many can stand at other places.
    elsewhere = sum(slot.places for slot in chosen if slot.section is None) + len(picks)
    sections = [slot for slot in chosen if slot.section is not None]
    newest = sum(slot.places for slot in chosen) + len(picks)
    statement = _candidates(newest, tuple(slot.places + elsewhere for slot in sections), bool(picks))
    found = statement.rows(
        at=at,
        numbers=[pick.article for pick in picks],
        **{_section(place): slot.section for place, slot in enumerate(sections)},
    )
    newest_first = sorted(found, key=lambda row: (row[2], row[0]), reverse=True)
    return [Row(number, section) for number, section, _published_at in newest_first]


# Sections and picks change seldom; a page of another shape is compiled anew.
@lru_cache(maxsize=16)
def _candidates(newest: int, of_sections: tuple[int, ...], has_picks: bool) -> Prepared:
    """The statement for so many of the newest, of the newest of each section, and what was picked."""

    def make() -> QuerySet:
        published = Article.objects.published(AT)
        columns = ("pk", "section_id", "published_at")
        parts = [published.by_date().values_list(*columns)[:newest]]
        for place, most in enumerate(of_sections):
            own = published.filter(section=Parameter(_section(place), BigIntegerField()))
            parts.append(own.by_date().values_list(*columns)[:most])
        if has_picks:
            parts.append(published.filter(pk__any_of=NUMBERS).by_date().values_list(*columns))
        return parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]

    return Prepared(make)


def _section(place: int) -> str:
    return f"section{place}"


# Arranging


@transaction.atomic
def arrange(choice: Choice, *, by: Any, expected_version: int | None = None) -> Arrangement:
    """Let the front page be as `choice` says from now on; what was chosen before stays on the record.

    `expected_version` is that of the arrangement which the editor began from; ArrangementConflict when another holds.
    `by` is an account, or None for the site itself. Raises Denied for who may not arrange the page, or not all that
    this would change of it (see `strips_of`), and ArrangementRefused for what cannot be.
    """
    if by is not None and not by.has_perm(ARRANGE):
        raise Denied(by, ARRANGE_FRONT_PAGE)
    now = timezone.now()
    # As they will be stored, and no sooner, they are judged: an invisible sign in an address may hide what it leads to.
    lines = {
        name: Arrangement._meta.get_field(name).to_python(getattr(choice, name))
        for name in ("banner", "banner_link")
    }
    choice = replace(choice, **lines)
    newest = Arrangement.objects.first()
    version = newest.version if newest else 0
    # Before what is theirs is asked: it could differ only by what somebody else did meanwhile.
    if expected_version is not None and expected_version != version:
        raise _conflict()
    _guard(choice, version, by, now)
    _check(choice, now)
    try:
        with transaction.atomic():
            arranged = Arrangement.objects.create(
                version=version + 1,
                picks=[_stored(pick) for pick in choice.picks],
                opinion_section_id=choice.opinion_section,
                banner=choice.banner,
                banner_link=choice.banner_link if choice.banner else "",
                banner_ends_at=choice.banner_ends_at if choice.banner else None,
                by=by,
                at=now,
            )
    except IntegrityError as error:
        # Somebody else was quicker by less than the look at the newest.
        raise _conflict() from error
    kept_pages.arranged(newest, arranged)
    return arranged


def _guard(choice: Choice, version: int, by: Any, now: datetime) -> None:
    """Raise Denied where `choice` differs from the arrangement of this version in what is not for `by` to decide.

    Who is limited to sections leaves all but their strips as it is, and picks for these what stands in the sections.
    Two queries, and none for who is not limited.
    """
    strips = None if by is None else strips_of(by)
    if strips is None:
        return
    now_picked, elsewhere = _apart(choice.without_past_banner(now), strips)
    was = stored()
    if was.version != version:
        raise _conflict()
    was_picked, was_elsewhere = _apart(was.without_past_banner(now), strips)
    if elsewhere != was_elsewhere:
        moved = {pick.article for pick in set(elsewhere.picks) ^ set(was_elsewhere.picks)}
        raise Denied(by, ARRANGE_FRONT_PAGE, Article.objects.filter(pk__in=moved).first())
    added = {pick.article for pick in now_picked} - {pick.article for pick in was_picked}
    strangers = Article.objects.filter(pk__in=added).exclude(section__in=scopes.sections_of(by))
    if stranger := strangers.first():
        raise Denied(by, ARRANGE_FRONT_PAGE, stranger)


def _apart(choice: Choice, strips: frozenset[str]) -> tuple[list[Pick], Choice]:
    """The picks for these strips, and all the rest in an order that does not depend on them."""
    own = [pick for pick in choice.picks if pick.slot in strips]
    others = sorted((pick for pick in choice.picks if pick.slot not in strips), key=lambda pick: pick.slot)
    return own, replace(choice, picks=tuple(others), version=0)


def _conflict() -> ArrangementConflict:
    return ArrangementConflict(_("Somebody else arranged the front page in the meantime."))


def _check(choice: Choice, now: datetime) -> None:
    numbers = [pick.article for pick in choice.picks]
    if len(numbers) != len(set(numbers)):
        raise ArrangementRefused(_("A story can be picked for one place of the page."))
    if len(numbers) > MAX_PICKS:
        raise ArrangementRefused(_("There are too many picks. Remove those that are over."))
    if any(pick.starts_at and pick.ends_at and pick.ends_at <= pick.starts_at for pick in choice.picks):
        raise ArrangementRefused(_("A pick must end after it starts."))
    if not choice.banner:
        return
    if choice.banner_ends_at is None:
        raise ArrangementRefused(_("Breaking news needs an hour until which it stands."), "banner_ends_at")
    if not now < choice.banner_ends_at <= now + BANNER_LASTS:
        raise ArrangementRefused(
            _("Breaking news stands for 24 hours at most, and not until an hour that has passed."),
            "banner_ends_at",
        )
    if choice.banner_link and not _is_path(choice.banner_link):
        raise ArrangementRefused(
            _("Breaking news leads to a page of this site, such as /article/12/."), "banner_link"
        )


def own_path(address: str) -> str:
    """The path of a full address of this site; any other text as it is."""
    try:
        return urlsplit(address)._replace(scheme="", netloc="").geturl() if _is_ours(address) else address
    except ValueError:
        return address


def _is_ours(address: str) -> bool:
    return address.startswith(f"{settings.SITE_URL}/")


def _is_path(address: str) -> bool:
    # Browsers read a backslash as a slash and leave tabs and line ends out; two slashes are the beginning of another
    # site's address.
    return address.startswith("/") and not address.startswith("//") and not re.search(r"[\\\t\n\r]", address)


def _stored(pick: Pick) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(pick).items()
        if value is not None
    }


def _pick(row: dict[str, Any]) -> Pick:
    moments = {name: _moment(row.get(name)) for name in ("starts_at", "ends_at")}
    return Pick(row["slot"], row["article"], place=row.get("place"), **moments)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
