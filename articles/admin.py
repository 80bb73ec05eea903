"""The editors' desk: articles, their names and their pictures in the admin. Registered in `newsroom.admin`."""

from datetime import timedelta

from babel.dates import get_timezone_location
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import AutocompleteSelectMultiple, RelatedFieldWidgetWrapper
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from js_asset import Script

from articles import editor, publishing
from articles.images import MAX_BYTES, ImageError
from articles.images import accept as accept_image
from articles.images import store as store_renditions
from articles.models import Article, Author, Byline, Image, Transition
from articles.models.article import RTL_LANGUAGES
from articles.workflow import MOVES, Move, Status
from newsroom.text import arabic, bidi
from newsroom.text.sanitizer import SanitizerError, is_safe_website, sanitize_article

LEFT_TO_RIGHT = {"dir": "ltr", "class": "vTextField"}


class FoldedSearch:
    """Search that forgives spelling: `folded_field` holds normalized text, and each typed word is normalized too."""

    folded_field = "search_key"
    fold = staticmethod(arabic.normalize)
    # Django shows the search box, and completes names, only where this is not empty; the look-up itself is below.
    search_fields = ["pk"]

    def get_search_results(self, request, queryset, search_term):
        for word in search_term.split():
            queryset = queryset.filter(**{f"{self.folded_field}__contains": self.fold(word)})
        return queryset, False


class NamedAdmin(FoldedSearch, admin.ModelAdmin):
    """Sections, tags and authors."""

    folded_field = "sort_key"
    fold = staticmethod(arabic.sort_key)
    list_display = ["name", "address"]

    @admin.display(description=_("address"), ordering="slug")
    def address(self, row):
        return format_html("<bdi>{}</bdi>", row.slug)

    def save_model(self, request, obj, form, change):
        publishing.save_named(obj)

    def view_on_site(self, obj):
        return obj.get_absolute_url()


class SectionAdmin(NamedAdmin):
    list_display = ["name", "position", "address"]
    fields = ["name", "description", "position", "slug"]


class TagAdmin(NamedAdmin):
    fields = ["name", "slug"]


class AuthorAdmin(NamedAdmin):
    list_display = ["name", "role", "user"]
    list_select_related = ["user"]
    fields = ["name", "role", "biography", "user", "slug"]
    autocomplete_fields = ["user"]

    def get_readonly_fields(self, request, obj=None):
        # Choosing an account means seeing them all.
        return [] if request.user.has_perm("auth.view_user") else ["user"]


class ImageForm(forms.ModelForm):
    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 10 MB. Place and camera data are removed."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    class Meta:
        model = Image
        fields = ["upload", "alt", "caption", "credit"]

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if upload is None:
            if self.instance.pk is None:
                raise ValidationError(_("Choose a file."))
            return None
        try:
            # A file far too large is not even read into memory; one byte more than allowed is refused like it.
            self.accepted = accept_image(upload.read(MAX_BYTES + 1))
        except ImageError as error:
            raise ValidationError(str(error)) from error
        if Image.objects.filter(digest=self.accepted.digest).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This picture is in the library already."))
        return upload


