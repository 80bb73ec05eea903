"""Waves: comments so much alike that one decision serves for all; what finds them is `comments.likeness`."""

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .comment import Comment


class Wave(models.Model):
    """A cluster of near-duplicates; its members are the comments that point to it."""

    created_at = models.DateTimeField(default=timezone.now)
    # When its newest member came. A wave that got none for three days takes no more.
    newest_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")

    def __str__(self) -> str:
        return f"{self.pk}"


class LikenessKey(models.Model):
    """One of the few numbers by which a comment's likes are looked up: of single comments and of waves' founders."""

    key = models.BigIntegerField()
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
    in_wave = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("likeness key")
        verbose_name_plural = _("likeness keys")
        # Founders first, so that phrases which many honest readers use cannot crowd a wave out of the few rows read.
        indexes = [models.Index(F("key"), F("in_wave").desc(), F("created_at").desc(), name="likes_by_key")]

    def __str__(self) -> str:
        return f"{self.key}"
