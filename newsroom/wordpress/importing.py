"""The verb of an archive of WordPress, or of a feed: all that is in it comes in, or the report says why it does not.

Items are known by their guid, so that an import that was ended is resumed by beginning again, and the same archive
again changes nothing. A batch of items, their comments, addresses and what is noted of them are stored in one
transaction; pictures before it, one by one. What the site has, stays: names that are there are taken, an article that
was changed there since it came in is not touched, and one that an editor deleted does not come back.
"""

import hashlib
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from articles import contents, front_page, publishing, site_pages
from articles import importing as old_articles
from articles.importing import OldArticle, Prepared
from articles.models import Arrangement, Article, Author, Revision, Section, SitePage, Tag
from articles.models.addresses import GIVEN_SLUG_MAX_LENGTH
from articles.slots import Pick
from articles.workflow import PublishingError, Status
from comments import importing as old_comments
from comments.models import Comment
from newsroom import row_copy
from newsroom.text.bidi import clean_line
from newsroom.text.excerpt import excerpt, plain_text
from newsroom.text.markup import TooDeep
from newsroom.text.sanitizer import SanitizerError, sanitize_article
from newsroom.text.slug import slugify
from newsroom.wordpress import discussion, old_addresses, permalinks, survey, taxonomy, wxr
from newsroom.wordpress.bodies import Body, converted
from newsroom.wordpress.discussion import Discussion
from newsroom.wordpress.media import Gallery, Media
from newsroom.wordpress.models import ImportedComment, ImportedItem, Kind, OldAddress, key_of
from newsroom.wordpress.moments import moment
from newsroom.wordpress.old_addresses import Target
from newsroom.wordpress.report import Fate, Note, Outcome, Report
from newsroom.wordpress.survey import Survey, guid_of
from newsroom.wordpress.taxonomy import CategoryMap
from newsroom.wordpress.wxr import Item

logger = logging.getLogger(__name__)

# What one transaction stores at most: items, comments, and letters of their texts.
BATCH, BATCH_COMMENTS, BATCH_LETTERS = 100, 4_000, 8_000_000
# One imports at a time; any number that nothing else of the site locks by.
_IMPORTING = 7_206_312
# So many names of authors and tags are remembered.
_MOST_NAMES = 20_000
# Addresses of the old site that lead to the site as a whole, whatever was in it.
_FEEDS = (
    "/feed/rss", "/feed/rss2", "/feed/rdf", "/rss", "/rss2", "/rdf", "/atom", "/rss.xml", "/feed.xml", "/atom.xml",
    "/comments/feed", "/comments/feed/atom", "/comments/feed/rss2", "/wp-rss.php", "/wp-rss2.php", "/wp-atom.php",
    "/wp-rdf.php", "/wp-feed.php", "?feed=rss2", "?feed=rss", "?feed=atom", "?feed=rdf", "?feed=comments-rss2",
)  # fmt: skip
_CUT_ESCAPE = re.compile("%[0-9a-fA-F]?$")
_PRIMARY = ("_yoast_wpseo_primary_category", "rank_math_primary_category")


class ImportRefused(ValueError):
    """Nothing was begun; the message is for whoever asked."""


@dataclass(frozen=True)
class Wishes:
    """What whoever imports asked for. `map` is the file of categories, read; `permalinks` are structures of addresses
    beside those that the archive tells; `zone` is that of the old site."""

    media: Path | None = None
    hosts: frozenset[str] = frozenset()
    section_map: str | None = None
    zone: tzinfo = field(default_factory=lambda: ZoneInfo(settings.TIME_ZONE))
    permalinks: tuple[str, ...] = ()
    category_base: str = "category"
    tag_base: str = "tag"
    credit: str = ""
    as_posts: frozenset[str] = frozenset()
    with_revisions: bool = False
    is_rehearsal: bool = False


Told = Callable[[str, int, int], Any]


