"""Pictures that come in: hostile until decoded, re-encoded and stripped of everything but pixels; and their names.

What is kept of an upload is its master, a JPEG of our own writing. Its renditions, which pages serve, are made of
that by the worker (`articles.renditions`).
"""

import hashlib
import io
import threading
import warnings
from dataclasses import dataclass
from math import sqrt

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from PIL import Image as Picture
from PIL import ImageCms, ImageOps, IptcImagePlugin

from newsroom.text import bidi

FORMATS = ("JPEG", "PNG", "WEBP")
# Pages carry it, so that their scripts say before sending what would be refused. The sentences call it 25 MB.
MAX_BYTES = 25 * 1024 * 1024
# Bytes that decoding holds at its peak for each pixel: measured, rounded up. A JPEG is decoded at a fraction of its
# size, a progressive one has all its coefficients in memory, WebP comes as three copies besides our own, and what is
# transparent is multiplied before it is made smaller.
BYTES_PER_PIXEL = {
    "JPEG": 3,
    "progressive JPEG": 8,
    "PNG": 8,
    "transparent PNG": 13,
    "WEBP": 18,
    "transparent WEBP": 26,
}
# 30 megapixels of a progressive JPEG, 13 of a WebP.
MAX_MEMORY = 240_000_000
# What takes more than this must be a photograph, which has more to it than one byte for each 400 in memory; a bomb
# has less than one for a thousand.
FREE_MEMORY = 75_000_000
MAX_EXPANSION = 400
MAX_PIXELS = 50_000_000
# Each scan of a progressive JPEG goes over the whole picture; encoders make ten or so.
MAX_SCANS = 64
MAX_PROFILE_BYTES = 4_000_000

# Of the master. A long infographic is five screens; AVIF takes 32 bytes a pixel to encode.
MAX_WIDTH = 2560
MAX_HEIGHT = 8000
MAX_MASTER_PIXELS = 6_000_000
MASTER_QUALITY = 90

WIDTHS = (320, 640, 960, 1440)
KINDS = ("avif", "webp", "jpg")
# What share cards show (Open Graph), cropped around the focal point.
SHARE_SIZE = (1200, 630)
# What search engines show of an article, by proportion; they want all three
# (https://developers.google.com/search/docs/appearance/structured-data/article). Narrower ones are not made.
CROPS = {"16x9": (1200, 675), "4x3": (1200, 900), "1x1": (1200, 1200)}
MIN_CROP_WIDTH = 696

# The IPTC fields that name whom to credit (IIM 4.2): by-line, credit, copyright notice.
_IPTC_CREDITS = ((2, 80), (2, 110), (2, 116))
# One picture at a time, whoever sends however many.
_decoding = threading.Lock()


class ImageError(ValueError):
    """The upload cannot be accepted; the message says why and what to do."""


@dataclass(frozen=True)
class Accepted:
    """The master as JPEG bytes, its size in pixels, and whom the picture itself says to credit."""

    digest: str
    width: int
    height: int
    content: bytes
    credit: str = ""


def folder(digest: str) -> str:
    return f"images/{digest[:2]}"


def stem(digest: str) -> str:
    """Where all files of a picture begin."""
    return f"{folder(digest)}/{digest}"


def master_name(digest: str) -> str:
    return f"{stem(digest)}.jpg"


def rendition_name(digest: str, width: int, kind: str) -> str:
    return f"{stem(digest)}-{width}.{kind}"


def share_name(digest: str, focal_point: tuple[int, int]) -> str:
    return "{}-share-{}-{}.jpg".format(stem(digest), *focal_point)


def widths(width: int) -> list[int]:
    """Widths in pixels of the renditions of a picture so wide, smallest first; none is wider than it."""
    return [step for step in WIDTHS if step < width] + ([width] if width <= WIDTHS[-1] else [])


def crop_name(digest: str, proportion: str, focal_point: tuple[int, int]) -> str:
    return "{}-{}-{}-{}.jpg".format(stem(digest), proportion, *focal_point)


def share_size(width: int, height: int) -> tuple[int, int]:
    """The largest size in the proportion of share cards that fits into a picture, and no larger than one."""
    return _fitted(width, height, SHARE_SIZE)


def crop_sizes(width: int, height: int) -> dict[str, tuple[int, int]]:
    """The sizes of the CROPS of a picture by their proportions; none where one of them would be too narrow."""
    sizes = {proportion: _fitted(width, height, largest) for proportion, largest in CROPS.items()}
    return sizes if all(size[0] >= MIN_CROP_WIDTH for size in sizes.values()) else {}


def _fitted(width: int, height: int, largest: tuple[int, int]) -> tuple[int, int]:
    scale = min(1, width / largest[0], height / largest[1])
    return max(1, round(largest[0] * scale)), max(1, round(largest[1] * scale))


def accept(content: bytes) -> Accepted:
    """Decode an upload and write its master: upright, in sRGB, without metadata, at most 2,560 pixels wide.

    Raises ImageError for a file that is too large, of another format, moving, damaged, or too many pixels.
    """
    if len(content) > MAX_BYTES:
        raise ImageError(_("The file is larger than 25 MB. Please upload a smaller one."))
    try:
        with _decoding, warnings.catch_warnings():
            # Its limit stands on pixels alone; ours knows what they cost.
            warnings.simplefilter("ignore", Picture.DecompressionBombWarning)
            picture = _open(content)
            credit = _credit(picture)
            pixels = _decode(picture)
            master = encode(pixels, "jpg", quality=MASTER_QUALITY, subsampling=0)
    except ImageError:
        raise
    except Exception as error:
        # Decoders of damaged files raise whatever they stumble over: struct.error, TypeError, SyntaxError and more.
        raise ImageError(_("This is not a JPEG, PNG or WebP picture that can be read.")) from error
    # 128 bits name a file as surely as 256 do, and a page names a picture a dozen times.
    digest = hashlib.sha256(master).hexdigest()[:32]
    return Accepted(digest, pixels.width, pixels.height, master, credit)


