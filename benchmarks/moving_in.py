"""Move a newsroom in from WordPress: how fast, in how much memory, killed in the middle, twice, and every old address.

Run from the root of the repository; it makes sites of its own and an export of `wordpress_archive`:

    python benchmarks/moving_in.py [--posts 10000] [--comments 200000] [--kills 3] [--addresses 0]

`manage.py import_wordpress` runs as an operator runs it, once to the end; then again. Into another database it runs
until it is killed by SIGKILL, at moments that are spread over the time it takes, and is begun again until it ends. Then
the site is served, and every address that its published posts had is asked for once (with `--addresses`, so many of
them). Printed is one JSON line: items (posts and comments) a second of the wall clock and of the processor, the largest
proportional set size of the importing process in megabytes of 2^20 bytes, and `same_after_kills`, `same_when_repeated`,
`reconciled` and `addresses_wrong`, which are to be true, true, true and 0.
"""

import argparse
import hashlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil
import wordpress_archive
from database import BASE_DIR, site
from served_site import MEGABYTE, PAGES_KEPT, NoPrograms, postmaster, processor_seconds, served

LOOK_SECONDS = 0.2


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--comments", type=int, default=200_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--addresses", type=int, default=0)
    parser.add_argument("--digest", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.digest:
        _print_digest()
        return 0
    with tempfile.TemporaryDirectory(prefix="moving-in-") as folder, site():
        row = measured(Path(folder), asked)
    print(json.dumps(row), flush=True)
    is_right = row["same_after_kills"] and row["same_when_repeated"] and row["reconciled"]
    return not is_right or row["addresses_wrong"] > 0


def measured(folder: Path, asked: argparse.Namespace) -> dict:
    from django.db import connections

    made = wordpress_archive.write(folder, asked.posts, asked.comments)
    items = made["posts"] + made["comments"]
    other = _another_database()
    connections.close_all()
    whole = Run(folder, "whole")
    whole.until_it_ends()
    _tell("imported", whole)
    first = _digest(os.environ["DATABASE_URL"])
    again = Run(folder, "again")
    again.until_it_ends()
    _tell("imported again", again)
    report = json.loads((folder / "whole.json").read_text("utf-8"))
    second = _digest(os.environ["DATABASE_URL"])
    killed = [_killed(folder, other, whole.seconds * share) for share in _shares(asked.kills)]
    resumed = Run(folder, "resumed", other)
    resumed.until_it_ends()
    _tell(f"killed after {killed}, and resumed", resumed)
    third = _digest(other)
    asked_for, wrong, examples = _ask_addresses(folder, asked.addresses)
    return {
        **made,
        "megabytes": round(made["bytes"] / MEGABYTE),
        "seconds": round(whole.seconds, 1),
        "items_a_second": round(items / whole.seconds),
        "items_a_processor_second": round(items / whole.processor_seconds),
        "items_a_processor_second_with_the_database": round(
            items / (whole.processor_seconds + whole.database_seconds)
        ),
        "pss_mb": round(whole.most / MEGABYTE),
        "seconds_again": round(again.seconds, 1),
        "killed_after_s": [round(seconds, 1) for seconds in killed],
        "came": report["totals"],
        "comments_came": report["comments"],
        "reconciled": not report["unreconciled"],
        "same_when_repeated": first == second,
        "same_after_kills": first["content"] == third["content"],
        "addresses_asked": asked_for,
        "addresses_wrong": wrong,
        "examples": examples,
        "loadavg1": round(os.getloadavg()[0], 2),
    }


def _tell(done: str, run: "Run") -> None:
    """How far it is, for who waits; at full size it takes an hour."""
    seconds, processor_seconds = round(run.seconds), round(run.processor_seconds)
    print(
        f"{done}: {seconds} s, {processor_seconds} s of the processor, {run.most // MEGABYTE} MB",
        file=sys.stderr,
        flush=True,
    )


def _shares(kills: int) -> list[float]:
    """When it is killed, as shares of the time that it takes; each run goes on from where the one before was ended."""
    return [0.55 + 0.1 * number for number in range(kills)]


class Run:
    """The command in a process of its own, whose memory and processor time are looked at while it runs."""

    def __init__(self, folder: Path, name: str, database: str = "") -> None:
        environ = os.environ | ({"DATABASE_URL": database} if database else {})
        command = [
            sys.executable,
            str(BASE_DIR / "manage.py"),
            "import_wordpress",
            str(folder / "export.xml"),
        ]
        command += ["--media", str(folder / "uploads"), "--report", str(folder / f"{name}.json")]
        self._log = (folder / f"{name}.log").open("w+")
        self.begun = time.monotonic()
        self._database_before = _database_seconds()
        self.process = subprocess.Popen(command, env=environ, stdout=self._log, stderr=self._log)
        self.most = 0
        self.processor_seconds = self.database_seconds = self.seconds = 0.0

    def look(self) -> bool:
        """Whether it still runs."""
        with suppress(psutil.Error):
            process = psutil.Process(self.process.pid)
            self.most = max(self.most, process.memory_full_info().pss)
            times = process.cpu_times()
            self.processor_seconds = times.user + times.system
        return self.process.poll() is None

    def until_it_ends(self) -> None:
        while self.look():
            time.sleep(LOOK_SECONDS)
        self.seconds = time.monotonic() - self.begun
        self.database_seconds = _database_seconds() - self._database_before
        if self.process.returncode:
            self._log.seek(0)
            raise RuntimeError(f"The import failed: {self._log.read()[-2_000:]}")


def _database_seconds() -> float:
    return processor_seconds(postmaster(Path(os.environ["VAR_DIR"]) / "postgres"))


def _killed(folder: Path, database: str, after: float) -> float:
    run = Run(folder, "killed", database)
    while run.look() and time.monotonic() < run.begun + after:
        time.sleep(0.01)
    run.process.kill()
    run.process.wait()
    return time.monotonic() - run.begun


def _another_database() -> str:
    import psycopg

    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE other")
    parts = urlsplit(address)
    other = parts._replace(path="/other").geturl()
    subprocess.run(
        [sys.executable, str(BASE_DIR / "manage.py"), "migrate", "--verbosity", "0"],
        env=os.environ | {"DATABASE_URL": other},
        check=True,
    )
    return other


# What is there


def _digest(database: str) -> dict[str, str]:
    ran = subprocess.run(
        [sys.executable, __file__, "--digest"],
        env=os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "newsroom.settings"},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(ran.stdout)


def _print_digest() -> None:
    """Digests of all that an import stores: of what it says, whatever numbers its rows have, and of the rows."""
    import django

    django.setup()
    content, rows = hashlib.sha256(), hashlib.sha256()
    for said, row in _facts():
        content.update(repr(said).encode("utf-8", "surrogatepass"))
        rows.update(repr((said, row)).encode("utf-8", "surrogatepass"))
    print(json.dumps({"content": content.hexdigest(), "rows": rows.hexdigest()}))


def _facts() -> Iterator[tuple]:
    from articles.models import (
        Arrangement,
        Article,
        Author,
        Figure,
        Image,
        Revision,
        SearchEntry,
        Section,
        Tag,
    )
    from comments.models import Comment, Decision, Finding, Thread
    from newsroom import encryption
    from newsroom.wordpress.models import ImportedComment, ImportedItem, OldAddress

    for model in (Section, Tag, Author):
        for row in model.objects.order_by("slug"):
            yield (model.__name__, row.name, row.slug), row.pk
    slugs = dict(Article.objects.values_list("pk", "slug"))
    names = {
        "section": dict(Section.objects.values_list("pk", "slug")),
        "tag": dict(Tag.objects.values_list("pk", "slug")),
        "author": dict(Author.objects.values_list("pk", "slug")),
        "image": dict(Image.objects.values_list("pk", "digest")),
        "article": slugs,
    }
    for article in Article.objects.order_by("slug").prefetch_related("tags", "bylines").iterator(500):
        yield (
            article.slug, article.headline, article.summary, article.body, article.body_html, article.status,
            article.published_at, article.is_public and article.modified_at, article.version, article.words,
            article.search_text,
            names["section"][article.section_id], names["image"].get(article.hero_id),
            sorted(tag.slug for tag in article.tags.all()),
            [names["author"][line.author_id] for line in article.bylines.all()],
        ), article.pk  # fmt: skip
    known = ImportedComment.objects.values_list("item__guid", "number_there", "number")
    there = {number: (item, there) for item, there, number in known}
    comments = Comment.objects.order_by("article__slug", "path")
    for row in comments.values_list(
        "pk", "article_id", "parent_id", "depth", "author_name", "email_encrypted", "website", "body", "status",
        "is_shown", "version", "created_at",
    ).iterator():  # fmt: skip
        pk, article, parent, depth, name, email, *rest = row
        said = (
            slugs[article],
            there[pk],
            there.get(parent),
            depth,
            name,
            email and encryption.decrypt(email),
            rest,
        )
        yield said, (pk, email)
    for item in ImportedItem.objects.order_by("guid"):
        yield (item.guid, item.kind, item.digest, item.notes), (item.pk, item.number, item.at)
    for row in OldAddress.objects.order_by("key"):
        target = names.get(row.kind, {}).get(
            row.number, row.number if row.kind in ("archive", "feed") else "page"
        )
        yield (row.address, row.kind, target), (row.pk, row.number)
    for row in Arrangement.objects.order_by("pk"):
        yield ([(pick["slot"], slugs[pick["article"]]) for pick in row.picks],), row.pk
    for model in (Decision, Finding, Thread, Figure, Revision, SearchEntry):
        yield (model.__name__, model.objects.count()), None


# Addresses


def _ask_addresses(folder: Path, most: int) -> tuple[int, int, list]:
    """Ask the site, as it is served, for every old address: one redirect to the page of the post, which is there."""
    from django.utils.encoding import iri_to_uri

    from articles.models import Article
    from newsroom.wordpress.models import ImportedItem

    numbers = dict(ImportedItem.objects.filter(kind="article").values_list("guid", "number"))
    places = {
        article.pk: iri_to_uri(article.get_absolute_url())
        for article in Article.objects.only("slug").iterator()
    }
    asked_for, wrong, examples = 0, 0, []
    with served(postmaster(Path(os.environ["VAR_DIR"]) / "postgres"), PAGES_KEPT) as found:
        host = urlsplit(os.environ.get("SITE_URL", "")).netloc or f"127.0.0.1:{found.port}"
        wire = http.client.HTTPConnection("127.0.0.1", found.port, timeout=60)

        def ask(path: str) -> tuple[int, str]:
            wire.request("GET", path, headers={"Host": host})
            answer = wire.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Location", "")

        for line in (folder / "addresses.jsonl").open(encoding="utf-8"):
            post = json.loads(line)
            place = places[numbers[post["guid"]]]
            for address in post["addresses"]:
                if most and asked_for >= most:
                    break
                asked_for += 1
                told = ask(quote(address, safe="/?=%&"))
                if told != (301, place):
                    wrong += 1
                    examples += [(address, told, place)] if len(examples) < 5 else []
            if asked_for % 50 == 0 and ask(place)[0] != 200:
                wrong += 1
                examples.append((place, "is not there"))
    return asked_for, wrong, examples


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NoPrograms as missing:
        sys.exit(str(missing))
