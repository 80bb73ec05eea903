"""A site whose media lie in a store that speaks S3: what its people do with pictures, also while it is away."""

import dataclasses
import importlib
import io
import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.conf import settings as site_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone
from obstore.exceptions import GenericError
from PIL import Image as Picture

from articles import images, library, renditions
from articles.models import Image, RenditionState
from newsroom import backups, health
from newsroom.web import object_place
from newsroom.web.object_store import _SECONDS, ObjectStore, StoreAway, _Line
from newsroom.web.whole_files import WholeFiles
from tests import factories, object_stores
from tests.pictures import DIALOG, form_of, upload

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ADD = reverse("admin:articles_image_add")
WORDS = {"alt": "مقر OpenAI", "title": "المقرّ", "caption": "المدخل"}


@pytest.fixture
def photo_editor_client(client):
    client.force_login(factories.staff(factories.PHOTO_EDITORS))
    return client


@pytest.fixture
def away(settings):
    """Return a function that has the store of the site gone, and one that brings it back."""
    present = settings.STORAGES
    gone = object_place.read(object_stores.address(object_stores.free_port()))

    def leave():
        settings.STORAGES = object_stores.storages(gone, settings)

    def come_back():
        settings.STORAGES = present

    return leave, come_back


def contents(media):
    found = {}
    for name, _size in media.files():
        with media.open(name) as file:
            found[name] = file.read()
    return found


def content_of(answer):
    return b"".join(answer.streaming_content)


