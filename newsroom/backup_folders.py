"""The folders that backups are kept in: which is the newest, when it was made, and which go.

A backup is a folder by itself, named after the second in which it was begun. What is not finished has another ending.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

# A backup that is older is no protection: they are made each night.
OLDEST = timedelta(hours=26)
# How far the clock of another machine may be ahead.
_AHEAD = timedelta(hours=1)
_NAME = "nashra-%Y%m%dT%H%M%SZ"
_UNFINISHED = ".part"


def target(folder: Path, begun: datetime) -> Path:
    """Where the backup is to be that is begun then (aware)."""
    return folder / begun.astimezone(UTC).strftime(_NAME)


def draft(target: Path) -> Path:
    """Where it is until it is whole."""
    return target.with_name(target.name + _UNFINISHED)


def newest(folder: Path) -> Path | None:
    """The folder of the last backup that was finished, None without one."""
    return max(_finished(folder), default=None)


def last_made(folder: Path) -> datetime | None:
    """When the newest was begun (aware); None without one, or where this process may not look."""
    try:
        found = newest(folder)
    except OSError:
        return None
    return _begun(found) if found else None


def forget_old(folder: Path, keep: int) -> list[Path]:
    """Remove all backups but the newest `keep`, and what was begun and never finished; return what went."""
    finished = sorted(_finished(folder))
    unfinished = [path for path in folder.glob(f"nashra-*{_UNFINISHED}") if _is_abandoned(path)]
    gone = [*(finished[:-keep] if keep else []), *unfinished]
    for path in gone:
        # One that was moved to another disk stays there.
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path)
    return gone


def _finished(folder: Path) -> list[Path]:
    # A clock that goes wrong would make one the newest for years.
    latest = timezone.now() + _AHEAD
    return [
        path
        for path in folder.glob("nashra-*")
        if (begun := _begun(path)) is not None and begun <= latest and path.is_dir()
    ]


def _begun(path: Path) -> datetime | None:
    """What the name of a backup says; None for what is none."""
    try:
        begun = datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
    # More is read than is written, and would stand elsewhere in the order of names.
    return begun if begun.strftime(_NAME) == path.name else None


def _is_abandoned(path: Path) -> bool:
    return timezone.now().timestamp() - path.stat().st_mtime > OLDEST.total_seconds()
