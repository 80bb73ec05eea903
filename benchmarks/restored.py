"""How long it takes to save a site, to look at what was saved, and to have the site again from it on an empty machine.

Run from the root of the repository; it makes two sites of its own:

    python benchmarks/restored.py [--articles 10000] [--comments 10] [--pages 200]

A site with that content and pictures for a hundred articles is saved by `manage.py backup` and looked at by
`restore_check`. Then `restore` brings it into the empty database of another folder with the same keys, the site is
started there, and as many pages are read as were read before. One JSON line: seconds of each step, the time until
readers have the site again (`rto_s`: restore, start, first page), megabytes, and how many pages are other bytes.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from database import BASE_DIR
from filled_site import filled
from served_site import Site, postmaster, served

PICTURES = 100


def command(*arguments: object) -> float:
    """Run `manage.py` so and return how many seconds it took."""
    begun = time.monotonic()
    subprocess.run(
        [sys.executable, BASE_DIR / "manage.py", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL
    )
    return round(time.monotonic() - begun, 1)


def read(found: Site, paths: list[str]) -> dict[str, bytes]:
    return {path: found.get(path)[1] for path in paths}


def megabytes(folder: Path) -> float:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1_000_000, 1)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--comments", type=int, default=10)
    parser.add_argument("--pages", type=int, default=200)
    asked = parser.parse_args()
    # What differs between two machines otherwise.
    settings = {"SITE_URL": "http://nashra.example", "ALLOWED_HOSTS": "127.0.0.1", "PAGE_CACHE_MB": "0"}
    os.environ |= settings
    with filled(asked.articles, asked.comments, 100, 500) as data_dir:
        from django.db import connection, connections
        from django.utils.encoding import iri_to_uri

        from articles import publishing, renditions
        from articles.models import Article
        from newsroom import embedded_postgres
        from tests import factories

        var_dir = Path(os.environ["VAR_DIR"])
        newest = list(Article.objects.published().order_by("-published_at")[: asked.pages])
        for article in newest[:PICTURES]:
            article.hero = factories.image()
            publishing.save(article)
        renditions.make_due()
        paths = ["/", *(iri_to_uri(article.get_absolute_url()) for article in newest)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            (size,) = cursor.fetchone()
        connections.close_all()
        with served(postmaster(data_dir), {}) as found:
            before = read(found, paths)
        backups = var_dir / "backups"
        backup_s = command("backup")
        (saved,) = [folder for folder in backups.iterdir() if folder.is_dir()]
        check_s = command("restore_check")
        with tempfile.TemporaryDirectory(prefix="restored-") as name:
            other = Path(name)
            for key in ("secret-key", "email-key", "fingerprint-key"):
                shutil.copy(var_dir / key, other / key)
            url = embedded_postgres.start(other / "postgres")
            os.environ |= {"VAR_DIR": name, "DATABASE_URL": url}
            # Static files come with the release, not with the backup.
            shutil.copytree(var_dir / "static", other / "static")
            for path in var_dir.glob("static.*"):
                shutil.copy(path, other / path.name)
            begun = time.monotonic()
            restore_s = command("restore", saved)
            with served(postmaster(other / "postgres"), {}) as found:
                found.get("/")
                rto_s = round(time.monotonic() - begun, 1)
                after = read(found, paths)
            embedded_postgres.stop(other / "postgres")
        os.environ["VAR_DIR"] = str(var_dir)
        row = {
            "articles": asked.articles,
            "database_mb": round(size / 1_000_000),
            "media_mb": megabytes(var_dir / "media"),
            "backup_mb": megabytes(saved),
            "backup_s": backup_s,
            "restore_check_s": check_s,
            "restore_s": restore_s,
            "rto_s": rto_s,
            "pages": len(paths),
            "other_bytes": sum(before[path] != after[path] for path in paths),
            "loadavg1": round(os.getloadavg()[0], 2),
        }
    print(json.dumps(row), flush=True)
    return row["other_bytes"] > 0


if __name__ == "__main__":
    sys.exit(main())