def run(
    paths: Sequence[Path],
    wishes: Wishes,
    *,
    read: survey.Reader = wxr.read,
    told: Told = lambda _stage, _done, _all: None,
) -> Report:
    """Take in all files and return what became of each item; `told` is called with a stage, and bytes done and in all.

    Memory does not grow with the files, but by a few hundred bytes for each item. Raises ImportRefused where another
    import is under way or the map of categories is none, OSError for files that cannot be read.
    """
    begun = time.monotonic()
    size = sum(path.stat().st_size for path in paths)
    with ExitStack() as stack:
        stack.enter_context(_alone())
        # Words of ours that are stored are those of the edition.
        stack.enter_context(translation.override(settings.LANGUAGE_CODE))
        try:
            found = survey.of(paths, read, lambda done: told("survey", done, size))
        except survey.TooMuch as error:
            raise ImportRefused(str(error)) from error
        if wishes.is_rehearsal:
            stack.enter_context(_taken_back())
        elif not Article.objects.exists():
            old_articles.put_off_indexes()
            stack.callback(old_articles.make_indexes)
        one = _Import(found, wishes)
        one.report.files = [path.name for path in paths]
        broken: list[str] = []
        for entry in survey.entries(paths, read, lambda done, _replaced: told("import", done, size), broken):
            if isinstance(entry, Item):
                one.take(entry)
        one.end()
        if found.has_revisions and wishes.with_revisions and not wishes.is_rehearsal:
            for entry in survey.entries(
                paths, read, lambda done, _replaced: told("revisions", done, size), []
            ):
                if isinstance(entry, Item) and entry.kind == "revision":
                    one.take_revision(entry)
    one.report.seconds = time.monotonic() - begun
    return one.report


