"""Readers' search: which articles are about what was typed, which of their words, what else may have been meant."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import BooleanField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.utils import timezone

from articles import ranking
from articles.models import Article, Author, Byline, SearchEntry, SearchGram, SearchKey, SearchWord, Section
from newsroom.text import arabic, passages, search_query, search_words, spelling
from newsroom.text.excerpt import plain_text
from newsroom.text.passages import Mark, Passage
from newsroom.text.search_query import SearchQuery

# Nobody turns more pages.
MOST_SHOWN = 100
# What of it is ordered by the pieces of its words too; to read more of it finds nothing better.
_ORDERED = 50
# What is found before it is asked which of it readers see, and what of it has all that was asked for.
MOST_FOUND = 1_000
# With a filter most of what is read is left out.
_FILTERED_BUDGET = 5 * ranking.BUDGET
# Of a text; what comes later in a long one is found, and adds nothing to its place.
_LETTERS_READ = 12_000
_SOURCE_READ = 60_000
PASSAGE_LENGTH = 240
# Words that were not found, and for each of them others that may have been meant.
_MOST_SLIPS, _MOST_MEANT = 6, 3
# A word that so many articles had is in one that readers see; to look at all that have it would take long.
_SURELY_SEEN = 20_000
# Of articles with a key, how many are looked at; of those in turn with the word, how many.
_MOST_HOLDERS, _MOST_WITNESSES = 50, 10
MOST_SUGGESTED, _MOST_HEADLINES = 5, 3
_SHORTEST_BEGINNING = 2
PAGE_SIZE = 10
# Among whom a reader chooses; a longer list is not read.
_MOST_AUTHORS = 50
# A word in more than this part of all articles says nothing of where it stands.
_EVERYWHERE = 0.4


@dataclass(frozen=True)
class Filters:
    """Which articles are asked for; both days belong to the span, by the newsroom's clock."""

    section: Section | None = None
    author: Author | None = None
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return any((self.section, self.author, self.since, self.until))

    @property
    def facets(self) -> list[int]:
        facets = []
        if self.section:
            facets.append(ranking.facet("section", self.section.pk))
        if self.author:
            facets.append(ranking.facet("author", self.author.pk))
        return facets


@dataclass(frozen=True, order=True)
class Place:
    """Where in the results a page ends: results are in the falling order of places, as of the morning of `day`."""

    score: float
    number: int
    day: int = field(compare=False)

    def __str__(self) -> str:
        return f"{self.score:.4f}_{self.number}_{self.day}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place that `text` says, None where it is none."""
        found = re.fullmatch(r"([0-9]{1,9}\.[0-9]{4})_([0-9]{1,18})_([0-9]{1,7})", text, re.ASCII)
        if found is None or not 0 < int(found[3]) <= date.max.toordinal():
            return None
        return cls(float(found[1]), int(found[2]), int(found[3]))


@dataclass(frozen=True)
class Ranking:
    """What was found, best first, and by what: `weights` of terms, `phrases` that all of it has, words that were
    `meant` instead of typed ones that no article has, and whether no article has the phrases, which then count as their
    words."""

    places: list[Place]
    weights: dict[str, float]
    phrases: tuple[str, ...]
    meant: dict[str, list[SearchWord]]
    lacks_phrase: bool


@dataclass(frozen=True)
class Result:
    """An article as the page of results shows it: its headline and its best passage, with what was searched in them."""

    article: Article
    headline: Passage
    passage: Passage


@dataclass(frozen=True)
class Page:
    """Results in their order, how many there are of them on all pages, whether that is as many as are ever shown, and
    where the next page begins. `meant` is what may have been meant, else empty. `authors` wrote what is on all pages;
    of many the first in the alphabet."""

    results: list[Result]
    authors: list[Author]
    count: int
    is_full: bool
    following: Place | None
    meant: str
    lacks_phrase: bool


@dataclass(frozen=True)
class Suggestion:
    """What a reader may be about to type; of a headline its article."""

    text: str
    article: Article | None = None


