"""Where categories of the old site go: each becomes a section or a tag, or is left, as a file in TOML says.

default = "NAME OF A SECTION"

[categories]
"politics" = "section: NAME"
"%d8%b1%d8%a3%d9%8a" = "tag: NAME"
"uncategorized" = "leave"
"""

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from newsroom.text.bidi import clean_line
from newsroom.wordpress.wxr import Term

# A newspaper with more of them has tags for sections; the menu holds no more.
MOST_SECTIONS = 12
NAME_MAX_LENGTH = 120
# What WordPress calls the category of what has none, in English and Arabic.
_LEFT = frozenset(("uncategorized", "%d8%ba%d9%8a%d8%b1-%d9%85%d8%b5%d9%86%d9%81"))


class MapError(ValueError):
    """The file is no map of categories; the message says why."""


@dataclass(frozen=True)
class Place:
    """What a category becomes: `kind` is section, tag or leave."""

    kind: str
    name: str = ""


@dataclass
class CategoryMap:
    """By the slugs of categories; `default` is the section of what has none."""

    places: dict[str, Place] = field(default_factory=dict)
    default: str = ""

    def place(self, slug: str) -> Place:
        return self.places.get(slug, Place("leave"))

    def sections(self) -> list[str]:
        """The names of all sections that articles may come into."""
        named = [place.name for place in self.places.values() if place.kind == "section"]
        return list(dict.fromkeys([*named, self.default]))

    def as_toml(self, categories: Mapping[str, Term], counts: Mapping[str, int]) -> str:
        """The map as a file that can be changed and given back, with what each category is called and how many posts it
        has."""
        lines = [
            "# What becomes of each category: section, tag or leave.",
            f"default = {_quoted(self.default)}",
            "",
            "[categories]",
        ]
        for slug, place in self.places.items():
            told = f"{place.kind}: {place.name}" if place.name else place.kind
            name = categories[slug].name if slug in categories else ""
            lines.append(f"# {clean_line(name)[:100]}: {counts.get(slug, 0)}")
            lines.append(f"{_quoted(slug)} = {_quoted(told)}")
        return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # The strings of JSON without its surrogates are strings of TOML.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def proposed(categories: Mapping[str, Term], counts: Mapping[str, int], default: str) -> CategoryMap:
    """A map for who gave none: categories at the top become sections, those with most posts if there are many, and
    those below them tags."""
    top = [slug for slug, term in categories.items() if not _above(term, categories) and not _is_left(slug)]
    chosen = {
        slug
        for slug, _count in Counter({slug: counts.get(slug, 0) for slug in top}).most_common(MOST_SECTIONS)
    }
    places = {}
    for slug, term in categories.items():
        name = _name(term.name or unquote(slug))
        if _is_left(slug) or not name:
            places[slug] = Place("leave")
        else:
            places[slug] = Place("section" if slug in chosen else "tag", name)
    return CategoryMap(places, default)


def _above(term: Term, categories: Mapping[str, Term]) -> bool:
    return bool(term.parent) and term.parent in categories and term.parent != term.slug


def _is_left(slug: str) -> bool:
    return slug.lower() in _LEFT or quote(slug).lower() in _LEFT


def _name(text: str) -> str:
    return clean_line(text)[:NAME_MAX_LENGTH].strip()


def read(text: str, categories: Iterable[str]) -> CategoryMap:
    """The map that a file holds; a category that it does not name is left. Raises MapError."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MapError(f"It is no TOML: {error}.") from error
    listed = found.get("categories", {})
    default = found.get("default", "")
    if not isinstance(listed, dict) or not isinstance(default, str) or not _name(default):
        raise MapError("It needs a text `default` and a table [categories].")
    places = {}
    for slug, told in listed.items():
        kind, _colon, name = told.partition(":") if isinstance(told, str) else ("", "", "")
        kind = kind.strip()
        if kind not in ("section", "tag", "leave") or (kind != "leave") != bool(_name(name)):
            raise MapError(f"“{slug}” must be “section: NAME”, “tag: NAME” or “leave”; it is {told!r}.")
        places[slug] = Place(kind, _name(name))
    for slug in categories:
        places.setdefault(slug, Place("leave"))
    return CategoryMap(places, _name(default))
