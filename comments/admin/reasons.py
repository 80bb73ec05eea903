"""The reasons for rejections in the admin."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Func, OuterRef, Q, Subquery
from django.forms import BaseModelFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from articles.admin.search import ScannedSearch
from comments.models import Decision, RejectionReason
from newsroom.text import bidi
from newsroom.text.slug import slugify
from newsroom.web.admin_columns import isolated_column

CODE_LETTERS = 20
# The keys 1 to 9 choose a reason on the desk.
KEYS = 9


class ReasonForm(forms.ModelForm):
    class Meta:
        model = RejectionReason
        fields = ["label", "letter", "position", "is_active"]

    def clean_is_active(self) -> bool:
        is_active = self.cleaned_data["is_active"]
        others = RejectionReason.objects.filter(is_active=True).exclude(pk=self.instance.pk)
        if not is_active and not others.exists():
            raise ValidationError(_("One reason at least must be offered, or nothing could be rejected."))
        return is_active


class ReasonRow(forms.ModelForm):
    """A line of the list, whose fields have no label but the column's."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}: {self.instance.label}"


class ReasonFormSet(BaseModelFormSet):
    def clean(self) -> None:
        super().clean()
        offered = {form.instance.pk: form.cleaned_data.get("is_active") for form in self.forms}
        others = RejectionReason.objects.filter(is_active=True).exclude(pk__in=offered)
        if not any(offered.values()) and not others.exists():
            raise ValidationError(_("One reason at least must be offered, or nothing could be rejected."))


class RejectionReasonAdmin(ScannedSearch, admin.ModelAdmin):
    form = ReasonForm
    list_display = [
        isolated_column("label", gettext_lazy("reason")),
        "key",
        "position",
        "is_active",
        "has_letter",
    ]
    list_editable = ["position", "is_active"]
    scanned_fields = ["label", "letter"]
    actions = None
    change_form_template = "admin/comments/rejectionreason/change_form.html"

    class Media:
        css = {"all": ["css/desk/screening.css"]}

    def get_urls(self):
        preview = self.admin_site.admin_view(self.preview_view)
        return [
            path("preview/", preview, name="comments_rejectionreason_preview"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        stands_before = Q(position__lt=OuterRef("position")) | Q(
            position=OuterRef("position"), label__lt=OuterRef("label")
        )
        offered = RejectionReason.objects.filter(stands_before, is_active=True).order_by()
        before = offered.annotate(count=Func("pk", function="count")).values("count")
        return super().get_queryset(request).annotate(before=Subquery(before))

    def get_changelist_form(self, request, **kwargs):
        return super().get_changelist_form(request, form=ReasonRow, **kwargs)

    def get_changelist_formset(self, request, **kwargs):
        return super().get_changelist_formset(request, formset=ReasonFormSet, **kwargs)

    def has_delete_permission(self, request, obj=None):
        # What was given as a reason stays readable; it is switched off instead.
        if obj is not None and Decision.objects.filter(reason=obj).exists():
            return False
        return super().has_delete_permission(request, obj)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.code = _new_code(obj.label)
        super().save_model(request, obj, form, change)

    @method_decorator(require_POST)
    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The letter as its reader sees it, from what stands in the form; nothing is saved."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "title": _("Letter"),
            "opts": self.opts,
            "label": bidi.clean_line(request.POST.get("label", "")[:80]),
            "letter": bidi.clean_block(request.POST.get("letter", "")[:2_000]),
        }
        return render(request, "admin/comments/rejectionreason/preview.html", context)

    @admin.display(description=gettext_lazy("key"))
    def key(self, reason):
        return reason.before + 1 if reason.is_active and reason.before < KEYS else None

    @admin.display(description=gettext_lazy("letter"), boolean=True)
    def has_letter(self, reason):
        return bool(reason.letter)


def _new_code(label: str) -> str:
    """A code that no reason has, made of the label."""
    code = slugify(label, CODE_LETTERS)
    taken = set(RejectionReason.objects.values_list("code", flat=True))
    number = 2
    free = code
    while free in taken:
        suffix = f"-{number}"
        free = code[: CODE_LETTERS - len(suffix)] + suffix
        number += 1
    return free
