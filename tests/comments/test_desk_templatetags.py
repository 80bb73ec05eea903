"""What the moderators' pages show of a comment, as filters and tags."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from comments.templatetags import desk


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (timedelta(seconds=59), "قبل لحظات"),
        (timedelta(minutes=1), "قبل دقيقة واحدة"),
        (timedelta(minutes=2), "قبل دقيقتين"),
        (timedelta(minutes=10), "قبل 10 دقائق"),
        (timedelta(minutes=59), "قبل 59 دقيقة"),
        (timedelta(hours=1), "قبل ساعة واحدة"),
        (timedelta(hours=47), "قبل 47 ساعة"),
        (timedelta(hours=48), "قبل يومين"),
        (timedelta(days=11), "قبل 11 يومًا"),
        (timedelta(days=100), "قبل 100 يوم"),
        (timedelta(days=103), "قبل 103 أيام"),
    ],
    ids=str,
)
def test_time_passed_in_arabic(passed, expected):
    with translation.override("ar"):
        assert desk.passed(timezone.now() - passed) == expected
