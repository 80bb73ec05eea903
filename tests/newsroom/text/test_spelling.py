import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text import spelling

WORDS = st.text(alphabet="ابتثجح", min_size=2, max_size=8)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ميكروسوفت", "مايكروسوفت"),
        ("مايكروسفت", "مايكروسوفت"),
        ("الرياظ", "الرياض"),
        ("الراياض", "الرياض"),
        ("الراضي", "الراضى"),
        ("الرايض", "الرياض"),
    ],
)
def test_one_slip_is_likely(typed, meant):
    assert spelling.likelihood(typed, meant) > 0
    assert set(spelling.neighbors(typed)) & set(spelling.neighbors(meant))


@pytest.mark.parametrize(("typed", "meant"), [("الرياض", "الرياض"), ("رياض", "الرياض"), ("بحر", "نهر")])
def test_none_and_two_slips_are_not(typed, meant):
    assert spelling.likelihood(typed, meant) == 0


def test_the_likeliest_word_is_the_first():
    known = [("الرياض", 900), ("الرياح", 900), ("الرياء", 2), ("البحر", 5000)]

    assert spelling.likely("الرياظ", known) == ["الرياض", "الرياح", "الرياء"]


@given(WORDS, st.integers(0, 7), st.sampled_from("ابتثجح"), st.integers(0, 3))
def test_every_slip_shares_a_neighbor(word, at, letter, kind):
    at = min(at, len(word) - 1)
    slips = [
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    ]

    typed = slips[kind]

    assert set(spelling.neighbors(typed)) & set(spelling.neighbors(word))
    assert (spelling.likelihood(typed, word) > 0) == (typed != word)
