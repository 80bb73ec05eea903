"""How often something may happen: counted in the database, exactly, whatever the number of processes.

A count is a row that an upsert takes one step further, or not, in the transaction of what it allows. Who comes at
the same moment waits for that transaction, and what is rolled back was never counted. The table has no model, for this
floor knows no app: migration `newsroom.0002` makes it.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db import connection

# The counts of `rate_keys` by now, within `rate_window`.
COUNTED = """
SELECT key, count FROM newsroom_rate
WHERE key = ANY(%(rate_keys)s::text[]) AND began_at > now() - %(rate_window)s::interval
"""

# Counts one more of each of `rate_keys`, in their order, where `rate_limits` allow it, and returns these keys. Where it
# returns fewer than it was given, the transaction must not be committed.
_TAKE_ALL = """
INSERT INTO newsroom_rate AS rate (key, began_at, count)
SELECT key, now(), 1 FROM unnest(%(rate_keys)s::text[]) WITH ORDINALITY AS wanted (key, place) ORDER BY place
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN rate.began_at <= now() - %(rate_window)s::interval THEN 1 ELSE rate.count + 1 END,
    began_at = CASE WHEN rate.began_at <= now() - %(rate_window)s::interval THEN now() ELSE rate.began_at END
WHERE rate.began_at <= now() - %(rate_window)s::interval
    OR rate.count < (%(rate_limits)s::int[])[array_position(%(rate_keys)s::text[], excluded.key)]
RETURNING key
"""


def take(key: str, *, limit: int, window: timedelta) -> bool:
    """Count one more of `key`, unless `limit` were counted within a window that began with the first; say which.

    To be called within a transaction, several keys always in the same order. One query.
    """
    return take_all({key: limit}, window=window) == {key}


def take_all(limits: Mapping[str, int], *, window: timedelta) -> set[str]:
    """The same for several keys with their limits, in their order: return those that were counted. Where any is
    missing, the transaction must not be committed. One query."""
    with connection.cursor() as cursor:
        values = {"rate_keys": list(limits), "rate_limits": list(limits.values()), "rate_window": window}
        cursor.execute(_TAKE_ALL, values)
        return {key for (key,) in cursor.fetchall()}


def seconds_left(key: str, *, window: timedelta) -> int:
    """In how many seconds the window of `key` ends, 1 at least. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ceil(extract(epoch FROM began_at + %s - now())) FROM newsroom_rate WHERE key = %s",
            [window, key],
        )
        row = cursor.fetchone()
    return max(1, int(row[0])) if row else 1


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
