"""Bytes of renditions against the original of ten photographs, time on the processor, and memory at the peak.

    python benchmarks/renditions.py [photograph ...]

Photographs that are not named are made here, for none may be taken along: skies, hills, crowds and lettering, with a
depth of field and the noise of a sensor, as JPEG of 4000 x 2667 pixels at quality 92. For memory, a few larger ones
are measured in processes of their own.
"""

import io
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django
from django.conf import settings
from PIL import Image as Picture
from PIL import ImageChops, ImageDraw, ImageFilter

sys.path.insert(0, str(Path(__file__).parent.parent))

SIZE = (4000, 2667)
COUNT = 10
MEGABYTE = 1024 * 1024
# Asks for the memory that one photograph takes.
MEMORY = "--memory"


def photograph(number: int, size: tuple[int, int] = SIZE) -> Picture.Image:
    """A picture with as much detail at each scale as one of the world has (amplitudes fall with frequency)."""
    chance = random.Random(number)  # noqa: S311 - the same at each run
    bands = [_clouds(size, step, chance) for step in (2, 5, 13, 40, 130)]
    light = bands[0]
    for band, weight in zip(bands[1:], (0.3, 0.3, 0.25, 0.2), strict=True):
        light = Picture.blend(light, band, weight)
    colors = [
        light.point([min(255, value * chance.randint(70, 110) // 90) for value in range(256)])
        for _ in range(3)
    ]
    picture = Picture.merge("RGB", colors)
    draw = ImageDraw.Draw(picture)
    width, height = size
    for _ in range(number * 30):
        x, y, radius = (
            chance.randrange(width),
            chance.randrange(height // 2, height),
            chance.randrange(10, 160),
        )
        draw.ellipse((x, y, x + radius, y + radius * 2), fill=tuple(chance.choices(range(256), k=3)))
    # The background is out of focus.
    far = picture.crop((0, 0, width, height // 2)).filter(ImageFilter.GaussianBlur(number))
    picture.paste(far, (0, 0))
    for line in range(number % 4):
        draw.text((width // 9, height // 3 + line * 200), "Al Bahr Street 24", fill="white", font_size=120)
    grain = Picture.effect_noise(size, 2 + number / 2)
    return ImageChops.add(picture, Picture.merge("RGB", [grain] * 3), 1, -128)


def _clouds(size: tuple[int, int], step: int, chance: random.Random) -> Picture.Image:
    small = (max(2, size[0] // step), max(2, size[1] // step))
    noise = Picture.frombytes("L", small, chance.randbytes(small[0] * small[1]))
    # Four steps of blur are about as smooth as what lies in front of a lens.
    return noise.filter(ImageFilter.GaussianBlur(2)).resize(size, Picture.Resampling.BICUBIC)


def encoded(picture: Picture.Image, kind: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **{"quality": 92} | options)
    return out.getvalue()


def ratios(paths: list[str]) -> None:
    from articles import images, library, renditions

    print(
        f"{'':12}{'original':>10}{'master':>8}",
        *(f"{kind} {w}".rjust(10) for kind in images.KINDS for w in images.WIDTHS),
    )
    all_found: dict[str, list[float]] = {}
    times = []
    originals = [Path(path).read_bytes() for path in paths]
    originals = originals or [encoded(photograph(number)) for number in range(1, COUNT + 1)]
    for number, original in enumerate(originals, start=1):
        begin = time.process_time()
        accepted = images.accept(original)
        taken_in = time.process_time() - begin
        image = library.Image(digest=accepted.digest, width=accepted.width, height=accepted.height)
        images.store(images.master_name(image.digest), accepted.content)
        begin = time.process_time()
        made = dict(renditions.files(image))
        times.append((taken_in, time.process_time() - begin))
        found = {"master": len(accepted.content) / len(original)}
        for kind in images.KINDS:
            for width in images.WIDTHS:
                # There is none that is wider than the photograph.
                file = made.get(images.rendition_name(image.digest, width, kind))
                found[f"{kind} {width}"] = len(file) / len(original) if file else None
        for name, ratio in found.items():
            if ratio is not None:
                all_found.setdefault(name, []).append(ratio)
        print(f"photo {number:<6}{len(original) / MEGABYTE:7.2f} MB", _row(found))
    print(f"{'mean':22}", _row({name: sum(ratios) / len(ratios) for name, ratios in all_found.items()}))
    print(
        f"taken in: {sum(t for t, _ in times) / len(times):.2f} s of processor a photograph (in the request)"
    )
    print(
        f"renditions: {sum(t for _, t in times) / len(times):.2f} s of processor a photograph (in the worker)"
    )


def _row(found: dict[str, float | None]) -> str:
    return f"{found['master']:6.1%} " + " ".join(
        "-".rjust(10) if ratio is None else f"{ratio:10.2%}"
        for name, ratio in found.items()
        if name != "master"
    )


# Memory: each in a process of its own, above what that held when it had started.


def measured(path: str) -> None:
    from articles import images, library, renditions

    content = Path(path).read_bytes()
    begin = _peak()
    accepted = images.accept(content)
    taken_in = _peak() - begin
    image = library.Image(digest=accepted.digest, width=accepted.width, height=accepted.height)
    images.store(images.master_name(image.digest), accepted.content)
    for _file in renditions.files(image):
        pass
    print(taken_in // MEGABYTE, (_peak() - begin) // MEGABYTE)


def _peak() -> int:
    # What getrusage tells begins with the peak of the process that started this one.
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak) * 1024


def memory(folder: Path) -> None:
    large = photograph(3, (6708, 4472))
    kinds = {
        "30 MP JPEG": encoded(large),
        "30 MP JPEG, progressive": encoded(large, progressive=True),
        "30 MP JPEG, progressive, 4:4:4": encoded(large, progressive=True, subsampling=0),
        "12 MP PNG": encoded(large.resize((4000, 3000)).quantize(256), "PNG"),
        "12 MP WebP": encoded(large.resize((4000, 3000)), "WEBP", quality=80, method=0),
        "6 MP JPEG, 1 : 5": encoded(large.resize((1095, 5477))),
    }
    for name, content in kinds.items():
        path = folder / "photograph"
        path.write_bytes(content)
        done = subprocess.run(
            [sys.executable, __file__, MEMORY, str(path)], capture_output=True, check=True, text=True
        )
        taken_in, made = done.stdout.split()
        print(
            f"{name:32}{len(content) / MEGABYTE:6.1f} MB  taken in {taken_in:>4} MB  renditions {made:>4} MB"
        )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    django.setup()
    with tempfile.TemporaryDirectory() as media:
        settings.MEDIA_ROOT = media
        if sys.argv[1:2] == [MEMORY]:
            measured(sys.argv[2])
        else:
            ratios(sys.argv[1:])
            memory(Path(media))
