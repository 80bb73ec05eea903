"""The outbox of requests on the desk: what waits, what was delivered, what failed and why. None of its pages shows what
was sent, or where to but for the site."""

from typing import Any

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy, ngettext

from newsroom.deliveries import outbox
from newsroom.deliveries.models import State
from newsroom.web.admin_columns import isolated_column
from newsroom.web.read_only_admin import ReadOnlyAdmin

RETRY = "deliveries.retry_delivery"
# What a kind is called on the desk, by its name; the apps that send put theirs here.
KINDS: dict[str, Any] = {}


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return list(KINDS.items())

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() in KINDS else queryset


class DeliveryAdmin(ReadOnlyAdmin):
    """Registered in `newsroom.admin`."""

    list_display = (
        "told", isolated_column("host", gettext_lazy("site")), "state", "tries", "answered", "next_attempt",
        "created_at", "sent_at",
    )  # fmt: skip
    list_filter = ("state", KindFilter)
    search_fields = ("host", "key")
    actions = ("try_again",)

    def get_readonly_fields(self, request, obj=None):
        return self.get_list_display(request)

    def get_fields(self, request, obj=None):
        return self.get_list_display(request)

    def has_retry_permission(self, request):
        return request.user.has_perm(RETRY)

    def lookup_allowed(self, lookup, value, request):
        return lookup in {"state__exact", "kind"}

    @admin.display(description=gettext_lazy("what it tells"), ordering="kind")
    def told(self, delivery):
        return KINDS.get(delivery.kind, delivery.kind)

    @admin.display(description=gettext_lazy("last answer"), ordering="status")
    def answered(self, delivery):
        return delivery.answer or self.get_empty_value_display()

    @admin.display(description=gettext_lazy("next attempt"), ordering="next_at")
    def next_attempt(self, delivery):
        if delivery.state != State.WAITING:
            return self.get_empty_value_display()
        return date_format(timezone.localtime(delivery.next_at), "DATETIME_FORMAT")

    @admin.action(description=gettext_lazy("Try again"), permissions=["retry"])
    def try_again(self, request, queryset):
        count = outbox.try_again(queryset)
        sentence = ngettext(
            "%(count)d delivery is tried again shortly.",
            "%(count)d deliveries are tried again shortly.",
            count,
        )
        messages.success(request, sentence % {"count": count})
