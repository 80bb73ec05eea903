"""The verbs of the index that readers search: an article comes in, is written anew, goes; words are counted."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import QuerySet

from articles import ranking
from articles.models import Article, Author, SearchEntry, SearchGram, SearchKey, SearchWord, Tag
from articles.models.search import LONGEST_WORD
from articles.workflow import Status
from newsroom.text import arabic, search_words, spelling
from newsroom.text.excerpt import plain_text
from newsroom.text.search_words import written, written_in

# Articles that are read at once.
BATCH = 200
# One counts at a time; any number that nothing else of the site locks by.
_COUNTING = 7_205_511


@dataclass(frozen=True)
class Drift:
    """In what the index and the articles differ, as numbers of articles."""

    missing: list[int]
    superfluous: list[int]
    different: list[int]

    def __bool__(self) -> bool:
        return bool(self.missing or self.superfluous or self.different)


def note(article: Article) -> None:
    """Bring the entry of an article in line with it, in the transaction of who changed it. Five queries.

    Every article that is published has an entry, before its hour and after it too: what readers see is decided when
    they search.
    """
    if article.status == Status.PUBLISHED:
        _write(Article.objects.filter(pk=article.pk))
    else:
        SearchEntry.objects.filter(pk=article.pk).delete()


def note_names(names: QuerySet[Author] | QuerySet[Tag]) -> None:
    """Mark the entries that hold a name which is about to change; `refresh` writes them anew. Two queries.

    Their articles are locked until the transaction ends. Whoever writes an entry has locked its article and reads the
    names after that, so that none is written with a name which is just being changed.
    """
    named = Article.objects.filter(**{f"{names.model.articles.field.name}__in": names})
    # In one order, so that two who change names do not wait for each other.
    articles = Article.objects.filter(pk__in=named.values("pk")).order_by("pk")
    numbers = list(articles.select_for_update(no_key=True).values_list("pk", flat=True))
    SearchEntry.objects.filter(pk__in=numbers).update(is_stale=True)


def refresh() -> int:
    """Write anew what holds a changed name, and count the words of what came out; return how many articles that was.

    The worker does so all the time. Words of an article are known, and suggested, once readers may see it.
    """
    stale = SearchEntry.objects.filter(is_stale=True).order_by("pk").values_list("pk", flat=True)[:BATCH]
    if written := list(stale):
        with transaction.atomic():
            _write(_indexed().filter(pk__in=written))
            # Of what was taken back since.
            SearchEntry.objects.filter(pk__in=written).exclude(article__in=_indexed().values("pk")).delete()
    return len(written) + _count_new()


def rebuild() -> int:
    """Write every entry anew and count all words; return the number of articles."""
    SearchEntry.objects.exclude(article__in=_indexed().values("pk")).delete()
    done = 0
    for numbers in _batches(_indexed()):
        with transaction.atomic():
            _write(_indexed().filter(pk__in=numbers))
        done += len(numbers)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_COUNTING])
        for model in (SearchKey, SearchWord, SearchGram):
            model.objects.all().delete()
        SearchEntry.objects.update(is_counted=False)
    count_all()
    return done


def count_all() -> None:
    """Count the words of all that readers see and was not counted, so many at once that a word is written seldom."""
    while _count_new(25 * BATCH):
        pass


def drift() -> Drift:
    """Compare every entry with its article; reads all of them."""
    superfluous = SearchEntry.objects.exclude(article__in=_indexed().values("pk"))
    missing, different = [], []
    for numbers in _batches(_indexed()):
        entries = SearchEntry.objects.in_bulk(numbers)
        for wanted in _entries(_indexed().filter(pk__in=numbers)):
            entry = entries.get(wanted.pk)
            if entry is None:
                missing.append(wanted.pk)
            elif any(
                getattr(entry, field) != getattr(wanted, field) for field in ("published_at", "keys", "text")
            ):
                different.append(wanted.pk)
    return Drift(missing, list(superfluous.values_list("pk", flat=True)), different)


def _indexed() -> QuerySet[Article]:
    return Article.objects.filter(status=Status.PUBLISHED)


def _batches(articles: QuerySet[Article]) -> Iterator[list[int]]:
    last = 0
    while numbers := list(articles.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield numbers
        last = numbers[-1]


def _write(articles: QuerySet[Article]) -> None:
    """Write the entries of articles as these are once nobody else is writing them. Five queries."""
    SearchEntry.objects.bulk_create(
        _entries(articles.order_by("pk").select_for_update(no_key=True)),
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=["published_at", "keys", "text", "is_stale"],
    )


def _entries(articles: QuerySet[Article]) -> list[SearchEntry]:
    loaded = articles.only("headline", "kicker", "summary", "body", "section", "published_at")
    entries = []
    for article in loaded.prefetch_related("tags", "bylines__author"):
        authors = [byline.author for byline in article.bylines.all()]
        keys, text = keys_and_text(article, authors, article.tags.all())
        entries.append(
            SearchEntry(article_id=article.pk, published_at=article.published_at, keys=keys, text=text)
        )
    return entries


def keys_and_text(
    article: Article, authors: Sequence[Author], tags: Iterable[Tag]
) -> tuple[Sequence[int], str]:
    """What the entry of an article with these authors and tags holds: its keys, ascending, each once, and the text of
    `ranking.weighted_text`. No query."""
    texts = [
        (written(article.headline), ranking.HEADLINE),
        (written(article.kicker), ranking.SUMMARY),
        (written(article.summary), ranking.SUMMARY),
        *((written(row.name), ranking.NAME) for row in (*authors, *tags)),
        (written_in(article.body), ranking.BODY),
    ]
    facets = [ranking.EVERY, ranking.facet("section", article.section_id)]
    facets += [ranking.facet("author", author.pk) for author in authors]
    keys = sorted(ranking.keys_of(ranking.terms_of(texts)).union(facets))
    return keys, ranking.weighted_text(texts)


def _count_new(most: int = BATCH) -> int:
    """Count the words of what readers see and was not counted, `most` at once. One process at a time does so."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_COUNTING])
        if not cursor.fetchone()[0]:
            return 0
        waiting = SearchEntry.objects.filter(
            is_counted=False, is_stale=False, article__in=Article.objects.published()
        )
        numbers = list(waiting.order_by("pk").values_list("pk", flat=True)[:most])
        if not numbers:
            return 0
        SearchEntry.objects.filter(pk__in=numbers).update(is_counted=True)
        cursor.execute(_COUNT_KEYS, [numbers])
        _count_words(Article.objects.filter(pk__in=numbers))
    return len(numbers)


