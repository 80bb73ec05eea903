import pytest

from newsroom.text.hashtags import hashtag


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("أسعار النفط", "أسعار_النفط"),
        ("كأس العالم 2026", "كأس_العالم_2026"),
        ("مُحَمَّد", "محمد"),
        ("جـــدة", "جدة"),
        ("C++", "C"),
        ("الأردن/فلسطين", "الأردن_فلسطين"),
        ("2026", ""),
        ("—", ""),
    ],
)
def test_a_hashtag_is_one_word(name, word):
    assert hashtag(name) == word
