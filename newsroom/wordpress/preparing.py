"""Items of an archive made ready to be stored: as articles and pages of the site, with what was changed noted."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote_to_bytes

from django.core.exceptions import ValidationError
from django.utils import timezone

from articles import importing as old_articles
from articles import site_pages
from articles.importing import OldArticle, Prepared
from articles.models import Article, Author, Section, SitePage, Tag
from articles.models.addresses import GIVEN_SLUG_MAX_LENGTH
from articles.models.fields import EARLIEST
from articles.workflow import PublishingError, Status
from newsroom.text.bidi import clean_line
from newsroom.text.excerpt import excerpt, plain_text
from newsroom.text.markup import TooDeep
from newsroom.text.sanitizer import SanitizerError
from newsroom.text.slug import slugify
from newsroom.wordpress import discussion
from newsroom.wordpress.bodies import Body, converted
from newsroom.wordpress.discussion import Discussion
from newsroom.wordpress.media import Gallery, Media
from newsroom.wordpress.models import ImportedItem, Kind, key_of
from newsroom.wordpress.moments import moment
from newsroom.wordpress.names import Names
from newsroom.wordpress.report import Fate, Outcome
from newsroom.wordpress.survey import Survey
from newsroom.wordpress.taxonomy import CategoryMap
from newsroom.wordpress.wishes import Wishes
from newsroom.wordpress.wxr import Item

_CUT_ESCAPE = re.compile("%[0-9a-fA-F]?$")
_ADDRESS = re.compile(r"\S+@\S+")
_PRIMARY = ("_yoast_wpseo_primary_category", "rank_math_primary_category")


@dataclass(slots=True)
class Ready:
    """An item that waits for its batch: with an article or a page to be stored, or comments for one that is there."""

    item: Item
    outcome: Outcome
    guid: str
    digest: str
    prepared: Prepared | None = None
    page: SitePage | None = None
    talk: Discussion | None = None
    gallery: Gallery | None = None
    stored: ImportedItem | None = None
    spare: datetime | None = None


def leave_comments(item: Item, outcome: Outcome, reason: str = "comment_of_left") -> None:
    count = len(item.comments) + item.comments_beyond
    if not count:
        return
    outcome.comments = Counter({f"left:{reason}": count})
    outcome.comments_left = [(comment.number, reason) for comment in item.comments]


def refuse(each: Ready, reason: str) -> None:
    each.prepared = each.page = each.talk = None
    each.outcome.fate = Fate.LEFT
    each.outcome.notes.append(("refused", reason))
    leave_comments(each.item, each.outcome)


class Preparation:
    """Makes items ready, by what the archive says as a whole and whoever imports it wishes.

    `paths` are those of categories by their slugs, `byline` is whose article is that names nobody.
    """

    def __init__(
        self,
        found: Survey,
        wishes: Wishes,
        category_map: CategoryMap,
        names: Mapping[type, Names],
        media: Media,
        paths: Mapping[str, str],
        byline: str,
    ) -> None:
        self._found, self._wishes, self._map, self._names = found, wishes, category_map, names
        self._media, self._paths, self._byline = media, paths, byline
        self._now = timezone.now()
        self._categories_by_number = {
            term.number: slug for slug, term in found.categories.items() if term.number
        }
        self._slugs: set[str] = set()
        # When the articles of the batch that came in earlier were published.
        self._there: dict[int, datetime | None] = {}

    def make_ready(self, batch: Sequence[Ready]) -> None:
        """Make the items of a batch ready. Four queries, and those of new names and pictures."""
        keys = [key_of(each.guid) for each in batch]
        stored = {row.key: row for row in ImportedItem.objects.filter(key__in=keys)}
        self._slugs = self._taken_slugs(batch, stored)
        there = [row.number for row in stored.values() if row.kind == Kind.ARTICLE]
        self._there = dict(Article.objects.filter(pk__in=there).values_list("pk", "published_at"))
        for each in batch:
            each.stored = stored.get(key_of(each.guid))
            if each.stored is None:
                self._prepare(each)
            else:
                self._meet(each)

    def _prepare(self, each: Ready) -> None:
        item, outcome = each.item, each.outcome
        outcome.notes += [("oversized", name) for name in item.oversized]
        is_page = item.kind == "page"
        each.gallery = Gallery(self._media, self.headline(item, None))
        try:
            body = converted(
                item.content,
                each.gallery.place,
                hosts=frozenset(self._found.hosts),
                children=self._found.children.get(item.number, ()),
                reusable=self._found.reusable,
                takes_pictures=not is_page,
            )
        except TooDeep:
            refuse(each, "nested too deeply")
            return
        self._note_body(body, outcome)
        try:
            if is_page:
                self._prepare_page(each, body)
            else:
                self._prepare_article(each, body)
        except (PublishingError, SanitizerError, site_pages.PageRefused) as error:
            refuse(each, str(error))
        except ValidationError as error:
            refuse(each, error.messages[0])

    def _note_body(self, body: Body, outcome: Outcome) -> None:
        outcome.notes += [("dropped", f"{name} × {count}") for name, count in sorted(body.dropped.items())]
        outcome.notes += [
            ("unknown_shortcode", f"[{name}] × {count}") for name, count in sorted(body.unknown.items())
        ]
        if body.has_paged:
            outcome.notes.append(("pages_joined", ""))

    def published_at(self, item: Item) -> datetime | None:
        return moment(item.date_gmt, item.date, self._wishes.zone, item.pub_date)

    def _status(self, item: Item, outcome: Outcome) -> tuple[Status, datetime | None]:
        """Whether and since when readers may see an item. What they could not see there, they do not see here."""
        at = self.published_at(item)
        reason = ""
        if item.password:
            reason = "draft_password"
        elif item.status == "private":
            reason = "draft_private"
        elif item.status == "pending":
            return Status.IN_REVIEW, None
        elif item.status == "draft":
            return Status.DRAFT, None
        elif item.status not in ("publish", "future"):
            reason = "draft_status"
        elif at is None:
            reason = "draft_date"
        elif item.status == "future" and at <= self._now:
            reason = "draft_missed"
        if reason:
            outcome.notes.append((reason, item.status if reason == "draft_status" else ""))
            return Status.DRAFT, None
        return Status.PUBLISHED, at

    def _prepare_article(self, each: Ready, body: Body) -> None:
        item, outcome, gallery = each.item, each.outcome, each.gallery
        status, at = self._status(item, outcome)
        featured = next(iter(item.meta.get("_thumbnail_id", ())), "")
        if featured.isascii() and featured.isdecimal() and len(featured) < 18:
            gallery.lead_with(int(featured))
        outcome.notes += [("picture_lost", label) for label in gallery.lost]
        section, tags = self._place(item, outcome)
        old = OldArticle(
            slug=self._free_slug(item, outcome),
            headline=self.headline(item, outcome),
            summary=self.summary(item, outcome),
            body=body.html,
            section=section,
            authors=(self._author(item, outcome),),
            tags=tuple(tags),
            published_at=at,
            status=status,
            modified_at=self._modified_at(item, at),
            pictures=gallery.pictures,
        )
        try:
            each.prepared = old_articles.prepare(old)
        except PublishingError as error:
            if status != Status.PUBLISHED:
                raise
            outcome.notes.append(("draft_text", str(error)))
            old = _as_draft(old)
            each.prepared = old_articles.prepare(old)
        each.spare = at or self._now
        each.talk = discussion.read(item.comments, self._moment, each.spare, self._now)

    def _prepare_page(self, each: Ready, body: Body) -> None:
        item, outcome = each.item, each.outcome
        status, at = self._status(item, outcome)
        longest = SitePage._meta.get_field("title").max_length
        title = self.headline(item, outcome) or "-"
        if len(title) > longest:
            outcome.notes.append(("headline_cut", ""))
        page = SitePage(
            title=excerpt(title, longest),
            body=body.html,
            slug=slugify(_readable(item.name), GIVEN_SLUG_MAX_LENGTH) if item.name else "",
            is_published=status == Status.PUBLISHED and at is not None and at <= self._now,
        )
        site_pages.print_body(page)
        each.page = page
        leave_comments(item, outcome, "comment_of_page")

    def _meet(self, each: Ready) -> None:
        """An item that came in earlier: what is new among its comments comes in, and nothing else of it changes."""
        item, outcome, row = each.item, each.outcome, each.stored
        outcome.fate, outcome.kind, outcome.number = Fate.EARLIER, row.kind, row.number
        outcome.notes = [tuple(note) for note in row.notes]
        if row.digest != each.digest:
            outcome.notes.append(("changed_there", ""))
        if row.kind != Kind.ARTICLE:
            leave_comments(item, outcome, "comment_of_page")
            return
        if row.number not in self._there:
            outcome.notes.append(("deleted_here", ""))
            leave_comments(item, outcome)
            return
        each.spare = self._there[row.number] or self._now
        each.talk = discussion.read(item.comments, self._moment, each.spare, self._now)

    def _moment(self, gmt: str, local: str) -> datetime | None:
        return moment(gmt, local, self._wishes.zone)

    def _modified_at(self, item: Item, at: datetime | None) -> datetime | None:
        changed = moment(item.modified_gmt, item.modified, self._wishes.zone)
        if at is None:
            # Of what is not published the last hand on it, so that the desk has it where it belongs.
            changed = changed or self.published_at(item)
        elif changed is not None and changed <= at:
            return None
        return changed if changed is not None and EARLIEST <= changed <= self._now else None

    def headline(self, item: Item, outcome: Outcome | None) -> str:
        longest = Article._meta.get_field("headline").max_length
        headline = clean_line(
            plain_text(item.title) if "<" in item.title or "&" in item.title else item.title
        )
        if not headline:
            headline = excerpt(plain_text(item.content[:4_000]), 80)
            if outcome and headline:
                outcome.notes.append(("headline_made", ""))
        if len(headline) > longest:
            if outcome:
                outcome.notes.append(("headline_cut", ""))
            headline = excerpt(headline, longest)
        return headline

    def summary(self, item: Item, outcome: Outcome) -> str:
        longest = Article._meta.get_field("summary").max_length
        text = plain_text(item.excerpt) if item.excerpt.strip() else ""
        if len(text) > longest:
            outcome.notes.append(("summary_cut", ""))
            text = excerpt(text, longest)
        return text

    def _slug(self, item: Item) -> str:
        written = _readable(item.name)
        return slugify(written, GIVEN_SLUG_MAX_LENGTH) if written else slugify(self.headline(item, None))

    def _free_slug(self, item: Item, outcome: Outcome) -> str:
        wanted = self._slug(item)
        candidate, number = wanted, 1
        while candidate in self._slugs:
            number += 1
            candidate = f"{wanted}-{number}"
        if candidate != wanted:
            outcome.notes.append(("slug_taken", candidate))
        self._slugs.add(candidate)
        return candidate

    def _author(self, item: Item, outcome: Outcome) -> Author:
        writer = self._found.writers.get(item.creator)
        name = (writer.display_name if writer else item.creator) or ""
        # Who signed in by an address, and is called nothing else, did not mean to publish it.
        if not clean_line(name) or _ADDRESS.fullmatch(clean_line(name)):
            outcome.notes.append(("author_default", ""))
            name = self._byline
        return self._names[Author].row(name)

    def _place(self, item: Item, outcome: Outcome) -> tuple[Section, list[Tag]]:
        """The section of an item, that of its main category, and its tags."""
        slugs = [slug for domain, slug, _name in item.terms if domain == "category"]
        named = [number for name in _PRIMARY for number in item.meta.get(name, ())]
        primary = self._categories_by_number.get(named[0]) if named else None
        if primary in slugs:
            slugs = [primary, *(slug for slug in slugs if slug != primary)]
        section = None
        tags: list[Tag] = []
        for slug in slugs:
            place = self._map.place(slug)
            if place.kind == "section" and section is None:
                section = self._names[Section].row(place.name)
            elif place.kind != "leave":
                tags.append(self._names[Tag].row(place.name))
        if section is None:
            section = self._section_above(slugs)
        if section is None:
            outcome.notes.append(("section_default", self._map.default))
            section = self._names[Section].row(self._map.default)
        named_tags = [name for domain, _slug, name in item.terms if domain == "post_tag" and clean_line(name)]
        tags += [self._names[Tag].row(name) for name in named_tags]
        return section, list(dict.fromkeys(tags))

    def _section_above(self, slugs: Sequence[str]) -> Section | None:
        """The section above a category that is a tag, the nearest."""
        for slug in slugs:
            for above in reversed(self._paths.get(slug, "").split("/")):
                place = self._map.place(above)
                if place.kind == "section":
                    return self._names[Section].row(place.name)
        return None

    def _taken_slugs(self, batch: Sequence[Ready], stored: Mapping[str, ImportedItem]) -> set[str]:
        """Which of the addresses that the batch will want are taken, and those made of them by a number."""
        wanted = {
            self._slug(each.item)
            for each in batch
            if each.item.kind != "page" and key_of(each.guid) not in stored
        }
        taken = set(Article.objects.filter(slug__in=wanted).values_list("slug", flat=True))
        for slug in list(taken):
            taken |= set(
                Article.objects.filter(slug__startswith=f"{slug}-").values_list("slug", flat=True)[:10_000]
            )
        return taken


def _as_draft(old: OldArticle) -> OldArticle:
    return replace(old, status=Status.DRAFT, published_at=None, modified_at=None)


def digest_of(item: Item) -> str:
    said = (
        item.title, item.content, item.excerpt, item.date, item.date_gmt, item.status, item.name, item.password,
        item.creator, sorted(item.terms), sorted(item.meta.items()),
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _readable(name: str) -> str:
    """A slug as people read it; where WordPress cut it off within a letter, without the rest of that."""
    return unquote_to_bytes(_CUT_ESCAPE.sub("", name)).decode("utf-8", "ignore")
