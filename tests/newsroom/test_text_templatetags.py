"""What the filters put into pages, to the character."""

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from articles.models import Article
from newsroom.templatetags import text

# Riyadh is three hours ahead, so that a mistaken zone shows.
NOON = datetime(2026, 2, 26, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param("لغة C++ أسرع", 'لغة <bdi dir="ltr">C++</bdi> أسرع', id="edge that moves"),
        pytest.param("شراكة مع Mistral AI.", "شراكة مع Mistral AI.", id="edge that stays"),
        pytest.param("<b>نشرة</b> & غيرها", "&lt;b&gt;نشرة&lt;/b&gt; &amp; غيرها", id="markup"),
        pytest.param("\u202eأحمد\u2066", "أحمد", id="overrides"),
        pytest.param("الأهلي 3-2 الزمالك", 'الأهلي <span class="together">3-2</span> الزمالك', id="score"),
        pytest.param("اللقب 2.5-3.5", 'اللقب <span class="together">2.5-3.5</span>', id="score with halves"),
        pytest.param("يوم 2026-02-26", "يوم 2026-02-26", id="date is no score"),
    ],
)
def test_isolate(value, shown):
    assert text.isolate(value, "rtl") == shown


def test_isolate_follows_the_direction_of_the_text():
    assert text.isolate("The “لو شات” story", "ltr") == "The “لو شات” story"


def test_isolated_text_is_not_escaped_again():
    template = Template("{% load text %}{{ name|isolate:'rtl' }}")

    assert template.render(Context({"name": "C++ & غيرها"})) == '<bdi dir="ltr">C++</bdi> &amp; غيرها'


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("OpenAI تطلق", '<bdi dir="rtl">OpenAI تطلق</bdi>', id="Latin name first"),
        pytest.param("The story of “لو”", '<bdi dir="ltr">The story of “لو”</bdi>', id="Latin"),
        pytest.param("لغة C++", '<bdi dir="rtl">لغة <bdi dir="ltr">C++</bdi></bdi>', id="run within"),
        pytest.param("2026", '<bdi dir="rtl">2026</bdi>', id="no letters"),
    ],
)
def test_a_name_runs_as_most_of_its_letters(name, shown):
    assert text.isolate(name) == shown


@pytest.mark.parametrize(
    ("name", "base", "shown"),
    [
        pytest.param("لغة C++", "", 'لغة <bdi dir="ltr">C++</bdi>', id="as the interface"),
        pytest.param("OpenAI & more", "", '<bdi dir="ltr">OpenAI &amp; more</bdi>', id="otherwise"),
        pytest.param("OpenAI", "rtl", "OpenAI", id="stored as the interface"),
        pytest.param("Mona منى", "ltr", '<bdi dir="ltr">Mona منى</bdi>', id="stored otherwise"),
    ],
)
def test_what_stands_alone_is_isolated_where_it_runs_otherwise(name, base, shown):
    assert text.isolate_alone(name, base) == shown


@pytest.mark.parametrize(
    ("language", "numerals", "of_row", "of_interface"),
    [
        ("ar", "western", "", ""),
        ("en", "western", ' lang="en" dir="ltr"', 'lang="ar" dir="rtl"'),
        ("ar", "arabic-indic", ' lang="ar" dir="rtl"', 'lang="ar" dir="rtl" data-numerals="arab"'),
    ],
    ids=["the same language", "another language", "digits of its own"],
)
def test_languages_are_told_where_they_change(settings, language, numerals, of_row, of_interface):
    settings.NUMERALS = numerals

    assert text.language_of(Article(language=language)) == of_row
    assert text.interface(language) == of_interface


