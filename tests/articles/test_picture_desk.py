"""The desk of pictures: what its page and its forms take and tell, and who may use them."""

import re

import pytest
from django.urls import reverse

from articles import images, renditions
from articles.models import Image, Rights
from newsroom.web import whole_files
from tests import factories
from tests.pictures import DIALOG, PAGE, figure, form_of, upload

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_the_name_of_the_file_becomes_the_title_and_no_part_of_an_address(as_photo_editor):
    as_photo_editor.post(DIALOG, {"upload": upload("صورة المقر الجديد.png"), "alt": "مقر OpenAI"})

    image = Image.objects.get()
    assert image.title == "صورة المقر الجديد"
    assert re.fullmatch(r"/media/images/[0-9a-f]{2}/[0-9a-f]{32}\.jpg", image.src)


def test_who_uploaded_is_kept(as_photo_editor, photo_editor):
    as_photo_editor.post(
        DIALOG, {"upload": upload(), "alt": "مقر OpenAI", "rights": "agency", "credit": "رويترز"}
    )

    image = Image.objects.get()
    assert (image.uploaded_by, image.rights) == (photo_editor, Rights.AGENCY)


def test_a_picture_without_words_is_refused_unless_it_is_decoration(as_photo_editor):
    refused = as_photo_editor.post(DIALOG, {"upload": upload()})
    taken = as_photo_editor.post(DIALOG, {"upload": upload(), "decorative": "on"})

    assert (refused.status_code, taken.status_code) == (422, 201)
    assert refused.json()["errors"] == ["النصّ البديل: صِف ما في الصورة، أو علِّم أنّها للزينة."]


def test_a_form_without_scripts_takes_one_file(as_photo_editor):
    as_photo_editor.post(reverse("admin:articles_image_add"), {"upload": upload(), "alt": "مقر OpenAI"})

    assert Image.objects.get().alt == "مقر OpenAI"


@pytest.mark.parametrize(
    ("asked", "told"),
    [("has_room", "القرص يكاد يمتلئ"), ("can_be_written", "لا يستطيع الموقع الكتابة في مجلد الصور")],
    ids=["a disk nearly full", "a folder that cannot be written"],
)
def test_what_cannot_be_stored_is_refused_in_one_sentence_and_what_was_typed_stays(
    as_photo_editor, settings, monkeypatch, asked, told
):
    monkeypatch.setattr(whole_files, asked, lambda _folder: False)
    before = _files(settings.MEDIA_ROOT)

    in_the_dialog = as_photo_editor.post(DIALOG, {"upload": upload(), "alt": "مقر OpenAI"})
    in_the_form = as_photo_editor.post(
        reverse("admin:articles_image_add"), {"upload": upload(), "alt": "مقر OpenAI"}
    )

    assert in_the_dialog.status_code == 422
    assert told in in_the_dialog.json()["errors"][0]
    assert in_the_form.status_code == 200
    assert told in in_the_form.text
    assert 'value="مقر OpenAI"' in in_the_form.text
    assert not Image.objects.exists()
    assert _files(settings.MEDIA_ROOT) == before


def _files(folder):
    """What whoever came before has left there, too."""
    return set(folder.rglob("*"))


def test_the_focal_point_is_set_by_two_numbers(as_photo_editor):
    image = factories.image()

    as_photo_editor.post(
        form_of(image), {"alt": "مقر", "credit": "أ", "rights": "own", "focal_x": 20, "focal_y": 90}
    )

    stored = Image.objects.get()
    assert (stored.focal_point, stored.focus) == ((20, 90), "focus-x-2 focus-y-9")


def test_who_saves_a_picture_second_is_told_what_the_first_wrote(as_photo_editor):
    image = factories.image(alt="مقر", caption="")
    opened = _opened(as_photo_editor, image)
    as_photo_editor.post(form_of(image), opened | {"caption": "كتبه الأوّل"})

    answer = as_photo_editor.post(form_of(image), opened | {"caption": "كتبه الثاني"})

    form = answer.context["adminform"].form
    image.refresh_from_db()
    assert form.errors["caption"] == ["حُفظ في هذه الأثناء: \u2067كتبه الأوّل\u2069"]
    assert (image.caption, form["caption"].value()) == ("كتبه الأوّل", "كتبه الثاني")


def test_who_was_told_what_the_first_wrote_saves_over_it(as_photo_editor):
    image = factories.image(alt="مقر", caption="")
    opened = _opened(as_photo_editor, image)
    as_photo_editor.post(form_of(image), opened | {"caption": "كتبه الأوّل"})
    told = as_photo_editor.post(form_of(image), opened | {"caption": "كتبه الثاني"}).context["adminform"].form

    as_photo_editor.post(
        form_of(image), opened | {"caption": "كتبه الثاني", "opened_stamp": told["opened_stamp"].value()}
    )

    image.refresh_from_db()
    assert image.caption == "كتبه الثاني"


def _opened(as_photo_editor, image: Image) -> dict:
    """What the form of a picture posts unchanged, as its page says it."""
    page = as_photo_editor.get(form_of(image))
    (stamp,) = re.findall(r'name="opened_stamp" value="([0-9a-f]{64})"', page.text)
    form = page.context["adminform"].form
    names = ("title", "alt", "caption", "credit", "rights", "focal_x", "focal_y")
    return {name: form[name].value() for name in names} | {"opened_stamp": stamp}


