"""Where media lie: a folder and a store that speaks S3 do the same, but for what the second does when it is away."""

import dataclasses
import http.server
import io
import logging
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http import HTTPStatus

import boto3
import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from PIL import Image as Picture

from newsroom.web import object_place, object_store
from newsroom.web.object_store import ObjectStore, StoreAway
from newsroom.web.whole_files import WholeFiles
from tests import factories, object_stores

NAME = "images/ab/abc.jpg"
SECONDS = object_store._SECONDS
# More than the store sends at once.
LONG = bytes(range(256)) * 2_000


@pytest.fixture(params=["folder", "S3"])
def storage(request, tmp_path):
    if request.param == "folder":
        return WholeFiles(location=tmp_path)
    return ObjectStore(request.getfixturevalue("object_store").place())


def read(storage, name=NAME):
    with storage.open(name) as file:
        return file.read()


def test_a_file_is_there_as_it_was_saved(storage):
    name = storage.save(NAME, ContentFile(LONG))

    assert (name, storage.exists(NAME), storage.size(NAME), read(storage)) == (NAME, True, len(LONG), LONG)
    assert storage.listdir("images/ab") == ([], ["abc.jpg"])
    assert storage.listdir("") == (["images"], [])
    assert list(storage.files()) == [(NAME, len(LONG))]
    assert storage.url("images/ab/صورة.jpg") == "/media/images/ab/%D8%B5%D9%88%D8%B1%D8%A9.jpg"
    assert storage.obstacle(NAME) == ""
    assert storage.answers()


def test_an_empty_file_is_a_file(storage):
    storage.save(NAME, ContentFile(b""))

    assert (storage.exists(NAME), storage.size(NAME), read(storage)) == (True, 0, b"")


def test_what_is_not_there_is_missed(storage):
    assert not storage.exists(NAME)
    for ask in (storage.open, storage.size):
        with pytest.raises(FileNotFoundError):
            ask(NAME)
    storage.delete(NAME)
    assert list(storage.files()) == []


def test_what_is_deleted_is_gone_and_nothing_else(storage):
    for name in (NAME, NAME + "2"):
        storage.save(name, ContentFile(b"x"))

    storage.delete(NAME)

    assert [storage.exists(name) for name in (NAME, NAME + "2")] == [False, True]


def test_a_name_that_is_taken_is_left_alone_unless_the_file_is_to_be_replaced(storage):
    storage.save(NAME, ContentFile(b"first"))

    other = storage.save(NAME, ContentFile(b"second"))
    assert (other != NAME, read(storage), read(storage, other)) == (True, b"first", b"second")

    storage.put(NAME, ContentFile(b"third"))
    assert read(storage) == b"third"


def test_of_a_file_whose_content_breaks_off_nothing_is_there(storage):
    class Failing(ContentFile):
        def chunks(self, *_sizes):
            yield b"the first half"
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        storage.save(NAME, Failing(b""))

    assert not storage.exists(NAME)
    assert storage.listdir("images/ab")[1] == []


def test_a_file_is_read_from_anywhere(storage):
    storage.save(NAME, ContentFile(LONG))

    with storage.open(NAME) as file:
        assert file.size == len(LONG)
        for begin, count in ((0, 10), (300_000, 70_000), (5, 100), (len(LONG) - 3, 100), (len(LONG), 1)):
            file.seek(begin)
            assert file.read(count) == LONG[begin : begin + count]
        assert file.seek(-10, io.SEEK_END) == len(LONG) - 10
        assert file.read() == LONG[-10:]
        file.seek(100)
        assert b"".join(file.chunks(100_000)) == LONG


def test_pictures_are_read_from_it(storage):
    storage.save("images/ab/abc.png", ContentFile(factories.picture((300, 200))))

    with storage.open("images/ab/abc.png") as file:
        picture = Picture.open(file)
        picture.load()

    assert picture.size == (300, 200)