@contextmanager
def _alone():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_IMPORTING])
        if not cursor.fetchone()[0]:
            raise ImportRefused("Another import is under way.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_IMPORTING])


@contextmanager
def _taken_back():
    """Nothing that is stored within stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass(slots=True)
class _Ready:
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


class _Import:
    """One import, from the first item to the last."""

    def __init__(self, found: Survey, wishes: Wishes) -> None:
        self._found, self._wishes = found, wishes
        self._now = timezone.now()
        self.report = Report(
            is_rehearsal=wishes.is_rehearsal,
            counted=found.counted,
            comments_counted=found.comments,
            replaced=found.replaced,
            broken=found.broken,
        )
        self._map = self._read_map()
        self.report.map = self._map.as_toml(found.categories, found.posts_of_category)
        title = clean_line(found.site.title) if found.site else ""
        self._byline = title[: taxonomy.NAME_MAX_LENGTH] or _("The newsroom")
        self._media = Media(
            found.attachments, wishes.media, wishes.hosts, wishes.credit or title[:200] or self._byline,
            wishes.is_rehearsal,
        )  # fmt: skip
        self._names = {kind: _Names(kind) for kind in (Section, Author, Tag)}
        self._paths = {
            slug: permalinks.path_of_category(term, found.categories)
            for slug, term in found.categories.items()
        }
        self._categories_by_number = {
            term.number: slug for slug, term in found.categories.items() if term.number
        }
        self._waiting: list[_Ready] = []
        self._letters = self._comments = 0
        self._guids: set[bytes] = set()
        self._attachments: set[int] = set()
        self._slugs: set[str] = set()
        # When the articles of the batch that came in earlier were published.
        self._there: dict[int, datetime | None] = {}
        # What items of the archive became, by their numbers there: articles, for attachments and revisions.
        self._articles: dict[int, int] = {}
        self._sticky: list[tuple[int, Outcome]] = []
        self._used_categories: set[str] = set()
        self._used_tags: set[str] = set()
        self._used_writers: set[str] = set()

    def _read_map(self) -> CategoryMap:
        if self._wishes.section_map is None:
            return taxonomy.proposed(self._found.categories, self._found.posts_of_category, _("News"))
        try:
            return taxonomy.read(self._wishes.section_map, self._found.categories)
        except taxonomy.MapError as error:
            raise ImportRefused(f"The map of categories: {error}") from error

    # Items

    def take(self, item: Item) -> None:
        """Take in an item, with the batch that it fills."""
        kind = "post" if item.kind in self._wishes.as_posts or not item.kind else item.kind
        # Attachments are accounted for at the end, when it is known who shows them.
        attachment = self._found.attachments.get(item.number) if kind == "attachment" else None
        if attachment is not None and item.number not in self._attachments:
            self._attachments.add(item.number)
            attachment.comments = item.comments_beyond + len(item.comments)
            attachment.comment_numbers = [comment.number for comment in item.comments]
            return
        if kind == "revision" and self._wishes.with_revisions and not self._wishes.is_rehearsal:
            return
        guid = guid_of(item)
        mark = hashlib.sha256(guid.encode("utf-8", "surrogatepass")).digest()[:16]
        reason: Note | None = None
        if kind == "revision":
            reason = ("revision", "")
        elif kind == "attachment":
            reason = ("guid_twice", "")
        elif kind not in ("post", "page"):
            reason = ("kind", item.kind)
        elif item.status in ("trash", "auto-draft"):
            reason = ("trash" if item.status == "trash" else "auto_draft", "")
        elif mark in self._guids:
            reason = ("guid_twice", "")
        if reason:
            outcome = self._outcome(item, Fate.LEFT, reason)
            self.report.outcomes.append(outcome)
            self._leave_comments(item, outcome)
            return
        self._guids.add(mark)
        self._waiting.append(_Ready(item, self._outcome(item, Fate.CAME), guid, _digest(item)))
        self._letters += len(item.content)
        self._comments += len(item.comments)
        if len(self._waiting) >= BATCH or self._comments >= BATCH_COMMENTS or self._letters >= BATCH_LETTERS:
            self._flush()

    def _outcome(self, item: Item, fate: Fate, *notes: Note) -> Outcome:
        title = excerpt(clean_line(item.title), 200)
        return Outcome(item.kind or "post", item.line, item.number, title, fate, notes=list(notes))

    def _leave_comments(self, item: Item, outcome: Outcome, reason: str = "comment_of_left") -> None:
        count = len(item.comments) + item.comments_beyond
        if not count:
            return
        outcome.comments = Counter({f"left:{reason}": count})
        outcome.comments_left = [(comment.number, reason) for comment in item.comments]

    def _flush(self) -> None:
        batch, self._waiting = self._waiting, []
        self._letters = self._comments = 0
        stored = {
            row.key: row for row in ImportedItem.objects.filter(key__in=[key_of(each.guid) for each in batch])
        }
        self._slugs = self._taken_slugs(batch, stored)
        there = [row.number for row in stored.values() if row.kind == Kind.ARTICLE]
        self._there = dict(Article.objects.filter(pk__in=there).values_list("pk", "published_at"))
        for each in batch:
            each.stored = stored.get(key_of(each.guid))
            if each.stored is None:
                self._prepare(each)
            else:
                self._meet(each)
        self._store(batch)
        self.report.outcomes += [each.outcome for each in batch]

    def _taken_slugs(self, batch: Sequence[_Ready], stored: dict[str, ImportedItem]) -> set[str]:
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

    def _slug(self, item: Item) -> str:
        written = _readable(item.name)
        return slugify(written, GIVEN_SLUG_MAX_LENGTH) if written else slugify(self._headline(item, None))

    def _headline(self, item: Item, outcome: Outcome | None) -> str:
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

    # One item

    def _prepare(self, each: _Ready) -> None:
        item, outcome = each.item, each.outcome
        outcome.notes += [("oversized", name) for name in item.oversized]
        is_page = item.kind == "page"
        each.gallery = Gallery(self._media, self._headline(item, None))
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
            self._refuse(each, "nested too deeply")
            return
        self._note_body(body, outcome)
        try:
            if is_page:
                self._prepare_page(each, body)
            else:
                self._prepare_article(each, body)
        except (PublishingError, SanitizerError, site_pages.PageRefused) as error:
            self._refuse(each, str(error))
        except ValidationError as error:
            self._refuse(each, error.messages[0])

    def _refuse(self, each: _Ready, reason: str) -> None:
        each.prepared = each.page = each.talk = None
        each.outcome.fate = Fate.LEFT
        each.outcome.notes.append(("refused", reason))
        self._leave_comments(each.item, each.outcome)

    def _note_body(self, body: Body, outcome: Outcome) -> None:
        outcome.notes += [("dropped", f"{name} × {count}") for name, count in sorted(body.dropped.items())]
        outcome.notes += [
            ("unknown_shortcode", f"[{name}] × {count}") for name, count in sorted(body.unknown.items())
        ]
        if body.has_paged:
            outcome.notes.append(("pages_joined", ""))

    def _published_at(self, item: Item) -> datetime | None:
        return moment(item.date_gmt, item.date, self._wishes.zone, item.pub_date)

    def _status(self, item: Item, outcome: Outcome) -> tuple[Status, datetime | None]:
        """Whether and since when readers may see an item. What they could not see there, they do not see here."""
        at = self._published_at(item)
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

    def _prepare_article(self, each: _Ready, body: Body) -> None:
        item, outcome, gallery = each.item, each.outcome, each.gallery
        status, at = self._status(item, outcome)
        featured = next(iter(item.meta.get("_thumbnail_id", ())), "")
        if featured.isascii() and featured.isdecimal() and len(featured) < 18:
            gallery.lead_with(int(featured))
        outcome.notes += [("picture_lost", label) for label in gallery.lost]
        section, tags = self._place(item, outcome)
        old = OldArticle(
            slug=self._free_slug(item, outcome),
            headline=self._headline(item, outcome),
            summary=self._summary(item, outcome),
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

    def _prepare_page(self, each: _Ready, body: Body) -> None:
        item, outcome = each.item, each.outcome
        status, at = self._status(item, outcome)
        longest = SitePage._meta.get_field("title").max_length
        title = self._headline(item, outcome) or "-"
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
        self._leave_comments(item, outcome, "comment_of_page")

    def _moment(self, gmt: str, local: str) -> datetime | None:
        return moment(gmt, local, self._wishes.zone)

    def _modified_at(self, item: Item, at: datetime | None) -> datetime | None:
        changed = moment(item.modified_gmt, item.modified, self._wishes.zone)
        if at is None:
            # Of what is not published the last hand on it, so that the desk has it where it belongs.
            changed = changed or self._published_at(item)
        elif changed is not None and changed <= at:
            return None
        return changed if changed is not None and changed <= self._now else None

    def _summary(self, item: Item, outcome: Outcome) -> str:
        longest = Article._meta.get_field("summary").max_length
        text = plain_text(item.excerpt) if item.excerpt.strip() else ""
        if len(text) > longest:
            outcome.notes.append(("summary_cut", ""))
            text = excerpt(text, longest)
        return text

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

    # Names

    def _author(self, item: Item, outcome: Outcome) -> Author:
        writer = self._found.writers.get(item.creator)
        self._used_writers.add(item.creator)
        name = (writer.display_name if writer else item.creator) or ""
        if not clean_line(name):
            outcome.notes.append(("author_default", ""))
            name = self._byline
        return self._names[Author].row(name)

    def _place(self, item: Item, outcome: Outcome) -> tuple[Section, list[Tag]]:
        slugs = [slug for domain, slug, _name in item.terms if domain == "category"]
        named = [number for name in _PRIMARY for number in item.meta.get(name, ())]
        primary = self._categories_by_number.get(named[0]) if named else None
        if primary in slugs:
            slugs = [primary, *(slug for slug in slugs if slug != primary)]
        section = None
        tags: list[Tag] = []
        for slug in slugs:
            place = self._map.place(slug)
            if place.kind == "leave":
                continue
            self._used_categories.add(slug)
            if place.kind == "section" and section is None:
                section = self._names[Section].row(place.name)
            else:
                tags.append(self._names[Tag].row(place.name))
        if section is None:
            # The section above a category that is a tag.
            for slug in slugs:
                for above in reversed(self._paths.get(slug, "").split("/")):
                    place = self._map.place(above)
                    if place.kind == "section" and section is None:
                        section = self._names[Section].row(place.name)
                        self._used_categories.add(above)
        if section is None:
            outcome.notes.append(("section_default", self._map.default))
            section = self._names[Section].row(self._map.default)
        for domain, slug, name in item.terms:
            if domain == "post_tag" and clean_line(name):
                self._used_tags.add(slug)
                tags.append(self._names[Tag].row(name))
        return section, list(dict.fromkeys(tags))

    # What is there already

    def _meet(self, each: _Ready) -> None:
        """An item that came in earlier: what is new among its comments comes in, and nothing else of it changes."""
        item, outcome, row = each.item, each.outcome, each.stored
        outcome.fate, outcome.kind, outcome.number = Fate.EARLIER, row.kind, row.number
        outcome.notes = [tuple(note) for note in row.notes]
        if row.digest != each.digest:
            outcome.notes.append(("changed_there", ""))
        if row.kind != Kind.ARTICLE:
            self._leave_comments(item, outcome, "comment_of_page")
            return
        if row.number not in self._there:
            outcome.notes.append(("deleted_here", ""))
            self._leave_comments(item, outcome)
            return
        each.spare = self._there[row.number] or self._now
        self._articles[item.number] = row.number
        each.talk = discussion.read(item.comments, self._moment, each.spare, self._now)
        if item.is_sticky:
            self._sticky.append((row.number, outcome))

    # Storing

    def _store(self, batch: Sequence[_Ready]) -> None:
        notes = [list(each.outcome.notes) for each in batch]
        try:
            with transaction.atomic():
                self._write(batch)
        except (OperationalError, InterfaceError):
            # The database is away, and nothing else can be stored either.
            raise
        except (DatabaseError, PublishingError, old_comments.NoParent) as error:
            for each, own in zip(batch, notes, strict=True):
                each.outcome.notes = own
                if each.outcome.fate == Fate.CAME:
                    each.outcome.kind, each.outcome.number = "", 0
            if len(batch) == 1:
                logger.warning("An item of an archive cannot be stored: %s", type(error).__name__)
                # The message of a database may hold the row; its first line does not.
                self._refuse(batch[0], str(error).partition("\n")[0][:300])
                return
            # One of them cannot be stored; the others are.
            for each in batch:
                self._store([each])

    def _write(self, batch: Sequence[_Ready]) -> None:
        articles = [each for each in batch if each.prepared is not None]
        if articles:
            old_articles.take_in([each.prepared for each in articles])
        pages = [each for each in batch if each.page is not None]
        for each in pages:
            each.page.pk = None
            each.page.version = 0
            site_pages.save(each.page, by=None)
        for each in articles:
            each.outcome.kind, each.outcome.number = Kind.ARTICLE.value, each.prepared.article.pk
        for each in pages:
            each.outcome.kind, each.outcome.number = Kind.PAGE.value, each.page.pk
        closed = [
            each.outcome.number
            for each in articles
            if each.item.comment_status == "closed" and each.prepared.old.status == Status.PUBLISHED
        ]
        old_comments.close(closed)
        self._write_addresses([*articles, *pages])
        numbers = row_copy.draw_numbers(ImportedItem, len(articles) + len(pages))
        rows = []
        for number, each in zip(numbers, [*articles, *pages], strict=True):
            each.stored = ImportedItem(pk=number)
            rows.append(
                (
                    number, key_of(each.guid), each.guid[:2_000], each.outcome.kind, each.outcome.number, each.digest,
                    row_copy.Jsonb([list(note) for note in each.outcome.notes]), self._now,
                )
            )  # fmt: skip
        row_copy.copy(ImportedItem, ("id", "key", "guid", "kind", "number", "digest", "notes", "at"), rows)
        self._write_comments([each for each in batch if each.talk is not None])
        for each in articles:
            self._articles[each.item.number] = each.outcome.number
            if each.item.is_sticky and each.prepared.article.is_public:
                self._sticky.append((each.outcome.number, each.outcome))

    def _write_comments(self, batch: Sequence[_Ready]) -> None:
        known = self._known_comments([each for each in batch if each.outcome.fate == Fate.EARLIER])
        rows: list[old_comments.OldComment] = []
        kept: list[tuple[int, int]] = []
        for each in batch:
            talk, outcome = each.talk, each.outcome
            there = known.get(each.stored.pk, {})
            new = talk.of(outcome.number)
            numbers = [number for number, _comment in talk.comments]
            if there:
                new, numbers = self._later(outcome.number, talk, there)
            rows += new
            kept += [(each.stored.pk, number) for number in numbers]
            outcome.comments = Counter({"came": len(numbers), "earlier": len(talk.comments) - len(numbers)})
            outcome.comments += Counter(f"left:{reason}" for _number, reason in talk.left)
            if each.item.comments_beyond:
                outcome.comments["left:comment_beyond"] += each.item.comments_beyond
            outcome.changed = Counter(talk.changed)
            outcome.comments_left = list(talk.left)
        stored = old_comments.take_in(rows) if rows else []
        row_copy.copy(
            ImportedComment,
            ("item_id", "number_there", "number"),
            ((item, there, here) for (item, there), here in zip(kept, stored, strict=True)),
        )

    def _known_comments(self, batch: Sequence[_Ready]) -> dict[int, dict[int, int]]:
        """The comments that came in earlier with these items: their numbers here by those there."""
        known: dict[int, dict[int, int]] = {each.stored.pk: {} for each in batch}
        if known:
            rows = ImportedComment.objects.filter(item__in=known).values_list(
                "item_id", "number_there", "number"
            )
            for item, there, here in rows.iterator():
                known[item][there] = here
        return known

    def _later(
        self, article: int, talk: Discussion, there: dict[int, int]
    ) -> tuple[list[old_comments.OldComment], list[int]]:
        """The comments that came to an item since, as they answer what is here."""
        numbers = [number for number, _comment in talk.comments]
        later = [number for number in numbers if number not in there]
        if not later:
            return [], []
        stored = Comment.objects.filter(article=article).order_by("pk").values_list("pk", "is_shown")
        places = {pk: place for place, (pk, _is_shown) in enumerate(stored)}
        shown = {pk for pk, is_shown in stored if is_shown}
        new: list[old_comments.OldComment] = []
        own: dict[int, int] = {}
        for number, comment in zip(numbers, talk.of(article), strict=True):
            if number in there:
                continue
            parent = None
            if comment.parent is not None:
                answered = numbers[comment.parent]
                if answered in own:
                    parent = own[answered]
                elif there.get(answered) in shown:
                    parent = places[there[answered]]
            own[number] = len(places) + len(new)
            new.append(replace(comment, parent=parent))
        return new, later

    # Addresses

    def _write_addresses(self, batch: Sequence[_Ready]) -> None:
        wanted: list[tuple[str, Target]] = []
        owners: dict[str, Outcome] = {}
        for each in batch:
            target = Target(each.outcome.kind, each.outcome.number)
            for address in permalinks.addresses_of(each.item, self._wishes.permalinks, self._paths):
                wanted.append((address, target))
                owners[old_addresses.folded(address)] = each.outcome
                if address.startswith("/") and _is_shadowed(address):
                    each.outcome.notes.append(("shadowed", address))
            if each.prepared and each.prepared.article.is_public:
                for address, number in permalinks.archives_of(each.item):
                    wanted.append((address, Target(Kind.ARCHIVE.value, number)))
            for attachment in each.gallery.used if each.gallery else ():
                file = Target(Kind.IMAGE.value, attachment.image)
                wanted += [(path, file) for path in (old_addresses.path_of(attachment.address),) if path]
        for address in old_addresses.keep(wanted):
            if address in owners:
                owners[address].notes.append(("address_twice", address))

    # The end

    def end(self) -> None:
        """Take in what waits, and all that is known only when everything has come."""
        self._flush()
        self._end_attachments()
        self._end_names()
        self._arrange()

    def _end_attachments(self) -> None:
        wanted = []
        for each in self._found.attachments.values():
            outcome = Outcome("attachment", each.line, each.number, each.title[:200], Fate.LEFT)
            if each.comments:
                outcome.comments = Counter({"left:comment_of_left": each.comments})
                outcome.comments_left = [(number, "comment_of_left") for number in each.comment_numbers]
            if each.image:
                outcome.fate, outcome.kind, outcome.number = Fate.CAME, Kind.IMAGE.value, each.image
            elif each.is_used:
                outcome.notes.append(("file_missing", each.reason))
                if self._media.rehearsed and each.guid in self._media.rehearsed:
                    outcome.fate, outcome.notes = Fate.CAME, []
            elif known := self._earlier_picture(each.guid):
                outcome.fate, outcome.kind, outcome.number = Fate.EARLIER, Kind.IMAGE.value, known
            else:
                outcome.notes.append(("unused", ""))
            self.report.outcomes.append(outcome)
            article = self._articles.get(each.parent)
            if article:
                own = [f"?attachment_id={each.number}", f"?p={each.number}", old_addresses.path_of(each.link)]
                wanted += [(address, Target(Kind.ARTICLE.value, article)) for address in own if address]
        with transaction.atomic():
            for start in range(0, len(wanted), 2_000):
                old_addresses.keep(wanted[start : start + 2_000])

    def _earlier_picture(self, guid: str) -> int:
        if not self._pictures_known:
            return 0
        return self._pictures_known.get(key_of(guid), 0)

    @property
    def _pictures_known(self) -> dict[str, int]:
        if self._known_pictures is None:
            rows = ImportedItem.objects.filter(kind=Kind.IMAGE).values_list("key", "number")
            self._known_pictures = dict(rows.iterator())
        return self._known_pictures

    _known_pictures: dict[str, int] | None = None

    def _end_names(self) -> None:
        """Account for categories, tags and writers, and keep the addresses of their archives."""
        found, wanted = self._found, []
        base, tag_base = self._wishes.category_base.strip("/"), self._wishes.tag_base.strip("/")
        for slug, term in found.categories.items():
            place = self._map.place(slug)
            row = None
            if place.kind != "leave":
                row = self._names[Section if place.kind == "section" else Tag].known(place.name)
            self._account("category", term.number, term.name, row, place.kind == "leave")
            if row is not None:
                target = Target(place.kind, row.pk)
                addresses = [f"/{base}/{self._paths[slug]}", f"/{base}/{slug}", f"?category_name={slug}"]
                wanted += [(address, target) for address in addresses]
                if term.number:
                    wanted.append((f"?cat={term.number}", target))
        for slug, term in found.tags.items():
            row = self._names[Tag].known(term.name)
            self._account("tag", term.number, term.name, row)
            if row is not None:
                target = Target(Kind.TAG.value, row.pk)
                wanted += [(f"/{tag_base}/{slug}", target), (f"?tag={slug}", target)]
        for login, writer in found.writers.items():
            row = self._names[Author].known(writer.display_name)
            self._account("author", writer.number, writer.display_name, row)
            if row is not None:
                target = Target(Kind.AUTHOR.value, row.pk)
                nicename = slugify(login.replace("@", "-").replace(".", "-"))
                wanted += [(f"/author/{nicename}", target), (f"?author_name={nicename}", target)]
                if writer.number.isdecimal():
                    wanted.append((f"?author={writer.number}", target))
        for term in found.others:
            outcome = Outcome("term", 0, 0, term.name[:200], Fate.LEFT, notes=[("taxonomy", term.taxonomy)])
            self.report.outcomes.append(outcome)
        if self._articles or OldAddress.objects.exists():
            wanted += [(address, Target(Kind.FEED.value, 0)) for address in _FEEDS]
        with transaction.atomic():
            for start in range(0, len(wanted), 2_000):
                old_addresses.keep(wanted[start : start + 2_000])

    def _account(self, source: str, number: str, name: str, row: Any, is_left: bool = False) -> None:
        there = int(number) if number.isascii() and number.isdecimal() and len(number) < 18 else 0
        outcome = Outcome(source, 0, there, clean_line(name)[:200], Fate.LEFT)
        if row is not None:
            outcome.fate = Fate.CAME
            outcome.kind = {Section: Kind.SECTION, Tag: Kind.TAG, Author: Kind.AUTHOR}[type(row)].value
            outcome.number = row.pk
        else:
            outcome.notes.append(("category_left" if is_left else "unused_name", ""))
        self.report.outcomes.append(outcome)

    def _arrange(self) -> None:
        """Put sticky posts on the front page, where nobody has arranged it."""
        if not self._sticky:
            return
        if Arrangement.objects.exists():
            if any(outcome.fate == Fate.CAME for _number, outcome in self._sticky):
                self.report.remarks.append(("front_page_kept", ""))
            return
        public = Article.objects.published().filter(pk__in=[number for number, _outcome in self._sticky])
        newest = {number: place for place, number in enumerate(public.by_date().values_list("pk", flat=True))}
        slots = [front_page.LEAD] * front_page.PLACES[front_page.LEAD]
        slots += [front_page.SECOND] * front_page.PLACES[front_page.SECOND]
        picks = []
        for number, outcome in sorted(self._sticky, key=lambda pair: newest.get(pair[0], len(newest))):
            if number in newest and len(picks) < len(slots):
                picks.append(Pick(slots[len(picks)], number))
                outcome.notes.append(("sticky", ""))
            else:
                outcome.notes.append(("sticky_left", ""))
        if picks:
            front_page.arrange(front_page.Choice(picks=tuple(picks)), by=None)

    # Older versions

    def take_revision(self, item: Item) -> None:
        """Keep an older version of an article that came in, before the one that it has."""
        outcome = self._outcome(item, Fate.LEFT)
        self.report.outcomes.append(outcome)
        guid = guid_of(item)
        number = self._articles.get(item.parent)
        row = ImportedItem.objects.filter(key=key_of(guid)).first()
        if row is not None:
            outcome.fate, outcome.kind, outcome.number = Fate.EARLIER, row.kind, row.number
            return
        article = Article.objects.filter(pk=number).first() if number else None
        if article is None:
            outcome.notes.append(("revision_alone", ""))
            return
        gallery = Gallery(self._media, article.headline)
        try:
            body = sanitize_article(
                converted(item.content, gallery.place, hosts=frozenset(self._found.hosts)).html
            )
        except (TooDeep, SanitizerError) as error:
            outcome.notes.append(("refused", str(error)))
            return
        with transaction.atomic():
            content = contents.of(article) | {
                "headline": self._headline(item, None), "body": body, "summary": self._summary(item, outcome),
            }  # fmt: skip
            at = self._published_at(item) or article.created_at
            made = Revision.objects.create(article=article, content=content, at=at, applied_at=at)
            # What the article says now stands last, as the newest.
            current = article.revisions.filter(pk__lt=made.pk).order_by("-pk").first()
            if current is not None and article.version <= 2 and article.working_copy_id is None:
                current.delete()
                current.pk = None
                current.save(force_insert=True)
            ImportedItem.objects.create(
                key=key_of(guid), guid=guid[:2_000], kind=Kind.REVISION, number=made.pk, digest=_digest(item)
            )
        outcome.fate, outcome.kind, outcome.number = Fate.CAME, Kind.REVISION.value, made.pk


def _as_draft(old: OldArticle) -> OldArticle:
    return replace(old, status=Status.DRAFT, published_at=None, modified_at=None)


def _digest(item: Item) -> str:
    said = (
        item.title, item.content, item.excerpt, item.date, item.date_gmt, item.status, item.name, item.password,
        item.creator, sorted(item.terms), sorted(item.meta.items()),
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _readable(name: str) -> str:
    """A slug as people read it; where WordPress cut it off within a letter, without the rest of that."""
    return unquote_to_bytes(_CUT_ESCAPE.sub("", name)).decode("utf-8", "ignore")


def _is_shadowed(address: str) -> bool:
    path = f"/{address.strip('/')}/"
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


class _Names:
    """Rows of sections, authors or tags by name, made where there are none."""

    def __init__(self, kind: type[Section] | type[Author] | type[Tag]) -> None:
        self._kind = kind
        self._rows: dict[str, Any] = {}

    def row(self, name: str) -> Any:
        name = _line(name)
        found = self.known(name)
        if found is None:
            found = self._rows[name] = publishing.save_named(self._kind(name=name))
        return found

    def known(self, name: str) -> Any:
        """The row of that name in any spelling, None where there is none."""
        name = _line(name)
        if name not in self._rows:
            if len(self._rows) > _MOST_NAMES:
                self._rows.clear()
            found = self._kind.objects.called(name) if name else []
            if not found:
                return None
            self._rows[name] = found[0]
        return self._rows[name]


def _line(name: str) -> str:
    return clean_line(name)[: taxonomy.NAME_MAX_LENGTH].strip()
