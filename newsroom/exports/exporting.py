"""The verb of exports: all content as WXR or as JSON Lines, or what readers see as files, into a folder.

The rows of an export are taken in one snapshot of the database, into files; whatever else is made is made of these. So
an export tells of one moment, also when it is killed afterwards and gone on with. One that is killed before all rows
are taken takes another snapshot. What is made of the same rows is the same, byte for byte.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from comments import privacy
from newsroom.exports import rows, static_copy, wxr
from newsroom.exports.folder import ExportError, Folder, settle
from newsroom.exports.models import EXPORT_EMAILS, Form
from newsroom.exports.row_files import RowFiles
from newsroom.web.at_once import at_once

SCHEMA = Path(__file__).parent / "rows.schema.json"
# How often it is told how far a step is, in rows.
_TOLD = 500

# What is told: the step, how much of it is done, of how much (0 where that is not known).
Tell = Callable[[str, int, int], Any]


def export(
    form: str,
    target: Path,
    *,
    with_emails: bool = False,
    by: Any = None,
    reason: str = "",
    tell: Tell = lambda *_progress: None,
) -> dict[str, Any]:
    """Make an export at `target`, a folder that is not there yet, or go on with one that was begun; what it tells of
    itself.

    Readers' addresses are in it for `by`, who has the right to them, and for a `reason`; both are put on record before
    the first is written. Raises ExportError, PermissionDenied, and OSError where something cannot be written.
    """
    form = Form(form)
    if with_emails:
        check_emails(form, by, reason)
    asked = {"form": form.value, "emails_to": by.pk if with_emails else None, "site": settings.SITE_URL}
    folder = Folder(target, asked, mode=0o644 if form == Form.STATIC else 0o600)
    try:
        if with_emails and "disclosed" not in folder.notes:
            privacy.record_disclosure_of_all(to=by, reason=reason)
            folder.note(disclosed=True)
        counts = _MAKE[form](folder, with_emails, tell)
        told = {
            "format": f"nashra-{form.value}-1",
            "site": settings.SITE_URL,
            "taken_at": folder.notes["taken_at"],
            "with_emails": with_emails,
            "counts": counts,
        }
        folder.finish(told)
        return told
    finally:
        folder.close()


def check_emails(form: str, by: Any, reason: str) -> None:
    """Raise PermissionDenied for who may not have readers' addresses, ExportError where they cannot be asked for so."""
    if by is None or not by.is_active or not by.has_perm(EXPORT_EMAILS):
        raise PermissionDenied(_("Readers’ addresses are exported for who has the right to them alone."))
    if not reason.strip():
        raise ExportError(_("Write for what the addresses are needed; it is put on record."))
    if form == Form.STATIC:
        raise ExportError(_("What readers see holds no addresses; leave them out."))


def _make_jsonl(folder: Folder, with_emails: bool, tell: Tell) -> dict[str, int]:
    files = RowFiles(folder.path)
    counts = _take_rows(folder, files, rows.KINDS, with_emails, tell)
    folder.write_file("schema.json", SCHEMA.read_bytes())
    return counts | _copy_pictures(folder, files, counts["image"], tell)


def _make_wxr(folder: Folder, with_emails: bool, tell: Tell) -> dict[str, int]:
    files = RowFiles(folder.work / "rows")
    counts = _take_rows(folder, files, rows.OF_WXR, with_emails, tell)
    total = counts["image"] + counts["page"] + counts["article"]
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Nashra")
    site = wxr.Site(
        settings.SITE_URL,
        title,
        settings.LANGUAGE_CODE,
        settings.TIME_ZONE,
        datetime.fromisoformat(folder.notes["taken_at"]),
    )

    def told(pieces: Iterable[wxr.Piece]) -> Iterable[wxr.Piece]:
        done = 0
        for content, place in pieces:
            if place is not None:
                done += 1
                if done % _TOLD == 0:
                    tell("wxr", done, total)
            yield content, place

    folder.write_long(
        folder.path / wxr.FILE, wxr.FILE, told(wxr.pieces(files, site, folder.place_in(wxr.FILE)))
    )
    return counts | _copy_pictures(folder, files, counts["image"], tell)


def _make_static(folder: Folder, _with_emails: bool, tell: Tell) -> dict[str, int]:
    if "taken_at" not in folder.notes:
        folder.note(taken_at=timezone.now().isoformat())
    return static_copy.make(folder, tell)


_MAKE = {Form.JSONL: _make_jsonl, Form.WXR: _make_wxr, Form.STATIC: _make_static}


def _take_rows(
    folder: Folder, files: RowFiles, kinds: Iterable[str], with_emails: bool, tell: Tell
) -> dict[str, int]:
    """Have all rows of these kinds in files; how many there are of each."""
    if "rows" in folder.notes:
        return folder.notes["rows"]
    counts = {}
    with rows.snapshot() as taken_at:
        for kind in kinds:
            count = 0
            with folder.open(files.path(kind), "wb") as file:
                for row in rows.KINDS[kind](with_emails):
                    file.write(rows.line(kind, row))
                    count += 1
                    if count % _TOLD == 0:
                        folder.check_room()
                        tell(kind, count, 0)
                settle(file)
            counts[kind] = count
    folder.note(rows=counts, taken_at=taken_at.isoformat())
    return counts


def _copy_pictures(folder: Folder, files: RowFiles, total: int, tell: Tell) -> dict[str, int]:
    """Have the masters of all pictures beside the rows. What is there already is not read again."""
    media = default_storage.patient()

    def copy(name: str) -> bool:
        return copy_file(folder, media, name)

    done = missing = 0
    for is_there in at_once(copy, (row["file"] for row, _at in files.read("image"))):
        done, missing = done + 1, missing + (not is_there)
        if done % _TOLD == 0:
            folder.check_room()
            tell("media", done, total)
    return {"media": done - missing, "media_missing": missing}


def copy_file(folder: Folder, media: Any, name: str) -> bool:
    """Have a file of the media in the folder, under the name that it has on the site; whether there is one."""
    if (folder.path / name).exists():
        return True
    try:
        with media.open(name.removeprefix("media/")) as file:
            folder.write_file(name, file.read())
    except FileNotFoundError:
        return False
    return True
