"""Media in an object store that speaks S3, which all machines share. Its client is obstore, the object_store of Rust:
connections that are kept, retries, and answers that go on where they were cut off.

A store that is away binds nobody for long: each request ends within seconds, and after one that failed nobody asks for
a while, and then one alone.
"""

import errno
import io
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any, TypeVar
from urllib.parse import urljoin

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import Storage
from django.core.files.utils import validate_file_name
from django.utils.encoding import filepath_to_uri
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsroom.web.object_place import Place

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

# What the site writes itself; of AVIF not every version of Python has heard.
KINDS = {".avif": "image/avif", ".webp": "image/webp", ".jpg": "image/jpeg"}
# Names come from content, so a file holds for a year, which is the longest that is understood.
KEPT = "public, max-age=31536000, immutable"
# What S3 takes as a name, in bytes.
MAX_NAME_BYTES = 1024
# So long nobody asks a store that did not answer.
AWAY_SECONDS = 3
# So long nothing is written after something could not be: longer than it takes to look at an upload again.
UNWRITABLE_SECONDS = 10
# So long holds what a look found: balancers ask each few seconds, and anybody may.
LOOK_HOLDS_SECONDS = 2
# So much is taken from an answer at once.
CHUNK_BYTES = 64 * 1024
_CONNECT_SECONDS = 2
# Within these something must come. A picture of some megabytes is written within its own; who runs a command would
# sooner wait.
_SECONDS: dict[str, float] = {"reading": 5, "writing": 20, "a look": 2, "patience": 60}
_WHOLE_SECONDS = 300
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# As obstore tells of an answer that it has no kind of error for. What it asked for is percent-encoded there.
_STATUS = re.compile(r" status code: ([1-5][0-9]{2})\b")
# Of the refusals, those that say "later" and nothing of what was asked for.
_LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
_KEY_REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class StoreAway(OSError):
    """The store of media does not answer, or not as it should. It may in a moment."""


