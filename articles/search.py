"""Readers' search: which articles are about what was typed, which of their words, what else may have been meant."""

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet, TextField
from django.db.models.functions import Left
from django.utils import timezone

from articles import ranking, stories, vocabulary
from articles.models import Article, Author, Byline, SearchEntry, SearchWord, Section
from articles.models.article import ArticleQuerySet
from articles.stories import AT, NUMBERS
from newsroom.prepared_statements import Parameter, Prepared, fetch_all, row_version
from newsroom.text import arabic, passages, search_query, search_words
from newsroom.text.excerpt import plain_text
from newsroom.text.passages import Mark, Passage, Searched
from newsroom.text.search_query import SearchQuery
from newsroom.web.fragments import Fragments, size_of

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
# What a process keeps of what it counted in texts, of these, and of the articles that it showed.
_MOST_BYTES_OF_COUNTS, _MOST_BYTES_OF_TEXTS, _MOST_BYTES_OF_ARTICLES = 8 * 2**20, 16 * 2**20, 8 * 2**20
# What it takes to know a piece or a pair, and to know an entry and its counts, besides two bytes each; roughly.
_BYTES_OF_A_PIECE, _BYTES_OF_AN_ENTRY = 100, 300
PASSAGE_LENGTH = 240
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


class Result:
    """An article as the page of results shows it: its headline and its best passage, with what was searched in them.

    Both are looked for when they are asked for: where the piece of the page is kept, they are not.
    """

    def __init__(
        self, article: Article, versions: Hashable, searched: Searched, phrases: tuple[str, ...]
    ) -> None:
        self.article = article
        self._versions = versions
        self._searched = searched
        self._phrases = phrases

    @cached_property
    def headline(self) -> Passage:
        return passages.whole(self.article.headline, self._marks(self.article.headline))

    @cached_property
    def passage(self) -> Passage:
        article = self.article
        body = plain_text(article.body[:_SOURCE_READ])[:_LETTERS_READ].replace("\n", " ").rstrip()
        marked = self._marks(body)
        if marked or not article.summary:
            return passages.densest(body, marked, PASSAGE_LENGTH)
        return passages.whole(article.summary, self._marks(article.summary))

    def _marks(self, text: str) -> list[Mark]:
        # A text that has a phrase which was asked for is marked there alone.
        together = passages.phrase_marks(text, self._phrases) if self._phrases else []
        return together or passages.marks(text, self._searched)

    @property
    def fragment_key(self) -> list[Any]:
        """What a page shows of it is made of, the versions of rows in their place; see `newsroom.web.fragments`."""
        return [self.article.pk, self._versions, self._searched.weights, self._phrases]


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
    """A page of what readers find by what was typed; it goes on after a place. Ten queries at most, one more for a
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
        meant=vocabulary.in_other_words(typed, ranked.meant),
        lacks_phrase=ranked.lacks_phrase,
    )


def _authors(numbers: list[int]) -> list[Author]:
    """One query, none without numbers. What a choice does not show is deferred."""
    return _WRITERS.rows(numbers=numbers) if numbers else []


def _writers() -> QuerySet[Author]:
    signed = Byline.objects.filter(article__any_of=NUMBERS)
    return Author.objects.filter(pk__in=signed.values("author")).alphabetical().only("name")[:_MOST_AUTHORS]


_WRITERS = Prepared(_writers)


def _results(numbers: list[int], ranked: Ranking) -> list[Result]:
    """Two queries at most, none without numbers."""
    if not numbers:
        return []
    # One hour for both statements, so that what is shown is what was asked for.
    at = timezone.now()
    versions = {
        number: stories.hashable(rows) for number, *rows in _VERSIONS_SHOWN.rows(numbers=numbers, at=at)
    }
    articles = _articles(versions, at)
    searched = Searched(ranked.weights)
    return [
        Result(articles[number], versions[number], searched, ranked.phrases)
        for number in numbers
        if number in articles
    ]


def _articles(versions: dict[int, Hashable], at: datetime) -> dict[int, Article]:
    """These articles with all that a result shows; what is there no more is left out. One query, none where all of them
    are kept."""
    articles: dict[int, Article | None] = {
        number: KEPT_ARTICLES.get((number, version)) for number, version in versions.items()
    }
    if missing := [number for number, article in articles.items() if article is None]:
        for article in _SHOWN.rows(numbers=missing, at=at):
            articles[article.pk] = article
            size = size_of((article.headline, article.summary, article.body))
            KEPT_ARTICLES.put((article.pk, versions[article.pk]), article, size)
    return {number: article for number, article in articles.items() if article is not None}


# Articles that were shown among results last; nobody changes them.
KEPT_ARTICLES = Fragments(_MOST_BYTES_OF_ARTICLES)


def _of_numbers() -> ArticleQuerySet:
    return Article.objects.published(AT).filter(pk__any_of=NUMBERS).order_by()


_SHOWN = Prepared(lambda: _of_numbers().for_results())
_VERSIONS_SHOWN = Prepared(lambda: _of_numbers().versions_for_results())


def suggest(typed: str) -> list[Suggestion]:
    """How what is being typed may go on, by words of the newspaper, and headlines it may be about.

    Nine queries at most.
    """
    line = search_query.clean(typed)
    begun = re.search(r"\w+\Z", line)
    texts = []
    if begun and len(beginning := arabic.normalize(begun[0])) >= _SHORTEST_BEGINNING:
        rows = _BEGUN.rows(beginning=beginning, end=beginning + _LAST)
        seen = vocabulary.seen(rows)
        texts = [line[: begun.start()] + row.spelling for row in rows if row.word in seen]
    if not line:
        return []
    ranked = rank(search_query.parse(texts[0] if texts else line))
    numbers = [place.number for place in ranked.places[:_MOST_HEADLINES]]
    articles = (
        {article.pk: article for article in _TITLED.rows(numbers=numbers, at=timezone.now())}
        if numbers
        else {}
    )
    return [Suggestion(text) for text in texts] + [
        Suggestion(articles[number].headline, articles[number]) for number in numbers if number in articles
    ]


# A range, for which a plan that is kept uses the index; of LIKE it would have to know the value.
_LAST = "\U0010ffff"
_BEGUN = Prepared(
    lambda: (
        SearchWord.objects.filter(
            word__gte=Parameter("beginning", TextField()), word__lt=Parameter("end", TextField())
        )
        .order_by("-articles", "word")
        .defer("neighbors")[:MOST_SUGGESTED]
    )
)
_TITLED = Prepared(lambda: _of_numbers().only("headline", "slug", "language"))


def rank(query: SearchQuery, filters: Filters | None = None, *, day: date | None = None) -> Ranking:
    """The published articles that are most about the words of `query`, MOST_SHOWN at most.

    Six queries at most, one more for a phrase that is nowhere.
    """
    filters = filters or Filters()
    day = day or timezone.localdate()
    if not query:
        return Ranking([], {}, (), {}, lacks_phrase=False)
    weights = {term: 1.0 for word in query.words for term in search_words.terms(word)}
    words = [part for word in query.words for part in search_words.parts(word)]
    pieces = {piece for word in words for piece in ranking.pieces_of(word)}
    counts, frequencies = _counts(weights, pieces)
    uncounted = [word for word in dict.fromkeys(query.words) if not _is_known(word, counts)]
    meant = vocabulary.meant(vocabulary.unknown(uncounted))
    slips = {
        term: ranking.SLIP
        for words_meant in meant.values()
        for word in words_meant
        for term in search_words.terms(word.word)
        if term not in weights
    }
    if slips:
        counts |= _counts(slips)[0]
        weights |= slips
    found = _find(query, filters, weights, counts)
    lacks_phrase = bool(query.phrases) and not found
    if lacks_phrase:
        found = _find(replace(query, phrases=()), filters, weights, counts)
    total = counts.get(ranking.EVERY, 0)
    pieces_weights = ranking.weights_of(words, frequencies, total)
    asked = ranking.asked(words, pieces_weights)
    ordered = ranking.order(asked, pieces_weights, _candidates(found[:_ORDERED], asked, day))
    ordered += ranking.behind(ordered, [(row.number, row.score) for row in found[_ORDERED:]])
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


_COUNTS = """
SELECT key, NULL, articles FROM articles_searchkey WHERE key = ANY(%(keys)s::integer[])
UNION ALL SELECT NULL, gram, articles FROM articles_searchgram WHERE gram = ANY(%(pieces)s::text[])
"""


def _counts(terms: Iterable[str], pieces: Iterable[str] = ()) -> tuple[dict[int, int], dict[str, int]]:
    """In how many articles each key of these terms is, and each of the pieces. One query."""
    keys = [key for term in terms for key in ranking.keys_of_term(term)]
    rows = fetch_all(_COUNTS, {"keys": [ranking.EVERY, *keys], "pieces": list(pieces)})
    counts = {key: articles for key, piece, articles in rows if piece is None}
    return counts, {piece: articles for _key, piece, articles in rows if piece is not None}


def _count(term: str, counts: dict[int, int]) -> int:
    return sum(counts.get(key, 0) for key in ranking.keys_of_term(term))


def _is_known(word: str, counts: dict[int, int]) -> bool:
    return any(_count(term, counts) for term in search_words.terms(word))


class _Found(NamedTuple):
    """An article that was found, what its terms add up to, and the version of its entry (`row_version`)."""

    number: int
    score: float
    published_at: datetime
    version: str

    @property
    def entry(self) -> tuple[int, str]:
        """By which what is kept of its entry is known."""
        return self.number, self.version


# One entry after the other, best first, until there are enough: LIMIT 1 keeps the planner from reading all articles to
# join them. Phrases by their place: that takes a third of the time of LIKE, which tries letter after letter. Excluded
# words in a table that is made once: the operator && compares each key with each.
@cache
def _find_statement() -> str:
    return f"""
