"""Accounts and groups in the admin: their permissions in our language, as boxes to tick that need no script."""

from django import forms
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from articles.admin import CountedDeletion


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
    """Whoever has done anything is switched off and not deleted."""

    # Nobody has reason to change when somebody came; and Django leaves their lines without labels.
    readonly_fields = ["last_login", "date_joined"]


class GroupOfAccountsAdmin(Permitted, GroupAdmin):
    pass
