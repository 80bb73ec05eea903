"""Lines of text in pixels: shaped by raqm run by run, in the order in which a browser shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from PIL import ImageDraw, ImageFont, features

from newsroom.text import line_breaks, visual_runs
from newsroom.text.bidi_runs import Direction
from newsroom.text.visual_runs import VisualRun

# Arabic and Latin letters in one file, in weights from 400 to 900.
FONT = settings.BASE_DIR / "static" / "fonts" / "vazirmatn-arabic-latin-wght-400-900.woff2"
BOLD, REGULAR = 800, 500
ELLIPSIS = "…"
# What no line ends with before an ellipsis.
_LOOSE = " \u00a0.,:;!?-–—،؛؟«(["
# A character that no font has, of which all that is missing looks the same.
_MISSING = "\U000fffff"


def can_shape() -> bool:
    """Whether Pillow can shape Arabic: it finds FriBidi when it is loaded, a library of the system."""
    return features.check("raqm")


@lru_cache(maxsize=64)
def font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    """To be used by one thread."""
    found = ImageFont.truetype(str(FONT), size, layout_engine=ImageFont.Layout.RAQM)
    found.set_variation_by_axes([weight])
    return found


def lacks(text: str) -> bool:
    """Whether the font has no shape for a character: it would be a gap."""
    return any(_is_missing(char) for char in set(text))


@lru_cache(maxsize=4096)
def _is_missing(char: str) -> bool:
    # By ink and width: the shape for what is missing is an empty one, as those of spaces and joiners are.
    face = font(32, REGULAR)
    found, missing = face.getmask(char), face.getmask(_MISSING)
    return (found.size, bytes(found)) == (missing.size, bytes(missing))


class Line(NamedTuple):
    """The runs of a line from left to right, and its width in pixels."""

    runs: list[VisualRun]
    width: float


@dataclass(frozen=True)
class Setting:
    """A text in a direction and language, at a size (pixels) and weight."""

    direction: Direction
    language: str
    size: int
    weight: int = REGULAR

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        return font(self.size, self.weight)

    def line(self, text: str) -> Line:
        """The whole text on one line."""
        return self._line(text, visual_runs.levels(text, self.direction), 0, len(text))

    def lines(self, text: str, width: float) -> list[Line]:
        """The text on as few lines as the width allows, which are as even as they can be. A word that is wider than
        that has a line of its own."""
        places = [*line_breaks.places(text), len(text)]
        levels = visual_runs.levels(text, self.direction)
        # By its words: what the space between two does to either is less than a pixel.
        starts = [0, *(place + 1 for place in places[:-1])]
        words = [
            self._line(text, levels, start, end).width for start, end in zip(starts, places, strict=True)
        ]
        space = self.font.getlength(" ")
        count = len(_filled(words, space, width))
        # The narrowest column that takes no more lines, to a pixel.
        least, most = 0, int(width)
        while least < most:
            middle = (least + most) // 2
            if len(_filled(words, space, middle)) > count:
                least = middle + 1
            else:
                most = middle
        ends = _filled(words, space, max(least, 1))
        begins = [0, *ends[:-1]]
        return [
            self._line(text, levels, starts[begin], places[end - 1])
            for begin, end in zip(begins, ends, strict=True)
        ]

    def _line(self, text: str, levels: Sequence[int], start: int, end: int) -> Line:
        runs = visual_runs.line(text, levels, start, end)
        return Line(runs, sum(self._length(run) for run in runs))

    def _length(self, run: VisualRun) -> float:
        return self.font.getlength(run.text, direction=run.direction, language=self.language)

    def draw(self, canvas: ImageDraw.ImageDraw, line: Line, x: float, baseline: float, fill: str) -> None:
        """Draw a line that begins at `x` from the left."""
        for run in line.runs:
            canvas.text(
                (x, baseline),
                run.text,
                font=self.font,
                fill=fill,
                anchor="ls",
                direction=run.direction,
                language=self.language,
            )
            x += self._length(run)


def fitted(
    text: str, settings_: Sequence[Setting], *, width: float, height: float, leading: float
) -> tuple[Setting, list[Line]]:
    """The text at the first of these settings in which it fits, each line being `leading` times its size high; cut at
    a word, with an ellipsis, where it does not fit in the last."""
    for setting in settings_:
        most = int(height / (setting.size * leading))
        lines = setting.lines(text, width)
        if len(lines) <= most and all(line.width <= width for line in lines):
            return setting, lines
    # Some number of words fits, and no larger one: halved until it is known.
    ends = [*line_breaks.places(text), len(text)]
    if not _fits(setting, _cut(text, ends[0]), width, most):
        ends = list(range(1, ends[0]))
    least, longest = 0, len(ends) - 1
    while least < longest:
        middle = (least + longest + 1) // 2
        if _fits(setting, _cut(text, ends[middle]), width, most):
            least = middle
        else:
            longest = middle - 1
    return setting, setting.lines(_cut(text, ends[least]), width)


def _cut(text: str, end: int) -> str:
    return text[:end].rstrip(_LOOSE) + ELLIPSIS


def _fits(setting: Setting, text: str, width: float, most: int) -> bool:
    lines = setting.lines(text, width)
    return len(lines) <= most and all(line.width <= width for line in lines)


def _filled(words: Sequence[float], space: float, width: float) -> list[int]:
    """Behind which words the lines end that take as many as they can."""
    ends, used = [], 0.0
    for number, word in enumerate(words):
        if number and used + space + word > width:
            ends.append(number)
            used = word
        else:
            used += space * bool(number) + word
    return [*ends, len(words)]
