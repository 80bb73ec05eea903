"""Files as an attacker or a broken camera sends them in place of pictures: 200, the same at each run, by name.

Those with something to hide hold SECRET, in whichever place their format has for it.
"""

import io
import random
import struct
import zlib
from functools import cache

from PIL import Image as Picture

SECRET = b"SECRETCANARY"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><!-- " + SECRET + b" --></svg>"
HTML = b"<!doctype html><script>alert('" + SECRET + b"')</script>"
PHP = b"<?php system('" + SECRET + b"'); ?>"
ZIP = b"PK\x03\x04" + SECRET + b"PK\x05\x06" + b"\0" * 18
PDF = b"%PDF-1.7 " + SECRET + b"\n%%EOF"
SCRIPT = b"/*" + SECRET + b"*/=alert(1);"


@cache
def files() -> dict[str, bytes]:
    found = (
        _wrong_types()
        | _bombs()
        | _cut_off()
        | _polyglots()
        | _telling()
        | _malformed_png()
        | _malformed_jpeg()
        | _malformed_webp()
    )
    return found | _flipped(200 - len(found))


def _sound(kind: str, **options) -> bytes:
    picture = Picture.effect_mandelbrot((96, 64), (-2, -1.3, 1, 1.3), 40).convert("RGB")
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _flat(mode: str, size: tuple[int, int], kind: str, **options) -> bytes:
    out = io.BytesIO()
    Picture.new(mode, size).save(out, kind, **options)
    return out.getvalue()


# PNG by its specification: a signature, then chunks of length, type, content and check sum.


def _chunk(kind: bytes, content: bytes, *, crc: int | None = None, length: int | None = None) -> bytes:
    crc = zlib.crc32(kind + content) if crc is None else crc
    return (
        struct.pack(">I", len(content) if length is None else length)
        + kind
        + content
        + struct.pack(">I", crc)
    )


def _header(width: int, height: int, depth: int = 8, color: int = 2, rest: bytes = b"\0\0\0") -> bytes:
    return _chunk(b"IHDR", struct.pack(">IIBB", width, height, depth, color) + rest)


def _png(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


_PIXELS = _chunk(b"IDAT", zlib.compress(b"\0" * (8 * 25)))
_END = _chunk(b"IEND", b"")


def _segment(marker: int, content: bytes, *, length: int | None = None) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2 if length is None else length) + content


def _with_segment(segment: bytes) -> bytes:
    sound = _sound("JPEG")
    return sound[:2] + segment + sound[2:]


def _riff(*chunks: bytes, size: int | None = None) -> bytes:
    content = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content) if size is None else size) + content


def _riff_chunk(kind: bytes, content: bytes, *, size: int | None = None) -> bytes:
    return (
        kind
        + struct.pack("<I", len(content) if size is None else size)
        + content
        + b"\0" * (len(content) % 2)
    )


