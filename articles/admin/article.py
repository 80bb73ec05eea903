"""Articles in the admin: the list, who may do what, and what the form's buttons set going."""

from copy import deepcopy
from datetime import datetime

from babel.dates import get_timezone_location
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from js_asset import Script

from articles import contents, editor, images, publishing, revising, views
from articles.models import Article, Author, Byline, Presence
from articles.models.article import RTL_LANGUAGES
from articles.workflow import MOVES, Move, Status
from newsroom.text import bidi

from . import accounts, sentences
from .addresses import tell_address
from .article_drafts import ArticleDrafts
from .article_form import ArticleForm, AuthorsWidget, MomentInput, credits_missing
from .article_revisions import ArticleRevisions
from .lookups import Lookup, LookupMultiple
from .search import FoldedSearch
from .translation_desk import TranslationDesk


class PlaceFilter(admin.SimpleListFilter):
    """Articles by what a person does next with them; «scheduled» is a published one whose hour has not come."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("draft", _("Drafts")),
            ("in_review", _("In review")),
            ("scheduled", _("Scheduled")),
            ("public", _("Published")),
            ("changed", _("With changes to publish")),
            ("withdrawn", _("Withdrawn on time")),
            ("archived", _("Archived")),
        ]

    def queryset(self, request, queryset):
        if self.value() == "scheduled":
            return queryset.scheduled()
        if self.value() == "public":
            return queryset.published()
        if self.value() == "changed":
            return queryset.filter(working_copy__isnull=False)
        if self.value() == "withdrawn":
            return queryset.filter(status=Status.PUBLISHED, withdraw_at__lte=timezone.now())
        return queryset.filter(status=self.value()) if self.value() else queryset


class ArticleAdmin(ArticleDrafts, ArticleRevisions, TranslationDesk, FoldedSearch, admin.ModelAdmin):
    form = ArticleForm
    change_form_template = "admin/articles/article/change_form.html"
    list_display = ["title", "state", "section", "published_at", "modified_at", "creator"]
    list_filter = [PlaceFilter, "section", "language"]
    list_select_related = ["section", "created_by"]
    linked_filters = ["created_by"]
    list_per_page = 50
    ordering = ["-modified_at", "-pk"]
    search_help_text = _("Words of the headline, the kicker or the summary, in any spelling.")
    show_full_result_count = False
    autocomplete_fields = ["tags", "hero", "translation_reviewer"]
    formfield_overrides = {models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MomentInput}}
    fieldsets = [
        (None, {"fields": ["kicker", "headline", "summary", "body"]}),
        (_("Placement"), {"fields": ["section", "bylines", "tags", "hero", "language"]}),
        (
            _("Source and translation"),
            {
                "classes": ["collapse"],
                "fields": [
                    "source_name", "source_url", "translated_from", "machine_translated", "translation_reviewer",
                ],
            },
        ),
        (_("Address and dates"), {"classes": ["collapse"], "fields": ["slug", "withdraw_at"]}),
    ]  # fmt: skip
    # Where those who may not write find something to read in place of a field to fill in.
    read_instead = {"body": "text", "bylines": "signed_by"}

    class Media:
        # Also on the list, where a writer lands after saving: there the kept copy of the text is dropped.
        js = [Script("js/editor/drafts.js", defer=True)]

    # The list

    @admin.display(description=_("headline"), ordering="search_key")
    def title(self, article: Article):
        # Escaped and isolated in one.
        headline = mark_safe(bidi.isolate_html(article.headline, article.direction))
        title = format_html('<bdi dir="{}" lang="{}">{}</bdi>', article.direction, article.language, headline)
        names = [accounts.name_of(presence.user) for presence in article.present]
        if not names:
            return title
        return format_html('{} <span class="at-it">{}</span>', title, sentences.who_writes(names))

    @admin.display(description=_("state"), ordering="status")
    def state(self, article: Article):
        state = format_html('<span class="state state-{}">{}</span>', article.state, article.state.label)
        if article.working_copy_id is None:
            return state
        return format_html('{} <span class="state-changes">{}</span>', state, _("Has changes to publish"))

    @admin.display(description=_("created by"), ordering="created_by__first_name")
    def creator(self, article: Article):
        return accounts.cell(article.created_by)

    # What there is to read for those who may not write

    @admin.display(description=_("body"))
    def text(self, article: Article):
        # `body_html` was made by the sanitizer when the article was saved.
        return format_html(
            '<div class="article-text" dir="{}" lang="{}">{}</div>',
            article.direction,
            article.language,
            mark_safe(article.body_html),
        )

    @admin.display(description=_("Authors"))
    def signed_by(self, article: Article):
        return _(", ").join(str(byline.author) for byline in article.bylines.select_related("author"))

    # Who may do what

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).editable_by(request.user)

    def lookup_allowed(self, lookup, value, request=None):
        # The start page links to one's own drafts.
        return lookup == "created_by__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_changelist_instance(self, request: HttpRequest):
        changelist = super().get_changelist_instance(request)
        # The rows of the page were chosen as the list was made; `queryset` is read no more.
        changelist.result_list = changelist.result_list.defer("body", "body_html").prefetch_related(
            Prefetch("presences", Presence.objects.now().exclude(user=request.user), to_attr="present")
        )
        return changelist

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return publishing.may_edit(request.user, obj)

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        allowed = super().has_view_permission(request)
        if obj is None or request.user.has_perm("articles.publish_article"):
            return allowed
        return allowed and obj.created_by_id == request.user.pk

    def get_urls(self):
        preview = self.admin_site.admin_view(require_safe(self.preview))
        return [path("<int:pk>/preview/", preview, name="articles_article_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The stored article as readers would see it, for whoever may open its form."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        # Of the articles of others a reporter is not told that they exist.
        article = get_object_or_404(
            self.get_queryset(request).select_related("working_copy").for_page(), pk=pk
        )
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        if article.working_copy is not None:
            contents.show(article, article.working_copy.content)
        return views.preview(request, article)

    def view_on_site(self, article: Article):
        return article.get_absolute_url() if article.is_public else None

    # The form

    def get_inlines(self, request, obj):
        # The form of a new article has none, and may be sent again once the article is stored.
        is_of_stored = obj is not None and "object_id" in request.resolver_match.kwargs
        return super().get_inlines(request, obj) if is_of_stored else []

    def get_fieldsets(self, request, obj=None):
        if not self._only_reads(request, obj):
            return self.fieldsets
        return [
            (title, {"fields": [self.read_instead.get(name, name) for name in options["fields"]]})
            for title, options in self.fieldsets
        ]

    def get_readonly_fields(self, request, obj=None):
        return flatten_fieldsets(self.get_fieldsets(request, obj)) if self._only_reads(request, obj) else []

    def _only_reads(self, request: HttpRequest, article: Article | None) -> bool:
        return article is not None and not self.has_change_permission(request, article)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.draft = self.opened_draft(request, obj)
        # Declared on the form, it would be the same object in the requests of all threads, and so would its widget.
        field = form.base_fields["bylines"] = deepcopy(form.base_fields["bylines"])
        author = Byline._meta.get_field("author")
        field.widget = RelatedFieldWidgetWrapper(
            self._lookup(AuthorsWidget, author, request),
            author.remote_field,
            self.admin_site,
            can_add_related=request.user.has_perm("articles.add_author"),
        )
        field.widget.choices = field.choices
        return form

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = self._lookup(Lookup, db_field, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = self._lookup(LookupMultiple, db_field, request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _lookup(self, widget_class, field, request: HttpRequest):
        widget = widget_class(field, self.admin_site)
        related = self.admin_site.get_model_admin(field.remote_field.model)
        widget.may_look_up = related.has_view_permission(request)
        return widget

    def get_changeform_initial_data(self, request):
        own = Author.objects.filter(user=request.user).values_list("pk", flat=True)
        return {"bylines": list(own)} | super().get_changeform_initial_data(request)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        if change and form.is_bound and form.is_mere_conflict:
            return self.keep_for_comparison(request, obj, form)
        article = obj or Article(created_by=request.user)
        moves = publishing.allowed_moves(request.user, article)
        context |= {
            "article": article,
            # What is not written yet cannot be put away.
            "moves": [move for move in moves if change or move.target != Status.ARCHIVED],
            "transitions": article.transitions.select_related("by").order_by("-pk") if change else (),
            "now": timezone.localtime(),
            "place_of_time": get_timezone_location(
                settings.TIME_ZONE, locale=get_language(), return_city=True
            ),
            "rtl_languages": " ".join(sorted(RTL_LANGUAGES)),
            "may_upload": request.user.has_perm("articles.view_image"),
            "max_image_bytes": images.MAX_BYTES,
            "media": editor.with_nonce(context["media"], request),
        }
        context |= self.what_was_typed(request, obj, form) | self.what_was_written(request, obj)
        return editor.admit(request, super().render_change_form(request, context, add, change, form_url, obj))

    def save_model(self, request, obj, form, change):
        if not form.is_sent_again:
            revising.save(
                obj,
                by=request.user,
                expected_version=form.stored_version if change else None,
                authors=form.cleaned_data["bylines"],
                tags=form.cleaned_data["tags"],
                note=form.cleaned_data["change_note"],
            )
        self.note_saved(request, obj, form)
        if obj.working_copy_id is None:
            tell_address(request, form.data.get("slug", ""), obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.move is not None:
            chosen = {name: form.cleaned_data[name] for name in ("note", "is_minor")}
            form.told = self.make_move(
                request,
                form.instance,
                form.move,
                at=form.cleaned_data["publish_at"],
                is_sent_again=form.is_sent_again,
                **chosen,
            )

    def construct_change_message(self, request, form, formsets, add=False):
        message = super().construct_change_message(request, form, formsets, add)
        return [*message, {"moved": form.told}] if form.told else message

    def make_move(
        self,
        request: HttpRequest,
        article: Article,
        move: Move,
        *,
        at: datetime | None,
        note: str,
        is_minor: bool,
        is_sent_again: bool = False,
    ) -> str:
        """Do what the pressed button says, now that the text is saved, and return what was told of it, untranslated.

        A move that is refused leaves the text saved, and nothing is told of it.
        """
        was_public = article.is_public
        try:
            publishing.move(article, move.name, by=request.user, at=at, note=note, is_minor=is_minor)
        except publishing.PublishingError as error:
            if is_sent_again and publishing.was_last(article, move, by=request.user):
                self.message_user(request, move.done, messages.SUCCESS)
                return ""
            problem = credits_missing(error) if isinstance(error, publishing.CreditMissing) else error
            self.message_user(
                request, format_html(_("Saved, but: {problem}"), problem=problem), messages.ERROR
            )
            return ""
        done = move.done if was_public or not move.done_unseen else move.done_unseen
        told = _("Scheduled.") if article.is_scheduled and move.sets_date else done
        self.message_user(request, told, messages.SUCCESS)
        # As Django keeps the names of changed fields, to be read in the reader's language.
        with translation.override(None):
            return str(told)

    def response_add(self, request, obj, post_url_continue=None):
        return self._after_move(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        if response := self._after_move(request, obj):
            return response
        response = super().response_change(request, obj)
        if obj.working_copy_id is not None:
            self.message_user(request, _("Readers see the changes when you publish them."), messages.INFO)
        return response

    def _after_move(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        if request.POST.get("_move") not in MOVES:
            return None
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))
