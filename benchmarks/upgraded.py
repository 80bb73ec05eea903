"""Have the database of a former release, dumped and restored, migrated by this one, and compare what is in it.

Run from the root of the repository; it makes a site of its own:

    python benchmarks/upgraded.py COMMIT [--articles 0] [--comments 10] [--pending 500]

The code of COMMIT is taken from git, migrates an empty database and fills it: an archive or, without `--articles`, the
demo with its staff, drafts, pictures, held comments and mails. That is dumped, restored beside it, and migrated by this
release. Every row of every table is then compared in the columns that both have, addresses are decrypted, and pages are
opened; it ends with an error where one cannot be. One JSON line; `lost`, tables with other rows or fewer columns, is to
be empty.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from database import BASE_DIR, site
from former_release import unpacked

_COLUMNS = """
SELECT table_name, array_agg(column_name::text ORDER BY column_name) FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY table_name
"""
# Django's own list of what was done, which is longer afterwards.
_LONGER = {"django_migrations", "django_content_type", "auth_permission", "auth_group_permissions"}


def rows(wire, table: str, columns: list[str]) -> tuple[int, str]:
    """How many there are, and a hash of them in these columns, in whatever order they stand."""
    from psycopg import sql

    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    query = sql.SQL(
        "SELECT count(*), coalesce(sum(('x' || left(md5(row::text), 15))::bit(60)::bigint), 0)"
        " FROM (SELECT ROW({}) AS row FROM {}) AS rows"
    ).format(listed, sql.Identifier(table))
    count, total = wire.execute(query).fetchone()
    return count, str(total)


def manage(code: Path, *arguments: object, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, code / "manage.py", *map(str, arguments)],
        cwd=code, env=os.environ | {"PYTHONPATH": str(code)} | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{arguments}: {done.stderr[-2_000:]}")
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("commit")
    parser.add_argument("--articles", type=int, default=0)
    parser.add_argument("--comments", type=int, default=10)
    parser.add_argument("--pending", type=int, default=500)
    asked = parser.parse_args()

    import psycopg
    from psycopg.conninfo import make_conninfo

    from newsroom import backups, postgres_cluster
    from newsroom.management.commands.restore_check import open_pages

    var_dir = Path(os.environ["VAR_DIR"])
    before, after = ({**backups.database_of_the_site(), "dbname": name} for name in ("before", "after"))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as wire:
        for database in (before, after):
            wire.execute(f"CREATE DATABASE {database['dbname']} TEMPLATE template0")
        server = wire.info.server_version // 10_000
    url = os.environ["DATABASE_URL"]
    of_before, of_after = (
        {"DATABASE_URL": url.replace("/postgres?", f"/{name}?")} for name in ("before", "after")
    )
    with unpacked(asked.commit) as (commit, code):
        content = code / "content.jsonl"
        manage(code, "migrate", "--no-input", **of_before)
        if asked.articles:
            subprocess.run(
                [sys.executable, code / "benchmarks" / "news_content.py", "--out", content,
                 "--articles", str(asked.articles), "--comments", str(asked.comments), "--hot", "50",
                 "--pending", str(asked.pending)], check=True,
            )  # fmt: skip
            manage(code, "load_content", content, **of_before)
        else:
            manage(code, "seed_demo", **of_before)
    dump = var_dir / "former.dump"
    for program, database, more in (("pg_dump", before, ["--format=custom", f"--file={dump}"]),
                                    ("pg_restore", after, ["--no-owner", "--exit-on-error", dump])):  # fmt: skip
        command = [postgres_cluster.program(program, server), f"--dbname={make_conninfo(**database)}", *more]
        subprocess.run(command, check=True)
    begun = time.monotonic()
    manage(BASE_DIR, "migrate", "--no-input", **of_after)
    migrated = time.monotonic() - begun
    lost, counted = {}, 0
    with psycopg.connect(make_conninfo(**before)) as old, psycopg.connect(make_conninfo(**after)) as new:
        now = dict(new.execute(_COLUMNS).fetchall())
        for table, columns in old.execute(_COLUMNS).fetchall():
            kept = [column for column in columns if column in now.get(table, ())]
            if table in _LONGER:
                continue
            if not kept:
                lost[table] = "gone"
                continue
            was, is_now = rows(old, table, kept), rows(new, table, kept)
            counted += was[0]
            left_out = sorted(set(columns) - set(kept))
            if was != is_now or left_out:
                lost[table] = {"before": was[0], "after": is_now[0], "columns_gone": left_out}
    told = manage(BASE_DIR, "rotate_keys", **of_after)
    row = {
        "former": commit,
        "articles": asked.articles,
        "rows_compared": counted,
        "migrate_s": round(migrated, 1),
        "lost": lost,
        "addresses_read": sum(map(int, re.findall(r"(\d+) in all", told))),
        "pages_opened": open_pages("after"),
    }
    print(json.dumps(row, ensure_ascii=False), flush=True)
    return bool(lost)


if __name__ == "__main__":
    with site():
        code = main()
    sys.exit(code)
