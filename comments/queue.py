"""The moderation queues: which comments a moderator asked to see, in which order, and how many there are.

A queue is a predicate over columns, never a stored list, so that nothing can fall out of step with the comments.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import F, Min, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.models import Comment, CommentQuerySet, Finding, Script, Status
from comments.shown_waves import NAMES_SHOWN
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

        Six queries, seven where they may be reported; the row after which a further page begins is one more.
        """
        found = self.all_comments()
        if self.mine:
            found = found.filter(claimed_by=reader, claimed_until__gt=timezone.now())
        if self.after:
            found = found.filter(self._after_q())
        # The numbers first, from an index that holds what is asked for. In one query with the rows of the page, it was
        # measured, PostgreSQL may read the whole table to find these few again.
        numbers = list(found.values_list("pk", flat=True)[: PAGE_SIZE + 1])
        rows = Comment.objects.for_desk()
        if self.status == Status.APPROVED:
            rows = rows.with_reports()
        by_number = rows.in_bulk(numbers)
        return [by_number[number] for number in numbers if number in by_number]

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

    def articles(self) -> list[Article]:
        """The articles to choose from, most comments first, the chosen one among them.

        Each has `found`, how many are among the first COUNTED_MAX of the queue. An article without comments is not
        named: moderators do not see what is being written. One query.
        """
        newest_first = ["created_at"] if self.queue in OLDEST_FIRST else ["-created_at"]
        first = comments_in(self.queue).order_by(*newest_first).values("article_id")[:COUNTED_MAX]
        looked_at, values = first.query.sql_with_params()
        return list(Article.objects.raw(_ARTICLES % looked_at, [*values, ARTICLES_OFFERED, self.article]))


_ARTICLES = """
WITH counted AS (
    SELECT article_id, count(*) AS found FROM (%s) looked_at
    GROUP BY article_id ORDER BY found DESC, article_id DESC LIMIT %%s
)
SELECT article.id, article.headline, coalesce(counted.found, 0) AS found
FROM articles_article article LEFT JOIN counted ON counted.article_id = article.id
WHERE counted.article_id IS NOT NULL OR (
    article.id = %%s AND EXISTS (SELECT FROM comments_comment c WHERE c.article_id = article.id)
)
ORDER BY found DESC, article.id DESC
"""


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
    parts: list[str] = []
    values: list[Any] = []
    for queue in Queue:
        counted = comments_in(queue).order_by().values("pk")[: COUNTED_MAX + 1]
        sql, its_values = counted.query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) counted)")  # noqa: S608 - made by the ORM
        values += its_values
    sql, its_values = (
        Comment.objects.held().order_by("created_at").values("created_at")[:1].query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}, ({sql})", [*values, *its_values])
        *counts, oldest = cursor.fetchone()
    return Waiting(dict(zip(Queue.values, counts, strict=True)), oldest)
