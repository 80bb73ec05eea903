from datetime import UTC, datetime, timedelta, timezone

from newsroom.text.timestamps import rfc3339


def test_a_moment_is_told_in_utc_and_whole_seconds():
    assert (
        rfc3339(datetime(2026, 3, 1, 1, 2, 3, 999_999, timezone(timedelta(hours=3))))
        == "2026-02-28T22:02:03Z"
    )


def test_years_have_four_digits():
    assert rfc3339(datetime(900, 1, 1, tzinfo=UTC)) == "0900-01-01T00:00:00Z"
