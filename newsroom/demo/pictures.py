"""The illustrations of the demo articles, drawn by code so that they are free of anybody's rights.

``python -m newsroom.demo.pictures`` draws them again into ``images/``; the site itself uses the files.
"""

# Coordinates read better in rows than one point a line.
# fmt: off

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random

from newsroom.demo.canvas import HEIGHT, WIDTH, Canvas, Point, arc_points, mix, smooth

# One box of inks for every picture, as a newspaper's illustrator would keep.
INK, NAVY, DEEP, TEAL, SKY = "#0f1f33", "#16324f", "#0f4c5c", "#2f7f86", "#a9cbd0"
PAPER, CREAM, SAND, OCHRE, AMBER = "#f7f1e5", "#f0e2c8", "#e3c796", "#e0a043", "#f2c46d"
TERRA, RUST, ROSE, SAGE, FOREST = "#c8553d", "#93392b", "#e39b86", "#8aa88a", "#3d6652"

FOLDER = Path(__file__).parent / "images"
LARGEST_FILE = 40_000  # bytes


def tram() -> Canvas:
    c = Canvas((CREAM, AMBER))
    c.circle(1130, 400, 240, OCHRE)
    c.circle(1130, 400, 200, AMBER, 0.55)
    random = Random(4)
    x = -40.0
    while x < WIDTH:
        width, height = random.randint(110, 210), random.randint(230, 470)
        c.rect(x, 740 - height, x + width, 760, mix(SAND, ROSE, random.random() * 0.5))
        x += width
    x = -70.0
    for _ in range(9):
        width, height = random.randint(170, 230), random.randint(190, 330)
        shade = mix(TERRA, SAND, 0.35 + random.random() * 0.4)
        top = 740 - height
        c.rect(x, top, x + width, 760, shade)
        c.rect(x, top, x + width, top + 14, mix(shade, RUST, 0.45))
        for column in range(3):
            left = x + width * (column + 0.5) / 3 - 17
            for row in range(2):
                c.arch(left, top + 46 + row * 110, left + 34, top + 116 + row * 110, mix(shade, INK, 0.55))
        x += width
    c.rect(0, 740, WIDTH, HEIGHT, (NAVY, INK))
    c.rect(0, 740, WIDTH, 752, mix(SAND, NAVY, 0.35))
    # Overhead line and posts
    c.line([(0, 330), (WIDTH, 330)], 4, INK)
    c.line([(0, 300), (400, 318), (800, 300), (1200, 318), (WIDTH, 300)], 3, INK, 0.8)
    for post in (110, 1490):
        c.line([(post, 290), (post, 745)], 10, INK)
        c.line([(post - 70, 330), (post + 70, 330)], 6, INK)
    # The tram
    c.line([(770, 330), (840, 385), (760, 440)], 7, INK)
    c.rect(700, 432, 900, 452, INK, radius=8)
    c.rect(250, 446, 1350, 800, TERRA, radius=46)
    c.rect(250, 446, 1350, 520, CREAM, radius=40)
    c.rect(250, 494, 1350, 640, CREAM)
    c.rect(250, 636, 1350, 652, AMBER)
    c.rect(250, 652, 1350, 712, (TERRA, RUST))
    c.rect(250, 712, 1350, 790, RUST, radius=30)
    for start in (424, 617, 811, 1004):
        c.rect(start, 508, start + 172, 622, (DEEP, TEAL), radius=14)
        c.polygon([(start + 70, 508), (start + 110, 508), (start + 50, 622), (start + 10, 622)], SKY, 0.35)
        c.polygon([(start + 130, 508), (start + 142, 508), (start + 82, 622), (start + 70, 622)], SKY, 0.35)
    for start in (278, 1278):
        c.rect(start, 508, start + 44, 622, (DEEP, TEAL), radius=14)
    for door in (346, 1198):
        c.rect(door, 500, door + 56, 776, mix(RUST, INK, 0.25), radius=8)
        c.rect(door + 6, 512, door + 26, 700, TEAL, radius=5)
        c.rect(door + 31, 512, door + 51, 700, TEAL, radius=5)
    for head in (268, 1332):
        c.circle(head, 690, 15, AMBER)
    c.rect(300, 786, 1300, 808, INK, radius=8)
    for wheel in (400, 500, 750, 850, 1100, 1200):
        c.circle(wheel, 806, 34, INK)
        c.circle(wheel, 806, 15, mix(INK, SKY, 0.35))
    c.rect(0, 838, WIDTH, 846, mix(SKY, NAVY, 0.3))
    c.rect(0, 884, WIDTH, 894, mix(SKY, NAVY, 0.45))
    for sleeper in range(-20, WIDTH, 90):
        c.polygon(
            [(sleeper, 846), (sleeper + 30, 846), (sleeper + 24, 884), (sleeper - 8, 884)], mix(NAVY, SKY, 0.14)
        )
    c.polygon([(250, 846), (1350, 846), (1310, 980), (290, 980)], TERRA, 0.10)
    return c


def solar() -> Canvas:
    c = Canvas(("#f4d9a6", "#f6e7cb"))
    c.halo(1180, 330, 130, AMBER, rings=4, alpha=0.16)
    c.circle(1180, 330, 130, OCHRE)
    hills = smooth([(-20, 520), (260, 450), (520, 505), (800, 430), (1150, 510), (1450, 455), (1620, 500)])
    c.polygon([*hills, (1620, 700), (-20, 700)], mix(SAND, ROSE, 0.45))
    hills = smooth([(-20, 545), (350, 505), (700, 555), (1050, 500), (1620, 560)])
    c.polygon([*hills, (1620, 1000), (-20, 1000)], (SAND, mix(SAND, OCHRE, 0.5)))
    for row, (y, height, width) in enumerate(((560, 62, 190), (650, 105, 320), (800, 175, 540))):
        gap = width * 0.10
        start = -width * (0.35 + 0.3 * (row % 2))
        while start < WIDTH:
            lean = height * 0.62
            c.ellipse(start + width * 0.5, y + height * 1.16, width * 0.5, height * 0.10, RUST, 0.22)
            for leg in (0.25, 0.75):
                foot = start + width * leg
                c.line([(foot, y + height * 0.6), (foot, y + height * 1.18)], height * 0.045, INK)

            def at(u: float, v: float) -> Point:
                return start + lean * (1 - v) * 0.45 + u * width, y + v * height  # noqa: B023 - used at once

            c.polygon([at(0, 0), at(1, 0), at(1, 1), at(0, 1)], (TEAL, NAVY))
            c.polygon([at(0.12, 0), at(0.34, 0), at(0.2, 1), at(-0.0, 1)], SKY, 0.22)
            c.polygon([at(0.42, 0), at(0.48, 0), at(0.34, 1), at(0.28, 1)], SKY, 0.22)
            for u in range(7):
                c.line([at(u / 6, 0), at(u / 6, 1)], max(1.6, height * 0.016), CREAM, 0.75)
            for v in range(4):
                c.line([at(0, v / 3), at(1, v / 3)], max(1.6, height * 0.016), CREAM, 0.75)
            start += width + gap
    return c


def archive() -> Canvas:
    c = Canvas(("#2a1c1b", "#1b1a22"))
    random = Random(11)
    inks = (RUST, TERRA, mix(OCHRE, INK, 0.25), mix(FOREST, INK, 0.2), mix(DEEP, INK, 0.15), mix(SAND, INK, 0.3))
    for shelf in range(4):
        floor = 250 + shelf * 250
        x = 640.0
        while x < WIDTH:
            width, height = random.randint(30, 66), random.randint(140, 205)
            ink = random.choice(inks)
            c.rect(x, floor - height, x + width - 4, floor, (ink, mix(ink, INK, 0.35)), radius=5)
            c.rect(x + 5, floor - height + 26, x + width - 9, floor - height + 32, AMBER, 0.75)
            c.rect(x + 5, floor - 40, x + width - 9, floor - 34, AMBER, 0.75)
            x += width
        c.rect(600, floor, WIDTH, floor + 24, ("#5a3a2a", "#3a2620"))
    c.rect(600, 0, 640, HEIGHT, ("#5a3a2a", "#3a2620"))
    # A page leaves the shelf and turns into squares of light
    c.polygon([(520, 250), (940, 190), (1010, 690), (590, 750)], INK, 0.45)
    page = [(480, 220), (900, 160), (970, 660), (550, 720)]
    c.polygon(page, (PAPER, CREAM))

    def on_page(u: float, v: float) -> Point:
        return 480 + 420 * u + 70 * v, 220 - 60 * u + 500 * v

    for line in range(9):
        v = 0.14 + line * 0.09
        start, end = (0.9, 0.18 + random.random() * 0.14) if line else (0.68, 0.32)
        handwriting(c, [on_page(start, v), on_page(end, v)], 15, INK if line else RUST, random)
    c.polygon([on_page(0.86, -0.0), on_page(1, 0), on_page(1, 0.1)], mix(CREAM, OCHRE, 0.5))
    for _ in range(190):
        reach = random.random() ** 1.5
        x = 545 - reach * 520 + random.uniform(-10, 30)
        y = 470 + random.gauss(0, 1) * (110 + reach * 190)
        side = 8 + (1 - reach) * 26 * random.random() + 4
        ink = random.choice((CREAM, AMBER, OCHRE, SKY, TEAL))
        c.rect(x, y, x + side, y + side, ink, 0.95 - 0.6 * reach)
    return c


def handwriting(c: Canvas, baseline: list[Point], size: float, ink: str, random: Random) -> list[tuple[float, float]]:
    """Writes imaginary words (teeth, ascenders, bowls, loops, dots) along a line from right to left.

    Returns where each word starts and ends, in units from the start of the line.
    """
    (x, y), (end_x, end_y) = baseline
    length = math.hypot(end_x - x, end_y - y)
    ux, uy = (end_x - x) / length, (end_y - y) / length

    def at(along: float, up: float) -> Point:
        # The normal of a line that runs to the left points up when it is turned clockwise.
        return x + ux * along - uy * up, y + uy * along + ux * up

    along = 0.0
    words = []
    while along < length - size * 2:
        letters = random.randint(2, 5)
        start = along
        stroke: list[Point] = [at(along, 0)]
        for letter in range(letters):
            kind = "bowl" if letter == letters - 1 else random.choice(("tooth", "tooth", "rise", "loop"))
            if kind == "rise":
                stroke += [at(along + size * 0.3, 0), at(along + size * 0.4, size * 1.9), at(along + size * 0.5, 0)]
                along += size * 0.8
            elif kind == "tooth":
                stroke += [at(along + size * 0.3, 0), at(along + size * 0.5, size * 0.7), at(along + size * 0.7, 0)]
                if random.random() < 0.6:
                    dot = at(along + size * 0.5, size * random.choice((1.35, -0.6)))
                    c.circle(*dot, size * 0.17, ink)
                along += size * 0.9
            elif kind == "loop":
                stroke += [
                    at(along + size * (0.55 - 0.4 * math.cos(a)), size * (0.4 - 0.4 * math.sin(a + 1.57)))
                    for a in (0, 1.05, 2.1, 3.14, 4.2, 5.2, 6.28)
                ]
                along += size * 1.1
            else:
                stroke += [
                    at(along + size * (0.9 - 0.8 * math.cos(a)), -size * 0.75 * math.sin(a)) for a in (0.2, 1, 2, 3)
                ]
                if random.random() < 0.6:
                    c.circle(*at(along + size * 0.9, size * 0.25), size * 0.17, ink)
                along += size * 1.9
        c.line(smooth(stroke, 6), size * 0.22, ink)
        words.append((start, along))
        along += size * 0.75
    return words


