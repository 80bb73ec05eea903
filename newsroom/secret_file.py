"""Secrets that a first start makes for itself and every later start finds again."""

import fcntl
import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def new_secret() -> str:
    """Return 50 random bytes in URL-safe base64."""
    return secrets.token_urlsafe(50)


def read_or_create(path: Path, first: str = "") -> str:
    """Return the secret in `path`; where there is none, `first` or a new one becomes it.

    The file is readable by its owner alone. It is written beside its name and linked into place, so that of several
    processes starting at once one wins and all read the same secret. An empty file raises ImproperlyConfigured: an
    empty secret is known to everybody.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        pass
    try:
        return _create(path, first or new_secret())
    except OSError as error:
        raise ImproperlyConfigured(f"The secret {path} cannot be written: {error.strerror}.") from error


def prepend(path: Path, secret: str) -> None:
    """Put a secret before those in `path`, a line each; at no moment is the file anything but whole."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # Two at once would each keep the lines that it read, and one of the new secrets would be lost.
        fcntl.flock(folder, fcntl.LOCK_EX)
        draft = _draft(path, f"{secret}\n{_read(path)}\n")
        draft.replace(path)
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> str:
    secret = path.read_text().strip()
    if not secret:
        raise ImproperlyConfigured(f"The secret {path} is empty; restore it from a backup, or remove it.")
    return secret


def _create(path: Path, secret: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, secret)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _read(path)


def _draft(path: Path, text: str) -> Path:
    """Write `text` to a file of its own beside `path`, for its owner alone, and return its path."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        draft.unlink()
        raise
    return draft