def test_a_picture_is_uploaded_made_and_served(shared_media, photo_editor_client, client, settings):
    answer = photo_editor_client.post(DIALOG, WORDS | {"upload": upload(size=(480, 270))})
    image = Image.objects.get()
    renditions.make_due()
    image.refresh_from_db()

    assert (answer.status_code, image.state) == (201, RenditionState.READY)
    stored = dict(ObjectStore(shared_media).files())
    # Two widths in three formats, the master and what share cards show.
    assert len(stored) == 8
    assert image.fallback_bytes == stored[image.fallback.removeprefix("/media/")]
    for name, size in stored.items():
        served = client.get(f"/media/{name}", HTTP_ACCEPT_ENCODING="gzip, br")
        content = content_of(served)
        assert (served.status_code, len(content), served["Content-Length"]) == (200, size, str(size))
        assert served["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Content-Encoding" not in served
        with Picture.open(io.BytesIO(content)) as picture:
            assert picture.get_format_mimetype() == served["Content-Type"]
    assert not settings.MEDIA_ROOT.joinpath(image.src.removeprefix("/media/")).exists()


@pytest.mark.parametrize("where", ["folder", "store"])
def test_what_is_asked_of_a_file_is_answered_alike(where, request, client):
    if where == "store":
        request.getfixturevalue("shared_media")
    image = factories.image()

    whole = client.get(image.src)
    head = client.head(image.src)
    known = client.get(image.src, HTTP_IF_NONE_MATCH=whole["ETag"])
    images.remove(image.digest)
    gone = client.get(image.src, HTTP_IF_NONE_MATCH=whole["ETag"])

    told = ("Cache-Control", "Content-Type", "Content-Length", "ETag", "Cross-Origin-Resource-Policy")
    assert [head[name] for name in told] == [whole[name] for name in told]
    assert (head.status_code, head.content, known.status_code, known.content) == (200, b"", 304, b"")
    # Who keeps it learns that it was deleted.
    assert gone.status_code == 404
    whole.close()


@pytest.mark.parametrize("where", ["folder", "store"])
@pytest.mark.parametrize(
    "address",
    [
        "/media/images/ab/none.jpg", "/media/images/%2e%2e/x.jpg", "/media/images/%252e%252e/x.jpg", "/media//x.jpg",
        "/media/images/./x.jpg", "/media/" + "x" * 3_000 + ".jpg", "/media/" + "x" * 300 + ".jpg", "/media/.jpg",
        "/media/images/%0a.jpg", "/media/images/%ff.jpg", "/media/images/%ed%a0%80.jpg", "/media/images/x.html",
    ],
)  # fmt: skip
def test_hostile_addresses_are_not_found_and_do_not_shut_the_store(where, address, request, client):
    if where == "store":
        request.getfixturevalue("shared_media")

    assert client.get(address).status_code == 404
    assert default_storage.answers()


@pytest.mark.parametrize(
    "name",
    [
        f"images/ab/{'ab' * 150}.jpg", f"images/ab/{'cd' * 16}.jpg", f"images/ab/{'AB' * 16}.jpg",
        f"images/ab/{'ab' * 16}.jpg%0a", f"images/ab/{'ab' * 16}-12345.avif", f"images/ab/{'ab' * 16}-a.jpg",
        f"{'ab' * 16}.jpg", "robots.jpg",
    ],
)  # fmt: skip
def test_names_that_the_site_does_not_write_are_asked_of_no_store(shared_media, client, away, name):
    away[0]()

    assert client.get(f"/media/{name}").status_code == 404


def test_pages_ask_the_store_for_nothing(shared_media, client, away):
    image = factories.image()
    renditions.make_due()
    article = factories.published(hero=image, body=f'<figure><img src="{image.src}" alt=""></figure>')
    leave, _come_back = away
    leave()

    pages = [client.get(page) for page in ("/", article.get_absolute_url(), "/feed/", "/sitemap.xml")]

    image.refresh_from_db()
    assert [page.status_code for page in pages] == [200] * 4
    assert f'length="{image.fallback_bytes}"' in pages[2].text
    assert not default_storage._reading.is_shut


# While it is away


def test_pictures_are_answered_503_until_it_is_there_again(shared_media, client, away):
    image = factories.image()
    leave, come_back = away
    leave()
    refused = [getattr(client, method)(image.src) for method in ("get", "head")]
    told = client.get("/healthz").json()
    client.force_login(factories.superuser())
    page = client.get(reverse("admin:state")).text
    come_back()

    served = client.get(image.src)

    assert [(answer.status_code, answer["Retry-After"]) for answer in refused] == [(503, "5")] * 2
    assert {answer["Cache-Control"] for answer in refused} == {"no-store"}
    assert health.NO_MEDIA in told["worries"]
    assert "MEDIA_STORE" in page
    assert "MEDIA_STORE" not in client.get(reverse("admin:state")).text
    assert served.status_code == 200
    served.close()


def test_a_silent_store_holds_up_one_reader_and_not_the_others(
    shared_media, object_store, client, settings, monkeypatch
):
    image = factories.image()
    monkeypatch.setitem(_SECONDS, "reading", 0.5)
    settings.STORAGES = object_stores.storages(object_store.place(), settings)
    with object_store.silent():
        first = client.get(image.src)
        begun = timezone.now()
        others = [client.get(image.src).status_code for _time in range(20)]
        took = timezone.now() - begun

    assert (first.status_code, set(others)) == (503, {503})
    assert took < timedelta(seconds=1)


@pytest.mark.parametrize("moment", ["before", "while it is written"])
def test_an_upload_is_refused_in_one_sentence_and_what_was_typed_stays(
    shared_media, photo_editor_client, away, monkeypatch, moment
):
    leave, _come_back = away
    if moment == "before":
        leave()
    else:
        # There when it is asked, and refusing what is sent.
        def failing(*_arguments, **_options):
            raise GenericError

        real = _Line.follow

        def refusing(self, work, *arguments, **options):
            if work.__name__ == "put":
                work = failing
            return real(self, work, *arguments, **options)

        monkeypatch.setattr(_Line, "follow", refusing)

    in_the_form = photo_editor_client.post(ADD, WORDS | {"upload": upload()})
    default_storage._writing._shut_until = 0
    in_the_dialog = photo_editor_client.post(DIALOG, WORDS | {"upload": upload()})

    assert (in_the_form.status_code, in_the_dialog.status_code) == (200, 422)
    assert "لا يستجيب" in in_the_form.text
    assert "لا يستجيب" in in_the_dialog.json()["errors"][0]
    assert all(f'value="{WORDS[name]}"' in in_the_form.text for name in ("alt", "title"))
    assert not Image.objects.exists()


def test_words_of_a_picture_are_saved_all_the_same(shared_media, photo_editor_client, away):
    image = factories.image()
    away[0]()

    photo_editor_client.post(
        form_of(image), {"alt": "جديد", "credit": "أ", "rights": "own", "focal_x": 5, "focal_y": 5}
    )

    image.refresh_from_db()
    assert image.alt == "جديد"


def test_renditions_are_tried_until_it_is_there_again(shared_media, away):
    leave, come_back = away
    first, second = factories.image(), factories.image()
    leave()
    # Longer than a picture in which something is wrong would be tried.
    for minutes in range(0, 60, 10):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)), pytest.raises(StoreAway):
            renditions.make_due()
    first.refresh_from_db()
    waiting = first.state, first.attempts, first.failure
    come_back()

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        renditions.make_due()

    assert waiting == (RenditionState.PENDING, 0, "مخزن الصور لا يستجيب.")
    for image in (first, second):
        image.refresh_from_db()
        assert (image.state, image.failure) == (RenditionState.READY, "")


