"""Style sheets as files: a browser drops what it cannot read without a word."""

import re
from pathlib import Path

import pytest

from articles.models.taxonomy import Color

STATIC = Path(__file__).parents[2] / "static"
SHEETS = sorted((STATIC / "css").rglob("*.css"))
NOT_CODE = re.compile(r"/\*.*?\*/|\"[^\"]*\"", re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_no_rule_is_left_open_for_the_next_one(sheet):
    depth = 0
    depths = [
        depth := depth + (1 if brace == "{" else -1)
        for brace in re.findall("[{}]", NOT_CODE.sub("", sheet.read_text("utf-8")))
    ]

    assert (depth, min(depths, default=0)) == (0, 0)


# Relative luminance and contrast by WCAG 2.2
def _luminance(color):
    digits = color.removeprefix("#")
    digits = "".join(digit * (6 // len(digits)) for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one, other):
    darker, lighter = sorted([_luminance(one), _luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


PALETTES = ["light", "light, high contrast", "dark", "dark, high contrast"]


@pytest.mark.parametrize(("number", "least"), [*enumerate([4.5, 7, 4.5, 7])], ids=PALETTES)
def test_text_can_be_read_in_every_palette(number, least):
    tokens = (STATIC / "css" / "tokens.css").read_text("utf-8")
    table = {
        name: re.findall("#[0-9a-f]+", value)[number]
        for name, value in re.findall(r"--([a-z-]+): (var\(--in-light.*);", tokens)
    }
    accents = ("accent", *Color.values)
    pairs = [(ink, ground) for ink in ("ink", "ink-soft", *accents) for ground in ("paper", "surface")]
    pairs += [("accent-ink", accent) for accent in accents] + [("breaking-ink", "breaking")]

    contrasts = {pair: _contrast(*map(table.get, pair)) for pair in pairs}

    assert {pair: value for pair, value in contrasts.items() if value < least} == {}