def chess() -> Canvas:
    c = Canvas((TERRA, "#d9785b"))
    c.circle(1120, 330, 250, "#f0b872")
    far, near, left, right = 560.0, 1060.0, 330.0, -260.0

    def on_board(u: float, v: float) -> Point:
        # Rows grow toward the viewer, as in a perspective with one vanishing point.
        depth = v**1.35
        x0, x1 = left + (right - left) * depth, WIDTH - left - (right - left) * depth
        return x0 + (x1 - x0) * u, far + (near - far) * depth

    for row in range(8):
        for column in range(8):
            corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
            c.polygon([on_board(u / 8, v / 8) for u, v in corners], CREAM if (row + column) % 2 else INK)
    c.polygon([on_board(0, 0), on_board(1, 0), (WIDTH - left, far - 12), (left, far - 12)], RUST)

    def piece(profile: list[tuple[float, float]], x: float, floor: float, size: float, ink: str, light: str) -> None:
        side = [(width * size, floor - height * size) for width, height in profile]
        c.ellipse(x + size * 0.55, floor - size * 0.05, size * 0.75, size * 0.085, RUST, 0.45, turn=-5)
        c.ellipse(x, floor, profile[0][0] * size, profile[0][0] * size * 0.22, ink)
        outline = smooth(side, 6)
        c.polygon([(x + w, y) for w, y in outline] + [(x - w, y) for w, y in reversed(outline)], ink)
        c.polygon([(x - w * 0.35, y) for w, y in outline] + [(x - w * 0.82, y) for w, y in reversed(outline)], light)

    stem = [(0.36, 0), (0.37, 0.07), (0.30, 0.12), (0.30, 0.16), (0.17, 0.28)]
    pawn = [*stem, (0.12, 0.55), (0.12, 0.62), (0.22, 0.66), (0.22, 0.69), (0.13, 0.71)]
    king = [
        *stem, (0.12, 0.8), (0.11, 1.1), (0.24, 1.14), (0.24, 1.18), (0.13, 1.22), (0.22, 1.5), (0.20, 1.53),
        (0.05, 1.58), (0, 1.6),
    ]
    piece(pawn, 1180, 660, 190, OCHRE, AMBER)
    c.circle(1180, 660 - 0.83 * 190, 36, OCHRE)
    piece(pawn, 520, 700, 230, INK, NAVY)
    c.circle(520, 700 - 0.83 * 230, 43, INK)
    piece(king, 800, 820, 410, NAVY, mix(NAVY, TEAL, 0.5))
    top = 820 - 1.6 * 410
    c.rect(788, top - 72, 812, top + 14, NAVY, radius=4)
    c.rect(764, top - 50, 836, top - 27, NAVY, radius=4)
    piece(pawn, 1090, 890, 300, OCHRE, AMBER)
    c.circle(1090, 890 - 0.83 * 300, 57, OCHRE)
    c.circle(1070, 890 - 0.88 * 300, 20, AMBER)
    return c


def dictionary() -> Canvas:
    c = Canvas((DEEP, NAVY))
    # Letters rise from the book: nun, ba, waw, dal, alif and ha as plain geometry
    bowl(c, 800, 330, 170, 46, AMBER)
    c.circle(800, 300, 36, TERRA)
    bowl(c, 340, 330, 92, 26, SKY, flat=0.55)
    c.circle(340, 425, 17, SKY)
    bowl(c, 1250, 250, 92, 26, CREAM, flat=0.55)
    for dot in (1225, 1275):
        c.circle(dot, 205, 15, CREAM)
    c.line([(560, 150), (560, 300)], 26, ROSE)
    c.arc(1060, 470, 42, 0, 360, 24, ROSE)
    c.line(smooth([(1102, 470), (1098, 540), (1050, 580), (985, 580)]), 24, ROSE)
    c.line(smooth([(1370, 430), (1420, 480), (1410, 520), (1330, 522)]), 24, TEAL)
    c.line([(190, 180), (190, 270)], 20, TEAL)
    c.line(smooth([(520, 470), (560, 430), (600, 470), (560, 520), (500, 520)]), 22, OCHRE)
    c.polygon([(120, 930), (800, 980), (1480, 930), (1480, 960), (800, 1000), (120, 960)], INK, 0.5)
    for depth in range(5, -1, -1):
        drop = depth * 9
        page = mix(PAPER, SAND, depth * 0.16)
        for side in (-1, 1):
            edge = smooth(
                [
                    (800, 720 + drop), (800 + side * 190, 655 + drop), (800 + side * 430, 655 + drop),
                    (800 + side * 660, 700 + drop),
                ]
            )
            c.polygon(
                [
                    *edge, (800 + side * 690, 900 + drop), (800 + side * 430, 862 + drop),
                    (800 + side * 190, 872 + drop), (800, 935 + drop),
                ], page,
            )
    c.line([(800, 722), (800, 934)], 5, SAND)
    for side in (-1, 1):
        for row in range(5):
            y = 715 + row * 36
            near, far = 60.0, 590.0 - 40 * (row % 3 == 2)
            points = [
                (800 + side * d, y + 22 - 44 * math.sin(d / 620 * math.pi) + row * 2)
                for d in (near, 200, 350, 470, far)
            ]
            c.line(smooth(points), 9, TERRA if row == 0 else mix(INK, PAPER, 0.45))
    return c


def bowl(c: Canvas, x: float, y: float, radius: float, width: float, ink: str, flat: float = 1) -> None:
    """The body of nun, or with ``flat`` below 1 of ba: an arc open at the top."""
    points = [(px, y + (py - y) * flat) for px, py in arc_points(x, y, radius, -18, 198, 60)]
    c.line(points, width, ink)


def reef() -> Canvas:
    c = Canvas(("#2f93a0", "#0b2f47"))
    for ray, width in ((250, 90), (560, 150), (950, 110), (1290, 160)):
        c.polygon([(ray, -10), (ray + width, -10), (ray + width * 2.4 - 260, 900), (ray - 330, 900)], SKY, 0.10)
    far = smooth([(-20, 700), (200, 640), (420, 720), (700, 660), (980, 740), (1250, 640), (1620, 700)])
    c.polygon([*far, (1620, 1000), (-20, 1000)], mix(DEEP, "#0b2f47", 0.4))
    random = Random(23)

    def coral(x: float, y: float, angle: float, length: float, width: float, ink: str, depth: int) -> None:
        tip = (x + math.cos(angle) * length, y + math.sin(angle) * length)
        bend = ((x + tip[0]) / 2 + random.uniform(-8, 8), (y + tip[1]) / 2)
        c.line(smooth([(x, y), bend, tip], 8), width, ink, taper=0.72)
        if depth:
            for turn in (-0.45, 0.42):
                coral(*tip, angle + turn + random.uniform(-0.15, 0.15), length * 0.78, width * 0.72, ink, depth - 1)

    for x, ink, size in (
        (180, mix(TERRA, DEEP, 0.45), 80), (720, mix(OCHRE, DEEP, 0.5), 70), (1400, mix(ROSE, DEEP, 0.5), 80),
    ):
        coral(x, 800, -math.pi / 2, size, 22, ink, 4)
    near = smooth([(-20, 880), (240, 820), (520, 890), (860, 850), (1200, 900), (1620, 820)])
    c.polygon([*near, (1620, 1010), (-20, 1010)], (mix(SAND, DEEP, 0.35), mix(SAND, INK, 0.55)))
    coral(330, 880, -math.pi / 2, 135, 40, TERRA, 5)
    coral(1180, 900, -math.pi / 2 + 0.05, 140, 42, ROSE, 5)
    for tube, (x, height) in enumerate(((600, 210), (655, 280), (715, 170), (760, 230))):
        c.polygon([(x - 20, 900), (x - 27, 890 - height), (x + 27, 890 - height), (x + 20, 900)], (AMBER, OCHRE))
        c.ellipse(x, 890 - height, 27, 10, RUST)
        c.line([(x - 10, 870 - height + 50), (x - 9, 860)], 5, CREAM, 0.35 if tube % 2 else 0.2)
    for x, radius in ((960, 84), (1420, 66)):
        c.polygon([*arc_points(x, 890, radius, 180, 360), (x + radius, 900), (x - radius, 900)], SAGE)
        for step in range(1, 5):
            c.arc(x, 900, radius * step / 5, 190, 350, 5, FOREST, 0.7)
    for blade in range(9):
        x = 60 + blade * 17
        c.line(
            smooth([(x, 900), (x + 16, 820), (x - 8, 750), (x + 12, 690 + 12 * (blade % 3))]), 9, SAGE, 0.85,
            taper=0.4,
        )
    shoal = [
        (420, 250, 1.0), (530, 300, 0.9), (500, 200, 0.8), (620, 250, 1.0), (650, 330, 0.75), (720, 215, 0.8),
        (340, 310, 0.85), (570, 380, 0.7), (780, 290, 0.9),
    ]
    for x, y, share in shoal:
        fish(c, x, y, 34 * share, AMBER, OCHRE)
    fish(c, 1210, 430, 92, CREAM, TERRA)
    for x, y, radius in (
        (1010, 300, 9), (1035, 240, 14), (1000, 180, 7), (1060, 130, 18), (880, 560, 8), (900, 510, 11),
    ):
        c.arc(x, y, radius, 0, 360, 3, PAPER, 0.7)
    return c


def fish(c: Canvas, x: float, y: float, size: float, body: str, fins: str) -> None:
    """A fish that swims to the left, the way the pages are read."""
    c.polygon(
        [
            (x + size * 0.85, y), (x + size * 1.55, y - size * 0.55), (x + size * 1.35, y),
            (x + size * 1.55, y + size * 0.55),
        ], fins,
    )
    c.polygon(
        smooth(
            [(x - size * 0.1, y - size * 0.45), (x + size * 0.35, y - size * 0.85), (x + size * 0.6, y - size * 0.3)],
            8,
        ),
        fins,
    )
    outline = smooth(
        [
            (x - size, y), (x - size * 0.4, y - size * 0.46), (x + size * 0.4, y - size * 0.4), (x + size, y),
            (x + size * 0.4, y + size * 0.4), (x - size * 0.4, y + size * 0.46), (x - size, y),
        ], 10,
    )
    c.polygon(outline, body)
    if size > 60:
        for stripe in (-0.25, 0.2, 0.58):
            half = 0.45 * math.sqrt(max(0.0, 1 - stripe**2))
            c.line(
                smooth(
                    [
                        (x + size * stripe, y - size * half), (x + size * (stripe + 0.09), y),
                        (x + size * stripe, y + size * half),
                    ]
                ),
                size * 0.11, fins,
            )
    c.circle(x - size * 0.62, y - size * 0.1, size * 0.085, INK)


def recognition() -> Canvas:
    c = Canvas((NAVY, INK))
    for column in range(0, WIDTH, 50):
        for row in range(0, HEIGHT, 50):
            c.circle(column + 25, row + 25, 2.2, TEAL, 0.45)
    c.polygon([(690, 130), (1400, 130), (1400, 1000), (690, 1000)], INK, 0.6)
    c.rect(660, 90, 1370, 1010, (PAPER, CREAM))
    random = Random(31)
    read: list[tuple[float, float]] = []
    handwriting(c, [(1290, 200), (860, 200)], 34, TERRA, random)
    for line in range(8):
        y = 310 + line * 84
        words = handwriting(c, [(1300, y), (740 + (260 if line == 5 else 0), y)], 25, INK, random)
        if line == 3:
            read = [(1300 - end, 1300 - start) for start, end in words]
    # The beam reads from the right edge to the left, one line at a time
    c.rect(660, 500, 1370, 606, AMBER, 0.32)
    c.rect(628, 496, 1402, 504, AMBER, radius=4)
    c.rect(628, 602, 1402, 610, AMBER, radius=4)
    for x0, x1 in read:
        for x, sx in ((x0 - 6, 1), (x1 + 6, -1)):
            for y, sy in ((514, 1), (592, -1)):
                c.line([(x, y + sy * 20), (x, y), (x + sx * 20, y)], 5, TERRA)
    for row in range(11):
        x = 560.0
        y = 180 + row * 72
        reading = row == 5
        for _ in range(random.randint(4, 8)):
            width = random.choice((18, 18, 42, 66))
            x -= width + 14
            if x < 130:
                break
            ink = AMBER if reading else random.choice((TEAL, SKY, TEAL, SAGE))
            c.rect(x, y, x + width, y + 26, ink, 1 if reading else 0.25 + 0.06 * row if row < 5 else 0.14, radius=9)
    return c


