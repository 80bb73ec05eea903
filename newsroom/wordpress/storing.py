"""Batches of items stored: each in one transaction, with its comments, its addresses and what is noted of it."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.urls import Resolver404, resolve
from django.utils import timezone
from psycopg.types.json import Jsonb

from articles import importing as old_articles
from articles import site_pages
from articles.workflow import PublishingError, Status
from comments import importing as old_comments
from comments.models import Comment
from newsroom import row_copy
from newsroom.wordpress import old_addresses, permalinks
from newsroom.wordpress.discussion import Discussion
from newsroom.wordpress.models import ImportedComment, ImportedItem, Kind, key_of
from newsroom.wordpress.old_addresses import Target
from newsroom.wordpress.preparing import Ready, refuse
from newsroom.wordpress.report import Fate, Outcome

logger = logging.getLogger(__name__)


class Store:
    """Stores batches, and knows of what it stored: articles by their numbers there, and those that were sticky."""

    def __init__(self, structures: Sequence[str], paths: Mapping[str, str]) -> None:
        self._structures, self._paths = structures, paths
        self.articles: dict[int, int] = {}
        self.sticky: list[tuple[int, Outcome]] = []

    def store(self, batch: Sequence[Ready]) -> None:
        notes = [list(each.outcome.notes) for each in batch]
        try:
            with transaction.atomic():
                self._write(batch)
            self._note(batch)
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
                refuse(batch[0], str(error).partition("\n")[0][:300])
                return
            # One of them cannot be stored; the others are.
            for each in batch:
                self.store([each])

    def _write(self, batch: Sequence[Ready]) -> None:
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
                    Jsonb([list(note) for note in each.outcome.notes]), timezone.now(),
                )
            )  # fmt: skip
        row_copy.copy(ImportedItem, ("id", "key", "guid", "kind", "number", "digest", "notes", "at"), rows)
        self._write_comments([each for each in batch if each.talk is not None])

    def _write_comments(self, batch: Sequence[Ready]) -> None:
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

    def _known_comments(self, batch: Sequence[Ready]) -> dict[int, dict[int, int]]:
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

    def _write_addresses(self, batch: Sequence[Ready]) -> None:
        wanted: list[tuple[str, Target]] = []
        owners: dict[str, Outcome] = {}
        for each in batch:
            target = Target(each.outcome.kind, each.outcome.number)
            for address in permalinks.addresses_of(each.item, self._structures, self._paths):
                wanted.append((address, target))
                owners[old_addresses.folded(address)] = each.outcome
                if address.startswith("/") and _is_shadowed(address):
                    each.outcome.notes.append(("shadowed", address))
            if each.prepared and each.prepared.article.is_public:
                for address, number in permalinks.archives_of(each.item):
                    wanted.append((address, Target(Kind.ARCHIVE.value, number)))
            files = each.gallery.files if each.gallery else {}
            wanted += [(path, Target(Kind.IMAGE.value, number)) for path, number in files.items()]
        for address in old_addresses.keep(wanted):
            if address in owners:
                owners[address].notes.append(("address_twice", address))

    def _note(self, batch: Sequence[Ready]) -> None:
        for each in batch:
            if each.outcome.kind == Kind.ARTICLE and each.talk is not None:
                self.articles[each.item.number] = each.outcome.number
                if each.item.is_sticky:
                    self.sticky.append((each.outcome.number, each.outcome))


def _is_shadowed(address: str) -> bool:
    path = f"/{address.strip('/')}/"
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
