"""What triage learned: the model's state, and what each comment taught it; what learns is `comments.learning`."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .comment import Comment


class TriageState(models.Model):
    """The model as bytes: one row, or none before anything was learned."""

    is_on = models.BooleanField(default=True)
    # Another one with every change of `data`, by which processes know that theirs is old.
    edition = models.UUIDField(default=uuid.uuid4)
    # `triage.Model.to_bytes`, 1 MB; empty where nothing is learned.
    data = models.BinaryField(default=b"")
    # How many decisions the model stands on.
    decisions = models.PositiveIntegerField(default=0)
    # No decision up to this number is looked at again.
    learned_through = models.BigIntegerField(default=0)
    # Decisions before that are not learned; None is from the first on.
    begun_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("triage")
        verbose_name_plural = _("triage")
        default_permissions = []
        permissions = [("manage_triage", _("Can reset and delete what triage learned"))]
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_triage_state")]

    def __str__(self) -> str:
        return str(_("Triage"))


class Lesson(models.Model):
    """What the model was taught by one comment, so that it can be taken back exactly."""

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, primary_key=True, related_name="+")
    # None: its newest decision teaches nothing.
    rejected = models.BooleanField(null=True)
    # By which the text that was learned is found among the comment's texts; empty where nothing is.
    text_digest = models.BinaryField(max_length=16, default=b"")
    # The number of the newest decision that was looked at. No foreign key: decisions do not hang on lessons.
    decision = models.BigIntegerField()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        default_permissions = []

    def __str__(self) -> str:
        return f"{self.comment_id}"