@pytest.mark.parametrize("number", [-1, 101])
def test_a_focal_point_outside_of_the_picture_is_refused(as_photo_editor, number):
    image = factories.image()

    answer = as_photo_editor.post(
        form_of(image), {"alt": "مقر", "credit": "أ", "rights": "own", "focal_x": number, "focal_y": 5}
    )

    assert list(answer.context["adminform"].errors) == ["focal_x"]


# The page


def _shown(answer) -> list[int]:
    return [image.pk for image in answer.context["cl"].result_list]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=الارشيف", ["old"]), ("q=ارشيف+روتردام", ["old"]), ("rights__exact=agency", ["old"]),
        ("used=yes", ["hero", "old"]), ("used=no", ["spare"]), ("credit=no", ["spare"]),
        ("created_at__gte=2001-01-01T00:00Z", ["spare", "hero", "old"]), ("created_at__lt=2001-01-01T00:00Z", []),
    ],
)  # fmt: skip
def test_pictures_are_found_by_words_and_by_what_is_known_of_them(as_photo_editor, query, expected):
    old = factories.image(alt="ميناء روتردام", caption="من الأرشيف", rights=Rights.AGENCY)
    hero, spare = factories.image(), factories.image(credit="")
    factories.draft(hero=hero, body=figure(old))
    names = {old.pk: "old", hero.pk: "hero", spare.pk: "spare"}

    answer = as_photo_editor.get(f"{PAGE}?{query}")

    assert [names[pk] for pk in _shown(answer)] == expected


def test_pictures_are_found_by_who_uploaded_them(as_photo_editor, photo_editor):
    factories.image()
    as_photo_editor.post(DIALOG, {"upload": upload(), "alt": "مقر OpenAI"})

    answer = as_photo_editor.get(PAGE, {"by": photo_editor.pk})

    assert _shown(answer) == [Image.objects.get(uploaded_by=photo_editor).pk]


def test_the_page_counts_where_pictures_are_used(as_photo_editor):
    image = factories.image()
    for _ in range(3):
        factories.draft(hero=image)
    factories.draft(body=figure(image))

    (card,) = re.findall(r'<li class="picture-card">(.*?)</li>', as_photo_editor.get(PAGE).text, re.DOTALL)

    assert "صورة رئيسية لـ3 مقالات · في نصّ مقال واحد" in " ".join(card.split())


def test_the_form_names_the_articles_with_the_picture(as_photo_editor):
    image = factories.image()
    article = factories.draft(hero=image, body=figure(image), headline="مقال عن Mistral")
    address = reverse("admin:articles_article_change", args=[article.pk])

    (uses,) = re.findall(
        r'<section class="module uses".*?</section>', as_photo_editor.get(form_of(image)).text, re.DOTALL
    )

    assert f'<a href="{address}">' in uses
    assert "main image · in the text" not in uses
    assert "الصورة الرئيسية · في النصّ" in " ".join(uses.split())


def test_a_reporter_reads_no_headline_of_others_there(client):
    image = factories.image()
    factories.draft(hero=image, headline="سرّ عن Mistral")
    client.force_login(factories.staff(factories.REPORTERS))

    text = client.get(form_of(image)).text

    assert ("سرّ عن" in text, "في مقال واحد." in text) == (False, True)


# Who may


@pytest.mark.parametrize(
    ("group", "rights"),
    [
        (factories.PHOTO_EDITORS, {"page": 200, "add": 200, "change": True, "delete": 200}),
        (factories.EDITORS, {"page": 200, "add": 200, "change": True, "delete": 403}),
        (factories.REPORTERS, {"page": 200, "add": 200, "change": False, "delete": 403}),
        (factories.MODERATORS, {"page": 403, "add": 403, "change": None, "delete": 403}),
    ],
    ids=["photo editors", "editors", "reporters", "moderators"],
)
def test_groups_may_do_with_pictures_what_is_their_work(client, group, rights):
    image = factories.image()
    client.force_login(factories.staff(group))
    form = client.get(form_of(image))

    found = {
        "page": client.get(PAGE).status_code,
        "add": client.get(reverse("admin:articles_image_add")).status_code,
        "change": form.context["has_change_permission"] if form.status_code == 200 else None,
        "delete": client.get(reverse("admin:articles_image_delete", args=[image.pk])).status_code,
    }

    assert found == rights


def test_failed_renditions_are_told_and_made_again_from_the_form(as_photo_editor):
    image = factories.image()
    Image.objects.update(state="failed", failure="ملفّ الصورة مفقود.", due_at=None)
    told = as_photo_editor.get(form_of(image)).text

    as_photo_editor.post(
        form_of(image),
        {"alt": "مقر", "credit": "أ", "rights": "own", "focal_x": 5, "focal_y": 5, "_make_again": 1},
    )

    assert "ملفّ الصورة مفقود." in told
    assert Image.objects.get().state == "pending"


# Files as they are served


@pytest.mark.parametrize(
    ("suffix", "kind"), [(".jpg", "image/jpeg"), ("-480.avif", "image/avif"), ("-480.webp", "image/webp")]
)
def test_files_are_served_to_be_kept_for_good(client, suffix, kind):
    image = factories.image()
    renditions.make_due()

    answer = client.get(f"/media/{images.stem(image.digest)}{suffix}")

    answer.close()
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        kind, "public, max-age=31536000, immutable",
    )  # fmt: skip
