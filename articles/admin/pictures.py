"""The picture library: its page and its forms in the admin, and the dialog from which the editor takes pictures."""

from pathlib import PurePath

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from js_asset import Script

from articles import figures, images, library, renditions
from articles.models import Article, Figure, Image
from newsroom.text import bidi
from newsroom.web.isolation import isolate
from newsroom.web.object_store import StoreAway

from . import accounts
from .lookups import NUMBER
from .races import ToldOnTheForm
from .search import FoldedSearch

WORDS = ["title", "alt", "decorative", "caption", "credit", "rights"]
# How many articles a picture's form names; a picture of the archive may be in thousands.
SHOWN_ARTICLES = 50


class ImageForm(forms.ModelForm):
    # Whether the credit was read from the picture itself.
    credit_is_suggested = False
    accepted: images.Accepted | None = None
    opened_stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 25 MB. Place and camera data are removed."),
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp", "data-max-bytes": images.MAX_BYTES}
        ),
    )

    class Meta:
        model = Image
        fields = ["upload", *WORDS, "focal_x", "focal_y"]
        widgets = {
            name: forms.NumberInput(attrs={"min": 0, "max": 100, "class": "focal-number"})
            for name in ("focal_x", "focal_y")
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("rights", "focal_x", "focal_y"):
            # The editor's dialog asks for fewer; what it does not say is as the model has it.
            if name in self.fields:
                self.fields[name].required = False
        if self.instance.pk:
            self.initial["opened_stamp"] = library.stamp(self.instance)

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if upload is None:
            if self.instance.pk is None:
                raise ValidationError(_("Choose a file."))
            return None
        # It was read already where the form is checked for the second time.
        upload.seek(0)
        try:
            # A file far too large is not even read into memory; one byte more than allowed is refused like it.
            self.accepted = images.accept(upload.read(images.MAX_BYTES + 1))
        except images.ImageError as error:
            raise ValidationError(str(error)) from error
        known = library.known(self.accepted.digest)
        if known is not None and known != self.instance:
            raise ValidationError(_("This picture is in the library already."))
        if told := default_storage.obstacle(images.master_name(self.accepted.digest)):
            raise ValidationError(told)
        return upload

    def clean_rights(self):
        return self.cleaned_data["rights"] or self.instance.rights

    def clean_focal_x(self):
        return self._number_or_stored("focal_x")

    def clean_focal_y(self):
        return self._number_or_stored("focal_y")

    def _number_or_stored(self, name: str) -> int:
        number = self.cleaned_data[name]
        return getattr(self.instance, name) if number is None else number

    def clean(self):
        cleaned = super().clean()
        # Who sends a picture that the library has holds the lock of that one already.
        if self.instance.pk and not self.has_error("upload"):
            self._compare_with_stored(cleaned)
        if "alt" in cleaned and not cleaned["alt"] and not cleaned.get("decorative"):
            self.add_error("alt", _("Say what the picture shows, or mark it as decoration."))
        if self.accepted is not None and "upload" in cleaned:
            if not cleaned.get("title"):
                # The title is for the newsroom; a name of a file is cut rather than refused.
                cleaned["title"] = bidi.clean_line(PurePath(cleaned["upload"].name).stem)[:200]
            if not cleaned.get("credit") and self.accepted.credit:
                cleaned["credit"] = self.accepted.credit
                self.credit_is_suggested = True
        credit_is_taken = "credit" in cleaned and not cleaned["credit"] and self.initial.get("credit")
        if credit_is_taken and library.is_published(self.instance):
            self.add_error("credit", _("Readers see this picture, so it needs a credit."))
        return cleaned

    def _compare_with_stored(self, cleaned) -> None:
        """Where somebody else saved the picture since the form was opened, say what, beside what was typed here."""
        # Locked until the save, which is in the same transaction, so that nobody comes in between.
        stored = Image.objects.select_for_update(no_key=True).filter(pk=self.instance.pk).first()
        if stored is None:
            raise ValidationError(_("Somebody else deleted this picture in the meantime."))
        stamp = library.stamp(stored)
        if cleaned.get("opened_stamp") in ("", stamp):
            return
        for name in [*WORDS, "focal_x", "focal_y"]:
            if name in cleaned and cleaned[name] != getattr(stored, name):
                self.add_error(name, _("Saved meanwhile: %(value)s") % {"value": _in_words(stored, name)})
        self.add_error(
            None,
            _(
                "Somebody else saved this picture while you were writing. Nothing of yours is saved yet: look at what"
                " was saved meanwhile, and save once more to put your text in its place."
            ),
        )
        # Whoever saves once more has seen it.
        self.data = self.data.copy()
        self.data["opened_stamp"] = stamp


def _in_words(image: Image, name: str) -> str:
    if name == "rights":
        return image.get_rights_display()
    if name == "decorative":
        return gettext("Yes") if image.decorative else gettext("No")
    said = str(getattr(image, name))
    return bidi.isolate_plain(said) if said else "–"


class UseFilter(admin.SimpleListFilter):
    title = _("use")
    parameter_name = "used"

    def lookups(self, request, model_admin):
        return [("yes", _("Used in articles")), ("no", _("Not used"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.filter(figures.IS_USED)
        return queryset.exclude(figures.IS_USED) if self.value() == "no" else queryset


class AddedFilter(admin.DateFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # After Django's «By» the name of the field, «created», says nothing.
        self.title = _("time of adding")


class UploaderFilter(admin.SimpleListFilter):
    title = _("uploaded by")
    parameter_name = "by"

    def lookups(self, request, model_admin):
        uploaders = (
            Image.objects.filter(uploaded_by__isnull=False).order_by().values("uploaded_by").distinct()
        )
        people = Image._meta.get_field("uploaded_by").related_model.objects.filter(pk__in=uploaders)
        return [(str(person.pk), accounts.name_of(person)) for person in people.order_by("username")]

    def queryset(self, request, queryset):
        number = self.value()
        return queryset.filter(uploaded_by=number) if number and NUMBER.fullmatch(number) else queryset


class CreditFilter(admin.SimpleListFilter):
    title = _("credit")
    parameter_name = "credit"

    def lookups(self, request, model_admin):
        return [("no", _("Without a credit"))]

    def queryset(self, request, queryset):
        return queryset.filter(credit="") if self.value() == "no" else queryset


def _uses(heroes: int, texts: int, copies: int) -> list[str]:
    """How many articles have a picture, by the places in which they have it."""
    sentences = [
        (heroes, ngettext("main image of %(counter)s article", "main image of %(counter)s articles", heroes)),
        (texts, ngettext("in the text of %(counter)s article", "in the text of %(counter)s articles", texts)),
        (
            copies,
            ngettext(
                "in unpublished changes of %(counter)s article",
                "in unpublished changes of %(counter)s articles",
                copies,
            ),
        ),
    ]
    return [sentence % {"counter": localize(count)} for count, sentence in sentences if count]


class _StoreToldOnTheForm:
    """A store that went away between the form's check and its save is told of as if it had been away before."""

    def changeform_view(self, *args, **kwargs):
        try:
            return super().changeform_view(*args, **kwargs)
        except StoreAway:
            # Nothing was written. Checked again, the form hears of it.
            return super().changeform_view(*args, **kwargs)


class ImageAdmin(_StoreToldOnTheForm, ToldOnTheForm, FoldedSearch, admin.ModelAdmin):
    form = ImageForm
    change_list_template = "admin/articles/image/change_list.html"
    change_form_template = "admin/articles/image/change_form.html"
    list_display = ["alt"]
    list_filter = ["rights", UseFilter, CreditFilter, "state", ("created_at", AddedFilter), UploaderFilter]
    linked_filters = ["created_at__gte", "created_at__lt"]
    list_select_related = ["uploaded_by"]
    search_help_text = _("Words of the text, the caption, the credit or the title, in any spelling.")
    show_full_result_count = False
    list_per_page = 40
    list_max_show_all = 40
    # Its script counts the rows of a table.
    actions_selection_counter = False
    actions = ["make_again"]
    readonly_fields = ["thumbnail", "progress", "used_in"]

    class Media:
        css = {"all": ["css/editor.css", "css/pictures.css"]}
        js = [
            Script("js/editor/upload.js", defer=True),
            Script("js/pictures/upload_queue.js", defer=True),
            Script("js/pictures/focal_point.js", defer=True),
        ]

    # The page

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).order_by("-created_at", "-pk")

    def get_changelist_instance(self, request: HttpRequest):
        changelist = super().get_changelist_instance(request)
        # Counted for the pictures of the page alone, by index; sums over all would be read to show forty.
        heroes = Article.objects.filter(hero=OuterRef("pk")).order_by().values("hero")
        figures_of = Figure.objects.filter(image=OuterRef("pk")).order_by().values("image")
        shown = Image.objects.filter(pk__in=[image.pk for image in changelist.result_list])
        counted = [heroes, figures_of.filter(is_unpublished=False), figures_of.filter(is_unpublished=True)]
        counts = {
            pk: found
            for pk, *found in shown.order_by().values_list(
                "pk",
                *(
                    Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)
                    for rows in counted
                ),
            )
        }
        for image in changelist.result_list:
            image.uses = _uses(*counts.get(image.pk, (0, 0, 0)))
        return changelist

    @admin.action(description=_("Make the renditions that failed again"), permissions=["change"])
    def make_again(self, request, queryset):
        self._tell_retried(request, renditions.retry(queryset))

    def _tell_retried(self, request: HttpRequest, count: int) -> None:
        sentence = ngettext(
            "The renditions of %(count)d picture are made again shortly.",
            "The renditions of %(count)d pictures are made again shortly.",
            count,
        )
        messages.success(request, sentence % {"count": count})

    # The form

    @admin.display(description=_("picture"))
    def thumbnail(self, image: Image):
        return format_html(
            '<img class="picture-original" src="{}" width="{}" height="{}" alt="">',
            image.fallback,
            image.width,
            image.height,
        )

    @admin.display(description=_("renditions"))
    def progress(self, image: Image):
        told = format_html('<span class="state state-{}">{}</span>', image.state, image.get_state_display())
        return format_html("{} <span>{}</span>", told, image.failure) if image.failure else told

    @admin.display(description=_("used in"))
    def used_in(self, image: Image):
        """Drawn by the template, from `articles`."""
        return ""

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["upload", *WORDS]
        return ["thumbnail", ("focal_x", "focal_y"), "upload", *WORDS, "progress"]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["uses"] = self._uses(request, obj) if obj else None
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _uses(self, request: HttpRequest, image: Image) -> dict:
        """The articles with the picture, as many as are named, and how many there are. Two queries.

        Whoever may not change pictures sees those articles alone that the list of articles would show.
        """
        noted = Figure.objects.filter(article=OuterRef("pk"), image=image)
        rows = Article.objects.filter(Q(hero=image) | Exists(noted))
        seen = rows if self.has_change_permission(request) else rows.editable_by(request.user)
        named = (
            seen.only("headline", "language", "status", "published_at", "withdraw_at", "hero")
            .annotate(
                in_text=Exists(noted.filter(is_unpublished=False)),
                in_copy=Exists(noted.filter(is_unpublished=True)),
            )
            .order_by(F("published_at").desc(nulls_first=True), "-pk")
        )
        articles = list(named[:SHOWN_ARTICLES])
        for article in articles:
            places = {
                _("main image"): article.hero_id == image.pk,
                _("in the text"): article.in_text,
                _("in unpublished changes"): article.in_copy,
            }
            article.places = [str(place) for place, is_there in places.items() if is_there]
        return {"count": rows.count(), "articles": articles}

    def save_model(self, request, obj, form, change):
        library.save(obj, form.accepted, by=request.user)
        if form.credit_is_suggested:
            messages.info(
                request,
                _("The credit was read from the picture: %(credit)s. Please check it.")
                % {"credit": bidi.isolate_plain(obj.credit)},
            )

    def response_change(self, request, obj):
        if "_make_again" in request.POST:
            self._tell_retried(request, renditions.retry(Image.objects.filter(pk=obj.pk)))
            return HttpResponseRedirect(request.get_full_path())
        return super().response_change(request, obj)

    # Deletion

    def get_deleted_objects(self, objs, request):
        # Django would name each article that keeps a picture, and each row that goes with one.
        used = list(Image.objects.filter(figures.IS_USED, pk__in=[image.pk for image in objs]))
        lines = [self._link(image) for image in objs]
        needed = set() if self.has_delete_permission(request) else {self.opts.verbose_name}
        return (
            lines,
            {self.opts.verbose_name_plural: len(lines)},
            needed,
            [self._link(image) for image in used],
        )

    def _link(self, image: Image):
        address = reverse("admin:articles_image_change", args=[image.pk])
        return format_html('<a href="{}">{}</a>', address, isolate(image))

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"max_bytes": images.MAX_BYTES} | (extra_context or {}))

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except library.PictureInUse as error:
            # An article took it after the question was asked.
            messages.error(request, error)
            return HttpResponseRedirect(reverse("admin:articles_image_change", args=[object_id]))

    def delete_model(self, request, obj):
        library.delete(obj)

    def delete_queryset(self, request, queryset):
        for image in queryset:
            try:
                library.delete(image)
            except library.PictureInUse as error:
                messages.error(request, error)

    # The editor's dialog

    def get_urls(self):
        dialog = self.admin_site.admin_view(require_http_methods(["GET", "POST"])(self.library))
        return [path("library/", dialog, name="articles_image_library"), *super().get_urls()]

    def library(self, request: HttpRequest) -> JsonResponse:
        """The pictures for the editor's dialog, newest first, 24 at a time; POST adds one.

        GET takes `q` and `page`, or the `id` of a single one. POST answers with the picture, also if the library had
        it, or 422 with the errors as sentences.
        """
        if request.method == "POST":
            return self._add_to_library(request)
        if not self.has_view_permission(request):
            raise PermissionDenied
        found, _more = self.get_search_results(
            request, self.get_queryset(request), request.GET.get("q", "")[:100]
        )
        if number := request.GET.get("id"):
            found = found.filter(pk=number) if NUMBER.fullmatch(number) else found.none()
        page = Paginator(found, 24).get_page(request.GET.get("page"))
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
            known = form.accepted and Image.objects.filter(digest=form.accepted.digest).first()
            if known is None:
                errors = [
                    f"{form.fields[name].label}: {message}" if name in form.fields else message
                    for name, texts in form.errors.items()
                    for message in texts
                ]
                return JsonResponse({"errors": errors}, status=422)
        is_new = known is None
        if known is None:
            known = form.save(commit=False)
            try:
                with transaction.atomic():
                    library.save(known, form.accepted, by=request.user)
                    self.log_addition(request, known, [{"added": {}}])
            except IntegrityError:
                # Somebody else took in the same picture at the same moment.
                known, is_new = Image.objects.get(digest=form.accepted.digest), False
            except StoreAway:
                told = default_storage.obstacle(images.master_name(form.accepted.digest))
                return JsonResponse({"errors": [str(told)]}, status=422)
        answer = {
            "image": self._as_json(known),
            "is_new": is_new,
            "credit_is_suggested": is_new and form.credit_is_suggested,
        }
        return JsonResponse(answer, status=201)

    def _as_json(self, image: Image) -> dict:
        return {
            "id": image.pk,
            "src": image.src,
            "thumbnail": image.thumbnail,
            "alt": image.alt,
            "direction": bidi.direction(str(image)),
            "caption": image.caption,
            "credit": image.credit,
            "width": image.width,
            "height": image.height,
        }
