"""Lines of a paragraph as they are seen: whole ones as python-bidi has them, which knows nothing of lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text import visual_runs
from tests.mixed_paragraphs import ARABIC, ENGLISH, order, paragraphs, typed


def _seen(text, base, start=0, end=None):
    levels = visual_runs.levels(text, base)
    runs = visual_runs.line(text, levels, start, len(text) if end is None else end)
    return "".join(run.text if run.direction == "ltr" else run.text[::-1] for run in runs)


@pytest.mark.parametrize("language", [ARABIC, ENGLISH], ids=["Arabic", "English"])
def test_a_whole_paragraph_is_seen_as_the_algorithm_has_it(language):
    marked = paragraphs(300, seed=7, language=language)

    assert [_seen(typed(text), language.direction) for text in marked] == [
        order(text, language) for text in marked
    ]


@pytest.mark.parametrize(
    ("text", "end", "first", "second"),
    [
        # The year stays a number behind an Arabic word, though that stands on the line above.
        pytest.param("في عام 2024-2025", 6, "ماع يف", "2025-2024", id="a range behind a word"),
        pytest.param("صحيفة The New York Times اليوم", 13, "The New ةفيحص", "مويلا York Times", id="a name"),
        pytest.param("لغة C++ أسرع", 7, "C++ ةغل", "عرسأ", id="a name with signs"),
    ],
)
def test_a_line_is_ordered_by_the_levels_of_its_paragraph(text, end, first, second):
    assert (_seen(text, "rtl", 0, end), _seen(text, "rtl", end + 1)) == (first, second)


@given(st.text("أب AB12-+().#,«»\u0301", max_size=40), st.data(), st.sampled_from(["rtl", "ltr"]))
def test_a_line_shows_each_of_its_characters_once(text, data, base):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    assert sorted(_seen(text, base, start, end)) == sorted(text[start:end])
