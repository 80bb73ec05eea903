"""What programs read of the newspaper, by the description that they are given of it."""

from datetime import timedelta
from urllib.parse import urlsplit

import jsonschema_rs
import pytest
from django.utils import timezone

from articles import publishing
from articles.models import Article
from comments.models import Comment
from newsroom.api import documentation, problems
from tests import factories, newspaper

pytestmark = pytest.mark.django_db

ARTICLES = "/api/v1/articles/"


def read(client, address, status=200, **headers):
    response = client.get(address, **headers)
    assert response.status_code == status, response.content.decode()
    return response.json()


def _validator(schema):
    root = documentation.described()
    return jsonschema_rs.Draft202012Validator(
        schema | {"components": root["components"]}, validate_formats=True
    )


def path_of(address):
    found = urlsplit(address)
    return f"{found.path}?{found.query}"


def test_answers_hold_what_the_description_says(client):
    newspaper.build()
    described = documentation.described()["paths"]
    article = Comment.objects.shown().first().article_id
    checked = 0

    for path, methods in described.items():
        if "get" not in methods or "security" in methods["get"]:
            continue
        found = read(
            client, path.replace("{number}", str(article)) + ("?q=OpenAI" if "search" in path else "")
        )
        schema = methods["get"]["responses"]["200"]["content"]["application/json"]
        _validator(schema["schema"]).validate(found)
        assert found.get("items", [found]), path
        checked += 1

    assert checked == 7


@pytest.mark.parametrize("side", ["request", "answer"])
def test_examples_are_as_the_description_says(side):
    checked = 0
    for methods in documentation.described()["paths"].values():
        for operation in methods.values():
            content = (
                operation.get("requestBody")
                if side == "request"
                else next(iter(operation["responses"].values()))
            )
            for told in (content or {}).get("content", {}).values():
                if "example" in told:
                    _validator(told["schema"]).validate(told["example"])
                    checked += 1

    assert checked == (3 if side == "request" else 14)


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_page_tells_of_every_address_and_error(client, language):
    response = client.get(f"{language}/api/v1/docs/")

    page = response.content.decode()
    told = documentation.described()["paths"]
    assert response.status_code == 200
    assert [path for path in told if f"</b> {path}<" not in page] == []
    assert [name for name in problems.KINDS if f'id="{name}"' not in page] == []
    assert "style=" not in page


