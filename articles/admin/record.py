"""The record of the desk in the admin: moves, reviewers, notes, corrections and new hours, and what was denied."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import scopes
from articles.models import Transition
from articles.models.article import TEXTS_OF_ARTICLE
from articles.workflow import ACTS, OF_THE_CLOCK
from newsroom.text.account_names import name_of
from newsroom.text.excerpt import excerpt
from newsroom.web.isolation import isolate
from newsroom.web.numbers import row_number
from newsroom.web.read_only_admin import ReadOnlyAdmin

from . import accounts, sentences
from .addresses import form_of
from .paging import BoundedPaginator
from .search import AskedByFilters

NOTE_SHOWN = 120


class DeniedFilter(admin.SimpleListFilter):
    title = gettext_lazy("outcome")
    parameter_name = "outcome"

    def lookups(self, request, model_admin):
        return [("denied", _("Denied")), ("done", _("Made"))]

    def queryset(self, request, queryset):
        if self.value() in {"denied", "done"}:
            return queryset.filter(is_denied=self.value() == "denied")
        return queryset


class ActFilter(admin.SimpleListFilter):
    title = gettext_lazy("what was done")
    parameter_name = "move"

    def lookups(self, request, model_admin):
        return list(ACTS.items())

    def queryset(self, request, queryset):
        return queryset.filter(move=self.value()) if self.value() in ACTS else queryset


class AccountFilter(admin.SimpleListFilter):
    """Who did it: one of those who sign in to the desk."""

    title = gettext_lazy("account")
    parameter_name = "by"

    def lookups(self, request, model_admin):
        staff = scopes.staff().only("first_name", "last_name", "username")
        return [(str(user.pk), name_of(user)) for user in staff]

    def queryset(self, request, queryset):
        number = row_number(self.value() or "")
        return queryset.filter(by=number) if number is not None else queryset


class TransitionAdmin(AskedByFilters, ReadOnlyAdmin):
    list_display = ["at", "who", "act", "of_article", "states", "hours", "remark"]
    list_filter = [DeniedFilter, ActFilter, AccountFilter]
    linked_filters = ["article"]
    list_select_related = ["by", "article", "assignee"]
    list_per_page = 50
    list_display_links = None
    paginator = BoundedPaginator
    ordering = ["-pk"]
    sortable_by = []
    show_full_result_count = False
    # Each count would read the whole record.
    show_facets = admin.ShowFacets.NEVER

    class Media:
        css = {"all": ["css/editor.css"]}

    def get_queryset(self, request):
        return Transition.attempts.defer(*TEXTS_OF_ARTICLE)

    def has_view_permission(self, request, obj=None):
        # Rows have no page of their own.
        return obj is None and super().has_view_permission(request)

    @admin.display(description=gettext_lazy("by"))
    def who(self, transition: Transition):
        by_itself = _("The clock") if transition.move in OF_THE_CLOCK else _("The site itself")
        return accounts.cell(transition.by) or by_itself

    @admin.display(description=gettext_lazy("move"))
    def act(self, transition: Transition):
        label = ACTS.get(transition.move, transition.move)
        if not transition.is_denied:
            return label
        return format_html('{} <span class="state state-rejected">{}</span>', label, _("Denied"))

    @admin.display(description=gettext_lazy("article"))
    def of_article(self, transition: Transition):
        if not transition.headline:
            return self.get_empty_value_display()
        name = isolate(transition.headline)
        if transition.article_id is None:
            return name
        return format_html(
            '<a href="{}">{}</a> · <a href="?article={}">{}</a>',
            form_of(transition.article_id),
            name,
            transition.article_id,
            _("All of it"),
        )

    @admin.display(description=gettext_lazy("state"))
    def states(self, transition: Transition):
        if not transition.from_state:
            return self.get_empty_value_display()
        before = format_html(
            '<span class="state state-{}">{}</span>',
            transition.from_state,
            transition.get_from_state_display(),
        )
        if transition.from_state == transition.to_state:
            return before
        return format_html(
            '{} <span class="arrow" aria-hidden="true"></span><span class="visually-hidden">{}</span> '
            '<span class="state state-{}">{}</span>',
            before,
            _("became"),
            transition.to_state,
            transition.get_to_state_display(),
        )

    @admin.display(description=gettext_lazy("set hour"))
    def hours(self, transition: Transition):
        return sentences.hours_of(transition) or self.get_empty_value_display()

    @admin.display(description=gettext_lazy("note"))
    def remark(self, transition: Transition):
        if transition.assignee is not None:
            return accounts.cell(transition.assignee)
        if not transition.note:
            return self.get_empty_value_display()
        return isolate(excerpt(transition.note, NOTE_SHOWN))