def page(typed: str, filters: Filters | None = None, after: Place | None = None) -> Page:
    """A page of what readers find by what was typed; it goes on after a place. Fifteen queries at most, two more for a
    phrase that is nowhere."""
    query = search_query.parse(typed)
    day = date.fromordinal(after.day) if after else None
    ranked = rank(query, filters, day=day)
    places = [place for place in ranked.places if after is None or place < after]
    shown = places[:PAGE_SIZE]
    return Page(
        results=_results([place.number for place in shown], ranked),
        authors=_authors([place.number for place in ranked.places]),
        count=len(ranked.places),
        is_full=len(ranked.places) == MOST_SHOWN,
        following=shown[-1] if len(places) > len(shown) else None,
        meant=_in_other_words(typed, ranked.meant),
        lacks_phrase=ranked.lacks_phrase,
    )


def _authors(numbers: list[int]) -> list[Author]:
    """One query, none without numbers."""
    if not numbers:
        return []
    signed = Byline.objects.filter(article__in=numbers)
    return list(Author.objects.filter(pk__in=signed.values("author")).alphabetical()[:_MOST_AUTHORS])


def _results(numbers: list[int], ranked: Ranking) -> list[Result]:
    """Two queries, none without numbers."""
    if not numbers:
        return []
    loaded = Article.objects.published().for_results().in_bulk(numbers)
    return [_result(loaded[number], ranked) for number in numbers if number in loaded]


def _result(article: Article, ranked: Ranking) -> Result:
    body = " ".join(plain_text(article.body[:_SOURCE_READ])[:_LETTERS_READ].split())
    marked = _marks(body, ranked)
    if marked or not article.summary:
        passage = passages.densest(body, marked, PASSAGE_LENGTH)
    else:
        passage = passages.whole(article.summary, _marks(article.summary, ranked))
    headline = passages.whole(article.headline, _marks(article.headline, ranked))
    return Result(article, headline, passage)


def _marks(text: str, ranked: Ranking) -> list[Mark]:
    """A text that has a phrase which was asked for is marked there alone."""
    together = passages.phrase_marks(text, ranked.phrases) if ranked.phrases else []
    return together or passages.marks(text, ranked.weights)


def _in_other_words(typed: str, meant: dict[str, list[SearchWord]]) -> str:
    """What was typed with a word of the newspaper for each that it does not know; empty where there is none."""
    seen = _seen([row for rows in meant.values() for row in rows])
    words = {
        word: next((row.spelling for row in rows if row.word in seen), None) for word, rows in meant.items()
    }
    chosen = {word: other for word, other in words.items() if other}
    return passages.replaced(search_query.clean(typed), chosen) if chosen else ""


# Among the articles that have the stem of a word, some of those that have the word.
_HOLDERS_OF_WORD = """
SELECT asked.word, entry.article_id
FROM unnest(%s::text[], %s::integer[]) AS asked (word, key) CROSS JOIN LATERAL (
  SELECT article_id FROM (
    SELECT article_id, text FROM articles_searchentry WHERE keys @> ARRAY[asked.key] LIMIT %s
  ) AS holder
  WHERE strpos(holder.text, ' ' || asked.word || ' ') > 0
  LIMIT %s
) AS entry
"""


def _seen(rows: list[SearchWord]) -> set[str]:
    """Those of the words that are in an article which readers see now, by a look at a few of those with their stem.

    What was counted is in an article no more, if that was changed or taken back; its words may say what nobody is to
    know. Two queries, none where no word needs to be looked at.
    """
    asked = [
        (row.word, row.key + level)
        for row in rows
        if row.articles < _SURELY_SEEN
        for level in range(ranking.LEVELS)
    ]
    found = {row.word for row in rows if row.articles >= _SURELY_SEEN}
    if asked:
        words, keys = zip(*asked, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_HOLDERS_OF_WORD, [list(words), list(keys), _MOST_HOLDERS, _MOST_WITNESSES])
            holders = cursor.fetchall()
        readable = _readable_now({number for _word, number in holders})
        found.update(word for word, number in holders if number in readable)
    return found


def _readable_now(numbers: set[int]) -> set[int]:
    """One query."""
    return set(Article.objects.published().filter(pk__in=numbers).values_list("pk", flat=True))