@pytest.mark.parametrize(
    "name",
    [
        "../outside.jpg", "images/../../outside.jpg", "/etc/passwd", "images/./a/../../../x.jpg", "..",
        "images/\0.jpg", "images/" + "x" * 3_000 + ".jpg",
    ],
    ids=["up", "up from below", "absolute", "up by detours", "dots", "NUL", "very long"],
)  # fmt: skip
def test_names_that_lead_elsewhere_do_nothing(storage, name):
    storage.save(NAME, ContentFile(b"x"))
    refusals = (SuspiciousFileOperation, OSError, ValueError)

    for ask in (storage.open, storage.size):
        with pytest.raises(refusals):
            ask(name)
    for save in (storage.save, storage.put):
        with pytest.raises(refusals):
            save(name, ContentFile(b"hostile"))
    with suppress(*refusals):
        storage.delete(name)

    assert list(storage.files()) == [(NAME, 1)]
    assert storage.answers()


@pytest.mark.parametrize("name", ["%2e%2e/x.jpg", "a%2Fb.jpg", "صورة ١?#&+.jpg", "a'\"<b>.jpg"])
def test_names_mean_what_they_say(storage, name):
    storage.save(name, ContentFile(b"x"))

    assert list(storage.files()) == [(name, 1)]
    assert read(storage, name) == b"x"
    assert not storage.exists("x.jpg")


# The store alone


@pytest.fixture
def place(object_store):
    return object_store.place()


@contextmanager
def amazon(place):
    """The client of Amazon, which knows nothing of ours."""
    client = boto3.client(
        "s3",
        endpoint_url=place.endpoint,
        aws_access_key_id=place.key,
        aws_secret_access_key=place.secret,
        region_name=place.region,
    )
    yield client
    client.close()


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        ("avif", "image/avif"),
        ("webp", "image/webp"),
        ("jpg", "image/jpeg"),
        ("html", "application/octet-stream"),
    ],
)
def test_the_store_says_of_a_file_what_the_site_says(place, suffix, kind):
    ObjectStore(place).save(f"images/ab/abc.{suffix}", ContentFile(b"<script>"))

    with amazon(place) as client:
        told = client.head_object(Bucket=place.bucket, Key=f"{place.prefix}/images/ab/abc.{suffix}")

    assert (told["ContentType"], told["CacheControl"]) == (kind, "public, max-age=31536000, immutable")


def test_what_the_environment_says_of_amazon_holds_for_nothing(monkeypatch, place):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")

    storage = ObjectStore(place)

    assert storage.exists(storage.save(NAME, ContentFile(b"x")))


def nowhere():
    return object_place.read(object_stores.address(object_stores.free_port()))


def test_a_store_that_is_away_says_so_and_tells_no_secret(caplog):
    storage = ObjectStore(nowhere())

    for ask in (
        lambda: storage.open(NAME), lambda: storage.exists(NAME), lambda: storage.delete(NAME),
        lambda: storage.put(NAME, ContentFile(b"x")), lambda: list(storage.files()), lambda: storage.listdir(""),
    ):  # fmt: skip
        with pytest.raises(StoreAway) as told:
            ask()
        storage._reading._shut_until = storage._writing._shut_until = 0
        assert object_stores.SECRET not in str(told.value)

    assert not storage.answers()
    assert storage.obstacle(NAME)
    assert caplog.messages == [
        "The store of media fails in reading: GenericError",
        "The store of media fails in writing: GenericError",
    ]


@contextmanager
def short(monkeypatch, seconds=0.5):
    monkeypatch.setattr(object_store, "AWAY_SECONDS", seconds)
    monkeypatch.setitem(SECONDS, "reading", seconds)
    yield


