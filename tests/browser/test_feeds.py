"""Feeds as programs of readers take them: parsed by the browser, and shown in a page that runs the other way."""

import pytest
from django.db import connection

from articles import seo
from articles.models import Article
from newsroom.web.syndication import FORMS
from tests import factories
from tests.visual_order import SEEN

pytestmark = pytest.mark.django_db(transaction=True)

HEADLINE = "OpenAI تطلق C++"
# Of each feed: its language, its title, and of each entry language, title, address, markup.
READ = """async (addresses) => Promise.all(addresses.map(async (address) => {
    const response = await fetch(address);
    const text = await response.text();
    if (address.endsWith("/json/")) {
        const {language, title, items} = JSON.parse(text);
        return {language, title, entries: items.map((item) =>
            [item.language, item.title, item.url, item.content_html ?? item.content_text])};
    }
    const found = new DOMParser().parseFromString(text, "text/xml");
    const [fault] = found.getElementsByTagName("parsererror");
    if (fault) return fault.textContent;
    const one = (parent, name) => parent.getElementsByTagNameNS("*", name)[0];
    const lang = (element) => element.getAttributeNS("http://www.w3.org/XML/1998/namespace", "lang");
    const language = one(found, "language")?.textContent ?? lang(found.documentElement);
    const entries = [...found.querySelectorAll("item, entry")].map((entry) => [lang(entry),
        one(entry, "title").textContent, one(entry, "link").getAttribute("href") ?? one(entry, "link").textContent,
        (one(entry, "encoded") ?? one(entry, "content") ?? one(entry, "summary")
            ?? one(entry, "description")).textContent]);
    return {language, title: one(found, "title").textContent, entries};
}))"""


@pytest.fixture
def article():
    made = factories.published(
        headline=HEADLINE, section=factories.section("C++"), body="<p>لغة C++ أسرع.</p>"
    )
    # Older than the rules of its field: no XML may hold these.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_article SET headline = %s", [f"{HEADLINE}\x1a\x08"])
    return made


def test_the_feeds_of_a_section_in_every_form(page, article):
    page.goto("/")

    feeds = page.evaluate(READ, [seo.feed_address(article.section, form) for form in FORMS])

    address = seo.absolute(article.get_absolute_url())
    assert address.isascii()
    html = '<div lang="ar" dir="rtl"><p>لغة <bdi dir="ltr">C++</bdi> أسرع.</p></div>'
    title = f"\u200f{HEADLINE}"
    titles = [title, title, title]
    assert feeds == [
        {"language": "ar", "title": "نشرة: \u2066C++\u2069", "entries": [["ar", title, address, html]]}
        for title in titles
    ]


def test_the_feeds_of_corrections_in_every_form(page, article):
    note = factories.correction(article, note="كان الاسم OpenAI.")
    Article.objects.update(headline=HEADLINE)
    page.goto("/")

    feeds = page.evaluate(READ, [seo.feed_address("corrections", form) for form in FORMS])

    entry = ["ar", f"تصحيح: \u2067{HEADLINE}\u2069", seo.absolute(note.get_absolute_url()), note.note]
    assert feeds == [{"language": "ar", "title": "نشرة: التصحيحات", "entries": [entry]}] * len(FORMS)


def test_an_entry_is_read_in_its_own_direction_wherever_it_is_shown(page, browser, article):
    page.goto("/")
    [feed] = page.evaluate(READ, [seo.feed_address("")])
    [[_language, title, _address, html]] = feed["entries"]

    program = browser.new_page()
    program.set_content(f'<!doctype html><html lang="en"><h1>{title}</h1><h2 dir="auto">{title}</h2>{html}')
    seen = program.evaluate(SEEN, "p")
    directions = program.evaluate(
        "() => ['h2', 'p'].map((name) => getComputedStyle(document.querySelector(name)).direction)"
    )
    program.close()

    assert directions == ["rtl", "rtl"]
    assert seen == [".عرسأ C++ ةغل"]