def test_a_picture_is_deleted_though_its_files_stay(
    shared_media, away, django_capture_on_commit_callbacks, caplog
):
    image = factories.image()
    away[0]()

    with django_capture_on_commit_callbacks(execute=True):
        library.delete(image)

    assert not Image.objects.exists()
    assert image.digest in caplog.text


# Several processes


def test_processes_see_each_others_files(shared_media, object_store):
    """One is this; another has no more in common with it than MEDIA_STORE."""
    default_storage.put("images/ab/ours.jpg", ContentFile(b"ours"))
    code = (
        "from django.core.files.storage import default_storage as media;"
        "from django.core.files.base import ContentFile;"
        "print(media.open('images/ab/ours.jpg').read());"
        "media.put('images/ab/theirs.jpg', ContentFile(b'theirs'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=site_settings.BASE_DIR,
        env=os.environ | {"MEDIA_STORE": object_stores.address(object_store.port, shared_media.prefix)},
        capture_output=True,
        text=True,
    )

    assert done.stdout.strip() == "b'ours'"
    assert contents(default_storage)["images/ab/theirs.jpg"] == b"theirs"


# Media that come into the store, and out of it


@pytest.fixture
def folder(settings, tmp_path):
    """Files of a site that had no store."""
    settings.MEDIA_ROOT = tmp_path / "media"
    media = WholeFiles(location=settings.MEDIA_ROOT)
    for number in range(5):
        media.put(f"images/a{number}/{number}.jpg", ContentFile(bytes([number]) * 1_000))
    media.put("صورة.txt", ContentFile("نص".encode()))
    return media


def done(capsys):
    """How many files each run copied, and how many it found."""
    said = re.findall(
        r"Done: (\d+) copied, (\d+) were there already\.$", capsys.readouterr().out, re.MULTILINE
    )
    return [tuple(map(int, counts)) for counts in said]


def test_media_are_copied_into_the_store_and_stay(shared_media, folder, capsys):
    call_command("copy_media")
    call_command("copy_media")

    assert contents(default_storage) == contents(folder)
    assert len(contents(folder)) == 6
    assert done(capsys) == [(6, 0), (0, 6)]


def test_a_copy_that_was_ended_goes_on(shared_media, folder, monkeypatch, capsys):
    real, count = ObjectStore.put, iter(range(100))

    def failing(self, name, content):
        if next(count) >= 3:
            raise StoreAway("It is gone.")
        return real(self, name, content)

    monkeypatch.setattr(ObjectStore, "put", failing)
    with pytest.raises(SystemExit) as ended:
        call_command("copy_media")
    monkeypatch.undo()
    there = len(contents(default_storage))
    call_command("copy_media")

    assert (ended.value.code, there) == (2, 3)
    assert contents(default_storage) == contents(folder)
    assert done(capsys) == [(3, 3)]


