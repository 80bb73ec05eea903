"""A site with a PostgreSQL of its own for a benchmark: durable as in production, and removed afterwards."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))


@contextmanager
def site() -> Iterator[None]:
    """Set Django up with an empty, migrated database. Models can be imported within, not before."""
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    os.environ |= {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "newsroom.settings"}
    from newsroom import embedded_postgres

    os.environ["DATABASE_URL"] = embedded_postgres.start(folder / "postgres")
    try:
        import django
        from django.core.management import call_command

        django.setup()
        from newsroom import static_files

        call_command("migrate", verbosity=0)
        call_command("messages")
        static_files.collect_stale()
        yield
    finally:
        embedded_postgres.stop(folder / "postgres")
        shutil.rmtree(folder)
