"""Sentences of the desk that are made of several parts."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Transition
from articles.workflow import ASSIGN, CORRECT, NOTE, REWORD, SET_WITHDRAWAL, State
from newsroom.text import bidi
from newsroom.text.account_names import name_of
from newsroom.web.isolation import isolate

_DONE = {
    "publish_changes": gettext_lazy("Changes published"),
    "reschedule": gettext_lazy("The hour was changed"),
    CORRECT: gettext_lazy("A correction was added"),
    REWORD: gettext_lazy("A correction was reworded"),
    NOTE: gettext_lazy("A note between editors"),
    SET_WITHDRAWAL: gettext_lazy("The hour of withdrawal was changed"),
}


def who_writes(names: list[str]):
    """Who has the form of an article open, by their names."""
    listed = format_html_join(_(", "), "{}", ((isolate(name),) for name in names))
    return format_html(_("Open for editing at %(names)s") % {"names": "{}"}, listed)


def what_was_done(transition: Transition) -> str:
    """What became of an article where it is not told by the state that it came into; else empty."""
    if transition.move != ASSIGN:
        return str(_DONE.get(transition.move, ""))
    if transition.assignee is None:
        return _("For review by whoever takes it up")
    return _("For review by %(name)s") % {"name": bidi.isolate_plain(name_of(transition.assignee))}


def hours_of(transition: Transition) -> str:
    """Which hour of publication or withdrawal was set or given up, by the clocks of the newsroom; empty for others."""
    before, after = transition.previous_hour, transition.withdraw_at
    if transition.to_state == State.SCHEDULED:
        after = after or transition.published_at
    if before and after:
        return _("From %(before)s to %(after)s") % {"before": _hour(before), "after": _hour(after)}
    if before:
        return _("Its hour was %(before)s") % {"before": _hour(before)}
    return _hour(after) if after else ""


def _hour(at: datetime) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT")
