"""The page of results and the suggestions, as readers and others ask for them."""

from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from django.utils import timezone
from lxml import html

from articles import search, search_index
from articles.models import Article, Author, Byline, Section
from newsroom.web.fragments import fragments
from tests import factories
from tests.xss_vectors import XSS_VECTORS, script_capable

pytestmark = pytest.mark.django_db


def ask(client, typed, **others):
    return client.get("/search/?" + urlencode({"q": typed} | others))


def text_of(response, name):
    """The texts of what has this class."""
    return [
        " ".join(found.text_content().split()) for found in html.fromstring(response.text).find_class(name)
    ]


def links(response, condition):
    return html.fromstring(response.text).xpath(f"//a[{condition}]")


HOSTILE = {
    "dashes": "-" * 33,
    "ligatures": "\ufdfa" * 3_400,
    "quotes": '"' * 5_000,
    "marks": "م" + "\u064b" * 5_000,
    "wildcards": "%_\\ميناء%",
    "regular expression": "(م+)+$ [[:alpha:]] *",
    "operators": "ميناء & | ! <-> ( :*",
    "overrides": "\u202eميناء\u2066",
    "one letter": "م",
    "digits": "9" * 5_000,
    "spaces": " " * 5_000,
}


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(
    "address", ["/search/?q={}", "/search/?q=ميناء&since={}", "/search/suggestions/?q={}"]
)
def test_whatever_is_typed_is_answered(client, address, typed):
    factories.published(headline="افتتاح ميناء الساحل")
    search_index.refresh()

    assert client.get(address.format(quote(typed))).status_code == 200


@pytest.mark.parametrize(
    "address", ["/search/?q=%00", "/search/?q=a&section=%00", "/search/suggestions/?q=%00"]
)
def test_what_no_text_holds_is_refused(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    "others",
    [
        {"page": "999999999"}, {"section": "9" * 30}, {"section": "x"}, {"author": "-1"}, {"since": "2026-02-30"},
        {"until": "9999-12-31"}, {"since": "0001-01-01"},
    ],
    ids=str,
)  # fmt: skip
def test_a_filter_that_cannot_be_is_not_asked(client, others):
    factories.published(headline="افتتاح ميناء الساحل")

    response = ask(client, "ميناء", **others)

    assert text_of(response, "found__headline") == ["افتتاح ميناء الساحل"]


@pytest.mark.parametrize("after", ["x", "1_2_3", "1.0000_2_0", "1.0000_2_9999999", "1.0000_2_738000"])
def test_a_place_where_no_page_ends_is_not_there(client, after):
    factories.published(headline="افتتاح ميناء الساحل")

    assert ask(client, "ميناء", after=after).status_code == 404


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "لم نجد مقالًا عن ميناء"),
        (1, "نتيجة واحدة عن ميناء"),
        (2, "نتيجتان عن ميناء"),
        (3, "3 نتائج عن ميناء"),
        (11, "11 نتيجة عن ميناء"),
    ],
)
def test_results_are_counted_in_words(client, count, expected):
    for number in range(count):
        factories.published(headline=f"ميناء {number}")

    assert text_of(ask(client, "ميناء"), "found__count") == [expected]


def test_the_next_page_is_asked_for_with_all_that_was_asked(client):
    section = factories.section("اقتصاد")
    headlines = {factories.published(headline=f"ميناء {n}", section=section).headline for n in range(12)}
    first = ask(client, "ميناء", section=section.pk)
    (following,) = links(first, "@rel='next'")

    second = client.get("/search/" + following.get("href"))

    assert {*text_of(first, "found__headline"), *text_of(second, "found__headline")} == headlines
    assert len(text_of(second, "found__headline")) == 2
    assert links(second, "@rel='next'") == []


def test_what_may_have_been_meant_is_one_press_away(client):
    factories.published(headline="مايكروسوفت تفتح مركزًا")
    search_index.refresh()
    (link,) = links(ask(client, "ميكروسوفت"), "parent::*[@class='found__meant']")

    assert link.text_content() == "مايكروسوفت"
    assert client.get("/search/" + link.get("href")).context["typed"] == "مايكروسوفت"


def test_words_are_marked_and_foreign_names_stay_in_their_place(client):
    factories.published(headline="لغة C++ في الميناء")

    (headline,) = html.fromstring(ask(client, "ميناء").text).find_class("found__headline")

    assert [mark.text_content() for mark in headline.iter("mark")] == ["الميناء"]
    assert [bdi.text_content() for bdi in headline.iter("bdi")] == ["C++"]


