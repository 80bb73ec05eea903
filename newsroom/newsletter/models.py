"""Who gets the newsletter, and what stood in each of its days."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    WAITING = "waiting", _("Not confirmed yet")
    CONFIRMED = "confirmed", _("Confirmed")
    LEFT = "left", _("Unsubscribed")
    REFUSED = "refused", _("Refused by its server")


GONE = (State.LEFT, State.REFUSED)


class Issue(models.Model):
    """The newsletter of one day: which stories it tells, newest first, of those that appeared in its time."""

    day = models.DateField(unique=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    stories = ArrayField(models.BigIntegerField(), default=list)
    # Those of them that mails were written with; another number means that some were taken back since.
    shown = ArrayField(models.BigIntegerField(), default=list)
    mails = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("issue of the newsletter")
        verbose_name_plural = _("issues of the newsletter")
        ordering = ["-day"]
        default_permissions = []

    def __str__(self) -> str:
        return f"{self.day}"


class Subscription(models.Model):
    """One address. Whoever has gone leaves a fingerprint, which recognizes the address and tells nothing else."""

    # "" once it is gone.
    email_encrypted = models.TextField()
    email_fingerprint = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    language = models.CharField(max_length=7, choices=settings.LANGUAGES)
    # Of which sections, by number; empty, of all.
    sections = ArrayField(models.BigIntegerField(), default=list)
    # A link to confirm holds for the sign-up in which it was asked for: another sign-up, or a farewell, ends it.
    generation = models.PositiveIntegerField(default=1)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # The last issue that was written to it, and how many in a row its server refused for good.
    issue = models.ForeignKey(Issue, on_delete=models.SET_NULL, null=True, related_name="+")
    refusals = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        default_permissions = []
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=GONE, email_encrypted="")
                | (~Q(state__in=GONE) & ~Q(email_encrypted="")),
                name="who_has_gone_leaves_no_address",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="newsletter_readers", condition=Q(state=State.CONFIRMED)),
            models.Index(fields=["asked_at"], name="newsletter_waiting", condition=Q(state=State.WAITING)),
        ]

    def __str__(self) -> str:
        return self.get_state_display()


class Newsletter(models.Model):
    """Whether it goes out: one row, and none means that it does."""

    is_stopped = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletter")
        default_permissions = []
        permissions = [("manage_newsletter", _("Can look at the newsletter, and stop it"))]
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_newsletter")]

    def __str__(self) -> str:
        return "newsletter"
