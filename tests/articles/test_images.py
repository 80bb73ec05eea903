"""Pictures that come in: what is accepted, what is refused, and what is left of them."""

import io

import pytest
from PIL import Image as Picture

from articles import images, publishing
from articles.models import Image


def _file(size=(64, 48), mode="RGB", kind="PNG", **options) -> bytes:
    out = io.BytesIO()
    Picture.new(mode, size, 0).save(out, kind, **options)
    return out.getvalue()


def _opened(accepted: images.Accepted) -> Picture.Image:
    return Picture.open(io.BytesIO(accepted.renditions[accepted.width]))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_of_the_web_are_accepted(kind):
    accepted = images.accept(_file(kind=kind))

    assert (accepted.width, accepted.height, list(accepted.renditions)) == (64, 48, [64])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", id="svg"),
        pytest.param(b"<html><script>alert(1)</script>", id="html"),
        pytest.param(_file(kind="GIF"), id="gif"),
        pytest.param(_file()[:60], id="cut off"),
        pytest.param(_file(size=(13_000, 13_000), mode="1"), id="bomb"),
        pytest.param(b"x" * (images.MAX_BYTES + 1), id="too many bytes"),
    ],
)
def test_everything_else_is_refused_with_a_sentence(content):
    with pytest.raises(images.ImageError, match=r"\w+"):
        images.accept(content)


def test_place_and_camera_do_not_come_along():
    exif = Picture.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"

    accepted = images.accept(_file(kind="JPEG", exif=exif))

    assert b"SecretCamera" not in accepted.renditions[64]
    assert dict(_opened(accepted).getexif()) == {}


def test_a_photograph_taken_upright_stands_upright():
    exif = Picture.Exif()
    exif[0x0112] = 6

    accepted = images.accept(_file(size=(60, 40), kind="JPEG", exif=exif))

    assert (accepted.width, accepted.height) == (40, 60)


def test_what_was_transparent_is_white():
    assert _opened(images.accept(_file(mode="RGBA"))).convert("RGB").getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.parametrize("size", [(1, 16_384), (1, 20_000), (20_000, 1), (3_000, 2_000)])
def test_a_large_picture_is_made_smaller(size):
    accepted = images.accept(_file(size=size, mode="L"))

    assert (accepted.width <= images.MAX_WIDTH, accepted.height <= images.MAX_HEIGHT) == (True, True)
    assert list(accepted.renditions) == [w for w in images.RENDITION_WIDTHS if w < accepted.width] + [
        accepted.width
    ]


@pytest.mark.django_db
def test_the_same_picture_is_one_row():
    first, second = (publishing.add_image(_file(), alt="صورة") for _ in range(2))

    assert (first, Image.objects.count()) == (second, 1)