class ObjectStore(Storage):
    """The media of a `place`. Names are as in a folder of files; there are no folders but by names.

    Raises StoreAway from wherever it asks the store; FileNotFoundError for a file that is not there, and
    SuspiciousFileOperation for a name that no file has in any store.
    """

    def __init__(self, place: Place, *, is_patient: bool = False) -> None:
        try:
            import obstore  # noqa: F401
        except ImportError:
            raise ImproperlyConfigured("MEDIA_STORE needs obstore; install it: pip install obstore") from None
        self._place = place
        if is_patient:
            self._reading = self._writing = _Line(place, "patience", 0)
        else:
            self._reading = _Line(place, "reading", AWAY_SECONDS)
            self._writing = _Line(place, "writing", UNWRITABLE_SECONDS)
        # One looks at a time.
        self._looking = threading.Lock()
        self._was_there, self._look_holds_until = True, 0.0

    # As Django has it

    def _open(self, name: str, mode: str = "rb") -> File:
        """The file to be read, from its beginning as it comes, or anywhere. One request, another for each leap."""
        if mode != "rb":
            raise ValueError("Files of the store are read, or saved whole.")
        key = self._key(name)
        reader = _Reader(self._reading, key)
        file = File(io.BufferedReader(reader, CHUNK_BYTES), name=name)
        file.size = reader.size
        return file

    def _save(self, name: str, content: File) -> str:
        return self.put(name, content)

    def exists(self, name: str) -> bool:
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        """In bytes. One request, of a few hundred of them."""
        return int(self._reading.ask("head", self._key(name))["size"])

    def delete(self, name: str) -> None:
        """Take a file away, if it is there."""
        self._writing.ask("delete", self._key(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """The names of folders and of files in a folder; one that is not there has none. One request for each 1,000."""
        folder = path.strip("/")
        found = self._reading.ask("list_with_delimiter", self._key(folder) if folder else None)
        files = [PurePosixPath(row["path"]).name for row in found["objects"]]
        return [PurePosixPath(folder).name for folder in found["common_prefixes"]], files

    def url(self, name: str) -> str:
        """Where readers find it: on the site, whichever store it has. No request."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name).lstrip("/"))

    # As `newsroom.web.whole_files.WholeFiles` has it

    def put(self, name: str, content: File) -> str:
        """Write a file, in the place of any other of the name: whole or not at all. It is held in memory meanwhile,
        which uploads are small enough for (`articles.images.MAX_BYTES`). One request."""
        key = self._key(validate_file_name(name, allow_relative_path=True))
        body = b"".join(content.chunks())
        kind = KINDS.get(PurePosixPath(key).suffix, "application/octet-stream")
        told = {"Content-Type": kind, "Cache-Control": KEPT}
        try:
            # Where it comes anew after a first attempt that failed, it is the same.
            self._writing.ask("put", key, body, attributes=told, use_multipart=False)
        except FileNotFoundError:
            raise StoreAway("The bucket of media is not there.") from None
        return name

    def files(self) -> Iterator[tuple[str, int]]:
        """The names of all files, and their bytes. One request for each 1,000."""
        # The list asks for itself, page by page.
        pages = iter(_client(self._place, self._reading.purpose).list())
        while page := self._reading.follow(next, pages, []):
            for row in page:
                yield row["path"], row["size"]

    def obstacle(self, _name: str) -> str | Promise:
        """A sentence on why nothing can be saved now, "" if nothing is known to be in the way. One request."""
        if not self._writing.is_shut and self.answers():
            return ""
        return _(
            "The store of pictures does not answer, so no picture is taken in now. Please try again in a few minutes."
        )

    def answers(self) -> bool:
        """Whether the bucket can be looked into, within two seconds: balancers wait no longer. One request at most,
        after which others ask as before. Who comes while somebody looks, or just after, is told what is known."""
        if self._reading.is_shut:
            return False
        if time.monotonic() < self._look_holds_until or not self._looking.acquire(blocking=False):
            return self._was_there
        try:
            self._was_there = self._look()
            self._look_holds_until = time.monotonic() + LOOK_HOLDS_SECONDS
        finally:
            self._looking.release()
        return self._was_there

    def _look(self) -> bool:
        from obstore import exceptions

        try:
            _client(self._place, "a look").list_with_delimiter()
        except (exceptions.BaseError, FileNotFoundError):
            return False
        return True

    def patient(self) -> "ObjectStore":
        """The same for a command, which waits a minute for a store that is away."""
        return ObjectStore(self._place, is_patient=True)

    def _key(self, name: str) -> str:
        """A name that is the same in every store. Raises SuspiciousFileOperation for one that leads elsewhere or
        nowhere, FileNotFoundError for one that is too long."""
        if any(step in {"", ".", ".."} for step in name.split("/")) or _NOT_IN_NAMES.search(name):
            raise SuspiciousFileOperation("This is no name of a file.")
        if len(f"{self._place.prefix}/{name}".encode()) > MAX_NAME_BYTES:
            raise FileNotFoundError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
        return name


class _Line:
    """The way to the store for a purpose. After a request that failed nobody asks for `pause` seconds, and then one
    alone: the others are told at once what may be so no more. Raises StoreAway and FileNotFoundError."""

    def __init__(self, place: Place, purpose: str, pause: float) -> None:
        self._place, self.purpose, self._pause = place, purpose, pause
        self._has_failed = False
        self._shut_until = 0.0

    @property
    def is_shut(self) -> bool:
        return time.monotonic() < self._shut_until

    def ask(self, request: str, *arguments: Any, **options: Any) -> Any:
        """What the store answers to a request by its name."""
        if self.is_shut:
            raise StoreAway("The store of media did not answer a moment ago.")
        if self._has_failed and self._pause:
            # The others wait for what comes of this.
            self._shut_until = time.monotonic() + self._pause + _SECONDS[self.purpose]
        return self.follow(getattr(_client(self._place, self.purpose), request), *arguments, **options)

    def follow(self, work: Callable[..., Answer], *arguments: Any, **options: Any) -> Answer:
        """What comes of something that the client does, also of an answer that is under way."""
        from obstore import exceptions

        try:
            answer = work(*arguments, **options)
        except FileNotFoundError:
            self._answered()
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from None
        except exceptions.InvalidPathError:
            self._answered()
            raise StoreAway(
                "Something in the bucket of media has a name that no file can have; name a folder of its own there."
            ) from None
        except exceptions.BaseError as error:
            status = _status(error)
            is_refusal = status in range(400, 500) and status not in _LATER
            # It may be of the one name: also of files that are not there, to who may not list them, or of a name that
            # is too long for this store. No reason to stop reading others.
            self._failed(error, 0 if is_refusal and self.purpose == "reading" else self._pause)
            if status in _KEY_REFUSED:
                raise StoreAway("The store of media refuses the key of the site.") from None
            raise StoreAway("The store of media does not answer as it should.") from None
        self._answered()
        return answer

    def _failed(self, error: Exception, pause: float) -> None:
        if not self._has_failed:
            # The kind alone: the message holds the address of the file.
            logger.warning("The store of media fails in %s: %s", self.purpose, type(error).__name__)
        self._has_failed, self._shut_until = pause > 0, time.monotonic() + pause

    def _answered(self) -> None:
        if self._has_failed:
            logger.warning("The store of media answers again in %s.", self.purpose)
        self._has_failed, self._shut_until = False, 0.0


def _status(error: Exception) -> int:
    """The status of the answer that an error of obstore tells of, 0 where there was none."""
    found = _STATUS.search(str(error))
    return int(found[1]) if found else 0


@lru_cache
def _client(place: Place, purpose: str) -> Any:
    """The client of a place for one of _SECONDS, with the connections that it keeps."""
    if _process.is_fork:
        raise RuntimeError(
            "A process that had asked the store of media was forked; what it needs stayed behind."
        )
    from obstore.store import S3Store

    _process.has_asked = True
    credential = {
        "access_key_id": place.key,
        "secret_access_key": place.secret,
        "token": None,
        "expires_at": None,
    }
    seconds = _SECONDS[purpose]
    return S3Store(
        place.bucket,
        prefix=place.prefix or None,
        # Whatever stands of AWS in the environment holds for nothing here.
        config={
            "aws_endpoint_url_s3": place.endpoint,
            "region": place.region,
            "skip_signature": False,
            "virtual_hosted_style_request": False,
            # Not all stores take away several at once.
            "disable_bulk_delete": True,
        },
        client_options={
            "allow_http": place.endpoint.startswith("http:"),
            "user_agent": "nashra",
            "connect_timeout": timedelta(seconds=_CONNECT_SECONDS),
            "read_timeout": timedelta(seconds=seconds),
            # An answer as a whole may take long: who takes it slowly is not the store's fault.
            "timeout": timedelta(seconds=_WHOLE_SECONDS if purpose in {"reading", "patience"} else seconds),
        },
        retry_config={
            "max_retries": {"a look": 0, "patience": 8}.get(purpose, 1),
            "retry_timeout": timedelta(seconds=seconds),
            "backoff": {
                "init_backoff": timedelta(milliseconds=100),
                "max_backoff": timedelta(seconds=10),
                "base": 2,
            },
        },
        credential_provider=lambda: credential,
    )


class _Process:
    """Whether this process asked the store, or is the fork of one that had: the threads of the client are not in that,
    and it would wait for them for ever."""

    has_asked = is_fork = False

    def forked(self) -> None:
        self.is_fork = self.has_asked
        _client.cache_clear()


_process = _Process()
os.register_at_fork(after_in_child=_process.forked)


class _Reader(io.RawIOBase):
    """An object as a file: its bytes come as they are read, and from elsewhere once somebody has gone there."""

    def __init__(self, line: _Line, key: str) -> None:
        self._line, self._key = line, key
        self._position = self._at = 0
        self._tag: str | None = None
        self._rest = memoryview(b"")
        self._chunks = self._begin()

    def _begin(self) -> Iterator[Any]:
        """Have the bytes come from the position on."""
        options: dict[str, Any] = {}
        if self._position:
            options = {"range": {"offset": self._position}, "if_match": self._tag}
        result = self._line.ask("get", self._key, options=options)
        self.size, self._tag = int(result.meta["size"]), result.meta["e_tag"]
        self._at, self._rest = self._position, memoryview(b"")
        return iter(result.stream(min_chunk_size=CHUNK_BYTES))

    def close(self) -> None:
        # Lets the connection go.
        self._chunks, self._rest = iter(()), memoryview(b"")
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        if begin + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._position = begin + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        if self._position >= self.size:
            return 0
        if self._at != self._position:
            self._chunks = self._begin()
        if not self._rest:
            self._rest = memoryview(self._line.follow(next, self._chunks, b""))
            if not self._rest:
                raise StoreAway("The store of media sent less than it said.")
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self._position = self._at = self._position + count
        return count
