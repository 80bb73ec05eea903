"""Exports that were asked for on the desk: what of, by whom, and how far the worker is."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.models.fields import LineField

# So long a finished one can be downloaded; then its file is removed.
OFFERED_FOR = timedelta(hours=24)
# In place of the kind of error.
NO_ROOM = "no room"
EXPORT, EXPORT_EMAILS = "exports.export_site", "exports.export_emails"


class Form(models.TextChoices):
    WXR = "wxr", _("For WordPress (WXR), with the pictures")
    JSONL = "jsonl", _("For other programs (JSON Lines), with the pictures")
    STATIC = "static", _("For an archive: what readers see, as files for a browser")


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being made")
    DONE = "done", pgettext_lazy("export", "Ready")
    FAILED = "failed", _("Failed")


class ExportQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(state__in=[State.WAITING, State.RUNNING])

    def offered(self):
        """Those whose files can be had now."""
        return self.filter(state=State.DONE, expires_at__gt=timezone.now())


class Export(models.Model):
    """One export. The row stays when its file is gone: it tells who took what along."""

    form = models.CharField(_("form"), max_length=6, choices=Form)
    with_emails = models.BooleanField(_("with e-mail addresses"), default=False)
    reason = LineField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    # What it is at, and of how many how many are done; 0 where it is not known yet.
    step = models.CharField(max_length=20, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    # The kind of error alone: its message may quote what stands in a row.
    failure = models.CharField(_("last error"), max_length=100, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    expires_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]
        default_permissions = []
        permissions = [
            ("export_site", _("Can take along all content")),
            ("export_emails", _("Can take along readers’ e-mail addresses with it")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(with_emails=False) | ~Q(reason=""), name="an_export_of_addresses_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["by"],
                condition=Q(state__in=["waiting", "running"]),
                name="somebody_has_one_export_made_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()} {self.pk}"

    @property
    def lacked_room(self) -> bool:
        return self.failure == NO_ROOM

    @property
    def is_offered(self) -> bool:
        return self.state == State.DONE and self.expires_at is not None and self.expires_at > timezone.now()
