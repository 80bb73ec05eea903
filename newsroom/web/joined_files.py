"""Static files that hold what they import, once they are collected.

A browser asks for a file when it has read of it, and the first text waits for the style sheets: over a slow line each
way to the server and back is a sixth of a second. So a page names few files, and what these import stands in them: the
sheet in place of `@import "sheet.css";`, the script in place of `import "./script.js";`, without comments. With DEBUG
nothing is collected, and browsers follow the same lines by themselves.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Each on a line of its own. Of a script, what it takes from others by name is no part of it.
_SHEET = re.compile(r'^@import "([\w-]+\.css)";$', re.MULTILINE)
_SCRIPT = re.compile(r'^import "\./([\w/-]+\.js)";$', re.MULTILINE)
_SHEET_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SCRIPT_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)$", re.DOTALL | re.MULTILINE)
_FOLLOWED_ON = re.compile(r"^(?:@import|import|export)\b", re.MULTILINE)
_LINE_BREAK = re.compile(r"\s*\n\s*")

# By the name of a file the storage that it comes from, and its name there.
Sources = dict[str, tuple[Any, str]]


class JoinedFilesStorage(CompressedManifestStaticFilesStorage):
    """The storage of collected files."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Every page names several files, and to work an address out takes longer than to look it up.
        self._addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """The address of a file by its name before it was collected. Raises ValueError for what was not."""
        address = None if force else self._addresses.get(name)
        if address is None:
            address = super().url(name, force)
            if not force:
                self._addresses[name] = address
        return address

    def save_manifest(self) -> None:
        super().save_manifest()
        self._addresses.clear()

    def post_process(
        self, paths: Sources, dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, Any]]:
        if not dry_run:
            joined = {name: text for name in paths if (text := joined_text(name, paths)) is not None}
            for name, text in joined.items():
                # In place of the copy, so that whoever asks for the file without its hash has it whole, too.
                self.delete(name)
                self._save(name, ContentFile(text.encode()))
            paths = paths | {name: (self, name) for name in joined}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what browsers come to ask for: what packages bring they know by its hash alone."""
        hashed, own = set(self.hashed_files.values()), FileSystemFinder()
        asked_for = (name for name in paths if name in hashed or own.find(name))
        yield from super().compress_files(name for name in asked_for if not name.endswith(".map"))


def joined_text(name: str, paths: Sources) -> str | None:
    """A file with all that it imports in it, None where it imports nothing."""
    if not name.endswith((".css", ".js")):
        return None
    is_sheet = name.endswith(".css")
    pattern, comment = (_SHEET, _SHEET_COMMENT) if is_sheet else (_SCRIPT, _SCRIPT_COMMENT)
    text = _text(name, paths)
    imported = pattern.findall(text)
    if not imported:
        return None
    folder = posixpath.dirname(name)
    if comment.sub("", pattern.sub("", text)).strip():
        raise ImproperlyConfigured(f"{name} imports files, and holds more than that.")
    parts = []
    for other in imported:
        part = _LINE_BREAK.sub("\n", comment.sub("", _text(posixpath.join(folder, other), paths))).strip()
        if _FOLLOWED_ON.search(part):
            raise ImproperlyConfigured(
                f"{name} imports {other}, which imports or exports what is lost there."
            )
        # Names of a script are its own, and so are its failures.
        parts.append(
            part if is_sheet else f"try {{\n{part}\n}} catch (e) {{ queueMicrotask(() => {{ throw e; }}); }}"
        )
    return "\n".join(parts) + "\n"


def _text(name: str, paths: Sources) -> str:
    if name not in paths:
        raise ImproperlyConfigured(f"A static file imports {name}, which is not there.")
    storage, path = paths[name]
    with storage.open(path) as file:
        text: str = file.read().decode()
    return text
