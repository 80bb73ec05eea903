"""What is written to the disk: files of uploads, which are there whole or not at all, and what stops before the disk is
full, first uploads and then all that is sent. `newsroom.web.object_store` has the same files for several machines."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.core.files.utils import validate_file_name
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What the site needs to start and the database to go on, and below which uploads are refused.
LEAST_FREE_BYTES = 500_000_000
# Below which nothing is taken that an embedded database would store: it ends, and everybody's reading with it, when
# there is no room for the next file of its log. Four of these.
LAST_FREE_BYTES = 64 * 1024 * 1024
_DRAFT = ".part"


class NoRoom(OperationalError):
    """The disk is full, as the database would say a moment later."""


class WholeFiles(FileSystemStorage):
    """Files come under their names once all of their bytes are on the disk: neither kill nor full disk leaves half."""

    def _save(self, name: str, content: File) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        # Begins like the file, so that whoever removes all files of a picture removes what was cut off, too.
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_DRAFT}")
        try:
            with draft.open("xb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            if self.file_permissions_mode is not None:
                draft.chmod(self.file_permissions_mode)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        sync(path.parent)
        return name

    def put(self, name: str, content: File) -> str:
        """Write a file, in the place of any other of the name."""
        return self._save(validate_file_name(name, allow_relative_path=True), content)

    def files(self) -> Iterator[tuple[str, int]]:
        """The names of all files, and their bytes."""
        root = Path(self.location)
        for path in sorted(root.rglob("*")):
            # What is being written may be gone in a moment, or stay for ever half.
            if path.is_file() and path.suffix != _DRAFT:
                yield path.relative_to(root).as_posix(), path.stat().st_size

    def obstacle(self, name: str) -> str | Promise:
        """A sentence on why nothing can be saved now under a name, "" if nothing is known to be in the way."""
        if not has_room(Path(self.location)):
            return _("The disk is nearly full, so no picture is taken in. Please tell whoever runs the site.")
        if not can_be_written(Path(self.path(name)).parent):
            return _("The site cannot write into its folder of pictures. Please tell whoever runs the site.")
        return ""

    def answers(self) -> bool:
        """Whether it can be asked at all; room and rights are told of elsewhere."""
        return True

    def patient(self) -> "WholeFiles":
        """The same: a disk is waited for by everybody."""
        return self


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk and not on the way there."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_room() -> None:
    """Raise NoRoom where the disk of an embedded database has no room but for what it needs to go on."""
    if not settings.DATABASE_URL and shutil.disk_usage(settings.VAR_DIR).free < LAST_FREE_BYTES:
        raise NoRoom("The disk is full.")


class RoomForWhatIsSent:
    """Middleware. On a full disk forms are answered 503 before they are looked at, by the page for a busy site. A view
    that `gives_back` what was typed asks `check_room` by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._respond = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._respond(request)

    def process_view(self, request: HttpRequest, view: Callable, *_arguments: object) -> None:
        if request.method not in {"GET", "HEAD"} and not getattr(view, "gives_back", False):
            check_room()


def has_room(folder: Path) -> bool:
    """Whether the disk of a folder, which may not be there yet, has room for uploads."""
    return shutil.disk_usage(_nearest(folder)).free >= LEAST_FREE_BYTES


def can_be_written(folder: Path) -> bool:
    """Whether a file can be put below a folder, which may not be there yet. Tried, for root may write anywhere."""
    probe = _nearest(folder) / f".{secrets.token_hex(4)}{_DRAFT}"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def _nearest(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
