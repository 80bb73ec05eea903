"""The folder that an export fills: under another name until it is whole, with notes of how far it is.

What is written is on the disk before it is noted. So whoever is killed goes on from the last note, and what was written
after it is written again.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from newsroom.web.whole_files import has_room, sync

UNFINISHED = ".part"
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
# Below the unfinished folder: what only the making needs.
_WORK, _NOTES = ".work", "notes.json"
# How often it is noted how far a file is.
_NOTED_BYTES = 4_000_000


class ExportError(Exception):
    """Something keeps an export from being made; the message says what, and what to do."""


class NoRoom(ExportError):
    """The disk has room but for what the site needs."""


class Folder:
    """An export under way, for `target`, which must not be there. `asked` is what was asked for, in values of JSON:
    only an export that was begun for the same goes on. `mode` is that of its files."""

    def __init__(self, target: Path, asked: dict[str, Any], *, mode: int = 0o600) -> None:
        self.target, self._mode = target, mode
        self.path = target.with_name(target.name + UNFINISHED)
        self.work = self.path / _WORK
        if target.exists():
            raise ExportError(f"{target} is there already; name another folder.")
        self._check_is_ours()
        notes = self._read_notes()
        if notes is None and self.path.exists():
            self._begin_anew()
        if notes is not None and notes["asked"] != asked:
            raise ExportError(f"{self.path} was begun for another export; finish that, or remove the folder.")
        self._hold_alone()
        self.notes: dict[str, Any] = notes or {"asked": asked}
        if notes is None:
            try:
                self.note()
            except BaseException:
                self.close()
                raise

    @property
    def goes_on(self) -> bool:
        """Whether something was done before."""
        return len(self.notes) > 1

    def check_room(self) -> None:
        """Raise NoRoom where it is; what is there is gone on with later."""
        if not has_room(self.path):
            raise NoRoom(f"The disk of {self.path} is nearly full; make room, and ask again.")

    def note(self, **notes: Any) -> None:
        """Keep what is known, by name, for who goes on. Raises NoRoom."""
        self.check_room()
        self.notes |= notes
        draft = self.work / f"{_NOTES}.new"
        with self.open(draft, "wb") as file:
            file.write(json.dumps(self.notes, ensure_ascii=False).encode())
            settle(file)
        draft.replace(self.work / _NOTES)
        sync(self.work)

    def open(self, path: Path, mode: str) -> IO[bytes]:
        path.parent.mkdir(mode=self._folder_mode, parents=True, exist_ok=True)
        return open(path, mode, opener=lambda name, flags: os.open(name, flags, self._mode))

    def write_file(self, name: str, content: bytes) -> None:
        """Write a small file, whole or not at all."""
        # Apart from the files, so that what a kill leaves half is not among them.
        draft = self.work / "drafts" / secrets.token_hex(8)
        with self.open(draft, "wb") as file:
            file.write(content)
        path = self.path / name
        path.parent.mkdir(mode=self._folder_mode, parents=True, exist_ok=True)
        draft.replace(path)

    def write_long(self, path: Path, name: str, pieces: Iterable[tuple[bytes, Any]]) -> None:
        """Write what comes in pieces, each with the place behind it (a value of JSON, None where nobody could go on),
        which is noted under `name` now and then together with the length of the file. Whoever goes on asks `place_in`
        where to begin."""
        with self.open(path, "r+b" if path.exists() else "w+b") as file:
            length = self.notes.get(name, [0, None])[0]
            file.truncate(length)
            file.seek(length)
            noted, place = length, None
            for content, place in pieces:
                length += file.write(content)
                if place is not None and length - noted > _NOTED_BYTES:
                    settle(file)
                    self.note(**{name: [length, place]})
                    noted = length
            settle(file)
        self.note(**{name: [length, place]})

    def place_in(self, name: str) -> Any:
        """Behind which piece of a long file something was noted last; None at its beginning."""
        return self.notes.get(name, [0, None])[1]

    def finish(self, told: dict[str, Any]) -> None:
        """Write the sums of all files and the manifest, and give the folder its name."""
        sums = self.path / SUMS
        files = size = 0
        with self.open(sums, "wb") as file:
            for path in self._files():
                file.write(f"{digest(path)}  {path.relative_to(self.path).as_posix()}\n".encode())
                files, size = files + 1, size + path.stat().st_size
            settle(file)
        manifest = told | {"files": files, "bytes": size, "sha256_of_sums": digest(sums)}
        with self.open(self.path / MANIFEST, "wb") as file:
            file.write(json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")
            settle(file)
        self._hold_no_more()
        # Whoever is killed between these two finds a folder without notes, and begins anew.
        shutil.rmtree(self.work)
        self.path.rename(self.target)
        sync(self.target.parent)

    def _files(self) -> Iterator[Path]:
        """In one order, whoever made them."""
        for root, folders, names in os.walk(self.path):
            folders[:] = sorted(name for name in folders if name != _WORK)
            for name in sorted(names):
                if name not in (SUMS, MANIFEST):
                    yield Path(root) / name

    def _begin_anew(self) -> None:
        """Take away what an export left that nobody can go on with: of nothing else it is known whose it is."""
        if any(self.path.iterdir()) and not self.work.exists() and not (self.path / MANIFEST).exists():
            raise self._not_ours()
        shutil.rmtree(self.path)

    def _check_is_ours(self) -> None:
        """Whoever can change what is in the folder could read what is written there."""
        if self.path.is_symlink() or self.path.exists() and self.path.stat().st_uid != os.geteuid():
            raise self._not_ours()

    def _not_ours(self) -> ExportError:
        return ExportError(f"{self.path} is there, and not made by an export; name another folder.")

    def _read_notes(self) -> dict[str, Any] | None:
        try:
            return json.loads((self.work / _NOTES).read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            raise ExportError(
                f"{self.work / _NOTES} cannot be read; remove the folder {self.path}."
            ) from None

    def _hold_alone(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Each by itself: of what is made on the way to a folder, `mkdir` settles no mode.
        self.path.mkdir(mode=self._folder_mode, exist_ok=True)
        self._check_is_ours()
        self.work.mkdir(mode=0o700, exist_ok=True)
        self._lock = (self.work / "lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise ExportError(f"Another export is being made in {self.path}.") from None

    def _hold_no_more(self) -> None:
        self._lock.close()

    def close(self) -> None:
        """Let another one go on."""
        with suppress(OSError):
            self._lock.close()

    @property
    def _folder_mode(self) -> int:
        return 0o700 if self._mode == 0o600 else 0o755


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def settle(file: IO[bytes]) -> None:
    """Have it on the disk, and not on its way there."""
    file.flush()
    os.fsync(file.fileno())