def _wrong_types() -> dict[str, bytes]:
    written = {
        kind: _sound(kind)
        for kind in ("GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "PCX", "AVIF", "JPEG2000", "DDS")
    }
    return {f"type {kind}": content for kind, content in written.items()} | {
        "type empty": b"",
        "type one byte": b"\xff",
        "type svg": SVG,
        "type svg with a declaration": b"<?xml version='1.0'?>" + SVG,
        "type html": HTML,
        "type php": PHP,
        "type zip": ZIP,
        "type pdf": PDF,
        "type eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nquit\n" + SECRET,
        "type elf": b"\x7fELF" + SECRET * 9,
        "type moving gif": _moving("GIF"),
        "type moving png": _moving("PNG"),
        "type moving webp": _moving("WEBP"),
        "type zeros": bytes(4096),
    }


def _moving(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [Picture.new("RGB", (40, 40), (shade, 0, 0)) for shade in range(0, 250, 25)]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def _bombs() -> dict[str, bytes]:
    huge = {}
    for width, height in [
        (65_535, 65_535),
        (2**31 - 1, 1),
        (1, 2**31 - 1),
        (2**31 - 1, 2**31 - 1),
        (100_000, 500),
    ]:
        huge[f"bomb png header {width} x {height}"] = _png(_header(width, height), _PIXELS, _END)
        huge[f"bomb png 16 bits {width} x {height}"] = _png(_header(width, height, 16, 6), _PIXELS, _END)
    for width, height in [(65_500, 65_500), (65_535, 1_000), (9_000, 9_000)]:
        for marker, name in [(0xC0, "baseline"), (0xC2, "progressive")]:
            frame = struct.pack(">BHHB", 8, height, width, 3) + b"\x01\x22\x00\x02\x11\x01\x03\x11\x01"
            sound = _sound("JPEG")
            start = sound.index(b"\xff\xc0")
            length = struct.unpack(">H", sound[start + 2 : start + 4])[0] + 2
            huge[f"bomb jpeg {name} {width} x {height}"] = (
                sound[:start] + _segment(marker, frame) + sound[start + length :]
            )
    canvas = struct.pack("<I", 0) + (16_383).to_bytes(3, "little") * 2
    return huge | {
        "bomb png 1 bit": _flat("1", (13_000, 13_000), "PNG"),
        "bomb png gray": _flat("L", (9_000, 9_000), "PNG"),
        "bomb png as large as is taken": _flat("RGB", (3_000, 3_000), "PNG"),
        "bomb png transparent as large as is taken": _flat("RGBA", (2_400, 2_300), "PNG"),
        "bomb webp canvas": _riff(_riff_chunk(b"VP8X", canvas)),
        "bomb webp": _flat("RGBA", (5_000, 4_000), "WEBP", lossless=True),
        "bomb webp as large as is taken": _flat("RGBA", (1_700, 1_650), "WEBP", lossless=True),
        "bomb jpeg": _flat("L", (8_000, 8_000), "JPEG"),
        "bomb jpeg progressive": _flat("RGB", (5_000, 5_000), "JPEG", progressive=True),
        "bomb jpeg as large as is taken": _flat("L", (6_200, 4_000), "JPEG"),
        "bomb jpeg of a thousand scans": _many_scans(),
        "bomb png text": _png(
            _header(8, 8), _chunk(b"zTXt", b"c\0\0" + zlib.compress(bytes(60_000_000))), _PIXELS, _END
        ),
        "bomb png many texts": _png(
            _header(8, 8), *[_chunk(b"zTXt", b"c\0\0" + zlib.compress(bytes(1_000_000)))] * 100, _PIXELS, _END
        ),
        "bomb png profile": _png(
            _header(8, 8), _chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(60_000_000))), _PIXELS, _END
        ),
        "bomb png more pixels than told": _png(
            _header(8, 8), _chunk(b"IDAT", zlib.compress(bytes(60_000_000))), _END
        ),
        "bomb png long": _flat("1", (1, 1_000_000), "PNG"),
        "bomb png wide": _flat("1", (1_000_000, 1), "PNG"),
    }


def _many_scans() -> bytes:
    out = io.BytesIO()
    Picture.new("L", (2_000, 2_000)).save(out, "JPEG", progressive=True)
    sound = out.getvalue()
    start = sound.rindex(b"\xff\xda")
    return sound[:start] + sound[start:-2] * 1_000 + sound[-2:]


