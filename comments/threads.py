"""An article's comments as readers see them: first comments in the order asked for, each with its first answers.

Pages go on from a comment and not from a count of rows, so that the hundredth costs what the second does and nothing
is shown twice or missed when comments come in between. In every order a thread's own answers stand by time.
"""

import enum
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Self
from urllib.parse import urlencode

from django.db import models
from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from articles.stories import AT
from comments.models import PATH_DIGITS, Comment
from newsroom.prepared_statements import Parameter, Prepared, fetch_all
from newsroom.web import foresight
from newsroom.web.numbers import row_number

# A page takes first comments, each with its answers, until it has as many as this.
COMMENTS_PER_PAGE = 50
# Answers of one thread on the article's page; the others have pages of their own.
ANSWERS_SHOWN = 20
PICKS_SHOWN = 3
DEPTH_SHOWN = 4
# Sorts behind every hexadecimal digit: paths below a path lie between it and it with this.
_END = "g"

# What a page shows: each thread's first answers and one more, and the newest picks. The paths below a comment's
# are one stretch of the index `shown_in_thread`. The numbers are gathered before the rows are looked up, so that
# the way there is by index whatever the planner believes of a table that has just grown.
_IS_ON_PAGE = """
comments_comment.id = ANY(ARRAY(
    SELECT answer.id
    FROM unnest(%(paths)s::text[]) AS root(path), LATERAL (
        SELECT id FROM comments_comment
        WHERE article_id = %(article)s AND is_shown AND path >= root.path AND path < root.path || 'g'
        ORDER BY path LIMIT %(branch)s
    ) AS answer
    UNION
    (SELECT id FROM comments_comment WHERE article_id = %(article)s AND is_shown AND picked_at IS NOT NULL
    ORDER BY picked_at DESC LIMIT %(picked)s)
))
"""
_ARTICLE = Parameter("article", BigIntegerField())


class Order(models.TextChoices):
    OLDEST = "oldest", _("Oldest first")
    NEWEST = "newest", _("Newest first")
    DISCUSSED = "discussed", _("Most discussed")


@dataclass(frozen=True)
class Place:
    """Which page an address asks for: the one that begins with a comment, or ends before one; else the first."""

    order: str = Order.OLDEST
    start: int | None = None
    before: int | None = None

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        order = query.get("sort", "")
        return cls(
            order if order in Order.values else Order.OLDEST,
            row_number(query.get("comments", "")),
            row_number(query.get("before", "")),
        )

    @property
    def query(self) -> str:
        """The end of an address that asks for this: "" or "?…"."""
        asked = {"sort": "" if self.order == Order.OLDEST else self.order}
        asked |= {"comments": self.start, "before": self.before}
        asked = {name: value for name, value in asked.items() if value}
        return f"?{urlencode(asked)}" if asked else ""

    @property
    def sort_query(self) -> str:
        """The end of an address that keeps the order alone."""
        return Place(self.order).query


@dataclass(frozen=True)
class ThreadPage:
    """One page. `count` is all shown comments of the article (or of the thread), on whichever page.

    `earlier` and `later` are the places of the pages beside it, None where there is none.
    """

    comments: list[Comment]
    count: int
    place: Place
    picks: list[Comment]
    earlier: Place | None = None
    later: Place | None = None


