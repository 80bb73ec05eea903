"""Photographs and drawings, kept as the renditions that pages serve."""

from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.images import RENDITION_WIDTHS, rendition_name
from newsroom.text import arabic

from .fields import LineField


class ImageQuerySet(models.QuerySet):
    def called(self, alt: str) -> list:
        """The pictures with that alternative text in any spelling. One query, which reads all their texts."""
        wanted = arabic.normalize(alt)
        return [image for image in self.only("alt") if arabic.normalize(image.alt) == wanted]


class Image(models.Model):
    """One picture. `digest` names its files; the uploaded original is not kept, for it may hold a place or a name."""

    digest = models.CharField(max_length=64, editable=False, unique=True)
    width = models.PositiveIntegerField(
        _("width"), editable=False, help_text=_("Pixels of the largest rendition.")
    )
    height = models.PositiveIntegerField(_("height"), editable=False)
    alt = LineField(
        _("alternative text"),
        max_length=300,
        help_text=_("What the picture shows, for those who cannot see it."),
    )
    caption = LineField(_("caption"), max_length=500, blank=True)
    credit = LineField(
        _("credit"), max_length=200, blank=True, help_text=_("Photographer, agency or source.")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.alt

    @property
    def widths(self) -> list[int]:
        """Widths in pixels of the renditions that exist, smallest first."""
        return [width for width in RENDITION_WIDTHS if width < self.width] + [self.width]

    def url(self, width: int) -> str:
        return default_storage.url(rendition_name(self.digest, width))

    @property
    def src(self) -> str:
        return self.url(self.width)

    @property
    def srcset(self) -> str:
        return ", ".join(f"{self.url(width)} {width}w" for width in self.widths)
