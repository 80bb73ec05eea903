"""Style sheets as files: a browser drops what it cannot read without a word."""

import re
from pathlib import Path

import pytest

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

    assert (depth, min(depths)) == (0, 0)
