"""What stands in the database, whatever table or column it is in."""

import json

from django.contrib.sessions.backends.db import SessionStore
from django.db import connection


def traces(*words):
    """Which tables hold which of the words, in any column of any row, whatever their case; sessions are unpacked."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT lower(t::text) FROM {table} t")
            rows = "\n".join(row for (row,) in cursor.fetchall())
            if table == "public.django_session":
                cursor.execute("SELECT session_data FROM django_session")
                rows = "\n".join(unpacked(data).lower() for (data,) in cursor.fetchall())
            found += [(table, word) for word in words if word.lower() in rows]
    return found


def unpacked(session_data):
    """What a session holds; messages are JSON in it, which writes Arabic letters as numbers."""
    held = SessionStore().decode(session_data)
    return f"{held} {json.loads(held.get('_messages', 'null'))}"


def tables_with(*words):
    """The tables that hold any of the words, in order of their names."""
    return sorted({table for table, _word in traces(*words)})
