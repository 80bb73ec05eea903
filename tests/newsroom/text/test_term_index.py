import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.term_index import TermIndex, fold_letters

TERMS = ("كلب", "نصاب", "حقير", "احتيال", "قمار", "مخدرات", "مؤامرة", "تافه", "ربح سريع", "casino")
INDEX = TermIndex(TERMS)

awkward_text = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "اأإآىةئکـ \u0651\u064e\u0653\u0654\u0670\ufdfa\ufefb\ufe70\u200b\u200c\u3000\nİΣσς٣۴Ａﬁ"
        ),
        st.sampled_from("e\u0301\u0316\u1100\u1161\u11a8\uac00ガﾞ\u0344\u09c7\u09be<b>&#1604;.?_"),
    ),
    max_size=40,
)

PRESENTATION_FORMS = {
    unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFEF4, 0xFE7F, -1)
}


def _inserted(character):
    return lambda word: word[0] + character + word[1:]


def _translated(letters, others):
    table = str.maketrans(letters, others)
    return lambda word: word.translate(table)


EVASIONS = {
    "plain": lambda word: word,
    "tashkeel": _inserted("\u064e"),
    "superscript alef": _inserted("\u0670"),
    "tatweel": _inserted("\u0640"),
    "ZWNJ": _inserted("\u200c"),
    "ZWSP": _inserted("\u200b"),
    "ZWJ": _inserted("\u200d"),
    "word joiner": _inserted("\u2060"),
    "soft hyphen": _inserted("\u00ad"),
    "grapheme joiner": _inserted("\u034f"),
    "RLM": _inserted("\u200f"),
    "RLO and PDF": lambda word: f"{word[0]}\u202e{word[1:-1]}\u202c{word[-1]}",
    "look-alike letters": _translated("كلبيهوقفتاسaoc", "ڪڵٻېہۆڨڤټٱښаοс"),
    "presentation forms": lambda word: "".join(PRESENTATION_FORMS.get(letter, letter) for letter in word),
    "spaces": " ".join,
    "dots": ".".join,
    "underscores": "_".join,
    "character reference": lambda word: f"{word[0]}&#{ord(word[1])};{word[2:]}",
    "tashkeel on every letter": lambda word: "".join(f"{letter}\u064f" for letter in word),
    "repeated tatweel": "\u0640\u0640\u0640".join,
    "shadda at the end": lambda word: f"{word}\u0651",
    "Persian letters": _translated("كيا", "کیأ"),
    "last letter four times": lambda word: word + word[-1] * 3,
    "article": lambda word: f"ال{word}",
    "conjunction and article": lambda word: f"وال{word}",
    "vocative": lambda word: f"يا{word}",
    "tag inside": lambda word: f"{word[0]}<b>{word[1:-1]}</b>{word[-1]}",
}


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("evade", EVASIONS.values(), ids=EVASIONS)
def test_an_evading_word_is_found_and_shown_wholly(evade, term):
    written = evade(term)
    text = f"هذا {written} في رأيي"

    matches = INDEX.find(text)

    assert [(match.term, text[match.start : match.end]) for match in matches] == [(term, written)]


CLITICS = ["و", "ف", "ب", "ك", "ل", "وب", "فل", "بال", "كال", "فال", "لل", "ولل", "هال", "عال", "ويا", "يال"]


@pytest.mark.parametrize("clitic", CLITICS)
def test_a_term_is_found_behind_a_clitic(clitic):
    assert [match.term for match in TermIndex(["كلب"]).find(f"قال {clitic}كلب")] == ["كلب"]


@pytest.mark.parametrize(
    ("term", "written"),
    [
        pytest.param("لص", "للص", id="clitic that ends as the term begins"),
        pytest.param("كلب", "كلللللب", id="stretched letter"),
        pytest.param("كلب", "اااالكلب", id="stretched article"),
        pytest.param("كلب", "ك\nل\nب", id="written downwards"),
        pytest.param("كلب", "ك - ل - ب", id="spaces and hyphens"),
        pytest.param("نصاب", "نص-اب", id="a hyphen in the middle"),
        pytest.param("كلب", "ـكلب", id="tatweel before"),
        pytest.param("كلب", "کـــ\u200dلَـــٻ\u0651ـ", id="many dresses at once"),
        pytest.param("عاهر", "3اهر", id="digit of chat spelling"),
        pytest.param("تافه", "تاف٥", id="digit by look"),
        pytest.param("casino", "c\u0430s1n0", id="Cyrillic letter and digits"),
        pytest.param("casino", "الـcasino", id="Arabic article on a Latin word"),
        pytest.param("casino", "𝐂𝐀𝐒𝐈𝐍𝐎", id="styled letters"),
        pytest.param("ربح سريع", "الربح السريع", id="articles within a phrase"),
        pytest.param("ربح سريع", "رِبـح،  سَریع", id="dressed phrase"),
        pytest.param("ربح سريع", "ربحسريع", id="phrase without its space"),
        pytest.param("ك.ل.ب", "كلب", id="the term itself is dressed"),
    ],
)
def test_a_term_is_found(term, written):
    text = f"قال: {written}!"

    matches = TermIndex([term]).find(text)

    assert [(match.term, text[match.start : match.end]) for match in matches] == [(term, written)]


