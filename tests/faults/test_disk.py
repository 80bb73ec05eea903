"""A disk that fills while the site runs, and a folder of uploads that cannot be written."""

import http.client
import json
import os
import re
import subprocess
import uuid
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from newsroom import embedded_postgres
from newsroom.web.whole_files import LAST_FREE_BYTES, LEAST_FREE_BYTES
from tests import factories
from tests.faults.test_serve import BASE_DIR, Site
from tests.kept_pages import wait_until

FORM = "application/x-www-form-urlencoded"
MEGABYTE = 1_000_000
TEXT = "تعليق كُتب والقرص ممتلئ"
UPLOAD = "/admin/articles/image/library/"


def mounted(what, *options):
    done = subprocess.run(["mount", *what, *options], check=False, stderr=subprocess.DEVNULL)
    if done.returncode != 0:
        pytest.skip("mounting is not allowed here")


class Disk:
    """A disk in memory whose size is changed while it is in use."""

    def __init__(self, path):
        self.path = path
        mounted(["-t", "tmpfs", "-o", "size=3g", "tmpfs", path])

    def leave(self, free):
        """Have so many bytes left."""
        found = os.statvfs(self.path)
        used = (found.f_blocks - found.f_bfree) * found.f_frsize
        mounted(["-o", f"remount,size={used + free}", self.path])

    def unmount(self):
        subprocess.run(["umount", "--lazy", self.path], check=True)


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = Disk(tmp_path_factory.mktemp("disk"))
    yield disk
    disk.unmount()


@pytest.fixture(scope="module")
def site(disk):
    """The site with all that it has on that disk, but static files, and one article."""
    for name in ("static", "static.fingerprint"):
        (disk.path / name).symlink_to(Path(os.environ["VAR_DIR"]) / name)
    site = Site(disk.path, "--no-demo", from_nothing=True, PAGE_CACHE_MB="0", PROXY_HOPS="1")
    try:
        site.start()
        site.article, site.cookie = _fill(site)
        # The article's card, which the worker draws, comes among the pictures.
        wait_until(lambda: any(path.suffix == ".jpg" for path in media(site)))
        yield site
    finally:
        site.end()


