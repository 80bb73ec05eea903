"""The outbox in the admin: what waits, what went out, what failed and why. No address is on any of its pages."""

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsroom.mail import outbox, sending
from newsroom.mail.models import State

RETRY = "mail.retry_outgoingmail"


class OutgoingMailAdmin(admin.ModelAdmin):
    """Registered in `newsroom.admin`."""

    list_display = ["subject", "key", "state", "tries", "last_error", "next_attempt", "created_at", "sent_at"]
    list_filter = ["state"]
    search_fields = ["key"]
    fields = ["subject", "key", "state", "tries", "last_error", "next_attempt", "created_at", "sent_at"]
    readonly_fields = fields
    actions = ["try_again"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

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
