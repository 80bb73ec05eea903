"""Pictures in the admin, and the library from which the editor takes them."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from js_asset import Script

from articles import images, publishing
from articles.models import Image
from newsroom.text import bidi

from .lookups import NUMBER
from .races import ToldOnTheForm
from .search import ScannedSearch


class ImageForm(forms.ModelForm):
    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 10 MB. Place and camera data are removed."),
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp", "data-max-bytes": images.MAX_BYTES}
        ),
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
        # It was read already where the form is checked for the second time.
        upload.seek(0)
        try:
            # A file far too large is not even read into memory; one byte more than allowed is refused like it.
            self.accepted = images.accept(upload.read(images.MAX_BYTES + 1))
        except images.ImageError as error:
            raise ValidationError(str(error)) from error
        if Image.objects.filter(digest=self.accepted.digest).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This picture is in the library already."))
        return upload


class ImageAdmin(ToldOnTheForm, ScannedSearch, admin.ModelAdmin):
    form = ImageForm
    list_display = ["thumbnail", "alt", "credit", "created_at"]
    list_display_links = ["thumbnail", "alt"]
    scanned_fields = ["alt", "caption", "credit"]
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

    def save_model(self, request, obj, form, change):
        publishing.save_image(obj, getattr(form, "accepted", None))

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
            try:
                with transaction.atomic():
                    self.save_model(request, known, form, change=False)
                    self.log_addition(request, known, [{"added": {}}])
            except IntegrityError:
                # Somebody else took in the same picture at the same moment.
                known = Image.objects.get(digest=form.accepted.digest)
        return JsonResponse({"image": self._as_json(known)}, status=201)

    def _as_json(self, image: Image) -> dict:
        return {
            "id": image.pk,
            "src": image.src,
            "thumbnail": image.url(image.widths[0]),
            "alt": image.alt,
            "direction": bidi.direction(image.alt),
            "caption": image.caption,
            "credit": image.credit,
            "width": image.width,
            "height": image.height,
        }
