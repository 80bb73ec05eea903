"""Sections, authors and tags by their names, those that are not there made."""

from typing import Any

from articles import publishing
from articles.models import Author, Section, Tag
from newsroom.text.bidi import clean_line
from newsroom.wordpress.taxonomy import NAME_MAX_LENGTH

# So many names are remembered.
_MOST_NAMES = 20_000


class Names:
    """Rows of sections, authors or tags by name, made where there are none."""

    def __init__(self, kind: type[Section] | type[Author] | type[Tag]) -> None:
        self._kind = kind
        self._rows: dict[str, Any] = {}

    def row(self, name: str) -> Any:
        name = _line(name)
        found = self.known(name)
        if found is None:
            found = self._rows[name] = publishing.save_named(self._kind(name=name))
        return found

    def known(self, name: str) -> Any:
        """The row of that name in any spelling, None where there is none."""
        name = _line(name)
        if name not in self._rows:
            if len(self._rows) > _MOST_NAMES:
                self._rows.clear()
            found = self._kind.objects.called(name) if name else []
            if not found:
                return None
            self._rows[name] = found[0]
        return self._rows[name]


def _line(name: str) -> str:
    return clean_line(name)[:NAME_MAX_LENGTH].strip()
