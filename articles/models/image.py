"""Photographs and drawings: what is said of them, where they look, and how far the worker is with their renditions."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import images
from newsroom.text import arabic

from .fields import LineField

CENTER = 50


class Rights(models.TextChoices):
    OWN = "own", _("Our own")
    AGENCY = "agency", _("Of an agency")
    LICENCE = "licence", _("Under a licence")
    UNKNOWN = "unknown", _("Unknown")


class RenditionState(models.TextChoices):
    PENDING = "pending", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class ImageQuerySet(models.QuerySet):
    def called(self, alt: str) -> list:
        """The pictures with that alternative text in any spelling. One query, which reads all their texts."""
        wanted = arabic.normalize(alt)
        return [image for image in self.only("alt") if arabic.normalize(image.alt) == wanted]

    def due(self):
        """Those of which the worker has something to make now, the longest waiting first."""
        return self.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")


class Image(models.Model):
    """One picture. `digest` names its files; the uploaded original is not kept, for it may hold a place or a name."""

    digest = models.CharField(max_length=32, editable=False, unique=True)
    width = models.PositiveIntegerField(
        _("width"), editable=False, help_text=_("Pixels of the largest file.")
    )
    height = models.PositiveIntegerField(_("height"), editable=False)
    title = LineField(
        _("title"),
        max_length=200,
        blank=True,
        help_text=_("For finding it; readers never see it. Empty, it is the name of the file."),
    )
    alt = LineField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who cannot see it."),
    )
    decorative = models.BooleanField(
        _("decoration"),
        default=False,
        help_text=_("It shows nothing that a text could say; only then may the alternative text be missing."),
    )
    caption = LineField(_("caption"), max_length=500, blank=True)
    credit = LineField(
        _("credit"),
        max_length=200,
        blank=True,
        help_text=_("Photographer, agency or source. Without it no article with the picture is published."),
    )
    rights = models.CharField(_("rights"), max_length=8, choices=Rights.choices, default=Rights.UNKNOWN)
    # In percent from the left and from the top, as CSS counts `object-position`.
    focal_x = models.PositiveSmallIntegerField(
        _("focal point from the left"), default=CENTER, validators=[MaxValueValidator(100)]
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focal point from the top"), default=CENTER, validators=[MaxValueValidator(100)]
    )

    state = models.CharField(
        _("renditions"),
        max_length=8,
        choices=RenditionState.choices,
        default=RenditionState.PENDING,
        editable=False,
    )
    # Null when there is nothing to make.
    due_at = models.DateTimeField(null=True, default=timezone.now, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    failure = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    # The focal point around which the share card and the crops that exist were cut.
    share_x = models.PositiveSmallIntegerField(null=True, editable=False)
    share_y = models.PositiveSmallIntegerField(null=True, editable=False)

    # Of the fallback, for feeds: a page does not ask the store of files. 0 where it is not known.
    fallback_bytes = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    search_key = models.TextField(editable=False, blank=True)

    # What lists call a row by, for the database.
    NAME = Coalesce(NullIf(F("alt"), Value("")), F("title"))

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decorative=True) | ~Q(alt=""),
                name="a_picture_is_described_or_decoration",
                violation_error_message=_("Say what the picture shows, or mark it as decoration."),
            ),
            models.CheckConstraint(
                condition=Q(focal_x__lte=100, focal_y__lte=100), name="a_focal_point_is_in_the_picture"
            ),
        ]
        indexes = [
            models.Index(F("created_at").desc(), F("id").desc(), name="images_by_date"),
            models.Index(fields=["due_at", "id"], name="images_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.alt or self.title or _("Picture %(number)d") % {"number": self.pk or 0}

    @property
    def focal_point(self) -> tuple[int, int]:
        return self.focal_x, self.focal_y

    @property
    def is_ready(self) -> bool:
        """Whether the renditions exist; until they do, pages show the master."""
        return self.state == RenditionState.READY

    @property
    def focus(self) -> str:
        """Classes of the style sheet that put the focal point, in tenths, into the middle of what a crop shows."""
        x, y = round(self.focal_x / 10), round(self.focal_y / 10)
        classes = [f"focus-x-{x}"] * (x != 5) + [f"focus-y-{y}"] * (y != 5)
        return " ".join(classes)

    @property
    def src(self) -> str:
        """The master: what texts name and what is there from the first moment."""
        return default_storage.url(images.master_name(self.digest))

    @property
    def fallback(self) -> str:
        """The JPEG for browsers that know nothing newer, or the master."""
        return default_storage.url(self._fallback_name)

    @property
    def fallback_file(self) -> dict:
        """`src`, `width` and `height` of the fallback."""
        width = self._widths[-1] if self.is_ready else self.width
        return {
            "src": self.fallback,
            "width": width,
            "height": max(1, round(self.height * width / self.width)),
        }

    @property
    def _fallback_name(self) -> str:
        if self.is_ready:
            return images.rendition_name(self.digest, self._widths[-1], "jpg")
        return images.master_name(self.digest)

    @property
    def thumbnail(self) -> str:
        return self._url(self._widths[0], "webp") if self.is_ready else self.src

    @property
    def avif(self) -> str:
        return self._srcset("avif")

    @property
    def webp(self) -> str:
        return self._srcset("webp")

    @property
    def jpeg(self) -> str:
        return self._srcset("jpg")

    @property
    def share_card(self) -> dict:
        """`src`, `width` and `height` of the picture for share cards: cropped, or the master until it is."""
        if self.share_x is None or self.share_y is None:
            return {"src": self.src, "width": self.width, "height": self.height}
        width, height = images.share_size(self.width, self.height)
        name = images.share_name(self.digest, (self.share_x, self.share_y))
        return {"src": default_storage.url(name), "width": width, "height": height}

    @property
    def crops(self) -> list[dict]:
        """`src`, `width` and `height` of what search engines show, the widest proportion first; none until they are
        made, and of a small picture."""
        if self.share_x is None or self.share_y is None:
            return []
        return [
            {
                "src": default_storage.url(
                    images.crop_name(self.digest, proportion, (self.share_x, self.share_y))
                ),
                "width": width,
                "height": height,
            }
            for proportion, (width, height) in images.crop_sizes(self.width, self.height).items()
        ]

    @property
    def cuts(self) -> list[tuple[str, tuple[int, int]]]:
        """Names and sizes of all that is to be cut around the present focal point."""
        crops = images.crop_sizes(self.width, self.height).items()
        return [
            (images.share_name(self.digest, self.focal_point), images.share_size(self.width, self.height)),
            *((images.crop_name(self.digest, name, self.focal_point), size) for name, size in crops),
        ]

    @property
    def _widths(self) -> list[int]:
        return images.widths(self.width)

    def _srcset(self, kind: str) -> str:
        # The address of one file tells those of all: asking the storage for each took longest of a page.
        stem = default_storage.url(images.stem(self.digest))
        return ", ".join(f"{stem}-{width}.{kind} {width}w" for width in self._widths)

    def _url(self, width: int, kind: str) -> str:
        return default_storage.url(images.rendition_name(self.digest, width, kind))


class FormerFile(models.Model):
    """A file in whose place another was put. A text written before may still name it; it is the same picture."""

    digest = models.CharField(max_length=32, primary_key=True)
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="former_files")

    def __str__(self) -> str:
        return self.digest