def test_what_differs_is_copied_anew(shared_media, folder, capsys):
    call_command("copy_media")
    default_storage.put("images/a1/1.jpg", ContentFile(b"shorter"))
    default_storage.put("images/a2/2.jpg", ContentFile(b"x" * 1_000))

    call_command("copy_media")
    by_size = contents(default_storage)
    call_command("copy_media", verify=True)

    assert [name for name, content in contents(folder).items() if by_size[name] != content] == [
        "images/a2/2.jpg"
    ]
    assert contents(default_storage) == contents(folder)
    assert done(capsys) == [(6, 0), (1, 5), (1, 5)]


def test_media_are_copied_back(shared_media, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    default_storage.put("images/ab/a.jpg", ContentFile(b"x"))

    call_command("copy_media", back=True)

    assert contents(WholeFiles(location=settings.MEDIA_ROOT)) == {"images/ab/a.jpg": b"x"}


def test_what_the_site_does_not_name_so_is_left(shared_media, folder, settings, capsys):
    (settings.MEDIA_ROOT / "..\\x.jpg").write_bytes(b"x")

    call_command("copy_media")

    assert (
        "6 copied, 0 were there already. 1 were left, for the site names no file so."
        in capsys.readouterr().out
    )
    assert len(contents(default_storage)) == 6


def test_without_a_store_nothing_is_copied(folder):
    with pytest.raises(CommandError, match="MEDIA_STORE"):
        call_command("copy_media")


@pytest.mark.django_db(transaction=True)
def test_what_is_restored_is_what_was_saved(shared_media, object_store, settings, tmp_path, capsys):
    factories.published(hero=factories.image())
    renditions.make_due()
    default_storage.put("صورة.txt", ContentFile("نص".encode()))
    saved = contents(default_storage)

    backup = backups.make(tmp_path / "backups")
    call_command("restore_check", folder=tmp_path / "backups")
    elsewhere = ObjectStore(object_store.place())
    # What a restore finds under a name gives way.
    elsewhere.put("صورة.txt", ContentFile(b"other"))
    with backups.scratch_database() as database:
        backups.restore(backup, backups.read(backup), database, elsewhere.patient())

    assert contents(elsewhere) == saved
    assert len(saved) > 6
    assert images.folder("") not in saved
    assert "pages open" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_no_backup_is_made_while_the_store_is_away(
    shared_media, away, settings, tmp_path, monkeypatch, capsys
):
    monkeypatch.setitem(_SECONDS, "patience", 0.2)
    away[0]()

    with pytest.raises(SystemExit) as ended:
        call_command("backup", folder=tmp_path / "backups")

    assert ended.value.code == 2
    assert "The store of media does not answer as it should." in capsys.readouterr().err
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_a_file_that_a_backup_lacks_is_missed(shared_media, object_store, tmp_path):
    default_storage.put("images/ab/a.jpg", ContentFile(b"x"))
    backup = backups.make(tmp_path / "backups")
    manifest = dataclasses.replace(backups.read(backup), media_files=2)

    with backups.scratch_database() as database, pytest.raises(backups.BackupError, match="Of 2 files"):
        backups.restore(backup, manifest, database, backups.Nowhere())


def test_the_bytes_of_pictures_from_before_are_noted_once(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    media = WholeFiles(location=tmp_path)
    ready, waiting, lost = (factories.image() for _ in range(3))
    Image.objects.update(fallback_bytes=0)
    Image.objects.filter(pk=ready.pk).update(state=RenditionState.READY)
    media.put(
        images.rendition_name(ready.digest, images.widths(ready.width)[-1], "jpg"), ContentFile(b"12345")
    )
    media.put(images.master_name(waiting.digest), ContentFile(b"123"))
    (tmp_path / images.master_name(lost.digest)).unlink(missing_ok=True)

    importlib.import_module("articles.migrations.0011_fallback_bytes_of_files").note(apps, None)

    noted = Image.objects.in_bulk()
    assert [noted[image.pk].fallback_bytes for image in (ready, waiting, lost)] == [5, 3, 0]