def page(article_id: int, place: Place = Place()) -> ThreadPage:
    """Return the page at `place`; one that does not exist gives the first of its order.

    Two queries, one without comments, one more in the order of discussion behind its first page.
    """
    rows = _threads(article_id, place)
    if not rows:
        first = Place(place.order)
        return ThreadPage([], 0, place, []) if place == first else page(article_id, first)
    roots: dict[int, int] = {}
    size = 0
    for root, answers, _count in rows:
        if size >= COMMENTS_PER_PAGE:
            break
        roots[root] = answers
        size += 1 + min(answers, ANSWERS_SHOWN)
    goes_on = len(roots) < len(rows)
    if place.before:
        roots = dict(reversed(roots.items()))
        earlier = Place(place.order, before=next(iter(roots))) if goes_on else None
        later = Place(place.order, start=place.before)
    else:
        earlier = Place(place.order, before=next(iter(roots))) if place.start else None
        later = Place(place.order, start=rows[len(roots)][0]) if goes_on else None
    picked = PICKS_SHOWN if place == Place(place.order) else 0
    found = _with_picks(article_id, roots, picked)
    branches: dict[int, list[Comment]] = {root: [] for root in roots}
    for comment in found:
        if comment.root_id in branches:
            branches[comment.root_id].append(comment)
    comments = []
    for root, branch in branches.items():
        shown = branch[: ANSWERS_SHOWN + 1]
        if len(shown) < len(branch):
            shown[-1].rest = 1 + roots[root] - len(shown)
            shown[-1].rest_url = thread_url(root, Place(start=branch[len(shown)].pk))
        comments += shown
    picks = sorted(
        (comment for comment in found if comment.picked_at), key=lambda pick: pick.picked_at, reverse=True
    )
    return ThreadPage(_laid_out(comments), rows[0][2], place, picks[:picked], earlier, later)


def thread(root: Comment, place: Place) -> ThreadPage:
    """Return a page of all that stands below a shown first comment, itself not counted. Two queries."""
    answers = (
        Comment.objects.shown()
        .filter(article=root.article_id, path__gt=root.path, path__lt=root.path + _END)
        .order_by("path")
    )
    path = Comment.objects.filter(pk=place.before or place.start).values("path")
    wanted = answers.for_thread()
    if place.before:
        wanted = wanted.filter(path__lt=Subquery(path)).order_by("-path")
    elif place.start:
        wanted = wanted.filter(path__gte=Subquery(path))
    rows = list(wanted[: COMMENTS_PER_PAGE + 1])
    if not rows and place != Place():
        return thread(root, Place())
    goes_on, rows = len(rows) > COMMENTS_PER_PAGE, rows[: COMMENTS_PER_PAGE + 1]
    if place.before:
        comments = rows[:COMMENTS_PER_PAGE][::-1]
        earlier = Place(before=comments[0].pk) if goes_on else None
        later = Place(start=place.before)
    else:
        comments = rows[:COMMENTS_PER_PAGE]
        earlier = Place(before=comments[0].pk) if place.start else None
        later = Place(start=rows[COMMENTS_PER_PAGE].pk) if goes_on else None
    return ThreadPage(_laid_out([root, *comments])[1:], answers.count(), place, [], earlier, later)


def counts(articles: Collection[int]) -> dict[int, int]:
    """Shown comments of each of these articles that has any. One query, or none."""
    found = foresight.rows(_COUNTS, {"numbers": list(articles)}, fetch_all) if articles else []
    return {article: count for article, count in found if count}


# Article by article it is told by the index alone; of all of them at once the planner would look up the comments.
_COUNTS = """
SELECT article, (SELECT count(*) FROM comments_comment WHERE article_id = article AND is_shown)
FROM unnest(%(numbers)s::bigint[]) AS article
"""


def thread_url(root_id: int, place: Place) -> str:
    return reverse("comments:thread", args=[root_id]) + place.query


def find(number: int) -> Comment | None:
    """A comment that readers see on an article that they see, with what `url` asks; else None. One query."""
    placed = _placed(ANSWERS_SHOWN, COMMENTS_PER_PAGE)
    found: Comment | None = placed.first(number=number, at=timezone.now())
    return found


@cache
def _placed(answers_shown: int, page_size: int) -> Prepared:
    def make() -> QuerySet:
        shown = Comment.objects.shown().filter(article=OuterRef("article")).order_by("path")
        root_path = Left(OuterRef("path"), PATH_DIGITS)
        of_thread = shown.filter(path__gte=root_path, path__lt=OuterRef("path"))
        return (
            Comment.objects.shown()
            .filter(pk=Parameter("number", BigIntegerField()), article__in=Article.objects.published(AT))
            .select_related("article")
            .only("root_id", "path", "article__slug")
            .order_by()
            .annotate(
                # Rows before it, looked at no further than the bound.
                is_folded=Exists(of_thread[answers_shown : answers_shown + 1]),
                is_far=Exists(shown.filter(path__lt=root_path)[page_size - 1 : page_size]),
            )
        )

    return Prepared(make)


