"""Stored lines put into pages: escaped, and isolated where they would move something or be moved."""

from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi

from newsroom.text import bidi
from newsroom.text.line_breaks import keep_together

_LONGEST_KEPT = 120


def isolate(value: object, base: str = "") -> SafeString:
    """Escape a line and isolate the runs in it that would otherwise move («C++», «-5»).

    `base` is its direction. Where none is stored with it its letters tell, and it is isolated as a whole from the line
    of the interface that it stands in.
    """
    text = str(value)
    isolated = _isolated if len(text) <= _LONGEST_KEPT else _isolated.__wrapped__
    return isolated(text, line_direction(base), is_known=bool(base))


# Names and headlines stand on page after page. So many take a few megabytes, and 15 if made to take most.
@lru_cache(maxsize=4_096)
def _isolated(text: str, direction: bidi.Direction, *, is_known: bool) -> SafeString:
    text = bidi.strip_overrides(text)
    html = bidi.isolate_html(text, direction) if is_known else bidi.isolate_in_line(text, direction)
    # Safe: both escape everything that they do not write themselves.
    return mark_safe(keep_together(html))


def isolate_alone(value: object, base: str = "") -> SafeString:
    """`isolate` for what nothing stands beside: isolated as a whole only where it runs otherwise than the interface."""
    line = line_direction("")
    own = line_direction(base) if base else bidi.direction(str(value), line)
    html = isolate(value, own)
    return html if own == line else format_html('<bdi dir="{}">{}</bdi>', own, html)


def isolate_runs(value: object) -> str:
    """Isolate by characters what would move in a line of the interface: for what takes no markup, such as options."""
    return bidi.isolate_runs(bidi.strip_overrides(str(value)), line_direction(""))


def line_direction(base: str) -> bidi.Direction:
    """`base` or, where it is empty, the direction of the interface."""
    if base:
        return "ltr" if base == "ltr" else "rtl"
    return "rtl" if get_language_bidi() else "ltr"
