import time

import pytest

from newsroom.text import arabic
from newsroom.text.arabic import normalize, sort_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("مُحَمَّدٌ", "محمد", id="tashkeel"),
        pytest.param("محـــمد", "محمد", id="tatweel"),
        pytest.param("ﻣﺤﻤﺪ", "محمد", id="presentation forms"),
        pytest.param("هٰذا", "هذا", id="superscript alef"),
        pytest.param("أإآٱٲٳ", "اااااا", id="alef"),
        pytest.param("ىیېے", "يييي", id="ya"),
        pytest.param("ةۃہھۀە", "هههههه", id="ha"),
        pytest.param("کڪگ", "ككك", id="kaf"),
        pytest.param("ؤۆئء", "ووي\u0621", id="hamza seats"),
        pytest.param("پچڤژ", "بجفز", id="borrowed letters"),
        pytest.param("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789", id="digits"),
        pytest.param("\u0627\u0653خر", "اخر", id="decomposed alef"),
        pytest.param("می\u200cخواهم", "ميخواهم", id="zero-width non-joiner"),
        pytest.param("\u202eعلي\u202c \u2066نور\u2069\ufeff", "علي نور", id="bidi controls"),
        pytest.param("شركة OpenAI", "شركه openai", id="Latin"),
        pytest.param("İstanbul I\u0307zmir", "istanbul izmir", id="Turkish capital"),
        pytest.param("ﷺ", "صلي الله عليه وسلم", id="ligature"),
        pytest.param("  سطر\n\u00a0آخر\t", "سطر اخر", id="white space"),
        pytest.param("\u06dd\u08e2", "\u06dd\u08e2", id="verse signs are kept"),
    ],
)
def test_normalize(text, key):
    assert normalize(text) == key


@pytest.mark.parametrize("function", [normalize, sort_key])
def test_a_pile_of_marks_takes_linear_time(function):
    text = "ع" + "\u0301\u0316" * 25_000

    begun = time.thread_time()
    function(text)

    assert time.thread_time() - begun < 1


@pytest.mark.parametrize(
    ("name", "key"),
    [
        pytest.param("الحُرّ العاملي", "حرالعاملي", id="only the first article goes"),
        pytest.param("عبد الله", "عبدالله", id="spaces go"),
        pytest.param("\u0627\u0654لبير", "البير", id="decomposed hamza is no article"),
        pytest.param("ال", "ال", id="nothing but an article"),
        pytest.param("", "", id="empty"),
    ],
)
def test_sort_key(name, key):
    assert sort_key(name) == key


def test_sort_key_orders_as_an_arabic_index():
    names = [
        "يوسف",
        "الخطيب",
        "پرویز",
        "بدر",
        "إبراهيم",
        "ابتسام",
        "گلنار",
        "لينا",
        "إلهام",
        "آلاء",
        "السيد",
        "هند",
        "ٱلنور",
    ]

    assert sorted(names, key=sort_key) == [
        "ابتسام",
        "إبراهيم",
        "آلاء",
        "إلهام",
        "بدر",
        "پرویز",
        "الخطيب",
        "السيد",
        "گلنار",
        "لينا",
        "ٱلنور",
        "هند",
        "يوسف",
    ]


def test_what_is_made_of_a_word_is_kept_while_it_comes_again():
    asked = []
    kept = arabic.Kept(lambda word: asked.append(word) or word.upper(), most=2)

    for word in ["a", "b", "c", "a", "d", "e", "a", "x" * 41, "x" * 41, "b"]:
        assert kept[word] == word.upper()

    # The oldest that nobody asked for went, and long ones are made each time.
    assert asked == ["a", "b", "c", "d", "e", "x" * 41, "x" * 41, "b"]
    assert len(kept) + len(kept._former) <= 4
