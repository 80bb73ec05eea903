"""How long a text takes to read."""

import pytest

from newsroom.text import reading_time


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("", 0),
        ("<p>أطلقت OpenAI نموذج GPT-5 - اليوم</p>", 5),
        ("<p>سطر</p><figure><figcaption>تعليق الصورة</figcaption></figure>", 3),
        ("<p>… — !</p>", 0),
    ],
)
def test_words_are_what_has_letters_or_digits(html, words):
    assert reading_time.count_words(html) == words


@pytest.mark.parametrize(
    ("words", "language", "minutes"),
    [(0, "ar", 0), (179, "ar", 0), (180, "ar", 1), (269, "ar", 1), (270, "ar", 2), (1_800, "fa", 10),
     (229, "en", 0), (2_300, "he", 10)],
)  # fmt: skip
def test_minutes_are_whole_and_go_by_the_language(words, language, minutes):
    assert reading_time.minutes(words, language) == minutes
