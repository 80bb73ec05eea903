"""Lines in mails of the newsletter."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from newsroom.text import bidi
from newsroom.text.mail_markup import isolate_by_marks
from newsroom.web.isolation import line_direction

register = template.Library()


@register.filter
def in_plain_text(value: str, base: str) -> str:
    """A line of a text that takes no markup: isolated by characters, it and what would move in it."""
    direction = line_direction(base)
    # Never FSI, as in `bidi.isolate_plain`.
    opening = bidi.RIGHT_TO_LEFT_ISOLATE if direction == "rtl" else bidi.LEFT_TO_RIGHT_ISOLATE
    return opening + bidi.isolate_runs(bidi.strip_overrides(value), direction) + bidi.POP_ISOLATE


@register.filter
def by_marks(value: str, base: str) -> SafeString:
    """A line with the direction `base`, isolated as mail programs understand it."""
    # Safe: it escapes everything that it does not write itself.
    return mark_safe(isolate_by_marks(value, line_direction(base)))
