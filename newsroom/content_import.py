"""Taking in an archive: sections, articles and comments from a file of JSON lines, in batches, by several processes.

Each line is an object with its `type`; what it refers to comes before it:

    {"type": "section", "slug", "name"}
    {"type": "article", "slug", "title", "summary", "body_html", "section", "tags", "author", "published_at"}
    {"type": "comment", "article", "parent", "name", "email", "body", "created_at", "status"}

`section` and `article` are slugs, `tags` a list of names, `author` a name, moments are ISO 8601 with their offset.
`parent` is null or the place, from 0 on, of what is answered among the comments of the same article in the order of
lines; `status` is "approved" or "pending". All that is stored is shown as published or waits, and nobody is mailed.

The folder of an export of JSON Lines (`newsroom.exports`) is read likewise, file by file: authors, tags, series and
pictures before the articles, which are in whatever state they were, as comments are, with what else was said of them.
What is known by the accounts and numbers of the other site alone (who wrote, revisions, moves, decisions) stays there.
"""

import gc
import itertools
import multiprocessing
import os
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Q
from django.utils import timezone
from email_validator import EmailNotValidError

from articles import figures, images, library, publishing
from articles import importing as old_articles
from articles.importing import OldArticle
from articles.models import LANGUAGES, Article, Author, FormerFile, Image, Rights, Section, Series, Tag
from articles.models.taxonomy import Color
from articles.workflow import PublishingError
from articles.workflow import Status as ArticleStatus
from comments import importing as old_comments
from comments import learning, privacy
from comments.importing import NoParent, OldComment
from comments.models import BODY_MAX_LENGTH, WEBSITE_MAX_LENGTH, Comment, Status, TriageState
from newsroom import row_copy
from newsroom.content_lines import (
    BadLine,
    ContentError,
    Line,
    count_of,
    moment_of,
    moment_or_none,
    object_of,
    one_of,
    string_of,
    strings_of,
    text_of,
)
from newsroom.text.sanitizer import SanitizerError, is_safe_website

# Lines that are stored in one transaction, by type. So many are in memory for each process, and twice as many wait.
BATCH = {"article": 200, "comment": 2_000}
_OF_ARCHIVE = ("section", "article", "comment")
# The files of an export that are read, in their order.
_FILES = ("section", "author", "tag", "series", "image", "article", "comment")
_WAITING = 2
# So many of each are remembered, so that memory does not grow with the archive.
_MOST_NAMES = 20_000
_LONGEST_NAME = 200
# Batches between two looks for objects that nobody refers to but each other.
_SWEPT_AFTER = 50
_STORED_BATCHES = itertools.count(1)
# Of a line that tells its type first, as nearly all do, the process that deals them out reads no more.
_TYPE = re.compile(rb'\s*\{\s*"type"\s*:\s*"(section|article)"\s*,')
# One makes new authors and tags at a time; any number that nothing else of the site locks by.
_NAMING = 7_206_310

# What an export says of an article in lines, by the columns into which it comes.
_LINES = ("kicker", "source_name", "source_url")
_DIGEST = re.compile("[0-9a-f]{32}")
Row = TypeVar("Row", Author, Series, Tag)


class NotEmpty(ContentError):
    """The site has articles or comments: an archive comes before them, or its numbers would be out of order."""


@dataclass
class Loaded:
    """How many rows of each kind were stored."""

    sections: int = 0
    articles: int = 0
    comments: int = 0
    authors: int = 0
    tags: int = 0
    series: int = 0
    images: int = 0

    def add(self, kind: str, count: int) -> None:
        name = kind if kind == "series" else f"{kind}s"
        setattr(self, name, getattr(self, name) + count)


