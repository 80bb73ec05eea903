"""How an edition writes numbers, days and what it counts, as the browser shows it on the pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as site
from playwright.sync_api import expect

from comments.models import Comment
from tests import factories
from tests.desk_pages import multiply
from tests.month_names import MONTHS
from tests.queue_page import poll

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2024, 2, 26, 12, 5, tzinfo=UTC)
# The last two digits decide, and 100 and 200 have none.
COUNTS = [0, 1, 2, 3, 10, 11, 26, 99, 100, 101, 102, 103, 110, 111, 200, 1000]
# By the plural categories of CLDR, which browsers know: zero, one, two, few, many, other.
STORIES = {
    "one": "مادة واحدة", "two": "مادتان", "few": "{} مواد", "many": "{} مادة", "other": "{} مادة",
}  # fmt: skip
COMMENTS = {
    "one": "تعليق واحد", "two": "تعليقان", "few": "{} تعليقات", "many": "{} تعليقًا", "other": "{} تعليق",
}  # fmt: skip
USEFUL = {
    "zero": "", "one": "وجده قارئ واحد مفيدًا", "two": "وجده قارئان مفيدًا", "few": "وجده {} قرّاء مفيدًا",
    "many": "وجده {} قارئًا مفيدًا", "other": "وجده {} قارئ مفيدًا",
}  # fmt: skip
CATEGORIES = "(counts) => counts.map((count) => new Intl.PluralRules('ar').select(count))"
# How long ago, by unit; the desk counts days too.
AGO = {
    "minutes": {1: "قبل دقيقة واحدة", 2: "قبل دقيقتين", 3: "قبل 3 دقائق", 10: "قبل 10 دقائق", 11: "قبل 11 دقيقة",
                26: "قبل 26 دقيقة", 59: "قبل 59 دقيقة"},
    "hours": {1: "قبل ساعة واحدة", 2: "قبل ساعتين", 3: "قبل 3 ساعات", 10: "قبل 10 ساعات", 11: "قبل 11 ساعة",
              23: "قبل 23 ساعة"},
}  # fmt: skip
DAYS_AGO = {
    2: "قبل يومين", 3: "قبل 3 أيام", 10: "قبل 10 أيام", 11: "قبل 11 يومًا", 26: "قبل 26 يومًا", 99: "قبل 99 يومًا",
    100: "قبل 100 يوم", 101: "قبل 101 يوم", 102: "قبل 102 يوم", 103: "قبل 103 أيام", 110: "قبل 110 أيام",
    111: "قبل 111 يومًا", 200: "قبل 200 يوم", 1000: "قبل 1,000 يوم",
}  # fmt: skip
DIGITS = {"western": {}, "arabic-indic": str.maketrans("0123456789,", "٠١٢٣٤٥٦٧٨٩٬")}


def _in_words(page, nouns, counts=COUNTS):
    """What a page must say of each count, if the nouns stand in the forms that CLDR asks for."""
    return [
        nouns[category].format(f"{count:,}")
        for count, category in zip(counts, page.evaluate(CATEGORIES, counts), strict=True)
    ]


def _ages(forms):
    """What is told of each age, the shortest first."""
    return {
        timedelta(**{unit: count}): told for unit, counts in forms.items() for count, told in counts.items()
    }


@pytest.mark.parametrize("numerals", DIGITS)
def test_a_story_of_the_edition_has_its_digits_and_what_was_typed_has_its_own(page, settings, numerals):
    settings.NUMERALS, settings.HIJRI_DATES = numerals, True
    article = factories.published(at=NOON, headline="أفضل 10 هواتف و٣ كتب", body="<p>زاد 12.5% أو ١٢٫٥٪</p>")
    factories.approved(article)
    Comment.objects.update(useful=1_234_567)

    page.goto(article.get_absolute_url())

    written = DIGITS[numerals]
    day = "الاثنين، 26 فبراير 2024، 15:05".translate(written)
    assert page.locator(".story__times time").first.inner_text() == day
    assert page.locator(".hijri").inner_text() == "الموافق 16 شعبان 1445 هـ".translate(written)
    assert page.locator(".comment__count").inner_text() == "وجده 1,234,567 قارئًا مفيدًا".translate(written)
    assert page.locator("h1").inner_text() == "أفضل 10 هواتف و٣ كتب"
    assert page.locator(".story__body").inner_text() == "زاد 12.5% أو ١٢٫٥٪"


def test_a_day_that_the_hijri_calendar_does_not_know_is_shown_without_it(page, settings):
    settings.HIJRI_DATES = True
    days = {
        datetime(1924, 7, 31, 9, tzinfo=UTC): [],
        datetime(1924, 8, 1, 9, tzinfo=UTC): ["الموافق 1 محرّم 1343 هـ"],
    }

    shown = {}
    for at in days:
        page.goto(factories.published(at=at).get_absolute_url())
        shown[at] = page.locator(".hijri").all_inner_texts()

    assert shown == days


def test_the_months_of_the_archive_have_the_names_of_the_edition(page, settings):
    for month in range(1, 13):
        factories.published(at=NOON.replace(month=month))

    shown = {}
    for name in MONTHS:
        settings.LOCALE_PATHS = [site.BASE_DIR / "locale" / "months" / name, site.BASE_DIR / "locale"]
        page.goto("/archive/2024/")
        shown[name] = page.locator(".archive__month").all_inner_texts()

    assert shown == {name: names.split("|") for name, names in MONTHS.items()}


def test_stories_are_counted_in_all_forms_of_the_plural(page):
    counts = COUNTS[1:]
    months = [NOON.replace(year=2022 + place // 12, month=1 + place % 12) for place in range(len(counts))]
    first = factories.published(at=months[0])
    for count, month in zip(counts, months, strict=True):
        at = month.isoformat()
        multiply(first, count, slug=f"'{at}-' || place", published_at=f"'{at}'::timestamptz")
    first.delete()

    shown = []
    for year in (2022, 2023):
        page.goto(f"/archive/{year}/")
        shown += page.locator(".archive__count").all_inner_texts()

    assert shown == _in_words(page, STORIES, counts)


def test_comments_are_counted_in_all_forms_of_the_plural(page):
    counts = COUNTS[1:]
    articles = [factories.published(at=NOON - timedelta(days=place)) for place in range(len(counts))]
    comment = factories.approved(articles[0])
    for count, article in zip(counts[1:], articles[1:], strict=True):
        multiply(
            comment, count, article_id=str(article.pk), root_id="number.id",
            path="lpad(to_hex(number.id), 10, '0')", receipt=f"md5('{count}-' || place)",
            submission_fingerprint=f"md5('{count}-' || place)",
        )  # fmt: skip

    page.goto(articles[0].section.get_absolute_url())

    assert page.locator(".card__meta > span:not(.card__authors)").all_inner_texts() == _in_words(
        page, COMMENTS, counts
    )


def test_readers_who_found_a_comment_useful_are_counted_in_all_forms_of_the_plural(page):
    article = factories.published()
    for count in COUNTS:
        Comment.objects.filter(pk=factories.approved(article).pk).update(useful=count)

    page.goto(article.get_absolute_url())

    assert page.locator(".comment__count").all_inner_texts() == _in_words(page, USEFUL)


def test_recent_moments_are_told_in_all_forms_of_the_plural(page, settings):
    article = factories.published(at=NOON - timedelta(days=9))
    ages = {timedelta(seconds=59): "الآن"} | _ages(AGO) | {timedelta(hours=24): "25 فبراير 2024، 15:05"}
    for age in ages:
        Comment.objects.filter(pk=factories.approved(article).pk).update(created_at=NOON - age)
    page.clock.set_fixed_time(NOON)

    shown = {}
    for settings.NUMERALS in DIGITS:
        page.goto(article.get_absolute_url())
        shown[settings.NUMERALS] = page.locator(".comment__time").all_inner_texts()

    assert shown == {
        numerals: [told.translate(written) for told in ages.values()] for numerals, written in DIGITS.items()
    }


def test_the_desk_tells_how_long_a_comment_waits_in_all_forms_of_the_plural(
    open_queue, layla, settings, monkeypatch
):
    settings.NUMERALS = "arabic-indic"
    monkeypatch.setattr("comments.queue.PAGE_SIZE", 30)
    article, now = factories.published(), datetime.now(UTC)
    ages = _ages(AGO | {"days": DAYS_AGO})
    for age in ages:
        Comment.objects.filter(pk=factories.sent(article).pk).update(created_at=now - age)
    # The longest first.
    expected = [told.translate(DIGITS[settings.NUMERALS]) for told in reversed(ages.values())]

    page = open_queue(layla)

    assert page.locator("[data-ago]").all_inner_texts() == expected
    # From now on the page keeps them true.
    page.evaluate("document.querySelectorAll('[data-ago]').forEach((time) => { time.textContent = ''; })")
    poll(page)
    expect(page.locator("[data-ago]")).to_have_text(expected)
