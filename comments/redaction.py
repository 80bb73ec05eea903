"""What others wrote about a person for the newsroom, without what tells the person: notes, reasons, explanations.

What they wrote for readers is theirs and stays.
"""

import re
from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_

from django.db import connection, models
from django.db.models import Q

from comments.models import Comment, Decision, Note, Report, Sanction
from comments.sanctions import PATTERN_LETTERS

# Stored, and so in the newsroom's language.
ERASED_ADDRESS = "[عنوان محذوف]"
ERASED_NAME = "[اسم محذوف]"

_REMARKS: list[tuple[type[models.Model], str]] = [(Note, "text"), (Sanction, "reason"), (Report, "text")]


def without_address(text: str, email: str) -> str:
    """The text without the address, in whatever case it stands; one that only holds its letters is another's."""
    return re.sub(
        rf"(?<![A-Za-z0-9._+-]){re.escape(email)}(?![A-Za-z0-9-]|\.[A-Za-z0-9])",
        ERASED_ADDRESS,
        text,
        flags=re.IGNORECASE,
    )


def remarks_with(email: str) -> int:
    """How many remarks hold the address. Four queries."""
    return sum(
        without_address(text, email) != text
        for model, field in [*_REMARKS, (Decision, "note")]
        for text in _remarks(model, field, [email]).values_list(field, flat=True)
    )


def redact_address(email: str) -> int:
    """Take the address out of all remarks; return out of how many. Five queries, and one for each that held it.

    What was noted beside a decision may be emptied and not rewritten, so that goes as a whole.
    """
    redacted = _rewrite([email], lambda text: without_address(text, email))
    held = Decision.objects.filter(note__icontains=email).only("note")
    return redacted + empty_notes([row.pk for row in held if without_address(row.note, email) != row.note])


def redact_names(names: Iterable[str], *, writer: str) -> int:
    """Take names that `writer` (a fingerprint) wrote under out of remarks; return out of how many. Three queries.

    Only such as tell a person: of two words or more, for one may be any word of a sentence, of enough letters, and none
    that others write under too. What was noted beside decisions over others stays: it could only be emptied, and by a
    name anybody may choose that would be a weapon.
    """
    telling = {
        name for name in names if len(name.split()) > 1 and sum(map(str.isalnum, name)) >= PATTERN_LETTERS
    }
    if not telling or not any(_remarks(model, field, telling).exists() for model, field in _REMARKS):
        return 0
    others = Comment.objects.filter(author_name__in=telling).exclude(email_fingerprint=writer)
    telling -= set(others.values_list("author_name", flat=True))
    # Behind the particles that Arabic writes together with a word.
    patterns = [
        re.compile(rf"(?<!\w)([وفبلكـ]{{0,3}}){re.escape(name)}(?!\w)", re.IGNORECASE) for name in telling
    ]
    return _rewrite(
        telling,
        lambda text: reduce(lambda text, own: own.sub(rf"\1{ERASED_NAME}", text), patterns, text),
    )


def empty_notes(decisions: Iterable[int] | models.QuerySet) -> int:
    """Empty what moderators wrote beside decisions; who decided what and when stays as it is. Returns how many.

    To be called in a transaction. Three queries.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('nashra.erases_notes', 'yes', true)")
        count = Decision.objects.filter(pk__in=decisions).exclude(note="").update(note="")
        cursor.execute("SELECT set_config('nashra.erases_notes', '', true)")
    return count


def _remarks(model: type[models.Model], field: str, words: Iterable[str]) -> models.QuerySet:
    holding = reduce(or_, (Q(**{f"{field}__icontains": word}) for word in words))
    return model._default_manager.filter(holding)


def _rewrite(words: Iterable[str], rewritten: Callable[[str], str]) -> int:
    """Rewrite the remarks that hold any of the words; return how many changed."""
    words = list(words)
    changed = 0
    for model, field in _REMARKS if words else ():
        for pk, text in _remarks(model, field, words).values_list("pk", field):
            if (without := rewritten(text)) != text:
                changed += model._default_manager.filter(pk=pk).update(**{field: without})
    return changed
