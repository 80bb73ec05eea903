"""Pages of the site in the admin: written in the editor, with every text they had, and no save over another's."""

import re

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import editor, site_pages, views
from articles.models import PageEdition, SitePage
from newsroom.text import bidi, markup, word_diff
from newsroom.text.sanitizer import SanitizerError
from newsroom.web.numbers import row_number

from . import accounts, differences
from .addresses import tell_address
from .races import ToldOnTheForm

# What the first texts leave to the operator.
_LEFT_OPEN = re.compile(r"\[[^\[\]]{2,}\]")
EDITIONS_SHOWN = 50
# What pages do not take; see `site_pages.print_body`.
LEFT_OUT = {"Figure", "Image", "Gallery", "Embed", "EmbedPaste"}


class PageForm(forms.ModelForm):
    # What somebody else saved meanwhile, and in what it differs from what was typed.
    stored: SitePage | None = None
    opened_version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1
    )

    class Meta:
        model = SitePage
        fields = "__all__"
        widgets = {
            "title": forms.TextInput(attrs={"dir": "auto", "class": "vTextField"}),
            "body": editor.EditorWidget(without=LEFT_OUT),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["opened_version"] = self.instance.version

    def clean_body(self) -> str:
        body = markup.from_editor(self.cleaned_data["body"])
        page = SitePage(body=body, language=self.data.get("language", "ar"))
        try:
            site_pages.print_body(page)
        except (SanitizerError, site_pages.PageRefused) as error:
            raise ValidationError(str(error)) from error
        return page.body

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk is None:
            return cleaned
        # Locked until the save, which is in the same transaction, so that nobody comes in between.
        stored = SitePage.objects.select_for_update().get(pk=self.instance.pk)
        if cleaned.get("opened_version") != stored.version:
            self._tell_of(stored)
        return cleaned

    def _tell_of(self, stored: SitePage) -> None:
        """Say that somebody else saved the page, and let the next save know of it. What was typed stays in the form."""
        self.stored = stored
        self.data = self.data.copy()
        self.data["opened_version"] = str(stored.version)
        self.add_error(None, ValidationError(str(site_pages.PageConflict(stored)), code="conflict"))


class SitePageAdmin(ToldOnTheForm, admin.ModelAdmin):
    form = PageForm
    change_form_template = "admin/articles/sitepage/change_form.html"
    list_display = [
        "shown_title",
        "purpose",
        "language",
        "position",
        "is_published",
        "left_open",
        "modified_at",
    ]
    list_display_links = ["shown_title"]
    fields = ["title", "body", "language", "purpose", "position", "is_published", "slug"]

    class Media:
        css = {"all": ["css/editor.css", "css/revisions.css"]}

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def shown_title(self, page: SitePage):
        return format_html('<bdi dir="{}">{}</bdi>', page.direction, page.title)

    @admin.display(description=gettext_lazy("left to fill in"))
    def left_open(self, page: SitePage):
        return len(_LEFT_OPEN.findall(page.body)) or ""

    def view_on_site(self, page: SitePage):
        return page.get_absolute_url() if page.is_published else None

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("preview/", view(self.preview), name="articles_sitepage_preview_new"),
            path("<row:pk>/preview/", view(self.preview), name="articles_sitepage_preview"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """The stored page as readers would see it, or the one that the posted form would make; nothing is saved."""
        page = get_object_or_404(SitePage, pk=pk) if pk else SitePage()
        if not (self.has_change_permission(request, page) if pk else self.has_add_permission(request)):
            raise PermissionDenied
        problem = ""
        if request.method == "POST":
            page.title = SitePage._meta.get_field("title").to_python(request.POST.get("title", ""))[:120]
            page.language = request.POST.get("language", "ar")
            page.body = markup.from_editor(request.POST.get("body", ""))
            try:
                site_pages.print_body(page)
            except (SanitizerError, site_pages.PageRefused) as error:
                problem, page.body_html = str(error), ""
        return views.preview_page(request, page, problem)

    def get_changeform_initial_data(self, request):
        return {"language": "ar"} | super().get_changeform_initial_data(request)

    def _asked_edition(self, request: HttpRequest, page: SitePage) -> PageEdition | None:
        """The former text with which the form is to be opened, if one is named. One query at most."""
        version = row_number(request.GET.get("edition", ""))
        if version is None or request.method != "GET":
            return None
        return page.editions.filter(version=version).first()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        context["media"] = editor.with_nonce(context["media"], request)
        context["preview_url"] = (
            reverse("admin:articles_sitepage_preview", args=[obj.pk])
            if obj
            else reverse("admin:articles_sitepage_preview_new")
        )
        if obj is not None:
            context["editions"] = list(obj.editions.select_related("by").defer("body")[:EDITIONS_SHOWN])
            for edition in context["editions"]:
                edition.who = accounts.name_of(edition.by) or _("The site itself")
            if edition := self._asked_edition(request, obj):
                form.initial |= {"title": edition.title, "body": edition.body}
                context["opened_edition"] = edition
        if form.stored is not None:
            context["conflict"] = _between(form.stored, form)
            context["saved_by"] = accounts.name_of(form.stored.editions.first().by)
        response = super().render_change_form(request, context, add, change, form_url, obj)
        return editor.admit(request, response)

    def delete_model(self, request, obj):
        site_pages.delete(SitePage.objects.filter(pk=obj.pk))

    def delete_queryset(self, request, queryset):
        site_pages.delete(queryset)

    def save_model(self, request, obj, form, change):
        version = form.cleaned_data["opened_version"] if change else None
        site_pages.save(obj, by=request.user, expected_version=version)
        tell_address(request, form.data.get("slug", ""), obj)
        if count := len(_LEFT_OPEN.findall(obj.body)):
            messages.warning(
                request,
                _("Places that this page still leaves to fill in, in square brackets: %(count)d.")
                % {"count": count},
            )


def _between(stored: SitePage, form: PageForm):
    """What was saved meanwhile against what is in the form, in words."""
    typed = {"title": form.data.get("title", ""), "body": form.cleaned_data.get("body", stored.body)}
    found = []
    if stored.title != typed["title"]:
        runs = word_diff.of_texts(stored.title, bidi.clean_line(typed["title"]))
        found.append(differences.told("title", form.fields["title"].label, runs, stored.direction))
    if stored.body != typed["body"]:
        runs = word_diff.of_markup(stored.body, typed["body"])
        found.append(differences.told("body", form.fields["body"].label, runs, stored.direction))
    return found
