"""An archive that is many times as large: its rows copied within the database, each copy older than the one before."""

import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager

# How much older a copy is.
OLDER = "interval '20 days'"
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique
"""


def multiply(times: int, *, without: Collection[str] = ()) -> None:
    """Let there be `times` as many articles, with bylines, tags, entries of the search and the comments that readers
    see. Indexes named in `without` are not made again: what they serve cannot be measured afterwards.

    To be called in a process of its own: rules for foreign keys and triggers are set aside.
    """
    from django.db import connection

    from articles.models import Article, Byline, SearchEntry
    from comments.models import Comment

    models = [Article, Byline, Article.tags.through, SearchEntry, Comment]
    begun = time.perf_counter()
    with connection.cursor() as cursor, _without_indexes(cursor, models, without):
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SELECT max(id) FROM articles_article")
        (articles,) = cursor.fetchone()
        cursor.execute("SELECT coalesce(max(id), 0) FROM comments_comment")
        (comments,) = cursor.fetchone()
        for copy in range(1, times):
            by_article, by_comment = copy * articles, copy * comments
            older = f"- {copy} * {OLDER}"
            moved = {"article_id": f"article_id + {by_article}"}
            _copy(cursor, Article, articles, {
                "id": f"id + {by_article}", "slug": f"'copy-' || id + {by_article}",
                "published_at": f"published_at {older}", "modified_at": f"modified_at {older}",
                "created_at": f"created_at {older}",
            })  # fmt: skip
            _copy(cursor, Byline, articles, moved | {"id": None})
            _copy(cursor, Article.tags.through, articles, moved | {"id": None})
            _copy(cursor, SearchEntry, articles, moved | {"published_at": f"published_at {older}"})
            _copy(cursor, Comment, articles, moved | {
                "id": f"id + {by_comment}", "parent_id": f"parent_id + {by_comment}",
                "root_id": f"root_id + {by_comment}", "path": _path(by_comment), "wave_id": "NULL",
                "receipt": f"'copy-' || id + {by_comment}", "created_at": f"created_at {older}",
                "submission_fingerprint": f"md5((id + {by_comment})::text)",
            }, "is_shown")  # fmt: skip
        for table in ("searchkey", "searchword", "searchgram"):
            cursor.execute(f"UPDATE articles_{table} SET articles = articles * {times}")  # noqa: S608
        for model in (Article, Comment):
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608
        cursor.execute("RESET session_replication_role")
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")
    print(f"copied {times} times in {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)


def _copy(cursor, model, articles: int, changed: dict[str, str | None], condition: str = "true") -> None:
    """Copy the rows of the first `articles`, with expressions for columns that differ; None leaves one out."""
    columns = [
        field.column for field in model._meta.concrete_fields if changed.get(field.column, "") is not None
    ]
    chosen = ", ".join(changed.get(column) or column for column in columns)
    of_article = "id" if model._meta.model_name == "article" else "article_id"
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"  # noqa: S608 - names of our own columns
        f" SELECT {chosen} FROM {model._meta.db_table} WHERE {of_article} <= %s AND {condition}",
        [articles],
    )


def _path(by: int) -> str:
    """The path of a comment whose number, and those of all that it answers, are greater by so many."""
    number = "('x' || lpad(substr(path, 10 * level + 1, 10), 16, '0'))::bit(64)::bigint"
    return (
        f"(SELECT string_agg(lpad(to_hex({number} + {by}), 10, '0'), '' ORDER BY level)"  # noqa: S608
        " FROM generate_series(0, length(path) / 10 - 1) AS level)"
    )


@contextmanager
def _without_indexes(cursor, models: list, without: Collection[str]) -> Iterator[None]:
    cursor.execute(_INDEXES, [[model._meta.db_table for model in models]])
    indexes = dict(cursor.fetchall())
    for name in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET maintenance_work_mem = '1GB'")
    for name, statement in indexes.items():
        if name not in without:
            cursor.execute(statement)
