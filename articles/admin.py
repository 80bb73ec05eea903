"""The editors' desk: articles, their names and their pictures in the admin. Registered in `newsroom.admin`."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles import publishing
from articles.editor import EditorWidget
from articles.images import ImageError
from articles.images import accept as accept_image
from articles.images import store as store_renditions
from articles.models import Article, Image, Transition
from articles.models.author import Byline
from articles.workflow import MOVES
from newsroom.text import arabic
from newsroom.text.sanitizer import SanitizerError, is_safe_website, sanitize_article


class FoldedSearch:
    """Search that forgives spelling: `folded_field` holds normalized text, and the typed words are normalized too."""

    folded_field = "search_key"
    fold = staticmethod(arabic.normalize)
    # Django shows the search box only where this is not empty; the look-up itself is below.
    search_fields = ["pk"]

    def get_search_results(self, request, queryset, search_term):
        for word in self.fold(search_term).split():
            queryset = queryset.filter(**{f"{self.folded_field}__contains": word})
        return queryset, False


class NamedAdmin(FoldedSearch, admin.ModelAdmin):
    """Sections, tags and authors."""

    folded_field = "sort_key"
    fold = staticmethod(arabic.sort_key)
    list_display = ["name", "slug"]

    def save_model(self, request, obj, form, change):
        publishing.save_named(obj)

    def view_on_site(self, obj):
        return obj.get_absolute_url()


class SectionAdmin(NamedAdmin):
    list_display = ["name", "position", "slug"]
    fields = ["name", "description", "position", "slug"]


class TagAdmin(NamedAdmin):
    fields = ["name", "slug"]


class AuthorAdmin(NamedAdmin):
    list_display = ["name", "role", "user"]
    list_select_related = ["user"]
    fields = ["name", "role", "biography", "user", "slug"]
    autocomplete_fields = ["user"]


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
            self.accepted = accept_image(upload.read())
        except ImageError as error:
            raise ValidationError(str(error)) from error
        if Image.objects.filter(digest=self.accepted.digest).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This picture is in the library already."))
        return upload


class ImageAdmin(admin.ModelAdmin):
    form = ImageForm
    list_display = ["thumbnail", "alt", "credit", "created_at"]
    list_display_links = ["thumbnail", "alt"]
    search_fields = ["alt", "caption", "credit"]
    readonly_fields = ["thumbnail"]
    list_per_page = 40

    @admin.display(description=_("picture"))
    def thumbnail(self, image: Image):
        if not image.pk:
            return ""
        return format_html('<img class="thumbnail" src="{}" alt="" loading="lazy">', image.url(image.widths[0]))

    def save_model(self, request, obj, form, change):
        accepted = getattr(form, "accepted", None)
        if accepted is not None:
            store_renditions(accepted)
            obj.digest, obj.width, obj.height = accepted.digest, accepted.width, accepted.height
        super().save_model(request, obj, form, change)


class BylineInline(admin.TabularInline):
    model = Byline
    fields = ["author", "position"]
    autocomplete_fields = ["author"]
    extra = 0
    min_num = 1
    validate_min = False
    verbose_name_plural = _("authors")


class TransitionInline(admin.TabularInline):
    """The moves so far, to be read only."""

    model = Transition
    fields = readonly_fields = ["at", "from_status", "to_status", "by", "note"]
    extra = 0
    can_delete = False
    ordering = ["-pk"]

    def has_add_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")


class ArticleForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    overwrite = forms.BooleanField(
        label=_("Save my text in place of the other one"), required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = Article
        fields = "__all__"
        widgets = {"body": EditorWidget}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "version" in self.fields:
            self.fields["version"].initial = self.instance.version

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

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and "version" in self.fields:
            # Locked until the save, which is in the same transaction, so that nobody comes in between.
            stored = Article.objects.select_for_update().only("version").get(pk=self.instance.pk)
            if not cleaned.get("overwrite") and cleaned.get("version") != stored.version:
                self.fields["overwrite"].widget = forms.CheckboxInput()
                raise ValidationError(
                    _(
                        "Somebody else saved this article while you were writing. Your text is below and not saved "
                        "yet. Open the article in another tab to compare, then choose to save yours in its place."
                    ),
                    code="conflict",
                )
            self.stored_version = stored.version
        return cleaned


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
    list_display = ["title", "section", "state", "published_at", "modified_at", "created_by"]
    list_filter = [PlaceFilter, "section", "language"]
    list_select_related = ["section", "created_by"]
    list_per_page = 50
    show_full_result_count = False
    inlines = [BylineInline, TransitionInline]
    autocomplete_fields = ["tags", "hero", "translation_reviewer"]
    fieldsets = [
        (None, {"fields": ["version", "overwrite", "kicker", "headline", "summary", "body"]}),
        (_("Placement"), {"fields": ["section", "tags", "hero", "language"]}),
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

    @admin.display(description=_("headline"), ordering="search_key")
    def title(self, article: Article):
        return format_html('<bdi dir="{}" lang="{}">{}</bdi>', article.direction, article.language, article.headline)

    @admin.display(description=_("state"), ordering="status")
    def state(self, article: Article):
        label = _("Scheduled") if article.is_scheduled else article.get_status_display()
        name = "scheduled" if article.is_scheduled else article.status
        return format_html('<span class="state state-{}">{}</span>', name, label)

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).editable_by(request.user)

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

    def save_model(self, request, obj, form, change):
        expected = form.stored_version if change else None
        publishing.save(obj, by=request.user, expected_version=expected)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        article = obj or Article()
        context["moves"] = publishing.allowed_moves(request.user, article) if obj or add else []
        context["now"] = timezone.localtime()
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(self, request, obj, post_url_continue=None):
        return self._make_move(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._make_move(request, obj) or super().response_change(request, obj)

    def _make_move(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        """Do what the pressed button says, after the form is saved; a move that is refused leaves the save."""
        name = request.POST.get("_move")
        if name not in MOVES:
            return None
        at = None
        if MOVES[name].takes_time and request.POST.get("publish_at"):
            try:
                at = forms.DateTimeField().clean(request.POST["publish_at"])
            except ValidationError:
                self.message_user(request, _("Saved, but the hour of publication cannot be read."), messages.ERROR)
                return HttpResponseRedirect(self._address(article))
        try:
            publishing.move(article, name, by=request.user, at=at, note=request.POST.get("move_note", ""))
        except publishing.PublishingError as error:
            self.message_user(request, _("Saved, but: %(problem)s") % {"problem": error}, messages.ERROR)
        else:
            done = _("Scheduled.") if article.is_scheduled else MOVES[name].done
            self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(self._address(article))

    def _address(self, article: Article) -> str:
        return reverse("admin:articles_article_change", args=[article.pk])
