"""What the newsroom tells readers was wrong, unclear or new in an article, or why the article does not stand."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.text import bidi

from .article import Article
from .fields import BlockField

NOTE_MAX_LENGTH = 1_000


class Kind(models.TextChoices):
    CORRECTION = "correction", _("Correction")
    CLARIFICATION = "clarification", _("Clarification")
    UPDATE = "update", _("Update")
    RETRACTION = "retraction", _("Retraction")


class CorrectionQuerySet(models.QuerySet):
    def published(self):
        """Those of articles that a reader may see."""
        return self.filter(article__in=Article.objects.published())

    def for_list(self):
        """With what a list says of their articles. One query."""
        return self.select_related("article").only(
            "kind", "note", "at", "edited_at", "article__headline", "article__slug", "article__language"
        )


class Correction(models.Model):
    """A public note on an article. Every wording of it is kept; an article that has one is not deleted.

    `at` is set when the row is written, so that the order of numbers is that of time.
    """

    Kind = Kind

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.PROTECT, related_name="corrections"
    )
    kind = models.CharField(_("kind of note"), max_length=13, choices=Kind, default=Kind.CORRECTION)
    note = BlockField(
        _("public note"),
        max_length=NOTE_MAX_LENGTH,
        help_text=_("What was wrong and what is right. Plain text; web addresses become links."),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("reworded"), null=True, editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction note")
        verbose_name_plural = _("correction notes")
        ordering = ["-pk"]
        # Whoever may publish may correct; nobody deletes.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("note"), 0))
                & models.Q(LessThanOrEqual(Length("note"), NOTE_MAX_LENGTH)),
                name="a_note_of_a_correction_has_up_to_1000_characters",
            )
        ]

    def __str__(self) -> str:
        """The kind and the headline. One query unless the article is loaded."""
        headline = bidi.isolate_plain(self.article.headline, self.article.direction)
        return f"{self.get_kind_display()}: {headline}"

    def get_absolute_url(self) -> str:
        """Its place on the article's page. One query unless the article is loaded."""
        return f"{self.article.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"correction-{self.pk}"

    @property
    def direction(self) -> bidi.Direction:
        return bidi.direction(self.note)


class Wording(models.Model):
    """What a note said from a moment on; the first one, and each that replaced another. Only ever added."""

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="wordings")
    kind = models.CharField(max_length=13, choices=Kind)
    note = BlockField(max_length=NOTE_MAX_LENGTH)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.correction_id} {self.at:%Y-%m-%d}"

    @property
    def direction(self) -> bidi.Direction:
        return bidi.direction(self.note)
