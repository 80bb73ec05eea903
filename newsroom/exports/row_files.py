"""Rows that were taken from the database, as files of JSON Lines: read again from anywhere in them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]
# A line that holds an article is longer, and read in as many steps as it needs.
_STEP = 64 * 1024


class RowFiles:
    """The files of a folder, by the type of their lines."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, kind: str) -> Path:
        return self._folder / f"{kind}.jsonl"

    def read(self, kind: str, offset: int = 0) -> Iterator[tuple[Row, int]]:
        """Rows from an offset on, each with that of the next one."""
        with self.path(kind).open("rb") as file:
            file.seek(offset)
            for line in file:
                offset += len(line)
                yield json.loads(line), offset

    def last(self, kind: str) -> Row | None:
        """The last row, without reading the others."""
        with self.path(kind).open("rb") as file:
            position = file.seek(0, 2)
            tail = b""
            while position and b"\n" not in tail[:-1]:
                begin = max(0, position - _STEP)
                file.seek(begin)
                tail = file.read(position - begin) + tail
                position = begin
        lines = tail.splitlines()
        return json.loads(lines[-1]) if lines else None

    def highest(self, kind: str) -> int:
        """The highest number, for a file in the order of numbers; 0 without rows."""
        row = self.last(kind)
        return row["number"] if row else 0


class Beside:
    """Rows that belong to those of another file, both in the order of the other's numbers: read side by side."""

    def __init__(self, files: RowFiles, kind: str, offset: int = 0) -> None:
        self._rows = files.read(kind, offset)
        self._next: tuple[Row, int] | None = None
        # Behind all that was asked for.
        self.offset = offset

    def of(self, number: int) -> Iterator[Row]:
        """Those that belong to a row; what belongs to earlier ones is passed over."""
        while True:
            if self._next is None:
                self._next = next(self._rows, None)
            if self._next is None or self._next[0]["article_number"] > number:
                return
            row, self.offset = self._next
            self._next = None
            if row["article_number"] == number:
                yield row
