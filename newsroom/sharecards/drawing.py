"""What a share card shows, and how: the headline over the picture of the article, or over the color of its section.

1200 by 630 pixels, as Facebook, X, WhatsApp and Telegram show a large picture of a link; JPEG, which all of them take,
where WebP is not shown by some. WhatsApp shows no picture larger than 600 kB; these are below 150.
"""

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache

from PIL import Image as Picture
from PIL import ImageDraw, ImageOps

from articles import images
from newsroom import encryption
from newsroom.sharecards.typesetting import BOLD, Setting, fitted
from newsroom.text.bidi_runs import Direction

WIDTH, HEIGHT = SIZE = images.SHARE_SIZE
# Another number makes all cards anew.
DESIGN = 1
MARGIN = 64
SIZES = (78, 72, 66, 60, 54, 50)
HEADLINE_HEIGHT = 330
# Of Vazirmatn, with marks above and below its letters.
LEADING = 1.42
QUALITY = 84

INK, SOFT = "#ffffff", "#e4e0d6"
# The dark ones of each pair in tokens.css: white on them has a contrast of 6 : 1 and more.
PAPER = {
    "": "#1b1a17",
    "red": "#7d1020",
    "orange": "#80390d",
    "olive": "#584d0e",
    "green": "#215728",
    "teal": "#095659",
    "blue": "#184c8c",
    "violet": "#553c99",
    "plum": "#842868",
}
ACCENT = "#8f1d2c"
# How much of a picture the shade takes, where it begins and where text stands: of a white picture a gray is left on
# which white has a contrast of 7 : 1.
SHADE_ABOVE, SHADE_BELOW = 0.5, 0.7


@dataclass(frozen=True)
class Card:
    """All that is on a card. `picture` is the digest of a picture, "" for none, `focal_point` where it looks."""

    headline: str
    direction: Direction
    language: str
    section: str
    color: str
    site: str
    date: str
    link: str
    picture: str = ""
    focal_point: tuple[int, int] = (50, 50)

    @property
    def digest(self) -> str:
        """What names its file: another for other content, and not to be guessed before the story is published."""
        said = json.dumps([DESIGN, asdict(self)], ensure_ascii=False)
        return encryption.fingerprint("share-card", said)[:32]

    @property
    def text(self) -> str:
        return self.headline + self.section + self.site + self.date + self.link


def draw(card: Card, picture: Picture.Image | None) -> Picture.Image:
    """The card, with `picture` behind the text where it has one."""
    if picture is None:
        ground = Picture.new("RGB", SIZE, PAPER[card.color])
    else:
        x, y = card.focal_point
        ground = ImageOps.fit(picture, SIZE, Picture.Resampling.LANCZOS, centering=(x / 100, y / 100))
        ground.paste(Picture.new("RGB", SIZE, "#0b0b0a"), mask=_shade())
    canvas = ImageDraw.Draw(ground)
    _write(canvas, card)
    return ground


def encoded(card: Picture.Image) -> bytes:
    out = io.BytesIO()
    card.save(out, "JPEG", quality=QUALITY, progressive=True, optimize=True)
    return out.getvalue()


@lru_cache(maxsize=1)
def _shade() -> Picture.Image:
    column = Picture.new("L", (1, HEIGHT))
    for y in range(HEIGHT):
        # All of it from where the tallest headline begins.
        share = min(1.0, y / (HEIGHT * 0.3))
        column.putpixel((0, y), round(255 * (SHADE_ABOVE + (SHADE_BELOW - SHADE_ABOVE) * share)))
    return column.resize(SIZE)


def _write(canvas: ImageDraw.ImageDraw, card: Card) -> None:
    def at_start(setting: Setting, text: str, baseline: float, fill: str, inset: float = 0) -> None:
        line = setting.line(text)
        x = WIDTH - MARGIN - inset - line.width if card.direction == "rtl" else MARGIN + inset
        setting.draw(canvas, line, x, baseline, fill)

    def at_end(setting: Setting, text: str, baseline: float, fill: str) -> None:
        line = setting.line(text)
        x = MARGIN if card.direction == "rtl" else WIDTH - MARGIN - line.width
        setting.draw(canvas, line, x, baseline, fill)

    def setting(size: int, weight: int = 500) -> Setting:
        return Setting(card.direction, card.language, size, weight)

    _mark(canvas, card.direction)
    at_start(setting(40, BOLD), card.site, 107, INK, inset=76)
    at_end(setting(30), card.date, 105, SOFT)
    headline, lines = fitted(
        card.headline,
        [setting(size, BOLD) for size in SIZES],
        width=WIDTH - 2 * MARGIN,
        height=HEADLINE_HEIGHT,
        leading=LEADING,
    )
    baseline = 508.0
    for line in reversed(lines):
        x = WIDTH - MARGIN - line.width if card.direction == "rtl" else MARGIN
        headline.draw(canvas, line, x, baseline, INK)
        baseline -= headline.size * LEADING
    canvas.rectangle((MARGIN, 551, WIDTH - MARGIN, 553), fill=SOFT)
    at_start(setting(30, 700), card.section, 597, INK)
    # An address runs from left to right in every language.
    link = Setting("ltr", "en", 28)
    line = link.line(card.link)
    x = MARGIN if card.direction == "rtl" else WIDTH - MARGIN - line.width
    link.draw(canvas, line, x, 596, SOFT)


def _mark(canvas: ImageDraw.ImageDraw, direction: Direction) -> None:
    """The mark of the newspaper, as static/images/mark.svg has it."""
    size = 56
    left = WIDTH - MARGIN - size if direction == "rtl" else MARGIN
    scale = size / 48
    # Drawn four times as large, for edges that are smooth.
    large = Picture.new("L", (size * 4, size * 4))
    pen = ImageDraw.Draw(large)
    at: Callable[[float, float], tuple[float, float]] = lambda x, y: (x * scale * 4, y * scale * 4)  # noqa: E731
    width = round(4.5 * scale * 4)
    bowl = [at(13, 21.5), at(12.4, 27), at(14, 31), at(17.5, 34), at(24, 35.5), at(30.5, 34), at(34, 31),
            at(35.6, 27), at(35, 21.5)]  # fmt: skip
    pen.line(bowl, fill=255, width=width, joint="curve")
    for x, y in (bowl[0], bowl[-1]):
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    pen.polygon([at(24, 12.5), at(29, 17.5), at(24, 22.5), at(19, 17.5)], fill=255)
    canvas.rounded_rectangle((left, 64, left + size, 64 + size), radius=10, fill=ACCENT)
    canvas.bitmap((left, 64), large.resize((size, size), Picture.Resampling.LANCZOS), fill=INK)