WITH found AS MATERIALIZED (
  SELECT number, sum((%(gains)s::float8[])[place]) AS score
  FROM articles_holders(
    %(keys)s::integer[], %(facets)s::integer[], %(limits)s::integer[], %(since)s::timestamptz, %(until)s::timestamptz
  )
  GROUP BY number
  ORDER BY score DESC, number DESC
  LIMIT {MOST_FOUND}
)
SELECT found.number, found.score, shown.published_at, shown.version
FROM found CROSS JOIN LATERAL (
  SELECT entry.published_at, {row_version("entry")} AS version
  FROM articles_searchentry AS entry
  JOIN ({vocabulary.READABLE.sql}) AS readable ON readable.id = entry.article_id
  WHERE entry.article_id = found.number AND NOT EXISTS (
    SELECT FROM unnest(%(phrases)s::text[]) AS phrase WHERE strpos(entry.text, phrase) = 0
  ) AND (
    cardinality(%(excluded)s::integer[]) = 0 OR NOT EXISTS (
      SELECT FROM unnest(entry.keys) AS key WHERE (key IN (SELECT unnest(%(excluded)s::integer[]))) IS TRUE
    )
  )
  LIMIT 1
) AS shown
ORDER BY found.score DESC, found.number DESC
LIMIT {MOST_SHOWN}
"""  # noqa: S608 - our own


def _find(
    query: SearchQuery, filters: Filters, weights: dict[str, float], counts: dict[int, int]
) -> list[_Found]:
    """The first MOST_SHOWN of what is found that readers see and that have all that was asked for. One query."""
    plan = ranking.plan(weights, counts, _FILTERED_BUDGET if filters else ranking.BUDGET)
    if not plan.keys:
        return []
    since, until = _span(filters)
    excluded = {search_words.terms(word)[-1] for word in query.excluded}
    values = {
        "keys": list(plan.keys),
        "gains": list(plan.gains),
        "limits": list(plan.limits),
        "facets": filters.facets,
        "since": since,
        "until": until,
        "phrases": list(query.phrases),
        "excluded": [key for term in excluded for key in ranking.keys_of_term(term)],
        "at": timezone.now(),
    }
    return [_Found(*row) for row in fetch_all(_find_statement(), values)]


def _span(filters: Filters) -> tuple[datetime, datetime]:
    since = filters.since or date(1, 1, 2)
    until = filters.until if filters.until and filters.until < date(9999, 12, 30) else date(9999, 12, 30)
    return _midnight(since), _midnight(until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _candidates(found: Sequence[_Found], asked: ranking.Asked, day: date) -> list[ranking.Candidate]:
    """What is found, with what is counted in it. One query, none where all of it was counted before for the same."""
    counts = _counted(found, asked)
    clock = timezone.get_current_timezone()
    return [
        ranking.Candidate(
            row.number,
            row.score,
            counts[row.entry],
            age=(day - row.published_at.astimezone(clock).date()).days,
        )
        for row in found
        if row.entry in counts
    ]


_Counted = dict[tuple[int, str], ranking.Counts]


def _size_of_counts(asked: ranking.Asked, counts: _Counted) -> int:
    pieces = len(asked.pieces) + len(asked.pairs)
    return _BYTES_OF_A_PIECE * pieces + len(counts) * (_BYTES_OF_AN_ENTRY + 2 * pieces)


# What was counted for the words that were searched last, and texts in which it was.
KEPT_COUNTS = Fragments(_MOST_BYTES_OF_COUNTS)
KEPT_TEXTS = Fragments(_MOST_BYTES_OF_TEXTS)


def _counted(found: Sequence[_Found], asked: ranking.Asked) -> _Counted:
    """What is counted in the entries of what was found; what is there no more is left out. One query at most."""
    known: _Counted = KEPT_COUNTS.get(asked) or {}
    counts = {row.entry: known[row.entry] for row in found if row.entry in known}
    if missing := [row for row in found if row.entry not in counts]:
        counts |= {entry: ranking.count(text, asked) for entry, text in _texts(missing).items()}
        KEPT_COUNTS.put(asked, counts, _size_of_counts(asked, counts))
    return counts


_TEXTS = Prepared(
    lambda: (
        SearchEntry.objects.filter(article__any_of=NUMBERS)
        .order_by()
        .values_list("article_id", Left("text", _LETTERS_READ))
    )
)


def _texts(found: Sequence[_Found]) -> dict[tuple[int, str], str]:
    """The folded texts of what was found; of what is there no more none. One query, none where all of them are kept.

    One that was written anew since it was found is kept under a version that is never found again.
    """
    texts: dict[tuple[int, str], str | None] = {row.entry: KEPT_TEXTS.get(row.entry) for row in found}
    if missing := {number: version for (number, version), text in texts.items() if text is None}:
        for number, text in _TEXTS.rows(numbers=list(missing)):
            entry = (number, missing[number])
            texts[entry] = text
            KEPT_TEXTS.put(entry, text, size_of((entry, text)))
    return {entry: text for entry, text in texts.items() if text is not None}