def load(path: Path, *, processes: int = 2, tell: Callable[[Loaded], Any] = lambda _loaded: None) -> Loaded:
    """Store what a file, or the folder of an export, holds and return how much that was; `tell` is called with it
    after each batch.

    Memory does not grow with the file. With one process nothing is forked. Each batch is a transaction of its own.
    Raises NotEmpty where the site has content, BadLine for a line that cannot be stored, OSError for the file.
    """
    path.stat()
    if Article.objects.exists() or Comment.objects.exists():
        raise NotEmpty("The site has articles or comments already; an archive is loaded into an empty one.")
    old_articles.put_off_indexes()
    _NAMED.clear()
    loaded = Loaded()
    with ExitStack() as stack:
        # Whatever becomes of the archive; at last, when all that stored it has ended.
        stack.callback(old_articles.make_indexes)
        stack.enter_context(_swept_seldom())
        if processes == 1:
            old_articles.hold_indexes_off()
            stack.callback(old_articles.let_indexes_be_made)
        shards = _shards(processes, stack)
        waiting: deque[tuple[str, int, Future[None]]] = deque()

        def settle(most: int = 0) -> None:
            while len(waiting) > most:
                kind, count, future = waiting.popleft()
                _result(future)
                loaded.add(kind, count)
                tell(loaded)

        last = ""
        for kind, shard, lines in _batches(path, len(shards)):
            # What a line refers to is stored before it is.
            if kind != last:
                settle()
                last = kind
            waiting.append((kind, len(lines), shards[shard](_STORE[kind], lines)))
            settle(_WAITING * len(shards))
        settle()
    _end()
    return loaded


@contextmanager
def _swept_seldom() -> Iterator[None]:
    """Leave the collector of garbage to `_sweep`, here and in forks: it takes a fifth of the time of an article to look
    through rows that are let go of anyway."""
    was_on = gc.isenabled()
    gc.collect()
    # What is there now is not looked at again.
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


def _sweep() -> None:
    if next(_STORED_BATCHES) % _SWEPT_AFTER == 0:
        gc.collect()


def _shards(processes: int, stack: ExitStack) -> list[Callable[..., Future[None]]]:
    """What runs a function with its lines, each in a process of its own, in the order in which it is asked."""
    if processes == 1:
        return [_run_here]
    # A connection must not be shared with a fork.
    connections.close_all()
    executors = [
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"), initializer=_begin_shard)
        for _number in range(processes)
    ]
    for executor in executors:
        stack.callback(executor.shutdown, cancel_futures=True)
    return [executor.submit for executor in executors]


def _begin_shard() -> None:
    connections.close_all()
    threading.Thread(target=_end_with_the_load, daemon=True).start()
    # As long as this process lives, so that one that is killed leaves them to the worker.
    old_articles.hold_indexes_off()


def _end_with_the_load() -> None:
    """End this process when the one that deals out lines is killed; alone it would wait for more of them for good."""
    multiprocessing.parent_process().join()
    os._exit(1)


def _run_here(store: Callable[[list[Line]], None], lines: list[Line]) -> Future[None]:
    future: Future[None] = Future()
    store(lines)
    future.set_result(None)
    return future


def _result(future: Future[None]) -> None:
    try:
        future.result()
    except BrokenProcessPool as error:
        raise ContentError(
            "A process that stored a batch ended; what it held of the batch is not stored."
        ) from error


def _batches(path: Path, shards: int) -> Iterator[tuple[str, int, list[Line]]]:
    """Lines of one type with the shard that stores them. All comments of an article go to one, in their order."""
    batches: dict[int, list[Line]] = {shard: [] for shard in range(shards)}
    last, count = "", 0
    for line in _lines(path):
        if found := _TYPE.match(line.text):
            kind = found[1].decode()
        else:
            item = object_of(line)
            kind = item.get("type")
        if not isinstance(kind, str) or kind not in (_STORE if line.folder else _OF_ARCHIVE):
            raise BadLine(line.number, f"Its type is {kind!r}; it must be section, article or comment.")
        if kind != last:
            yield from _rest(last, batches)
            last = kind
        if kind == "comment":
            shard = hash(str(item.get("article"))) % shards
        else:
            # Sections are few, and a name that comes twice is found by whoever makes it.
            shard = count // BATCH.get(kind, 1) % shards if kind in ("article", "image") else 0
            count += 1
        batches[shard].append(line)
        if len(batches[shard]) == BATCH.get(kind, 1):
            yield kind, shard, batches[shard]
            batches[shard] = []
    yield from _rest(last, batches)


def _rest(kind: str, batches: dict[int, list[Line]]) -> Iterator[tuple[str, int, list[Line]]]:
    for shard, lines in batches.items():
        if lines:
            yield kind, shard, lines
            batches[shard] = []


