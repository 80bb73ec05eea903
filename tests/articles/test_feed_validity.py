"""Every feed and the sitemap of news, valid whatever stands in every field."""

import json

import pytest
from django.utils import timezone

from articles import sitemaps
from articles.models import Article, Author, Correction, Image, Section, Series, Tag
from comments.models import Comment
from newsroom.web import syndication
from newsroom.web.fragments import forget_all
from newsroom.web.syndication import FORMS, Feed
from tests import factories
from tests.feed_schemas import faults
from tests.xss_vectors import XSS_VECTORS

pytestmark = pytest.mark.django_db

CONTROLS = "".join(map(chr, [*range(1, 32), *range(127, 160)]))
NAUGHTY = [
    CONTROLS, "]]>", "<![CDATA[ x ]]>", "&amp;&lt;&#0;&bogus;", "<!DOCTYPE x [<!ENTITY a 'b'>]>&a;", "--><!--",
    "\u202eعكس\u202c \u2066x\u2069\u200f\u200e\u061c", "🏳️‍🌈👩‍👩‍👧‍👦🇸🇦é", "\ufffe\uffff\ufeff\u2028\u2029\u0085",
    "\U0010ffff\U0001f4a9", "ط̴̛̖" * 40, "ﷺ﷽" * 20, "\\u0000\\x00'\"`", "  \u00a0\u3000 ", "%s%n{0}{{x}}${x}",
    *XSS_VECTORS[::120],
]  # fmt: skip
FEEDS = ["/feed/", "/feed/section/{section}/", "/feed/tag/{tag}/", "/feed/author/{author}/", "/feed/series/{series}/",
         "/corrections/feed/", "/feed/comments/{article}/"]  # fmt: skip


@pytest.fixture
def article(settings):
    settings.WEBSUB_HUB = "https://hub.example/?a=1&b=2"
    article = factories.published(summary="خلاصة", hero=factories.image(), tags=[factories.tag("OpenAI")],
                                  authors=[factories.author("ليلى")], series=factories.series())  # fmt: skip
    factories.correction(article)
    factories.approved(article)
    return article


def addresses(article):
    names = {"section": article.section_id, "tag": article.tags.get().pk, "author": article.authors.get().pk,
             "series": article.series_id, "article": article.pk}  # fmt: skip
    return [feed.format(**names) for feed in FEEDS]


def write_everywhere(text):
    """Into every field of which a feed says anything, past all that cleans what is typed."""
    Article.objects.update(headline=text, summary=text, kicker=text[:80], body_html=f"<p>{text}</p>")
    for model in (Section, Tag, Author, Series):
        model.objects.update(name=text[:60])
    Section.objects.update(description=text)
    Series.objects.update(description=text)
    Image.objects.update(alt=text, credit=text[:80], caption=text)
    Correction.objects.update(note=text)
    Comment.objects.update(author_name=text[:60], body=text)
    forget_all()


def all_faults(client, article):
    found = {}
    for address in addresses(article):
        for form in FORMS:
            answer = client.get(address + ("" if form == "rss" else f"{form}/"))
            assert answer.status_code == 200
            if wrong := faults(form, answer.content):
                found[address, form] = wrong
    if wrong := faults("sitemap", client.get("/sitemap-news.xml").content):
        found["news"] = wrong
    return found


def test_every_feed_of_ordinary_stories_is_valid(client, article):
    assert all_faults(client, article) == {}


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_every_feed_is_valid_whatever_was_written(client, article, text):
    write_everywhere(f"س{text}")

    assert all_faults(client, article) == {}


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_in_which_nothing_stands_is_valid(client, form):
    assert faults(form, client.get("/feed/" + ("" if form == "rss" else f"{form}/")).content) == []


@pytest.mark.parametrize(
    ("form", "document"),
    [
        ("atom", b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>'),
        ("rss", b'<rss version="2.0"><channel><title>x</title></channel></rss>'),
        ("json", b'{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [{"id": 7}]}'),
        (
            "sitemap",
            b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><lastmod/></url></urlset>',
        ),
    ],
)
def test_the_schemas_refuse_what_is_wrong(form, document):
    assert faults(form, document) != []


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_without_a_hub_names_none(form):
    feed = Feed("ع", "", "ن", "https://a.example/", "https://a.example/feed/", "ar", timezone.now())

    assert b"hub" not in syndication.FORMS[form].write(feed, [])


def test_news_are_no_more_than_a_thousand():
    assert sitemaps.MOST_NEWS == 1_000


@pytest.mark.parametrize("count", [1, 3])
def test_the_feed_of_comments_takes_two_queries(client, count, django_assert_num_queries):
    article = factories.published()
    for _number in range(count):
        factories.approved(article)

    with django_assert_num_queries(2):
        feed = json.loads(client.get(f"/feed/comments/{article.pk}/json/").content)

    assert len(feed["items"]) == count
