import pytest

from newsroom.web.numbers import row_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("٧", None),
        ("-7", None),
        ("7 ", None),
        ("", None),
        ("None", None),
    ],
)
def test_only_numbers_that_rows_can_have_are_read(text, number):
    assert row_number(text) == number
