"""The front page as editors arrange it: each arrangement is a row, the newest of them holds."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import LineField
from .taxonomy import Section

ARRANGE = "articles.arrange_front_page"
# A banner is news for a day at most; whoever needs it longer says so again.
BANNER_LASTS = timedelta(hours=24)


class Arrangement(models.Model):
    """What editors chose for the front page, from `at` until the next one.

    `picks` is a list of objects of JSON as `articles.slots.Pick` writes them, in the order of each slot. It names
    articles by number: one that is gone or not published is passed over, and stands there again when it comes back.
    Rows are added and never changed, so that they are the record of who arranged what, and when.
    """

    version = models.PositiveIntegerField(unique=True)
    picks = models.JSONField(_("picked stories"), default=list)
    opinion_section = models.ForeignKey(
        Section, verbose_name=_("section of opinion"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    banner = LineField(_("breaking news"), max_length=140, blank=True)
    banner_link = LineField(_("leads to"), max_length=500, blank=True)
    banner_ends_at = models.DateTimeField(_("until"), null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front page")
        ordering = ["-version"]
        default_permissions = []
        permissions = [("arrange_front_page", _("Can arrange the front page"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(banner="")
                | Q(banner_ends_at__isnull=False, banner_ends_at__lte=F("at") + BANNER_LASTS),
                name="a_banner_ends_within_a_day",
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)
