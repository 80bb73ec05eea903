"""A copy of the site for an archive: each page that readers see, as a file that a browser opens from the disk.

Pages are made by the site itself, as anybody gets them, and followed from link to link. So nothing is in the copy that
a reader could not have had: no draft, nothing scheduled, withdrawn or held. Which pages are to come is kept on the
disk, so that memory does not grow with the site and whoever is killed goes on.
"""

import os
import posixpath
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, unquote, urldefrag, urlencode, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils import translation

from articles import sitemaps
from articles import views as pages
from comments.views import reading
from newsroom import static_files
from newsroom.exports.copied_page import Link, copied, sheet
from newsroom.exports.folder import Folder
from newsroom.text.domain_names import to_ascii
from newsroom.web import page_names
from newsroom.web.charset import Handler

# So many pages are written between two notes of how far it is.
_NOTED = 50
_MOST_REDIRECTS = 3
# Bytes of the name of a file, on any file system.
_LONGEST_NAME = 255
# Their pages are in the copy; in a folder of that name, below it the number. All others stand where their address says.
_NUMBERED: dict[Any, str] = {
    pages.detail: "article",
    pages.section: "section",
    pages.tag: "tag",
    pages.author: "author",
    pages.series: "series",
    pages.page: "page",
}
_COPIED = {
    *_NUMBERED, pages.home, pages.authors, pages.archive_years, pages.archive_stories, pages.correction_notes,
    reading.thread,
}  # fmt: skip
# The same comments in another order would be every page three times.
_IGNORED = {"sort"}
_PLAIN = re.compile(r"[0-9A-Za-z_-]{1,40}")
_QUEUE = """
CREATE TABLE IF NOT EXISTS page (
    number INTEGER PRIMARY KEY, file TEXT UNIQUE NOT NULL, address TEXT NOT NULL, state INTEGER NOT NULL DEFAULT 0
)
"""
# States of a page: to come, written, and one that was gone when it was asked for.
_TO_COME, _WRITTEN, _GONE = range(3)

Tell = Callable[[str, int, int], Any]


def make(folder: Folder, tell: Tell) -> dict[str, int]:
    """Have all pages in the folder, with the files that they show; how many of each there are."""
    if not settings.DEBUG and hasattr(staticfiles_storage, "manifest_name"):
        static_files.collect_stale()
    with (
        closing(sqlite3.connect(folder.work / "pages.sqlite3")) as queue,
        translation.override(settings.LANGUAGE_CODE),
    ):
        queue.execute(_QUEUE)
        return _Copy(folder, queue).make(tell)


class _Copy:
    def __init__(self, folder: Folder, queue: sqlite3.Connection) -> None:
        self._folder, self._queue = folder, queue
        self._media = default_storage.patient()
        self._ask = _Reader()
        # What the last page named: most pages name the same sheets and fonts.
        self._static: set[str] = set()

    def make(self, tell: Tell) -> dict[str, int]:
        for address in _first_addresses():
            self._place(address)
        self._queue.commit()
        done = self._count(_WRITTEN) + self._count(_GONE)
        while row := self._queue.execute(
            "SELECT number, file, address FROM page WHERE state = ? ORDER BY number LIMIT 1", [_TO_COME]
        ).fetchone():
            number, file, address = row
            state = self._write(file, address)
            self._queue.execute("UPDATE page SET state = ? WHERE number = ?", [state, number])
            done += 1
            if done % _NOTED == 0:
                self._queue.commit()
                self._folder.check_room()
                tell("pages", done, self._queue.execute("SELECT count(*) FROM page").fetchone()[0])
        self._queue.commit()
        return {"pages": self._count(_WRITTEN), "pages_gone": self._count(_GONE)}

    def _count(self, state: int) -> int:
        return self._queue.execute("SELECT count(*) FROM page WHERE state = ?", [state]).fetchone()[0]

    def _write(self, file: str, address: str) -> int:
        """Write a page; one that is gone since it was named says so, for links lead to it."""
        html = self._ask(address)
        is_there = html is not None
        if html is None:
            html = render_to_string("exports/gone.html", {"home": _relative(file, "index.html")})
        page = html
        written = copied(
            page,
            lambda to: self._link(file, address, to, page),
            lambda to: self._asset(file, address, to),
        )
        self._folder.write_file(file, written.encode())
        return _WRITTEN if is_there else _GONE

    def _link(self, file: str, address: str, to: str, page: str) -> Link:
        if to.startswith("#"):
            return Link(to)
        try:
            found, fragment = urldefrag(urljoin(_full(address), to))
            parts = urlsplit(found)
        except ValueError:
            return Link(to)
        if parts.scheme not in ("http", "https") or _host(found) != _host(settings.SITE_URL):
            return Link(to)
        path = unquote(parts.path)
        if path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
            return Link(self._asset(file, address, to) if _is_of_file(path) else None)
        # No address of a page holds the mark behind which the query begins.
        match = None if "?" in path else _match(path)
        if match is None or match.namespace not in ("articles", "comments"):
            return Link(None, is_act=match is not None or path.startswith(_other_languages()))
        if match.url_name == "permalink":
            # On which page it is the site would say, comment by comment.
            place = f"comment-{match.kwargs['pk']}"
            return Link(f"#{place}" if f'id="{place}"' in page else None)
        if match.func not in _COPIED:
            return Link(None, is_act=True)
        placed = self._place(f"{path}?{parts.query}")
        return Link(_relative(file, placed) + (f"#{fragment}" if fragment else ""))

    def _place(self, address: str) -> str:
        """Have a page in the copy, whose address leads to one; its file."""
        path, _mark, query = address.partition("?")
        match = resolve(path)
        read = set(page_names.kept_parameters(match.func) or ()) - _IGNORED
        asked = {name: value for name, value in parse_qsl(query) if name in read and _PLAIN.fullmatch(value)}
        if asked.get("page") == "1":
            del asked["page"]
        kind = _NUMBERED.get(match.func)
        folder = f"{kind}/{match.kwargs['pk']}/" if kind else path.lstrip("/")
        name = "-".join(f"{name}-{asked[name]}" for name in sorted(asked)) or "index"
        file = f"{folder}{name}.html"
        self._queue.execute(
            "INSERT OR IGNORE INTO page (file, address) VALUES (?, ?)",
            [file, f"{path}?{urlencode(asked)}" if asked else path],
        )
        return file

    def _asset(self, file: str, address: str, to: str) -> str:
        """Have what a page shows in the copy; its address from the page."""
        try:
            found = urljoin(_full(address), to)
        except ValueError:
            return to
        if _host(found) != _host(settings.SITE_URL):
            return to
        path = unquote(urlsplit(found).path)
        if not _is_of_file(path):
            return to
        if path.startswith(settings.MEDIA_URL):
            name = f"media/{path.removeprefix(settings.MEDIA_URL)}"
            self._copy_media(name)
            return _relative(file, name)
        if path.startswith(settings.STATIC_URL):
            name = f"static/{path.removeprefix(settings.STATIC_URL)}"
            self._copy_static(name)
            return _relative(file, name)
        return to

    def _copy_media(self, name: str) -> None:
        if (self._folder.path / name).exists():
            return
        try:
            with self._media.open(name.removeprefix("media/")) as opened:
                self._folder.write_file(name, opened.read())
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            # A page shows its words in place of it, as it does to readers.
            return

    def _copy_static(self, name: str) -> None:
        if name in self._static or (self._folder.path / name).exists():
            return
        self._static.add(name)
        content = _static_content(name.removeprefix("static/"))
        if content is None:
            return
        if name.endswith(".css"):
            content = sheet(content.decode(), lambda to: self._of_sheet(name, to)).encode()
        self._folder.write_file(name, content)

    def _of_sheet(self, name: str, to: str) -> str:
        path, _mark, _rest = to.partition("#")
        found = posixpath.normpath(posixpath.join(posixpath.dirname(f"/{name}"), path.partition("?")[0]))
        if not found.startswith("/static/"):
            return to
        self._copy_static(found.lstrip("/"))
        return _relative(name, found.lstrip("/"))


