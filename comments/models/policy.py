"""Which comments an article takes, and which of them wait for a moderator: site-wide, and otherwise for one article."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models import Article


class Mode(models.TextChoices):
    """What is held for a moderator. Whatever the mode, a finding that holds and a sanction hold."""

    CLOSED = "closed", _("Closed: no comments")
    HOLD_ALL = "hold_all", _("Hold every comment")
    HOLD_UNPROVEN = "unproven", _("Hold comments of writers who are not proven")
    HOLD_FINDINGS = "findings", _("Hold only comments that screening noticed something in")


class Policy(models.Model):
    """The site's rules for comments: one row, which a migration made."""

    mode = models.CharField(_("mode"), max_length=8, choices=Mode, default=Mode.HOLD_ALL)
    closes_after_days = models.PositiveSmallIntegerField(
        _("days until comments close"), default=0, help_text=_("After publication; 0 means never.")
    )
    is_night_on = models.BooleanField(
        _("night mode"),
        default=False,
        help_text=_(
            "At night every comment is taken and held, and its writer is told that it waits for the morning."
        ),
    )
    night_from = models.TimeField(_("night begins"), default="23:00")
    night_until = models.TimeField(_("night ends"), default="06:00")
    approvals_for_trust = models.PositiveSmallIntegerField(
        _("approvals that prove a writer"), default=3, validators=[MinValueValidator(1)]
    )
    edit_minutes = models.PositiveSmallIntegerField(
        _("minutes in which a writer may change a comment"), default=10, validators=[MaxValueValidator(1440)]
    )
    network_limit = models.PositiveSmallIntegerField(
        _("comments of one network in ten minutes"), default=30, validators=[MinValueValidator(1)]
    )
    writer_limit = models.PositiveSmallIntegerField(
        _("comments of one writer in ten minutes"), default=10, validators=[MinValueValidator(1)]
    )
    article_limit = models.PositiveSmallIntegerField(
        _("comments on one article in ten minutes"), default=1000, validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("rules for comments")
        verbose_name_plural = _("rules for comments")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_policy")]

    def __str__(self) -> str:
        return str(_("Rules for comments"))

    def clean(self) -> None:
        if self.is_night_on and self.night_from == self.night_until:
            raise ValidationError(_("Night must begin and end at different hours."))


class Night(models.TextChoices):
    SITE = "", _("As on the site")
    ON = "on", _("Always on")
    OFF = "off", _("Never")


class Thread(models.Model):
    """How one article departs from the site's rules. No row means that it does not."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="+", primary_key=True)
    mode = models.CharField(
        _("mode"), max_length=8, choices=[("", _("As on the site")), *Mode.choices], blank=True
    )
    closes_after_days = models.PositiveSmallIntegerField(
        _("days until comments close"),
        null=True,
        blank=True,
        help_text=_("Empty means as on the site, 0 never."),
    )
    night = models.CharField(_("night mode"), max_length=3, choices=Night, blank=True, default=Night.SITE)

    class Meta:
        verbose_name = _("comment thread")
        verbose_name_plural = _("comment threads")

    def __str__(self) -> str:
        return str(self.article)
