"""Watched words as CSV, out of the site and into it."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments import word_list
from comments.models import Kind, Level, WatchedWord
from newsroom.text import arabic

PERMISSIONS = ["comments.add_watchedword", "comments.change_watchedword"]
COLUMNS = ["term", "kind", "level", "reason", "is_active"]
MAX_BYTES = 2_000_000
MAX_WORDS = 20_000
YES, NO = ("1", "true", "yes", "نعم"), ("0", "false", "no", "لا")
# A spreadsheet takes a cell that begins with one of these for a formula, full-width ones as well; behind an apostrophe
# it is text (OWASP, "CSV injection").
_FORMULA = frozenset("=+-@\t\r＝＋－＠")


class UnreadableFile(ValueError):
    """The file is no list of words; the message is for whoever sent it."""


@dataclass(frozen=True)
class Problem:
    line: int
    sentence: str


@dataclass(frozen=True)
class Read:
    """What a file holds: the words of its good lines, and what is wrong with the others."""

    words: list[WatchedWord]
    problems: list[Problem]


def write(words: Iterable[WatchedWord]) -> str:
    """Return the words as CSV (RFC 4180) under a line of column names, with a byte-order mark, which Excel needs."""
    text = io.StringIO()
    # In quotes, for a spreadsheet that parts cells at semicolons would read one within a term as the next cell.
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for word in words:
        row = [word.term, word.kind, word.level, word.reason, "1" if word.is_active else "0"]
        writer.writerow(map(_guarded, row))
    return f"\ufeff{text.getvalue()}"


def read(content: bytes) -> Read:
    """Read UTF-8 CSV parted by commas, semicolons or tabs; raises UnreadableFile.

    A first line of column names is optional and may leave columns out or order them anew. Kind and level are values
    or the names that the admin shows. No query.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableFile(_("The file is larger than 2 MB."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(_("The file is not in UTF-8. Save it as “CSV UTF-8”.")) from error
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    columns = COLUMNS
    words: dict[str, WatchedWord] = {}
    problems: list[Problem] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if reader.line_num == 1 and (named := [cell.strip().casefold() for cell in cells])[0] in COLUMNS:
                columns = named
                continue
            try:
                word = _word(dict(zip(columns, map(_unguarded, cells), strict=False)))
                key = arabic.normalize(word.term)
                if key in words:
                    raise ValidationError(_("This word stands in the file before."))
            except ValidationError as error:
                problems.append(Problem(reader.line_num, " ".join(error.messages)))
            else:
                words[key] = word
    except csv.Error as error:
        raise UnreadableFile(_("The file is not CSV.")) from error
    if len(words) > MAX_WORDS:
        raise UnreadableFile(_("The file holds more than 20,000 words."))
    if not words and not problems:
        raise UnreadableFile(_("There are no words in the file."))
    return Read(list(words.values()), problems)


@transaction.atomic
def store(words: list[WatchedWord], *, by: Any) -> None:
    """Put words on the list; those that are on it take the new kind, level, reason and state. All or none.

    A word that is on it in another spelling keeps that one.
    """
    if not by.has_perms(PERMISSIONS):
        raise PermissionDenied
    listed = {arabic.normalize(term): term for term in WatchedWord.objects.values_list("term", flat=True)}
    for word in words:
        word.term = listed.get(arabic.normalize(word.term), word.term)
    WatchedWord.objects.bulk_create(
        words, update_conflicts=True, unique_fields=["term"], update_fields=COLUMNS[1:], batch_size=1_000
    )
    told = ngettext("%(count)d word imported", "%(count)d words imported", len(words)) % {"count": len(words)}
    LogEntry.objects.create(
        user_id=by.pk,
        content_type=ContentType.objects.get_for_model(WatchedWord),
        object_repr=told,
        action_flag=CHANGE,
        change_message=told,
    )


def _word(cells: dict[str, str]) -> WatchedWord:
    """A word that can be stored; raises ValidationError."""
    active = cells.get("is_active", "").strip().casefold()
    if active not in ("", *YES, *NO):
        raise ValidationError(_("“%(text)s” is neither 1 nor 0.") % {"text": active})
    word = WatchedWord(
        term=cells.get("term", ""),
        kind=_choice(Kind, cells.get("kind", ""), Kind.PHRASE),
        level=_choice(Level, cells.get("level", ""), Level.HOLD),
        reason=cells.get("reason", "").strip(),
        is_active=active not in NO,
    )
    # Lists from elsewhere seldom give reasons.
    word.clean_fields(exclude=[] if word.reason else ["reason"])
    word_list.check_findable(word.term)
    return word


def _choice(choices: type[models.TextChoices], text: str, default: str) -> str:
    """The choice that `text` names by value or by label."""
    wanted = arabic.normalize(text)
    if not wanted:
        return default
    for value, label in choices.choices:
        if wanted in (value, arabic.normalize(str(label))):
            return value
    named = _(", ").join(choices.values)
    raise ValidationError(_("“%(text)s” is none of: %(choices)s.") % {"text": text[:40], "choices": named})


def _guarded(cell: str) -> str:
    return f"'{cell}" if _is_formula(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(cell: str) -> bool:
    """Whether a formula would begin here, apostrophes before it aside: those must survive the way out and back."""
    return cell.lstrip("'")[:1] in _FORMULA if cell.lstrip("'") else False
