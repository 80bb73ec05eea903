"""The moderation queue: which comments a moderator asked to see, in which order, and how many wait."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.models import Comment, CommentQuerySet, Finding, Status

PAGE_SIZE = 25
# The articles offered as a filter: those with most comments of the chosen status. Every card links to its own.
ARTICLES_OFFERED = 30

# How the desk names the rules of `comments.rules`.
RULE_LABELS = {
    "honeypot": _("Hidden field filled in"),
    "unidentified": _("Rule failed"),
    "sanctioned": _("Sanction"),
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


@dataclass(frozen=True)
class Wanted:
    """What the queue page's address asks for. Everything in an address that is not one of these is ignored, so no
    column can be probed through it."""

    status: str = Status.PENDING
    section: int | None = None
    article: int | None = None
    rule: str = ""
    words: str = ""
    after: int | None = None

    @classmethod
    def from_query(cls, query: QueryDict) -> "Wanted":
        status = query.get("status", "")
        rule = query.get("rule", "")
        return cls(
            status=status if status in Status.values else Status.PENDING,
            section=number(query.get("section", "")),
            article=number(query.get("article", "")),
            rule=rule if rule in RULE_LABELS else "",
            words=query.get("q", "")[:100].replace("\0", "").strip(),
            after=number(query.get("after", "")),
        )

    @property
    def oldest_first(self) -> bool:
        return self.status == Status.PENDING

    @property
    def is_filtered(self) -> bool:
        return bool(self.section or self.article or self.rule or self.words)

    def query(self, **changes: Any) -> str:
        """The address that asks for this, with `changes`; it begins with "?"."""
        wanted = replace(self, **{"after": None} | changes)
        asked = QueryDict(mutable=True)
        for field in fields(wanted):
            if (value := getattr(wanted, field.name)) != field.default:
                asked["q" if field.name == "words" else field.name] = str(value)
        return f"?{asked.urlencode()}"

    def comments(self) -> CommentQuerySet:
        """One page of them and one more, by which the page knows whether there is a next.

        Four queries when evaluated, whatever their number; the row after which a further page begins is one more.
        """
        found = Comment.objects.filter(status=self.status).for_desk()
        if self.section:
            found = found.filter(article__section=self.section)
        if self.article:
            found = found.filter(article=self.article)
        if self.rule:
            found = found.filter(pk__in=Finding.objects.filter(rule=self.rule).values("comment"))
        if self.words:
            found = found.matching(self.words)
        if self.after:
            found = found.filter(self._after_q())
        order = ["created_at", "pk"] if self.oldest_first else ["-created_at", "-pk"]
        return found.order_by(*order)[: PAGE_SIZE + 1]

    def _after_q(self) -> Q:
        # By the row's place and not by counting rows, for rows before it leave the queue all the time.
        at = Comment.objects.filter(pk=self.after).values_list("created_at", flat=True).first()
        if at is None:
            return Q()
        if self.oldest_first:
            return Q(created_at__gt=at) | Q(created_at=at, pk__gt=self.after)
        return Q(created_at__lt=at) | Q(created_at=at, pk__lt=self.after)

    def articles(self) -> list[Article]:
        """The articles to choose from, most comments first, the chosen one among them; each with `found`, how many.

        One query, two when the chosen one has to be looked up.
        """
        counted = list(
            Comment.objects.filter(status=self.status)
            .values_list("article", "article__headline")
            .annotate(found=Count("pk"))
            .order_by("-found", "-article")[:ARTICLES_OFFERED]
        )
        if self.article and self.article not in (pk for pk, *_rest in counted):
            # Only one that has comments: moderators do not see what is being written.
            chosen = Comment.objects.filter(article=self.article).values_list("article", "article__headline")
            counted += [(*row, 0) for row in chosen[:1]]
        articles = []
        for pk, headline, found in counted:
            article = Article(pk=pk, headline=headline)
            article.found = found
            articles.append(article)
        return articles


@dataclass(frozen=True)
class Waiting:
    """How many comments there are of each status, and since when the oldest pending one waits (aware, or None)."""

    counts: dict[str, int]
    oldest: datetime | None

    @property
    def pending(self) -> int:
        return self.counts[Status.PENDING]

    @property
    def oldest_minutes(self) -> int | None:
        return int((timezone.now() - self.oldest).total_seconds() // 60) if self.oldest else None


def waiting() -> Waiting:
    """One query, on an index that holds all it asks for."""
    rows = (
        Comment.objects.order_by().values_list("status").annotate(count=Count("*"), oldest=Min("created_at"))
    )
    found = {status: (count, oldest) for status, count, oldest in rows}
    counts = {status: found.get(status, (0, None))[0] for status in Status.values}
    return Waiting(counts, found.get(Status.PENDING, (0, None))[1])


def number(text: str) -> int | None:
    """Return a row's number as an address or a form gives it, None where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