def test_a_list_goes_on_where_the_page_before_ended(client, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr("newsroom.api.reading.ARTICLES_PER_PAGE", 2)
    at = timezone.now() - timedelta(hours=1)
    # At one moment, so that the number alone tells them apart.
    articles = [factories.published(at=at).pk for _ in range(5)]
    read(client, ARTICLES)

    told, address = [], ARTICLES
    while address:
        with django_assert_num_queries(1):
            found = read(client, address)
        told += [item["id"] for item in found["items"]]
        address = found["next"] and path_of(found["next"])

    assert told == articles[::-1]


@pytest.mark.parametrize("count", [1, 3])
def test_an_article_takes_the_same_queries_whatever_it_holds(client, django_assert_num_queries, count):
    tags = [factories.tag(f"وسم {number}") for number in range(count)]
    article = factories.published(tags=tags, hero=factories.image())
    for _number in range(count):
        factories.approved(article)

    with django_assert_num_queries(2):
        read(client, f"{ARTICLES}{article.pk}/")
    with django_assert_num_queries(2):
        assert len(read(client, f"{ARTICLES}{article.pk}/comments/")["items"]) == count


def test_lists_are_of_what_was_asked_for(client):
    tag, author = factories.tag("Mistral"), factories.author("كاتب آخر")
    wanted = factories.published(
        section=factories.section("رياضة"), tags=[tag], authors=[author], language="en",
        at=timezone.now() - timedelta(days=3),
    )  # fmt: skip
    factories.published()
    day = timezone.localdate() - timedelta(days=3)

    for query in (
        f"section={wanted.section_id}", f"tag={tag.pk}", f"author={author.pk}", "language=en", f"until={day}",
        f"since={day}&until={day}&tag={tag.pk}",
    ):  # fmt: skip
        found = read(client, f"{ARTICLES}?{query}")["items"]
        assert [item["id"] for item in found] == [wanted.pk], query


def test_a_body_is_told_as_markup_and_as_text(client):
    article = factories.published(body="<p>قال <q>هذا</q> &amp; <a href='/tag/1/x/'>ذاك</a></p>")

    body = read(client, f"{ARTICLES}{article.pk}/")["body"]

    assert body["text"] == "قال هذا & ذاك"
    assert 'href="http://127.0.0.1:8000/tag/1/x/"' in body["html"]
    assert body["html"].startswith('<div lang="ar" dir="rtl">')


@pytest.mark.parametrize(
    "address",
    [
        "articles/?section=x",
        "articles/?since=yesterday",
        "articles/?language=xx",
        "articles/?page=2",
        "articles/?until=0",
        "articles/?section=01",
        "articles/?section=1.0",
        "tags/?cursor=%D8%A7",
        "search/",
    ],
)
def test_what_is_not_understood_is_said_in_both_languages(client, address):
    response = client.get(f"/api/v1/{address}")

    told = response.json()
    assert (response.status_code, response["Content-Type"]) == (422, problems.MEDIA_TYPE)
    _validator(documentation.described()["components"]["schemas"]["Problem"]).validate(told)
    for texts in (told["texts"], *(wrong["texts"] for wrong in told["errors"])):
        assert texts["ar"] != texts["en"]


def test_a_cursor_of_another_list_is_none(client, monkeypatch):
    monkeypatch.setattr("newsroom.api.reading.ARTICLES_PER_PAGE", 1)
    factories.published()
    factories.published()
    query = urlsplit(read(client, ARTICLES)["next"]).query

    for address in (f"tags/?{query}", "articles/?cursor=AAAA", "search/?q=a&cursor=1"):
        told = read(client, f"/api/v1/{address}", 404)
        assert [wrong["at"] for wrong in told["errors"]] == ["query.cursor"]


def test_what_readers_do_not_see_is_not_there(client):
    shown = factories.published()
    withdrawn = factories.published()
    publishing.move(withdrawn, "archive", by=None)
    hidden = [factories.draft(), factories.published(at=timezone.now() + timedelta(hours=1))]
    factories.sent(shown)

    assert [item["id"] for item in read(client, ARTICLES)["items"]] == [shown.pk]
    assert read(client, f"{ARTICLES}{shown.pk}/comments/")["items"] == []
    for address in ("", "comments/"):
        assert read(client, f"{ARTICLES}{withdrawn.pk}/{address}", 410)["texts"].keys() == {"ar", "en"}
        for article in hidden:
            read(client, f"{ARTICLES}{article.pk}/{address}", 404)


def test_an_erased_comment_is_its_place_alone(client):
    article = factories.published()
    root = factories.approved(article, author_name="نادر", body="سرّ", website="https://example.org/")
    Comment.objects.filter(pk=root.pk).update(is_placeholder=True)

    (told,) = read(client, f"{ARTICLES}{article.pk}/comments/")["items"]

    assert told["is_erased"] is True
    assert {told["name"], told["website"], told["body"]["text"], told["body"]["html"]} == {""}


def test_pages_of_other_sites_may_read_without_a_token(client):
    response = client.get(ARTICLES, HTTP_ORIGIN="https://other.example")
    asked = client.options(ARTICLES, HTTP_ORIGIN="https://other.example")

    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD")
    assert "authorization" not in asked["Access-Control-Allow-Headers"].lower()


def test_no_answer_varies_by_who_asks(client):
    factories.published()
    client.force_login(factories.superuser())

    response = client.get(ARTICLES, HTTP_ACCEPT_LANGUAGE="en", HTTP_ACCEPT_ENCODING="gzip")

    assert response["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in response


def test_other_methods_are_told_which_there_are(client):
    response = client.delete(ARTICLES)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response["Content-Type"] == problems.MEDIA_TYPE


def test_an_address_without_its_last_slash_leads_to_the_one_that_has_it(client):
    found = client.get("/api/v1/articles?language=ar")

    assert (found.status_code, found["Location"]) == (301, "/api/v1/articles/?language=ar")
    assert client.get("/api/v1/nothing").status_code == 404
    assert client.post("/api/v1/articles").status_code == 404


def test_what_fails_before_the_interface_is_told_as_a_problem(client):
    response = client.get("/api/v1/articles/?language=%00")

    assert (response.status_code, response["Content-Type"]) == (400, problems.MEDIA_TYPE)


def test_search_finds_and_goes_on(client, django_assert_max_num_queries):
    newspaper.build()

    with django_assert_max_num_queries(12):
        found = read(client, "/api/v1/search/?q=OpenAI")

    assert found["count"] == len(found["items"]) > 1
    assert all(item["section"]["url"].startswith("http") for item in found["items"])
    assert Article.objects.published().filter(pk=found["items"][0]["id"]).exists()
