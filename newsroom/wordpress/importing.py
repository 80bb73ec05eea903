"""The verb of an archive of WordPress, or of a feed: all that is in it comes in, or the report says why it does not.

Items are known by their guid, so that an import that was ended is resumed by beginning again, and the same archive
again changes nothing. A batch of items, their comments, addresses and what is noted of them are stored in one
transaction; pictures before it, one by one. What the site has, stays: names that are there are taken, an article that
was changed there since it came in is not touched, and one that an editor deleted does not come back.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from articles import importing as old_articles
from articles.models import Article, Author, Section, Tag
from newsroom.text.bidi import clean_line
from newsroom.text.excerpt import excerpt
from newsroom.wordpress import accounting, older_versions, permalinks, survey, taxonomy, wxr
from newsroom.wordpress.media import Media
from newsroom.wordpress.names import Names
from newsroom.wordpress.preparing import Preparation, Ready, digest_of, leave_comments
from newsroom.wordpress.report import Fate, Note, Outcome, Report
from newsroom.wordpress.storing import Store
from newsroom.wordpress.survey import Survey, guid_of
from newsroom.wordpress.taxonomy import CategoryMap
from newsroom.wordpress.wishes import ImportRefused, Wishes
from newsroom.wordpress.wxr import Item

# What one transaction stores at most: items, comments, and letters of their texts.
BATCH, BATCH_COMMENTS, BATCH_LETTERS = 100, 4_000, 8_000_000
# One imports at a time; any number that nothing else of the site locks by.
_IMPORTING = 7_206_312

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
            old_articles.hold_indexes_off()
            stack.callback(old_articles.let_indexes_be_made)
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


class _Import:
    """One import, from the first item to the last."""

    def __init__(self, found: Survey, wishes: Wishes) -> None:
        self._found, self._wishes = found, wishes
        self.report = Report(
            is_rehearsal=wishes.is_rehearsal,
            counted=found.counted,
            comments_counted=found.comments,
            replaced=found.replaced,
            broken=found.broken,
        )
        self._map = self._read_map()
        self.report.map = self._map.as_toml(found.categories, found.posts_of_category)
        self.report.unknown_categories = [slug for slug in self._map.places if slug not in found.categories]
        known = set(Section.objects.values_list("name", flat=True))
        self.report.new_sections = [name for name in self._map.sections() if name not in known]
        title = clean_line(found.site.title) if found.site else ""
        byline = title[: taxonomy.NAME_MAX_LENGTH] or _("The newsroom")
        credit = wishes.credit or title[:200] or byline
        self._media = Media(found.attachments, wishes.media, wishes.hosts, credit, wishes.is_rehearsal)
        self._names = {kind: Names(kind) for kind in (Section, Author, Tag)}
        self._paths = {
            slug: permalinks.path_of_category(term, found.categories)
            for slug, term in found.categories.items()
        }
        self._ready = Preparation(found, wishes, self._map, self._names, self._media, self._paths, byline)
        self._store = Store(wishes.permalinks, self._paths)
        self._waiting: list[Ready] = []
        self._letters = self._comments = 0
        self._guids: set[bytes] = set()
        self._attachments: set[int] = set()

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
            leave_comments(item, outcome)
            return
        self._guids.add(mark)
        self._waiting.append(Ready(item, self._outcome(item, Fate.CAME), guid, digest_of(item)))
        self._letters += len(item.content)
        self._comments += len(item.comments)
        if len(self._waiting) >= BATCH or self._comments >= BATCH_COMMENTS or self._letters >= BATCH_LETTERS:
            self._flush()

    def _outcome(self, item: Item, fate: Fate, *notes: Note) -> Outcome:
        title = excerpt(clean_line(item.title), 200)
        return Outcome(item.kind or "post", item.line, item.number, title, fate, notes=list(notes))

    def _flush(self) -> None:
        batch, self._waiting = self._waiting, []
        self._letters = self._comments = 0
        self._ready.make_ready(batch)
        self._store.store(batch)
        self.report.outcomes += [each.outcome for each in batch]

    def end(self) -> None:
        """Take in what waits, and account for what is known only when everything has come."""
        self._flush()
        accounting.attachments(self._found, self._media.rehearsed, self._store.articles, self.report)
        accounting.names(self._found, self._wishes, self._map, self._names, self._paths, self.report)
        accounting.arrange(self._store.sticky, self.report)

    def take_revision(self, item: Item) -> None:
        """Keep an older version of an article that came in."""
        outcome = self._outcome(item, Fate.LEFT)
        self.report.outcomes.append(outcome)
        number = self._store.articles.get(item.parent)
        article = Article.objects.filter(pk=number).first() if number else None
        hosts = frozenset(self._found.hosts)
        older_versions.take_in(item, outcome, article, self._media, hosts, self._ready)