def chip() -> Canvas:
    c = Canvas((INK, "#0b2a33"))
    random = Random(8)
    inks = (TEAL, TEAL, mix(TEAL, INK, 0.4), OCHRE, mix(SKY, INK, 0.45))
    for side in range(4):
        for lane in range(11):
            offset = -200 + lane * 40
            reach = random.randint(60, 150)
            slope = (lane - 5) * random.choice((22, 30))
            run = random.randint(120, 560)
            points: list[Point] = [
                (230, offset), (230 + reach, offset), (230 + reach + abs(slope), offset + slope),
                (230 + reach + abs(slope) + run, offset + slope),
            ]
            turned = []
            for x, y in points:
                dx, dy = [(x, y), (-y, x), (-x, -y), (y, -x)][side]
                turned.append((800 + dx, 500 + dy))
            ink = random.choice(inks)
            c.line(turned, 7, ink)
            c.circle(*turned[-1], 13, ink)
            c.circle(*turned[-1], 5.5, INK)
    for pin in range(11):
        offset = -200 + pin * 40
        c.rect(800 + offset - 9, 250, 800 + offset + 9, 750, SAND, radius=3)
        c.rect(550, 500 + offset - 9, 1050, 500 + offset + 9, SAND, radius=3)
    c.rect(580, 280, 1020, 720, ("#22384d", "#15263a"), radius=26)
    c.rect(640, 340, 960, 660, (DEEP, NAVY), radius=10)
    for row in range(6):
        for column in range(6):
            x, y = 656 + column * 49, 356 + row * 49
            heat = math.exp(-((column - 3.4) ** 2 + (row - 2.2) ** 2) / 5)
            c.rect(x, y, x + 43, y + 43, mix(TEAL, AMBER, heat), 0.35 + 0.6 * heat, radius=6)
    c.circle(612, 312, 10, SAND)
    return c


def skyline() -> Canvas:
    c = Canvas(("#20305a", "#e7a07c"))
    random = Random(16)
    for _ in range(70):
        c.circle(random.uniform(0, WIDTH), random.uniform(0, 330), random.uniform(1.2, 3), PAPER, 0.8)
    c.circle(1210, 210, 78, PAPER)
    c.circle(1180, 194, 70, mix("#20305a", "#e7a07c", 0.17))
    for layer, (base, ink) in enumerate(((640, "#b0717a"), (660, "#6d4a6b"), (690, "#2b2b4d"))):
        x = -30.0 - layer * 20
        while x < WIDTH:
            width = random.randint(60, 130) + layer * 14
            height = random.randint(110, 330) - layer * 30
            top = base - height
            c.rect(x, top, x + width, 720, ink)
            shape = random.random()
            if shape < 0.22:
                c.polygon(arc_points(x + width / 2, top, width * 0.36, 180, 360), ink)
                c.line([(x + width / 2, top - width * 0.36), (x + width / 2, top - width * 0.36 - 30)], 4, ink)
            elif shape < 0.4:
                c.rect(x + width * 0.36, top - 90, x + width * 0.64, top, ink)
                c.polygon(
                    [(x + width * 0.32, top - 86), (x + width * 0.68, top - 86), (x + width * 0.5, top - 150)], ink
                )
            elif shape < 0.52:
                c.line([(x + width / 2, top), (x + width / 2, top - 70)], 4, ink)
            if layer:
                for wy in range(int(top) + 22, 680, 30):
                    for wx in range(int(x) + 14, int(x + width) - 16, 24):
                        if random.random() < (0.30 if layer == 1 else 0.42):
                            c.rect(wx, wy, wx + 10, wy + 14, AMBER, 0.55 if layer == 1 else 0.95)
            x += width + random.choice((0, 0, 10))
    c.rect(0, 712, WIDTH, HEIGHT, ("#5d4466", "#1a1f3d"))
    for row in range(15):
        y = 735 + row * row * 1.15
        for _ in range(10):
            x = random.uniform(0, WIDTH)
            glint = random.uniform(30, 150)
            c.line([(x, y), (x + glint, y)], 3 + row * 0.35, random.choice((AMBER, ROSE, "#e7a07c")), 0.35)
    return c


def dunes() -> Canvas:
    c = Canvas(("#27425f", "#e9b58b"))
    random = Random(5)
    for _ in range(90):
        c.circle(random.uniform(0, WIDTH), random.uniform(0, 380), random.uniform(1, 2.8), PAPER, 0.75)
    layers = (
        ([(-20, 560), (250, 520), (520, 570), (850, 500), (1200, 565), (1620, 510)], "#c98d6f", "#b97f68"),
        ([(-20, 640), (300, 660), (640, 570), (980, 680), (1350, 600), (1620, 650)], "#dda572", "#c4845a"),
        ([(-20, 800), (240, 720), (560, 800), (900, 700), (1250, 810), (1620, 730)], "#e8b980", "#b8704a"),
        ([(-20, 880), (340, 930), (760, 850), (1150, 940), (1620, 840)], "#c98352", "#7d4232"),
    )
    for depth, (points, top, bottom) in enumerate(layers):
        c.polygon([*smooth(points), (1620, 1010), (-20, 1010)], (top, bottom))
        if depth == 2:
            # The sides away from the light, their feet hidden by the nearest dune
            for crest in (900, 240):
                ridge = smooth([(crest - 330, 802), (crest - 170, 752), (crest, 702 if crest > 500 else 722)])
                fall = smooth([(crest, ridge[-1][1]), (crest - 20, 780), (crest + 50, 850), (crest + 20, 1000)])
                c.polygon([*ridge, *fall, (crest - 420, 1000)], "#9a5c43", 0.5)
    for dish_x, dish_y, size in ((1180, 545, 1.0), (860, 492, 0.5), (640, 522, 0.34)):
        dish(c, dish_x, dish_y, size)
    return c


def dish(c: Canvas, x: float, y: float, size: float) -> None:
    """A radio telescope that looks up and to the left."""
    foot = y + 150 * size
    c.polygon([(x - 14 * size, y), (x + 14 * size, y), (x + 62 * size, foot), (x - 62 * size, foot)], INK)
    c.polygon(
        [(x - 4 * size, y + 60 * size), (x + 4 * size, y + 60 * size), (x + 28 * size, foot), (x - 28 * size, foot)],
        mix(INK, ROSE, 0.5),
    )
    axis = math.radians(-128)
    ux, uy = math.cos(axis), math.sin(axis)
    px, py = -uy, ux
    rim = 150 * size
    back = [
        (x + px * rim * t + ux * 70 * size * t * t, y + py * rim * t + uy * 70 * size * t * t)
        for t in (i / 12 - 1 for i in range(25))
    ]
    c.polygon([(bx - ux * 14 * size, by - uy * 14 * size) for bx, by in back], mix(INK, SKY, 0.25))
    c.polygon(back, PAPER)
    center = (x + ux * 70 * size, y + uy * 70 * size)
    c.ellipse(*center, rim, rim * 0.30, mix(PAPER, SKY, 0.5), turn=math.degrees(math.atan2(py, px)))
    focus = (x + ux * 190 * size, y + uy * 190 * size)
    for t in (-0.8, 0.8, 0.0):
        c.line([(x + px * rim * t + ux * 60 * size, y + py * rim * t + uy * 60 * size), focus], 4.5 * size, INK)
    c.circle(*focus, 12 * size, TERRA)


def observatory() -> Canvas:
    c = Canvas(("#0b1730", "#33507a"))
    random = Random(77)
    for _ in range(85):
        radius = random.uniform(60, 1150)
        start = random.uniform(0, 360)
        c.arc(
            640, 300, radius, start,
            start + random.uniform(8, 34),
            random.uniform(1.6, 4),
            random.choice((PAPER, SKY, AMBER, CREAM)),
            random.uniform(0.35, 0.9),
        )
    c.circle(640, 300, 5, PAPER)
    for x, y, length in ((1270, 130, 230), (980, 330, 130), (300, 200, 150)):
        c.line([(x, y), (x - length, y + length * 0.52)], 1.5, PAPER, 0.95, taper=5)
    hill = smooth([(-20, 830), (250, 790), (600, 850), (900, 740), (1150, 715), (1400, 760), (1620, 830)])
    c.polygon([*hill, (1620, 1010), (-20, 1010)], ("#16283f", INK))
    c.rect(960, 560, 1340, 750, ("#dfd3bd", "#8d8a8c"))
    c.rect(940, 545, 1360, 572, "#6f7480")
    c.polygon(arc_points(1150, 548, 200, 180, 360, 60), ("#f1e6d0", "#a9a5a3"))
    c.polygon([*arc_points(1150, 548, 200, 228, 248, 12), (1150 - 40, 548), (1150 - 95, 548)], INK)
    c.polygon([(1040, 430), (1076, 408), (1120, 500), (1085, 520)], TERRA)
    c.polygon([(1022, 402), (1068, 372), (1082, 402), (1040, 430)], RUST)
    for x in (1010, 1130, 1250):
        c.arch(x, 630, x + 44, 750, AMBER if x == 1130 else INK)
    near = smooth([(-20, 900), (400, 860), (820, 920), (1250, 850), (1620, 910)])
    c.polygon([*near, (1620, 1010), (-20, 1010)], INK)
    for x, height in ((110, 170), (165, 130), (215, 190), (1480, 160), (1535, 200)):
        c.polygon(
            smooth(
                [
                    (x - 20, 900), (x - 14, 900 - height * 0.6), (x, 880 - height),
                    (x + 14, 900 - height * 0.6), (x + 20, 900),
                ]
            ),
            INK,
        )
    return c


