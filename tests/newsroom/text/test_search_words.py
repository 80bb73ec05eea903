import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsroom.text import arabic, search_words


def words(text):
    return [word[0] for word in search_words.words(arabic.normalize(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("مقارنة بين Claude وGemini", ["مقارنه", "بين", "claude", "و", "gemini"]),
        ("لـOpenAI", ["ل", "openai"]),
        ("نموذج GPT-4، 8x7B", ["نموذج", "gpt-4", "8x7b"]),
        ("50كم و٥٠ كم", ["50", "كم", "و", "50", "كم"]),
        ("الأهلي 3-2", ["الاهلي", "3-2"]),
        ("--- «» …", []),
    ],
)
def test_words_end_where_the_script_changes(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("gpt-4", ["gpt", "4", "gpt4"]),
        ("gpt4", ["gpt", "4", "gpt4"]),
        ("openai", ["openai"]),
        ("والحكومه", ["حكوم"]),
    ],
)
def test_a_word_is_found_by_its_parts_and_all_of_it(word, expected):
    assert [*search_words.terms(word)] == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("وزير", "زير"),
        ("والكتاب", "كتاب"),
        ("للرييس", "رييس"),
        ("شركاتنا", "شرك"),
        ("شركه", "شرك"),
        ("المسيولون", "مسيول"),
        ("اصطناعي", "اصطناع"),
        ("من", "من"),
        ("يد", "يد"),
    ],
)
def test_a_stem_is_light(word, expected):
    assert search_words.stem(word) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("قال المَسؤول", ["المسيول"]), ("مسئول", ["مسوول"]), ("قال الوزير", [])],
)
def test_hamza_on_waw_or_ya_is_spelled_the_other_way_too(text, expected):
    assert search_words.other_spellings(text) == expected


def test_a_word_without_an_end_is_looked_through_in_linear_time():
    begun = time.thread_time()
    search_words.other_spellings("ه" * 50_000)

    assert time.thread_time() - begun < 1


def test_pieces_of_a_word_have_the_spaces_at_its_ends():
    assert search_words.ngrams("بحر", 3) == [" بح", "بحر", "حر "]
    assert search_words.ngrams("و", 4) == [" و "]


@given(st.text(alphabet=st.characters(min_codepoint=0x0621, max_codepoint=0x064A), min_size=1))
def test_a_stem_of_letters_is_never_empty(text):
    for word in words(text):
        assert search_words.stem(word)
        assert search_words.stem(word) in word


@given(st.text())
def test_terms_of_any_text_are_never_empty(text):
    assert all(term for word in words(text) for term in search_words.terms(word))


@given(st.text(st.sampled_from("أؤئةىabИ-٣8 .،\n\u0640\u064f\u200cﷺİ")))
@example("GPT-4، «مسؤول» — 8x7B ﷺ " * 40)
def test_what_a_text_holds_is_what_each_of_its_pieces_does(text):
    written = search_words.written(text)
    found = [words(piece) for piece in text.split()]
    spelled = [words(other) for piece in text.split() for other in search_words.other_spellings(piece)]

    assert written.folded == arabic.normalize(text)
    assert written.parts == " ".join(
        part for piece in found for word in piece for part in search_words.parts(word)
    )
    assert sorted(written.terms) == sorted(
        term for piece in (*found, *spelled) for word in piece for term in search_words.terms(word)
    )
    assert written.words == sum(any(map(str.isalnum, piece)) for piece in text.split())
