"""Slugs in any script."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.slug import FALLBACK, slugify


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("انتقل إلى OpenAI، مايكروسوفت", "انتقل-إلى-openai-مايكروسوفت"),
        ("مُحَمَّدٌ كتب", "محمد-كتب"),
        ("محـــمد كــتاب", "محمد-كتاب"),
        ("می\u200cخواهم", "می-خواهم"),
        ("\u0627\u0653خر خبر", "آخر-خبر"),
        ("ﻣﺤﻤﺪ ﻻ", "محمد-لا"),
        ("خبر\u200f \u202eعاجل\u2069", "خبر-عاجل"),
        ("خبر\u200bواحد", "خبرواحد"),
        ("«لو شات»: ما هو؟", "لو-شات-ما-هو"),
        ("OpenAI’s GPT-4", "openais-gpt-4"),
        ("C++ و.NET", "c-و-net"),
        ("٥٠ GB و50كم", "٥٠-gb-و50كم"),
        ("--_ خبر _--", "خبر"),
        ("ＡＢＣ", "abc"),
        ("Zürich İstanbul", "zürich-istanbul"),
        ("हिन्दी समाचार", "हिन्दी-समाचार"),
        ("👍 رائع 😀", "رائع"),
        ("abc\ud83d x", "abc-x"),
        ("\ufe70نص", "نص"),
        ("a\u0300\u0301\u0302\u0303", "à"),
    ],
)
def test_slug(text, slug):
    assert slugify(text) == slug


@pytest.mark.parametrize("text", ["", "!!!", "ـــ", "\u200b", "😀", "ﷺ" * 200, "َُِ"])
def test_never_empty(text):
    assert slugify(text) == FALLBACK


def test_cut_at_a_word():
    assert slugify("واحد اثنان ثلاثة", 12) == "واحد-اثنان"


def test_word_that_just_fits_stays():
    assert slugify("واحد اثنان ثلاثة", 11) == "واحد-اثنان"


def test_single_long_word_is_cut_hard():
    assert slugify("ب" * 200) == "ب" * 80


def test_default_leaves_room_for_80_letters():
    assert len(slugify(" ".join(["خبر"] * 60))) == 79


def test_fallback_is_cut_too():
    assert slugify("", 5) == "بلا"


@given(st.text(), st.integers(1, 130))
def test_idempotent_short_and_composed(text, limit):
    slug = slugify(text, limit)

    assert (slugify(slug, limit), len(slug) <= limit) == (slug, True)
    assert slug == unicodedata.normalize("NFC", slug)


@given(
    st.text(
        st.sampled_from("اأآبـ\u0653\u064b\u200c\u200d\u200f \u202eAİıﷺﻻ-_'’.é\u0301\u1100\u1161"),
        max_size=12,
    )
)
def test_idempotent_on_tricky_letters(text):
    assert slugify(slugify(text)) == slugify(text)
