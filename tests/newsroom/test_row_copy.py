"""Rows that are copied hold what was given, whatever it is."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from psycopg.types.json import Jsonb

from articles.models import Article, Revision, SearchEntry
from newsroom import row_copy
from tests import factories

pytestmark = pytest.mark.django_db

TEXTS = [
    "سطر\nوآخر\tبمسافة\r",
    r"\N \. \\ \t",
    "\\",
    "",
    "“GPT-4” 😀 \u200f",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_copied_as_it_is(text):
    article = factories.draft()
    at = datetime(2024, 2, 27, 9, 0, 0, 123_456, tzinfo=UTC)

    columns = ("article_id", "published_at", "keys", "text")
    row_copy.copy(SearchEntry, columns, [(article.pk, at, [-(2**31), 0, 2**31 - 1], text)])

    entry = SearchEntry.objects.get(pk=article.pk)
    assert (entry.text, entry.published_at, entry.keys) == (text, at, [-(2**31), 0, 2**31 - 1])
    # What was not named has its default.
    assert (entry.is_counted, entry.is_stale) == (False, False)


@pytest.mark.parametrize("text", TEXTS)
def test_json_is_copied_as_it_is(text):
    article = factories.draft()
    content = {text: [text, None, True, 1.5, {"عنوان": text}]}

    row_copy.copy(Revision, ("article_id", "content", "by_id"), [(article.pk, Jsonb(content), None)])

    assert Revision.objects.latest("pk").content == content


def test_more_than_a_portion_is_copied_whole(monkeypatch):
    monkeypatch.setattr(row_copy, "_PORTION", 10)
    articles = [factories.draft() for _number in range(3)]

    now = articles[0].created_at
    rows = [(article.pk, now, [], "نص طويل") for article in articles]
    row_copy.copy(SearchEntry, ("article_id", "published_at", "keys", "text"), rows)

    assert SearchEntry.objects.filter(text="نص طويل").count() == len(articles)


def test_nothing_happens_without_rows():
    row_copy.copy(SearchEntry, ("article_id", "published_at", "keys", "text"), [])

    assert not SearchEntry.objects.exists()


def test_what_it_cannot_write_is_refused():
    with pytest.raises(TypeError):
        row_copy.copy(Article, ("headline",), [(b"bytes",)])


def test_numbers_of_all_sizes_moments_and_nothing_are_copied_as_they_are():
    first = factories.draft()
    values = {
        "headline": "عنوان",
        "slug": "ع",
        "section_id": first.section_id,
        "related": [2**63 - 1, -1],
        "words": 2**31 - 1,
        "machine_translated": True,
        "created_at": datetime(1800, 1, 1, tzinfo=timezone(timedelta(hours=3))),
        "hero_id": None,
    }

    row_copy.copy(Article, [*values], [[*values.values()]])

    stored = Article.objects.latest("pk")
    assert {name: getattr(stored, name) for name in values} == values
    # What was not named.
    assert (stored.published_at, stored.outline, stored.status, stored.language) == (None, [], "draft", "ar")
