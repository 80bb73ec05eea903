"""The outbox in the admin: what waits, what went out, what failed and why. No address is on any of its pages."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsroom.mail import outbox, sending
from newsroom.mail.models import State
from newsroom.web.admin_columns import isolated_column
from newsroom.web.read_only_admin import ReadOnlyAdmin

RETRY = "mail.retry_outgoingmail"


class Told(NamedTuple):
    """What a mail tells, in words, and the page about it, for whom `permission` lets open it."""

    words: str
    address: str = ""
    permission: str = ""


# The apps that send mails put here what these tell: by the first word of a key, a function of the rest of it.
TELLERS: dict[str, Callable[[str], Told]] = {}


SUBJECT = isolated_column("subject", gettext_lazy("subject"))


class OutgoingMailAdmin(ReadOnlyAdmin):
    """Registered in `newsroom.admin`."""

    list_filter = ["state"]
    search_fields = ["key"]
    actions = ["try_again"]

    def get_list_display(self, request):
        columns = ["state", "tries", "last_error", "next_attempt", "created_at", "sent_at"]
        return [SUBJECT, _told_to(request.user), *columns]

    def get_readonly_fields(self, request, obj=None):
        return self.get_list_display(request)

    def get_fields(self, request, obj=None):
        return self.get_list_display(request)

    def has_retry_permission(self, request):
        return request.user.has_perm(RETRY)

    def lookup_allowed(self, lookup, value, request):
        # Any column else could be asked for in the address, the recipient's fingerprint too.
        return lookup == "state__exact"

    def changelist_view(self, request, extra_context=None):
        if not sending.is_configured():
            messages.warning(request, _("No mail server is named (EMAIL_URL), so mails wait here."))
        return super().changelist_view(request, extra_context)

    @admin.display(description=gettext_lazy("next attempt"), ordering="next_at")
    def next_attempt(self, mail):
        if mail.state != State.WAITING:
            return self.get_empty_value_display()
        return date_format(timezone.localtime(mail.next_at), "DATETIME_FORMAT")

    @admin.action(description=gettext_lazy("Try again"), permissions=["retry"])
    def try_again(self, request, queryset):
        count = outbox.try_again(queryset)
        sentence = ngettext(
            "%(count)d mail is sent again shortly.", "%(count)d mails are sent again shortly.", count
        )
        messages.success(request, sentence % {"count": count})


def _told_to(user: Any) -> Callable[[Any], str]:
    """The column that says what a mail tells, with links to what this user may open."""

    @admin.display(description=gettext_lazy("what it tells"), ordering="key")
    def told(mail):
        kind, _colon, rest = mail.key.partition(":")
        words, address, permission = TELLERS[kind](rest) if kind in TELLERS else Told(mail.key)
        if address and user.has_perm(permission):
            return format_html('<a href="{}">{}</a>', address, words)
        return words

    return told
