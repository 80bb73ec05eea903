"""Accounts and groups in the admin: their permissions in our language, as boxes to tick that need no script."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from articles.admin import CountedDeletion
from newsroom.staff import letters, second_factor, sessions


class PermissionField(forms.ModelMultipleChoiceField):
    """Django keeps the names of permissions in English, and says of each where in the code it belongs."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Permission) -> str:
        model = obj.content_type.model_class()
        if model is None:
            return obj.name
        made = {f"{action}_{model._meta.model_name}": label for action, label in _actions().items()}
        return f"{capfirst(model._meta.verbose_name_plural)}: {made.get(obj.codename) or _(obj.name)}"


def _actions() -> dict[str, str]:
    return {
        "add": pgettext("permission", "add"),
        "change": pgettext("permission", "change"),
        "delete": pgettext("permission", "delete"),
        "view": pgettext("permission", "view"),
    }


class Permitted(CountedDeletion):
    """What accounts and groups share."""

    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field: models.ManyToManyField, request=None, **kwargs):
        if db_field.remote_field.model is Permission:
            rows = Permission.objects.select_related("content_type").filter(self._on_the_desk())
            return PermissionField(rows, required=False, label=capfirst(db_field.verbose_name))
        if db_field.remote_field.model is Group:
            kwargs["widget"] = forms.CheckboxSelectMultiple
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        # Django's advice is for lists in which several lines are held down.
        field.help_text = ""
        return field

    def _on_the_desk(self) -> models.Q:
        """The permissions of what has a place on the desk, be it on the form of something else."""
        registry = self.admin_site._registry
        shown = {
            *registry,
            *(inline.model for registered in registry.values() for inline in registered.inlines),
        }
        return models.Q(
            *(
                models.Q(
                    content_type__app_label=model._meta.app_label, content_type__model=model._meta.model_name
                )
                for model in shown
            ),
            _connector="OR",
        )


class AccountAdmin(Permitted, UserAdmin):
    """Whoever has done anything is switched off and not deleted. Who is added without a password gets an invitation."""

    # Nobody has reason to change when somebody came; and Django leaves their lines without labels.
    readonly_fields = ["last_login", "date_joined"]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": [
                    "username", "first_name", "last_name", "email", "groups", "usable_password", "password1",
                    "password2",
                ],
            },
        )
    ]  # fmt: skip
    actions = ["invite", "open_by_password_alone"]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if obj is None and "usable_password" in form.base_fields:
            form.base_fields["usable_password"].initial = "false"
            form.base_fields["usable_password"].help_text = _(
                "Disabled: a link to choose one is mailed to the address above."
            )
        return form

    def save_model(self, request, obj, form, change):
        if not change:
            # Accounts are for the desk alone.
            obj.is_staff = True
        super().save_model(request, obj, form, change)
        if not change and not obj.has_usable_password():
            if obj.email:
                letters.invite(obj, request.user)
                messages.success(request, _("An invitation is on its way to %s.") % obj.email)
            else:
                messages.warning(
                    request,
                    _("Nobody can sign in by this account: it has neither a password nor an address."),
                )

    @admin.action(description=gettext_lazy("Send an invitation again"), permissions=["change"])
    def invite(self, request, queryset):
        waiting = [user for user in queryset.exclude(email="") if user.is_active and user.last_login is None]
        for user in waiting:
            letters.invite(user, request.user)
        self.message_user(
            request,
            ngettext(
                "%(count)d invitation is on its way.", "%(count)d invitations are on their way.", len(waiting)
            )
            % {"count": len(waiting)},
            messages.SUCCESS if waiting else messages.WARNING,
        )

    @admin.action(
        description=gettext_lazy("Take away second factors, and sign out everywhere"), permissions=["change"]
    )
    def open_by_password_alone(self, request, queryset):
        if not request.user.is_superuser:
            raise PermissionDenied
        for user in queryset:
            second_factor.remove_all(user)
            sessions.end(user)
            self.log_change(request, user, _("Second factors taken away, signed out everywhere."))
        self.message_user(request, _("Done. They sign in with their password alone, and add a factor anew."))


class GroupOfAccountsAdmin(Permitted, GroupAdmin):
    pass