def _lines(path: Path) -> Iterator[Line]:
    if path.is_dir():
        for kind in _FILES:
            for line in _lines(path / f"{kind}.jsonl"):
                yield Line(f"{line.number} of {kind}.jsonl", line.text, path)
        return
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            if text.strip():
                yield Line(number, text)


# Batches


def _store_sections(lines: list[Line]) -> None:
    for line in lines:
        item = object_of(line, "section")
        name = text_of(line, item, "name", Section, "name")
        slug = text_of(line, item, "slug", Section, "slug")
        if Section.objects.filter(slug=slug).exists() or Section.objects.called(name):
            raise BadLine(
                line.number,
                f"There is a section “{name}” or one with its address already: one that was made on the desk,"
                " or left by a load that ended early. Remove it there, or begin with a new database.",
            )
        section = Section(name=name, slug=slug)
        if line.folder:
            section.description = text_of(
                line, item, "description", Section, "description", may_be_empty=True
            )
            section.color = one_of(line, item, "color", ["", *Color.values])
            section.position = count_of(line, item, "position")
        publishing.save_named(section)


def _store_authors(lines: list[Line]) -> None:
    for line in lines:
        item = object_of(line)
        author = _named(line, item, Author)
        author.role = text_of(line, item, "role", Author, "role", may_be_empty=True)
        author.biography = text_of(
            line, item, "biography", Author, "biography", limit=2_000, may_be_empty=True
        )
        publishing.save_named(author)


def _store_tags(lines: list[Line]) -> None:
    for line in lines:
        publishing.save_named(_named(line, object_of(line), Tag))


def _store_series(lines: list[Line]) -> None:
    for line in lines:
        item = object_of(line)
        series = _named(line, item, Series)
        series.description = text_of(line, item, "description", Series, "description", may_be_empty=True)
        publishing.save_named(series)


def _named(line: Line, item: dict[str, Any], kind: type[Row]) -> Row:
    """A row with its name and address; the one that is there, where there is one of the name."""
    name = text_of(line, item, "name", kind, "name")
    found = kind.objects.called(name)
    return found[0] if found else kind(name=name, slug=text_of(line, item, "slug", kind, "slug"))


def _store_images(lines: list[Line]) -> None:
    for line in lines:
        item = object_of(line)
        digest = string_of(line, item, "digest")
        if line.folder is None or not _DIGEST.fullmatch(digest):
            raise BadLine(line.number, "`digest` names no file of an export.")
        path = line.folder / "media" / images.master_name(digest)
        try:
            with transaction.atomic():
                _store_image(line, item, path, [digest, *strings_of(line, item, "former_digests")])
        except FileNotFoundError as error:
            raise BadLine(line.number, f"Its file is not there: {path.name}") from error
        except images.ImageError as error:
            raise BadLine(line.number, str(error)) from error


def _store_image(line: Line, item: dict[str, Any], path: Path, digests: list[str]) -> None:
    if path.stat().st_size > images.MAX_BYTES:
        raise BadLine(line.number, f"Its file is too large: {path.name}")
    accepted = images.accept(path.read_bytes())
    image = library.known(accepted.digest) or Image()
    for name in ("title", "alt", "caption", "credit"):
        setattr(image, name, text_of(line, item, name, Image, name, may_be_empty=True))
    image.decorative = item.get("decorative") is True or not image.alt
    image.rights = one_of(line, item, "rights", Rights.values)
    image.focal_x, image.focal_y = (min(count_of(line, item, name), 100) for name in ("focal_x", "focal_y"))
    library.save(image, accepted)
    # It was written anew as it came in, and texts name its file as it was.
    FormerFile.objects.bulk_create(
        (
            FormerFile(digest=each, image=image)
            for each in digests
            if _DIGEST.fullmatch(each) and each != image.digest
        ),
        ignore_conflicts=True,
    )


