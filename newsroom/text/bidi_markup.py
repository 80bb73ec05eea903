"""Isolating runs inside sanitized HTML without touching any other byte of it."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import accumulate
from typing import NamedTuple

from newsroom.text.bidi_runs import OBJECT, Direction, Run, edges, lines_to_look_at, runs_to_isolate, settle
from newsroom.text.elements import BLOCKS, VOID
from newsroom.text.markup import MAX_DEPTH
from newsroom.text.plain_markup import is_plain_and_named
from newsroom.text.tokens import EndTag, StartTag, Text, tokenize

# Elements whose content is isolated already, by the browser or by our style sheet, or is not text.
_ISOLATING = frozenset(
    (
        "bdi",
        "bdo",
        "code",
        "kbd",
        "math",
        "pre",
        "samp",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
    )
)
_PLAIN_BLOCK = re.compile("(</?(?:p|h[234]|blockquote|ul|ol|li)[^>]*>)")
_TAG = re.compile("<[^>]*>")
_REFERENCE = re.compile(r"&#?[0-9a-zA-Z]{1,40};?")
# The sanitizer's limit, and room for what it wraps around.
_MAX_DEPTH = 2 * MAX_DEPTH
_PICTURES = frozenset(("img", "input", "embed"))


class Isolate(NamedTuple):
    """What stands from start to end is isolated and runs in that direction."""

    start: int
    end: int
    direction: Direction


def isolate_markup(html: str, base: Direction = "rtl", *, plain: bool | None = None) -> str:
    """Sanitized HTML with <bdi> around the runs that need it, byte for byte as it was otherwise; idempotent.

    A paragraph is seen whole, across inline elements. Elements that isolate their content or name its language
    are left alone; a block with a direction of its own is judged by that direction. Markup nested deeper than the
    sanitizer ever leaves it is returned as it is. `plain` is what `plain_markup.is_plain_and_named` says of it, for
    whoever knows already.
    """
    pieces, position = [], 0
    for offset, direction in edges(_read(html, base, plain)):
        pieces += [html[position:offset], f'<bdi dir="{direction}">' if direction else "</bdi>"]
        position = offset
    return "".join([*pieces, html[position:]])


def find_isolates(html: str, base: Direction = "rtl") -> list[Isolate]:
    """What `isolate_markup` isolates in sanitized HTML, for an editor that keeps a document of its own.

    Places count code points in its text: its text nodes one after another, character references decoded, nothing
    between them.
    """
    isolates = _read(html, base)
    positions = _in_text(html, sorted({offset for isolate in isolates for offset in isolate[:2]}))
    return sorted(Isolate(positions[start], positions[end], direction) for start, end, direction in isolates)


def _read(html: str, base: Direction, plain: bool | None = None) -> list[Isolate]:
    """What is to be isolated, by offsets in the HTML."""
    if plain is None:
        plain = is_plain_and_named(html)
    return _read_lines(html, base) if plain else _read_elements(html, base)


def _read_lines(html: str, base: Direction) -> list[Isolate]:
    """The same of plain blocks, in a fraction of the time: each is a paragraph, and most hold nothing to isolate."""
    pieces = _PLAIN_BLOCK.split(html)
    lines = pieces[::2]
    chosen: Sequence[int] = range(len(lines))
    # What stands between blocks is a line of its own, and a reference may stand for anything.
    if base == "rtl" and "&" not in html and "\n" not in html:
        chosen = lines_to_look_at(_TAG.sub("", "\n".join(lines)))
    isolates, starts = [], [*accumulate(map(len, pieces), initial=0)] if chosen else []
    for number in chosen:
        start, line = starts[2 * number], lines[number]
        if not line:
            continue
        if "&" in line:
            found = _read_elements(line, base)
        elif "<" not in line:
            found = [Isolate(run.start, run.end, run.direction) for run in runs_to_isolate(line, base)]
        else:
            found = _read_linked(line, base)
        isolates += [
            Isolate(run_start + start, run_end + start, direction) for run_start, run_end, direction in found
        ]
    return isolates


def _read_linked(line: str, base: Direction) -> list[Isolate]:
    """The same of a line with links and no other element, across which it is read."""
    texts = _TAG.split(line)
    runs = runs_to_isolate("".join(texts), base)
    if not runs:
        return []
    begins = [*accumulate(map(len, texts), initial=0)]
    # By how much each text stands farther behind in the line than without tags.
    shifts = [*accumulate((len(tag[0]) for tag in _TAG.finditer(line)), initial=0)]
    isolates = []
    for run in runs:
        number = bisect_right(begins, run.start) - 1
        if run.end > begins[number + 1]:
            # Where an element would be divided, it is for the reader of elements to say what can be isolated.
            return _read_elements(line, base)
        isolates.append(Isolate(run.start + shifts[number], run.end + shifts[number], run.direction))
    return isolates


def _read_elements(html: str, base: Direction) -> list[Isolate]:
    reader = _Reader(html, base)
    for token in tokenize(html):
        if reader.depth > _MAX_DEPTH:
            return []
        if isinstance(token, Text):
            reader.add_text(token)
        elif isinstance(token, StartTag):
            reader.open(token)
        else:
            reader.close(token)
    reader.end()
    return reader.isolates


def _in_text(html: str, offsets: list[int]) -> dict[int, int]:
    """How many code points of text stand before each of the offsets, which ascend."""
    positions: dict[int, int] = {}
    waiting = iter([*offsets, len(html) + 1])
    offset = next(waiting)
    counted = 0
    for token in tokenize(html):
        if not isinstance(token, Text):
            continue
        read = token.start
        while offset <= token.end:
            counted += len(unescape(html[read:offset]))
            read = max(read, offset)
            positions[offset] = counted
            offset = next(waiting)
        counted += len(unescape(html[read : token.end]))
    # Behind the last text, where an element ends.
    while offset <= len(html):
        positions[offset] = counted
        offset = next(waiting)
    return positions


@dataclass(eq=False)
class _Element:
    tag: str
    start: int  # offset of the start tag
    inside: int  # offset behind the start tag
    opaque: bool = False  # its text is not looked at
    locked: bool = False  # nothing is inserted in it, but it may be isolated whole
    base: Direction | None = None
    around: "_Paragraph | None" = None  # the paragraph in the middle of which it is one of its own
    stands_at: "tuple[_Paragraph, int] | None" = None  # the piece of a paragraph that stands for all of it
    content_end: int = -1
    end: int = -1


class _Piece(NamedTuple):
    """Characters of a paragraph that stand together in the HTML: each is one of it or, where the HTML writes them in
    other signs, each is all that stands from start to end."""

    text: str
    start: int
    end: int
    inline: tuple[_Element, ...]  # open inline elements, outermost first
    is_written_out: bool = False

    def span(self, place: int) -> tuple[int, int]:
        """Where its character of that number stands."""
        return (self.start, self.end) if self.is_written_out else (self.start + place, self.start + place + 1)


@dataclass
class _Paragraph:
    base: Direction
    pieces: list[_Piece] = field(default_factory=list)
    _begins: list[int] = field(default_factory=list)  # by how many characters each piece is preceded

    def isolates(self) -> list[Isolate]:
        """What is to be isolated in it, by offsets in the HTML."""
        places: dict[Run, tuple[int, int]] = {}

        def accept(run: Run) -> Run | None:
            core = run._replace(start=run.core_start, end=run.core_end)
            for candidate in (run, core):
                place = self._place(candidate)
                # What is isolated already, or a picture, is not isolated once more.
                if place and text[candidate.start : candidate.end].strip(OBJECT):
                    places[candidate] = place
                    return candidate
            return None

        self._begins = list(accumulate((len(piece.text) for piece in self.pieces), initial=0))
        text = "".join(piece.text for piece in self.pieces)
        settle(text, self.base, accept)
        return [Isolate(start, end, run.direction) for run, (start, end) in places.items()]

    def _piece_at(self, place: int) -> tuple[_Piece, int]:
        """The piece that the character of that number is in, and its number there."""
        number = bisect_right(self._begins, place) - 1
        return self.pieces[number], place - self._begins[number]

    def _place(self, run: Run) -> tuple[int, int] | None:
        """Offsets between which the run can be wrapped without breaking the nesting of elements."""
        first, place = self._piece_at(run.start)
        last, last_place = self._piece_at(run.end - 1)
        start, end = first.span(place)[0], last.span(last_place)[1]
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


class _Reader:
    """Gathers paragraphs with the offset of each character; paragraphs are worked off as they end."""

    def __init__(self, html: str, base: Direction) -> None:
        self.isolates: list[Isolate] = []
        self._html = html
        self._base = base
        self._elements: list[_Element] = []
        self._inline: tuple[_Element, ...] = ()
        self._opaque = 0
        self._paragraph = _Paragraph(base)

    @property
    def depth(self) -> int:
        """How many elements are open."""
        return len(self._elements)

    def open(self, token: StartTag) -> None:
        tag = token.name
        block = tag in BLOCKS
        if block:
            self.end_paragraph()
        if tag in VOID:
            if tag in _PICTURES:
                self._add_object(token)
            return
        element = _Element(tag, token.start, token.end)
        direction = token.attributes.get("dir", "").lower()
        if tag in _ISOLATING or (direction and not (block and direction in ("rtl", "ltr"))):
            element.stands_at = self._add_object(token)
            element.opaque = True
            self._opaque += 1
        elif block:
            element.base = "rtl" if direction == "rtl" else "ltr" if direction == "ltr" else None
        elif tag == "small" and token.attributes.get("class") == "footnote":
            # Readers find it below the text, and the sentence goes on behind it.
            element.stands_at = self._add_object(token)
            element.around = self._paragraph
            self._paragraph = _Paragraph(self._base)
        else:
            element.locked = "lang" in token.attributes
        self._elements.append(element)
        self._look_around()

    def close(self, token: EndTag) -> None:
        tag = token.name
        index = len(self._elements) - 1
        while index >= 0 and self._elements[index].tag != tag:
            index -= 1
        if index < 0:
            return
        self._elements[index].content_end, self._elements[index].end = token.start, token.end
        for element in self._elements[index:]:
            if element.stands_at:
                paragraph, number = element.stands_at
                end = token.end if element is self._elements[index] else token.start
                paragraph.pieces[number] = paragraph.pieces[number]._replace(end=end)
        self._opaque -= sum(element.opaque for element in self._elements[index:])
        self._leave(index)
        if tag in BLOCKS:
            self.end_paragraph()
        self._look_around()

    def add_text(self, token: Text) -> None:
        if self._opaque:
            return
        position = token.start
        for reference in _REFERENCE.finditer(self._html, token.start, token.end):
            text = unescape(reference[0])
            if text != reference[0]:
                self._add(position, reference.start())
                position = reference.end()
                self._paragraph.pieces.append(
                    _Piece(text, reference.start(), position, self._inline, is_written_out=True)
                )
        self._add(position, token.end)

    def end(self) -> None:
        """Work off what is left."""
        self._leave(0)
        self.end_paragraph()

    def end_paragraph(self) -> None:
        """Work off the paragraph read so far and begin a new one."""
        if self._paragraph.pieces:
            self.isolates += self._paragraph.isolates()
            self._paragraph = _Paragraph(self._base)
        self._look_around()

    def _leave(self, index: int) -> None:
        """Leave the open elements from that one on, and go on with the paragraphs around notes among them."""
        while len(self._elements) > index:
            around = self._elements.pop().around
            if around:
                self.end_paragraph()
                self._paragraph = around

    def _look_around(self) -> None:
        """Note what the open elements mean for the text that follows."""
        self._inline = tuple(element for element in self._elements if element.tag not in BLOCKS)
        if not self._paragraph.pieces:
            bases = (element.base for element in reversed(self._elements) if element.base)
            self._paragraph.base = next(bases, self._base)

    def _add(self, start: int, end: int) -> None:
        if start < end:
            # A line end in markup is white space, not the end of a paragraph.
            text = self._html[start:end].replace("\n", " ")
            self._paragraph.pieces.append(_Piece(text, start, end, self._inline))

    def _add_object(self, token: StartTag) -> tuple[_Paragraph, int] | None:
        """Add what stands for an element, by its start tag until its end is known; return the paragraph and its number
        there, or nothing within what is not looked at."""
        if self._opaque:
            return None
        self._paragraph.pieces.append(
            _Piece(OBJECT, token.start, token.end, self._inline, is_written_out=True)
        )
        return self._paragraph, len(self._paragraph.pieces) - 1
