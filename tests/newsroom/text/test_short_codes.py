"""Codes of numbers."""

import pytest

from newsroom.text import short_codes


@pytest.mark.parametrize(("number", "code"), [(1, "3"), (27, "z"), (28, "32"), (123_456, "7nh6")])
def test_a_number_has_a_code(number, code):
    assert short_codes.encode(number) == code


def test_each_number_is_found_by_its_code_in_either_case():
    numbers = [*range(1, 2_000), 10**9, 10**18 - 1]

    codes = [short_codes.encode(number) for number in numbers]

    assert [short_codes.decode(code) for code in codes] == numbers
    assert [short_codes.decode(code.upper()) for code in codes] == numbers
    assert not set("".join(codes)) & set("01aeioul")


@pytest.mark.parametrize("code", ["", "2", "23", "1", "b0", "ab", "b-", "ب", "٣"])
def test_what_is_no_code_has_no_number(code):
    assert short_codes.decode(code) is None