def _cut_off() -> dict[str, bytes]:
    found = {}
    for kind in ("JPEG", "PNG", "WEBP"):
        sound = _sound(kind)
        for percent in (2, 10, 30, 50, 70, 90, 99):
            found[f"cut {kind} at {percent} %"] = sound[: len(sound) * percent // 100]
    return found


def _polyglots() -> dict[str, bytes]:
    found = {}
    for name, other in {
        "svg": SVG,
        "html": HTML,
        "php": PHP,
        "zip": ZIP,
        "pdf": PDF,
        "script": SCRIPT,
    }.items():
        for kind in ("JPEG", "PNG", "WEBP"):
            found[f"polyglot {kind} then {name}"] = _sound(kind) + other
        found[f"polyglot {name} then JPEG"] = other + _sound("JPEG")
    return found | {
        "polyglot JPEG with html in a comment": _sound("JPEG", comment=HTML),
        "polyglot JPEG with php in a segment": _with_segment(_segment(0xE5, PHP)),
        "polyglot PNG with html in a chunk": _png(_header(8, 8), _chunk(b"teSt", HTML), _PIXELS, _END),
        "polyglot PNG with php in the palette": _png(
            _header(8, 8, 8, 3),
            _chunk(b"PLTE", (PHP * 9)[:255]),
            _chunk(b"IDAT", zlib.compress(bytes(72))),
            _END,
        ),
    }


def _telling() -> dict[str, bytes]:
    """Sound pictures that tell where, by whom and with what they were taken."""
    exif = Picture.Exif()
    exif[0x010F] = exif[0x013B] = exif[0x8298] = SECRET.decode()
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[29] = "N", (24.0, 42.0, 36.0), SECRET.decode()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf>" + SECRET + b"</rdf></x:xmpmeta>"
    person = b"\x1c\x02\x78" + struct.pack(">H", len(SECRET)) + SECRET
    iptc = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(person)) + person + b"\0"
    text = b"Author\0" + SECRET
    found = {f"telling exif {kind}": _sound(kind, exif=exif) for kind in ("JPEG", "PNG", "WEBP")}
    found |= {f"telling xmp {kind}": _sound(kind, xmp=xmp) for kind in ("JPEG", "WEBP")}
    return found | {
        "telling comment": _sound("JPEG", comment=SECRET),
        "telling iptc": _with_segment(_segment(0xED, iptc)),
        "telling thumbnail": _with_segment(_segment(0xE0, b"JFXX\0\x10" + _sound("JPEG", comment=SECRET))),
        "telling png text": _png(_header(8, 8), _chunk(b"tEXt", text), _PIXELS, _END),
        "telling png ztxt": _png(
            _header(8, 8), _chunk(b"zTXt", b"Author\0\0" + zlib.compress(SECRET)), _PIXELS, _END
        ),
        "telling png itxt": _png(
            _header(8, 8), _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp), _PIXELS, _END
        ),
        "telling profile": _sound("JPEG", icc_profile=SECRET * 20),
    }


def _malformed_png() -> dict[str, bytes]:
    header = _header(8, 8)
    return {
        "png wrong check sum": _png(header, _chunk(b"IDAT", zlib.compress(bytes(200)), crc=7), _END),
        "png chunk longer than the file": _png(header, _chunk(b"IDAT", b"x", length=2**31 - 1)),
        "png chunk of four gigabytes": _png(header, _chunk(b"IDAT", b"x", length=2**32 - 1)),
        "png no pixels": _png(header, _END),
        "png no header": _png(_PIXELS, _END),
        "png two headers": _png(header, _header(9_000, 9_000), _PIXELS, _END),
        "png no end": _png(header, _PIXELS),
        "png no size": _png(_header(0, 0), _PIXELS, _END),
        "png depth 3": _png(_header(8, 8, 3), _PIXELS, _END),
        "png color 9": _png(_header(8, 8, 8, 9), _PIXELS, _END),
        "png short header": _png(_chunk(b"IHDR", b"\0\0\0\x08"), _PIXELS, _END),
        "png palette missing": _png(_header(8, 8, 8, 3), _PIXELS, _END),
        "png palette too long": _png(_header(8, 8, 8, 3), _chunk(b"PLTE", bytes(3_000)), _PIXELS, _END),
        "png transparency too long": _png(header, _chunk(b"tRNS", bytes(3_000)), _PIXELS, _END),
        "png filter 99": _png(header, _chunk(b"IDAT", zlib.compress(b"\x63" * 200)), _END),
        "png not deflated": _png(header, _chunk(b"IDAT", b"not deflated" * 9), _END),
        "png profile not deflated": _png(header, _chunk(b"iCCP", b"p\0\0garbage"), _PIXELS, _END),
        "png exif not a directory": _png(header, _chunk(b"eXIf", b"II*\0\xff\xff\xff\xff"), _PIXELS, _END),
        "png ten thousand chunks": _png(header, *[_chunk(b"teSt", b"")] * 10_000, _PIXELS, _END),
        "png frames announced": _png(header, _chunk(b"acTL", struct.pack(">II", 2**31, 0)), _PIXELS, _END),
    }


