"""Secrets that a first start makes for itself and every later start finds again."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def read_or_create(path: Path, first: str = "") -> str:
    """Return the secret in `path`; where there is none, `first` or 50 random bytes (URL-safe base64) become it.

    The file is readable by its owner alone. It is written beside its name and linked into place, so that of several
    processes starting at once one wins and all read the same secret.
    """
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    try:
        return _create(path, first or secrets.token_urlsafe(50))
    except OSError as error:
        raise ImproperlyConfigured(f"The secret {path} cannot be written: {error.strerror}.") from error


def _create(path: Path, secret: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()
