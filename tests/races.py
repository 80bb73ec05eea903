"""Two writers at the same moment, in the one order that shows what they make of each other."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction


def overtaken(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """What `second` returns or raises when `first` was done, but not yet committed, as it came to the same rows.

    `first` is committed as soon as `second` waits for it.
    """
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(second())
        except Exception as error:  # noqa: BLE001 - it belongs to the test's own thread
            results.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        first()
        other.start()
        while other.is_alive() and not _is_waited_for():
            time.sleep(0.005)
    other.join()
    (result,) = results
    if isinstance(result, Exception):
        raise result
    return result


def _is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
            " AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return cursor.fetchone()[0]