def _fill(site):
    """An article, and the cookie of who may do all: the number of one, the text of the other."""
    script = (
        "import django; django.setup()\n"
        "from tests import factories; from django.test import Client; from django.conf import settings\n"
        "client = Client(); client.force_login(factories.superuser())\n"
        "print(factories.published().pk, settings.SESSION_COOKIE_NAME,"
        " client.cookies[settings.SESSION_COOKIE_NAME].value)"
    )
    said = subprocess.run(
        [os.sys.executable, "-c", script],
        cwd=BASE_DIR,
        env=site.environment | {"DJANGO_SETTINGS_MODULE": "newsroom.settings"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    return int(said[0]), f"{said[1]}={said[2]}"


def ask(site, path, body=None, **headers):
    wire = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    try:
        wire.request("GET" if body is None else "POST", path, body, headers)
        answer = wire.getresponse()
        return answer.status, answer.headers, answer.read().decode(errors="replace")
    finally:
        wire.close()


def send(site, number):
    fields = {
        "author_name": f"قارئ {number}",
        "email": f"reader{number}@example.org",
        "body": f"{TEXT} {number}",
    }
    headers = {
        "Content-Type": FORM,
        "Sec-Fetch-Site": "same-origin",
        "X-Forwarded-For": f"10.{number // 250}.{number % 250}.7",
    }
    return ask(site, f"/comments/article/{site.article}/", urlencode(fields), **headers)


def upload(site, picture=None):
    """Send a picture from the editor's dialog."""
    _status, headers, page = ask(site, "/admin/articles/image/add/", Cookie=site.cookie)
    cookie = f"{site.cookie}; {headers['Set-Cookie'].partition(';')[0]}"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (("csrfmiddlewaretoken", token), ("alt", "مقر OpenAI"))
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="upload"; filename="a.png"\r\n'
        "Content-Type: image/png\r\n\r\n".encode()
    )
    body = b"".join([*parts, picture or factories.picture(), f"\r\n--{boundary}--\r\n".encode()])
    kind = f"multipart/form-data; boundary={boundary}"
    return ask(
        site,
        UPLOAD,
        body,
        **{"Cookie": cookie, "Content-Type": kind, "Referer": f"http://127.0.0.1:{site.port}/"},
    )


def stored(site):
    with psycopg.connect(embedded_postgres.database_url(site.database)) as wire:
        return {name for (name,) in wire.execute("SELECT author_name FROM comments_comment")}


def media(site):
    return {path for path in (site.var_dir / "media").rglob("*") if path.is_file()}


def test_pictures_are_refused_before_the_disk_is_full(site, disk):
    disk.leave(LEAST_FREE_BYTES - MEGABYTE)
    before = media(site)

    refused = upload(site)
    taken = send(site, 1)
    worries = ask(site, "/healthz")[2]
    disk.leave(2 * LEAST_FREE_BYTES)

    assert refused[0] == 422
    assert "القرص يكاد يمتلئ" in json.loads(refused[2])["errors"][0]
    assert (media(site), taken[0]) == (before, 302)
    assert "disk nearly full" in worries
    assert upload(site)[0] == 201


def try_to_send(site, numbers):
    """Send comments; the names of those that were taken, and status and text of the other answers by name."""
    answers = {f"قارئ {number}": send(site, number) for number in numbers}
    taken = {name for name, (status, *_rest) in answers.items() if status == 302}
    return taken, {name: (status, text) for name, (status, _h, text) in answers.items() if name not in taken}


PAGES = ("/", "/archive/", "/corrections/", "/search/?q=GPT")


def test_before_the_disk_is_full_what_is_sent_comes_back_and_all_is_read(site, disk):
    taken, _refused = try_to_send(site, range(10, 13))
    disk.leave(LAST_FREE_BYTES - MEGABYTE)

    refused = try_to_send(site, range(13, 20))
    pages = {ask(site, path)[0] for path in PAGES}
    desk = ask(site, "/admin/comments/comment/claim/", "comment=1", Cookie=site.cookie)
    disk.leave(2 * LEAST_FREE_BYTES)
    after, _nothing = try_to_send(site, range(20, 23))

    assert (len(taken), len(after)) == (3, 3)
    assert refused[0] == set()
    for name, (status, text) in refused[1].items():
        assert (status, name in text, f"{TEXT} {name.split()[1]}" in text) == (503, True, True)
        assert "لم نتمكّن" in text or "تعذّر" in text
    assert pages == {200}
    assert (desk[0], "الموقع مشغول الآن" in desk[2]) == (503, True)
    assert taken | after <= stored(site)


def fill_the_log(site):
    """Write into the log of the database until there is no room for its next file."""
    with psycopg.connect(embedded_postgres.database_url(site.database), autocommit=True) as wire:
        for _time in range(1_000):
            wire.execute("SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 100000))")


def test_a_disk_that_others_fill_ends_the_database_and_nothing_that_was_acknowledged(site, disk):
    taken, _refused = try_to_send(site, range(30, 35))
    disk.leave(3 * MEGABYTE)
    with pytest.raises(psycopg.OperationalError):
        fill_the_log(site)
    live = ask(site, "/healthz/live")[0]
    refused = try_to_send(site, range(35, 40))
    disk.leave(2 * LEAST_FREE_BYTES)
    site.wait_for(lambda: send(site, 41)[0] == 302, 60)

    assert "PANIC" in site.database.with_name("postgres.log").read_text()
    assert live == 200
    assert (refused[0], {status for status, _text in refused[1].values()}) == (set(), {503})
    assert len(taken) == 5
    assert taken | {"قارئ 41"} <= stored(site)


@contextmanager
def read_only(folder):
    folder.mkdir(exist_ok=True)
    mounted(["--bind", folder, folder])
    try:
        mounted(["-o", "remount,bind,ro", folder])
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_picture_for_a_folder_that_cannot_be_written_is_refused_in_one_sentence(site, disk):
    disk.leave(2 * LEAST_FREE_BYTES)
    before = media(site)
    with read_only(site.var_dir / "media"):
        refused = upload(site)
        pages = [ask(site, path)[0] for path in ("/", "/archive/")]
        shown = [ask(site, f"/{path.relative_to(site.var_dir)}")[0] for path in list(before)[:1]]

    assert refused[0] == 422
    assert "لا يستطيع الموقع الكتابة في مجلد الصور" in json.loads(refused[2])["errors"][0]
    assert media(site) == before
    assert (pages, set(shown)) == ([200, 200], {200} if shown else set())
    assert upload(site)[0] == 201
