"""What readers may go on with from an article: its neighbors in a series, the next story, and related ones.

Stories that the editors picked come first, in their order; the rest is filled with those that share tags or are worded
alike. Candidates are few and come from indexes, whatever the number of articles: the newest of each tag and of the
section. The next story is the following part of the series or, at its end and without one, the next older of the
section.
"""

from functools import cache
from typing import Any

from django.db.models import BigIntegerField, BooleanField, DateTimeField
from django.db.models.expressions import RawSQL
from django.utils import timezone

from articles import series, stories
from articles.models import Article
from newsroom.prepared_statements import Parameter, Prepared, RowVersion, fetch_all
from newsroom.web import foresight
from newsroom.web.fragments import fragments, size_of

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
    `previous` and the `following` part, and the `next` story. Two queries, or three."""
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
    card shows. Two queries, one more where the choice among these stories is not known."""
    now = timezone.now()
    first = (*neighbors, *article.related)
    tags = tuple([tag.pk for tag in article.tags.all()][:MAX_TAGS])
    candidates = foresight.rows(
        _candidates(),
        {
            "at": now,
            "article": article.pk or 0,
            "section": article.section_id,
            "before": article.published_at or now,
            "first": list(first),
            "tags": list(tags),
        },
        fetch_all,
    )
    chosen = _chosen(article, first, tags, tuple(candidates))
    cards = stories.cards([number for number, _is_older in chosen], now)
    found = []
    for number, is_older in chosen:
        if number in cards:
            cards[number].is_older = is_older
            found.append(cards[number])
    return found


def _chosen(
    article: Article, first: tuple[int, ...], tags: tuple[int, ...], candidates: tuple[tuple, ...]
) -> list[tuple[int, bool]]:
    """The numbers of candidates that are shown, best first, and whether one is the next older of the section.

    The same stories in the same versions are compared once: it takes the database as long as all else on the page.
    """
    key = (_chosen, article.pk, article.search_key, first, tags, candidates)
    chosen: list[tuple[int, bool]] | None = fragments.get(key)
    if chosen is None:
        values = {
            "older": next((number for number, _version, is_older in candidates if is_older), None),
            "numbers": [number for number, _version, _is_older in candidates],
            "first": list(first),
            "tags": list(tags),
            "text": article.search_key,
        }
        chosen = fetch_all(_CHOICE, values)
        fragments.put(key, chosen, size_of(key))
    return chosen


@cache
def _candidates() -> str:
    """Number and version of the stories that may be shown, and whether one is the next older of the section."""
    published = Article.objects.published(stories.AT)
    in_section = published.filter(section=Parameter("section", BigIntegerField())).by_date()
    newest = Prepared(lambda: in_section.values("id")[:NEWEST_OF_SECTION]).sql
    # The range bounds the walk along the index; of those with the same hour it has passed those before this one.
    before = in_section.filter(published_at__lte=_BEFORE).exclude(published_at=_BEFORE, pk__gte=_ARTICLE)
    older = Prepared(lambda: before.values("id")[:1]).sql
    # An array, of which the planner thinks that it is short: it is looked up, where a join might read the whole table.
    is_candidate = RawSQL("articles_article.id = ANY(ARRAY(SELECT id FROM candidate))", [], BooleanField())
    shown = Prepared(
        lambda: published.filter(is_candidate).order_by().annotate(row=RowVersion("pk")).values("id", "row")
    ).sql
    # One union of short walks along indexes; joined by OR they would become a pass over the table.
    return f"""
WITH
older AS ({older}),
candidate AS (
    ({newest}) UNION SELECT id FROM older UNION SELECT unnest(%(first)s::bigint[]) UNION
    SELECT article_id FROM unnest(%(tags)s::bigint[]) AS wanted (tag), LATERAL (
        SELECT article_id FROM {_TAGGED} WHERE tag_id = wanted.tag ORDER BY article_id DESC LIMIT {NEWEST_OF_TAG}
    ) AS of_tag
)
SELECT shown.*, shown.id = (SELECT id FROM older) IS TRUE FROM ({shown}) AS shown
WHERE shown.id <> %(article)s ORDER BY shown.id
"""  # noqa: S608 - compiled statements, and names and numbers of our own


_TAGGED = Article.tags.through._meta.db_table
_CHOICE = f"""
WITH
story AS MATERIALIZED (
    SELECT
        id, search_key, published_at,
        id = %(older)s::bigint IS TRUE AS is_older,
        array_position(%(first)s::bigint[], id) AS place,
        (SELECT count(*) FROM {_TAGGED} WHERE article_id = articles_article.id AND tag_id = ANY(%(tags)s::bigint[]))
            AS shared
    FROM articles_article WHERE id = ANY(%(numbers)s::bigint[])
),
near AS MATERIALIZED (
    SELECT *, similarity(search_key, %(text)s) AS likeness FROM (
        SELECT * FROM story ORDER BY is_older DESC, place, shared DESC, published_at DESC, id DESC
        LIMIT (SELECT CASE WHEN max(shared) > 0 THEN {_COMPARED} END FROM story)
    ) AS closest
)
SELECT id, is_older FROM near
WHERE is_older OR place IS NOT NULL OR shared > 0 OR likeness >= {MIN_LIKENESS}
ORDER BY is_older DESC, place, shared DESC, likeness DESC, published_at DESC, id DESC
LIMIT {_ASKED}
"""  # noqa: S608 - names and numbers of our own
