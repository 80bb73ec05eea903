"""The active watched words, prepared once for each process and each state of the list."""

from django.db import connection

from comments.screening import WatchedTerm, WordList
from newsroom.text.term_index import TermKind

# A digest of the rows themselves: a time of change or a count would miss what is committed in another order than
# it was written.
_STATE = "SELECT coalesce(sum(hashtextextended(w::text, 0)), 0) FROM comments_watchedword w WHERE is_active"
_WORDS = """
SELECT term, reason, kind, level, sum(hashtextextended(w::text, 0)) OVER ()
FROM comments_watchedword w WHERE is_active ORDER BY id
"""

_kept: tuple[object, WordList] = (None, WordList())


def watched() -> WordList:
    """What moderators watch for now. One query, two when the list has changed."""
    global _kept  # noqa: PLW0603 - one for the process, replaced as a whole
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        (state,) = cursor.fetchone()
        known, words = _kept
        if known == state:
            return words
        # The state belongs to these very rows, for the list may have changed since.
        cursor.execute(_WORDS)
        rows = cursor.fetchall()
    words = WordList(
        WatchedTerm(term, reason, TermKind(kind), level) for term, reason, kind, level, _ in rows
    )
    _kept = (rows[0][4] if rows else 0, words)
    return words
