"""Who is mailed of what: moderators of their queue when they wish, readers of answers unless they had enough."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .comment import Comment


class Frequency(models.TextChoices):
    NEVER = "never", _("No mails")
    AT_ONCE = "at_once", _("At once, but not more often than every ten minutes")
    DAILY = "daily", _("Once a day, at the hour below")


class QueueSubscription(models.Model):
    """How often a moderator is mailed of the comments that wait. No row means never."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    frequency = models.CharField(
        _("mails about waiting comments"), max_length=7, choices=Frequency, default=Frequency.NEVER
    )
    # Of the newsroom's clock.
    hour = models.PositiveSmallIntegerField(_("hour"), default=8, validators=[MaxValueValidator(23)])
    # Up to when the comments are told of.
    told_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("my notifications")
        verbose_name_plural = _("my notifications")
        default_permissions = []
        constraints = [models.CheckConstraint(condition=Q(hour__lt=24), name="an_hour_is_of_the_day")]

    def __str__(self) -> str:
        return self.get_frequency_display()


class Mute(models.Model):
    """That an address is mailed of no more answers: in one thread, or in all of them where `root` is None."""

    email_fingerprint = models.CharField(max_length=64)
    root = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("muted thread")
        verbose_name_plural = _("muted threads")
        default_permissions = []
        constraints = [
            models.UniqueConstraint(
                fields=["email_fingerprint", "root"],
                nulls_distinct=False,
                name="an_address_mutes_a_thread_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.root_id or 'all'}"
