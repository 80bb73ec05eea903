"""Isolating runs inside sanitized HTML without touching any other byte of it."""

from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from itertools import accumulate
from typing import NamedTuple

from newsroom.text.bidi_runs import OBJECT, Direction, Run, settle
from newsroom.text.elements import BLOCKS, VOID

# Elements whose content is isolated already, by the browser or by our style sheet, or is not text.
_ISOLATING = frozenset(
    ("bdi", "bdo", "code", "kbd", "math", "pre", "samp", "script", "select", "style", "svg", "template", "textarea")
)
_PICTURES = frozenset(("img", "input", "embed"))


def isolate_markup(html: str, base: Direction = "rtl") -> str:
    """Sanitized HTML with <bdi> around the runs that need it, byte for byte as it was otherwise; idempotent.

    A paragraph is seen whole, across inline elements. Elements that isolate their content or name its language
    are left alone; a block with a direction of its own is judged by that direction.
    """
    reader = _Reader(html, base)
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:
        # html.parser gives up on malformed declarations, which sanitized HTML cannot have.
        return html
    reader.end_paragraph()

    pieces, position = [], 0
    for offset, _, tag in sorted(reader.insertions):
        pieces += [html[position:offset], tag]
        position = offset
    return "".join([*pieces, html[position:]])


@dataclass(eq=False)
class _Element:
    tag: str
    start: int  # offset of the start tag
    inside: int  # offset behind the start tag
    opaque: bool = False  # its text is not looked at
    locked: bool = False  # nothing is inserted in it, but it may be isolated whole
    base: Direction | None = None
    content_end: int = -1
    end: int = -1


class _Char(NamedTuple):
    char: str
    start: int
    end: int
    inline: tuple[_Element, ...]  # open inline elements, outermost first


@dataclass
class _Paragraph:
    base: Direction
    chars: list[_Char] = field(default_factory=list)

    def isolate(self) -> list[tuple[int, int, str]]:
        """The tags to insert, as (offset, rank among tags at that offset, tag)."""
        places: dict[Run, tuple[int, int]] = {}

        def accept(run: Run) -> Run | None:
            core = run._replace(start=run.core_start, end=run.core_end)
            for candidate in (run, core):
                place = self._place(candidate)
                if place:
                    places[candidate] = place
                    return candidate
            return None

        settle("".join(char.char for char in self.chars), self.base, accept)
        tags = []
        for run, (start, end) in places.items():
            tags += [(start, 1, f'<bdi dir="{run.direction}">'), (end, 0, "</bdi>")]
        return tags

    def _place(self, run: Run) -> tuple[int, int] | None:
        """Offsets between which the run can be wrapped without breaking the nesting of elements."""
        first, last = self.chars[run.start], self.chars[run.end - 1]
        start, end = first.start, last.end
        opened, closed = list(first.inline), list(last.inline)
        shared = 0
        while shared < min(len(opened), len(closed)) and opened[shared] is closed[shared]:
            if opened[shared].locked:
                break
            shared += 1
        while len(opened) > shared:
            element = opened.pop()
            if element.inside != start:
                return None
            start = element.start
        while len(closed) > shared:
            element = closed.pop()
            if element.content_end != end:
                return None
            end = element.end
        return start, end


class _Reader(HTMLParser):
    """Gathers paragraphs with the offset of each character; paragraphs are worked off as they end."""

    def __init__(self, html: str, base: Direction) -> None:
        super().__init__(convert_charrefs=False)
        self.insertions: list[tuple[int, int, str]] = []
        self._html = html
        self._base = base
        self._lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
        self._elements: list[_Element] = []
        self._inline: tuple[_Element, ...] = ()
        self._paragraph = _Paragraph(base)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._offset()
        inside = start + len(self.get_starttag_text() or "")
        block = tag in BLOCKS
        if block:
            self.end_paragraph()
        if tag in VOID:
            if tag in _PICTURES and not self._hidden():
                self._paragraph.chars.append(_Char(OBJECT, start, inside, self._inline))
            return
        element = _Element(tag, start, inside)
        direction = next((value for name, value in attrs if name == "dir"), None)
        own = {"rtl": "rtl", "ltr": "ltr"}.get((direction or "").lower())
        if tag in _ISOLATING or (direction is not None and not (block and own)):
            element.opaque = True
            if not self._hidden():
                self._paragraph.chars.append(_Char(OBJECT, start, inside, self._inline))
        elif block:
            element.base = "rtl" if own == "rtl" else "ltr" if own else None
        else:
            element.locked = any(name == "lang" for name, _ in attrs)
        self._elements.append(element)
        self._enter()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The slash means nothing in HTML.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        start = self._offset()
        end = self._html.find(">", start) + 1
        index = next((i for i in range(len(self._elements) - 1, -1, -1) if self._elements[i].tag == tag), None)
        if index is None:
            return
        self._elements[index].content_end, self._elements[index].end = start, end
        del self._elements[index:]
        if tag in BLOCKS:
            self.end_paragraph()
        self._enter()

    def handle_data(self, data: str) -> None:
        if not self._hidden():
            self._add(data, self._offset())

    def handle_entityref(self, name: str) -> None:
        self._add_reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._add_reference(f"&#{name}")

    def end_paragraph(self) -> None:
        """Work off the paragraph read so far and begin a new one."""
        self.insertions += self._paragraph.isolate()
        self._paragraph = _Paragraph(self._base)
        self._enter()

    def _enter(self) -> None:
        """Note what the open elements mean for the text that follows."""
        self._inline = tuple(element for element in self._elements if element.tag not in BLOCKS)
        base = next((element.base for element in reversed(self._elements) if element.base), self._base)
        if not self._paragraph.chars:
            self._paragraph = _Paragraph(base)

    def _add(self, text: str, start: int) -> None:
        for offset, char in enumerate(text, start):
            # A line end in markup is white space, not the end of a paragraph.
            self._paragraph.chars.append(_Char(" " if char == "\n" else char, offset, offset + 1, self._inline))

    def _add_reference(self, source: str) -> None:
        if self._hidden():
            return
        start = self._offset()
        end = start + len(source)
        if self._html[end : end + 1] == ";":
            end += 1
        raw = self._html[start:end]
        text = unescape(raw)
        if text == raw:
            self._add(raw, start)
        else:
            self._paragraph.chars += (_Char(char, start, end, self._inline) for char in text)

    def _hidden(self) -> bool:
        return any(element.opaque for element in self._elements)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
