"""Answers of the interface are kept as pages are, under the same names."""

import json

import pytest

from articles import publishing
from comments import moderation
from tests import factories
from tests.kept_pages import CHANGED, ask, change, hear
from tests.newsroom.web import conftest

pytestmark = pytest.mark.django_db(transaction=True)

_page_cache, cache, article = conftest._page_cache, conftest.cache, conftest.article


def told(answer):
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def test_answers_are_made_once(cache, article, django_assert_num_queries):
    addresses = [
        f"/api/v1/{path}"
        for path in (
            "articles/", f"articles/?section={article.section_id}", f"articles/{article.pk}/",
            f"articles/{article.pk}/comments/", "sections/", "tags/", "authors/", "openapi.json",
        )
    ]  # fmt: skip
    first = [ask(cache, address) for address in addresses]

    with django_assert_num_queries(0):
        again = [ask(cache, address) for address in addresses]

    assert [answer.told for answer in first] == ["fwd=uri-miss; stored"] * len(addresses)
    assert [answer.told for answer in again] == ["hit"] * len(addresses)
    assert {answer.headers["Vary"] for answer in again} == {"Accept-Encoding"}
    assert {answer.headers["Access-Control-Allow-Origin"] for answer in again} == {"*"}


def test_an_empty_value_is_refused_and_not_taken_for_none(cache, article):
    ask(cache, "/api/v1/articles/")

    assert ask(cache, "/api/v1/articles/?section=").status == 422


def test_who_has_an_answer_is_told_so(cache, article):
    made = ask(cache, "/api/v1/articles/")

    known = ask(cache, "/api/v1/articles/", HTTP_IF_NONE_MATCH=made.headers["ETag"])
    head = ask(cache, "/api/v1/articles/", method="HEAD")

    assert (known.status, known.body) == (304, b"")
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", made.headers["ETag"])


def test_a_change_reaches_them_as_it_does_pages(cache, article):
    addresses = ["/api/v1/articles/", f"/api/v1/articles/{article.pk}/"]
    for address in addresses:
        ask(cache, address)

    change(article)
    hear(cache)

    one_of_list = told(ask(cache, addresses[0]))["items"][0]
    assert [one_of_list["headline"], told(ask(cache, addresses[1]))["headline"]] == [CHANGED] * 2


def test_what_is_new_reaches_lists(cache, article):
    addresses = [f"/api/v1/articles/?section={article.section_id}", "/api/v1/tags/", "/api/v1/authors/"]
    before = [len(told(ask(cache, address))["items"]) for address in addresses]

    factories.published(tags=[factories.tag("Mistral")], authors=[factories.author("كاتب آخر")])
    hear(cache)

    after = [len(told(ask(cache, address))["items"]) for address in addresses]
    assert (before, after) == ([1, 0, 1], [2, 1, 2])


def test_a_comment_reaches_them_with_the_decision(cache, article):
    comments, story = f"/api/v1/articles/{article.pk}/comments/", f"/api/v1/articles/{article.pk}/"
    sent = factories.sent(article)
    assert (told(ask(cache, comments))["items"], told(ask(cache, story))["comments"]) == ([], 0)

    moderation.approve([sent], by=None)
    hear(cache)

    assert [row["id"] for row in told(ask(cache, comments))["items"]] == [sent.pk]
    assert told(ask(cache, story))["comments"] == 1


def test_what_is_taken_back_is_gone_at_once(cache, article):
    address = f"/api/v1/articles/{article.pk}/"
    ask(cache, address)

    publishing.move(article, "archive", by=None)
    hear(cache)

    assert ask(cache, address).status == 410
    assert ask(cache, address).told == "hit"
    assert told(ask(cache, "/api/v1/articles/"))["items"] == []


def test_what_is_not_there_is_made_once_and_kept_by_nobody(cache, article):
    answers = [ask(cache, "/api/v1/articles/999999/") for _ in range(2)]

    assert [(answer.status, answer.told) for answer in answers] == [(404, "fwd=uri-miss")] * 2


@pytest.mark.parametrize("query", ["section=", "cursor=", "language=", "since=&section=1"])
def test_a_value_that_is_none_is_refused_by_what_keeps_answers_too(cache, article, query):
    ask(cache, "/api/v1/articles/")

    answer = ask(cache, f"/api/v1/articles/?{query}")

    assert (answer.status, answer.told) == (422, "")


def test_with_a_token_nothing_is_kept_or_taken_from_there(cache, article):
    ask(cache, "/api/v1/articles/")

    answer = ask(cache, "/api/v1/articles/", HTTP_AUTHORIZATION="Bearer nshr_any")

    assert (answer.told, answer.headers["Cache-Control"]) == ("", "private, no-store")
    assert "Access-Control-Allow-Origin" not in answer.headers
