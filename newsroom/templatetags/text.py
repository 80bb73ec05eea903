"""Filters that put stored text into pages: isolated where its edges would move, dated as Arabic readers expect."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from newsroom.text import bidi, links
from newsroom.text.excerpt import excerpt as cut
from newsroom.text.excerpt import html_excerpt as cut_html
from newsroom.text.hijri import hijri
from newsroom.text.line_breaks import keep_together
from newsroom.text.passages import Passage
from newsroom.text.sanitizer import is_safe_website
from newsroom.text.timestamps import rfc3339
from newsroom.web.isolation import isolate, isolate_alone, line_direction
from newsroom.web.numerals import MARK, are_arabic_indic

register = template.Library()

HIJRI_MONTHS = (
    gettext_lazy("Muharram"),
    gettext_lazy("Safar"),
    gettext_lazy("Rabi‘ al-Awwal"),
    gettext_lazy("Rabi‘ al-Thani"),
    gettext_lazy("Jumada al-Ula"),
    gettext_lazy("Jumada al-Akhira"),
    gettext_lazy("Rajab"),
    gettext_lazy("Sha‘ban"),
    gettext_lazy("Ramadan"),
    gettext_lazy("Shawwal"),
    gettext_lazy("Dhu al-Qa‘da"),
    gettext_lazy("Dhu al-Hijja"),
)


register.filter(isolate)
register.filter(isolate_alone)


@register.filter
def with_code(text: str) -> SafeString:
    """A sentence of ours, isolated, in which `names` stand as code."""
    direction = "rtl" if get_language_bidi() else "ltr"
    parts = [
        format_html('<code dir="ltr">{}</code>', part) if number % 2 else isolate(part, direction)
        for number, part in enumerate(text.split("`"))
    ]
    # Safe: each part was escaped.
    return mark_safe("".join(parts))


@register.filter
def marked(passage: Passage, base: str = "") -> SafeString:
    """A passage of a text with what was searched in <mark>, isolated as by `isolate`. `base` is its direction."""
    html = "".join(
        format_html("<mark>{}</mark>", text) if is_mark else escape(text)
        for text, is_mark in ((bidi.strip_overrides(text), is_mark) for text, is_mark in passage.pieces)
    )
    before, behind = "… " * passage.is_cut_before, " …" * passage.is_cut_behind
    # Safe: every piece was escaped.
    return mark_safe(keep_together(bidi.isolate_markup(before + html + behind, line_direction(base))))


@register.filter
def isolate_plain(value: object, base: str = "") -> str:
    """Isolate a value by characters, for places that take no markup: window titles, labels, alternative text.

    `base` is its direction; where none is stored with it, its letters tell.
    """
    return bidi.isolate_plain(str(value), line_direction(base) if base else None)


@register.filter
def text_direction(value: object, default: str = "") -> bidi.Direction:
    """The direction of a text by its letters, where none is stored with it.

    One without letters has that of `default` or, without it, of the interface.
    """
    return bidi.direction(str(value), line_direction(default))


@register.filter
def plain(value: object) -> str:
    """A value for machines (share cards, descriptions): no direction overrides, and no isolates either."""
    text = bidi.strip_overrides(str(value))
    # Safe: what was escaped before has lost nothing that escapes.
    return mark_safe(text) if isinstance(value, SafeData) else text


@register.filter
def readers_text(value: str, base: str = "") -> SafeString:
    """Paragraphs of a reader's plain text, escaped, with links that lend no reputation. `base` is its direction."""
    paragraphs = [part.strip("\n") for part in bidi.strip_overrides(value).split("\n\n")]
    html = "".join(
        "<p>" + links.link_urls(part, base=line_direction(base)).replace("\n", "<br>") + "</p>"
        for part in paragraphs
        if part.strip()
    )
    # Safe: link_urls escapes everything that it does not write itself.
    return mark_safe(keep_together(html))


@register.filter
def excerpt(value: str, limit: int = 160) -> str:
    return cut(value, limit)


@register.filter
def html_excerpt(value: str, limit: int = 160) -> str:
    return cut_html(value, limit)


@register.filter
def grouped(value: int) -> str:
    return number_format(value, force_grouping=True)


@register.filter
def website(value: str) -> str:
    """The address if a link may lead there, else nothing: a row can be older than the rule that guards its field."""
    return value if value and is_safe_website(value) else ""


@register.filter
def host_name(url: str) -> str:
    """What readers recognize an address by. International names stay in their ASCII form, which imitates no other."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


@register.simple_tag
def moment(value: datetime, style: str = "full") -> str:
    """A `<time>`: style "full" is weekday, day and hour, with the Hijri date where the edition has it behind it;
    "short" is day and hour, with the weekday in its title, which static/js/relative_times.js tells in other words while
    it is recent."""
    local = timezone.localtime(value)
    short = date_format(local, "DATETIME_FORMAT")
    weekday = date_format(local, "l")
    stamp = rfc3339(value)
    if style == "short":
        return format_html('<time datetime="{}" title="{}">{}</time>', stamp, weekday, short)
    full = _(", ").join([weekday, short])
    return format_html('<time datetime="{}">{}</time>{}', stamp, full, _hijri_date(local))


@register.simple_tag
def interface(around: str = "") -> str:
    """The attributes of an element that speaks the language of the interface; none in what speaks it as well, as the
    language `around` tells."""
    if around == get_language() and not are_arabic_indic():
        return ""
    mark = mark_safe(f" {MARK}" if are_arabic_indic() else "")
    return format_html('lang="{}" dir="{}"{}', get_language(), line_direction(""), mark)


@register.simple_tag
def language_of(text: Any) -> str:
    """The attributes of an element for what a row tells, within the interface: none where they would say what is said
    of the page. In an edition with digits of its own they say that somebody typed these."""
    if text.language == get_language() and text.direction == line_direction("") and not are_arabic_indic():
        return ""
    return format_html(' lang="{}" dir="{}"', text.language, text.direction)


@register.simple_tag
def unlike_interface(direction: str) -> str:
    """The attributes of a text in a line of the interface whose letters run the other way; of its language they tell
    nothing."""
    return format_html(' lang="" dir="{}"', direction) if direction != line_direction("") else ""


def _hijri_date(local: datetime) -> str:
    found = hijri(local.date()) if settings.HIJRI_DATES else None
    if found is None:
        return ""
    named = {"day": found.day, "month": HIJRI_MONTHS[found.month - 1], "year": found.year}
    return format_html(' <span class="hijri">{}</span>', _("%(day)d %(month)s %(year)d AH") % named)
