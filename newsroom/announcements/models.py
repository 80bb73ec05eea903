"""Something that happened to what readers see, until everybody who passes it on has heard of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Event(models.TextChoices):
    """What happened. Of an article: readers see it now, see it otherwise, or see it no longer; of a comment: they see
    it now."""

    PUBLISHED = "article.published", _("An article was published")
    CHANGED = "article.changed", _("A published article was changed")
    WITHDRAWN = "article.withdrawn", _("An article was withdrawn")
    APPROVED = "comment.approved", _("A comment was approved")


class Announcement(models.Model):
    """A row per event, gone once it was told. `path` is where an article stood at that moment, as readers' addresses
    do: one that was deleted is known by nothing else."""

    event = models.CharField(max_length=30, choices=Event)
    number = models.BigIntegerField()
    path = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    # Names of those who heard of it, where others have failed to.
    heard_by = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["pk"]
        default_permissions = []
        indexes = [models.Index(fields=["next_at", "id"], name="announcements_due")]

    def __str__(self) -> str:
        return f"{self.event} {self.number}"
