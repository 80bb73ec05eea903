"""What readers may go on with from an article: its neighbors in a series, the next story, and related ones.

Stories that the editors picked come first, in their order; the rest is filled with those that share tags or are worded
alike. Candidates are few and come from indexes, whatever the number of articles: the newest of each tag and of the
section. The next story is the following part of the series or, at its end and without one, the next older of the
section.
"""

from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles import series
from articles.models import Article
from articles.models.article import TEXTS

MAX_STORIES = 4
NEWEST_OF_TAG = 24
NEWEST_OF_SECTION = 40
# An article has a handful; who gives it more has told less by each.
MAX_TAGS = 10
# Headlines and summaries on unrelated matters come to a tenth, for they share endings and short words.
MIN_LIKENESS = 0.2
_NEIGHBOR, _PICKED, _FOUND = 0, 1, 1_000


def on_page(article: Article) -> dict[str, Any]:
    """What the page of an article, loaded with `for_page`, shows of others: `related`, `place` in its series with the
    `previous` and the `following` part, and the `next` story. One query."""
    place = series.place_of(article)
    neighbors = [number for number in (place.previous, place.following) if number] if place else []
    stories = list(_stories(article, neighbors))
    by_number = {story.pk: story for story in stories}
    following = by_number.get(place.following) if place else None
    older = next((story for story in stories if story.is_older), None)
    told = {*neighbors, *([] if following or older is None else [older.pk])}
    return {
        "place": place,
        "previous": by_number.get(place.previous) if place else None,
        "following": following,
        "next": following or older,
        "related": [story for story in stories if story.pk not in told][:MAX_STORIES],
    }


def stories_in(shown: dict[str, Any]) -> list[Article]:
    """The stories in what `on_page` returned."""
    ones = (shown[name] for name in ("previous", "following", "next"))
    return [*shown["related"], *(story for story in ones if story is not None)]


def _stories(article: Article, neighbors: list[int]):
    """The next older of the section and neighbors, then what is related, best first."""
    tags = [tag.pk for tag in article.tags.all()][:MAX_TAGS]
    tagged = Article.tags.through.objects
    ranks = {number: _PICKED + at for at, number in enumerate(article.related)} | dict.fromkeys(
        neighbors, _NEIGHBOR
    )
    published = Article.objects.published()
    # One union of short walks along indexes; joined by OR they would become a pass over the table.
    parts = [published.filter(section=article.section_id).by_date().values("pk")[:NEWEST_OF_SECTION]]
    parts += [
        tagged.filter(tag=tag).order_by("-article_id").values(pk=F("article_id"))[:NEWEST_OF_TAG]
        for tag in tags
    ]
    older = _older(article).values("pk")[:1]
    parts.append(older)
    if ranks:
        parts.append(published.filter(pk__in=ranks).values("pk"))
    candidates = parts[0].union(*parts[1:])
    shared = tagged.filter(article=OuterRef("pk"), tag__in=tags).order_by().values("article")
    return (
        published.filter(pk__in=candidates)
        .exclude(pk=article.pk)
        .annotate(
            is_older=Q(pk=Subquery(older)),
            rank=Case(
                *(When(pk=number, then=Value(rank)) for number, rank in ranks.items()),
                default=Value(_FOUND),
                output_field=IntegerField(),
            ),
            shared=Coalesce(Subquery(shared.values(count=Count("pk"))), 0),
            likeness=TrigramSimilarity("search_key", article.search_key),
        )
        .filter(Q(is_older=True) | Q(rank__lt=_FOUND) | Q(shared__gt=0) | Q(likeness__gte=MIN_LIKENESS))
        .select_related("section", "hero")
        .defer(*TEXTS)
        .order_by("-is_older", "rank", "-shared", "-likeness", "-published_at", "-pk")[
            : MAX_STORIES + len(neighbors) + 1
        ]
    )


def _older(article: Article):
    """What readers see of the section before an article, newest first; before now, where it has no hour yet."""
    at = article.published_at or timezone.now()
    older = Article.objects.published().filter(section=article.section_id, published_at__lte=at)
    # The range bounds the walk along the index; of those with the same hour it has passed those before this one.
    return older.exclude(published_at=at, pk__gte=article.pk or 0).by_date()