class ImageAdmin(admin.ModelAdmin):
    form = ImageForm
    list_display = ["thumbnail", "alt", "credit", "created_at"]
    list_display_links = ["thumbnail", "alt"]
    # As in `FoldedSearch`.
    search_fields = ["pk"]
    readonly_fields = ["thumbnail"]
    list_per_page = 40

    class Media:
        css = {"all": ["css/editor.css"]}
        js = [Script("js/editor/upload.js", defer=True)]

    @admin.display(description=_("picture"))
    def thumbnail(self, image: Image):
        if not image.pk:
            return ""
        return format_html(
            '<img class="thumbnail" src="{}" alt="" loading="lazy">', image.url(image.widths[0])
        )

    def get_fields(self, request, obj=None):
        fields = ["upload", "alt", "caption", "credit"]
        return ["thumbnail", *fields] if obj else fields

    def get_search_results(self, request, queryset, search_term):
        words = [arabic.normalize(word) for word in search_term.split()]
        if not words:
            return queryset, False
        # Pictures have no column of normalized text; a library of some thousands is read through in a moment.
        found = [
            pk
            for pk, *texts in queryset.order_by().values_list("pk", "alt", "caption", "credit")
            if all(word in arabic.normalize(" ".join(texts)) for word in words)
        ]
        return queryset.filter(pk__in=found), False

    def save_model(self, request, obj, form, change):
        accepted = getattr(form, "accepted", None)
        if accepted is not None:
            store_renditions(accepted)
            obj.digest, obj.width, obj.height = accepted.digest, accepted.width, accepted.height
        super().save_model(request, obj, form, change)

    def get_urls(self):
        library = self.admin_site.admin_view(require_http_methods(["GET", "POST"])(self.library))
        return [path("library/", library, name="articles_image_library"), *super().get_urls()]

    def library(self, request: HttpRequest) -> JsonResponse:
        """The pictures for the editor's dialog, newest first, 24 at a time; POST adds one.

        GET takes `q` and `page`, or the `id` of a single one. POST answers with the picture, also if the library had
        it, or 422 with the errors as sentences.
        """
        if request.method == "POST":
            return self._add_to_library(request)
        if not self.has_view_permission(request):
            raise PermissionDenied
        images, _more = self.get_search_results(
            request, self.get_queryset(request), request.GET.get("q", "")[:100]
        )
        if request.GET.get("id", "").isdecimal():
            images = images.filter(pk=request.GET["id"])
        page = Paginator(images, 24).get_page(request.GET.get("page"))
        return JsonResponse(
            {
                "images": [self._as_json(image) for image in page],
                "next": page.next_page_number() if page.has_next() else None,
            }
        )

    def _add_to_library(self, request: HttpRequest) -> JsonResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImageForm(request.POST, request.FILES)
        known = None
        if not form.is_valid():
            accepted = getattr(form, "accepted", None)
            known = accepted and Image.objects.filter(digest=accepted.digest).first()
            if known is None:
                errors = [
                    f"{form.fields[name].label}: {message}"
                    for name, texts in form.errors.items()
                    for message in texts
                ]
                return JsonResponse({"errors": errors}, status=422)
        if known is None:
            known = form.save(commit=False)
            self.save_model(request, known, form, change=False)
            self.log_addition(request, known, [{"added": {}}])
        return JsonResponse({"image": self._as_json(known)}, status=201)

    def _as_json(self, image: Image) -> dict:
        return {
            "id": image.pk,
            "src": image.src,
            "thumbnail": image.url(image.widths[0]),
            "alt": image.alt,
            "caption": image.caption,
            "credit": image.credit,
            "width": image.width,
            "height": image.height,
        }


class TransitionInline(admin.TabularInline):
    """The moves so far, to be read only."""

    model = Transition
    fields = readonly_fields = ["at", "from_status", "to_status", "who", "note"]
    extra = 0
    can_delete = False
    ordering = ["-pk"]

    @admin.display(description=_("by"))
    def who(self, transition: Transition):
        return transition.by or ""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        # Whoever sees the article sees what became of it.
        return True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")


