"""The feeds of the site: which there are, what stands in them, and what they cost."""

import json
import re
import time
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import http_date
from lxml import etree

import articles.stories
from articles import publishing, seo
from articles.models import Article, Author, Byline, Image, Section, Tag
from newsroom.web.fragments import forget_all
from newsroom.web.syndication import ATOM, CONTENT, FORMS
from tests import factories

pytestmark = pytest.mark.django_db

SUBJECTS = ["", "section", "tag", "author", "series", "corrections"]
# What it follows, and which articles or notes stand in it. Articles whose entries are not kept are read by another one.
QUERIES = {"": 1, "section": 2, "tag": 2, "author": 2, "series": 2, "corrections": 1}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _story(**fields):
    return factories.published(
        **{"tags": [factories.tag()], "series": factories.series(), "hero": factories.image()} | fields
    )


def _address(subject: str, form: str = "rss") -> str:
    article = Article.objects.earliest("pk")
    rows = {
        "section": lambda: article.section,
        "tag": article.tags.get,
        "author": article.authors.get,
        "series": lambda: article.series,
    }
    return seo.feed_address(rows[subject]() if subject in rows else subject, form)


def _titles(form: str, content: bytes) -> list[str]:
    if form == "json":
        return [item["title"] for item in json.loads(content)["items"]]
    found = etree.fromstring(content).xpath(
        "//*[local-name()='item' or local-name()='entry']/*[local-name()='title']"
    )
    return [title.text for title in found]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_feed_of_each_kind_in_each_form_names_what_belongs_to_it(client, settings, subject, form):
    article = _story(headline="خبر عن C++")
    factories.correction(article)
    other = factories.published(
        headline="خبر آخر", section=factories.section("رياضة"), authors=[factories.author("عمر نجّار")]
    )

    address = _address(subject, form)
    response = client.get(address)

    titles = _titles(form, response.content)
    own = "تصحيح: \u2067خبر عن C++\u2069" if subject == "corrections" else "\u200fخبر عن C++"
    assert response["Content-Type"] == f"{FORMS[form].media_type}; charset=utf-8"
    assert titles == ([f"\u200f{other.headline}", own] if subject == "" else [own])
    assert f"{settings.SITE_URL}{address}" in response.text


