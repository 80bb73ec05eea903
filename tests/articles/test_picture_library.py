"""Pictures on the desk: uploaded, found, and refused."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Picture

from articles import images, library
from articles.images import master_name
from articles.models import Image
from tests import factories
from tests.races import overtaken

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LIBRARY = "/admin/articles/image/library/"


def _png(width=40, height=30, color="red"):
    out = io.BytesIO()
    Picture.new("RGB", (width, height), color).save(out, "PNG")
    return SimpleUploadedFile("صورة.png", out.getvalue(), "image/png")


def test_an_upload_in_the_library_answers_with_the_picture(as_reporter):
    response = as_reporter.post(
        LIBRARY, {"upload": _png(), "alt": "OpenAI في صورة", "caption": "", "credit": "رويترز"}
    )

    image = Image.objects.get()
    assert (response.status_code, response.json()["image"]) == (
        201,
        {
            "id": image.pk, "src": image.src, "thumbnail": image.src, "alt": "OpenAI في صورة", "direction": "rtl",
            "caption": "", "credit": "رويترز", "width": 40, "height": 30,
        },
    )  # fmt: skip


def test_a_new_file_takes_the_place_of_a_picture(client):
    client.force_login(factories.superuser())
    image = library.add(_png().read(), alt="مقر OpenAI")
    page = reverse("admin:articles_image_change", args=[image.pk])

    client.post(page, {"upload": _png(50, 20), "alt": "مقر Mistral", "caption": "", "credit": ""})

    stored = Image.objects.get(pk=image.pk)
    assert (stored.alt, stored.width, stored.height) == ("مقر Mistral", 50, 20)
    assert default_storage.exists(master_name(stored.digest))


def test_a_picture_that_is_there_already_is_chosen(as_reporter):
    first = as_reporter.post(LIBRARY, {"upload": _png(), "alt": "الأولى"}).json()

    again = as_reporter.post(LIBRARY, {"upload": _png(), "alt": "الثانية"}).json()

    assert again == first | {"is_new": False}


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_comes_at_the_same_moment_is_chosen(as_reporter):
    answer = overtaken(
        lambda: library.add(_png().read(), alt="الأولى"),
        lambda: as_reporter.post(LIBRARY, {"upload": _png(), "alt": "الثانية"}),
    )

    assert (answer.status_code, answer.json()["image"]["alt"]) == (201, "الأولى")


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_comes_at_the_same_moment_is_told_on_the_form(client):
    client.force_login(factories.superuser())
    form = {"upload": _png(), "alt": "الثانية", "caption": "", "credit": ""}

    answer = overtaken(
        lambda: library.add(_png().read(), alt="الأولى"),
        lambda: client.post(reverse("admin:articles_image_add"), form),
    )

    assert answer.context["errors"] == [["هذه الصورة موجودة في المكتبة."]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG"),
        (b"\0" * (images.MAX_BYTES + 1), "25"),
        (b"", ""),
    ],
    ids=["another format", "too large", "empty"],
)
def test_an_upload_that_is_refused_says_why(as_reporter, content, sentence):
    upload = SimpleUploadedFile("x.png", content, "image/png")

    response = as_reporter.post(LIBRARY, {"upload": upload, "alt": "شيء"})

    (error,) = response.json()["errors"]
    assert (response.status_code, sentence in error, Image.objects.count()) == (422, True, 0)


@pytest.mark.parametrize("typed", ["الارشيف", "أرشيف rotterdam", ""])
def test_the_library_is_searched_in_any_spelling(as_reporter, typed):
    found = library.add(_png().read(), alt="ميناء Rotterdam", caption="من الأرشيف")
    if typed:
        library.add(_png(color="blue").read(), alt="صورة أخرى")

    answer = as_reporter.get(LIBRARY, {"q": typed}).json()

    assert [image["id"] for image in answer["images"]] == [found.pk]


@pytest.mark.parametrize(
    "number", ["9" * 5_000, "9" * 19, "٠", "x"], ids=["5,000 digits", "19 digits", "zero", "x"]
)
def test_a_number_that_no_picture_can_have_finds_none(as_reporter, number):
    library.add(_png().read(), alt="مقر OpenAI")

    answer = as_reporter.get(LIBRARY, {"id": number})

    assert (answer.status_code, answer.json()["images"]) == (200, [])


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_library_is_closed_to_moderators(client, method):
    client.force_login(factories.staff(factories.MODERATORS))

    assert getattr(client, method)(LIBRARY).status_code == 403


def test_the_library_is_closed_to_readers(client):
    assert client.get(LIBRARY).status_code == 302
