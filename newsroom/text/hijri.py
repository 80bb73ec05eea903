"""The Hijri date of a day by the calendar of Umm al-Qura, which the press of the Gulf goes by."""

from datetime import date
from typing import NamedTuple

from hijridate import Gregorian


class HijriDate(NamedTuple):
    year: int
    month: int
    day: int


def hijri(day: date) -> HijriDate | None:
    """None for a day that the tables of the calendar do not have: before 1 August 1924, after 16 November 2077."""
    try:
        return HijriDate(*Gregorian.fromdate(day).to_hijri().datetuple())
    except OverflowError:
        return None
