"""The moderation queues: which comments a moderator asked to see, in which order, and how many there are.

A queue is a predicate over columns, never a stored list, so that nothing can fall out of step with the comments.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import (
    BigIntegerField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    prefetch_related_objects,
)
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.models import (
    Comment,
    CommentQuerySet,
    Finding,
    Script,
    Status,
    unsettled_reports,
    what_is_beside,
)
from comments.shown_waves import NAMES_SHOWN
from newsroom.prepared_statements import Parameter, Prepared, fetch_all, fetch_row
from newsroom.web.numbers import row_number

PAGE_SIZE = 25
# Counting goes no further: a moderator with more before them needs no number, and a page must not wait for one.
COUNTED_MAX = 10_000
# The articles offered as a filter: those with most comments among the first COUNTED_MAX of the queue.
ARTICLES_OFFERED = 30
MEMBERS_SHOWN = 3

# How the desk names the rules of `comments.rules`.
RULE_LABELS = {
    "honeypot": _("Hidden field filled in"),
    "unidentified": _("Rule failed"),
    "sanctioned": _("Sanction"),
    "impersonation": _("A name of the newsroom"),
    "empty": _("Empty"),
    "too_long": _("Too long"),
    "many_links": _("Links"),
    "watched_words": _("Watched words"),
    "duplicate": _("Sent before"),
    "flood": _("Many in a row"),
    "foreign_script": _("Foreign script"),
    "shouting": _("Capital letters"),
    "stretching": _("Stretched letters"),
    "wave": _("Wave"),
}


class Queue(models.TextChoices):
    HELD = "held", _("Pending")
    REPORTED = "reported", _("Reported")
    SPAM = "spam", _("Spam")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    SHADOWED = "shadowed", _("Held in silence")


class Order(models.TextChoices):
    OLDEST = "", _("Oldest first")
    TRIAGE = "triage", _("Most likely rejected first")


class Proof(models.TextChoices):
    PROVEN = "yes", _("Proven writers")
    UNPROVEN = "no", _("Unproven writers")


STATUSES = {
    Queue.HELD: Status.PENDING,
    Queue.REPORTED: Status.APPROVED,
    Queue.SPAM: Status.SPAM,
    Queue.APPROVED: Status.APPROVED,
    Queue.REJECTED: Status.REJECTED,
    Queue.SHADOWED: Status.PENDING,
}
OLDEST_FIRST = {Queue.HELD, Queue.REPORTED, Queue.SHADOWED}


def comments_in(queue: str) -> CommentQuerySet:
    match queue:
        case Queue.HELD:
            return Comment.objects.held()
        case Queue.REPORTED:
            return Comment.objects.reported()
        case Queue.SHADOWED:
            return Comment.objects.shadowed()
    return Comment.objects.filter(status=queue)


@dataclass(frozen=True)
class Wanted:
    """What the queue page's address asks for. Everything in an address that is not one of these is ignored, so no
    column can be probed through it.

    `mine` asks for what the reader of the page has claimed; `wave` shows its members one by one.
    """

    queue: str = Queue.HELD
    order: str = Order.OLDEST
    mine: bool = False
    section: int | None = None
    article: int | None = None
    rule: str = ""
    script: str = ""
    proven: str = ""
    wave: int | None = None
    words: str = ""
    after: int | None = None

    @classmethod
    def from_query(cls, query: QueryDict) -> "Wanted":
        def one_of(name: str, values: Iterable[str], default: str = "") -> str:
            value = query.get(name, default)
            return value if value in values else default

        queue = one_of("queue", Queue.values, Queue.HELD)
        return cls(
            queue=queue,
            order=one_of("order", Order.values) if queue == Queue.HELD else Order.OLDEST,
            mine=query.get("mine") == "1",
            section=row_number(query.get("section", "")),
            article=row_number(query.get("article", "")),
            rule=one_of("rule", RULE_LABELS),
            script=one_of("script", Script.values),
            proven=one_of("proven", Proof.values),
            wave=row_number(query.get("wave", "")),
            words=query.get("q", "")[:100].replace("\0", "").strip(),
            after=row_number(query.get("after", "")),
        )

    @property
    def status(self) -> Status:
        """The status of every comment in this queue."""
        return STATUSES[Queue(self.queue)]

    @property
    def is_filtered(self) -> bool:
        return any((self.section, self.article, self.rule, self.script, self.proven, self.wave, self.words))

    @property
    def folds_waves(self) -> bool:
        return self.queue == Queue.HELD and self.wave is None

    def query(self, **changes: Any) -> str:
        """The address that asks for this, with `changes`; it begins with "?"."""
        wanted = replace(self, **{"after": None} | changes)
        asked = QueryDict(mutable=True)
        for field in fields(wanted):
            value = getattr(wanted, field.name)
            if value != field.default:
                asked["q" if field.name == "words" else field.name] = str(
                    int(value) if value is True else value
                )
        return f"?{asked.urlencode()}"

    def comments(self, reader: Any = None) -> list[Comment]:
        """One page of them and one more, by which the page knows whether there is a next; `reader` is who has `mine`.

        Two queries, one more for findings, decisions and notes each, where there are any, and for reports where there
        may be; the row after which a further page begins is one more.
        """
        # The numbers first, from an index that holds what is asked for. In one query with the rows of the page, it was
        # measured, PostgreSQL may read the whole table to find these few again.
        numbers = self._numbers(reader)
        by_number = {row.pk: row for row in _CARDS.rows(numbers=numbers)}
        rows = [by_number[number] for number in numbers if number in by_number]
        _load_beside(rows)
        if self.status == Status.APPROVED:
            prefetch_related_objects(rows, unsettled_reports())
        return rows

    def _numbers(self, reader: Any) -> list[int]:
        if self == Wanted(queue=self.queue, order=self.order):
            return [
                number for (number,) in fetch_all(_first_numbers(self.queue, self.order, PAGE_SIZE + 1), {})
            ]
        found = self.all_comments()
        if self.mine:
            found = found.filter(claimed_by=reader, claimed_until__gt=timezone.now())
        if self.after:
            found = found.filter(self._after_q())
        return list(found.values_list("pk", flat=True)[: PAGE_SIZE + 1])

    def all_comments(self) -> CommentQuerySet:
        """All that is asked for, in order, whoever has claimed it; of each wave the earliest that fits."""
        found = self._fitting()
        if self.folds_waves:
            # All the first ones at once: looking for an earlier member beside each comment takes a hundred times longer
            # where a filter leaves few.
            in_waves = self._fitting().filter(wave__isnull=False).order_by().values("wave")
            found = found.filter(Q(wave=None) | Q(pk__in=in_waves.annotate(first=Min("pk")).values("first")))
        return found.order_by(*self._ordering())

    def _fitting(self) -> CommentQuerySet:
        found = comments_in(self.queue)
        if self.section:
            found = found.filter(article__in=Article.objects.filter(section=self.section))
        if self.article:
            found = found.filter(article=self.article)
        if self.rule:
            found = found.filter(pk__in=Finding.objects.filter(rule=self.rule).values("comment"))
        if self.script:
            found = found.filter(script=self.script)
        if self.proven:
            found = found.filter(is_proven=self.proven == Proof.PROVEN)
        if self.wave:
            found = found.filter(wave=self.wave)
        if self.words:
            found = found.matching(self.words)
        return found

    def _ordering(self) -> list[Any]:
        if self.order == Order.TRIAGE:
            return [F("triage").desc(nulls_last=True), "pk"]
        return ["created_at", "pk"] if self.queue in OLDEST_FIRST else ["-created_at", "-pk"]

    def _after_q(self) -> Q:
        # By the row's place and not by counting rows, for rows before it leave the queue all the time.
        row = Comment.objects.filter(pk=self.after).values_list("created_at", "triage").first()
        if row is None:
            return Q()
        at, triage = row
        if self.order == Order.TRIAGE:
            if triage is None:
                return Q(triage=None, pk__gt=self.after)
            return Q(triage__lt=triage) | Q(triage=triage, pk__gt=self.after) | Q(triage=None)
        # The bound beside the comparison is what an index can begin at.
        if self.queue in OLDEST_FIRST:
            return Q(created_at__gte=at) & ~Q(created_at=at, pk__lte=self.after)
        return Q(created_at__lte=at) & ~Q(created_at=at, pk__gte=self.after)

    def articles(self) -> list["Offered"]:
        """The articles to choose from, most comments first, the chosen one among them.

        An article without comments is not named: moderators do not see what is being written. One query.
        """
        rows = fetch_all(_articles(self.queue), {"chosen": self.article})
        return [Offered(*row) for row in rows]


@cache
def _articles(queue: str) -> str:
    in_order = "created_at" if queue in OLDEST_FIRST else "-created_at"
    first = Prepared(lambda: comments_in(queue).order_by(in_order).values("article_id")[:COUNTED_MAX])
    return _ARTICLES.format(first=first.sql)


@dataclass(frozen=True)
class Offered:
    """An article to choose, and how many of its comments are among the first COUNTED_MAX of the queue."""

    pk: int
    headline: str
    found: int


@cache
def _first_numbers(queue: str, order: str, count: int) -> str:
    """The statement for the first page of a queue, which is what is asked for nearly always."""
    found = Wanted(queue=queue, order=order).all_comments()
    return Prepared(lambda: found.values_list("pk")[:count]).sql


def _cards() -> QuerySet:
    anything = {
        f"has_{name}": Exists(lookup.queryset.filter(comment=OuterRef("pk")).order_by())
        for name, lookup in what_is_beside().items()
    }
    numbers = Parameter("numbers", ArrayField(BigIntegerField()))
    return Comment.objects.for_card().annotate(**anything).filter(pk__any_of=numbers).order_by()


_CARDS = Prepared(_cards)


def _load_beside(comments: list[Comment]) -> None:
    """Load what is beside comments that tell whether there is any. Most that wait have nothing; and to ask for it, it
    was measured, took longer than to ask for the comments."""
    for name, nothing in _nothing_beside().items():
        for comment in comments:
            if not getattr(comment, f"has_{name}"):
                # As Django keeps what it has prefetched.
                comment.__dict__.setdefault("_prefetched_objects_cache", {})[name] = nothing
        if having := [comment for comment in comments if getattr(comment, f"has_{name}")]:
            prefetch_related_objects(having, what_is_beside()[name])


@cache
def _nothing_beside() -> dict[str, QuerySet]:
    """What Django would find where nothing is beside a comment, by the names of the relations."""
    found = {name: lookup.queryset.none() for name, lookup in what_is_beside().items()}
    for nothing in found.values():
        nothing._fetch_all()
    return found


# The number of rows stands in the statement: a kept plan would expect a tenth of all articles, and read them all.
_ARTICLES = f"""
WITH counted AS (
    SELECT article_id, count(*) AS found FROM ({{first}}) looked_at
    GROUP BY article_id ORDER BY found DESC, article_id DESC LIMIT {ARTICLES_OFFERED}
), chosen AS (
    SELECT article_id, 0 AS found FROM comments_comment
    WHERE article_id = %(chosen)s AND NOT EXISTS (SELECT FROM counted WHERE article_id = %(chosen)s) LIMIT 1
)
SELECT article.id, article.headline, offered.found
FROM (TABLE counted UNION ALL TABLE chosen) AS offered JOIN articles_article article ON article.id = offered.article_id
ORDER BY offered.found DESC, article.id DESC
"""  # noqa: S608 - all of it is written here


@dataclass(frozen=True)
class Member:
    author_name: str
    author_direction: str
    body: str
    direction: str


@dataclass(frozen=True)
class WaveCard:
    """A wave that waits, as its card shows it: how many members from how many networks, and some of them.

    `through` is the last member there was; who decides over the wave decides up to that one. `networks` is 0 where
    they are no longer known. `names` are those of its first NAMES_SHOWN writers, who alone are approved with it.
    """

    wave: int
    count: int
    networks: int
    through: int
    names: list[str]
    members: list[Member]


_WAVES = """
SELECT asked.wave, counted.*, named.names, member.author_name, member.author_direction, member.body, member.direction
FROM unnest(%s, %s) AS asked (wave, first)
CROSS JOIN LATERAL (
    SELECT count(*) AS count, count(DISTINCT nullif(sender_fingerprint, '')) AS networks, max(id) AS through
    FROM comments_comment c WHERE c.wave_id = asked.wave AND c.status = 'pending' AND NOT c.is_shadowed
) counted
CROSS JOIN LATERAL (
    SELECT array_agg(author_name ORDER BY id) AS names FROM (
        SELECT id, author_name FROM comments_comment c
        WHERE c.wave_id = asked.wave AND c.status = 'pending' AND NOT c.is_shadowed
        ORDER BY id LIMIT %s
    ) first
) named
CROSS JOIN LATERAL (
    SELECT id, author_name, author_direction, body, direction
    FROM comments_comment c
    WHERE c.wave_id = asked.wave AND c.status = 'pending' AND NOT c.is_shadowed AND c.id <> asked.first
    ORDER BY id DESC LIMIT %s
) member
ORDER BY asked.wave, member.id DESC
"""


def waves_of(comments: Iterable[Comment]) -> dict[int, WaveCard]:
    """The waves of which these are the first, by their numbers, where others wait as well. One query, or none."""
    first = {comment.wave_id: comment.pk for comment in comments if comment.wave_id is not None}
    if not first:
        return {}
    cards: dict[int, WaveCard] = {}
    with connection.cursor() as cursor:
        cursor.execute(_WAVES, [list(first), list(first.values()), NAMES_SHOWN, MEMBERS_SHOWN])
        for wave, count, networks, through, names, *member in cursor.fetchall():
            card = cards.setdefault(
                wave, WaveCard(wave, count, networks, through, list(dict.fromkeys(names)), [])
            )
            card.members.append(Member(*member))
    return cards


@dataclass(frozen=True)
class Waiting:
    """How many comments each queue has, COUNTED_MAX + 1 where there are more, and since when the oldest of those that
    wait for a moderator does (aware, or None)."""

    counts: dict[str, int]
    oldest: datetime | None

    @property
    def held(self) -> int:
        return self.counts[Queue.HELD]

    def label(self, queue: str) -> str:
        """How many there are, as the page shows it."""
        count = self.counts[queue]
        shown = number_format(min(count, COUNTED_MAX), force_grouping=True)
        return f"+{shown}" if count > COUNTED_MAX else shown

    @property
    def oldest_minutes(self) -> int | None:
        return int((timezone.now() - self.oldest).total_seconds() // 60) if self.oldest else None


def waiting() -> Waiting:
    """One query, which reads COUNTED_MAX entries of an index for each queue at most."""
    *counts, oldest = fetch_row(_waiting(COUNTED_MAX), {})
    return Waiting(dict(zip(Queue.values, counts, strict=True)), oldest)


@cache
def _waiting(most: int) -> str:
    counted = (Prepared(partial(_first, queue, most + 1)).sql for queue in Queue)
    oldest = Prepared(lambda: Comment.objects.held().order_by("created_at").values("created_at")[:1])
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) counted)" for sql in counted)  # noqa: S608 - ours
    return f"SELECT {counts}, ({oldest.sql})"


def _first(queue: str, count: int) -> CommentQuerySet:
    return comments_in(queue).order_by().values("pk")[:count]
