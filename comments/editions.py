"""Lists that every comment is compared with, prepared once a process and right at once in all of them after a change.

Triggers give a list another edition with each change (migration `comments.0005`). Which one is in force is asked with
every comment, the list itself only when that is not the one at hand.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connection

List = TypeVar("List")


class Kept(Generic[List]):
    """One list: `in_force` is the expression of SQL for its edition, `read` asks for its rows and prepares them."""

    def __init__(self, matter: str, read: Callable[[], List]) -> None:
        self.in_force = (
            f"(SELECT string_agg(edition::text, ' ' ORDER BY edition) FROM comments_edition"  # noqa: S608 - ours
            f" WHERE matter = '{matter}')"
        )
        self._read = read
        # Replaced as a whole: threads see the former or the new one.
        self._kept: tuple[str | None, List | None] = (None, None)

    def of(self, edition: str | None) -> List:
        """The list of an edition that was in force a moment ago, or a later one. No query while it is at hand."""
        known, content = self._kept
        if content is None or edition is None or known != edition:
            # Read after its edition, so it may be newer than that and is never older.
            content = self._read()
            self._kept = (edition, content)
        return content

    def now(self) -> List:
        """The list as it is now. One query, two when it has changed."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self.in_force}")
            (edition,) = cursor.fetchone()
        return self.of(edition)
