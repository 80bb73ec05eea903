"""A site with the content of `news_content`, for a measurement."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from database import BASE_DIR, site


@contextmanager
def filled(articles: int, comments: int, hot: int, pending: int) -> Iterator[Path]:
    """A site with that content, its words counted and its tables analyzed; yields the folder of its database."""
    with site():
        from django.core.management import call_command
        from django.db import connection

        from articles import search_index

        folder = Path(os.environ["VAR_DIR"])
        content = folder / "content"
        # A pipe: a million articles need not lie beside the database.
        os.mkfifo(content)
        generator = [
            sys.executable, BASE_DIR / "benchmarks" / "news_content.py", "--out", content,
            "--articles", articles, "--comments", comments, "--hot", hot, "--pending", pending,
        ]  # fmt: skip
        with subprocess.Popen([str(part) for part in generator]):
            call_command("load_content", str(content), stdout=sys.stderr)
        search_index.count_all()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        yield folder / "postgres"
