"""Renditions: made by the worker, picture by picture, and told of what became of them."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image as Picture

from articles import images, library, publishing, renditions
from articles.models import Image, RenditionState
from tests import factories
from tests.pictures import figure

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def _files(image: Image) -> dict[str, bytes]:
    names = default_storage.listdir(images.folder(image.digest))[1]
    found = {}
    for name in names:
        if name.startswith(image.digest):
            with default_storage.open(f"{images.folder(image.digest)}/{name}") as file:
                found[name.removeprefix(image.digest)] = file.read()
    return found


def _library_picture(size=(700, 500)) -> Image:
    return library.add(factories.picture(size), alt="مقر OpenAI", credit="وكالة")


def _stored(image: Image) -> tuple:
    stored = Image.objects.get(pk=image.pk)
    return stored.state, stored.due_at, stored.attempts, stored.failure


def test_all_widths_and_formats_are_made_and_none_is_wider_than_the_picture():
    image = _library_picture()

    renditions.make_due()

    made = {
        name: (opened.format, opened.size)
        for name, content in _files(image).items()
        if (opened := Picture.open(io.BytesIO(content)))
    }
    sizes = {320: (320, 229), 640: (640, 457), 700: (700, 500)}
    kinds = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}
    expected = {
        f"-{width}.{kind}": (kinds[kind], size) for width, size in sizes.items() for kind in images.KINDS
    }
    assert made == expected | {".jpg": ("JPEG", (700, 500)), "-share-50-50.jpg": ("JPEG", (700, 368))}
    assert _stored(image) == (RenditionState.READY, None, 0, "")


def test_making_them_again_changes_no_byte():
    image = _library_picture()
    renditions.make_due()
    first = _files(image)
    Image.objects.update(due_at=timezone.now(), state=RenditionState.PENDING)

    renditions.make_due()

    assert _files(image) == first


def test_nothing_is_due_when_all_is_made(django_assert_num_queries):
    _library_picture()
    renditions.make_due()

    with django_assert_num_queries(3):
        renditions.make_due()


def test_a_picture_that_cannot_be_made_keeps_no_other_from_it():
    broken, whole = _library_picture(), _library_picture()
    images.remove(broken.digest)

    renditions.make_due()

    assert [_stored(image)[0] for image in (broken, whole)] == [RenditionState.PENDING, RenditionState.READY]


def test_after_three_attempts_it_has_failed_with_a_reason():
    image = _library_picture()
    images.remove(image.digest)

    for hours in range(4):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            renditions.make_due()

    assert _stored(image) == (RenditionState.FAILED, None, 3, "ملفّ الصورة مفقود.")


def test_what_ended_the_worker_three_times_is_not_tried_again():
    image = _library_picture()
    Image.objects.update(attempts=renditions.MAX_ATTEMPTS)

    renditions.make_due()

    state, due_at, _attempts, failure = _stored(image)
    assert (state, due_at) == (RenditionState.FAILED, None)
    assert failure == "توقّف البرنامج الذي يُعدّها في كلّ محاولة قبل أن يفرغ منها."


def test_what_failed_is_made_when_it_is_asked_for_again():
    image = _library_picture()
    Image.objects.update(state=RenditionState.FAILED, due_at=None, attempts=3, failure="x")

    count = renditions.retry(Image.objects.all())
    renditions.make_due()

    assert (count, _stored(image)) == (1, (RenditionState.READY, None, 0, ""))


def test_until_they_are_ready_pages_show_the_master(client):
    image = _library_picture()
    article = factories.published(hero=image)

    text = client.get(article.get_absolute_url()).text

    assert f'<img src="{image.src}" width="700" height="500" alt=' in text
    assert "<picture>" not in text


def test_ready_pages_show_every_format_with_sizes_and_the_lead_at_once(client):
    image = _library_picture()
    article = factories.published(hero=image)
    renditions.make_due()

    text = client.get(article.get_absolute_url()).text

    image.refresh_from_db()
    sizes = 'sizes="(min-width: 64rem) 60rem, 100vw"'
    assert (
        f'<picture><source type="image/avif" srcset="{image.avif}" {sizes}>'
        f'<source type="image/webp" srcset="{image.webp}" {sizes}>'
        f'<img src="{image.fallback}" srcset="{image.jpeg}" {sizes} width="700" height="500"'
    ) in text
    assert 'fetchpriority="high" decoding="async"></picture>' in text


@pytest.mark.slow
def test_search_engines_are_given_three_proportions_of_a_large_picture(client):
    image = _library_picture((1600, 1000))
    image.focal_x = 20
    library.save(image)
    article = factories.published(hero=image)
    renditions.make_due()

    files = _files(image)
    image.refresh_from_db()

    sizes = {"16x9": (1200, 675), "4x3": (1200, 900), "1x1": (1000, 1000)}
    assert {name: Picture.open(io.BytesIO(files[f"-{name}-20-50.jpg"])).size for name in sizes} == sizes
    assert [(crop["width"], crop["height"]) for crop in image.crops] == list(sizes.values())
    text = client.get(article.get_absolute_url()).text
    assert all(f'"url":"http://127.0.0.1:8000{crop["src"]}"' in text for crop in image.crops)


@pytest.mark.parametrize("size", [(690, 690), (1600, 690)])
def test_of_a_small_picture_no_proportions_are_cut(size):
    assert images.crop_sizes(*size) == {}


def test_the_share_card_is_cropped_around_the_focal_point(client):
    red, blue = Picture.new("RGB", (1000, 3000), "red"), Picture.new("RGB", (1000, 600), "blue")
    red.paste(blue, (0, 2400))
    out = io.BytesIO()
    red.save(out, "PNG")
    image = library.add(out.getvalue(), alt="مقر OpenAI", credit="وكالة")
    renditions.make_due()
    image.refresh_from_db()
    image.focal_y = 100
    library.save(image)

    renditions.make_due()

    image.refresh_from_db()
    card = Picture.open(io.BytesIO(_files(image)["-share-50-100.jpg"]))
    assert image.share_card == {
        "src": f"/media/{images.share_name(image.digest, (50, 100))}", "width": 1000, "height": 525,
    }  # fmt: skip
    assert (card.size, card.getpixel((500, 260))) == ((1000, 525), (0, 0, 254))


def test_a_picture_that_was_replaced_while_it_was_made_stays_due(monkeypatch):
    image = _library_picture()
    made = renditions.files

    def overtaken(taken):
        stored = Image.objects.get(pk=image.pk)
        if stored.digest == image.digest:
            library.save(stored, images.accept(factories.picture((500, 400))))
        return made(taken)

    monkeypatch.setattr(renditions, "files", overtaken)

    renditions.make_due()

    stored = Image.objects.get(pk=image.pk)
    assert (stored.digest != image.digest, _stored(image)) == (True, (RenditionState.READY, None, 0, ""))
    assert default_storage.exists(images.rendition_name(stored.digest, 500, "avif"))


def test_texts_are_printed_with_the_renditions_when_these_are_ready():
    image = _library_picture()
    article = factories.draft(body=figure(image))

    renditions.make_due()

    article.refresh_from_db()
    image.refresh_from_db()
    assert f'<source type="image/avif" srcset="{image.avif}"' in article.body_html
    assert 'width="700" height="500"' in article.body_html
    assert 'loading="lazy"' in article.body_html


def test_an_article_written_after_they_are_ready_is_printed_with_them():
    image = _library_picture()
    renditions.make_due()

    article = factories.draft(body=f'<figure><img src="{image.src}" alt=""></figure>')

    assert "<picture>" in article.body_html


def test_a_text_that_is_saved_while_its_picture_is_made_counts_as_another_version_for_nobody():
    image = _library_picture()
    article = factories.draft(body=f'<figure><img src="{image.src}" alt=""></figure>')
    version = article.version

    renditions.make_due()

    publishing.save(article, expected_version=version)
    assert "<picture>" in article.body_html
