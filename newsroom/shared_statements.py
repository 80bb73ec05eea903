"""Statements that the threads of a process ask together: who comes while one is under way is in the next.

What a statement costs besides its work (the way to the database, its start and end, a transaction that has to reach the
disk, rows that wait for each other) is paid once for all who are in it. Who comes alone asks alone, and at once.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections

Asked = TypeVar("Asked")
Told = TypeVar("Told")


# How long those who ask wait for others who are about to.
PATIENCE_SECONDS = 0.005


class _Waiting(Generic[Asked, Told]):
    """One who asks; `told` holds the answer, once there is one."""

    __slots__ = ("asked", "is_alone", "told", "turn")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.told: list[Told] = []
        self.is_alone = False
        # Released once, when there is an answer or something to do.
        self.turn = threading.Lock()
        self.turn.acquire()


class Shared(Generic[Asked, Told]):
    """`ask` asks one statement for all it is given, and returns an answer to each in their order.

    It is called by one of the threads that wait, on its connection. Where it fails for several, each asks for himself:
    so nobody is told of what another did wrong. Within a transaction one asks alone, for it is nobody else's.
    """

    def __init__(self, ask: Callable[[Sequence[Asked]], Sequence[Told]]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._is_under_way = False
        self._waiting: list[_Waiting[Asked, Told]] = []
        # Threads that are about to ask, and those of them that are waited for, until `_all_here` is released.
        self._coming: set[int] = set()
        self._awaited: set[int] = set()
        self._all_here = threading.Lock()
        self._all_here.acquire()

    def __call__(self, asked: Asked) -> Told:
        if connections[DEFAULT_DB_ALIAS].in_atomic_block:
            return self._alone(asked)
        own: _Waiting[Asked, Told] = _Waiting(asked)
        with self._lock:
            self._note_arrival()
            must_wait = self._is_under_way
            if must_wait:
                self._waiting.append(own)
            self._is_under_way = True
        if must_wait:
            own.turn.acquire()
        if not own.told and not own.is_alone:
            self._ask_with_all(own)
        return own.told[0] if own.told else self._alone(asked)

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Tell that this thread is about to ask: it is waited for, but not longer than PATIENCE_SECONDS, as it would
        have to wait otherwise for a statement that began just before."""
        with self._lock:
            self._coming.add(threading.get_ident())
        try:
            yield
        finally:
            with self._lock:
                self._note_arrival()

    def _note_arrival(self) -> None:
        thread = threading.get_ident()
        self._coming.discard(thread)
        if self._awaited:
            self._awaited.discard(thread)
            if not self._awaited:
                self._all_here.release()

    def _wait_for_others(self) -> None:
        with self._lock:
            self._awaited = self._coming.copy()
            if not self._awaited:
                return
        if not self._all_here.acquire(timeout=PATIENCE_SECONDS):
            with self._lock:
                if self._awaited:
                    self._awaited = set()
                else:
                    # The last one came at this moment.
                    self._all_here.acquire()

    def _alone(self, asked: Asked) -> Told:
        (told,) = self._ask([asked])
        return told

    def _ask_with_all(self, own: _Waiting[Asked, Told]) -> None:
        """Ask for `own` and all who wait by now, and let the next go on."""
        self._wait_for_others()
        with self._lock:
            others, self._waiting = self._waiting, []
        told: Sequence[Told] = []
        try:
            told = self._ask([own.asked, *(other.asked for other in others)])
        except Exception:
            if not others:
                raise
        finally:
            self._call_next()
            own.is_alone = not told
            own.told = list(told[:1])
            for place, other in enumerate(others, 1):
                other.is_alone = not told
                other.told = list(told[place : place + 1])
                other.turn.release()

    def _call_next(self) -> None:
        with self._lock:
            self._is_under_way = bool(self._waiting)
            called = self._waiting.pop(0) if self._waiting else None
        if called is not None:
            called.turn.release()
