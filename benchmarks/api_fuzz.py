"""Ask the interface for programs what its own description makes schemathesis think of, and look through its answers.

Run `python benchmarks/api_fuzz.py` from the root of the repository; BENCH_EXAMPLES says how many cases an operation
gets in each phase, BENCH_TURNS which of the turns are run. The site is served as `manage.py serve` runs it, with demo
content, by turns for nobody, for a token of each scope and for one of all. All checks of schemathesis are on; what it
expects of data that the description allows is widened by `REFUSED`. Counts of rates are taken away all the while, else
most of it would be answered 429. Printed is a line of JSON a turn; it ends with 1 where anything was found, a turn
answered 5xx, or where an answer told of what is planted for that: a draft, a held comment and addresses of mail.
"""

import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from database import site
from served_site import Site, served

from tests import canaries

EXAMPLES = int(os.environ.get("BENCH_EXAMPLES", "60"))
HEADLINE, COMMENT = "مسوّدة-كتومة", "تعليق-كتوم"
# By whom they may be read; nobody reads the others.
SEEN_BY = {HEADLINE: {"drafts:read", "all"}, COMMENT: {"comments:moderate", "all"}, canaries.MARK: set()}
# What a description cannot say is refused in words: a name without letters, an address that leads nowhere, a file that
# is no picture. 410 is what an article answers that was taken back.
REFUSED = ["2xx", "3xx", "401", "403", "404", "409", "410", "429"]
SETTINGS = f"""
[checks.positive_data_acceptance]
expected-statuses = {json.dumps(REFUSED)}

[[operations]]
include-path = ["/api/v1/drafts/", "/api/v1/drafts/{{number}}/", "/api/v1/images/"]

[operations.checks.positive_data_acceptance]
expected-statuses = {json.dumps([*REFUSED, "413", "422"])}
"""


@contextmanager
def unlimited() -> Iterator[None]:
    """Take counts of rates away, for as long as this lasts."""
    from django.db import connection

    done = threading.Event()

    def sweep() -> None:
        while not done.wait(0.5):
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM newsroom_rate WHERE key LIKE 'token:%'")
        connection.close()

    thread = threading.Thread(target=sweep)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def tokens_of_scopes() -> dict[str, str]:
    from django.contrib.auth.models import User
    from django.utils import timezone

    from newsroom.api import tokens
    from newsroom.api.models import Scope

    root = User.objects.create_superuser("root")
    wanted = {"nobody": [], **{scope.value: [scope] for scope in Scope}, "all": list(Scope)}
    expires_at = timezone.now() + timedelta(days=1)
    return {
        name: tokens.make(root, name=name, scopes=scopes, expires_at=expires_at)[1] if scopes else ""
        for name, scopes in wanted.items()
    }


def plant() -> None:
    """A draft, a held comment and addresses, of which nothing is told to whoever may not know them."""
    from django.contrib.auth.models import User

    from articles.models import Article
    from tests import factories

    article = Article.objects.published().first()
    factories.draft(headline=HEADLINE, body=f"<p>{HEADLINE}</p>")
    factories.sent(article, body=COMMENT, author_name=COMMENT, email=canaries.address(0))
    factories.approved(article, email=canaries.address(1))
    User.objects.update(email=canaries.address(2))


def turn(served_at: Site, name: str, token: str, folder: Path) -> dict[str, object]:
    folder = folder / name.replace(":", "-")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "schemathesis.toml").write_text(SETTINGS)
    report = folder / "report.ndjson"
    address = f"http://127.0.0.1:{served_at.port}"
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{address}/api/v1/openapi.json",
        "--url", address, "--checks", "all", "--max-examples", str(EXAMPLES), "--seed", "7",
        "--continue-on-failure", "--no-color", "--report-ndjson-path", str(report),
        "--suppress-health-check", "all", "--generation-database", "none", "--output-sanitize", "false",
    ]  # fmt: skip
    if token:
        command += ["-H", f"Authorization: Bearer {token}"]
    begun = time.monotonic()
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    (folder / "log").write_text(run.stdout + run.stderr)
    statuses, told = read(report, {secret for secret, seen_by in SEEN_BY.items() if name not in seen_by})
    cases = re.search(r"(\d+) generated", run.stdout)
    return {
        "turn": name,
        "cases": int(cases[1]) if cases else 0,
        "statuses": dict(sorted(statuses.items())),
        "failed": sum(count for status, count in statuses.items() if status >= 500),
        "told": sorted(told),
        "violations": sum(map(int, re.findall(r"ST\d+ .*: (\d+)", run.stdout))),
        "code": run.returncode,
        "seconds": round(time.monotonic() - begun),
    }


def read(report: Path, secrets: set[str]) -> tuple[Counter[int], set[str]]:
    """How often which status was answered, and which of the secrets an answer told; addresses in any shape."""
    statuses: Counter[int] = Counter()
    told: set[str] = set()
    find = canaries.Search(3)
    with report.open() as lines:
        for line in lines:
            recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
            for interaction in recorder.get("interactions", {}).values():
                if not (response := interaction.get("response")):
                    continue
                statuses[response["status_code"]] += 1
                content = (response.get("content") or {}).get("$base64", "")
                text = base64.b64decode(content).decode(errors="replace") + json.dumps(response["headers"])
                told |= {secret for secret in secrets if secret in text} | find(text)
    return statuses, told


def main() -> int:
    with site():
        from newsroom.demo import seeding

        seeding.seed()
        secrets = tokens_of_scopes()
        plant()
        folder = Path(os.environ.get("BENCH_FOLDER") or tempfile.mkdtemp(prefix="api-fuzz-"))
        is_well = True
        with served(os.getpid(), {}) as served_at, unlimited():
            for name in os.environ.get("BENCH_TURNS", "").split() or secrets:
                found = turn(served_at, name, secrets[name], folder)
                print(json.dumps(found), flush=True)
                is_well &= not (found["failed"] or found["told"] or found["code"])
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
