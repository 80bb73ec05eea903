"""The site's rules for comments in the admin: one page."""

from django.contrib import admin
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from articles import kept_pages


class PolicyAdmin(admin.ModelAdmin):
    fieldsets = [
        (None, {"fields": ["mode", "closes_after_days", "approvals_for_trust", "edit_minutes"]}),
        (_("Night"), {"fields": ["is_night_on", "night_from", "night_until"]}),
        (
            _("Limits"),
            {
                "fields": ["network_limit", "writer_limit", "article_limit"],
                "description": _("Who goes beyond is asked to wait a few minutes and keeps the text."),
            },
        ),
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        kept_pages.all_changed()

    def changelist_view(self, request, extra_context=None):
        return redirect("admin:comments_policy_change", 1)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        # There is no list to go back to, so that one button serves.
        extra = {"show_save_and_continue": False, "title": self.opts.verbose_name, "subtitle": None}
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))