def harbor() -> Canvas:
    c = Canvas(("#f2d7b0", "#f3ead7"))
    c.circle(430, 330, 120, TERRA, 0.9)
    c.polygon(
        [*smooth([(-20, 640), (300, 590), (640, 640), (1000, 600), (1620, 640)]), (1620, 720), (-20, 720)],
        mix(SKY, SAND, 0.4),
    )
    for x, ink in ((980, mix(DEEP, SKY, 0.45)), (1320, NAVY), (640, mix(DEEP, SKY, 0.62))):
        size = 1.0 if ink == NAVY else 0.8 if x == 980 else 0.62
        y = 760.0

        def at(dx: float, dy: float) -> Point:
            return x + dx * size, y - dy * size  # noqa: B023 - used at once

        width = 15 * size
        for leg in (-90, 90):
            c.line([at(leg, 0), at(leg * 0.86, 390)], width, ink)
        c.line([at(-85, 170), at(85, 170)], width * 0.7, ink)
        c.line([at(-88, 20), at(84, 170)], width * 0.45, ink)
        c.line([at(-480, 390), at(170, 390)], width * 1.3, ink)
        c.line([at(-40, 390), at(0, 590), at(60, 390)], width * 0.8, ink)
        c.line([at(-460, 396), at(0, 590), at(165, 396)], width * 0.35, ink)
        c.line([at(-250, 396), at(0, 590)], width * 0.35, ink)
        c.line([at(-300, 385), at(-300, 250)], width * 0.25, ink)
        c.rect(*at(-340, 386), *at(-262, 360), ink)
        c.rect(*at(80, 430), *at(170, 385), ink)
        c.rect(*at(-356, 250), *at(-244, 200), OCHRE if ink == NAVY else mix(OCHRE, SKY, 0.4))
    c.rect(0, 760, WIDTH, HEIGHT, (TEAL, DEEP))
    random = Random(19)
    inks = (TERRA, OCHRE, SAGE, CREAM, TEAL, RUST, SKY)
    for column in range(8):
        for row in range(random.choice((2, 3, 3, 4))):
            x, y = 150 + column * 98, 690 - row * 48
            ink = random.choice(inks)
            c.rect(x, y, x + 94, y + 45, ink)
            for rib in range(1, 6):
                c.rect(x + rib * 15.6, y + 5, x + rib * 15.6 + 3, y + 40, INK, 0.18)
    c.rect(985, 570, 1055, 740, PAPER)
    c.rect(975, 556, 1065, 574, NAVY)
    for window in range(3):
        c.rect(990 + window * 22, 590, 1006 + window * 22, 604, NAVY)
    c.polygon([(60, 735), (1150, 735), (1110, 860), (150, 860)], (NAVY, INK))
    c.polygon([(123, 820), (1123, 820), (1110, 860), (150, 860)], RUST)
    for row in range(7):
        y = 865 + row * 20
        for _ in range(9):
            start = random.uniform(-40, WIDTH)
            c.line([(start, y), (start + random.uniform(40, 130), y)], 4, SKY, 0.4)
    return c


def pitch() -> Canvas:
    c = Canvas(FOREST)
    for stripe in range(-4, 18):
        if stripe % 2:
            x = stripe * 130.0
            c.polygon([(x, 0), (x + 130, 0), (x - 170, HEIGHT), (x - 300, HEIGHT)], "#467459")
    white = PAPER
    c.line([(980, -10), (660, 1010)], 9, white)
    center, turn = (820, 500), -17.4
    ring = []
    for i in range(97):
        a = math.tau * i / 96
        dx, dy = 205 * math.cos(a), 205 * math.sin(a)
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        ring.append((center[0] + dx * cos - dy * sin, center[1] + dx * sin + dy * cos))
    c.line(ring, 9, white)
    c.circle(*center, 13, white)
    c.line([(-10, 250), (250, 330), (90, 850), (-10, 820)], 9, white)
    c.line([(1610, 130), (1440, 80)], 9, white)
    c.line([(1440, 80), (1280, 600), (1610, 705)], 9, white)
    path = smooth([(1330, 800), (1180, 640), (1040, 690), (860, 610), (640, 380), (430, 470), (210, 590)], 24)
    for i in range(0, len(path) - 9, 12):
        c.line(path[i : i + 6], 7, AMBER)
    blue, red = NAVY, TERRA
    for x, y, ink in (
        (1330, 800, red), (1040, 690, red), (640, 380, red), (950, 300, red), (480, 720, red),
        (1250, 330, blue), (760, 740, blue), (540, 250, blue), (350, 640, blue), (320, 420, blue),
        (1120, 520, blue),
    ):
        c.polygon([(x - 8, y + 24), (x + 20, y - 10), (x + 150, y + 78), (x + 120, y + 104)], INK, 0.28)
        c.circle(x, y, 34, INK, 0.25)
        c.circle(x, y - 4, 32, ink)
        c.circle(x, y - 4, 15, mix(ink, PAPER, 0.75))
    c.ellipse(236, 612, 30, 14, INK, 0.35)
    c.circle(210, 590, 25, PAPER)
    for spot in range(5):
        a = math.radians(72 * spot - 90)
        c.circle(210 + 15 * math.cos(a), 590 + 15 * math.sin(a), 5.5, INK)
    c.circle(210, 590, 6, INK)
    return c


def marathon() -> Canvas:
    c = Canvas((SKY, "#eef0e2"))
    c.circle(330, 240, 105, AMBER)
    for points, ink in (
        (
            [(-20, 470), (260, 330), (520, 450), (820, 300), (1150, 440), (1420, 340), (1620, 430)],
            mix(SKY, TEAL, 0.35),
        ),
        ([(-20, 560), (330, 480), (700, 560), (1080, 450), (1620, 560)], mix(SAGE, TEAL, 0.35)),
        ([(-20, 640), (420, 560), (900, 650), (1300, 560), (1620, 620)], SAGE),
    ):
        c.polygon([*smooth(points), (1620, 1010), (-20, 1010)], ink)
    c.polygon(
        [*smooth([(-20, 720), (500, 650), (1050, 730), (1620, 650)]), (1620, 1010), (-20, 1010)],
        (mix(SAGE, FOREST, 0.4), FOREST),
    )
    course = [
        (1015, 520), (1080, 560), (930, 600), (720, 640), (860, 700), (1180, 745), (1010, 830), (560, 900),
        (420, 1040),
    ]
    widths = [10, 14, 22, 34, 52, 78, 116, 180, 250]
    spine = smooth([(float(x), float(y)) for x, y in course], 30)
    left: list[Point] = []
    right: list[Point] = []
    for i, (x, y) in enumerate(spine):
        share = i / (len(spine) - 1) * (len(widths) - 1)
        low = min(int(share), len(widths) - 2)
        width = widths[low] + (widths[low + 1] - widths[low]) * (share - low)
        ahead = spine[min(i + 1, len(spine) - 1)]
        behind = spine[max(i - 1, 0)]
        dx, dy = ahead[0] - behind[0], ahead[1] - behind[1]
        norm = math.hypot(dx, dy) or 1
        # A road on the ground is seen from the side: its width shows along x, hardly along y.
        left.append((x - dy / norm * width * 0.25 - width / 2, y + dx / norm * width * 0.16))
        right.append((x + dy / norm * width * 0.25 + width / 2, y - dx / norm * width * 0.16))
    for i in range(len(spine) - 1):
        c.polygon([left[i], right[i], right[i + 1], left[i + 1]], mix(CREAM, SAND, 0.35))
        c.polygon([left[i], left[i + 1], right[i + 1], right[i]], mix(CREAM, SAND, 0.35))
    random = Random(42)
    inks = (TERRA, NAVY, OCHRE, PAPER, RUST, TEAL)
    runners = []
    for _ in range(150):
        i = int(random.random() ** 0.8 * (len(spine) - 30))
        u = random.uniform(0.15, 0.85)
        x = left[i][0] + (right[i][0] - left[i][0]) * u
        y = left[i][1] + (right[i][1] - left[i][1]) * u
        share = i / len(spine)
        runners.append((y, x, 2.5 + 26 * share**1.7))
    for y, x, size in sorted(runners):
        ink = random.choice(inks)
        c.ellipse(x + size * 0.9, y + size * 0.2, size * 1.1, size * 0.28, INK, 0.25)
        c.line([(x, y - size * 0.9), (x - size * 0.35, y)], size * 0.26, INK)
        c.line([(x, y - size * 0.9), (x + size * 0.4, y - size * 0.1)], size * 0.26, INK)
        c.line([(x, y - size * 1.7), (x, y - size * 0.95)], size * 0.55, ink)
        c.circle(x - size * 0.05, y - size * 2.4, size * 0.34, mix(RUST, INK, 0.4))
    for x, height in ((90, 260), (190, 200), (1450, 300), (1545, 230)):
        c.polygon(
            smooth(
                [
                    (x - 40, 980), (x - 30, 980 - height * 0.6), (x, 960 - height),
                    (x + 30, 980 - height * 0.6), (x + 40, 980),
                ]
            ),
            mix(FOREST, INK, 0.35),
        )
    return c


def theater() -> Canvas:
    c = Canvas(("#241626", "#3a1c24"))
    c.polygon([(700, -20), (860, -20), (1130, 800), (430, 800)], AMBER, 0.16)
    c.polygon([(740, -20), (820, -20), (1020, 800), (540, 800)], AMBER, 0.16)
    c.rect(0, 760, WIDTH, HEIGHT, ("#6d3a2c", "#3c1f1d"))
    for board in range(9):
        x = board * 200
        c.line([(800 + (x - 800) * 0.8, 762), (800 + (x - 800) * 1.6, 1000)], 3, "#2a1517", 0.7)
    c.ellipse(780, 838, 380, 62, AMBER, 0.55)
    c.ellipse(780, 838, 300, 46, CREAM, 0.45)
    # The empty chair
    c.polygon([(800, 850), (1020, 880), (1090, 862), (860, 838)], INK, 0.4)
    for x0, x1, y in ((705, 700, 846), (850, 858, 850), (730, 728, 815), (828, 834, 818)):
        c.line([(x0, 690), (x1, y)], 14, INK)
    c.polygon([(690, 682), (722, 655), (842, 655), (870, 682)], TERRA)
    c.rect(690, 682, 870, 700, RUST)
    c.line([(730, 655), (722, 490)], 14, INK)
    c.line([(834, 655), (842, 490)], 14, INK)
    for y in (505, 548, 591):
        c.line(smooth([(723, y), (782, y - 10), (841, y)]), 15, INK)
    for side in (-1, 1):
        for fold in range(7):
            x = 800 + side * (800 - fold * 58)
            pull = 60 - fold * 12
            shade = mix(RUST, "#3d0f14", 0.25 + 0.6 * (fold % 2))
            edge = smooth(
                [(x, -20), (x - side * pull * 0.2, 420), (x - side * (pull + 28), 900), (x - side * 4, 1010)]
            )
            c.polygon(
                [*edge, (800 + side * 830, 1010), (800 + side * 830, -20)]
                if not fold
                else [*edge, *[(px - side * 62, py) for px, py in reversed(edge)]],
                (shade, mix(shade, INK, 0.25)),
            )
    for swag in range(5):
        x = 160 + swag * 320
        c.polygon([*arc_points(x, -10, 165, 0, 180, 40)], TERRA if swag % 2 else mix(TERRA, RUST, 0.45))
        c.arc(x, -10, 165, 4, 176, 11, OCHRE)
    return c


def palms() -> Canvas:
    c = Canvas(("#f6c98b", "#f8e8c9"))
    c.circle(800, 520, 300, TERRA, 0.85)
    c.circle(800, 520, 245, OCHRE, 0.8)
    c.polygon(
        [*smooth([(-20, 650), (300, 610), (700, 650), (1100, 600), (1620, 650)]), (1620, 1010), (-20, 1010)],
        mix(SAND, TERRA, 0.35),
    )
    c.rect(0, 730, WIDTH, HEIGHT, (mix(FOREST, SAND, 0.35), FOREST))
    for furrow in range(-14, 15):
        c.polygon(
            [
                (800 + furrow * 62, 732), (800 + furrow * 62 + 16, 732), (800 + furrow * 210 + 70, 1010),
                (800 + furrow * 210, 1010),
            ], mix(FOREST, INK, 0.3), 0.5,
        )
    for x, foot, height, ink in (
        (640, 740, 200, mix(FOREST, TERRA, 0.5)), (980, 740, 230, mix(FOREST, TERRA, 0.45)),
        (460, 760, 270, mix(FOREST, TERRA, 0.3)), (1190, 770, 320, mix(FOREST, TERRA, 0.25)),
        (260, 860, 520, mix(FOREST, INK, 0.35)), (1390, 900, 600, mix(FOREST, INK, 0.45)),
    ):
        palm(c, x, foot, height, ink)
    return c


