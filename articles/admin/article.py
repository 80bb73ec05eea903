"""Articles in the admin: the list, who may do what, and what the form's buttons set going."""

from copy import deepcopy
from datetime import datetime
from typing import Any

from babel.dates import get_timezone_location
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from js_asset import Script

from articles import contents, editor, gaps, images, publishing, reviewing, revising, scopes
from articles.models import Article, Author, Byline, Presence, Revision
from articles.models.article import RTL_LANGUAGES, TEXTS
from articles.workflow import MOVES, Move, Status
from newsroom.web.isolation import isolate

from . import accounts, sentences
from .addresses import form_of, tell_address
from .article_drafts import ArticleDrafts
from .article_form import (
    AmongThoseTaken,
    ArticleForm,
    MomentField,
    MomentInput,
    OrderedLookup,
    StoriesLookup,
    StoryLookup,
    credits_missing,
)
from .article_moves import ArticleMoves
from .article_previews import ArticlePreviews, admit_frame
from .article_revisions import ArticleRevisions, tell_of_changes
from .calendar import EditorialCalendar
from .deletion import CountedDeletion
from .finding import ArticleFinding, Finding
from .lookups import Listing, Lookup, LookupMultiple
from .paging import BoundedPaginator
from .proof import Proof
from .races import ToldOnTheForm
from .readings import ArticleReadings
from .saved_views import ArticleViews
from .search import FoldedSearch
from .similar_stories import SimilarStories
from .translation_desk import TranslationDesk


