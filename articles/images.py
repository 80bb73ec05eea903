"""Pictures that come in: hostile until decoded, re-encoded and stripped of everything but pixels."""

import hashlib
import io
import warnings
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture
from PIL import ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
# Pages carry it, so that their scripts say before sending what would be refused. The sentences call it 10 MB.
MAX_BYTES = 10 * 1024 * 1024
# Pillow itself only warns up to 179 megapixels; 13,000 x 13,000 in one bit is a file of 20 kB and 800 MB in memory.
MAX_PIXELS = 40_000_000
# A JPEG is decoded at a fraction of its size; the others are not.
MAX_PIXELS_DECODED_WHOLE = 20_000_000
MAX_WIDTH = 1600
# A long infographic is five screens; WebP ends at 16,383.
MAX_HEIGHT = 8000
RENDITION_WIDTHS = (480, 960)
QUALITY = 80


class ImageError(ValueError):
    """The upload cannot be accepted; the message says why and what to do."""


@dataclass(frozen=True)
class Accepted:
    """Renditions by width in pixels, as WebP bytes; `width` and `height` are those of the largest."""

    digest: str
    width: int
    height: int
    renditions: dict[int, bytes]


def rendition_name(digest: str, width: int) -> str:
    return f"images/{digest[:2]}/{digest}-{width}.webp"


def accept(content: bytes) -> Accepted:
    """Decode an upload and make its renditions: upright, in RGB, without metadata, at most 1,600 pixels wide.

    Raises ImageError for a file that is too large, of another format, damaged, or too many pixels.
    """
    if len(content) > MAX_BYTES:
        raise ImageError(_("The file is larger than 10 MB. Please upload a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Picture.DecompressionBombWarning)
            pixels = _decode(content)
    except ImageError:
        raise
    except Exception as error:
        # Decoders of damaged files raise whatever they stumble over: struct.error, TypeError, SyntaxError and more.
        raise ImageError(_("This is not a JPEG, PNG or WebP picture that can be read.")) from error
    renditions = {
        width: _encode(pixels, width)
        for width in (*(w for w in RENDITION_WIDTHS if w < pixels.width), pixels.width)
    }
    digest = hashlib.sha256(renditions[pixels.width]).hexdigest()
    return Accepted(digest, pixels.width, pixels.height, renditions)


def _decode(content: bytes) -> Picture.Image:
    """The picture upright, in RGB, on white where it was transparent, and no larger than its largest rendition."""
    picture = Picture.open(io.BytesIO(content), formats=FORMATS)
    if picture.width * picture.height > (
        MAX_PIXELS if picture.format == "JPEG" else MAX_PIXELS_DECODED_WHOLE
    ):
        raise ImageError(_("The picture has too many pixels: 40 megapixels at most, or 20 for PNG and WebP."))
    picture.draft("RGB", (MAX_WIDTH * 2, MAX_WIDTH * 2))
    # Made small first: each step below holds a whole copy.
    picture.thumbnail((MAX_WIDTH * 2, MAX_HEIGHT * 2))
    pixels = ImageOps.exif_transpose(picture)
    if pixels.has_transparency_data:
        pixels = pixels.convert("RGBA")
        paper = Picture.new("RGBA", pixels.size, "white")
        paper.alpha_composite(pixels)
        pixels = paper
    pixels = pixels.convert("RGB")
    pixels.thumbnail((MAX_WIDTH, MAX_HEIGHT), Picture.LANCZOS)
    return pixels


def _encode(pixels: Picture.Image, width: int) -> bytes:
    height = max(1, round(pixels.height * width / pixels.width))
    rendition = pixels if width == pixels.width else pixels.resize((width, height), Picture.LANCZOS)
    # A fresh image carries no EXIF, XMP or colour profile text along.
    clean = Picture.new("RGB", rendition.size)
    clean.paste(rendition)
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=QUALITY, method=2)
    return out.getvalue()


def store(accepted: Accepted) -> None:
    """Write the renditions; a name says its content, so one that exists is right already."""
    for width, content in accepted.renditions.items():
        name = rendition_name(accepted.digest, width)
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(content))