def _store_articles(lines: list[Line]) -> None:
    sections = {section.slug: section for section in Section.objects.all()}
    names = {kind: _NAMED.setdefault(kind, _Names(kind)) for kind in (Author, Series, Tag)}
    prepared = []
    slugs: dict[str, int | str] = {}
    for line in lines:
        old = _article(line, sections, names)
        try:
            each = old_articles.prepare(old)
        except ValidationError as error:
            raise BadLine(line.number, error.messages[0]) from error
        except (PublishingError, SanitizerError) as error:
            raise BadLine(line.number, str(error)) from error
        slug = each.article.slug
        if slug in slugs:
            raise BadLine(line.number, f"Line {slugs[slug]} has the same address: {slug}.")
        slugs[slug] = line.number
        prepared.append(each)
    if taken := Article.objects.filter(slug__in=slugs).values_list("slug", flat=True).first():
        raise BadLine(slugs[taken], f"An earlier line has the same address: {taken}.")
    _stored(lines, lambda: old_articles.take_in(prepared))


def _store_comments(lines: list[Line]) -> None:
    items = [object_of(line) for line in lines]
    # The comments of an article stand together, and to make a slug takes longer than to make a comment of its text.
    known: dict[str, str] = {}
    slugs = []
    for line, item in zip(lines, items, strict=True):
        written = string_of(line, item, "article")
        slugs.append(
            known.get(written) or known.setdefault(written, text_of(line, item, "article", Article, "slug"))
        )
    numbers = dict(Article.objects.filter(slug__in=set(slugs)).values_list("slug", "pk"))
    comments = []
    for line, item, slug in zip(lines, items, slugs, strict=True):
        if slug not in numbers:
            raise BadLine(line.number, f"There is no article with the address {slug}.")
        comments.append(_comment(line, item, numbers[slug]))
    try:
        _stored(lines, lambda: old_comments.take_in(comments))
    except NoParent as error:
        line = lines[error.place]
        raise BadLine(line.number, "What it answers is not among the comments before it.") from error


_STORE = {
    "section": _store_sections,
    "author": _store_authors,
    "tag": _store_tags,
    "series": _store_series,
    "image": _store_images,
    "article": _store_articles,
    "comment": _store_comments,
}