def test_a_term_spelled_out_among_other_single_letters_is_found():
    text = "م ن ك ل ب ي"

    assert [text[match.start : match.end] for match in TermIndex(["كلب"]).find(text)] == ["ك ل ب"]


def test_a_joiner_that_parts_two_words_hides_neither():
    assert [match.term for match in INDEX.find("كلب\u200cنصاب")] == ["كلب", "نصاب"]


def test_matches_come_in_order_with_each_term_of_a_place():
    matches = TermIndex(["كلب", "ابن كلب", "نصاب"]).find("نصاب ابن كلب")

    assert [(match.start, match.end, match.term) for match in matches] == [
        (0, 4, "نصاب"),
        (5, 12, "ابن كلب"),
        (9, 12, "كلب"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("زرت كلباء في الشارقة", id="place that begins with the term"),
        pytest.param("المدرسة الكلبية في الفلسفة", id="derived word"),
        pytest.param("كلبهم باسط ذراعيه", id="suffix"),
        pytest.param("الأنصاب والأزلام", id="term inside"),
        pytest.param("محقّر ومستحقير", id="term at the end"),
        pytest.param("ربح المستثمرون، والسوق سريع", id="words of a phrase apart"),
        pytest.param("قلم و كتاب و دفتر", id="single و"),
        pytest.param("كل بيت", id="term across two words"),
        pytest.param("شك لب المشكلة", id="term across two words, one letter over"),
        pytest.param("ك لب", id="one gap only"),
        pytest.param("12.5% و 50كم", id="numbers"),
        pytest.param("<a href='x'>رابط</a> &amp; نص", id="markup"),
    ],
)
def test_innocent_text_is_left_alone(text):
    assert INDEX.find(text) == []


@pytest.mark.parametrize(
    ("term", "innocent"),
    [
        pytest.param("مل", "ملل", id="double letter of a short word"),
        pytest.param("ممل", "مل", id="single letter where the term has two"),
        pytest.param("لص", "بلص", id="particle before two letters"),
        pytest.param("لص", "ل ص", id="one gap between two letters"),
        pytest.param("رب", "درب", id="letter that is no particle"),
    ],
)
def test_short_terms_are_taken_literally(term, innocent):
    assert TermIndex([term]).find(innocent) == []


@pytest.mark.parametrize("terms", [[], ["", "  ", "!!!", "\u200b\u064b"]], ids=["none", "blank"])
def test_terms_without_letters_match_nothing(terms):
    assert TermIndex(terms).find("كلب !!!") == []


@given(awkward_text)
def test_spans_lie_within_any_text(text):
    matches = INDEX.find(f"{text} كلب")

    assert all(0 <= match.start < match.end <= len(text) + 4 for match in matches)


@pytest.mark.parametrize(
    "unit", ["ك", "ك ل ", "ك.ل.", "ك\u200c", "ابن ", "<a", "<!--", "&a", "a1", "و", "كa", "ع\u0301\u0316"]
)
def test_find_takes_linear_time(unit):
    index = TermIndex([*TERMS, "ابن كلب", "كلكلكل"])
    text = (unit * 50_000)[:50_000]

    begun = time.thread_time()
    index.find(text)

    assert time.thread_time() - begun < 2


@pytest.mark.parametrize(
    "dress", sorted(EVASIONS.keys() - {"article", "conjunction and article", "vocative"})
)
def test_folded_letters_are_the_same_in_any_dress(dress):
    assert fold_letters(f"هذا {EVASIONS[dress]('كلبهم')} ثم") == fold_letters("هذا كلبهم ثم")


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("", ""),
        ("123 👍 ـــ ؟!", ""),
        ("أنـا  والمُعلِّم، ١٢٣!", "اناوالمعلم"),
        ("ررررائع جدااا", "رايعجدا"),
        ("Ünïcode ﻻ ﷲ", "unicodeلاله"),
        ("<b>نص</b>&nbsp;آخر", "نصاخر"),
    ],
)
def test_folded_letters(text, letters):
    assert fold_letters(text) == letters
