"""What the moderators' pages show of a comment."""

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from comments.claims import Holder
from comments.highlighting import HEAVY
from comments.highlighting import highlighted as highlighted_text
from comments.models import Comment, Finding, Report, Status
from comments.moderation import TARGETS
from comments.queue import RULE_LABELS, Wanted
from newsroom.text.bidi import isolate_plain

register = template.Library()

# From this score a comment is likelier rejected than approved.
LIKELY = 0.5
EXPLANATIONS_SHOWN = 10
MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Verb:
    """A decision as a button; `key` is the letter that presses it."""

    to: str
    label: str | Promise
    key: str


VERBS = (
    Verb(Status.APPROVED, gettext_lazy("Approve"), "a"),
    Verb(Status.REJECTED, gettext_lazy("Reject"), "r"),
    Verb(Status.SPAM, gettext_lazy("Spam"), "s"),
    Verb(Status.PENDING, gettext_lazy("Back to the queue"), "p"),
)


@register.filter
def verbs(status: str) -> list[Verb]:
    """The decisions that a comment of this status can be given."""
    return [verb for verb in VERBS if verb.to in TARGETS[status]]


@register.filter
def labeled(table: str, headers: Iterable[Mapping[str, Any]]) -> SafeString:
    """The HTML of an admin's list, each cell with the name of its column as `data-label`."""
    names = {
        name.group(1): capfirst(header["text"])
        for header in headers
        if (name := re.search(r"column-(\w+)", header.get("class_attrib") or ""))
    }

    def cell(found: re.Match) -> str:
        return format_html('<td data-label="{}" class="field-{}', names.get(found[1], ""), found[1])

    # Safe: it is Django's own, and what is added to it is escaped.
    return mark_safe(re.sub(r'<td class="field-(\w+)', cell, table))


@register.filter
def highlighted(comment: Comment, field: str) -> SafeString:
    return highlighted_text(comment, field)


@register.filter
def rule_label(finding: Finding) -> str:
    return str(RULE_LABELS.get(finding.rule, finding.rule))


@register.filter
def is_heavy(finding: Finding) -> bool:
    return finding.weight >= HEAVY


@register.filter
def triage_hint(comment: Comment) -> str:
    """What earlier decisions suggest of a comment that has a score, in words."""
    if comment.triage >= LIKELY:
        return _("Resembles what was rejected before (%(percent)d%%)") % {
            "percent": round(100 * comment.triage)
        }
    return _("Resembles what was approved before (%(percent)d%%)") % {
        "percent": 100 - round(100 * comment.triage)
    }


@register.filter
def by_complaint(reports: list[Report]) -> list[tuple[str, int]]:
    """How many reports name each complaint, the most frequent first."""
    return Counter(report.get_complaint_display() for report in reports).most_common()


@register.filter
def explained(reports: list[Report]) -> list[Report]:
    """The newest reports in which a reader wrote something."""
    return [report for report in reversed(reports) if report.text][:EXPLANATIONS_SHOWN]


@register.filter
def last_number(reports: list[Report]) -> int:
    return max(report.pk for report in reports)


@register.filter
def told_holder(holder: Holder) -> str:
    """Who has a comment before them, and since when."""
    return _("With %(who)s, %(ago)s") % {"who": isolate_plain(holder.name), "ago": passed(holder.since)}


@register.filter
def for_wave(wanted: Wanted, wave: int) -> str:
    """The address of a wave's members one by one."""
    return Wanted(queue=wanted.queue, wave=wave).query()


@register.simple_tag(takes_context=True)
def shared(context: Context, template_name: str) -> SafeString:
    """An include that differs between the cards of a page by the numbers of the comment alone.

    It is rendered once for those of one status, for waves apart, with stand-ins for the numbers, and kept in `pieces`,
    which is the page's own: forms hold its token.
    """
    comment = context["comment"]
    card = comment.wave_card
    key = (template_name, comment.status, card is None)
    piece = context["pieces"].get(key)
    if piece is None:
        stand_in = Comment(pk=_STAND_INS[0], version=_STAND_INS[1], status=comment.status)
        stand_in.wave_card = card and replace(card, wave=_STAND_INS[2], through=_STAND_INS[3])
        with context.push(comment=stand_in):
            piece = context.template.engine.get_template(template_name).render(context)
        context["pieces"][key] = piece
    numbers = (comment.pk, comment.version, card and card.wave, card and card.through)
    for stand_in, number in zip(map(str, _STAND_INS), numbers, strict=True):
        piece = piece.replace(stand_in, str(number))
    # Safe: a template rendered it, and numbers were put in.
    return mark_safe(piece)


# Of eighteen digits that nobody can know, for what somebody searched for stands in these forms, too.
_STAND_INS = [10**17 * (place + 1) + secrets.randbelow(10**17) for place in range(4)]


@register.simple_tag
def ago(value: datetime) -> str:
    """A `<time>` with the time passed; its title has day and hour, its `data-ago` lets the page keep it true."""
    stamp, full = _written(value, get_language(), timezone.get_current_timezone_name())
    # Safe: none of it comes from anybody.
    return mark_safe(f'<time data-ago datetime="{stamp}" title="{full}">{passed(value)}</time>')


@lru_cache(maxsize=2_000)
def _written(value: datetime, _language: str | None, _zone: str) -> tuple[str, str]:
    """A moment for programs, and in full."""
    stamp = value.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")
    return stamp, escape(date_format(timezone.localtime(value), "DATETIME_FORMAT"))


def passed(value: datetime) -> str:
    """How long ago `value` (aware) was, in whole minutes, hours or, from two days on, days."""
    seconds = int((timezone.now() - value).total_seconds())
    if seconds < MINUTE:
        return _("just now")
    if seconds < HOUR:
        count = seconds // MINUTE
        text = ngettext("%(count)d minute ago", "%(count)d minutes ago", count)
    elif seconds < 2 * DAY:
        count = seconds // HOUR
        text = ngettext("%(count)d hour ago", "%(count)d hours ago", count)
    else:
        count = seconds // DAY
        text = ngettext("%(number)s day ago", "%(number)s days ago", count)
    return text % {"count": count, "number": number_format(count, force_grouping=True)}