@pytest.mark.parametrize(
    ("value", "base", "shown"),
    [
        pytest.param("OpenAI تفتح مكتبًا", "rtl", "\u2067OpenAI تفتح مكتبًا\u2069", id="stored, right to left"),
        pytest.param("لو شات: a review", "ltr", "\u2066لو شات: a review\u2069", id="stored, left to right"),
        pytest.param("OpenAI تفتح مكتبًا", "", "\u2067OpenAI تفتح مكتبًا\u2069", id="by its letters"),
        pytest.param("\u202bمنى \u2067(Mona)", "", "\u2067منى (Mona)\u2069", id="overrides go"),
    ],
)
def test_isolate_plain(value, base, shown):
    assert text.isolate_plain(value, base) == shown


@pytest.mark.parametrize(
    ("value", "direction"),
    [
        pytest.param("OpenAI تفتح مكتبًا في الرياض", "rtl", id="Arabic behind a Latin name"),
        pytest.param("Mona Haddad writes about technology", "ltr", id="English"),
        pytest.param("2026", "rtl", id="no letters"),
    ],
)
def test_text_direction(value, direction):
    assert text.text_direction(value) == direction


def test_text_without_letters_runs_as_what_is_around_it():
    assert text.text_direction("2026", "ltr") == "ltr"


def test_plain_has_neither_overrides_nor_isolates():
    assert text.plain("\u2068نشرة\u2069\u202e") == "نشرة"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param("سطر\nوسطر\n\nوفقرة", "<p>سطر<br>وسطر</p><p>وفقرة</p>", id="lines and paragraphs"),
        pytest.param(
            "<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", id="markup"
        ),
        pytest.param("\u202dعلي كتب", "<p>علي كتب</p>", id="overrides"),
        pytest.param("فاز 3-2", '<p>فاز <span class="together">3-2</span></p>', id="score"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_readers_text(value, shown):
    assert text.readers_text(value) == shown


def test_readers_text_links_lend_no_reputation():
    shown = text.readers_text("انظر https://example.com/a، وشكرًا")

    assert '<a href="https://example.com/a" rel="ugc nofollow noopener">' in shown
    assert shown.endswith("، وشكرًا</p>")


def test_readers_text_in_english_isolates_arabic_and_not_english():
    assert text.readers_text("I use C++.", "ltr") == "<p>I use C++.</p>"


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        pytest.param("https://example.com/مدونة", "https://example.com/مدونة", id="web"),
        pytest.param("javascript:alert(1)", "", id="script"),
        pytest.param("//example.com", "", id="without scheme"),
        pytest.param("", "", id="none"),
    ],
)
def test_website(address, linked):
    assert text.website(address) == linked


@pytest.mark.parametrize(
    ("address", "name"),
    [
        pytest.param("https://www.example.com/a/b?c", "example.com", id="www"),
        pytest.param("https://user@news.example.org:8000/", "news.example.org", id="user and port"),
    ],
)
def test_host_name(address, name):
    assert text.host_name(address) == name


def test_grouped():
    with translation.override("ar"):
        assert text.grouped(1234567) == "1,234,567"


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        pytest.param(
            "full", '<time datetime="2026-02-26T12:05:00Z">الخميس، 26 فبراير 2026، 15:05</time>', id="full"
        ),
        pytest.param(
            "short",
            '<time datetime="2026-02-26T12:05:00Z" title="الخميس">26 فبراير 2026، 15:05</time>',
            id="short",
        ),
    ],
)
def test_moment(style, shown):
    with translation.override("ar"), timezone.override("Asia/Riyadh"):
        assert text.moment(NOON, style) == shown


def test_moment_in_english_has_english_commas():
    with translation.override("en"), timezone.override("Asia/Riyadh"):
        assert (
            text.moment(NOON)
            == '<time datetime="2026-02-26T12:05:00Z">Thursday, 26 February 2026, 15:05</time>'
        )


def test_names_in_a_sentence_of_ours_are_code():
    with translation.override("ar"):
        made = text.with_code("خذه من `next` كما <هو>.")

    assert made == 'خذه من <code dir="ltr">next</code> كما &lt;هو&gt;.'
