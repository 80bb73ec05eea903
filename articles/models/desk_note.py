"""What editors tell each other of an article; no page for readers shows it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .article import Article
from .fields import BlockField

NOTE_MAX_LENGTH = 2_000


class DeskNote(models.Model):
    """One note in the thread of an article, kept as it was written."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="desk_notes")
    text = BlockField(_("note"), max_length=NOTE_MAX_LENGTH)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("note of the desk")
        verbose_name_plural = _("notes of the desk")
        ordering = ["pk"]
        default_permissions = []
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="a_note_of_the_desk_says_something")
        ]

    def __str__(self) -> str:
        return f"{self.article_id}/{self.pk}"