def test_a_store_that_says_nothing_is_waited_for_once(monkeypatch, request, caplog):
    process = request.getfixturevalue("object_store")
    with short(monkeypatch):
        storage = ObjectStore(process.place())
        storage.save(NAME, ContentFile(b"x"))
        with process.silent():
            begun = time.monotonic()
            with pytest.raises(StoreAway):
                storage.exists(NAME)
            first = time.monotonic() - begun
            begun = time.monotonic()
            for _time in range(100):
                with pytest.raises(StoreAway):
                    storage.exists(NAME)
            others = time.monotonic() - begun

    assert first >= 0.5
    # Half of what they take who wait.
    assert others < 50 * 0.5
    time.sleep(0.6)
    assert storage.exists(NAME)
    assert caplog.messages == [
        "The store of media fails in reading: GenericError",
        "The store of media answers again in reading.",
    ]


def test_after_a_while_one_asks_whether_it_is_there_again(monkeypatch):
    asked = []
    storage = ObjectStore(nowhere())
    with pytest.raises(StoreAway):
        storage.exists(NAME)
    monkeypatch.setattr(object_store, "_client", lambda *_place: client)

    class Client:
        def head(self, name):
            asked.append(name)
            # Meanwhile another comes.
            with pytest.raises(StoreAway):
                storage.exists(NAME)
            return {"size": 1}

    client = Client()
    storage._reading._shut_until = 0

    assert storage.exists(NAME)
    assert asked == [NAME]
    assert not storage._reading.is_shut


class Answers(http.server.BaseHTTPRequestHandler):
    """A store that answers all with the status of its server, and begins a file that it does not finish."""

    def do_GET(self):
        self.server.asked += 1
        self.send_response(self.server.status)
        self.send_header("Content-Length", "10")
        self.send_header("Last-Modified", "Fri, 27 Nov 2026 10:00:00 GMT")
        self.send_header("ETag", '"a"')
        self.end_headers()
        self.wfile.write(b"half" if self.server.status == HTTPStatus.OK else b"no, never.")

    do_PUT = do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_said):
        pass


@contextmanager
def answering(status):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.status, server.asked = status, 0
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server, ObjectStore(object_place.read(object_stores.address(server.server_port)))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_refusal_is_told_and_keeps_nobody_from_asking(caplog):
    with answering(403) as (server, storage):
        for _time in range(2):
            with pytest.raises(StoreAway):
                storage.size(NAME)
        asked = server.asked

    assert (asked, caplog.messages[0]) == (2, "The store of media fails in reading: PermissionDeniedError")


@pytest.mark.parametrize(
    ("status", "is_shut"), [(400, False), (405, False), (414, False), (408, True), (429, True), (503, True)]
)
def test_a_name_that_is_refused_keeps_nobody_from_asking_for_others(status, is_shut):
    with answering(status) as (_server, storage):
        for ask in (storage.size, storage.open):
            with pytest.raises(StoreAway):
                ask(NAME)

    assert storage._reading.is_shut == is_shut


def test_a_wrong_secret_is_refused_in_so_many_words(place):
    storage = ObjectStore(dataclasses.replace(place, secret=place.secret.replace("/", "%2F")))

    for ask in (
        lambda: storage.size(NAME), lambda: storage.open(NAME), lambda: list(storage.files()),
        lambda: storage.put(NAME, ContentFile(b"x")),
    ):  # fmt: skip
        with pytest.raises(StoreAway, match="refuses the key of the site"):
            ask()
    assert not storage.answers()


def test_a_name_in_the_bucket_that_is_none_is_told(place):
    storage = ObjectStore(place)
    with amazon(place) as client:
        client.put_object(Bucket=place.bucket, Key=f"{place.prefix}/images//a.jpg", Body=b"x")

    with pytest.raises(StoreAway, match="a name that no file can have"):
        list(storage.files())


def test_a_store_that_fails_is_asked_twice_and_then_left_alone():
    with answering(500) as (server, storage):
        for _time in range(3):
            with pytest.raises(StoreAway):
                storage.size(NAME)
        asked = server.asked

    assert asked == 2