@pytest.mark.parametrize("start", range(0, len(XSS_VECTORS), 40))
def test_neither_what_is_typed_nor_what_is_found_runs(client, start):
    section = factories.section()
    own = script_capable(ask(client, "شيء").text, ("/static/",))
    Article.objects.bulk_create(
        Article(
            headline=f"ميناء {vector}"[:250],
            slug=f"ميناء-{number}",
            body="<p>ميناء</p>",
            section=section,
            status=Article.Status.PUBLISHED,
            published_at=timezone.now(),
        )
        for number, vector in enumerate(XSS_VECTORS[start : start + 10])
    )
    search_index.rebuild()

    for typed in ["ميناء", *(f"ميناء {vector}" for vector in XSS_VECTORS[start : start + 40 : 4])]:
        assert script_capable(ask(client, typed).text, ("/static/",)) == own


def test_results_are_no_page_for_search_engines(client):
    factories.published(headline="ميناء")

    assert '<meta name="robots" content="noindex">' in ask(client, "ميناء").text
    assert "Disallow: /search/" in client.get("/robots.txt").text


def test_suggestions_are_words_and_headlines_with_their_addresses(client):
    article = factories.published(headline="القاهرة تستضيف معرض الكتاب", summary="", body="<p>نصّ</p>")
    search_index.refresh()

    assert client.get("/search/suggestions/?q=" + quote("القاهر")).json() == {
        "suggestions": [
            {"text": "القاهرة"},
            {
                "text": "القاهرة تستضيف معرض الكتاب",
                "direction": "rtl",
                "address": article.get_absolute_url(),
            },
        ]
    }


@pytest.mark.parametrize("count", [1, 9])
def test_the_page_takes_as_many_queries_whatever_it_finds(client, count, django_assert_num_queries):
    for number in range(count):
        factories.published(headline=f"ميناء {number}", authors=[factories.author(f"كاتب {number}")])
    search_index.refresh()

    # Twice more: what stands in the texts is counted, and articles that are shown are read, once.
    with django_assert_num_queries(7):
        ask(client, "ميناء")
    with django_assert_num_queries(5):
        ask(client, "ميناء")


def _row(rows, **columns):
    return lambda: rows().update(**columns)


# Whatever a result is made of, changed behind all verbs.
CHANGES = {
    "headline": _row(Article.objects.all, headline="ميناء آخر"),
    "address": _row(Article.objects.all, slug="آخر"),
    "text": _row(Article.objects.all, body="<p>ميناء في نص آخر</p>"),
    "summary": _row(Article.objects.all, body="<p>نص</p>", summary="خلاصة أخرى عن ميناء"),
    "language": _row(Article.objects.all, language="en"),
    "hour": _row(Article.objects.all, published_at=timezone.now() - timedelta(days=400)),
    "name of the section": _row(Section.objects.all, name="علوم"),
    "color of the section": _row(Section.objects.all, color="plum"),
    "name of an author": _row(lambda: Author.objects.filter(name="سامر"), name="عمر نجّار"),
    "order of authors": _row(lambda: Byline.objects.filter(position=1), position=7),
    "one author less": lambda: Byline.objects.filter(author__name="سامر").delete(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_leaves_an_old_result(client, change):
    authors = [factories.author("ليلى حدّاد"), factories.author("سامر")]
    factories.published(headline="ميناء", authors=authors)
    before = ask(client, "ميناء")

    CHANGES[change]()

    after = ask(client, "ميناء")
    for kept in (fragments, search.KEPT_COUNTS, search.KEPT_TEXTS, search.KEPT_ARTICLES):
        kept.clear()
    assert before.text != after.text
    assert after.text == ask(client, "ميناء").text


def authors_offered(client, **asked):
    return html.fromstring(client.get("/search/", asked).text).xpath("//select[@name='author']/option/text()")


def test_who_wrote_what_was_found_can_be_chosen(client):
    factories.published(headline="ميناء", authors=[factories.author("ليلى حدّاد")])
    factories.published(headline="جسر", authors=[factories.author("سامر عيسى")])
    factories.draft(headline="ميناء", authors=[factories.author("سرّ")])
    search_index.refresh()

    assert authors_offered(client, q="ميناء") == ["أيّ كاتب", "ليلى حدّاد"]
    assert authors_offered(client) == []


def test_who_is_chosen_stays_so_where_nothing_was_found(client):
    author = factories.author("ليلى حدّاد")
    factories.published(headline="ميناء", authors=[author])
    search_index.refresh()

    assert authors_offered(client, q="جسر", author=author.pk) == ["أيّ كاتب", "ليلى حدّاد"]