_COUNT_KEYS = """
INSERT INTO articles_searchkey (key, articles)
SELECT key, count(*) FROM articles_searchentry, unnest(keys) AS key WHERE article_id = ANY(%s) GROUP BY key
ON CONFLICT (key) DO UPDATE SET articles = articles_searchkey.articles + excluded.articles
"""


def _count_words(articles: QuerySet[Article]) -> None:
    words: Counter[str] = Counter()
    pieces: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    loaded = articles.only("headline", "kicker", "summary", "body").prefetch_related(
        "tags", "bylines__author"
    )
    for article in loaded.iterator(chunk_size=BATCH):
        spelled = _spelled(article)
        for spelling_of_word, word in spelled:
            if word not in spellings:
                spellings[word] = Counter()
            spellings[word][spelling_of_word] += 1
        found = {word for _spelling, word in spelled}
        words.update(found)
        pieces.update(set().union(*map(ranking.pieces_of, found)))
    # In the order of words and pieces, so that two who write never wait for each other.
    known = [
        (
            word,
            spellings[word].most_common(1)[0][0],
            count,
            ranking.key(search_words.terms(word)[-1], 0),
            spelling.neighbors(word),
        )
        for word, count in sorted(words.items())
        if len(word) <= LONGEST_WORD
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_COUNT_WORDS, known)
        cursor.execute(_COUNT_PIECES, [sorted(pieces), [pieces[piece] for piece in sorted(pieces)]])


_COUNT_WORDS = """
INSERT INTO articles_searchword AS known (word, spelling, articles, key, neighbors) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (word) DO UPDATE SET articles = known.articles + excluded.articles
"""
_COUNT_PIECES = """
INSERT INTO articles_searchgram AS known (gram, articles) SELECT * FROM unnest(%s::text[], %s::integer[])
ON CONFLICT (gram) DO UPDATE SET articles = known.articles + excluded.articles
"""


def _spelled(article: Article) -> list[tuple[str, str]]:
    """The words of an article and of its names, each as it is spelled, without tashkeel, and folded."""
    names = [byline.author.name for byline in article.bylines.all()]
    names += [tag.name for tag in article.tags.all()]
    text = "\n".join([article.headline, article.kicker, article.summary, *names, plain_text(article.body)])
    found = []
    for match in search_words.words(arabic.without_marks(text)):
        for part in search_words.parts(match[0]):
            # A few letters of other scripts fold to several words, and some to none.
            folded = arabic.normalize(part)
            if folded and " " not in folded:
                found.append((part, folded))
    return found