def url(comment: Comment, order: str = Order.OLDEST) -> str:
    """The address at which a comment that `find` returned stands. No query."""
    if comment.is_folded:
        at = thread_url(comment.root_id, Place(start=comment.pk))
    else:
        # A page may well begin with its thread; where it is on the first page for sure, that is shorter to read.
        is_first = order == Order.OLDEST and not comment.is_far
        place = Place(order, start=None if is_first else comment.root_id)
        at = comment.article.get_absolute_url() + place.query
    return f"{at}#comment-{comment.pk}"


def _threads(article_id: int, place: Place) -> list[tuple[int, int, int]]:
    """(number of the first comment, how many answers, how many comments there are in all) from the place on, towards
    its side, in the order asked for; one more than a page takes at most.

    One query, one more behind the first page of the order of discussion.
    """
    side = Side.BEFORE if place.before else Side.FROM if place.start else Side.FIRST
    edge = place.before or place.start
    values = {"article": article_id, "edge": edge}
    if place.order == Order.DISCUSSED and edge is not None:
        shown = Comment.objects.shown().filter(article=article_id)
        values["answers"] = shown.filter(root_id=edge).count() - 1
    statement = _roots(Order(place.order), side, COMMENTS_PER_PAGE + 1)
    found: list[tuple[int, int, int]] = statement.rows(**values)
    return found


class Side(enum.Enum):
    """Of which side of an edge a page is."""

    FIRST, FROM, BEFORE = range(3)


@cache
def _roots(order: Order, side: Side, most: int) -> Prepared:
    of_article = Comment.objects.shown().filter(article=_ARTICLE).order_by().values("article")
    count = Subquery(of_article.annotate(count=Count("pk")).values("count"))
    return Prepared(lambda: _roots_of(order, side).annotate(count=count)[:most])


def _roots_of(order: Order, side: Side) -> QuerySet:
    # A first comment is shown when anything of its thread is, so the index `shown_roots` tells all this.
    shown = Comment.objects.shown().filter(article=_ARTICLE)
    counted = Count("pk") - 1
    edge = Parameter("edge", BigIntegerField())
    if order == Order.DISCUSSED:
        answers = Parameter("answers", BigIntegerField())
        found = shown.values_list("root_id").annotate(answers=counted)
        if side == Side.BEFORE:
            above = Q(answers__gt=answers) | Q(answers=answers, root_id__lt=edge)
            return found.filter(above).order_by("answers", "-root_id")
        if side == Side.FROM:
            found = found.filter(Q(answers__lt=answers) | Q(answers=answers, root_id__gte=edge))
        return found.order_by("-answers", "root_id")
    is_rising = (order == Order.OLDEST) == (side != Side.BEFORE)
    if side == Side.BEFORE:
        shown = shown.filter(**{"root_id__gt" if is_rising else "root_id__lt": edge})
    elif side == Side.FROM:
        shown = shown.filter(**{"root_id__gte" if is_rising else "root_id__lte": edge})
    return (
        shown.values_list("root_id")
        .annotate(answers=counted)
        .order_by(F("root_id").asc() if is_rising else F("root_id").desc())
    )


def _with_picks(article_id: int, roots: dict[int, int], picked: int) -> list[Comment]:
    """The threads' comments up to one more than is shown, and the newest picks, in thread order. One query."""
    paths = [f"{root:0{PATH_DIGITS}x}" for root in roots]
    found: list[Comment] = _ON_PAGE.rows(
        article=article_id, paths=paths, branch=ANSWERS_SHOWN + 2, picked=picked
    )
    return found


def _on_page() -> QuerySet[Comment]:
    is_on_page = RawSQL(_IS_ON_PAGE, [], output_field=models.BooleanField())  # noqa: S611 - a constant
    return Comment.objects.shown().for_thread().filter(is_on_page).order_by("path")


_ON_PAGE = Prepared(_on_page)


def _laid_out(comments: list[Comment]) -> list[Comment]:
    """Tell each comment what only its page knows: how far in it stands, and whether what it answers is there too."""
    present = {comment.pk for comment in comments}
    for comment in comments:
        comment.shown_depth = min(comment.depth, DEPTH_SHOWN)
        comment.is_answered_here = comment.parent_id in present
    return comments
