"""Files of uploads: whole or not at all."""

from contextlib import nullcontext

import pytest
from django.core.files.base import ContentFile

from newsroom.web import whole_files
from newsroom.web.whole_files import WholeFiles
from tests import factories


@pytest.fixture
def storage(tmp_path):
    return WholeFiles(location=tmp_path)


def test_a_file_is_there_as_it_was_given_and_nothing_beside_it(storage, tmp_path):
    name = storage.save("images/ab/abc.jpg", ContentFile(b"bytes" * 100_000))

    assert name == "images/ab/abc.jpg"
    assert [path.name for path in (tmp_path / "images" / "ab").iterdir()] == ["abc.jpg"]
    assert (tmp_path / name).read_bytes() == b"bytes" * 100_000


def test_of_a_file_whose_writing_fails_nothing_is_left(storage, tmp_path):
    class Failing(ContentFile):
        def chunks(self, *_sizes):
            yield b"the first half"
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        storage.save("images/ab/abc.jpg", Failing(b""))

    assert list((tmp_path / "images" / "ab").iterdir()) == []


def test_what_is_being_written_is_no_file_yet(storage, tmp_path):
    storage.save("images/ab/abc.jpg", ContentFile(b"x"))
    (tmp_path / "images" / "ab" / "abd.jpg.0123.part").write_bytes(b"half")

    assert list(storage.files()) == [("images/ab/abc.jpg", 1)]


def test_a_folder_that_is_not_there_yet_is_judged_by_the_one_above(tmp_path, monkeypatch):
    folder = tmp_path / "media" / "images"

    assert whole_files.can_be_written(folder)
    assert whole_files.has_room(folder)
    monkeypatch.setattr(whole_files, "LEAST_FREE_BYTES", 10**18)
    assert not whole_files.has_room(folder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("database", "refused"), [("", True), ("postgres://elsewhere/news", False)])
def test_a_disk_that_is_full_matters_to_the_database_that_lies_on_it(
    settings, monkeypatch, database, refused
):
    settings.DATABASE_URL = database
    monkeypatch.setattr(whole_files, "LAST_FREE_BYTES", 10**18)

    with pytest.raises(whole_files.NoRoom) if refused else nullcontext():
        whole_files.check_room()


@pytest.mark.django_db
def test_on_a_full_disk_nothing_that_is_sent_gets_as_far_as_the_database(client, settings, monkeypatch):
    settings.DATABASE_URL = ""
    client.raise_request_exception = False
    article = factories.published()
    monkeypatch.setattr(whole_files, "LAST_FREE_BYTES", 10**18)
    fields = {"author_name": "قارئ", "email": "reader@example.org", "body": "نصّ لا يضيع"}

    comment = client.post(f"/comments/article/{article.pk}/", fields)
    report = client.post(f"/comments/{factories.approved(article).pk}/report/", {"kind": "spam"})
    page = client.get(article.get_absolute_url())

    assert (comment.status_code, report.status_code, page.status_code) == (503, 503, 200)
    assert all(value in comment.text for value in fields.values())
    assert "<h1>الموقع مشغول الآن</h1>" in report.text
