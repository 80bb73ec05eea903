"""Have a former release answer on the schema of this one, as it does while a deployment replaces its processes.

Run from the root of the repository; it makes a site of its own:

    python benchmarks/former_release.py [COMMIT]

COMMIT is that of the former release, by default the one before the last change of a migration. Its code is taken from
git into a temporary folder and served over a database that this release has migrated and filled: pages are read,
comments sent, one decided upon by the desk. One JSON line; `failed` is to be 0.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from database import BASE_DIR, site

COMMENTS = 40


def git(*arguments: object) -> str:
    command = ["git", "-C", BASE_DIR, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def unpacked(revision: str) -> Iterator[tuple[str, Path]]:
    """The short name of a commit, and a folder with its code."""
    commit = git("rev-parse", "--short", revision)
    with tempfile.TemporaryDirectory() as folder:
        packed, code = Path(folder) / "code.tar", Path(folder) / "code"
        git("archive", "--output", packed, commit)
        shutil.unpack_archive(packed, code)
        yield commit, code


def serve(code: Path, var_dir: Path) -> dict[str, object]:
    from django.db import connections

    from tests import factories, kills
    from tests.faults.test_serve import Site

    for name in ("secret-key", "email-key", "fingerprint-key"):
        shutil.copy(Path(os.environ["VAR_DIR"]) / name, var_dir)
    threads, sessions = kills.prepare(4)
    paths = [
        "/", "/archive/", "/corrections/", "/feed/", "/search/?q=GPT", "/healthz",
        *(quote(factories.published().get_absolute_url()) for _number in range(3)),
    ]  # fmt: skip
    connections.close_all()
    former = Site(
        var_dir, "--no-demo", "--no-worker", DATABASE_URL=os.environ["DATABASE_URL"], PROXY_HOPS="1"
    )
    former.command = lambda: [sys.executable, code / "manage.py", "serve", "--no-demo", "--no-worker"]
    former.environment["PYTHONPATH"] = str(code)
    former.start()
    try:
        statuses = {path: former.status(path) for path in paths}
        campaign = kills.Campaign(former.port, threads, sessions)
        campaign.start(2)
        former.wait_for(
            lambda: len(campaign.told.receipts) >= COMMENTS and len(campaign.told.decided) >= COMMENTS // 2
        )
        campaign.end()
    finally:
        former.process.terminate()
        former.process.wait(30)
    found = kills.audit(campaign.told)
    wrong = [path for path, status in statuses.items() if status != 200]
    return {
        "pages": len(paths),
        "failed": len(wrong) + sum(campaign.told.refused.values()) + found["lost"] + found["doubled"],
        "failures": wrong + list(campaign.told.refused),
        "comments": len(campaign.told.receipts),
        "decisions": len(campaign.told.decided),
        **{name: found[name] for name in ("lost", "doubled", "mails_without_cause", "mails_missing")},
    }


def main() -> int:
    newest = git("log", "-1", "--no-merges", "--format=%H", "--", "*/migrations/*.py")
    with (
        unpacked(sys.argv[1] if len(sys.argv) > 1 else f"{newest}^") as (commit, code),
        tempfile.TemporaryDirectory() as var_dir,
    ):
        row = {"former": commit, **serve(code, Path(var_dir))}
    print(json.dumps(row), flush=True)
    return row["failed"] > 0


if __name__ == "__main__":
    with site():
        code = main()
    sys.exit(code)
