"""How often something may happen: counted in the database, exactly, whatever the number of processes.

A count is a row that an upsert takes one step further, or not, in the transaction of what it allows. Who comes at
the same moment waits for that transaction, and what is rolled back was never counted. The table has no model, for this
floor knows no app: migration `newsroom.0002` makes it.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db import connection

_TAKE = """
INSERT INTO newsroom_rate AS rate (key, began_at, count) VALUES (%(key)s, now(), 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN rate.began_at <= now() - %(window)s THEN 1 ELSE rate.count + 1 END,
    began_at = CASE WHEN rate.began_at <= now() - %(window)s THEN now() ELSE rate.began_at END
WHERE rate.began_at <= now() - %(window)s OR rate.count < %(limit)s
"""


def take(key: str, *, limit: int, window: timedelta) -> bool:
    """Count one more of `key`, unless `limit` were counted within a window that began with the first; say which.

    To be called within a transaction, several keys always in the same order. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"key": key, "limit": limit, "window": window})
        return cursor.rowcount == 1


def is_used_up(limits: Mapping[str, int], *, window: timedelta) -> bool:
    """Whether any of these keys was counted up to its limit within the window by now; nothing is counted. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, count FROM newsroom_rate WHERE key = ANY(%s) AND began_at > now() - %s",
            [list(limits), window],
        )
        return any(count >= limits[key] for key, count in cursor.fetchall())


def purge(older_than: timedelta) -> int:
    """Remove counts that began before that; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM newsroom_rate WHERE began_at < now() - %s", [older_than])
        return cursor.rowcount


def forget(part: str) -> int:
    """Remove counts with `part` in their key; return how many. It reads them all, which are those of minutes."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM newsroom_rate WHERE position(%s IN key) > 0", [part])
        return cursor.rowcount
