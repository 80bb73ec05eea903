"""The index of writers, and addresses however they were typed: what stands in the browser's own line."""

from urllib.parse import unquote

import pytest

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

# Without a locale of the database: hamza and article do not count, letters of other languages stand beside their kin.
WRITERS = [
    "ابتسام", "إبراهيم", "آلاء", "إلهام", "أمل", "بدر", "پرویز", "تغريد", "جمال", "چنار", "حسن", "الخطيب", "داود",
    "ذكرى", "رنا", "زهير", "ژيان", "السيد", "شهد", "صبا", "ضياء", "طارق", "عبد الله", "غادة", "ڤيكتور", "كريم",
    "گلنار", "لينا", "ٱلنور", "هند", "يوسف",
]  # fmt: skip
# How «مكتبة-آخر-می-خواهم» may be typed or linked to: other spellings, and none.
VARIANTS = [
    "مكتبة-\u0627\u0653خر-می-خواهم/", "مكتبه-آخر-می-خواهم/", "مكـتبة-آخر-می-خواهم/", "مُكْتَبَة-آخر-می-خواهم/",
    "مكتبة-آخر-می\u200cخواهم/", "مكتبة-آخر-می-خواهم", "مكتبة-آخر-می-خواهم\u200f/", "MAKTABA/", "", "؟/",
]  # fmt: skip


def test_writers_stand_as_in_an_arabic_index(page):
    factories.published(authors=[factories.author(name) for name in sorted(WRITERS)])

    page.goto("/authors/")

    assert page.locator(".index [rel=author]").all_inner_texts() == WRITERS
    assert page.locator(".index h2").all_inner_texts() == list("ابتجحخدذرزسشصضطعغفكلنهي")


def test_every_spelling_of_an_address_leads_to_its_page_by_one_redirect(page, live_server):
    article = factories.published(headline="مكتبةُ آخــر: می\u200cخواهم؟")
    address = f"{live_server.url}/article/{article.pk}/مكتبة-آخر-می-خواهم/"

    arrived = {}
    for typed in VARIANTS:
        answer = page.goto(f"/article/{article.pk}/{typed}", wait_until="commit")
        first = answer.request.redirected_from
        arrived[typed] = (first.response().status, first.redirected_from, answer.status, unquote(page.url))

    assert arrived == dict.fromkeys(VARIANTS, (301, None, 200, address))
    assert page.goto(address).request.redirected_from is None
    canonical = page.get_attribute("link[rel=canonical]", "href")
    assert canonical.isascii()
    assert unquote(canonical).endswith(f"/article/{article.pk}/مكتبة-آخر-می-خواهم/")


def test_an_address_is_made_of_whole_words(page):
    slugs = {
        "كلمة " * 40: "-".join(["كلمة"] * 16), "؟؟ !!": "بلا-عنوان", "C++ و.NET": "c-و-net",
    }  # fmt: skip
    articles = [factories.published(headline=headline) for headline in slugs]

    page.goto(articles[0].section.get_absolute_url())

    links = page.locator(".card__headline a").evaluate_all(
        "all => all.map((link) => decodeURI(link.pathname))"
    )
    assert (
        links
        == [f"/article/{row.pk}/{slug}/" for row, slug in zip(articles, slugs.values(), strict=True)][::-1]
    )