def _stored(lines: Sequence[Line], store: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            row_copy.compress_quickly()
            store()
        _sweep()
    except DatabaseError as error:
        # A constraint that no check above knows. Its message may hold the row, so only the first line is told.
        reason = str(error).partition("\n")[0]
        raise ContentError(
            f"Lines {lines[0].number} to {lines[-1].number} cannot be stored: {reason}"
        ) from error


# Lines


def _article(line: Line, sections: dict[str, Section], names: dict) -> OldArticle:
    item = object_of(line, "article")
    section = sections.get(text_of(line, item, "section", Section, "slug"))
    if section is None:
        raise BadLine(line.number, f"There is no section with the address {item['section']}.")
    tags = item.get("tags")
    if not isinstance(tags, list):
        raise BadLine(line.number, "`tags` must be a list of names.")
    if line.folder:
        more = _whole_article(line, item, names)
    else:
        more = {"published_at": moment_of(line, item, "published_at")}
        if more["published_at"] > timezone.now():
            raise BadLine(line.number, "Its hour of publication is still to come.")
    return OldArticle(
        slug=text_of(line, item, "slug", Article, "slug"),
        headline=text_of(line, item, "title", Article, "headline"),
        summary=text_of(line, item, "summary", Article, "summary", may_be_empty=True),
        body=string_of(line, item, "body_html"),
        section=section,
        authors=_authors(line, item, names[Author]),
        tags=tuple(names[Tag].row(line, {"tags": tag}, "tags") for tag in tags),
        **more,
    )


def _authors(line: Line, item: dict[str, Any], names: "_Names") -> tuple[Author, ...]:
    signed = strings_of(line, item, "authors") if line.folder else [string_of(line, item, "author")]
    return tuple(names.row(line, {"author": name}, "author") for name in signed)


def _whole_article(line: Line, item: dict[str, Any], names: dict) -> dict[str, Any]:
    """What an export says of an article besides. One query where there are pictures, two where there is a main one."""
    languages = [code for code, _name in LANGUAGES]
    columns: dict[str, Any] = {
        name: text_of(line, item, name, Article, name, may_be_empty=True) for name in _LINES
    }
    columns |= {
        "language": one_of(line, item, "language", languages),
        "translated_from": one_of(line, item, "translated_from", ["", *languages]),
        "machine_translated": item.get("machine_translated") is True,
        "withdraw_at": moment_or_none(line, item, "withdraw_at"),
    }
    if columns["source_url"] and not is_safe_website(columns["source_url"]):
        raise BadLine(line.number, "`source_url` is no address of a page.")
    status = ArticleStatus(one_of(line, item, "status", ArticleStatus.values))
    is_published = status == ArticleStatus.PUBLISHED
    if item.get("series") is not None:
        columns["series"] = names[Series].row(line, item, "series")
    return {
        "published_at": (moment_of if is_published else moment_or_none)(line, item, "published_at"),
        "modified_at": moment_of(line, item, "modified_at"),
        "status": status,
        "pictures": figures.Pictures(_hero(line, item), figures.in_text(string_of(line, item, "body_html"))),
        "columns": columns,
    }


def _hero(line: Line, item: dict[str, Any]) -> Image | None:
    if item.get("hero_digest") is None:
        return None
    digest = string_of(line, item, "hero_digest")
    known = Image.objects.filter(Q(digest=digest) | Q(former_files=digest))
    if not _DIGEST.fullmatch(digest) or (found := known.first()) is None:
        raise BadLine(line.number, "Its main picture is not among the pictures.")
    return found


def _comment(line: Line, item: dict[str, Any], article: int) -> OldComment:
    parent, status = item.get("parent"), item.get("status")
    if parent is not None and (not isinstance(parent, int) or isinstance(parent, bool) or parent < 0):
        raise BadLine(line.number, "`parent` must be null or the place of a comment, from 0 on.")
    if line.folder:
        one_of(line, item, "status", Status.values)
    elif status not in (Status.APPROVED, Status.PENDING):
        raise BadLine(line.number, f"`status` is {status!r}; it must be approved or pending.")
    is_placeholder = line.folder is not None and item.get("is_placeholder") is True
    is_erased = is_placeholder or status == Status.DELETED
    body = text_of(line, item, "body", Comment, "body", limit=BODY_MAX_LENGTH, may_be_empty=is_erased)
    # In an export that was made without addresses there is none.
    is_left_out = line.folder is not None and item.get("email") is None
    try:
        email = "" if is_left_out else privacy.parse_email(string_of(line, item, "email"))
    except EmailNotValidError as error:
        raise BadLine(line.number, "`email` is no e-mail address.") from error
    website = string_of(line, item, "website") if line.folder else ""
    return OldComment(
        article=article,
        parent=parent,
        author_name=text_of(line, item, "name", Comment, "author_name", may_be_empty=is_erased),
        email=email,
        body=body,
        created_at=moment_of(line, item, "created_at"),
        status=Status(status),
        website=website if len(website) <= WEBSITE_MAX_LENGTH and is_safe_website(website) else "",
        is_placeholder=is_placeholder,
    )


class _Names:
    """The authors, tags or series of an archive by name, those that are new made at once."""

    def __init__(self, kind: type[Author | Series | Tag]) -> None:
        self._kind = kind
        self._rows: dict[str, Author | Series | Tag] = {}

    def row(self, line: Line, item: dict[str, Any], key: str) -> Any:
        written = string_of(line, item, key)
        # By what is written, for to clean a name takes much longer than to know it.
        if (known := self._rows.get(written)) is not None:
            return known
        row = self._find(text_of(line, item, key, self._kind, "name"))
        if len(self._rows) == _MOST_NAMES:
            self._rows.clear()
        if len(written) <= _LONGEST_NAME:
            self._rows[written] = row
        return row

    def _find(self, name: str) -> Author | Series | Tag:
        with transaction.atomic():
            if found := self._kind.objects.called(name):
                return found[0]
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NAMING])
            # Another process may have made it while this one waited.
            found = self._kind.objects.called(name)
            return found[0] if found else publishing.save_named(self._kind(name=name))


# What this process knows of the archive that it stores.
_NAMED: dict[type[Author | Series | Tag], _Names] = {}


def _end() -> None:
    """Leave the database ready for readers, and triage untaught: an archive tells of approvals alone."""
    is_on = not TriageState.objects.filter(pk=1, is_on=False).exists()
    learning.reset(is_on=is_on)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
