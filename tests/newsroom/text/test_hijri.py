"""Hijri dates by the calendar of Umm al-Qura."""

from datetime import date

import pytest

from newsroom.text.hijri import hijri


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 2, 26), (1445, 8, 16)),
        (date(2024, 7, 7), (1446, 1, 1)),
        (date(1924, 8, 1), (1343, 1, 1)),
        (date(2077, 11, 16), (1500, 12, 30)),
        (date(1924, 7, 31), None),
        (date(2077, 11, 17), None),
        (date(1, 1, 1), None),
    ],
)
def test_a_day(day, expected):
    assert hijri(day) == expected
