"""Filters that put stored text into pages: isolated where its edges would move, dated as Arabic readers expect."""

from datetime import datetime

from babel.dates import format_datetime, format_timedelta
from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from newsroom.text import bidi, links
from newsroom.text.excerpt import excerpt as cut

register = template.Library()


@register.filter
def isolate(value: object, base: str = "rtl") -> SafeString:
    """Escape a line and isolate the runs in it that would otherwise move («C++», «-5»). `base` is its direction."""
    # Safe: isolate_html escapes everything that it does not write itself.
    return mark_safe(bidi.isolate_html(bidi.strip_overrides(str(value)), "ltr" if base == "ltr" else "rtl"))


@register.filter
def isolate_plain(value: object) -> str:
    """Isolate a value by characters, for places that take no markup: titles, alternative text, feeds."""
    return bidi.isolate_plain(bidi.strip_overrides(str(value)))


@register.filter
def readers_text(value: str) -> SafeString:
    """Paragraphs of a reader's plain text, escaped, with links that lend no reputation."""
    paragraphs = [part.strip("\n") for part in bidi.strip_overrides(value).split("\n\n")]
    # Safe: link_urls escapes everything that it does not write itself.
    return mark_safe(
        "".join(
            "<p>" + links.link_urls(part).replace("\n", "<br>") + "</p>"
            for part in paragraphs
            if part.strip()
        )
    )


@register.filter
def excerpt(value: str, limit: int = 160) -> str:
    return cut(value, limit)


@register.filter
def grouped(value: int) -> str:
    return number_format(value, force_grouping=True)


def _locale() -> str:
    return (get_language() or "ar").replace("-", "_")


def long_date(value: datetime) -> str:
    local = timezone.localtime(value)
    pattern = "EEEE، d MMMM y" if _locale().startswith("ar") else "EEEE, d MMMM y"
    return format_datetime(local, pattern, locale=_locale())


@register.simple_tag
def moment(value: datetime, style: str = "full") -> str:
    """A `<time>`: style "full" is day and hour, "day" the day alone, "ago" the time passed for what is recent."""
    local = timezone.localtime(value)
    full = f"{long_date(value)} {local:%H:%M}"
    shown = {"full": full, "day": format_datetime(local, "d MMMM y", locale=_locale())}.get(style)
    if shown is None:
        passed = value - timezone.now()
        recent = abs(passed.total_seconds()) < 7 * 24 * 3600
        shown = (
            format_timedelta(passed, add_direction=True, locale=_locale(), threshold=1)
            if recent
            else format_datetime(local, "d MMMM y", locale=_locale())
        )
    stamp = value.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp, full, shown)
