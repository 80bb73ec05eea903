"""What the clock does to articles on the desk: what lies ahead, and what could not be noted or told yet, and why."""

from django.contrib import admin, messages
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import clock_moves
from articles.models import ClockMove
from articles.models.article import TEXTS_OF_ARTICLE
from articles.workflow import PUBLISH
from newsroom.mail.admin import TELLERS, Told
from newsroom.web.isolation import isolate
from newsroom.web.read_only_admin import ReadOnlyAdmin

from . import accounts
from .addresses import form_of


def _told(rest: str) -> Told:
    kind, _colon, number = rest.partition(":")
    number = number.partition(":")[0]
    words = {
        ClockMove.Kind.APPEAR: _("That article %(number)s was published at its hour"),
        ClockMove.Kind.DISAPPEAR: _("That article %(number)s was withdrawn at its hour"),
    }[ClockMove.Kind(kind)]
    address = form_of(number)
    return Told(words % {"number": number}, address, PUBLISH)


TELLERS["clock"] = _told


class LateFilter(admin.SimpleListFilter):
    title = gettext_lazy("hour")
    parameter_name = "late"

    def lookups(self, request, model_admin):
        return [("1", _("Not noted in time"))]

    def queryset(self, request, queryset):
        return queryset.late() if self.value() else queryset


class ClockMoveAdmin(ReadOnlyAdmin):
    """Registered in `newsroom.admin`."""

    view_permission = PUBLISH
    list_display = ["of_article", "kind", "at", "scheduled_by", "attempts", "last_failure", "next_attempt"]
    list_display_links = None
    list_filter = [LateFilter]
    list_select_related = ["article", "by"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["try_again"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*TEXTS_OF_ARTICLE)

    def has_retry_permission(self, request):
        return request.user.has_perm(PUBLISH)

    @admin.display(description=gettext_lazy("article"))
    def of_article(self, move):
        article = move.article
        headline = isolate(article.headline, article.direction)
        return format_html(
            '<a href="{}"><bdi dir="{}" lang="{}">{}</bdi></a>',
            form_of(article.pk),
            article.direction,
            article.language,
            headline,
        )

    @admin.display(description=gettext_lazy("scheduled by"))
    def scheduled_by(self, move):
        return accounts.cell(move.by)

    @admin.display(description=gettext_lazy("last error"))
    def last_failure(self, move):
        return format_html('<bdi dir="ltr" lang="en">{}</bdi>', move.failure) if move.failure else None

    @admin.display(description=gettext_lazy("next attempt"), ordering="next_at")
    def next_attempt(self, move):
        return date_format(localtime(move.next_at), "DATETIME_FORMAT") if move.attempts else None

    @admin.action(description=gettext_lazy("Try again"), permissions=["retry"])
    def try_again(self, request, queryset):
        count = clock_moves.try_again(queryset, by=request.user)
        sentence = ngettext("%(count)d is tried again shortly.", "%(count)d are tried again shortly.", count)
        messages.success(request, sentence % {"count": count})
