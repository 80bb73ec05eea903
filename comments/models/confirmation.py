"""Links mailed to prove that an address belongs to whoever sits at the browser."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Confirmation(models.Model):
    """One link. The database keeps a digest of its token, so that a copy of the rows confirms nothing."""

    email_fingerprint = models.CharField(max_length=64)
    token_digest = models.CharField(max_length=64, unique=True)
    # The day of the newsroom's clock on which it was asked for.
    day = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("confirmation of an address")
        verbose_name_plural = _("confirmations of addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["email_fingerprint", "day"], name="an_address_is_mailed_one_link_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"
