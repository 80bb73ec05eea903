"""What was decided over comments, why, and what moderators noted for each other."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.fields import BlockField, LineField

from .comment import Comment, Status


class RejectionReason(models.Model):
    """Why a comment is rejected, as the moderator picks it and as its writer reads it."""

    code = models.SlugField(_("code"), max_length=20, primary_key=True)
    label = LineField(_("reason"), max_length=80, unique=True)
    letter = BlockField(
        _("letter"),
        max_length=2_000,
        blank=True,
        help_text=_(
            "What the writer is mailed when the moderator wishes; empty means that no letter can be sent."
        ),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("reason for rejection")
        verbose_name_plural = _("reasons for rejection")
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class Cause(models.TextChoices):
    MODERATOR = "moderator", _("A moderator")
    WRITER = "writer", _("Its writer")
    RULE = "rule", _("A rule")
    TRUST = "trust", _("Trust in a proven writer")
    CLEAN = "clean", _("Nothing was found")


class Decision(models.Model):
    """One decision over one comment. Rows are only ever added; a trigger in the database refuses all else."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="decisions")
    from_status = models.CharField(_("from"), max_length=8, choices=Status.choices)
    to_status = models.CharField(_("to"), max_length=8, choices=Status.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    # What decided where no member of staff did.
    cause = models.CharField(_("cause"), max_length=9, choices=Cause, default=Cause.MODERATOR)
    reason = models.ForeignKey(
        RejectionReason,
        verbose_name=_("reason"),
        on_delete=models.PROTECT,
        null=True,
        db_column="reason",
        related_name="+",
    )
    note = BlockField(_("note"), blank=True)
    # The same for all comments that one decision moved, so that they can be taken back as one.
    act = models.UUIDField(default=uuid.uuid4, null=True, db_index=True)
    version_seen = models.PositiveIntegerField()
    # The comment was held by a sanction that its writer is not told of, to which taking this back returns it.
    was_shadowed = models.BooleanField(default=False)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["at"], name="decisions_by_time")]

    def __str__(self) -> str:
        return f"{self.get_from_status_display()} → {self.get_to_status_display()}"

    @property
    def lets_stand(self) -> bool:
        """Whether it is over readers' reports alone: the comment stays what it was."""
        return self.from_status == self.to_status


class Note(models.Model):
    """What a moderator noted about a comment for the desk alone."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    text = BlockField(_("note"), max_length=2_000)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]
