"""Exports that are asked for on the desk: the verbs of asking and removing, and the worker's, who makes them.

Each lies as one file on the machine where the worker runs, for a day, and for whoever asked.
"""

import shutil
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from newsroom.exports import exporting
from newsroom.exports.folder import ExportError, NoRoom
from newsroom.exports.models import EXPORT, NO_ROOM, OFFERED_FOR, Export, State

# After so many attempts it is given up.
MOST_ATTEMPTS = 3
# How often the row is told how far it is.
_TOLD_SECONDS = 1
_PART = ".part"
# What gains nothing by being compressed again.
_COMPRESSED = {".jpg", ".webp", ".avif", ".png", ".woff2"}


class Busy(ExportError):
    """Somebody has an export made already."""


def ask(form: str, *, by: Any, with_emails: bool = False, reason: str = "") -> Export:
    """Have the worker make an export for `by`. Raises PermissionDenied, ExportError for addresses that cannot be asked
    for so, Busy while another one of theirs is being made."""
    if not by.has_perm(EXPORT):
        raise PermissionDenied
    if with_emails:
        exporting.check_emails(form, by, reason)
    try:
        with transaction.atomic():
            export = Export.objects.create(
                form=form, by=by, with_emails=with_emails, reason=reason if with_emails else ""
            )
            told = (
                _("Asked for an export with readers’ addresses.")
                if with_emails
                else _("Asked for an export.")
            )
            LogEntry.objects.log_actions(by.pk, [export], ADDITION, change_message=told, single_object=True)
    except IntegrityError:
        raise Busy(_("An export of yours is being made. Wait for it, then ask for another one.")) from None
    return export


def remove(export: Export, *, by: Any) -> None:
    """Take the file of an export away before its time. Raises PermissionDenied for an export of somebody else."""
    if export.by_id != by.pk:
        raise PermissionDenied
    Export.objects.filter(pk=export.pk, state=State.DONE).update(expires_at=timezone.now())
    path_of(export).unlink(missing_ok=True)
    LogEntry.objects.log_actions(
        by.pk, [export], DELETION, change_message=_("Removed the file."), single_object=True
    )


def path_of(export: Export) -> Path:
    return _folder() / f"{export.pk}.zip"


def file_name(export: Export) -> str:
    return f"nashra-{export.form}-{timezone.localdate(export.created_at):%Y-%m-%d}.zip"


def make_due() -> None:
    """Make the export that waits longest, or go on with the one that was being made when the worker ended."""
    export = Export.objects.unfinished().order_by("pk").select_related("by").first()
    if export is None:
        return
    Export.objects.filter(pk=export.pk).update(state=State.RUNNING, attempts=export.attempts + 1)
    try:
        size = _make(export)
    except Exception as error:
        is_over = isinstance(error, PermissionDenied) or export.attempts + 1 >= MOST_ATTEMPTS
        state = State.FAILED if is_over else State.WAITING
        failure = NO_ROOM if isinstance(error, NoRoom) else type(error).__name__
        Export.objects.filter(pk=export.pk).update(state=state, failure=failure)
        if is_over:
            _forget_files(export.pk)
        raise
    Export.objects.filter(pk=export.pk).update(
        state=State.DONE, bytes=size, expires_at=timezone.now() + OFFERED_FOR, failure="", step=""
    )


def forget_old() -> None:
    """Remove files that are no longer offered, and what belongs to no export."""
    kept = {str(pk) for pk in Export.objects.offered().values_list("pk", flat=True)}
    kept |= {str(pk) for pk in Export.objects.unfinished().values_list("pk", flat=True)}
    for path in _folder().glob("*") if _folder().exists() else ():
        if path.name.partition(".")[0] not in kept:
            _remove(path)


def _make(export: Export) -> int:
    """Make the file of an export; its size."""
    if not export.by.is_active or not export.by.has_perm(EXPORT):
        raise PermissionDenied
    target = _folder() / str(export.pk)
    with _progress(export) as tell:
        if not target.exists():
            exporting.export(
                export.form,
                target,
                with_emails=export.with_emails,
                by=export.by,
                reason=export.reason,
                tell=tell,
            )
        packed = path_of(export)
        tell("pack", 0, 0)
        _pack(target, packed, Path(file_name(export)).stem)
    shutil.rmtree(target)
    return packed.stat().st_size


def _pack(folder: Path, packed: Path, name: str) -> None:
    draft = packed.with_name(packed.name + _PART)
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            kind = zipfile.ZIP_STORED if path.suffix in _COMPRESSED else zipfile.ZIP_DEFLATED
            archive.write(path, f"{name}/{path.relative_to(folder).as_posix()}", kind)
    draft.replace(packed)


@contextmanager
def _progress(export: Export) -> Iterator[exporting.Tell]:
    """What is told, written into the row now and then: by a thread, for rows are taken in a transaction that reads."""
    told: list[tuple[str, int, int]] = []
    ended = threading.Event()

    def write() -> None:
        try:
            while not ended.wait(_TOLD_SECONDS):
                if told:
                    step, done, total = told[-1]
                    Export.objects.filter(pk=export.pk).update(step=step, done=done, total=total)
        finally:
            connection.close()

    def tell(step: str, done: int, total: int) -> None:
        told[:] = [(step, done, total)]

    thread = threading.Thread(target=write, name=f"progress of export {export.pk}", daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        ended.set()
        thread.join()


def _folder() -> Path:
    return settings.VAR_DIR / "exports"


def _forget_files(number: int) -> None:
    for path in _folder().glob(f"{number}*"):
        if path.name.partition(".")[0] == str(number):
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