def _open(content: bytes) -> Picture.Image:
    """The picture with its header read, and found to be one that can be decoded in bounds."""
    if content[:6] in (b"GIF87a", b"GIF89a"):
        raise ImageError(
            _("GIF pictures are not taken. Please save the one picture you need as PNG or JPEG.")
        )
    picture = Picture.open(io.BytesIO(content), formats=FORMATS)
    kind = str(picture.format)
    # What a phone keeps with others in one file (burst, depth, gain map) is read as an MPO; its first is the picture.
    if kind in ("JPEG", "MPO"):
        kind = "progressive JPEG" if "progressive" in picture.info else "JPEG"
        if content.count(b"\xff\xda") > MAX_SCANS:
            raise ImageError(_("This JPEG is put together in a way that cannot be read."))
    elif getattr(picture, "n_frames", 1) > 1:
        raise ImageError(_("This picture moves. Please send one frame of it, saved as PNG or JPEG."))
    elif picture.has_transparency_data:
        kind = f"transparent {kind}"
    pixel_count = picture.width * picture.height
    most = min(MAX_PIXELS, MAX_MEMORY // BYTES_PER_PIXEL[kind])
    memory = pixel_count * BYTES_PER_PIXEL[kind]
    if pixel_count > most:
        raise ImageError(_too_many_pixels(most))
    if memory > FREE_MEMORY and memory > MAX_EXPANSION * len(content):
        raise ImageError(_too_many_pixels(FREE_MEMORY // BYTES_PER_PIXEL[kind]))
    return picture


def _too_many_pixels(most: int) -> str:
    count = most // 1_000_000
    sentence = ngettext(
        "The picture has too many pixels: a file of this kind and size may have %(count)d megapixel at most.",
        "The picture has too many pixels: a file of this kind and size may have %(count)d megapixels at most.",
        count,
    )
    return sentence % {"count": count}


def _decode(picture: Picture.Image) -> Picture.Image:
    """The picture upright, in sRGB, on white where it was transparent, and no larger than a master is."""
    scale = min(
        1,
        MAX_WIDTH / picture.width,
        MAX_HEIGHT / picture.height,
        sqrt(MAX_MASTER_PIXELS / (picture.width * picture.height)),
    )
    size = max(1, int(picture.width * scale)), max(1, int(picture.height * scale))
    profile = picture.info.get("icc_profile")
    picture.draft(None, size)
    picture.load()
    pixels: Picture.Image = picture
    if pixels.mode in ("1", "P", "PA"):
        # Between the colors of a palette there are none to make it smaller with.
        pixels = pixels.convert("RGBA" if pixels.has_transparency_data else "RGB")
    elif pixels.mode.startswith("I"):
        # 16 bits of gray, which `convert` would cut off at the first 8.
        pixels = pixels.point(lambda value: value * (1 / 257)).convert("L")
    # Made small first: each step below holds a whole copy.
    pixels = _upright(pixels.resize(size, Picture.Resampling.LANCZOS, reducing_gap=2.0))
    if pixels.has_transparency_data:
        pixels = pixels.convert("RGBA")
        paper = Picture.new("RGBA", pixels.size, "white")
        paper.alpha_composite(pixels)
        pixels = paper.convert("RGB")
    return _in_srgb(pixels, profile)


def _upright(pixels: Picture.Image) -> Picture.Image:
    try:
        return ImageOps.exif_transpose(pixels)
    except Exception:  # noqa: BLE001 - EXIF that cannot be read raises anything, and says nothing
        return pixels


def _in_srgb(pixels: Picture.Image, profile: bytes | None) -> Picture.Image:
    """Colors as the profile means them; without one, or with one that means nothing, as they are."""
    if profile and len(profile) <= MAX_PROFILE_BYTES:
        try:
            meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                pixels, meant, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
        if converted is not None:
            return converted
    return pixels.convert("RGB")


def _credit(picture: Picture.Image) -> str:
    try:
        named = IptcImagePlugin.getiptcinfo(picture) or {}
    except Exception:  # noqa: BLE001 - as with EXIF
        return ""
    found = []
    for field in _IPTC_CREDITS:
        values = named.get(field, b"")
        for value in values if isinstance(values, list) else [values]:
            line = bidi.clean_line(value[:400].decode("utf-8", "ignore"))
            if line and line not in found:
                found.append(line)
    # The notice of copyright is long; it stands in where nobody else is named.
    return " / ".join(found[:2])[:200]


def encode(pixels: Picture.Image, kind: str, **options: int) -> bytes:
    """The picture as a file of that kind ("avif", "webp" or "jpg"), with nothing in it but pixels."""
    # A fresh image carries no EXIF, XMP, comment or color profile along.
    clean = Picture.new("RGB", pixels.size)
    clean.paste(pixels)
    out = io.BytesIO()
    clean.save(out, {"jpg": "JPEG"}.get(kind, kind.upper()), **options)
    return out.getvalue()


def store(name: str, content: bytes) -> None:
    """Write a file. A name says its content, so one that exists is right already, unless its writing was cut off."""
    try:
        if default_storage.size(name) == len(content):
            return
    except FileNotFoundError:
        pass
    default_storage.put(name, ContentFile(content))


def remove(digest: str) -> None:
    """Take all files of a picture away."""
    try:
        _folders, names = default_storage.listdir(folder(digest))
    except FileNotFoundError:
        return
    for name in names:
        if name.startswith(digest):
            default_storage.delete(f"{folder(digest)}/{name}")
