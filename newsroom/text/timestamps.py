"""Moments as programs read them."""

from datetime import UTC, datetime


def rfc3339(at: datetime) -> str:
    """An aware moment in UTC and whole seconds."""
    # Not by strftime, which writes years before 1000 with fewer than four digits.
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
