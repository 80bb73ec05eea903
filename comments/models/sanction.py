"""Standing orders against writers, networks, names and sites."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.fields import BlockField, LineField


class Target(models.TextChoices):
    EMAIL = "email", _("E-mail address")
    NETWORK = "network", _("Network")
    NAME = "name", _("Name")
    DOMAIN = "domain", _("Domain of links")


class Effect(models.TextChoices):
    HOLD = "hold", _("Hold every comment")
    SHADOW = "shadow", _("Hold in silence, out of the queue")
    BLOCK = "block", _("Refuse every comment")


class SanctionQuerySet(models.QuerySet):
    def in_force(self, at=None):
        """Those that are neither lifted nor over now, or over `at` another moment (aware)."""
        return self.filter(lifted_at=None).exclude(expires_at__lte=at or timezone.now())


class Sanction(models.Model):
    """One order. It is lifted or expires and is never deleted, so that what happened can be told.

    `value` is a keyed fingerprint for an address or a network, a normalized pattern («*» stands for anything) for a
    name, a host for a domain. `label` is what the desk shows; it holds no address.
    """

    target = models.CharField(_("against"), max_length=7, choices=Target)
    value = models.CharField(max_length=200, editable=False)
    label = LineField(_("whom it concerns"), max_length=200)
    effect = models.CharField(_("what follows"), max_length=6, choices=Effect, default=Effect.HOLD)
    reason = BlockField(_("reason"), max_length=500)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("lifted by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    # How many comments it refused; nothing else is kept of them.
    refused = models.PositiveIntegerField(default=0, editable=False)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=models.F("created_at")),
                name="a_sanction_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(fields=["target", "value"], name="sanctions_in_force", condition=Q(lifted_at=None)),
        ]

    def __str__(self) -> str:
        # Without the label: the log keeps what a row was called, longer than a network or a name may be kept.
        return f"{self.get_effect_display()}: {self.get_target_display()}"

    @property
    def is_in_force(self) -> bool:
        return self.lifted_at is None and (self.expires_at is None or self.expires_at > timezone.now())
