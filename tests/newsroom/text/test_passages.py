import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text import arabic, passages, search_words


def searched(typed):
    return passages.Searched(
        {
            term: 1.0
            for word in search_words.words(arabic.normalize(typed))
            for term in search_words.terms(word[0])
        }
    )


def marked(text, typed):
    return [text[mark.start : mark.end] for mark in passages.marks(text, searched(typed))]


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("قال مُحَمَّدٌ، ثم مضى", "محمد", ["مُحَمَّدٌ"]),
        ("رأى محـــمد", "محمد", ["محـــمد"]),
        ("والحكومةُ تقرّر", "الحكومة", ["والحكومةُ"]),
        ("نموذج GPT-4 وGemini", "gpt4 gemini", ["GPT-4", "وGemini"]),
        ("قال المسؤول", "المسئول", ["المسؤول"]),
        ("می\u200cخواهم بدانم", "میخواهم", ["می\u200cخواهم"]),
        ("عام ٢٠٢٤", "2024", ["٢٠٢٤"]),
        ("لا شيء هنا", "بحر", []),
    ],
)
def test_a_word_is_marked_whole_as_the_text_spells_it(text, typed, expected):
    assert marked(text, typed) == expected


def test_the_densest_passage_is_shown():
    text = "بحر هادئ. " + "كلام كثير لا يعني القارئ. " * 20 + "هاج البحر في الميناء ليلًا. " + "ثم سكن. " * 20

    passage = passages.densest(text, passages.marks(text, searched("بحر ميناء")), 80)

    assert "".join(piece for piece, _is_marked in passage.pieces).strip() == (
        "هاج البحر في الميناء ليلًا. ثم سكن. ثم سكن. ثم سكن. ثم سكن. ثم سكن. ثم سكن. ثم"
    )
    assert [piece for piece, is_marked in passage.pieces if is_marked] == ["البحر", "الميناء"]
    assert (passage.is_cut_before, passage.is_cut_behind) == (True, True)


def test_a_text_without_the_words_is_shown_from_its_beginning():
    passage = passages.densest("هاج البحر في الميناء ليلًا", [], 10)

    assert passage == passages.Passage((("هاج البحر", False),), is_cut_before=False, is_cut_behind=True)


def test_words_are_replaced_as_they_were_typed():
    assert passages.replaced("أسهم ميكروسوفت، اليوم", {"ميكروسوفت": "مايكروسوفت"}) == "أسهم مايكروسوفت، اليوم"


@given(st.text(alphabet="ابحر ميناء.\u064b\u0640GPT-4\n", max_size=300), st.integers(1, 120))
def test_a_passage_is_a_piece_of_the_text(text, length):
    passage = passages.densest(text, passages.marks(text, searched("بحر ميناء GPT-4")), length)

    assert "".join(piece for piece, _is_marked in passage.pieces) in text


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("المرسى ثم وسط المَرسى القديم", "وسط المرسي", ["وسط", "المَرسى"]),
        ("وسط، المرسى", "وسط المرسي", ["وسط", "المرسى"]),
        ("نموذج GPT-4 الجديد", "gpt 4 الجديد", ["GPT-4", "الجديد"]),
        ("وسط مدينة المرسى", "وسط المرسي", []),
        ("", "وسط المرسي", []),
    ],
)
def test_a_phrase_is_marked_where_its_words_stand_together(text, phrase, expected):
    marked = passages.phrase_marks(text, [phrase])

    assert [text[mark.start : mark.end] for mark in marked] == expected