@pytest.mark.parametrize(
    "address", ["/feed/rss/", "/feed/xml/", "/feed/tag/999/", "/feed/series/1/atom/", "/feed/tag/x/"]
)
def test_what_is_no_feed_is_not_found(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_feed_takes_as_many_queries_with_three_articles_as_with_one(
    client, django_assert_num_queries, subject, count
):
    for _ in range(count):
        factories.correction(_story(summary=""))
    address = _address(subject)

    with django_assert_num_queries(QUERIES[subject] + (subject != "corrections")):
        client.get(address)
    with django_assert_num_queries(QUERIES[subject]):
        client.get(address)


@pytest.mark.parametrize("form", FORMS)
def test_who_has_the_feed_is_not_sent_it_again(client, form):
    _story()
    first = client.get(_address("", form))

    answer = client.get(_address("", form), headers={"if-none-match": first["ETag"]})

    assert (answer.status_code, answer.content) == (304, b"")
    assert first["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("change", ["published", "withdrawn", "renamed author"])
def test_who_has_the_feed_of_before_is_sent_the_new_one(client, change):
    article = _story()
    tag = client.get("/feed/")["ETag"]
    if change == "published":
        factories.published()
    elif change == "withdrawn":
        publishing.move(article, "withdraw", by=None)
    else:
        author = article.authors.get()
        author.name = "ليلى الحدّاد"
        publishing.save_named(author)

    assert client.get("/feed/", headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("address", ["/feed/", "/sitemap.xml", "/sitemap-news.xml"])
def test_who_asks_by_the_hour_alone_does_not_keep_what_was_withdrawn(client, address):
    article = _story()
    factories.published()
    publishing.move(article, "withdraw", by=None)

    answer = client.get(address, headers={"if-modified-since": http_date(time.time())})

    assert (answer.status_code, "Last-Modified" in answer) == (200, False)


def test_an_entry_was_updated_with_the_last_change_of_its_article(client):
    article = _story(at=timezone.now() - timedelta(days=2))
    article.headline = "عنوان جديد"
    publishing.save(article)

    answer = client.get("/feed/")

    assert etree.fromstring(answer.content).findtext(f"channel/item/{{{ATOM}}}updated") == (
        article.modified_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    )


def test_the_text_stands_in_the_feed_with_its_direction_and_full_addresses(client, settings):
    article = factories.published(
        language="en", headline="GPT-4 speaks Arabic", body='<p><a href="/tag/3/">تقنية</a> & more</p>'
    )

    (item,) = etree.fromstring(client.get("/feed/").content).findall("channel/item")

    assert item.get(XML_LANG) == "en"
    assert item.findtext("title") == article.headline
    assert item.findtext(f"{{{CONTENT}}}encoded") == (
        f'<div lang="en" dir="ltr"><p><a href="{settings.SITE_URL}/tag/3/">تقنية</a> &amp; more</p></div>'
    )


def test_the_picture_of_an_article_comes_with_its_bytes(client, settings):
    image = factories.image()
    factories.published(hero=image)

    enclosure = etree.fromstring(client.get("/feed/").content).find("channel/item/enclosure")

    size = default_storage.size(image.src.removeprefix(settings.MEDIA_URL))
    assert size > 0
    assert dict(enclosure.attrib) == {
        "url": f"{settings.SITE_URL}{image.src}", "length": str(size), "type": "image/jpeg",
    }  # fmt: skip


def test_addresses_in_feeds_are_percent_encoded(client):
    article = _story(headline="خبر عن الذكاء الاصطناعي")

    link = etree.fromstring(client.get("/feed/").content).findtext("channel/item/link")

    assert link.isascii()
    assert unquote(link).endswith(f"/article/{article.pk}/خبر-عن-الذكاء-الاصطناعي/")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_page_tells_programs_and_people_where_its_feeds_are(client, subject):
    article = _story()
    factories.correction(article)
    page = {"": "/", "corrections": "/corrections/"}.get(subject)
    page = page or re.search(r"<link>http://[^/]+(/[^<]*)</link>", client.get(_address(subject)).text)[1]

    text = client.get(page).text

    head, body = text.split("<body", 1)
    for form in FORMS:
        assert f'type="{FORMS[form].media_type}" href="{_address(subject, form)}"' in head
        assert f'href="{_address(subject, form)}"' in body or subject == ""


def test_the_page_of_feeds_names_them_and_is_in_the_footer(client):
    article = _story()

    home, text = client.get("/").text, client.get("/feeds/").text

    assert '<a href="/feeds/">الخلاصات</a>' in home[home.index('class="footer"') :]
    addresses = [
        seo.feed_address(subject, form) for subject in ("", article.section, "corrections") for form in FORMS
    ]
    assert [address for address in addresses if f'href="{address}"' not in text] == []  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_feeds_takes_one_query_however_many_sections(client, django_assert_num_queries, count):
    for number in range(count):
        factories.section(f"قسم {number}")

    with django_assert_num_queries(1):
        client.get("/feeds/")


@pytest.mark.parametrize("form", FORMS)
def test_an_entry_that_was_changed_is_written_anew(client, form):
    article = factories.published(headline="قبل", hero=factories.image())
    address = f"/feed/section/{article.section_id}/" + ("" if form == "rss" else f"{form}/")
    before = client.get(address).content.decode()

    article.headline = "بعد"
    publishing.save(article)
    article.section.name = "قسم آخر"
    article.section.save()

    after = client.get(address).content.decode()
    assert "قبل" in before
    assert "قبل" not in after
    assert "بعد" in after
    assert "قسم آخر" in after


def _row(rows, **columns):
    return lambda article: rows(article).update(**columns)


def _of_article(**columns):
    return _row(lambda article: Article.objects.filter(pk=article.pk), **columns)


# Whatever an entry is made of, changed behind all verbs.
CHANGES = {
    "headline": _of_article(headline="عنوان آخر"),
    "address": _of_article(slug="عنوان-آخر"),
    "summary": _of_article(summary="خلاصة أخرى"),
    "text": _of_article(body_html="<p>نص آخر</p>"),
    "language": _of_article(language="fa"),
    "hour": _of_article(published_at=timezone.now() - timedelta(days=9)),
    "change": _of_article(modified_at=timezone.now() + timedelta(days=1)),
    "other section": lambda article: Article.objects.update(section=factories.section("رياضة")),
    "name of the section": _row(lambda article: Section.objects.all(), name="علوم"),
    "name of an author": _row(lambda article: Author.objects.filter(name="سامر"), name="عمر نجّار"),
    "one more author": lambda article: Byline.objects.create(
        article=article, author=factories.author("OpenAI Watch"), position=9
    ),
    "order of authors": lambda article: article.bylines.filter(position=1).update(position=7),
    "no author": lambda article: article.bylines.all().delete(),
    "name of a tag": _row(lambda article: Tag.objects.filter(name="OpenAI"), name="Mistral"),
    "one more tag": lambda article: article.tags.add(factories.tag("Mistral")),
    "no tag": lambda article: article.tags.clear(),
    "no picture": _of_article(hero=None),
    "other picture": lambda article: Article.objects.update(hero=factories.image()),
    "words of the picture": _row(lambda article: Image.objects.all(), alt="وصف آخر"),
    "credit of the picture": _row(lambda article: Image.objects.all(), credit="وكالة أخرى"),
    "files of the picture": _row(lambda article: Image.objects.all(), state="ready"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_leaves_an_old_entry(client, change):
    authors = [factories.author("ليلى حدّاد"), factories.author("سامر")]
    article = _story(summary="خلاصة", authors=authors, tags=[factories.tag("OpenAI"), factories.tag()])
    before = client.get("/feed/")

    CHANGES[change](article)

    after = client.get("/feed/")
    forget_all()
    assert before.content != after.content
    assert after.content == client.get("/feed/").content


def test_a_story_that_is_written_twice_in_one_transaction_is_not_taken_for_what_it_was(client):
    article = _story(headline="أول")
    seen = []

    with transaction.atomic():
        for headline in ("ثان", "ثالث"):
            Article.objects.filter(pk=article.pk).update(headline=headline)
            seen += _titles("rss", client.get("/feed/").content)

    assert seen == ["\u200fثان", "\u200fثالث"]


def test_only_stories_that_were_changed_are_read_again(client):
    stories = [_story(headline=f"خبر {number}") for number in range(3)]
    client.get("/feed/")
    Article.objects.filter(pk=stories[1].pk).update(headline="خبر آخر")

    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/feed/")

    assert _titles("rss", answer.content) == ["\u200fخبر 2", "\u200fخبر آخر", "\u200fخبر 0"]
    assert f"'{{{stories[1].pk}}}'" in asked[-1]["sql"]


def test_what_is_taken_back_while_a_feed_is_written_is_left_out(client, monkeypatch):
    story, other = _story(headline="باق"), _story(headline="مسحوب")
    in_full = articles.stories.in_full

    def meanwhile(*args):
        publishing.move(other, "withdraw", by=None)
        return in_full(*args)

    monkeypatch.setattr(articles.stories, "in_full", meanwhile)

    assert _titles("rss", client.get("/feed/").content) == [f"\u200f{story.headline}"]
