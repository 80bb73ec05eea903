"""Lines in mails of the newsletter."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from newsroom.text.mail_markup import isolate_by_marks
from newsroom.web.isolation import line_direction

register = template.Library()


@register.filter
def by_marks(value: str, base: str) -> SafeString:
    """A line with the direction `base`, isolated as mail programs understand it."""
    # Safe: it escapes everything that it does not write itself.
    return mark_safe(isolate_by_marks(value, line_direction(base)))