def palm(c: Canvas, x: float, foot: float, height: float, ink: str) -> None:
    """A date palm: ringed trunk, arching fronds, two clusters of fruit."""
    top = foot - height
    lean = height * 0.05
    c.line(smooth([(x, foot), (x - lean, foot - height * 0.5), (x, top)]), height * 0.065, ink, taper=0.75)
    for cluster in (-1, 1):
        cx, cy = x + cluster * height * 0.085, top + height * 0.13
        c.line([(x, top), (cx, cy)], height * 0.02, OCHRE)
        for dx, dy in ((0, 0), (-0.3, 0.4), (0.3, 0.4), (0, 0.8), (-0.25, 1.1), (0.25, 1.1), (0, 1.5)):
            c.circle(cx + dx * height * 0.05, cy + dy * height * 0.045, height * 0.026, RUST)
    for frond in (0, 10, 1, 9, 2, 8, 3, 7, 4, 6, 5):
        angle = math.radians(-205 + frond * 23)
        reach = height * (0.42 if 2 < frond < 8 else 0.46)
        tip = (x + math.cos(angle) * reach, top + math.sin(angle) * reach * 0.75 + height * 0.16)
        bend = (x + math.cos(angle) * reach * 0.6, top + math.sin(angle) * reach * 0.66 - height * 0.06)
        rib = smooth([(x, top), bend, tip], 12)
        upper: list[Point] = []
        lower: list[Point] = []
        for i, (px, py) in enumerate(rib):
            (ax, ay), (bx, by) = rib[max(0, i - 1)], rib[min(len(rib) - 1, i + 1)]
            along = math.atan2(by - ay, bx - ax)
            # Leaflets as the teeth of one outline, longest in the middle
            size = height * 0.07 * math.sin(min(1.0, i / len(rib) + 0.08) * math.pi) * (1 if i % 2 else 0.45)
            upper.append((px + math.cos(along - 0.9) * size, py + math.sin(along - 0.9) * size))
            lower.append((px + math.cos(along + 0.9) * size, py + math.sin(along + 0.9) * size))
        c.polygon([*upper, *reversed(lower)], mix(ink, SAGE, 0.05 + 0.25 * (frond % 2)))
        c.line(rib, height * 0.012, mix(ink, SAND, 0.3), taper=0.3)


def membrane() -> Canvas:
    c = Canvas(("#dfeceb", "#f3f3ea"))
    layers = (
        (300, 26, TEAL), (400, 30, mix(TEAL, DEEP, 0.5)), (510, 34, DEEP), (630, 38, mix(DEEP, NAVY, 0.6)),
        (760, 42, NAVY),
    )
    for y, swell, ink in layers:
        crest = [
            (x, y + swell * math.sin(x / 118 + y / 60) + swell * 0.5 * math.sin(x / 61 + y))
            for x in range(860, 1641, 10)
        ]
        c.polygon([*crest, (1640, 1010), (860, 1010)], ink)
    random = Random(3)
    for _ in range(70):
        left, top = random.uniform(940, 1580), random.uniform(440, 970)
        side = random.uniform(8, 17)
        c.polygon(
            [(left, top - side), (left + side, top), (left, top + side), (left - side, top)],
            random.choice((PAPER, SAND, AMBER, ROSE)),
            0.9,
        )
    c.polygon(
        [(0, 470), *[(x, 470 + 10 * math.sin(x / 90)) for x in range(0, 861, 10)], (860, 1010), (0, 1010)],
        (mix(SKY, PAPER, 0.35), "#7fb9c0"),
    )
    for y, reach in ((590, 520), (700, 640), (810, 560), (920, 690)):
        wave = [(x, y + 7 * math.sin(x / 46 + y)) for x in range(780 - reach, 781, 10)]
        c.line([(float(px), py) for px, py in wave], 6, PAPER, 0.75)
    for x, y, size in ((520, 250, 88), (300, 350, 48), (690, 380, 36), (180, 190, 30)):
        drop = smooth(
            [
                (x, y - size * 1.5), (x + size * 0.62, y - size * 0.35), (x + size * 0.78, y + size * 0.35),
                (x + size * 0.4, y + size * 0.9), (x, y + size), (x - size * 0.4, y + size * 0.9),
                (x - size * 0.78, y + size * 0.35), (x - size * 0.62, y - size * 0.35), (x, y - size * 1.5),
            ]
        )
        c.polygon(drop, (SKY, TEAL))
        c.line(
            smooth(
                [
                    (x - size * 0.42, y + size * 0.1), (x - size * 0.34, y + size * 0.45),
                    (x - size * 0.1, y + size * 0.68),
                ]
            ),
            size * 0.13, PAPER, 0.8,
        )
    c.rect(800, 90, 930, 1010, OCHRE)
    c.rect(790, 70, 940, 110, RUST, radius=8)
    for row in range(20):
        for column in range(3):
            x, y = 822 + column * 43 + (row % 2) * 8 - 4, 150 + row * 44
            c.circle(x, y, 12, PAPER if row < 9 else mix(SKY, PAPER, 0.4))
            c.circle(x, y, 12, RUST, 0.15)
    return c


def oud() -> Canvas:
    c = Canvas((mix(OCHRE, SAND, 0.25), mix(OCHRE, TERRA, 0.35)))
    for ring in range(7):
        c.arc(560, 560, 400 + ring * 95, 150, 420, 5, CREAM, 0.55 - ring * 0.06)
    axis = math.radians(-36)
    ux, uy = math.cos(axis), math.sin(axis)
    px, py = -uy, ux

    def at(along: float, across: float) -> Point:
        return 560 + ux * along + px * across, 560 + uy * along + py * across

    body = [at(-330, 0), at(-300, 150), at(-190, 245), at(-40, 262), at(130, 205), at(290, 105), at(400, 42)]
    mirrored = [
        at(-330, 0), at(-300, -150), at(-190, -245), at(-40, -262), at(130, -205), at(290, -105),
        at(400, -42),
    ]
    outline = [*smooth(body), *reversed(smooth(mirrored))]
    c.polygon([(x + 26, y + 44) for x, y in outline], INK, 0.28)
    c.polygon(outline, RUST)
    center = at(20, 0)
    c.polygon(
        [(center[0] + (x - center[0]) * 0.94, center[1] + (y - center[1]) * 0.94) for x, y in outline], (AMBER, SAND)
    )
    c.polygon([at(380, 46), at(800, 30), at(800, -30), at(380, -46)], INK)
    c.polygon([at(798, -34), at(835, -34), at(800, 190), at(760, 180)], mix(RUST, INK, 0.4))
    for peg in range(5):
        along, across = 826 - peg * 9, -4 + peg * 40
        c.line([at(along - 75, across - 8), at(along + 55, across + 8)], 9, INK)
        c.circle(*at(along + 60, across + 8), 12, INK)
    rose = at(60, 0)
    c.circle(*rose, 100, RUST)
    c.circle(*rose, 88, INK)
    for petal in range(8):
        a = math.tau * petal / 8
        for radius, ink in ((26, AMBER), (13, INK)):
            c.circle(rose[0] + 52 * math.cos(a), rose[1] + 52 * math.sin(a), radius, ink)
    c.circle(*rose, 22, AMBER)
    for along, across in ((215, 92), (215, -92)):
        c.circle(*at(along, across), 32, RUST)
        c.circle(*at(along, across), 25, INK)
        c.circle(*at(along, across), 11, AMBER)
    c.polygon([at(-215, 88), at(-190, 88), at(-190, -88), at(-215, -88)], INK)
    for string in range(6):
        across = -45 + string * 18
        c.line([at(-203, across * 1.45), at(800, across * 0.55)], 2.6, PAPER, 0.95)
    return c


def code() -> Canvas:
    c = Canvas((TEAL, DEEP))
    for row in range(5):
        for column in range(8):
            x, y = column * 230 - 40 + (row % 2) * 115, row * 230 - 10
            c.rect(x - 6, y - 26, x + 6, y + 26, SKY, 0.16)
            c.rect(x - 26, y - 6, x + 26, y + 6, SKY, 0.16)
    c.rect(205, 165, 1105, 885, INK, 0.35, radius=28)
    c.rect(180, 130, 1080, 850, ("#182a3f", INK), radius=28)
    c.rect(180, 130, 1080, 200, "#22384f", radius=28)
    c.rect(180, 172, 1080, 202, "#22384f")
    for i, ink in enumerate((TERRA, AMBER, SAGE)):
        c.circle(226 + i * 38, 166, 11, ink)
    random = Random(13)
    for row, (indent, count) in enumerate(
        ((0, 3), (0, 2), (1, 3), (2, 4), (2, 2), (3, 3), (2, 2), (1, 3), (0, 1), (0, 3))
    ):
        left = 262 + indent * 62.0
        y = 245 + row * 58
        c.rect(206, y + 6, 232, y + 14, SKY, 0.3, radius=4)
        for word in range(count):
            width = random.choice((60, 90, 130, 170)) if word else random.choice((80, 110))
            width = min(width, 1040 - int(left))
            c.rect(
                left, y, left + width, y + 22,
                (ROSE, AMBER, SKY, SAGE, CREAM)[random.randrange(5)] if word else OCHRE,
                0.95,
                radius=11,
            )
            left += width + 22
    for x, ink in ((1200, CREAM), (1390, AMBER)):
        for dx, shade, alpha in ((16, INK, 0.3), (0, ink, 1.0)):
            c.rect(x - 88 + dx, 462 + dx, x + 88 + dx, 518 + dx, shade, alpha, radius=8)
            c.rect(x - 28 + dx, 402 + dx, x + 28 + dx, 578 + dx, shade, alpha, radius=8)
    return c


def helix() -> Canvas:
    c = Canvas((FOREST, "#1f3d3a"))
    for ring in range(6):
        c.circle(1180, 220, 620 - ring * 95, SAGE, 0.07)
    turns: list[tuple[float, Point, Point, float]] = []
    for i in range(61):
        t = i / 60
        cx, cy = 170 + t * 1260, 860 - t * 690
        phase = t * math.tau * 1.75
        nx, ny = 0.48, 0.877
        swing = 170 * math.sin(phase)
        turns.append((math.cos(phase), (cx + nx * swing, cy + ny * swing), (cx - nx * swing, cy - ny * swing), t))
    for i in range(2, 60, 3):
        _, a, b, _ = turns[i]
        middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        c.line([a, middle], 10, (TERRA, AMBER)[i % 2])
        c.line([middle, b], 10, (SKY, ROSE)[i % 2])
    for front in (False, True):
        for i in range(60):
            for strand, sign in ((0, 1), (1, -1)):
                depth = sign * turns[i][0]
                if (depth > 0) != front:
                    continue
                start, end = turns[i][1:3], turns[i + 1][1:3]
                base = CREAM if strand == 0 else OCHRE
                shade = mix(mix(base, "#1f3d3a", 0.45), base, (depth + 1) / 2)
                c.line([start[strand], end[strand]], 21 + 9 * depth, shade)
    return c


def hemicycle() -> Canvas:
    c = Canvas((PAPER, CREAM))
    c.polygon(arc_points(800, 800, 660, 180, 360, 80), mix(CREAM, SAND, 0.55))
    for row in range(7):
        radius = 250 + row * 62
        seats = 11 + row * 4
        for seat in range(seats):
            a = math.radians(180 + 180 * (seat + 0.5) / seats)
            x, y = 800 + radius * math.cos(a), 790 + radius * math.sin(a)
            share = (seat + 0.5) / seats
            ink = TEAL if share < 0.30 else DEEP if share < 0.52 else OCHRE if share < 0.70 else TERRA
            c.circle(x, y, 21, ink)
            c.circle(x - 6, y - 7, 6, PAPER, 0.35)
    c.rect(0, 800, WIDTH, HEIGHT, (NAVY, INK))
    c.polygon([(690, 800), (910, 800), (950, 930), (650, 930)], RUST)
    c.rect(670, 700, 930, 806, TERRA, radius=10)
    c.rect(650, 690, 950, 722, RUST, radius=8)
    c.line(smooth([(800, 690), (812, 640), (790, 600)]), 7, INK)
    c.ellipse(786, 590, 15, 25, INK, turn=-14)
    for ring in range(3):
        c.arc(786, 560, 56 + ring * 34, 215, 325, 9, INK, 0.85 - ring * 0.25)
    return c


