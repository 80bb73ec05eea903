"""Lines of a card: how they are cut, and when a headline is."""

import pytest

from newsroom.sharecards import typesetting
from newsroom.sharecards.drawing import SIZES
from newsroom.sharecards.typesetting import Setting, fitted

WIDTH, HEIGHT = 1072, 330


def _fitted(text, direction="rtl"):
    settings = [Setting(direction, "ar", size, 800) for size in SIZES]
    setting, lines = fitted(text, settings, width=WIDTH, height=HEIGHT, leading=1.42)
    return setting.size, lines, ["".join(run.text for run in line.runs) for line in lines]


def test_a_short_headline_stands_on_one_line_in_the_largest_size():
    size, lines, _texts = _fitted("خبر عن OpenAI")

    assert (size, len(lines)) == (SIZES[0], 1)


def test_lines_are_even():
    _size, lines, _texts = _fitted("الحكومة تعلن خطة جديدة لتطوير النقل العام في المدينة")

    widths = [line.width for line in lines]
    assert len(lines) == 2
    assert min(widths) > 0.7 * max(widths)


def test_a_longer_headline_is_smaller_and_whole():
    words = " ".join(["كلمة"] * 36)

    size, lines, texts = _fitted(words)

    assert SIZES[0] > size
    assert " ".join(texts) == words
    assert all(line.width <= WIDTH for line in lines)


def test_what_is_longer_still_is_cut_at_a_word():
    words = " ".join(f"كلمة{number}،" for number in range(60))

    size, lines, texts = _fitted(words)

    assert size == SIZES[-1]
    assert len(lines) == 4
    seen = " ".join(texts)
    assert seen.count("…") == 1
    assert "،…" not in seen


def test_a_word_that_is_wider_than_a_card_is_cut_within_it():
    _size, [line], [text] = _fitted("ف" * 200)

    assert line.width <= WIDTH
    assert text.endswith("…") or text.startswith("…")


@pytest.mark.parametrize(
    ("text", "is_lacking"), [("OpenAI’s «نشرة» 50٪ —", False), ("日本", True), ("שלום", True)]
)
def test_letters_that_the_font_lacks_are_told(text, is_lacking):
    assert typesetting.lacks(text) is is_lacking
