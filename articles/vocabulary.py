"""The words of the newspaper: which of them are in articles that readers see, and which others may have been meant."""

from collections.abc import Sequence
from functools import cache

from django.contrib.postgres.fields import ArrayField
from django.db.models import IntegerField, QuerySet
from django.utils import timezone

from articles import ranking
from articles.models import Article, SearchWord
from articles.stories import AT
from newsroom.prepared_statements import Parameter, Prepared, fetch_all
from newsroom.text import passages, search_query, search_words, spelling

# Words that were not found, and for each of them others that may have been meant.
_MOST_SLIPS, _MOST_MEANT = 6, 3
# A word that so many articles had is in one that readers see; to look at all that have it would take long.
_SURELY_SEEN = 20_000
# Of articles with a key, how many are looked at.
_MOST_HOLDERS = 50


# The numbers of the articles that readers see at an hour.
READABLE = Prepared(lambda: Article.objects.published(AT).order_by().values_list("id"))


def in_other_words(typed: str, meant: dict[str, list[SearchWord]]) -> str:
    """What was typed with a word of the newspaper for each that it does not know; empty where there is none."""
    there = seen([row for rows in meant.values() for row in rows])
    words = {
        word: next((row.spelling for row in rows if row.word in there), None) for word, rows in meant.items()
    }
    chosen = {word: other for word, other in words.items() if other}
    return passages.replaced(search_query.clean(typed), chosen) if chosen else ""


# Of words, each with the lowest key of its stem, those that are in one of the articles which have the stem. One article
# that readers see is enough.
@cache
def _seen_words() -> str:
    return f"""
SELECT asked.word FROM unnest(%(words)s::text[], %(keys)s::integer[]) AS asked (word, key)
WHERE EXISTS (
  SELECT FROM generate_series(0, {ranking.LEVELS - 1}) AS level
  CROSS JOIN LATERAL articles_holders(
    ARRAY[asked.key + level], '{{}}', ARRAY[{_MOST_HOLDERS}], '-infinity', 'infinity'
  ) AS holder
  JOIN ({READABLE.sql}) AS readable ON readable.id = holder.number
  JOIN articles_searchentry AS entry ON entry.article_id = holder.number
  WHERE strpos(entry.text, ' ' || asked.word || ' ') > 0
)
"""  # noqa: S608 - our own


def seen(rows: Sequence[SearchWord]) -> set[str]:
    """Those of the words that are in an article which readers see now, by a look at a few of those with their stem.

    What was counted is in an article no more, if that was changed or taken back; its words may say what nobody is to
    know. One query, none where no word needs to be looked at.
    """
    found = {row.word for row in rows if row.articles >= _SURELY_SEEN}
    if asked := {row.word: row.key for row in rows if row.articles < _SURELY_SEEN}:
        values = {"words": list(asked), "keys": list(asked.values()), "at": timezone.now()}
        found.update(word for (word,) in fetch_all(_seen_words(), values))
    return found


def unknown(words: list[str]) -> list[str]:
    """Those of the words, which were not counted, that no article has which readers see. One query, none without
    words.

    An article is counted once: words that it was given later, and those of the last moments, are in its entry alone.
    """
    keys = {
        word: {key for term in search_words.terms(word) for key in ranking.keys_of_term(term)}
        for word in words
    }
    there = _seen_keys(set().union(*keys.values()))
    return [word for word in words if keys[word].isdisjoint(there)]


@cache
def _held_keys() -> str:
    return f"""
SELECT DISTINCT (%(keys)s::integer[])[holder.place]
FROM articles_holders(%(keys)s::integer[], '{{}}', %(most)s::integer[], '-infinity', 'infinity') AS holder
JOIN ({READABLE.sql}) AS readable ON readable.id = holder.number
"""  # noqa: S608 - our own


def _seen_keys(keys: set[int]) -> set[int]:
    """Those of the keys that an article has which readers see; of keys that few articles have. Where more than
    _MOST_HOLDERS have one, and readers see none of the first of them, it is taken for unseen.

    One query, none without keys.
    """
    if not keys:
        return set()
    values = {"keys": list(keys), "most": [_MOST_HOLDERS] * len(keys), "at": timezone.now()}
    return {key for (key,) in fetch_all(_held_keys(), values)}


def _near() -> QuerySet[SearchWord]:
    numbers = Parameter("numbers", ArrayField(IntegerField()))
    return SearchWord.objects.filter(neighbors__overlap=numbers).defer("neighbors")


_NEAR = Prepared(_near)


def meant(lost: list[str]) -> dict[str, list[SearchWord]]:
    """Known words at one slip from each of these, the likeliest first. One query, none without words."""
    lost = [word for word in lost if len(word) >= spelling.SHORTEST][:_MOST_SLIPS]
    if not lost:
        return {}
    numbers = {number for word in lost for number in spelling.neighbors(word)}
    near = {row.word: row for row in _NEAR.rows(numbers=list(numbers))}
    known = [(row.word, row.articles) for row in near.values()]
    return {word: [near[likely] for likely in spelling.likely(word, known)[:_MOST_MEANT]] for word in lost}
