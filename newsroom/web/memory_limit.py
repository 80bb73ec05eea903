"""How often something may happen in a day, counted in memory: nothing of whoever does it is written anywhere.

Each process counts for itself, from its start: of p processes each grants the limit. Where the number must be exact,
`rate_limit` counts in the database.
"""

import threading
from collections import OrderedDict
from datetime import date


class MemoryLimit:
    """`limit` times a day for each key, of which the `most_keys` last seen are known."""

    def __init__(self, limit: int, most_keys: int) -> None:
        self._limit, self._most_keys = limit, most_keys
        self._lock = threading.Lock()
        self._day: date | None = None
        # By a digest of the key under Python's own, which each process draws by lot and never tells.
        self._counts: OrderedDict[int, int] = OrderedDict()

    def take(self, key: str, day: date) -> bool:
        """Count one more of `key` on `day` unless that is over the limit; say which. Days only go on."""
        digest = hash(key)
        with self._lock:
            if day != self._day:
                self._day = day
                self._counts.clear()
            count = self._counts.get(digest, 0)
            self._counts[digest] = min(count + 1, self._limit)
            self._counts.move_to_end(digest)
            if len(self._counts) > self._most_keys:
                self._counts.popitem(last=False)
            return count < self._limit

    def forget(self) -> None:
        """Forget all counts."""
        with self._lock:
            self._counts.clear()
