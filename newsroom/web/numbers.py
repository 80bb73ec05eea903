"""Numbers of rows as addresses and forms give them."""

from django.urls import register_converter
from django.urls.converters import IntConverter

# Of a number that a bigint column holds whatever its digits are.
MAX_DIGITS = 18


class RowNumberConverter(IntConverter):
    """`<row:…>` in an address: a number that a row can have. Others are the address of nothing."""

    regex = f"[0-9]{{1,{MAX_DIGITS}}}"


register_converter(RowNumberConverter, "row")


def row_number(text: str) -> int | None:
    """Return the number that `text` is, None where it is none or no row can have it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS else None
