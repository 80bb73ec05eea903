"""Pictures that come in: what is accepted, what is refused, and what is left of them."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image as Picture
from PIL import ImageCms

from articles import images, library
from articles.models import Image
from newsroom.web import media


def _file(size=(64, 48), mode="RGB", kind="PNG", color=0, **options) -> bytes:
    out = io.BytesIO()
    Picture.new(mode, size, color).save(out, kind, **options)
    return out.getvalue()


def _opened(accepted: images.Accepted) -> Picture.Image:
    return Picture.open(io.BytesIO(accepted.content))


def _moving(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [Picture.new("RGB", (20, 20), color) for color in ("red", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_of_the_web_are_accepted(kind):
    accepted = images.accept(_file(kind=kind))

    assert (accepted.width, accepted.height, _opened(accepted).format) == (64, 48, "JPEG")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", id="svg"),
        pytest.param(b"<html><script>alert(1)</script>", id="html"),
        pytest.param(_file(kind="GIF"), id="gif"),
        pytest.param(_moving("WEBP"), id="moving webp"),
        pytest.param(_moving("PNG"), id="moving png"),
        pytest.param(_file()[:60], id="cut off"),
        pytest.param(_file(size=(13_000, 13_000), mode="1"), id="bomb"),
        pytest.param(b"x" * (images.MAX_BYTES + 1), id="too many bytes"),
    ],
)
def test_everything_else_is_refused_with_a_sentence(content):
    with pytest.raises(images.ImageError, match=r"\w+"):
        images.accept(content)


@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [{}, {"progressive": True, "subsampling": 0}], ids=["baseline", "progressive"]
)
def test_a_photograph_of_thirty_megapixels_is_accepted(options):
    photograph = Picture.effect_noise((1677, 1118), 60).resize((6708, 4472)).convert("RGB")
    out = io.BytesIO()
    photograph.save(out, "JPEG", quality=85, **options)

    accepted = images.accept(out.getvalue())

    assert (accepted.width, accepted.height) == (2560, 1706)


def test_place_camera_and_person_do_not_come_along():
    exif = Picture.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    content = _file(kind="JPEG", exif=exif, xmp=b"<x>SecretPerson</x>", comment=b"SecretComment")

    accepted = images.accept(content)

    assert content.count(b"Secret") == 3
    assert accepted.content.count(b"Secret") == 0
    assert dict(_opened(accepted).getexif()) == {}


def test_the_credit_that_the_picture_gives_is_read():
    line = "ليلى حدّاد".encode()
    record = b"\x1c\x02\x50" + len(line).to_bytes(2, "big") + line
    resource = b"8BIM\x04\x04\x00\x00" + len(record).to_bytes(4, "big") + record + b"\0" * (len(record) % 2)
    segment = b"Photoshop 3.0\x00" + resource
    content = _file(kind="JPEG")
    content = content[:2] + b"\xff\xed" + (len(segment) + 2).to_bytes(2, "big") + segment + content[2:]

    assert images.accept(content).credit == "ليلى حدّاد"


def test_a_photograph_taken_upright_stands_upright():
    exif = Picture.Exif()
    exif[0x0112] = 6

    accepted = images.accept(_file(size=(60, 40), kind="JPEG", exif=exif))

    assert (accepted.width, accepted.height) == (40, 60)


GRAY_16 = Picture.new("I;16", (64, 48), 0x8080)
PALETTE = Picture.new("RGB", (64, 48), (10, 200, 30)).quantize(4)


def _saved(picture: Picture.Image, kind="PNG", **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "color"),
    [
        pytest.param(_file(mode="RGBA"), (255, 255, 255), id="transparent"),
        pytest.param(_file(mode="LA", color=(0, 0)), (255, 255, 255), id="transparent gray"),
        pytest.param(_saved(PALETTE), (10, 200, 30), id="palette"),
        pytest.param(_saved(PALETTE, transparency=0), (255, 255, 255), id="transparent palette"),
        pytest.param(_saved(GRAY_16), (128, 128, 128), id="16 bits"),
        pytest.param(_file(mode="1", color=1), (255, 255, 255), id="1 bit"),
        pytest.param(_file(mode="L", color=77), (77, 77, 77), id="gray"),
        pytest.param(_file(mode="CMYK", kind="JPEG", color=(0, 0, 0, 0)), (255, 255, 255), id="white CMYK"),
        pytest.param(_file(mode="CMYK", kind="JPEG", color=(0, 0, 0, 255)), (0, 0, 0), id="black CMYK"),
    ],
)
def test_every_kind_of_color_is_printed_as_it_looks(content, color):
    red, green, blue = _opened(images.accept(content)).getpixel((5, 5))

    assert max(abs(red - color[0]), abs(green - color[1]), abs(blue - color[2])) <= 2


@pytest.mark.parametrize(
    "profile",
    [ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), b"ICC" * 40],
    ids=["sRGB", "no profile at all"],
)
def test_a_profile_is_applied_or_ignored_and_does_not_come_along(profile):
    content = _file(kind="JPEG", color=(200, 30, 30), icc_profile=profile, quality=95, subsampling=0)

    opened = _opened(images.accept(content))

    assert opened.getpixel((5, 5)) == pytest.approx((200, 30, 30), abs=3)
    assert "icc_profile" not in opened.info


@pytest.mark.parametrize("size", [(1, 16_384), (1, 20_000), (20_000, 1), (3_000, 2_000), (1_000, 7_900)])
def test_a_large_picture_is_made_smaller(size):
    accepted = images.accept(_file(size=size, mode="L"))

    assert accepted.width <= images.MAX_WIDTH
    assert accepted.height <= images.MAX_HEIGHT
    assert accepted.width * accepted.height <= images.MAX_MASTER_PIXELS


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (100, [100]), (320, [320]), (321, [320, 321]), (1440, [320, 640, 960, 1440]),
        (2560, [320, 640, 960, 1440]),
    ],
)  # fmt: skip
def test_no_rendition_is_wider_than_the_picture(width, expected):
    assert images.widths(width) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [((2560, 1707), (1200, 630)), ((600, 600), (600, 315)), ((3000, 63), (120, 63)), ((1, 1), (1, 1))],
)
def test_a_share_card_is_as_large_as_the_picture_allows(size, expected):
    assert images.share_size(*size) == expected


def test_whatever_a_file_is_called_it_is_served():
    digest = "0123456789abcdef" * 2
    names = [images.master_name(digest)]
    for width in (1, 64, images.WIDTHS[-1], images.MAX_WIDTH):
        names += [
            images.rendition_name(digest, step, kind)
            for step in images.widths(width)
            for kind in images.KINDS
        ]
    for focal_point in ((0, 100), (50, 7)):
        names.append(images.share_name(digest, focal_point))
        names += [images.crop_name(digest, proportion, focal_point) for proportion in images.CROPS]

    assert [name for name in names if not media._OURS.fullmatch(name)] == []


@pytest.mark.django_db
def test_the_same_picture_is_one_row():
    first, second = (library.add(_file(), alt="صورة") for _ in range(2))

    assert (first, Image.objects.count()) == (second, 1)


@pytest.mark.django_db
def test_a_file_whose_writing_was_cut_off_is_written_again():
    name = "images/ab/cut.jpg"
    images.store(name, b"half")

    images.store(name, b"whole")

    with default_storage.open(name) as file:
        assert file.read() == b"whole"