def ballot() -> Canvas:
    c = Canvas((SKY, "#d9e6e0"))
    c.circle(800, 470, 390, PAPER, 0.75)
    c.polygon([(360, 900), (1240, 900), (1380, 960), (500, 960)], INK, 0.18)
    # A sheet half way into the slot
    sheet = [(660, 130), (980, 160), (950, 540), (630, 520)]
    c.polygon([(x + 16, y + 14) for x, y in sheet], INK, 0.2)
    c.polygon(sheet, PAPER)
    for row in range(4):
        y = 200 + row * 78
        c.line([(860, y + 16), (700 + 40 * (row % 2), y + 4)], 12, mix(INK, PAPER, 0.55))
        c.polygon([(898, y - 6), (938, y - 2), (935, y + 38), (895, y + 34)], INK)
        c.polygon([(904, y), (932, y + 3), (929, y + 32), (901, y + 29)], PAPER)
    c.line([(902, 286), (914, 304), (944, 262)], 10, TERRA)
    c.polygon([(420, 500), (1180, 500), (1240, 560), (360, 560)], mix(TEAL, DEEP, 0.3))
    c.polygon([(610, 518), (990, 518), (1000, 540), (600, 540)], INK)
    c.polygon([(632, 480), (953, 480), (950, 530), (630, 530)], PAPER)
    c.line([(640, 531), (955, 531)], 4, INK)
    c.rect(360, 560, 1240, 930, (TEAL, DEEP))
    c.rect(360, 560, 1240, 588, mix(TEAL, PAPER, 0.25))
    c.polygon([(360, 560), (470, 560), (470, 930), (360, 930)], INK, 0.14)
    c.circle(800, 755, 112, AMBER)
    c.line([(745, 757), (785, 802), (862, 708)], 26, INK)
    return c


def frost() -> Canvas:
    c = Canvas(("#8fb3c4", "#e6edea"))
    c.circle(1130, 260, 95, PAPER, 0.9)
    peaks = (
        (
            [(-20, 640), (190, 430), (330, 540), (560, 300), (760, 520), (930, 420), (1180, 620), (1620, 560)],
            "#7d9fb3",
        ),
        ([(-20, 760), (260, 560), (480, 690), (840, 380), (1130, 640), (1330, 520), (1620, 700)], "#4b7089"),
        ([(-20, 860), (420, 700), (700, 800), (1050, 640), (1350, 790), (1620, 690)], "#2b4a63"),
    )
    for points, ink in peaks:
        c.polygon([*points, (1620, 1010), (-20, 1010)], ink)
        for before, top, after in zip(points, points[1:], points[2:], strict=False):
            if top[1] < before[1] and top[1] < after[1]:

                def toward(end: tuple[int, int], share: float) -> Point:
                    x, y = top  # noqa: B023 - used at once
                    return x + (end[0] - x) * share, y + (end[1] - y) * share

                lo, ro = toward(before, 0.42), toward(after, 0.42)
                depth = (lo[1] + ro[1]) / 2
                zigzag = [
                    ro, (top[0] + 50, depth - 26), (top[0] + 20, depth + 22), (top[0] - 18, depth - 20),
                    (top[0] - 55, depth + 16), lo,
                ]
                c.polygon([top, *zigzag], PAPER)
                c.polygon([top, ro, (top[0] + 50, depth - 26), (top[0] + 20, depth + 22)], SKY, 0.75)
    ground = smooth([(-20, 900), (400, 850), (900, 920), (1620, 840)])
    c.polygon([*ground, (1620, 1010), (-20, 1010)], ("#eef2ee", "#c9dbe0"))
    for x, height in ((150, 230), (270, 170), (1330, 200), (1440, 270), (1540, 190)):
        for tier in range(4):
            w = height * (0.12 + tier * 0.075)
            y = 905 - height + tier * height * 0.24
            c.polygon(
                [(x, y - height * 0.14), (x + w, y + height * 0.2), (x - w, y + height * 0.2)], mix(FOREST, INK, 0.35)
            )
            c.polygon(
                [(x, y - height * 0.14), (x - w * 0.1, y + height * 0.08), (x - w, y + height * 0.2)], PAPER, 0.8
            )
    random = Random(2)
    for _ in range(120):
        c.circle(random.uniform(0, WIDTH), random.uniform(0, HEIGHT), random.uniform(2, 6), "#ffffff", 0.8)
    return c


def cable() -> Canvas:
    c = Canvas((ROSE, "#efc4a8"))
    c.circle(520, 500, 330, CREAM, 0.75)
    route = smooth(
        [
            (1640, 880), (1350, 850), (1180, 640), (1340, 400), (1180, 220), (960, 330), (1010, 560),
            (1180, 560), (1160, 330), (930, 180), (740, 260), (800, 500), (690, 500),
        ], 30,
    )
    c.line([(x + 14, y + 20) for x, y in route], 34, RUST, 0.35)
    for i in range(0, len(route) - 1, 4):
        # Drawn piece by piece so that the loop passes over itself with an edge
        piece = route[i : i + 6]
        c.line(piece, 46, mix(INK, TEAL, 0.15))
        c.line(piece, 34, NAVY)
        c.line([(x - 5, y - 6) for x, y in piece], 7, TEAL, 0.6)
    c.rect(396, 452, 716, 588, RUST, 0.3, radius=60)
    c.rect(520, 425, 710, 575, (NAVY, INK), radius=52)
    for groove in range(4):
        c.rect(644 + groove * 15, 446, 650 + groove * 15, 554, TEAL, 0.5, radius=3)
    c.rect(300, 440, 540, 560, ("#e9e7e0", "#a5aaae"), radius=54)
    c.rect(300, 440, 400, 560, ("#e9e7e0", "#a5aaae"), radius=54)
    c.ellipse(352, 500, 36, 52, "#5c666e")
    c.ellipse(352, 500, 26, 42, INK)
    c.rect(338, 474, 366, 526, OCHRE, radius=4)
    for contact in range(5):
        c.rect(338, 479 + contact * 9.6, 366, 482 + contact * 9.6, RUST)
    return c


def wheat() -> Canvas:
    c = Canvas(("#9cc4c9", "#f4e9cb"))
    c.circle(1220, 270, 110, AMBER)
    c.polygon([*smooth([(-20, 520), (420, 470), (900, 520), (1620, 460)]), (1620, 640), (-20, 640)], SAGE)
    for x, width, top in ((250, 120, 300), (378, 120, 300), (506, 120, 330)):
        c.rect(x, top, x + width, 560, ("#efe8d8", "#b9b5ab"))
        c.polygon([(x - 6, top), (x + width / 2, top - 58), (x + width + 6, top)], TERRA)
        c.rect(x + width * 0.68, top, x + width, 560, INK, 0.14)
        for band in range(4):
            c.rect(x, top + 40 + band * 52, x + width, top + 44 + band * 52, INK, 0.18)
    c.polygon([(626, 560), (626, 470), (690, 430), (754, 470), (754, 560)], RUST)
    c.rect(674, 510, 706, 560, INK)
    horizon = smooth([(-20, 560), (500, 545), (1100, 570), (1620, 540)])
    c.polygon([*horizon, (1620, 1010), (-20, 1010)], OCHRE)
    for stripe in range(-12, 13):
        c.polygon(
            [
                (820 + stripe * 70, 560), (820 + stripe * 70 + 34, 560), (820 + stripe * 330 + 165, 1010),
                (820 + stripe * 330, 1010),
            ], mix(OCHRE, AMBER, 0.8), 0.8,
        )
    random = Random(6)
    for stalk in range(15):
        foot = 20 + stalk * 112 + random.uniform(-25, 25)
        tip = 640 + random.uniform(-70, 90)
        lean = random.uniform(-60, 30)
        ink = random.choice((RUST, mix(RUST, OCHRE, 0.35), mix(TERRA, OCHRE, 0.4)))
        stem = smooth([(foot, 1020), (foot + lean * 0.2, 860), (foot + lean, tip)], 10)
        c.line(stem, 7, ink)
        angle = math.atan2(stem[-1][1] - stem[-4][1], stem[-1][0] - stem[-4][0])
        for grain in range(7):
            gx = foot + lean + math.cos(angle) * (grain * 21 - 30)
            gy = tip + math.sin(angle) * (grain * 21 - 30)
            for side in (-1, 1):
                a = angle + side * 0.5
                c.ellipse(
                    gx + math.cos(angle + side * 1.57) * 11,
                    gy + math.sin(angle + side * 1.57) * 11,
                    19, 8, ink,
                    turn=math.degrees(a),
                )
                c.line([(gx, gy), (gx + math.cos(a) * 62, gy + math.sin(a) * 62)], 2, ink)
    return c


def phone() -> Canvas:
    c = Canvas((mix(AMBER, CREAM, 0.35), CREAM))
    c.circle(800, 500, 430, TERRA, 0.9)
    c.rect(602, 92, 1042, 952, INK, 0.3, radius=60)
    c.rect(580, 70, 1020, 930, INK, radius=60)
    c.rect(604, 94, 996, 906, (DEEP, NAVY), radius=40)
    c.rect(740, 110, 860, 132, INK, radius=11)
    random = Random(21)
    layers = ((670, 4), (760, 6), (850, 6), (935, 3))
    nodes = [[(x, 500 + (i - (n - 1) / 2) * 92.0) for i in range(n)] for x, n in layers]
    for before, after in pairwise(nodes):
        for a in before:
            for b in after:
                strong = random.random() < 0.22
                c.line([a, b], 5 if strong else 1.8, AMBER if strong else SKY, 0.95 if strong else 0.4)
    for layer, ink in zip(nodes, (SKY, AMBER, AMBER, ROSE), strict=True):
        for x, y in layer:
            c.circle(x, y, 25, NAVY)
            c.circle(x, y, 20, ink)
            c.circle(x - 5, y - 6, 6, PAPER, 0.5)
    c.rect(740, 878, 860, 886, SKY, 0.8, radius=4)
    # Words come in on the right and go out on the left
    for row, width in enumerate((150, 210, 120)):
        y = 420 + row * 62
        c.rect(1090, y, 1090 + width, y + 34, NAVY, radius=17)
        c.rect(510 - width, y, 510, y + 34, PAPER, radius=17)
    for x in (1300, 180):
        c.line([(x + 36, 260), (x, 288), (x + 36, 316)], 12, NAVY if x > 800 else PAPER)
    return c


