"""Measure exports: how fast each form is made, in how much memory, and what becomes of one that is killed.

Run from the root of the repository; it makes a site of its own, with the content of `news_content`:

    python benchmarks/exports.py [--articles 10000] [--comments 10] [--kills 5] [--forms wxr jsonl static]

Each form is made by `manage.py export` in a process of its own, first undisturbed and then killed with SIGKILL at
moments drawn by chance and asked for again until it is whole. A line of JSON for each tells the processor time, the
rows a second, the peak of the resident memory, and whether what was killed is the same as what was not: byte for byte,
but for the moment when its rows were taken.
"""

import argparse
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from database import BASE_DIR
from filled_site import filled

# Written once each: when the rows were taken, and the sum of the file in which that stands.
_MOMENT = re.compile(
    rb'created="[^"]*"|<pubDate>[^<]*</pubDate>|"taken_at": "[^"]*"|"sha256_of_sums": "[^"]*"'
)


def command(form: str, target: Path) -> list[str]:
    return [sys.executable, str(BASE_DIR / "manage.py"), "export", form, str(target)]


def run(form: str, target: Path) -> dict[str, float]:
    """Make an export undisturbed; seconds of the processor and on the clock, and the peak of its memory in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    # A process in between, whose children are this export alone: the peak is the highest of all that ended.
    told = subprocess.run(
        [sys.executable, "-c", _WATCH, *command(form, target)], check=True, capture_output=True, text=True
    ).stdout.splitlines()[-1]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "cpu_s": round(spent, 1),
        "wall_s": round(time.monotonic() - begun, 1),
        "peak_mb": int(told) // 1024,
    }


_WATCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def run_killed(form: str, target: Path, seconds: float, kills: int, chance: random.Random) -> int:
    """Make an export that is killed so often; how often it was."""
    killed = 0
    while not target.exists():
        process = subprocess.Popen(command(form, target), stdout=subprocess.DEVNULL)
        if killed < kills:
            try:
                process.wait(seconds * chance.uniform(0.3, 0.9))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                killed += 1
        if process.wait() not in (0, -signal.SIGKILL):
            raise RuntimeError(f"{form} failed")
    return killed


def contents(target: Path) -> dict[str, bytes]:
    import hashlib

    found = {}
    for path in target.rglob("*"):
        if path.is_file() and path.name != "SHA256SUMS":
            read = path.read_bytes()
            if path.suffix in {".xml", ".json"}:
                read = _MOMENT.sub(b"", read)
            found[str(path.relative_to(target))] = hashlib.sha256(read).digest()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--comments", type=int, default=10, help="on each article")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--forms", nargs="+", default=["jsonl", "wxr", "static"])
    parser.add_argument("--keep", type=Path, help="copy the exports there")
    asked = parser.parse_args()
    chance = random.Random(7)  # noqa: S311 - the same every time
    with filled(asked.articles, asked.comments, 500, 1_000):
        folder = Path(os.environ["VAR_DIR"]) / "made"
        for form in asked.forms:
            whole, killed = folder / f"{form}-whole", folder / f"{form}-killed"
            figures = run(form, whole)
            times = run_killed(form, killed, figures["wall_s"], asked.kills, chance)
            counts = json.loads((whole / "manifest.json").read_text())["counts"]
            rows = counts.get("pages") or sum(counts.values())
            size = sum(path.stat().st_size for path in whole.rglob("*") if path.is_file())
            told = {
                "form": form,
                "articles": asked.articles,
                "rows_or_pages": rows,
                "mb": size // 1_000_000,
                **figures,
                "per_cpu_second": round(rows / figures["cpu_s"]),
                "killed": times,
                "same": contents(whole) == contents(killed),
                "loadavg1": round(os.getloadavg()[0], 2),
            }
            print(json.dumps(told), flush=True)
            if asked.keep:
                shutil.copytree(whole, asked.keep / form)


if __name__ == "__main__":
    main()
