"""Moments as WordPress writes them: without a zone, in that of the site or in GMT, and as zeros where there is none."""

from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime


def moment(gmt: str, local: str, zone: tzinfo, spare: str = "") -> datetime | None:
    """The moment (aware) by the one in GMT, else by the local one, else by that of RSS; None where there is none."""
    if found := _read(gmt):
        return found.replace(tzinfo=UTC)
    if found := _read(local):
        try:
            # At its extremes a zone leads beyond the years that Python counts.
            return found.replace(tzinfo=zone).astimezone(UTC)
        except (OverflowError, ValueError):
            return None
    return _of_rss(spare) if spare else None


def _read(text: str) -> datetime | None:
    text = text.strip()
    if not text or text.startswith("0000") or len(text) > 40:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    except (OverflowError, ValueError):
        return None


def _of_rss(text: str) -> datetime | None:
    if len(text) > 60:
        return None
    try:
        found = parsedate_to_datetime(text)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        found = found.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    # What was never published has the beginning of time.
    return found if found.year > 1 else None