def _exif(directory: bytes) -> bytes:
    return _with_segment(_segment(0xE1, b"Exif\0\0" + b"II*\0\x08\0\0\0" + directory))


def _malformed_jpeg() -> dict[str, bytes]:
    sound = _sound("JPEG")
    entry = struct.Struct("<HHII")
    return {
        "jpeg only its start": b"\xff\xd8",
        "jpeg start and end": b"\xff\xd8\xff\xd9",
        "jpeg segment longer than the file": b"\xff\xd8" + _segment(0xE1, b"Exif\0\0", length=65_535),
        "jpeg segment of no length": _with_segment(_segment(0xE1, b"", length=0)),
        "jpeg no tables": sound.replace(b"\xff\xdb", b"\xff\xe9"),
        "jpeg no codes": sound.replace(b"\xff\xc4", b"\xff\xe9"),
        "jpeg no end": sound[:-2],
        "jpeg pixels of noise": sound[: sound.index(b"\xff\xda") + 14] + random.Random(1).randbytes(3_000),
        "jpeg exif directory in a circle": _exif(b"\x01\0" + entry.pack(0x8769, 4, 1, 8) + b"\x08\0\0\0"),
        "jpeg exif count of four billion": _exif(
            b"\x01\0" + entry.pack(0x0112, 3, 2**32 - 1, 2**32 - 1) + bytes(4)
        ),
        "jpeg exif of 65,535 entries": _exif(b"\xff\xff" + bytes(200)),
        "jpeg exif orientation 99": _exif(b"\x01\0" + entry.pack(0x0112, 3, 1, 99) + bytes(4)),
        "jpeg exif orientation is a text": _exif(b"\x01\0" + entry.pack(0x0112, 2, 4, 0x41414141) + bytes(4)),
        "jpeg exif place by zero": _exif(b"\x01\0" + entry.pack(0x0112, 5, 1, 26) + bytes(12)),
        "jpeg exif cut off": _with_segment(_segment(0xE1, b"Exif\0\0II")),
        "jpeg profile of missing parts": _with_segment(_segment(0xE2, b"ICC_PROFILE\0\x09\xff" + SECRET)),
        "jpeg profile of many parts": sound[:2]
        + b"".join(_segment(0xE2, b"ICC_PROFILE\0" + bytes([n, 200]) + bytes(60_000)) for n in range(1, 201))
        + sound[2:],
        "jpeg profile that lies about its size": _sound(
            "JPEG", icc_profile=b"\xff" * 128 + struct.pack(">I", 2**31)
        ),
        "jpeg iptc longer than it is": _with_segment(
            _segment(
                0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + b"\xff\xff\xff\xff" + b"\x1c\x02\x50\xff\xff"
            )
        ),
        "jpeg iptc garbage": _with_segment(_segment(0xED, b"Photoshop 3.0\0" + bytes(range(256)) * 9)),
        "jpeg several pictures": _with_segment(_segment(0xE2, b"MPF\0II*\0\xff\xff\xff\x7f")),
    }


def _malformed_webp() -> dict[str, bytes]:
    sound = _sound("WEBP")
    return {
        "webp says it is empty": _riff(sound[12:], size=0),
        "webp says it is huge": _riff(sound[12:], size=2**32 - 2),
        "webp chunk says it is huge": _riff(_riff_chunk(b"VP8 ", sound[20:], size=2**32 - 2)),
        "webp no chunk": _riff(),
        "webp profile says it is huge": _riff(_riff_chunk(b"ICCP", SECRET, size=2**31), sound[12:]),
        "webp pixels of noise": sound[:30] + random.Random(2).randbytes(2_000),
    }


def _flipped(count: int) -> dict[str, bytes]:
    """Sound pictures of which some bytes were changed at random."""
    found = {}
    for number in range(count):
        chance = random.Random(number)
        content = bytearray(_sound(("JPEG", "PNG", "WEBP")[number % 3]))
        for _ in range(1 + number % 9):
            content[chance.randrange(len(content))] = chance.randrange(256)
        found[f"flipped {number}"] = bytes(content)
    return found
