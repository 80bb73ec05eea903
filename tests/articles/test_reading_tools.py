"""What the page of an article offers to who reads it: time, contents, the next story, ways to pass it on."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import brotli
import pytest
from django.core.files.storage import FileSystemStorage
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from articles import publishing, related, sharing
from articles.models import Article, Series
from newsroom.text import short_codes
from newsroom.web.joined_files import joined_text
from tests import factories

pytestmark = pytest.mark.django_db

STATIC = Path(__file__).parents[2] / "static"
SCRIPT_BYTES = 12_000


def _on_page(article):
    return related.on_page(Article.objects.published().for_page().get(pk=article.pk))


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (0, None), (1, "قراءة دقيقة"), (2, "قراءة دقيقتين"), (3, "قراءة 3 دقائق"), (10, "قراءة 10 دقائق"),
        (11, "قراءة 11 دقيقة"), (100, "قراءة 100 دقيقة"),
    ],
)  # fmt: skip
def test_the_reading_time_is_told_in_its_plural(client, minutes, told):
    article = factories.published()
    Article.objects.filter(pk=article.pk).update(words=minutes * 180)

    found = re.search("<span>(قراءة [^<]*)</span>", client.get(article.get_absolute_url()).text)

    assert (found and found[1]) == told


@pytest.mark.parametrize(
    ("headings", "listed"), [(2, []), (3, ["#part-باب-1", "#part-باب-2", "#part-باب-3"])]
)
def test_three_headings_are_listed(client, headings, listed):
    body = "".join(f"<h2>باب {number}</h2><p>نص</p>" for number in range(1, headings + 1))

    text = client.get(factories.published(body=body).get_absolute_url()).text

    assert re.findall('<a href="(#part-[^"]*)">', text) == listed


def test_no_id_stands_twice_on_a_page(client):
    body = (
        "<h2>التعليقات</h2><h2>comments</h2><h2>notes</h2><h2>next</h2><h2>share</h2><h2>top</h2>"
        '<p>نص<small class="footnote">حاشية</small></p>'
    )
    factories.published(at=timezone.now() - timedelta(hours=1))
    article = factories.published(body=body, tags=[factories.tag()])
    factories.approved(article)

    names = re.findall(' id="([^"]*)"', client.get(article.get_absolute_url()).text)

    assert sorted(names) == sorted(set(names))


# The next story


def test_next_comes_what_the_section_had_before(client):
    now = timezone.now()
    section = factories.section("رياضة")
    older = factories.published(section=section, at=now - timedelta(days=2))
    factories.published(section=section, at=now - timedelta(days=3))
    factories.published(at=now - timedelta(days=1, hours=1))
    article = factories.published(section=section, at=now - timedelta(days=1))
    factories.published(section=section)

    assert _on_page(article)["next"] == older


def test_of_stories_of_the_same_hour_the_one_written_before_comes_next():
    at = timezone.now() - timedelta(days=1)
    stories = [factories.published(at=at) for _ in range(3)]

    assert [_on_page(story)["next"] for story in stories] == [None, stories[0], stories[1]]


def test_what_readers_do_not_see_is_passed_over():
    now = timezone.now()
    seen = factories.published(at=now - timedelta(days=3))
    gone = factories.published(at=now - timedelta(days=2))
    publishing.move(gone, "archive", by=None)

    assert _on_page(factories.published(at=now - timedelta(days=1)))["next"] == seen


def test_in_a_series_its_following_part_comes_next():
    now = timezone.now()
    factories.published(at=now - timedelta(days=3))
    investigation = publishing.save_named(Series(name="تحقيق"))
    first, second = (
        factories.published(series=investigation, at=now - timedelta(days=2 - number)) for number in range(2)
    )

    assert (_on_page(first)["next"], _on_page(second)["next"]) == (second, first)


def test_the_next_story_is_not_told_again_as_related():
    now = timezone.now()
    tags = [factories.tag()]
    older = factories.published(tags=tags, at=now - timedelta(days=1))
    other = factories.published(tags=tags, at=now - timedelta(days=2))

    page = _on_page(factories.published(tags=tags, at=now))

    assert (page["next"], page["related"]) == (older, [other])


# Passing it on


def test_services_get_the_headline_isolated_and_the_short_link(settings):
    article = factories.published(headline="مايكروسوفت & «OpenAI»: 50% من C++?")
    short = f"{settings.SITE_URL}/s/{short_codes.encode(article.pk)}"
    headline = f"\u2067{article.headline}\u2069"

    told = [parse_qs(urlsplit(address).query) for _name, address in sharing.links(article)]

    assert told == [
        {"text": [f"{headline} {short}"]},
        {"text": [headline], "url": [short]},
        {"text": [headline], "url": [short]},
        {"u": [short]},
    ]


def test_the_address_that_is_shared_leads_to_the_article(client):
    article = factories.published()

    answer = client.get(urlsplit(sharing.short_link(article)).path)

    assert answer["Location"] == iri_to_uri(article.get_absolute_url())


@pytest.mark.parametrize("form", ["/s/{}", "/s/{}/", "/article/{}/", "/article/{}"])
def test_short_links_of_all_times_lead_there_by_one_redirect(client, form):
    article = factories.published()
    is_code = form.startswith("/s/")
    end = short_codes.encode(article.pk).upper() if is_code else article.pk

    answer = client.get(form.format(end) + "?utm_source=x" * is_code)

    assert (answer.status_code, answer["Location"]) == (301, iri_to_uri(article.get_absolute_url()))
    assert not answer.cookies


def test_a_short_link_in_the_english_interface_stays_in_it(client):
    article = factories.published()

    answer = client.get(f"/en/s/{short_codes.encode(article.pk)}")

    assert answer["Location"] == f"/en{iri_to_uri(article.get_absolute_url())}"


def test_a_short_link_answers_as_the_article_does_where_readers_see_none(client):
    draft, withdrawn = factories.draft(), factories.published()
    publishing.move(withdrawn, "withdraw", by=None)
    codes = [short_codes.encode(draft.pk), short_codes.encode(withdrawn.pk), "z9z9z9", "0l1o", "2", "z" * 14]

    assert [client.get(f"/s/{code}").status_code for code in codes] == [404, 410, 404, 404, 404, 404]


def test_a_preview_has_no_tools(client):
    client.force_login(factories.superuser())
    body = "".join(f"<h2>باب {number}</h2>" for number in range(3))
    article = factories.draft(body=body)

    text = client.get(f"/admin/articles/article/{article.pk}/preview/").text

    found = {name for name in ("contents", "share", "story__tools", "settings") if f'class="{name}"' in text}
    assert (found, "<script" in text) == ({"contents"}, False)


# Weight


def test_all_scripts_of_an_article_are_light(client):
    article = factories.published(
        body='<figure class="embed"><a href="https://youtu.be/dQw4w9WgXcQ">عرض</a></figure>'
    )

    names = re.findall(
        r'<script[^>]* src="[^"]*/(js/[a-z_/]+)[^"]*\.js"', client.get(article.get_absolute_url()).text
    )

    storage = FileSystemStorage(STATIC)
    sources = {name: (storage, name) for name in [f"js/{file}" for file in storage.listdir("js")[1]]}
    sources["js/offline/page.js"] = (storage, "js/offline/page.js")
    texts = {
        name: joined_text(f"{name}.js", sources) or (STATIC / f"{name}.js").read_text("utf-8")
        for name in names
    }
    sizes = {name: len(brotli.compress(text.encode())) for name, text in texts.items()}
    assert {"js/appearance", "js/embeds", "js/every_page", "js/article_page"} == set(sizes)
    assert sum(sizes.values()) <= SCRIPT_BYTES, sizes


def test_what_is_read_before_the_first_paint_is_tiny():
    assert (STATIC / "js" / "appearance.js").stat().st_size < 1_000


def test_the_page_of_saved_stories_is_the_same_for_all_and_in_no_index(client, django_assert_num_queries):
    factories.section()
    with django_assert_num_queries(1):
        visitors = client.get("/saved/")
    client.force_login(factories.superuser())

    assert client.get("/saved/").content == visitors.content
    assert '<meta name="robots" content="noindex">' in visitors.text
    assert "Set-Cookie" not in visitors.headers