def eclipse() -> Canvas:
    c = Canvas(("#0c1526", "#1d2b4a"))
    random = Random(90)
    for _ in range(130):
        c.circle(
            random.uniform(0, WIDTH),
            random.uniform(0, HEIGHT),
            random.uniform(1, 2.6),
            PAPER,
            random.uniform(0.3, 0.9),
        )
    c.line(smooth([(-20, 760), (400, 520), (800, 440), (1200, 520), (1620, 760)]), 2, SKY, 0.4)
    for step in range(7):
        t = step / 6
        x = 1470 - t * 1340
        y = 440 + ((x - 800) / 800) ** 2 * 330
        radius = 150 if step == 3 else 78 if step in (2, 4) else 62 if step in (1, 5) else 52
        covered = 1 - abs(step - 3) / 3
        c.circle(x, y, radius * 1.25, CREAM if step != 3 else TERRA, 0.08)
        c.circle(x, y, radius, "#efe6d2")
        for cx, cy, size in ((-0.3, -0.25, 0.22), (0.25, 0.1, 0.3), (-0.1, 0.42, 0.16), (0.4, -0.38, 0.13)):
            c.circle(x + cx * radius, y + cy * radius, size * radius, "#cfc3ac")
        if step == 3:
            c.circle(x, y, radius, (RUST, TERRA), 0.88)
        elif covered > 0:
            # The shadow enters from the side that faces the middle of the row
            side = 1 if step > 3 else -1
            offset = radius * (2.2 - covered * 1.9)
            shadow = []
            for i in range(121):
                a = math.tau * i / 120
                px, py = x + side * offset + radius * 1.3 * math.cos(a), y + radius * 1.3 * math.sin(a)
                gap = math.hypot(px - x, py - y)
                if gap > radius:
                    px, py = x + (px - x) * radius / gap, y + (py - y) * radius / gap
                shadow.append((px, py))
            c.polygon(shadow, "#3a2530", 0.93)
    c.polygon(
        [*smooth([(-20, 900), (300, 850), (700, 905), (1150, 840), (1620, 900)]), (1620, 1010), (-20, 1010)], INK
    )
    return c


def museum() -> Canvas:
    c = Canvas(("#1a2140", "#35305a"))
    random = Random(14)
    for _ in range(60):
        c.circle(random.uniform(0, WIDTH), random.uniform(0, 210), random.uniform(1.2, 2.8), PAPER, 0.8)
    c.rect(60, 240, 1540, 900, ("#8d5a4c", "#5d3b3f"))
    c.rect(30, 215, 1570, 262, "#a96d57")
    for tooth in range(26):
        c.polygon([(42 + tooth * 59, 216), (100 + tooth * 59, 216), (71 + tooth * 59, 176)], "#a96d57")
    for bay in range(5):
        x = 110 + bay * 282
        c.arch(x, 330, x + 252, 900, "#3b2735")
        c.arch(x + 22, 356, x + 230, 900, (AMBER, OCHRE))
        for stone in range(11):
            a = 180 + stone * 18
            c.arc(x + 126, 456, 114, a - 6, a + 6, 22, CREAM if stone % 2 else TERRA)
        middle = x + 126
        if bay % 2 == 0:
            c.rect(middle - 48, 690, middle + 48, 900, RUST)
            c.rect(middle - 60, 676, middle + 60, 700, mix(RUST, INK, 0.4))
            vase = [(10, 0), (14, 14), (9, 30), (36, 66), (40, 92), (22, 128), (26, 140)]
            side = smooth([(w * 1.0, 536 + h) for w, h in vase], 8)
            c.polygon([(middle + w, y) for w, y in side] + [(middle - w, y) for w, y in reversed(side)], DEEP)
            c.line([(middle - 33, 618), (middle + 33, 618)], 6, AMBER)
        else:
            c.rect(middle - 66, 520, middle + 66, 690, RUST)
            c.rect(middle - 54, 532, middle + 54, 678, PAPER)
            c.polygon(
                [
                    *smooth([(middle - 54, 640), (middle - 10, 600), (middle + 54, 636)]), (middle + 54, 678),
                    (middle - 54, 678),
                ], TEAL,
            )
            c.circle(middle + 20, 575, 18, TERRA)
            for dx, height in ((-24, 1.0), (26, 0.78)):
                x0, top = middle + dx, 900 - 170 * height
                c.circle(x0, top, 15 * height, INK)
                shoulders = 24 * height
                c.polygon(
                    smooth(
                        [
                            (x0 - shoulders * 0.5, top + 17 * height), (x0 - shoulders, top + 40 * height),
                            (x0 - shoulders * 1.1, 902), (x0 + shoulders * 1.1, 902),
                            (x0 + shoulders, top + 40 * height), (x0 + shoulders * 0.5, top + 17 * height),
                        ], 6,
                    ),
                    INK,
                )
        c.line([(x - 15, 262), (x - 15, 380)], 3, INK)
        c.polygon([(x - 33, 384), (x + 3, 384), (x - 3, 430), (x - 27, 430)], AMBER)
        c.halo(x - 15, 408, 26, AMBER, rings=3, alpha=0.12)
    c.rect(0, 900, WIDTH, HEIGHT, ("#2a2342", INK))
    for bay in range(5):
        x = 110 + bay * 282
        c.polygon([(x + 22, 900), (x + 230, 900), (x + 300, 1000), (x - 48, 1000)], AMBER, 0.22)
    return c


def workshop() -> Canvas:
    c = Canvas((SAND, CREAM))
    for row in range(6):
        for column in range(12):
            c.circle(60 + column * 136, 60 + row * 92, 9, mix(SAND, RUST, 0.35), 0.55)
    for x, y, radius, teeth, ink, turn in (
        (610, 430, 225, 18, TERRA, 0.0), (985, 330, 150, 12, DEEP, 13.0), (1010, 660, 172, 14, OCHRE, 6.0),
    ):
        cog(c, x + 12, y + 20, radius, teeth, INK, turn, alpha=0.2)
        cog(c, x, y, radius, teeth, ink, turn)
        c.circle(x, y, radius * 0.66, mix(ink, INK, 0.22))
        c.circle(x, y, radius * 0.56, ink)
        for spoke in range(5):
            a = math.radians(turn + 72 * spoke)
            c.circle(x + radius * 0.36 * math.cos(a), y + radius * 0.36 * math.sin(a), radius * 0.12, CREAM)
        c.circle(x, y, radius * 0.13, INK)
    c.rect(0, 860, WIDTH, HEIGHT, (RUST, mix(RUST, INK, 0.4)))
    c.rect(0, 860, WIDTH, 884, mix(RUST, SAND, 0.3))
    for x, y, side in ((110, 720, 140), (262, 740, 120), (160, 600, 120)):
        c.rect(x, y, x + side, y + side, (SAND, OCHRE))
        c.rect(x, y, x + side, y + side * 0.2, mix(OCHRE, RUST, 0.4))
        c.line(
            [
                (x + side * 0.32, y + side * 0.6), (x + side * 0.45, y + side * 0.74),
                (x + side * 0.7, y + side * 0.44),
            ], 10, FOREST,
        )
    # A desk lamp
    c.rect(1290, 836, 1450, 860, INK, radius=10)
    c.line([(1370, 840), (1450, 640), (1330, 480)], 16, INK)
    c.circle(1450, 640, 18, TERRA)
    c.polygon([(1336, 430), (1386, 488), (1280, 600), (1204, 512)], TERRA)
    c.polygon([(1280, 600), (1204, 512), (1060, 860), (1270, 860)], AMBER, 0.22)
    return c


def cog(c: Canvas, x: float, y: float, radius: float, teeth: int, ink: str, turn: float, alpha: float = 1) -> None:
    """A gear wheel, its teeth a fifth of the radius beyond its rim."""
    outline = []
    for tooth in range(teeth):
        for share, reach in ((0.0, 1.0), (0.22, 1.0), (0.30, 1.17), (0.62, 1.17), (0.70, 1.0)):
            a = math.radians(turn + 360 * (tooth + share) / teeth)
            outline.append((x + radius * reach * math.cos(a), y + radius * reach * math.sin(a)))
    c.polygon(outline, ink, alpha)


def bicycle() -> Canvas:
    c = Canvas(("#f3d5ab", "#f7ead2"))
    c.circle(1160, 360, 210, TERRA, 0.9)
    for points, ink in (
        ([(-20, 600), (300, 470), (640, 590), (980, 460), (1300, 580), (1620, 500)], mix(SAGE, SAND, 0.45)),
        ([(-20, 680), (400, 590), (860, 690), (1240, 600), (1620, 680)], SAGE),
    ):
        c.polygon([*smooth(points), (1620, 1010), (-20, 1010)], ink)
    c.rect(0, 800, WIDTH, HEIGHT, (NAVY, INK))
    for dash in range(-1, 9):
        c.polygon(
            [(dash * 200, 896), (dash * 200 + 110, 896), (dash * 200 + 96, 910), (dash * 200 - 14, 910)], CREAM, 0.8
        )
    front, rear, radius = (520.0, 600.0), (1080.0, 600.0), 212.0
    for x, y in (front, rear):
        c.ellipse(x, y + radius + 4, radius * 0.8, 12, INK, 0.6)
        for spoke in range(16):
            a = math.tau * spoke / 16 + 0.1
            c.line([(x, y), (x + radius * math.cos(a), y + radius * math.sin(a))], 2.5, INK, 0.65)
        c.arc(x, y, radius, 0, 360, 15, INK)
        c.arc(x, y, radius - 14, 0, 360, 6, SAND)
        c.circle(x, y, 17, INK)
    pedals, saddle, head = (850.0, 626.0), (905.0, 330.0), (590.0, 372.0)
    c.line([pedals, rear], 9, INK)
    for bar in ([pedals, (896, 385)], [(896, 385), head], [pedals, (597, 420)], [(896, 385), rear], [rear, pedals]):
        c.line([(float(x), float(y)) for x, y in bar], 19, TEAL)
    c.line(smooth([(582, 340), (600, 440), (560, 540), front]), 16, TEAL)
    c.line([(896, 390), saddle], 13, INK)
    c.line([(838, 322), (960, 322)], 26, RUST, taper=1.35)
    c.line([(582, 345), (570, 300), (520, 296)], 14, INK)
    c.line(smooth([(520, 296), (462, 300), (450, 350), (492, 368)]), 16, RUST)
    c.circle(*pedals, 52, INK)
    c.circle(*pedals, 38, OCHRE)
    c.circle(*pedals, 13, INK)
    c.line([pedals, (886, 716)], 12, INK)
    c.line([(860, 722), (918, 722)], 16, RUST)
    c.line([pedals, (814, 536)], 12, INK)
    for y, start, length in ((410, 1330, 200), (520, 1370, 160), (640, 1340, 190), (300, 1300, 120)):
        c.line([(start, y), (start + length, y)], 8, PAPER, 0.85)
    return c