def suggest(typed: str) -> list[Suggestion]:
    """How what is being typed may go on, by words of the newspaper, and headlines it may be about.

    Fifteen queries at most.
    """
    line = search_query.clean(typed)
    begun = re.search(r"\w+\Z", line)
    texts = []
    if begun and len(beginning := arabic.normalize(begun[0])) >= _SHORTEST_BEGINNING:
        rows = list(
            SearchWord.objects.filter(word__startswith=beginning).order_by("-articles", "word")[
                :MOST_SUGGESTED
            ]
        )
        seen = _seen(rows)
        texts = [line[: begun.start()] + row.spelling for row in rows if row.word in seen]
    if not line:
        return []
    ranked = rank(search_query.parse(texts[0] if texts else line))
    numbers = [place.number for place in ranked.places[:_MOST_HEADLINES]]
    articles = Article.objects.published().only("headline", "slug", "language").in_bulk(numbers)
    return [Suggestion(text) for text in texts] + [
        Suggestion(articles[number].headline, articles[number]) for number in numbers if number in articles
    ]


def rank(query: SearchQuery, filters: Filters | None = None, *, day: date | None = None) -> Ranking:
    """The published articles that are most about the words of `query`, MOST_SHOWN at most.

    Ten queries at most, two more for a phrase that is nowhere.
    """
    filters = filters or Filters()
    day = day or timezone.localdate()
    if not query:
        return Ranking([], {}, (), {}, lacks_phrase=False)
    weights = {term: 1.0 for word in query.words for term in search_words.terms(word)}
    counts = _counts(weights)
    meant = _meant(_unknown([word for word in dict.fromkeys(query.words) if not _is_known(word, counts)]))
    slips = {
        term: ranking.SLIP
        for words in meant.values()
        for word in words
        for term in search_words.terms(word.word)
        if term not in weights
    }
    if slips:
        counts |= _counts(slips)
        weights |= slips
    found = _find(query, filters, weights, counts)
    readable = _readable(query, found)
    lacks_phrase = bool(query.phrases) and not readable
    if lacks_phrase:
        readable = _readable(replace(query, phrases=()), found)
    words = [part for word in query.words for part in search_words.parts(word)]
    pieces = {piece for word in words for piece in ranking.pieces_of(word)}
    frequencies = dict(SearchGram.objects.filter(pk__in=pieces).values_list("pk", "articles"))
    total = counts.get(ranking.EVERY, 0)
    ordered = ranking.order(words, _candidates(readable[:_ORDERED], day), frequencies, total)
    ordered += ranking.behind(ordered, readable[_ORDERED:])
    telling = {
        term: weight * ranking.rarity(total, _count(term, counts))
        for term, weight in weights.items()
        if _count(term, counts) <= _EVERYWHERE * total
    }
    return Ranking(
        places=[Place(score, number, day.toordinal()) for score, number in ordered],
        weights=telling or weights,
        phrases=() if lacks_phrase else query.phrases,
        meant=meant,
        lacks_phrase=lacks_phrase,
    )


def _counts(terms: Iterable[str]) -> dict[int, int]:
    keys = [key for term in terms for key in ranking.keys_of_term(term)]
    return dict(SearchKey.objects.filter(pk__in=[ranking.EVERY, *keys]).values_list("pk", "articles"))


def _count(term: str, counts: dict[int, int]) -> int:
    return sum(counts.get(key, 0) for key in ranking.keys_of_term(term))


def _is_known(word: str, counts: dict[int, int]) -> bool:
    return any(_count(term, counts) for term in search_words.terms(word))


def _unknown(words: list[str]) -> list[str]:
    """Those of the words, which were not counted, that no article has which readers see. Two queries, none without
    words.

    An article is counted once: words that it was given later, and those of the last moments, are in its entry alone.
    """
    keys = {
        word: {key for term in search_words.terms(word) for key in ranking.keys_of_term(term)}
        for word in words
    }
    there = _seen_keys(set().union(*keys.values()))
    return [word for word in words if keys[word].isdisjoint(there)]


# Key by key. The planner thinks that many entries have one of many keys, and would read the table from its beginning.
_HOLDERS = """
SELECT asked.key, entry.article_id
FROM unnest(%s::integer[]) AS asked (key) CROSS JOIN LATERAL (
  SELECT article_id FROM articles_searchentry WHERE keys @> ARRAY[asked.key] LIMIT %s
) AS entry
"""


def _seen_keys(keys: set[int]) -> set[int]:
    """Those of the keys that an article has which readers see; of keys that few articles have. Where more than
    _MOST_HOLDERS have one, and readers see none of the first of them, it is taken for unseen.

    Two queries, one where no entry has them, none without keys.
    """
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, [list(keys), _MOST_HOLDERS])
        found = cursor.fetchall()
    readable = _readable_now({number for _key, number in found})
    return {key for key, number in found if number in readable}


