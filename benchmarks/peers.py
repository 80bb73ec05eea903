"""Measure other systems and the machine's own limits in one go with the site, and print how many times faster it is.

    python benchmarks/peers.py FOLDER [--base var/peers] [--seconds 10] [--repeat 3] [--prepare]

FOLDER holds a folder for each of them, with scripts of one form: `setup.sh` installs and fills it, `bench.py` prints a
JSON line a scenario. All are given the same content. What is not there, or cannot be installed, is told and left out.
`--prepare` installs and fills and measures nothing; what is prepared lies below `--base` and is used again.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from database import BASE_DIR

Row = dict[str, Any]

WAGTAIL, WORDPRESS, ISSO, LIMITS = "wagtail", "wordpress", "isso", "limits"
# In the order of what takes longest to install: what fails is then known last.
PYTHON_PEERS = (LIMITS, ISSO, WAGTAIL)
# Ours, and the scenario that it is compared with.
CPU = {
    WAGTAIL: {
        name: name for name in ("article20", "hot500", "home", "section", "search", "feed", "moderation_list")
    },
    WORDPRESS: {
        "article20": "article_uncached",
        "hot500": "hot_uncached",
        "home": "home",
        "section": "section",
        "search": "search",
        "feed": "rss",
        "moderation_list": "moderation_list",
    },
}
ACCEPTED = {WAGTAIL: "comment_submit", WORDPRESS: "comment_post", ISSO: "comment_submit"}
# Whoever measures says what it is a share of.
LIMIT_SCENARIOS = ("nginx static file", "bare WSGI function", "bare Django view, no middleware")


def run(command: list[Any], **settings: Any) -> str:
    """Run a script of theirs and return what it prints; what it says on the way is told to whoever measures."""
    done = subprocess.run(
        [str(part) for part in command],
        env=os.environ | {name: str(value) for name, value in settings.items()},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def prepare(peers: Path, base: Path) -> Iterator[str]:
    """Install and fill each of them; yield those that are ready."""
    content = base / "content.jsonl"
    if not content.exists():
        draft = content.with_suffix(".draft")
        run([sys.executable, BASE_DIR / "benchmarks" / "news_content.py", "--out", draft])
        draft.rename(content)
    for name in (*PYTHON_PEERS, WORDPRESS):
        folder, work = peers / name, base / name
        try:
            run([folder / "setup.sh"], WORKDIR=work, CONTENT=content)
            if name == WORDPRESS:
                if not (work / "urls.json").exists():
                    run([folder / "fill.sh", content], WORKDIR=work)
                # Its servers stay up else, beside what is measured first.
                run([folder / "setup.sh", "stop"], WORKDIR=work)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
            continue
        yield name


def measure_site(seconds: int, repeat: int, pages: Path) -> list[Row]:
    script = BASE_DIR / "benchmarks" / "rates.py"
    options = ["--seconds", seconds, "--repeat", repeat, "--pages", pages]
    return rows(run([sys.executable, script, *options]))


def measure(name: str, peers: Path, base: Path, seconds: int, repeat: int, pages: Path) -> list[Row]:
    """All rows of one of them. The limits hand out the very bytes of our pages."""
    folder, work = peers / name, base / name
    if name == WORDPRESS:
        try:
            run([folder / "setup.sh", "start"], WORKDIR=work)
            return rows(run([folder / "bench.sh"], WORKDIR=work, DUR=seconds, RUNS=repeat, WARM=1))
        finally:
            run([folder / "setup.sh", "stop"], WORKDIR=work)
    options: list[Any] = ["--seconds", seconds, "--repeat", repeat]
    if name == WAGTAIL:
        options += ["--servers", "granian", "--modes", "plain,pages", "--stores", "locmem"]
    elif name == ISSO:
        options += ["--servers", "granian"]
    else:
        options += ["--page", f"article20={pages / 'article20.html'}"]
    return rows(run([work / "venv" / "bin" / "python", folder / "bench.py", *options], WORKDIR=work))


def told(found: list[Row]) -> list[Row]:
    """Print rows as soon as they are there: what is measured later may fail."""
    for row in found:
        print(json.dumps(row, ensure_ascii=False), flush=True)
    return found


def rows(printed: str) -> list[Row]:
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]


def cpu(row: Row) -> float:
    """The processor's milliseconds of one request, of all processes that take part in it."""
    if "one_client" in row:
        return sum(row["one_client"]["cpu_ms"].values())
    return row["server_cpu_ms_per_request"]["median"]