def pool() -> Canvas:
    c = Canvas((mix(TEAL, SKY, 0.45), TEAL))
    random = Random(9)
    for _ in range(170):
        x, y = random.uniform(-40, WIDTH), random.uniform(0, HEIGHT)
        reach = random.uniform(20, 70)
        c.line(smooth([(x, y), (x + reach / 2, y + random.uniform(-9, 9)), (x + reach, y)], 5), 3.5, SKY, 0.35)
    for rope in range(6):
        y = 60 + rope * 176.0
        for bead in range(64):
            ink = (TERRA, PAPER, PAPER)[bead // 4 % 3]
            c.rect(bead * 25.6 + 1, y - 7, bead * 25.6 + 23, y + 7, ink, radius=6)
    for lane in range(5):
        middle = 148 + lane * 176.0
        c.rect(0, middle - 11, WIDTH, middle + 11, DEEP, 0.28)
        head = (310, 520, 250, 700, 430)[lane]
        for ripple in range(5):
            spread = 16 + ripple * 15
            start = head + 150 + ripple * 66
            c.line(smooth([(start + 70, middle - spread), (start, middle), (start + 70, middle + spread)], 8),
                6, PAPER, 0.65 - ripple * 0.12)
        skin, cap = mix(RUST, SAND, (0.5, 0.15, 0.35, 0.6, 0.25)[lane]), (AMBER, PAPER, TERRA, NAVY, OCHRE)[lane]
        c.line([(head + 150, middle - 12), (head + 250, middle - 20)], 17, skin, taper=0.5)
        c.line([(head + 150, middle + 12), (head + 250, middle + 20)], 17, skin, taper=0.5)
        c.ellipse(head + 95, middle, 78, 29, skin)
        c.ellipse(head + 112, middle, 58, 29, (NAVY, RUST, INK, TERRA, DEEP)[lane])
        side = -1 if lane % 2 else 1
        c.line(smooth([(head + 55, middle + side * 22), (head - 5, middle + side * 44),
            (head - 78, middle + side * 24)]), 17, skin, taper=0.7)
        c.line(smooth([(head + 60, middle - side * 20), (head + 120, middle - side * 52),
            (head + 170, middle - side * 48)]), 16, skin, taper=0.7)
        c.circle(head, middle, 25, cap)
        c.arc(head, middle, 15, 150, 210, 5, INK, 0.5)
    return c


def archery() -> Canvas:
    c = Canvas((mix(SAGE, CREAM, 0.55), mix(SAGE, CREAM, 0.2)))
    c.polygon([*smooth([(-20, 760), (420, 700), (980, 770), (1620, 690)]), (1620, 1010), (-20, 1010)], (SAGE, FOREST))
    c.ellipse(760, 930, 420, 40, INK, 0.25)
    c.line([(560, 300), (470, 940)], 26, RUST)
    c.line([(900, 300), (1000, 940)], 26, RUST)
    c.circle(742, 472, 392, INK, 0.18)
    for ring, ink in enumerate((PAPER, PAPER, INK, INK, TEAL, TEAL, TERRA, TERRA, AMBER, AMBER)):
        c.circle(730, 450, 390 - ring * 39, ink)
        c.arc(730, 450, 390 - ring * 39, 0, 360, 3, mix(ink, PAPER if ink == INK else INK, 0.35))
    c.circle(730, 450, 10, INK)
    for x, y in ((752, 428), (700, 486), (800, 540)):
        tail = (x + 480, y - 150)
        c.line([(x + 6, y + 12), (x + 240, y + 66)], 7, INK, 0.25)
        c.line([(x, y), tail], 9, mix(RUST, INK, 0.4))
        angle = math.atan2(tail[1] - y, tail[0] - x)
        for side in (-1, 1):
            nx, ny = -math.sin(angle) * side, math.cos(angle) * side
            back = (tail[0] - math.cos(angle) * 105, tail[1] - math.sin(angle) * 105)
            c.polygon(
                [back, tail, (tail[0] + 26 + nx * 34, tail[1] - 8 + ny * 34),
                    (back[0] + 40 + nx * 34, back[1] - 13 + ny * 34)],
                TERRA if side < 0 else AMBER,
            )
        c.circle(x, y, 8, INK)
    return c


def park() -> Canvas:
    c = Canvas(("#bfd9d8", "#f3ead3"))
    c.circle(330, 230, 90, AMBER)
    random = Random(12)
    for left in range(-20, WIDTH, 120):
        height = random.randint(120, 260)
        c.rect(left, 600 - height, left + 112, 640, mix(SKY, SAND, random.random() * 0.6))
    c.polygon([*smooth([(-20, 620), (400, 570), (900, 630), (1620, 570)]), (1620, 1010), (-20, 1010)], (SAGE,
        mix(FOREST, SAGE, 0.35)))
    path = smooth([(760, 605), (900, 680), (700, 770), (860, 870), (700, 1020)], 20)
    for i, (x, y) in enumerate(path):
        c.ellipse(x, y, 26 + i * 1.75, 9 + i * 0.5, mix(CREAM, SAND, 0.4))
    for x, foot, size, ink in ((150, 780, 1.25, FOREST), (470, 690, 0.8, mix(FOREST, SAGE, 0.4)), (1130, 680,
        0.85, mix(FOREST, SAGE, 0.35)),
                               (1440, 800, 1.4, FOREST), (1290, 660, 0.6, mix(FOREST, SAGE, 0.55))):
        c.ellipse(x + 40 * size, foot, 130 * size, 18 * size, INK, 0.2)
        c.line([(x, foot), (x, foot - 190 * size)], 30 * size, mix(RUST, INK, 0.35), taper=0.6)
        for dx, dy, radius, share in ((-70, -230, 95, 0.0), (75, -235, 90, 0.12), (0, -310, 105, 0.06),
            (-30, -330, 60, 0.22), (60, -290, 48, 0.2)):
            c.circle(x + dx * size, foot + dy * size, radius * size, mix(ink, AMBER, share))
    # A bench, and a kite above it
    c.ellipse(1010, 882, 230, 20, INK, 0.22)
    for y in (748, 776, 804):
        c.rect(830, y, 1190, y + 18, TERRA, radius=6)
    c.polygon([(816, 828), (1204, 828), (1220, 850), (800, 850)], RUST)
    for x in (856, 1164):
        c.line([(x, 742), (x, 880)], 13, INK)
    c.polygon([(700, 120), (790, 210), (735, 330), (630, 222)], TERRA)
    c.polygon([(700, 120), (790, 210), (735, 330)], OCHRE)
    c.line([(700, 120), (735, 330)], 4, RUST)
    c.line([(630, 222), (790, 210)], 4, RUST)
    c.line(smooth([(735, 330), (770, 410), (720, 470), (780, 560), (900, 740)]), 3, INK, 0.7)
    for x, y in ((768, 404), (724, 466), (764, 540)):
        c.polygon([(x - 16, y - 10), (x + 16, y + 10), (x + 16, y - 10), (x - 16, y + 10)], AMBER)
    return c


def bridge() -> Canvas:
    c = Canvas(("#e8a27f", "#f6e3c3"))
    c.circle(820, 520, 190, PAPER, 0.75)
    c.polygon([*smooth([(-20, 560), (260, 490), (560, 570), (900, 520), (1250, 580), (1620, 510)]),
        (1620, 720), (-20, 720)], mix(ROSE, TEAL, 0.35))
    c.rect(0, 690, WIDTH, HEIGHT, ("#4f8890", DEEP))
    for tower, size in ((470, 1.0), (1160, 1.0)):
        for cable in range(1, 15):
            for side in (-1, 1):
                c.line([(tower, 170 + cable * 9), (tower + side * cable * 25 * size, 628)], 3, NAVY, 0.85)
        c.polygon([(tower - 34, 790), (tower - 13, 130), (tower + 13, 130), (tower + 34, 790)], (NAVY, INK))
        c.rect(tower - 25, 420, tower + 25, 436, mix(NAVY, SKY, 0.3))
        c.rect(tower - 80, 780, tower + 80, 812, INK, radius=10)
        c.polygon([(tower - 34, 812), (tower + 34, 812), (tower + 60, 1000), (tower - 60, 1000)], INK, 0.28)
    c.polygon([(-20, 640), (815, 622), (1620, 640), (1620, 668), (815, 650), (-20, 668)], INK)
    c.polygon([(-20, 636), (815, 618), (1620, 636), (1620, 642), (815, 624), (-20, 642)], AMBER)
    for x, length, ink in ((150, 66, TERRA), (330, 40, PAPER), (690, 92, TEAL), (930, 40, AMBER),
        (1330, 70, TERRA), (1480, 40, PAPER)):
        y = 618 + abs(x - 815) * 0.0224
        c.rect(x, y - 26, x + length, y - 2, ink, radius=7)
        c.rect(x + 7, y - 21, x + length * 0.55, y - 13, NAVY, radius=3)
    random = Random(15)
    for row in range(12):
        y = 720 + row * row * 1.9
        for _ in range(8):
            start = random.uniform(-60, WIDTH)
            end, ink = start + random.uniform(40, 150), random.choice((PAPER, SKY, ROSE))
            c.line([(start, y), (end, y)], 3 + row * 0.3, ink, 0.35)
    c.polygon([(620, 880), (800, 880), (770, 922), (645, 922)], RUST)
    c.polygon([(716, 716), (716, 868), (820, 868)], PAPER)
    c.polygon([(704, 740), (704, 868), (630, 868)], CREAM)
    c.line([(710, 704), (710, 880)], 6, INK)
    return c


def atlas() -> Canvas:
    c = Canvas((DEEP, NAVY))
    left, top, fold, height = 190.0, 150.0, 305.0, 690.0

    def on_map(u: float, v: float) -> Point:
        # Four panels, each second one sloping the other way
        panel = min(int(u * 4), 3)
        share = u * 4 - panel
        rise = 56 * (share if panel % 2 == 0 else 1 - share)
        return left + u * 4 * fold, top + rise + v * height

    edge = [*[on_map(i / 4, 0) for i in range(5)], *[on_map(i / 4, 1) for i in range(4, -1, -1)]]
    c.polygon([(x + 22, y + 34) for x, y in edge], INK, 0.45)
    for panel in range(4):
        u0, u1 = panel / 4, panel / 4 + 0.2499
        c.polygon([on_map(u0, 0), on_map(u1, 0), on_map(u1, 1), on_map(u0, 1)], CREAM if panel % 2 else PAPER)
    steps = [i / 60 for i in range(61)]
    c.polygon([*[on_map(u, 0.80 + 0.05 * math.sin(u * 9)) for u in steps], *[on_map(u,
        1) for u in reversed(steps)]], SKY)
    for u0, v0, u1, v1, ink in ((0.06, 0.12, 0.22, 0.34, SAGE), (0.58, 0.46, 0.72, 0.66, SAGE),
        (0.80, 0.10, 0.94, 0.24, SAGE), (0.30, 0.55, 0.46, 0.70, SAND)):
        c.polygon([on_map(u0, v0), on_map(u1, v0), on_map(u1, v1), on_map(u0, v1)], ink, 0.8)
    for street in range(9):
        v = 0.07 + street * 0.085
        c.line([on_map(u, v + 0.02 * math.sin(u * 5 + street)) for u in steps], 5, mix(SAND, RUST, 0.2), 0.7)
    for street in range(13):
        u = 0.05 + street * 0.075
        c.line([on_map(u, 0.03), on_map(u, 0.76)], 5, mix(SAND, RUST, 0.2), 0.7)
    route = [on_map(0.14 + 0.72 * t, 0.62 - 0.42 * t + 0.11 * math.sin(t * 7)) for t in steps]
    c.line(route, 15, TERRA)
    for panel in range(1, 4):
        c.line([on_map(panel / 4, 0), on_map(panel / 4, 1)], 3, INK, 0.22)
    for i, ink, size in ((0, TEAL, 1.0), (33, OCHRE, 0.8), (60, TERRA, 1.25)):
        x, y = route[i]
        c.ellipse(x + 8, y + 4, 30 * size, 10 * size, INK, 0.3)
        c.polygon([(x, y), *arc_points(x, y - 92 * size, 46 * size, 155, 385)], ink)
        c.circle(x, y - 92 * size, 19 * size, PAPER)
    return c


PICTURES: dict[str, Callable[[], Canvas]] = {
    scene.__name__: scene
    for scene in (
        archery, archive, atlas, ballot, bicycle, bridge, cable, chess, chip, code, dictionary, dunes, eclipse,
        frost, harbor, helix, hemicycle, marathon, membrane, museum, observatory, oud, palms, park, phone,
        pitch, pool, recognition, reef, skyline, solar, theater, tram, wheat, workshop,
    )
}


def draw(name: str, folder: Path = FOLDER) -> Path:
    """Draws one picture as WebP, at the best quality that keeps the file within LARGEST_FILE."""
    path = folder / f"{name}.webp"
    picture = PICTURES[name]().finished()
    for quality in (82, 74, 66, 58, 50, 42, 36):
        picture.save(path, quality=quality, method=6)
        if path.stat().st_size <= LARGEST_FILE:
            break
    return path


if __name__ == "__main__":
    for name in sys.argv[1:] or PICTURES:
        print(draw(name))
