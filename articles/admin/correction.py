"""Corrections in the admin: added from an article's form, listed, reworded with every wording kept, never deleted."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import corrections
from articles.denials import Denied
from articles.models import Article, Correction
from articles.models.correction import Kind
from articles.workflow import CORRECT, PUBLISH
from newsroom.text import bidi
from newsroom.text.excerpt import excerpt
from newsroom.web.isolation import isolate
from newsroom.web.numbers import row_number

from . import accounts
from .search import ScannedSearch

NOTE_SHOWN = 100


class CorrectionForm(forms.ModelForm):
    """A note on `article`, which the admin sets on a form of its own for each request."""

    article: Article

    withdraw = forms.BooleanField(
        label=gettext_lazy("Archive the article as well"),
        required=False,
        help_text=gettext_lazy("For a retraction: at the article’s address stands then this note alone."),
    )

    class Meta:
        model = Correction
        fields = ["kind", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 5, "dir": "auto"})}

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind")
        # Another wording of the same kind is always possible, also on what readers no longer see.
        if kind and (self.instance.pk is None or "kind" in self.changed_data):
            try:
                corrections.check(self.article, kind)
            except corrections.CorrectionError as error:
                raise ValidationError(str(error)) from error
        if cleaned.get("withdraw") and kind != Kind.RETRACTION:
            self.add_error("withdraw", _("Only a retraction withdraws the article."))
        return cleaned


class SeenFilter(admin.SimpleListFilter):
    title = gettext_lazy("article")
    parameter_name = "seen"

    def lookups(self, request, model_admin):
        return [("yes", _("Readers see it")), ("no", _("Readers no longer see it"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.published()
        if self.value() == "no":
            return queryset.exclude(pk__in=Correction.objects.published().values("pk"))
        return queryset


class CorrectionAdmin(ScannedSearch, admin.ModelAdmin):
    form = CorrectionForm
    list_display = ["beginning", "shown_kind", "of_article", "added_by", "at", "edited_at"]
    list_filter = ["kind", SeenFilter]
    list_select_related = ["article", "by"]
    list_per_page = 50
    linked_filters = ["article"]
    scanned_fields = ["note", "article__headline"]
    search_help_text = gettext_lazy("Words of the note or of the headline, in any spelling.")
    show_full_result_count = False

    class Media:
        css = {"all": ["css/editor.css"]}

    @admin.display(description=gettext_lazy("public note"))
    def beginning(self, correction: Correction):
        text = isolate(excerpt(correction.note, NOTE_SHOWN), correction.direction)
        return format_html('<bdi dir="{}">{}</bdi>', correction.direction, text)

    @admin.display(description=gettext_lazy("kind of note"), ordering="kind")
    def shown_kind(self, correction: Correction):
        return format_html('<span class="state">{}</span>', correction.get_kind_display())

    @admin.display(description=gettext_lazy("article"))
    def of_article(self, correction: Correction):
        article = correction.article
        headline = isolate(article.headline, article.direction)
        return format_html('<bdi dir="{}" lang="{}">{}</bdi>', article.direction, article.language, headline)

    @admin.display(description=gettext_lazy("added by"))
    def added_by(self, correction: Correction):
        return accounts.cell(correction.by)

    @admin.display(description=gettext_lazy("Wordings so far"))
    def wordings(self, correction: Correction):
        return format_html_join(
            "",
            '<p><strong>{}</strong> · {} · {}</p><p class="note-text" dir="{}">{}</p>',
            (
                (
                    wording.get_kind_display(),
                    isolate(accounts.name_of(wording.by)) if wording.by else _("The site itself"),
                    date_format(localtime(wording.at), "DATETIME_FORMAT"),
                    wording.direction,
                    # Safe: escaped already.
                    mark_safe(isolate(wording.note, wording.direction).replace("\n", "<br>")),
                )
                for wording in correction.wordings.select_related("by")
            ),
        )

    # Who may do what

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(PUBLISH)

    has_add_permission = has_view_permission

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return self.has_view_permission(request)
        return corrections.may_correct(request.user, obj.article)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST":
            if object_id is None:
                article = self._article(request)
            else:
                correction = self.get_object(request, unquote(object_id))
                article = correction and correction.article
            if article is not None and not corrections.may_correct(request.user, article):
                raise Denied(request.user, CORRECT, article)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False

    def view_on_site(self, correction: Correction):
        return correction.get_absolute_url() if correction.article.is_public else None

    # The form

    def get_fields(self, request, obj=None):
        return ["of_article", "kind", "note", "wordings"] if obj else ["kind", "note", "withdraw"]

    def get_readonly_fields(self, request, obj=None):
        return ["of_article", "wordings"] if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.article = obj.article if obj else self._article(request)
        return form

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            article = self._article(request) if request.method == "POST" else None
            raise PermissionDenied if article is None else Denied(request.user, CORRECT, article)
        if row_number(request.GET.get("article", "")) is None:
            messages.info(request, _("Open the article and press “Add a correction” there."))
            return redirect("admin:articles_article_changelist")
        article = self._article(request)
        if article is None:
            raise Http404
        headline = bidi.isolate_plain(article.headline, article.direction)
        title = _("Correction of “%(headline)s”") % {"headline": headline}
        return super().add_view(request, form_url, {"title": title} | (extra_context or {}))

    def render_change_form(self, request, context, *args, **kwargs):
        # The next note is of another article, which nothing here would name.
        return super().render_change_form(
            request, context | {"show_save_and_add_another": False}, *args, **kwargs
        )

    def _article(self, request: HttpRequest) -> Article | None:
        """The article that the address names, if there is one. One query."""
        return Article.objects.filter(pk=row_number(request.GET.get("article", ""))).first()

    def save_model(self, request, obj, form, change):
        if change:
            corrections.reword(obj, obj.kind, obj.note, by=request.user)
            return
        made = corrections.add(
            form.article, obj.kind, obj.note, by=request.user, withdraw=form.cleaned_data["withdraw"]
        )
        # Django goes on with the object that it made.
        obj.pk, obj.article, obj._state.adding = made.pk, form.article, False

    def response_post_save_add(self, request, obj):
        return redirect("admin:articles_article_change", obj.article_id)
