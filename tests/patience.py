"""How long a test waits for work that may never end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

# What is linear takes a tenth of it on a slow machine, what is not takes many times as much.
SECONDS = 20


@contextmanager
def ends() -> Iterator[None]:
    """Fail when the block has used so many seconds of the processor, whatever else the machine is doing.

    The signal also comes through within a regular expression.
    """

    def give_up(*_):
        raise TimeoutError(f"still at work after {SECONDS} seconds of the processor")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
