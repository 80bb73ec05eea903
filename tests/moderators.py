"""A moderator as a process of its own: claims the next comments, decides on them, until none waits.

Run as `python -m tests.moderators NAME BATCH BULK LEASE_SECONDS` against DATABASE_URL. It says "ready", waits for a
line, works, and says as JSON what it decided; with BULK 0 it claims one batch, says which, and does nothing more.
"""

import itertools
import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
PAUSE_SECONDS = 0.02
VERBS = [("approved", ""), ("rejected", "abuse"), ("spam", "")]


def start(name: str, *, batch: int = 10, bulk: int = 10, lease: float = 300) -> subprocess.Popen:
    """Start such a process on the present database, and wait until it is ready."""
    from django.db import connection

    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.moderators", name, str(batch), str(bulk), str(lease)],
        cwd=BASE_DIR,
        env=os.environ | {"DATABASE_URL": url.geturl()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen) -> None:
    process.stdin.write("go\n")
    process.stdin.flush()


def result(process: subprocess.Popen) -> dict:
    """What the process said at its end."""
    said, _nothing = process.communicate(timeout=300)
    assert process.returncode == 0
    return json.loads(said)


def _work(name: str, batch: int, bulk: int, lease: float) -> None:
    from django.contrib.auth.models import User

    from comments import claims, moderation
    from comments.models import Comment
    from comments.queue import Wanted

    moderator = User.objects.get(username=name)
    moderator.has_perm(moderation.PERMISSION)
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.monotonic()
    decided, conflicts = [], 0
    verbs = itertools.cycle(VERBS)
    while True:
        claimed = claims.claim_next(
            Wanted().all_comments(), batch, by=moderator, lease=timedelta(seconds=lease)
        )
        if not bulk:
            print(json.dumps([comment.pk for comment in claimed]), flush=True)
            time.sleep(600)
        if not claimed and not Comment.objects.held().exists():
            break
        if not claimed:
            # Others have the rest before them, or had.
            time.sleep(PAUSE_SECONDS)
        for first in range(0, len(claimed), bulk):
            versions = {comment.pk: comment.version for comment in claimed[first : first + bulk]}
            to_status, reason = next(verbs)
            outcome = moderation.decide(
                versions, to_status, by=moderator, reason=reason, respects_claims=True
            )
            decided += [comment.pk for comment in outcome.decided]
            conflicts += len(outcome.conflicts) + len(outcome.held)
    seconds = time.monotonic() - begun
    print(json.dumps({"decided": decided, "conflicts": conflicts, "seconds": seconds}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    import django

    django.setup()
    _work(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
