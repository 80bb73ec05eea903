"""What readers may go on with from an article: its neighbors in a series, the next story, and related ones.

Stories that the editors picked come first, in their order; the rest is filled with those that share tags or are worded
alike. Candidates are few and come from indexes, whatever the number of articles: the newest of each tag and of the
section. The next story is the following part of the series or, at its end and without one, the next older of the
section.
"""

from typing import Any

from django.db.models import BigIntegerField, BooleanField, DateTimeField, Field
from django.db.models.expressions import RawSQL
from django.utils import timezone

from articles import series, stories
from articles.models import Article
from articles.models.article import ArticleQuerySet
from newsroom.prepared_statements import Parameter, Prepared

MAX_STORIES = 4
NEWEST_OF_TAG = 24
NEWEST_OF_SECTION = 40
# An article has a handful; who gives it more has told less by each.
MAX_TAGS = 10
# Headlines and summaries on unrelated matters come to a tenth, for they share endings and short words.
MIN_LIKENESS = 0.2
# The part before and the part after.
MOST_NEIGHBORS = 2
_ASKED = MAX_STORIES + MOST_NEIGHBORS + 1
# Of those that share as many tags, the newest have their texts compared: it takes the database as long as all else.
_COMPARED = 2 * _ASKED
_ARTICLE = Parameter("article", BigIntegerField())
_BEFORE = Parameter("before", DateTimeField())


def on_page(article: Article) -> dict[str, Any]:
    """What the page of an article, loaded with `for_page`, shows of others: `related`, `place` in its series with the
    `previous` and the `following` part, and the `next` story. One query."""
    place = series.place_of(article)
    neighbors = [number for number in (place.previous, place.following) if number] if place else []
    found = _found(article, neighbors)
    by_number = {story.pk: story for story in found}
    following = by_number.get(place.following) if place else None
    older = next((story for story in found if story.is_older), None)
    told = {*neighbors, *([] if following or older is None else [older.pk])}
    return {
        "place": place,
        "previous": by_number.get(place.previous) if place else None,
        "following": following,
        "next": following or older,
        "related": [story for story in found if story.pk not in told][:MAX_STORIES],
    }


def stories_in(shown: dict[str, Any]) -> list[Article]:
    """The stories in what `on_page` returned."""
    ones = (shown[name] for name in ("previous", "following", "next"))
    return [*shown["related"], *(story for story in ones if story is not None)]


def _found(article: Article, neighbors: list[int]) -> list[Article]:
    """The next older of the section, which `is_older`, and neighbors, then what is related, best first: with all that a
    card shows. One query."""
    now = timezone.now()
    found: list[Article] = _FOUND.rows(
        at=now,
        article=article.pk or 0,
        section=article.section_id,
        before=article.published_at or now,
        text=article.search_key,
        first=[*neighbors, *article.related],
        tags=[tag.pk for tag in article.tags.all()][:MAX_TAGS],
    )
    return found


def _cards() -> ArticleQuerySet:
    chosen = RawSQL("articles_article.id IN (SELECT id FROM chosen)", [], BooleanField())
    return Article.objects.published(stories.AT).for_list().filter(chosen).annotate(
        is_older=_chosen("is_older", BooleanField())
    ).order_by(_chosen("rank", BigIntegerField()))  # fmt: skip


def _chosen(column: str, field: Field) -> RawSQL:
    return RawSQL(f"(SELECT {column} FROM chosen WHERE id = articles_article.id)", [], field)  # noqa: S608, S611 - our own


def _choice() -> str:
    published = Article.objects.published(stories.AT)
    in_section = published.filter(section=Parameter("section", BigIntegerField())).by_date()
    newest = Prepared(lambda: in_section.values("id")[:NEWEST_OF_SECTION]).sql
    # The range bounds the walk along the index; of those with the same hour it has passed those before this one.
    before = in_section.filter(published_at__lte=_BEFORE).exclude(published_at=_BEFORE, pk__gte=_ARTICLE)
    older = Prepared(lambda: before.values("id")[:1]).sql
    is_candidate = RawSQL("articles_article.id = candidate.id", [], BooleanField())
    shown = Prepared(
        lambda: published.filter(is_candidate).order_by().values("id", "search_key", "published_at")[:1]
    ).sql
    tagged = Article.tags.through._meta.db_table
    # One union of short walks along indexes; joined by OR they would become a pass over the table. To compare texts
    # takes longest: it is done once, and with few.
    return f"""
WITH
older AS ({older}),
candidate AS (
    ({newest}) UNION SELECT id FROM older UNION SELECT unnest(%(first)s::bigint[]) UNION
    SELECT article_id FROM unnest(%(tags)s::bigint[]) AS wanted (tag), LATERAL (
        SELECT article_id FROM {tagged} WHERE tag_id = wanted.tag ORDER BY article_id DESC LIMIT {NEWEST_OF_TAG}
    ) AS of_tag
),
story AS MATERIALIZED (
    SELECT
        shown.*,
        shown.id = (SELECT id FROM older) IS TRUE AS is_older,
        array_position(%(first)s::bigint[], shown.id) AS place,
        (SELECT count(*) FROM {tagged} WHERE article_id = shown.id AND tag_id = ANY(%(tags)s::bigint[])) AS shared
    FROM candidate, LATERAL ({shown}) AS shown
    WHERE shown.id <> %(article)s
),
near AS MATERIALIZED (
    SELECT *, similarity(search_key, %(text)s) AS likeness FROM (
        SELECT * FROM story ORDER BY is_older DESC, place, shared DESC, published_at DESC, id DESC
        LIMIT (SELECT CASE WHEN max(shared) > 0 THEN {_COMPARED} END FROM story)
    ) AS closest
),
chosen AS MATERIALIZED (
    SELECT id, is_older, row_number() OVER best AS rank FROM near
    WHERE is_older OR place IS NOT NULL OR shared > 0 OR likeness >= {MIN_LIKENESS}
    WINDOW best AS (ORDER BY is_older DESC, place, shared DESC, likeness DESC, published_at DESC, id DESC)
    ORDER BY rank LIMIT {_ASKED}
)
"""  # noqa: S608 - compiled statements, and names and numbers of our own


_FOUND = Prepared(_cards, _choice)
