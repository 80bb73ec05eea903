"""Sections of editors in the admin: each account that may publish, and where it edits."""

from django import forms
from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import scopes
from articles.models import Editor, Section, SectionEditor

from . import accounts


class EditorForm(forms.ModelForm):
    sections = forms.ModelMultipleChoiceField(
        Section.objects.all(),
        label=gettext_lazy("Sections"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "The editor reads everything, and edits and publishes in these. None means all."
        ),
    )

    class Meta:
        model = Editor
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["sections"] = list(self.instance.section_rows.values_list("section", flat=True))


class EditorAdmin(admin.ModelAdmin):
    form = EditorForm
    list_display = ["name", "where"]
    fields = ["sections"]
    list_per_page = 50
    ordering = ["first_name", "last_name", "username"]

    def get_queryset(self, request: HttpRequest):
        rows = Prefetch("section_rows", SectionEditor.objects.select_related("section").order_by("section"))
        return Editor.objects.filter(pk__in=scopes.editors().values("pk")).prefetch_related(rows)

    def lookup_allowed(self, lookup, value, request=None):
        # Accounts hold more than is to be asked for here.
        return False

    @admin.display(description=gettext_lazy("editor"), ordering="first_name")
    def name(self, editor: Editor):
        return accounts.cell(editor)

    @admin.display(description=gettext_lazy("sections"))
    def where(self, editor: Editor):
        rows = list(editor.section_rows.all())
        if not rows or editor.has_perm(scopes.OVERSEE):
            return _("All sections")
        return _(", ").join(str(row.section) for row in rows)

    # Who may do what

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(scopes.OVERSEE)

    has_change_permission = has_view_permission

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def render_change_form(self, request, context, *args, **kwargs):
        title = _("Sections of %(name)s") % {"name": accounts.name_of(kwargs["obj"])}
        return super().render_change_form(
            request, context | {"title": title, "subtitle": None}, *args, **kwargs
        )

    def save_model(self, request, obj, form, change):
        scopes.limit(obj, form.cleaned_data["sections"], by=request.user)
