"""What readers do with comments of others: report them, find them useful. Neither says who did it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.fields import BlockField

from .comment import Comment


class Complaint(models.TextChoices):
    ABUSE = "abuse", _("Insult or abuse")
    INCITEMENT = "incitement", _("Hatred or incitement")
    PERSONAL = "personal", _("Personal details of others")
    ADVERTISING = "advertising", _("Advertising")
    FALSE = "false", _("False information")
    OTHER = "other", _("Another reason")


class Report(models.Model):
    """One reader's report of one comment, open until a moderator decides over the comment or dismisses it."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports")
    complaint = models.CharField(_("reason"), max_length=11, choices=Complaint)
    text = BlockField(_("explanation"), max_length=500, blank=True)
    # Keyed, and with the comment's number in it: it tells a repeated report and nothing else. Null when forgotten, for
    # null never equals null, so that the row still counts and stands in nobody's way.
    sender_fingerprint = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "sender_fingerprint"],
                condition=Q(settled_at=None),
                name="a_network_reports_a_comment_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at", "id"],
                name="reporters_to_forget",
                condition=Q(sender_fingerprint__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_complaint_display()


class Useful(models.Model):
    """That somebody found a comment useful: a keyed digest of network, browser and comment, of use nowhere else."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
    # Null when forgotten, as in a report.
    sender_fingerprint = models.CharField(max_length=64, null=True)  # noqa: DJ001
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("useful mark")
        verbose_name_plural = _("useful marks")
        constraints = [
            models.UniqueConstraint(fields=["comment", "sender_fingerprint"], name="useful_once"),
        ]
        indexes = [
            models.Index(
                fields=["created_at", "id"],
                name="marks_to_forget",
                condition=Q(sender_fingerprint__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}"