def test_a_store_that_takes_nothing_is_read_all_the_same():
    with answering(500) as (server, storage):
        with pytest.raises(StoreAway):
            storage.put(NAME, ContentFile(b"x"))
        server.status = 200

        # What is to be written is not even sent.
        asked = server.asked
        with pytest.raises(StoreAway):
            storage.put(NAME, ContentFile(b"x"))
        assert server.asked == asked
        assert storage.size(NAME) == 10
        assert storage.obstacle(NAME)


def test_a_look_at_a_silent_store_is_short_and_keeps_nobody_from_reading(monkeypatch, object_store, place):
    storage = ObjectStore(place)
    storage.save(NAME, ContentFile(b"x"))
    monkeypatch.setitem(SECONDS, "a look", 0.3)
    with object_store.silent():
        begun = time.monotonic()
        assert not storage.answers()
        # What a reading waits for at least.
        assert time.monotonic() - begun < 5

    assert storage.exists(NAME)


def test_looks_are_shared():
    with answering(500) as (server, storage):
        told = [storage.answers() for _time in range(20)]
        asked = server.asked
        storage._look_holds_until = 0
        storage.answers()

    assert (set(told), asked, server.asked) == ({False}, 1, 2)


def test_while_one_looks_others_wait_for_nothing(monkeypatch):
    looking, may_end = threading.Event(), threading.Event()

    class Client:
        def list_with_delimiter(self):
            looking.set()
            assert may_end.wait(30)
            raise FileNotFoundError

    monkeypatch.setattr(object_store, "_client", lambda *_place: Client())
    storage = ObjectStore(nowhere())
    with ThreadPoolExecutor(1) as first:
        found = first.submit(storage.answers)
        assert looking.wait(30)
        # As far as anybody knows.
        meanwhile = storage.answers()
        may_end.set()

    assert (meanwhile, found.result(), storage.answers()) == (True, False, False)


def test_a_file_that_breaks_off_is_no_whole_one():
    with answering(200) as (_server, storage), storage.open(NAME) as file, pytest.raises(StoreAway):
        file.read()


def test_a_file_that_ends_before_its_size_is_no_whole_one(monkeypatch):
    class Result:
        meta = {"size": 10, "e_tag": None}

        def stream(self, **_options):
            return [b"half"]

    class Client:
        def get(self, *_name, **_options):
            return Result()

    monkeypatch.setattr(object_store, "_client", lambda *_place: Client())

    with ObjectStore(nowhere()).open(NAME) as file, pytest.raises(StoreAway):
        file.read()


def test_a_bucket_that_is_not_there_is_no_store(object_store):
    storage = ObjectStore(dataclasses.replace(object_store.place(), bucket="nothing"))

    with pytest.raises(StoreAway, match="bucket of media is not there"):
        storage.put(NAME, ContentFile(b"x"))

    assert not storage.answers()


def test_the_fork_of_a_process_that_asked_says_why_it_cannot(place, object_store):
    storage = ObjectStore(place)
    storage.save(NAME, ContentFile(b"x"))
    # In a process of its own, for this one has threads.
    code = f"""
import os
from newsroom.web import object_place, object_store
storage = object_store.ObjectStore(object_place.read({object_stores.address(object_store.port, place.prefix)!r}))
print(storage.size({NAME!r}), flush=True)
child = os.fork()
try:
    storage.size({NAME!r})
except RuntimeError as error:
    print(error, flush=True)
    os._exit(0)
os.waitpid(child, 0)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=settings.BASE_DIR,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.stdout.splitlines() == [
        "1", "A process that had asked the store of media was forked; what it needs stayed behind.",
    ]  # fmt: skip


def test_nothing_is_said_of_requests_in_the_log(place, caplog):
    caplog.set_level(logging.DEBUG)
    storage = ObjectStore(place)

    storage.exists(storage.save(NAME, ContentFile(b"x")))

    assert caplog.messages == []
