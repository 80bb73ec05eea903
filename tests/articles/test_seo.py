"""What machines read of an article: plain text, with a summary and without."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.encoding import iri_to_uri
from lxml import etree, html

from articles import seo
from articles.models import Article
from articles.models.article import LANGUAGES
from tests import factories

pytestmark = pytest.mark.django_db

SEED = Path(__file__).parents[2] / "newsroom" / "demo" / "seed-article.txt"


def _descriptions(client, article: Article) -> dict[str, str]:
    """All that is given out as the description of an article, decoded."""
    text = client.get(article.get_absolute_url()).content.decode()
    told = {name: content for name, content in _told(text).items() if "description" in name}
    feed = etree.fromstring(client.get("/feed/").content)
    # HTML by the RSS specification, within XML.
    in_feed = unescape(feed.findtext("channel/item/description"))
    return told | {"feed": in_feed}


def _told(text: str) -> dict[str, str]:
    """What the head of a page says, by each of its names: a line may have one for search engines and one for cards."""
    lines = html.fromstring(text).iter("meta")
    return {
        name: line.get("content")
        for line in lines
        for name in (line.get("name"), line.get("property"))
        if name
    }


def test_the_seed_is_described_by_the_beginning_of_its_text(client):
    factories.section("تقنية")
    call_command("import_text", str(SEED), section="تقنية", author=["هيئة التحرير"], publish=True)
    article = Article.objects.get()

    descriptions = _descriptions(client, article)

    first_paragraph = article.body.removeprefix("<p>").partition("</p>")[0]
    (description,) = set(descriptions.values())
    assert set(descriptions) == {"description", "og:description", "feed"}
    assert description.endswith("…")
    assert first_paragraph.startswith(description.removesuffix("…"))
    assert 120 < len(description) <= 160


def test_an_article_is_described_by_its_summary(client):
    article = factories.published(summary="قال <b>المتحدث</b> باسم AT&T: «نعم».")

    assert set(_descriptions(client, article).values()) == {article.summary}


@pytest.mark.parametrize(("language", "locale"), [("ar", "ar_AR"), ("en", "en_US"), ("ckb", "cb_IQ")])
def test_share_cards_are_told_the_language_of_the_article(client, language, locale):
    article = factories.published(language=language)

    text = client.get(article.get_absolute_url()).text

    assert re.findall(r'<meta property="og:locale" content="([^"]*)">', text) == [locale]


@pytest.mark.parametrize("language", [code for code, _name in LANGUAGES])
def test_every_language_of_articles_has_a_locale(language):
    assert re.fullmatch("[a-z]{2}_[A-Z]{2}", seo.open_graph_locale(language))


@pytest.mark.parametrize("count", [1, 3])
def test_a_feed_takes_as_many_queries_however_many_articles_have_no_summary(
    client, django_assert_num_queries, count
):
    for _ in range(count):
        factories.published(summary="")

    # The versions of the articles, and the articles with their authors and tags.
    with django_assert_num_queries(2):
        client.get("/feed/")


# What Google and schema.org ask of each type.
REQUIRED = {
    "NewsArticle": {
        "headline", "image", "datePublished", "dateModified", "author", "publisher", "inLanguage", "articleSection",
        "isAccessibleForFree", "url",
    },
    "BreadcrumbList": {"itemListElement"},
    "NewsMediaOrganization": {"@id", "name", "url", "logo", "correctionsPolicy"},
    "WebSite": {"name", "url", "publisher", "inLanguage"},
    "CollectionPage": {"name", "url", "isPartOf", "inLanguage"},
    "ProfilePage": {"mainEntity", "url"},
}  # fmt: skip
LISTING = ["BreadcrumbList", "CollectionPage", "NewsMediaOrganization"]
TYPES = {
    "home": ["NewsMediaOrganization", "WebSite"],
    "article": ["BreadcrumbList", "NewsArticle", "NewsMediaOrganization"],
    "section": LISTING,
    "tag": LISTING,
    "series": LISTING,
    "author": ["BreadcrumbList", "NewsMediaOrganization", "ProfilePage"],
}


def _addresses(article: Article) -> dict[str, str]:
    rows = {
        "article": article,
        "section": article.section,
        "tag": article.tags.get(),
        "series": article.series,
        "author": article.authors.get(),
    }
    return {"home": "/"} | {name: row.get_absolute_url() for name, row in rows.items()}


def _full(**fields) -> Article:
    hero, tag, series = factories.image(), factories.tag(), factories.series()
    return factories.published(**{"hero": hero, "tags": [tag], "series": series} | fields)


@pytest.mark.parametrize("page", TYPES)
def test_a_page_tells_machines_what_its_types_demand(client, page):
    text = client.get(_addresses(_full())[page]).text

    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    document = json.loads(data)
    nodes = {node["@type"]: node for node in document["@graph"]}
    assert document["@context"] == "https://schema.org"
    assert sorted(nodes) == TYPES[page]
    assert {
        kind: REQUIRED[kind] - {name for name, value in node.items() if value} for kind, node in nodes.items()
    } == {kind: set() for kind in nodes}


def test_the_trail_of_an_article_leads_from_the_front_page_over_its_section(client, settings):
    article = _full(headline="خبر عن C++")

    trail = seo.breadcrumbs(article.section, article)["itemListElement"]

    site = settings.SITE_URL
    assert [(step["position"], step["name"], step.get("item")) for step in trail] == [
        (1, "الرئيسية", f"{site}/"),
        (2, "تقنية", f"{site}{article.section.get_absolute_url()}"),
    ]


@pytest.mark.parametrize("page", [*TYPES, "second page", "corrections", "feeds"])
def test_what_a_page_calls_canonical_answers_and_calls_itself_so(client, settings, monkeypatch, page):
    monkeypatch.setattr("articles.views.PAGE_SIZE", 1)
    article = _full()
    _full(section=article.section, authors=list(article.authors.all()))
    others = {
        "second page": article.section.get_absolute_url() + "?page=2",
        "corrections": "/corrections/",
        "feeds": "/feeds/",
    }
    address = (_addresses(article) | others)[page]

    asked = address + ("&" if "?" in address else "?") + "utm_source=x"
    (canonical,) = re.findall('<link rel="canonical" href="([^"]*)">', client.get(asked).text)

    assert canonical == settings.SITE_URL + iri_to_uri(address)
    answer = client.get(canonical.removeprefix(settings.SITE_URL))
    assert answer.status_code == 200
    assert re.findall('<link rel="canonical" href="([^"]*)">', answer.text) == [canonical]
    assert re.findall('<meta property="og:url" content="([^"]*)">', answer.text) == [canonical]


def test_a_page_of_a_list_names_its_neighbors(client, monkeypatch):
    monkeypatch.setattr("articles.views.PAGE_SIZE", 1)
    section = factories.section()
    for _ in range(4):
        factories.published(section=section)
    address = section.get_absolute_url()

    found = {
        number: re.findall(
            r'<link rel="(prev|next)" href="([^"]*)">', client.get(address, {"page": number}).text
        )
        for number in (1, 2, 3, 4)
    }

    assert found == {
        1: [("next", f"{address}?page=2")],
        2: [("prev", address), ("next", f"{address}?page=3")],
        3: [("prev", f"{address}?page=2"), ("next", f"{address}?page=4")],
        4: [("prev", f"{address}?page=3")],
    }


def test_a_share_card_tells_what_an_article_is_and_shows(client, settings):
    article = _full()

    text = client.get(article.get_absolute_url()).text

    told = _told(text)
    card = article.hero.share_card
    assert {
        name: told[name] for name in told if "image" in name or name.startswith(("article", "twitter"))
    } == {
        "og:image": f"{settings.SITE_URL}{card['src']}",
        "og:image:width": str(card["width"]),
        "og:image:height": str(card["height"]),
        "og:image:alt": article.hero.alt,
        "twitter:image:alt": article.hero.alt,
        "article:published_time": told["article:published_time"],
        "article:section": "تقنية",
        "article:author": f"{settings.SITE_URL}{iri_to_uri(article.authors.get().get_absolute_url())}",
        "article:tag": "OpenAI",
        "twitter:card": "summary_large_image",
    }
