"""What the moderators' pages show of a comment."""

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments.highlighting import HEAVY
from comments.highlighting import highlighted as highlighted_text
from comments.models import Comment, Finding, Status
from comments.moderation import TARGETS
from comments.queue import RULE_LABELS

register = template.Library()

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
def highlighted(comment: Comment, field: str) -> SafeString:
    return highlighted_text(comment, field)


@register.filter
def rule_label(finding: Finding) -> str:
    return str(RULE_LABELS.get(finding.rule, finding.rule))


@register.filter
def is_heavy(finding: Finding) -> bool:
    return finding.weight >= HEAVY


@register.simple_tag
def ago(value: datetime) -> str:
    """A `<time>` with the time passed; its title has day and hour, its `data-ago` lets the page keep it true."""
    stamp = value.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")
    full = date_format(timezone.localtime(value), "DATETIME_FORMAT")
    return format_html('<time data-ago datetime="{}" title="{}">{}</time>', stamp, full, passed(value))


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
        text = ngettext("%(count)d day ago", "%(count)d days ago", count)
    return text % {"count": count}
