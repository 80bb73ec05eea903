"""Sections, tags and authors in the admin: what has a name and a page of its own."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles import publishing
from newsroom.text import arabic
from newsroom.web.admin_columns import isolated_column

from . import accounts
from .addresses import tell_address
from .deletion import CountedDeletion
from .paging import BoundedPaginator
from .races import ToldOnTheForm
from .search import FoldedSearch

NAME = isolated_column("name", _("name"))


class NamedAdmin(ToldOnTheForm, CountedDeletion, FoldedSearch, admin.ModelAdmin):
    """Sections, tags and authors."""

    folded_field = "sort_key"
    fold = staticmethod(arabic.sort_key)
    list_display = [NAME, "address"]
    paginator = BoundedPaginator
    show_full_result_count = False

    @admin.display(description=_("address"), ordering="slug")
    def address(self, row):
        return format_html('<bdi dir="ltr">{}</bdi>', row.slug)

    def save_model(self, request, obj, form, change):
        publishing.save_named(obj)
        tell_address(request, form.data.get("slug", ""), obj)

    def delete_model(self, request, obj):
        publishing.delete_named(self.model.objects.filter(pk=obj.pk))

    def delete_queryset(self, request, queryset):
        publishing.delete_named(queryset)

    def view_on_site(self, obj):
        return obj.get_absolute_url()


class SectionAdmin(NamedAdmin):
    list_display = [NAME, "color", "position", "address"]
    fields = ["name", "description", "color", "position", "slug"]


class TagAdmin(NamedAdmin):
    fields = ["name", "slug"]


class AuthorAdmin(NamedAdmin):
    list_display = [NAME, isolated_column("role", _("role")), "account"]
    list_select_related = ["user"]
    fields = ["name", "role", "biography", "user", "slug"]
    autocomplete_fields = ["user"]

    @admin.display(description=_("account"), ordering="user__first_name")
    def account(self, author):
        return accounts.cell(author.user)

    def get_readonly_fields(self, request, obj=None):
        # Choosing an account means seeing them all.
        return [] if request.user.has_perm("auth.view_user") else ["user"]