class ArticleAdmin(
    ArticleDrafts,
    ArticlePreviews,
    ArticleRevisions,
    EditorialCalendar,
    ArticleReadings,
    Proof,
    TranslationDesk,
    ArticleMoves,
    SimilarStories,
    ArticleViews,
    ArticleFinding,
    CountedDeletion,
    ToldOnTheForm,
    FoldedSearch,
    admin.ModelAdmin,
):
    form = ArticleForm
    change_form_template = "admin/articles/article/change_form.html"
    list_display = [
        "title",
        "state",
        "section",
        "published_at",
        "read",
        "modified_at",
        "creator",
        "reviewed_by",
    ]
    list_filter = [Finding]
    list_select_related = ["section", "created_by", "reviewer"]
    list_per_page = 50
    paginator = BoundedPaginator
    ordering = ["-modified_at", "-pk"]
    folded_field = "search_text"
    search_help_text = _("Words of the text, the headline or the authors’ names, in any spelling.")
    show_full_result_count = False
    autocomplete_fields = ["tags", "hero", "series", "translation_of", "translation_reviewer"]
    formfield_overrides = {models.DateTimeField: {"form_class": MomentField, "widget": MomentInput}}
    fieldsets = [
        (None, {"fields": ["kicker", "headline", "summary", "body"]}),
        (_("Placement"), {"fields": ["section", "bylines", "tags", "hero", "language"]}),
        (_("Read on"), {"fields": ["series", "related"]}),
        (
            _("Source and translation"),
            {
                "classes": ["collapse"],
                "fields": [
                    "source_name", "source_url", "translated_from", "translation_of", "machine_translated",
                    "translation_reviewer",
                ],
            },
        ),
        (_("Address and dates"), {"classes": ["collapse"], "fields": ["slug", "withdraw_at"]}),
    ]  # fmt: skip
    # Where those who may not write find something to read in place of a field to fill in.
    read_instead = {
        "kicker": "kicker_read",
        "headline": "headline_read",
        "summary": "summary_read",
        "body": "text",
        "bylines": "signed_by",
        "related": "goes_on_with",
        "machine_translated": "by_machine",
    }

    class Media:
        # Also on the list, where a writer lands after saving: there the kept copy of the text is dropped.
        js = [Script("js/editor/drafts.js", defer=True)]

    # The list

    @admin.display(description=_("headline"), ordering="search_key")
    def title(self, article: Article):
        title = _as_read(article, article.headline)
        names = [accounts.name_of(presence.user) for presence in article.present]
        if not names:
            return title
        return format_html('{} <span class="at-it">{}</span>', title, sentences.who_writes(names))

    @admin.display(description=_("state"), ordering="status")
    def state(self, article: Article):
        state = format_html('<span class="state state-{}">{}</span>', article.state, article.state.label)
        if article.working_copy_id is None:
            return format_html("{} {}", state, self.returned_mark(article))
        return format_html('{} <span class="state-changes">{}</span>', state, _("Has changes to publish"))

    @admin.display(description=_("created by"), ordering="created_by__first_name")
    def creator(self, article: Article):
        return accounts.cell(article.created_by)

    # What there is to read for those who may not write

    @admin.display(description=_("kicker"))
    def kicker_read(self, article: Article):
        return _as_read(article, article.kicker)

    @admin.display(description=_("headline"))
    def headline_read(self, article: Article):
        return _as_read(article, article.headline)

    @admin.display(description=_("summary"))
    def summary_read(self, article: Article):
        return _as_read(article, article.summary)

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

    @admin.display(description=_("Related stories"))
    def goes_on_with(self, article: Article):
        return _(", ").join(f"«{headline}»" for _number, headline in contents.of(article)["related"])

    @admin.display(description=_("machine translated"))
    def by_machine(self, article: Article):
        return gettext("Yes") if article.machine_translated else gettext("No")

    # Who may do what

    def get_queryset(self, request: HttpRequest):
        articles = super().get_queryset(request).editable_by(request.user)
        if request.resolver_match.url_name == "articles_article_change":
            # What the form asks of them anyway, each by itself.
            return articles.select_related("section", "working_copy", "reviewer")
        return articles

    def get_changelist_instance(self, request: HttpRequest):
        changelist = super().get_changelist_instance(request)
        # The rows of the page were chosen as the list was made; `queryset` is read no more.
        changelist.result_list = changelist.result_list.defer(*TEXTS).prefetch_related(
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
        if self._only_reads(request, obj):
            # Whoever only reads needs no word on how a field is filled in.
            kwargs["help_texts"] = dict.fromkeys(self.get_readonly_fields(request, obj), "")
        form = super().get_form(request, obj, change, **kwargs)
        form.draft = self.opened_draft(request, obj)
        form.limited_to = scopes.sections_of(request.user)
        # Declared on the form, it would be the same object in the requests of all threads, and so would its widget.
        field = form.base_fields["bylines"] = deepcopy(form.base_fields["bylines"])
        author = Byline._meta.get_field("author")
        field.widget = RelatedFieldWidgetWrapper(
            self._lookup(OrderedLookup, author, request),
            author.remote_field,
            self.admin_site,
            can_add_related=request.user.has_perm("articles.add_author"),
        )
        field.widget.choices = field.choices
        field = form.base_fields["related"] = deepcopy(form.base_fields["related"])
        field.widget = self._lookup(StoriesLookup, Revision._meta.get_field("article"), request)
        field.queryset = self._may_name(request, obj).only("headline", "language")
        if original := form.base_fields.get("translation_of"):
            original.queryset = field.queryset
        return form

    def _may_name(self, request: HttpRequest, article: Article | None):
        """The articles of which `request.user` may be told, and those that this one names already."""
        numbers = [*article.related, article.translation_of_id or 0] if article else []
        named = Article.objects.filter(pk__in=numbers)
        return Article.objects.told_to(request.user) | named

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.autocomplete_fields:
            lookup = StoryLookup if db_field.remote_field.model is Article else Lookup
            kwargs["widget"] = self._lookup(lookup, db_field, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = self._lookup(LookupMultiple, db_field, request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _lookup(self, widget_class, field, request: HttpRequest):
        widget = widget_class(field, self.admin_site)
        related = self.admin_site.get_model_admin(field.remote_field.model)
        widget.may_look_up = related.has_view_permission(request)
        if widget.may_look_up and not isinstance(widget, AmongThoseTaken):
            widget.listing = request.__dict__.setdefault("listing", Listing())
            widget.listing.add(related.model._default_manager.all())
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
        transitions = self.what_became_of(request, article) if change else ()
        context |= {
            "article": article,
            # What is not written yet cannot be put away.
            "moves": [move for move in moves if change or move.target != Status.ARCHIVED],
            "transitions": transitions,
            # Once, beside the first button that has readers see the article.
            "warns_at": next((move.name for move in moves if move.shows_text), ""),
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
        context |= self.what_the_desk_says(request, obj, transitions) | self.who_reviews(request, form, moves)
        context |= self.what_is_previewed(obj)
        if context["warns_at"]:
            lacking = gaps.among(lambda name: form[name].value())
            context["gaps"] = [(name, phrase, name in lacking) for name, phrase in gaps.GAPS.items()]
        if add or self.has_change_permission(request, obj):
            context |= self.what_is_similar(request, obj, form)
        response = super().render_change_form(request, context, add, change, form_url, obj)
        return admit_frame(editor.admit(request, response))

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

    def delete_model(self, request, obj):
        publishing.delete(Article.objects.filter(pk=obj.pk))

    def delete_queryset(self, request, queryset):
        publishing.delete(queryset)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self.keep_note_of_form(request, form.instance)
        if form.move is not None:
            chosen = {name: form.cleaned_data[name] for name in ("note", "is_minor", "reviewer")}
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
        reviewer: Any = None,
        is_sent_again: bool = False,
        is_saved: bool = True,
    ) -> str:
        """Do what the pressed button says, now that the text is saved if it was sent along, and return what was told of
        it, untranslated.

        A move that is refused leaves the text saved, and nothing is told of it.
        """
        was_public = article.is_public
        try:
            if move.name == "submit":
                reviewing.submit(article, by=request.user, reviewer=reviewer)
            elif move.name == "take_back":
                reviewing.take_back(article, by=request.user)
            else:
                publishing.move(article, move.name, by=request.user, at=at, note=note, is_minor=is_minor)
        except publishing.PublishingError as error:
            if is_sent_again and publishing.was_last(article, move, by=request.user):
                self.message_user(request, move.done, messages.SUCCESS)
                self._warn_of_gaps(request, article, move)
                return ""
            problem = credits_missing(error) if isinstance(error, publishing.CreditMissing) else error
            told = format_html(_("Saved, but: {problem}"), problem=problem) if is_saved else problem
            self.message_user(request, told, messages.ERROR)
            return ""
        done = move.done if was_public or not move.done_unseen else move.done_unseen
        told = _("Scheduled.") if article.is_scheduled and move.sets_date else done
        self.message_user(request, told, messages.SUCCESS)
        self._warn_of_gaps(request, article, move)
        # As Django keeps the names of changed fields, to be read in the reader's language.
        with translation.override(None):
            return str(told)

    def _warn_of_gaps(self, request: HttpRequest, article: Article, move: Move) -> None:
        """Say what is missing of what `move` has readers see."""
        if not move.shows_text:
            return
        for lacking in gaps.of([article]).values():
            told = _("Scheduled %(gaps)s.") if article.is_scheduled else _("Published %(gaps)s.")
            self.message_user(request, told % {"gaps": gaps.words(lacking)}, messages.WARNING)

    def response_add(self, request, obj, post_url_continue=None):
        return self._after_move(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        if response := self._after_move(request, obj):
            return response
        response = super().response_change(request, obj)
        tell_of_changes(request, obj)
        return response

    def _after_move(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        if request.POST.get("_move") not in MOVES:
            return None
        filters = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return HttpResponseRedirect(add_preserved_filters(filters, form_of(article.pk)))


def _as_read(article: Article, text: str) -> SafeString:
    """A text of the article's own, in the order and with the line breaks that readers see."""
    html = isolate(text, article.direction)
    return format_html('<bdi dir="{}" lang="{}">{}</bdi>', article.direction, article.language, html)