def _meant(lost: list[str]) -> dict[str, list[SearchWord]]:
    """Known words at one slip from each of these, the likeliest first. One query, none without words."""
    lost = [word for word in lost if len(word) >= spelling.SHORTEST][:_MOST_SLIPS]
    if not lost:
        return {}
    numbers = {number for word in lost for number in spelling.neighbors(word)}
    near = {row.word: row for row in SearchWord.objects.filter(neighbors__overlap=list(numbers))}
    known = [(row.word, row.articles) for row in near.values()]
    return {word: [near[likely] for likely in spelling.likely(word, known)[:_MOST_MEANT]] for word in lost}


_FIND = """
WITH asked (key, gain, most) AS (SELECT * FROM unnest(%s::integer[], %s::float8[], %s::integer[]))
SELECT entry.article_id, sum(asked.gain) AS score
FROM asked CROSS JOIN LATERAL (
  SELECT article_id FROM articles_searchentry
  WHERE keys @> (asked.key || %s::integer[]) AND published_at >= %s AND published_at < %s
  LIMIT asked.most
) AS entry
GROUP BY entry.article_id
ORDER BY score DESC, entry.article_id DESC
LIMIT %s
"""


def _find(
    query: SearchQuery, filters: Filters, weights: dict[str, float], counts: dict[int, int]
) -> list[tuple[int, float]]:
    """Numbers of articles with what their terms add up to, whether readers see them or not. One query."""
    plan = ranking.plan(weights, counts, _FILTERED_BUDGET if filters else ranking.BUDGET)
    if not plan.keys:
        return []
    begin, end = _span(filters)
    with connection.cursor() as cursor:
        cursor.execute(
            _FIND,
            [list(plan.keys), list(plan.gains), list(plan.limits), filters.facets, begin, end, MOST_FOUND],
        )
        return cursor.fetchall()


def _span(filters: Filters) -> tuple[datetime, datetime]:
    since = filters.since or date(1, 1, 2)
    until = filters.until if filters.until and filters.until < date(9999, 12, 30) else date(9999, 12, 30)
    return _midnight(since), _midnight(until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _readable(query: SearchQuery, found: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Of what was found the first MOST_SHOWN that readers see and that have all that was asked for.

    Mostly one query, two where many are left out.
    """
    asked = _asked(query)
    readable: list[tuple[int, float]] = []
    for part in (found[: MOST_SHOWN + 20], found[MOST_SHOWN + 20 :]):
        if not part or len(readable) >= MOST_SHOWN:
            break
        numbers = [number for number, _score in part]
        kept = set(asked.filter(pk__in=numbers).values_list("pk", flat=True))
        readable += [(number, score) for number, score in part if number in kept]
    return readable[:MOST_SHOWN]


def _candidates(readable: list[tuple[int, float]], day: date) -> list[ranking.Candidate]:
    """What was found, to be ordered. One query."""
    scores = dict(readable)
    entries = SearchEntry.objects.filter(pk__in=scores).values_list("pk", "text", "published_at")
    return [
        ranking.Candidate(number, scores[number], text[:_LETTERS_READ], _age(published_at, day))
        for number, text, published_at in entries
    ]


# The operator && compares each key with each; this looks them up in a table that is made once.
_HAS_ANY = "EXISTS (SELECT FROM unnest(articles_searchentry.keys) AS key WHERE key = ANY(%s))"


def _asked(query: SearchQuery) -> QuerySet[SearchEntry]:
    """Entries of what readers see, with the phrases and without the excluded words of `query`."""
    entries = SearchEntry.objects.filter(article__in=Article.objects.published())
    for phrase in query.phrases:
        # Finds it in a third of the time that LIKE takes, which tries letter after letter.
        entries = entries.filter(GreaterThan(StrIndex("text", Value(phrase)), 0))
    if query.excluded:
        terms = {search_words.terms(word)[-1] for word in query.excluded}
        keys = [key for term in terms for key in ranking.keys_of_term(term)]
        entries = entries.exclude(RawSQL(_HAS_ANY, [keys], output_field=BooleanField()))  # noqa: S611 - our own
    return entries


def _age(published_at: datetime, day: date) -> float:
    return (day - timezone.localdate(published_at)).days
