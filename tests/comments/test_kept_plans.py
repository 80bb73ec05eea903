"""Statements that a connection plans once, in tables that are empty when it does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from comments import waves
from newsroom.web import rate_limit
from tests import factories

LOOK_UP = (waves._LOOK_UP, {"keys": [1, 2], "since": timezone.now()})
COUNTS = (rate_limit.COUNTED, {"rate_keys": ["comment:1"], "rate_window": timedelta(minutes=10)})


# So many as come in minutes of a flood.
FLOOD = {
    "comments_likenesskey": "SELECT number, number, false, now(), comments_comment.id"
    " FROM generate_series(1, 5000) AS number, comments_comment",
    "newsroom_rate": "SELECT 'comment:' || number, now(), 1 FROM generate_series(1, 5000) AS number",
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("table", "asked", "index"),
    [("comments_likenesskey", LOOK_UP, "likes_by_key"), ("newsroom_rate", COUNTS, "newsroom_rate_pkey")],
    ids=["likeness", "rates"],
)
def test_a_table_that_was_emptied_after_a_flood_is_read_by_its_index(table, asked, index):
    factories.sent(factories.published())
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
        cursor.execute(f"INSERT INTO {table} {FLOOD[table]}")
        cursor.execute(f"DELETE FROM {table}")
        cursor.execute(f"VACUUM ANALYZE {table}")
        statement, values = asked
        cursor.execute(f"EXPLAIN {statement}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert index in plan, plan