class _Reader:
    """Asks the site for pages, as a reader of its edition would."""

    def __init__(self) -> None:
        self._site = urlsplit(settings.SITE_URL)
        self._application = Handler()

    def __call__(self, address: str) -> str | None:
        """A page by its address, through what it is redirected to; None where there is none."""
        for _step in range(_MOST_REDIRECTS):
            status, headers, body = self._get(address)
            if status == 200:
                return body.decode()
            if status not in (301, 302, 303, 307, 308):
                return None
            found = urlsplit(urljoin(_full(address), headers["location"]))
            address = unquote(found.path) + (f"?{found.query}" if found.query else "")
        return None

    def _get(self, address: str) -> tuple[int, dict[str, str], bytes]:
        path, _mark, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            # As WSGI has it (PEP 3333): bytes in the form of text.
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": self._site.hostname or "localhost",
            "SERVER_PORT": str(self._site.port or (443 if settings.HTTPS else 80)),
            "HTTP_HOST": self._site.netloc,
            "HTTP_X_FORWARDED_PROTO": self._site.scheme,
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self._site.scheme,
            "wsgi.input": BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        told: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            told.update(status=int(status[:3]), headers={name.lower(): value for name, value in headers})

        response = self._application(environ, start)
        try:
            body = b"".join(response)
        finally:
            response.close()
        return told["status"], told["headers"], body


def _first_addresses() -> Iterator[str]:
    """Those from which all others are reached, and those to which no link may lead."""
    yield reverse("articles:home")
    for name in sitemaps.PAGES:
        if (match := _match(reverse(name))) and match.func in _COPIED:
            yield reverse(name)
    for rows in sitemaps.LISTS.values():
        for row in rows().iterator():
            yield row.get_absolute_url()


def _match(path: str):
    try:
        return resolve(path)
    except Resolver404:
        return None


def _is_of_file(path: str) -> bool:
    """Whether a decoded path can be that of a file of ours: whoever writes a link may write any."""
    return path.isprintable() and all(
        part not in ("", ".", "..") and len(part.encode()) <= _LONGEST_NAME for part in path[1:].split("/")
    )


def _other_languages() -> tuple[str, ...]:
    return tuple(f"/{code}/" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)


def _full(address: str) -> str:
    return settings.SITE_URL + address


def _host(address: str) -> str:
    """The host and port of an address, as browsers send them; "" where it has none that can be read."""
    try:
        parts = urlsplit(address)
        name, port = parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme)
        return f"{to_ascii(name)}:{port}"
    except (UnicodeError, ValueError):
        return ""


def _relative(file: str, to: str) -> str:
    """From one file of the copy to another. Names hold no letter that would have to be encoded, but those of people."""
    return posixpath.relpath(to, posixpath.dirname(file) or ".")


def _static_content(name: str) -> bytes | None:
    try:
        with staticfiles_storage.open(name) as file:
            return file.read()
    except OSError:
        pass
    path = finders.find(name)
    if not path or not os.path.isfile(path):  # noqa: PTH113 - a path of the finders
        return None
    with open(path, "rb") as file:  # noqa: PTH123 - a path of the finders
        return file.read()
