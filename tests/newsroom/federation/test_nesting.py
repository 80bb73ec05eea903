"""JSON of strangers."""

import pytest

from newsroom.federation.nesting import MOST_LEVELS, TooDeep, parsed
from tests.patience import ends


def test_what_is_not_deep_is_read():
    assert parsed(b'{"a": ["[[[{{{", "\\"[", 1]}') == {"a": ["[[[{{{", '"[', 1]}
    assert parsed(b"[" * MOST_LEVELS + b"]" * MOST_LEVELS)


@pytest.mark.parametrize("octets", [b"[" * 21 + b"]" * 21, b'{"a":' * 21 + b"1" + b"}" * 21, b"[" * 250_000])
def test_what_is_deep_is_not(octets):
    with pytest.raises(TooDeep):
        parsed(octets)


@pytest.mark.parametrize(
    "octets",
    [
        b'"' + b'\\"' * 125_000,
        b'"' + b'\\"' * 125_000 + b"\\",
        b'"' * 250_001,
        b"\\" * 250_000,
        b'"' + b"\\\\" * 125_000,
        b"[1," * 10 + b"1," * 100_000,
    ],
    ids=["quotes", "open end", "empty", "no string", "backslashes", "commas"],
)
def test_it_takes_linear_time(octets):
    with ends(), pytest.raises(ValueError):  # noqa: PT011 - whatever it is, it is no JSON
        parsed(octets)


@pytest.mark.parametrize("octets", [b"", b"NaN", b"Infinity", b"\xff", b"{", b'{"a": 1} 2'])
def test_what_is_no_json_is_refused(octets):
    with pytest.raises(ValueError):  # noqa: PT011 - of the library
        parsed(octets)