def rate(row: Row) -> float:
    return (row.get("accepted_per_s") or row.get("rps") or row)["median"]


def ratios(ours: list[Row], theirs: dict[str, list[Row]]) -> Iterator[Row]:
    """How many times less of the processor a scenario of ours takes, or how many times as many are answered."""
    own = {row["scenario"]: row for row in ours}
    for name, found in theirs.items():
        # Of a mode with pages that are kept, each is compared with what we keep.
        made = {row["scenario"]: row for row in found if row.get("mode", "plain") == "plain"}
        for scenario, other in CPU.get(name, {}).items():
            if scenario in own and other in made and "error" not in made[other]:
                yield {
                    "scenario": scenario, "against": name, "what": "processor",
                    "ours": round(cpu(own[scenario]), 2), "theirs": round(cpu(made[other]), 2),
                    "ratio": round(cpu(made[other]) / cpu(own[scenario]), 2),
                }  # fmt: skip
        if (other := ACCEPTED.get(name)) in made:
            for scenario in ("comment_submit", "comment_submit_alike"):
                if scenario in own:
                    yield _of_rates(scenario, own[scenario], name, made[other])
    kept = own.get("article20_kept")
    for row in theirs.get(LIMITS, []) if kept else []:
        if row["scenario"] in LIMIT_SCENARIOS and row.get("encoding") == "gzip":
            server = row.get("server", "granian")
            if server == "granian":
                yield _of_rates("article20_kept", kept, row["scenario"], row)
    for row in theirs.get(WAGTAIL, []) if kept else []:
        if row["scenario"] == "article20" and row.get("mode", "").startswith("pages"):
            yield _of_rates("article20_kept", kept, f"{WAGTAIL}, pages kept", row)
    for row in theirs.get(WORDPRESS, []) if kept else []:
        if row["scenario"] == "article_cached_gzip":
            yield _of_rates("article20_kept", kept, f"{WORDPRESS}, nginx cache", row)


def _of_rates(scenario: str, ours: Row, name: str, theirs: Row) -> Row:
    return {
        "scenario": scenario,
        "against": name,
        "what": "per second",
        "ours": rate(ours),
        "theirs": rate(theirs),
        # A run of a second on a busy machine may end without one answer.
        "ratio": round(rate(ours) / rate(theirs), 2) if rate(theirs) else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("peers", type=Path, metavar="FOLDER")
    parser.add_argument("--base", type=Path, default=BASE_DIR / "var" / "peers")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--prepare", action="store_true")
    asked = parser.parse_args()
    peers, base = asked.peers.resolve(), asked.base.resolve()
    base.mkdir(parents=True, exist_ok=True)
    ready = list(prepare(peers, base))
    if asked.prepare:
        print(f"Ready below {base}: {', '.join(ready)}")
        return
    pages = base / "pages"
    ours = told(measure_site(asked.seconds, asked.repeat, pages))
    theirs: dict[str, list[Row]] = {}
    for name in ready:
        try:
            theirs[name] = told(measure(name, peers, base, asked.seconds, asked.repeat, pages))
        except subprocess.CalledProcessError as error:
            print(f"{name} was not measured to its end: {error}", file=sys.stderr)
            theirs[name] = told(rows(error.stdout or ""))
    print("| scenario | against | measured | ours | theirs | times |")
    print("|---|---|---|---:|---:|---:|")
    for row in ratios(ours, theirs):
        print("| {scenario} | {against} | {what} | {ours} | {theirs} | {ratio} |".format(**row))


if __name__ == "__main__":
    main()
