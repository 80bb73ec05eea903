"""What an account signs in with besides its password."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

NAME_MAX_LENGTH = 60


class Factor(models.Model):
    """What one person has and nobody else: `name` tells it from the others of the account."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss")
    name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Authenticator(Factor):
    """An app that shows a number for each half minute (RFC 6238), by a secret which it shares with us."""

    secret_encrypted = models.TextField()
    # The half minute whose number was used last: none is taken twice.
    last_step = models.BigIntegerField(default=0)


class Passkey(Factor):
    """A key pair of WebAuthn; ours is the public one.

    `credential_id` and `credential` (AttestedCredentialData) are in base64url. `sign_count` is what the device counted
    last, 0 for the many that do not count.
    """

    credential_id = models.CharField(max_length=1_400, unique=True)
    credential = models.TextField()
    sign_count = models.BigIntegerField(default=0)


class RecoveryCode(models.Model):
    """A number to be used once, when everything else is lost; only a keyed digest of it is stored."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="one_recovery_code")]

    def __str__(self) -> str:
        return str(self.pk)