class MomentInput(forms.DateTimeInput):
    """One field for day and hour, with the browser's own calendar."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__({"dir": "ltr"} | (attrs or {}), format="%Y-%m-%dT%H:%M")


class AuthorsWidget(AutocompleteSelectMultiple):
    """Authors in the order in which they sign."""

    def optgroups(self, name, value, attr=None):
        groups = super().optgroups(name, value, attr)
        order = [str(chosen) for chosen in value]
        for _label, options, _index in groups:
            options.sort(key=lambda option: order.index(str(option["value"])))
        return groups


class AuthorsField(forms.ModelMultipleChoiceField):
    """Authors in the order in which they were chosen."""

    def clean(self, value):
        authors = {str(author.pk): author for author in super().clean(value)}
        return [authors[pk] for pk in dict.fromkeys(map(str, value or []))]

    def has_changed(self, initial, data):
        return list(map(str, initial or [])) != list(map(str, data or []))


class ArticleForm(forms.ModelForm):
    opened_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    overwrite = forms.BooleanField(
        label=_("Save my text in place of the other one"), required=False, widget=forms.HiddenInput
    )
    bylines = AuthorsField(
        Author.objects.all(),
        label=_("Authors"),
        required=False,
        help_text=_("They sign in this order."),
        widget=AuthorsWidget(Byline._meta.get_field("author"), admin.site),
    )
    publish_at = forms.DateTimeField(label=_("Publish later, on"), required=False, widget=MomentInput)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    class Media:
        js = [Script("js/editor/writing.js", defer=True)]

    class Meta:
        model = Article
        fields = "__all__"
        widgets = {
            "kicker": forms.TextInput,
            "headline": forms.Textarea(attrs={"rows": 2, "data-one-line": ""}),
            "summary": forms.Textarea(attrs={"rows": 3}),
            "body": editor.EditorWidget,
            "slug": forms.TextInput(attrs={"dir": "auto", "class": "vTextField"}),
            "source_url": forms.URLInput(attrs=LEFT_TO_RIGHT),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["opened_version"].initial = self.instance.version
            signed = self.instance.bylines.values_list("author_id", flat=True)
            self.fields["bylines"].initial = list(signed)

    @property
    def move(self) -> Move | None:
        """The move whose button was pressed."""
        return MOVES.get(self.data.get("_move", ""))

    def clean_body(self) -> str:
        try:
            return sanitize_article(self.cleaned_data["body"])
        except SanitizerError as error:
            raise ValidationError(str(error)) from error

    def clean_source_url(self) -> str:
        url = self.cleaned_data["source_url"]
        if url and not is_safe_website(url):
            raise ValidationError(_("Write a full web address, beginning with https://."))
        return url

    def clean_publish_at(self):
        at = self.cleaned_data["publish_at"]
        if at is None:
            return None
        if self.move is None or not self.move.takes_time:
            raise ValidationError(_("To schedule, press “Publish”. To save alone, empty the hour."))
        # Some minutes may pass between choosing and pressing.
        if at < timezone.now() - timedelta(minutes=10):
            raise ValidationError(_("This hour has passed. Choose a later one, or empty it to publish now."))
        return at

    def clean_note(self) -> str:
        note = self.cleaned_data["note"]
        if note and (self.move is None or not self.move.takes_note):
            raise ValidationError(
                _("A note goes with a return or a withdrawal. Press its button, or empty the note.")
            )
        return note

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk:
            # Locked until the save, which is in the same transaction, so that nobody comes in between.
            stored = (
                Article.objects.select_for_update()
                .only("version", "status", "published_at")
                .get(pk=self.instance.pk)
            )
            self.instance.status, self.instance.published_at = stored.status, stored.published_at
            if not cleaned.get("overwrite") and cleaned.get("opened_version") != stored.version:
                self.fields["overwrite"].widget = forms.CheckboxInput()
                raise ValidationError(
                    _(
                        "Somebody else saved this article while you were writing. Your text is below and not saved "
                        "yet. Open the article in another tab to compare, then choose to save yours in its place."
                    ),
                    code="conflict",
                )
            self.stored_version = stored.version
        withdraw_at, published_at = cleaned.get("withdraw_at"), self.instance.published_at
        # The database would refuse it as well, without saying where.
        if withdraw_at and published_at and withdraw_at <= published_at:
            self.add_error("withdraw_at", _("The withdrawal must come after the publication."))
        return cleaned

    @property
    def is_conflict(self) -> bool:
        return self.has_error(NON_FIELD_ERRORS, "conflict")


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
            ("archived", _("Archived")),
        ]

    def queryset(self, request, queryset):
        if self.value() == "scheduled":
            return queryset.scheduled()
        if self.value() == "public":
            return queryset.published()
        return queryset.filter(status=self.value()) if self.value() else queryset


class ArticleAdmin(FoldedSearch, admin.ModelAdmin):
    form = ArticleForm
    change_form_template = "admin/articles/article/change_form.html"
    list_display = ["title", "state", "section", "published_at", "modified_at", "created_by"]
    list_filter = [PlaceFilter, "section", "language"]
    list_select_related = ["section", "created_by"]
    list_per_page = 50
    ordering = ["-modified_at", "-pk"]
    search_help_text = _("Words of the headline, the kicker or the summary, in any spelling.")
    show_full_result_count = False
    inlines = [TransitionInline]
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
    fieldsets_to_read = [
        (None, {"fields": ["kicker", "headline", "summary", "text"]}),
        (_("Placement"), {"fields": ["section", "signed_by", "tags", "hero", "language"]}),
        (
            _("Source and translation"),
            {
                "fields": [
                    "source_name",
                    "source_url",
                    "translated_from",
                    "machine_translated",
                    "translation_reviewer",
                ]
            },
        ),
        (_("Address and dates"), {"fields": ["slug", "withdraw_at"]}),
    ]

    class Media:
        # Also on the list, where a writer lands after saving: there the kept copy of the text is dropped.
        js = [Script("js/editor/drafts.js", defer=True)]

    # The list

    @admin.display(description=_("headline"), ordering="search_key")
    def title(self, article: Article):
        # Escaped and isolated in one.
        headline = mark_safe(bidi.isolate_html(article.headline, article.direction))
        return format_html('<bdi dir="{}" lang="{}">{}</bdi>', article.direction, article.language, headline)

    @admin.display(description=_("state"), ordering="status")
    def state(self, article: Article):
        return format_html('<span class="state state-{}">{}</span>', *self._state(article))

    def _state(self, article: Article):
        """The name and the label of what a person would call the state of the article."""
        if article.is_scheduled:
            return "scheduled", _("Scheduled")
        if article.status == Status.PUBLISHED and not article.is_public:
            return "withdrawn", _("Withdrawn on time")
        return article.status, article.get_status_display()

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
        return "، ".join(str(byline.author) for byline in article.bylines.select_related("author"))

    # Who may do what

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).editable_by(request.user)

    def get_changelist_instance(self, request: HttpRequest):
        changelist = super().get_changelist_instance(request)
        changelist.queryset = changelist.queryset.defer("body", "body_html")
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
        return super().get_inlines(request, obj) if obj else []

    def get_fieldsets(self, request, obj=None):
        if obj is not None and not self.has_change_permission(request, obj):
            return self.fieldsets_to_read
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request, obj=None):
        fieldsets = self.get_fieldsets(request, obj)
        return flatten_fieldsets(fieldsets) if fieldsets is self.fieldsets_to_read else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        field = form.base_fields["bylines"]
        field.widget = RelatedFieldWidgetWrapper(
            AuthorsWidget(Byline._meta.get_field("author"), self.admin_site),
            Byline._meta.get_field("author").remote_field,
            self.admin_site,
            can_add_related=request.user.has_perm("articles.add_author"),
        )
        field.widget.choices = field.choices
        return form

    def get_changeform_initial_data(self, request):
        own = Author.objects.filter(user=request.user).values_list("pk", flat=True)
        return {"bylines": list(own)} | super().get_changeform_initial_data(request)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        article = obj or Article(created_by=request.user)
        name, label = self._state(article)
        moves = publishing.allowed_moves(request.user, article)
        context |= {
            "article": article,
            "state": name,
            "state_label": label,
            # What is not written yet cannot be put away.
            "moves": [move for move in moves if change or move.target != Status.ARCHIVED],
            "now": timezone.localtime(),
            "place_of_time": get_timezone_location(
                settings.TIME_ZONE, locale=get_language(), return_city=True
            ),
            "rtl_languages": " ".join(sorted(RTL_LANGUAGES)),
            "may_upload": request.user.has_perm("articles.view_image"),
            "media": editor.with_nonce(context["media"], request),
        }
        return editor.admit(request, super().render_change_form(request, context, add, change, form_url, obj))

    def save_model(self, request, obj, form, change):
        if change and not publishing.may_edit(request.user, obj):
            # It left the writer's hands between opening and saving.
            raise PermissionDenied
        publishing.save(
            obj,
            by=request.user,
            expected_version=form.stored_version if change else None,
            authors=form.cleaned_data["bylines"],
        )

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.move is not None:
            self._make_move(
                request, form.instance, form.move, form.cleaned_data["publish_at"], form.cleaned_data["note"]
            )

    def _make_move(self, request: HttpRequest, article: Article, move: Move, at, note: str) -> None:
        """Do what the pressed button says, now that the text is saved; a move that is refused leaves it saved."""
        try:
            publishing.move(article, move.name, by=request.user, at=at, note=note)
        except publishing.PublishingError as error:
            self.message_user(request, _("Saved, but: %(problem)s") % {"problem": error}, messages.ERROR)
        else:
            self.message_user(
                request, _("Scheduled.") if article.is_scheduled else move.done, messages.SUCCESS
            )

    def response_add(self, request, obj, post_url_continue=None):
        return self._after_move(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._after_move(request, obj) or super().response_change(request, obj)

    def _after_move(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        if request.POST.get("_move") not in MOVES:
            return None
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))
