"""How the edition writes: formats, names of months, digits, the Hijri date; and what a wrong setting is told."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from babel.messages.pofile import read_po
from django.conf import settings as site
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format

from newsroom.templatetags import text
from tests import factories
from tests.month_names import MONTHS

NOON = datetime(2024, 2, 26, 12, 5, tzinfo=UTC)
FORMATS = ["DATE_FORMAT", "TIME_FORMAT", "DATETIME_FORMAT", "SHORT_DATE_FORMAT", "SHORT_DATETIME_FORMAT"]


@pytest.fixture
def months(settings):
    def choose(name):
        settings.LOCALE_PATHS = [site.BASE_DIR / "locale" / "months" / name, site.BASE_DIR / "locale"]

    return choose


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("ar", ["26 فبراير 2024", "15:05", "26 فبراير 2024، 15:05", "26/02/2024", "26/02/2024 15:05"]),
        ("en", ["26 February 2024", "15:05", "26 February 2024, 15:05", "26/02/2024", "26/02/2024 15:05"]),
    ],
)
def test_the_five_formats(language, shown):
    with translation.override(language), timezone.override("Asia/Riyadh"):
        assert [date_format(timezone.localtime(NOON), name) for name in FORMATS] == shown


@pytest.mark.parametrize("language", ["ar", "en"])
def test_numbers_are_grouped(language):
    with translation.override(language):
        assert number_format(1234567.89, force_grouping=True) == "1,234,567.89"


@pytest.mark.parametrize("domain", ["django", "djangojs"])
@pytest.mark.parametrize("name", MONTHS)
def test_the_names_of_months(name, domain):
    path = site.BASE_DIR / "locale" / "months" / name / "ar" / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as file:
        catalog = read_po(file)

    english = [f"{NOON.replace(month=month):%B}" for month in range(1, 13)]
    assert [catalog.get(month).string for month in english] == MONTHS[name].split("|")


def test_there_are_names_for_every_value_of_the_setting():
    assert {path.name for path in (site.BASE_DIR / "locale" / "months").iterdir()} == set(MONTHS)


def test_dates_have_the_months_of_the_edition(months):
    months("both")

    with translation.override("ar"), timezone.override("Asia/Riyadh"):
        assert text.moment(NOON, "short") == (
            '<time datetime="2024-02-26T12:05:00Z" title="الاثنين">26 فبراير/ شباط 2024، 15:05</time>'
        )


@pytest.mark.parametrize(
    ("language", "at", "shown"),
    [
        ("ar", NOON, ' <span class="hijri">الموافق 16 شعبان 1445 هـ</span>'),
        ("en", NOON, ' <span class="hijri">16 Sha‘ban 1445 AH</span>'),
        ("ar", datetime(1920, 1, 1, tzinfo=UTC), ""),
    ],
    ids=["arabic", "english", "out of range"],
)
def test_the_hijri_date_stands_behind_where_the_edition_has_it(settings, language, at, shown):
    with translation.override(language), timezone.override("Asia/Riyadh"):
        without = text.moment(at)
        settings.HIJRI_DATES = True

        assert text.moment(at) == without + shown
        assert "hijri" not in text.moment(at, "short")


@pytest.mark.django_db
def test_the_pages_of_an_edition_in_arabic_indic_digits_have_no_others(client, settings):
    settings.NUMERALS = "arabic-indic"
    article = factories.published(headline="أفضل 10 هواتف", body="<p>الرقم 2024 كما كُتب</p>")
    factories.approved(article)

    page = client.get(article.get_absolute_url()).text
    english = client.get(f"/en{article.get_absolute_url()}").text

    assert '<html lang="ar" dir="rtl" data-numerals="arab">' in page
    assert "أفضل 10 هواتف</h1>" in page
    assert "<p>الرقم 2024 كما كُتب</p>" in page
    times = re.findall(r'<time datetime="([^"]*)"[^>]*>([^<]*)', page)
    assert times
    assert all(at.isascii() and re.search("[٠-٩]", shown) for at, shown in times)
    assert not any(re.search("[0-9]", shown) for _at, shown in times)
    assert not re.search("[٠-٩]", english)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("NUMERALS", "roman", "NUMERALS must be one of western, arabic-indic; it is 'roman'."),
        (
            "MONTH_NAMES",
            "Levant",
            "MONTH_NAMES must be one of gulf, levant, maghreb, morocco, both; it is 'Levant'.",
        ),
        ("HIJRI_DATES", "maybe", "HIJRI_DATES must be 1 or 0, it is 'maybe'."),
        ("TIME_ZONE", "Riyadh", "TIME_ZONE must be a name such as Asia/Riyadh, it is 'Riyadh'."),
    ],
)
def test_a_wrong_setting_is_told_clearly(name, value, told):
    run = subprocess.run(
        [sys.executable, "-c", "import newsroom.settings"],
        check=False,
        env=os.environ | {name: value},
        cwd=site.BASE_DIR,
        capture_output=True,
        text=True,
    )

    assert run.stderr.strip().splitlines()[-1] == f"django.core.exceptions.ImproperlyConfigured: {told}"
