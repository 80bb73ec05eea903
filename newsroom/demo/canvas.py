"""A surface for flat editorial illustrations: shapes are drawn large, then scaled down to smooth their edges."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from PIL import Image, ImageDraw

Point = tuple[float, float]
Color = str | tuple[str, str]  # "#rrggbb", or two of them: top and bottom of a vertical gradient

WIDTH, HEIGHT = 1600, 1000
# Three samples a side: at two, the thin wires and lattice towers still show steps.
SUPERSAMPLING = 3


def rgb(color: str) -> tuple[int, int, int]:
    """The three channels of "#rrggbb"."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def mix(first: str, second: str, share: float) -> str:
    """The color that lies ``share`` (0 to 1) of the way from ``first`` to ``second``."""
    channels = (round(a + (b - a) * share) for a, b in zip(rgb(first), rgb(second), strict=True))
    return "#{:02x}{:02x}{:02x}".format(*channels)


def arc_points(x: float, y: float, radius: float, start: float, end: float, steps: int = 48) -> list[Point]:
    """Points of a circular arc; degrees, 0 to the right, growing clockwise as on the screen."""
    angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]


def smooth(points: Sequence[Point], steps: int = 16) -> list[Point]:
    """A Catmull-Rom curve through all ``points``."""
    padded = [points[0], *points, points[-1]]
    curve: list[Point] = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for i in range(steps):
            t = i / steps
            curve.append(
                tuple(  # type: ignore[arg-type]
                    0.5
                    * (
                        2 * b
                        + (c - a) * t
                        + (2 * a - 5 * b + 4 * c - d) * t**2
                        + (3 * b - a - 3 * c + d) * t**3
                    )
                    for a, b, c, d in zip(p0, p1, p2, p3, strict=True)
                )
            )
    curve.append(points[-1])
    return curve


class Canvas:
    """A picture of WIDTH x HEIGHT units with the origin at the top left; ``alpha`` runs from 0 to 1."""

    def __init__(self, background: Color) -> None:
        size = (WIDTH * SUPERSAMPLING, HEIGHT * SUPERSAMPLING)
        self.image = Image.new("RGB", size)
        self.rect(0, 0, WIDTH, HEIGHT, background)

    def finished(self) -> Image.Image:
        """The picture in its final size."""
        return self.image.reduce(SUPERSAMPLING)

    def polygon(self, points: Iterable[Point], color: Color, alpha: float = 1) -> None:
        scaled = [(x * SUPERSAMPLING, y * SUPERSAMPLING) for x, y in points]
        if isinstance(color, str):
            ImageDraw.Draw(self.image, "RGBA").polygon(scaled, fill=(*rgb(color), round(alpha * 255)))
            return
        left, top = (max(0, math.floor(min(p[axis] for p in scaled))) for axis in (0, 1))
        right = min(self.image.width, math.ceil(max(p[0] for p in scaled)) + 1)
        bottom = min(self.image.height, math.ceil(max(p[1] for p in scaled)) + 1)
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in scaled], fill=round(alpha * 255))
        ramp = Image.new("RGB", (1, bottom - top))
        for row in range(bottom - top):
            ramp.putpixel((0, row), rgb(mix(*color, row / max(1, bottom - top - 1))))
        self.image.paste(ramp.resize(mask.size), (left, top), mask)

    def rect(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        color: Color,
        alpha: float = 1,
        radius: float = 0,
    ) -> None:
        if radius:
            corners = (
                (x0 + radius, y0 + radius, 180),
                (x1 - radius, y0 + radius, 270),
                (x1 - radius, y1 - radius, 0),
                (x0 + radius, y1 - radius, 90),
            )
            points = [p for x, y, start in corners for p in arc_points(x, y, radius, start, start + 90, 10)]
        else:
            points = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        self.polygon(points, color, alpha)

    def circle(self, x: float, y: float, radius: float, color: Color, alpha: float = 1) -> None:
        self.ellipse(x, y, radius, radius, color, alpha)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float, color: Color, alpha: float = 1, turn: float = 0
    ) -> None:
        """An ellipse around (x, y), turned clockwise by ``turn`` degrees."""
        steps = 96 if max(rx, ry) > 12 else 24
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        points = []
        for i in range(steps):
            a = math.tau * i / steps
            dx, dy = rx * math.cos(a), ry * math.sin(a)
            points.append((x + dx * cos - dy * sin, y + dx * sin + dy * cos))
        self.polygon(points, color, alpha)

    def arch(self, x0: float, y0: float, x1: float, y1: float, color: Color, alpha: float = 1) -> None:
        """A doorway: straight sides under a half circle."""
        radius = (x1 - x0) / 2
        points = [*arc_points(x0 + radius, y0 + radius, radius, 180, 360), (x1, y1), (x0, y1)]
        self.polygon(points, color, alpha)

    def line(
        self, points: Sequence[Point], width: float, color: str, alpha: float = 1, taper: float = 1
    ) -> None:
        """A stroke with round ends, ``taper`` times as wide at its end as at its start.

        It is cut out of one mask, so that a translucent stroke is not darker where its parts overlap.
        """
        scale = SUPERSAMPLING
        reach = width / 2 * max(1, taper) + 1
        left = math.floor((min(p[0] for p in points) - reach) * scale)
        top = math.floor((min(p[1] for p in points) - reach) * scale)
        right = math.ceil((max(p[0] for p in points) + reach) * scale)
        bottom = math.ceil((max(p[1] for p in points) + reach) * scale)
        mask = Image.new("L", (right - left + 1, bottom - top + 1))
        draw = ImageDraw.Draw(mask)
        fill = round(alpha * 255)
        scaled = [(x * scale - left, y * scale - top) for x, y in points]
        for i, (x, y) in enumerate(scaled):
            radius = width * scale / 2 * (1 + (taper - 1) * i / max(1, len(scaled) - 1))
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)
            if i:
                draw.line((*scaled[i - 1], x, y), fill=fill, width=max(1, round(radius * 2)))
        self.image.paste(rgb(color), (left, top), mask)

    def arc(
        self,
        x: float,
        y: float,
        radius: float,
        start: float,
        end: float,
        width: float,
        color: str,
        alpha: float = 1,
    ) -> None:
        """A circular stroke; degrees as in ``arc_points``."""
        steps = max(8, round(abs(end - start) * radius / 300))
        self.line(arc_points(x, y, radius, start, end, steps), width, color, alpha)

    def halo(
        self, x: float, y: float, radius: float, color: str, rings: int = 3, alpha: float = 0.12
    ) -> None:
        """Rings of light around a source, each fainter than the one within."""
        for ring in range(rings, 0, -1):
            self.circle(x, y, radius * (1 + 0.32 * ring), color, alpha)
