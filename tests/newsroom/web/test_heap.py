"""One heap for all threads, of which the free goes back."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, sys, threading
from newsroom.web import heap

if sys.argv[1] == "shared":
    heap.share()
meet = threading.Barrier(8)

def take():
    meet.wait()
    # Beyond what Python's own allocator gives, and below what the C library maps by itself.
    kept = [bytes(20_000) for _ in range(100)]
    meet.wait()

threads = [threading.Thread(target=take) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
library = ctypes.CDLL(None)
library.fdopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, file)
library.fflush(file)
"""

pytestmark = pytest.mark.skipif(
    not hasattr(os, "confstr") or not (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc"),
    reason="Another C library has its own ways.",
)


@pytest.mark.parametrize(("how", "is_one"), [("shared", True), ("each", False)])
def test_threads_share_one_heap(how, is_one):
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True
    ).stdout

    assert (told.count("<heap ") == 1) is is_one
