"""Where the newsroom tells another program what happens, and under which secret."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.models.fields import LineField
from newsroom import encryption
from newsroom.announcements.models import Event


class Endpoint(models.Model):
    """An address of another program. The address may hold a token, so it is encrypted, as the secrets are; of these two
    are valid for a while after one was made anew."""

    name = LineField(_("name"), max_length=100)
    url_encrypted = models.TextField(editable=False)
    host = models.CharField(_("site"), max_length=260, editable=False)
    events = ArrayField(models.CharField(max_length=30, choices=Event), verbose_name=_("events"))
    is_active = models.BooleanField(pgettext_lazy("webhook", "active"), default=True)
    secret_encrypted = models.TextField(editable=False)
    former_secret_encrypted = models.TextField(blank=True, editable=False)
    former_until = models.DateTimeField(null=True, editable=False)
    # None until somebody has seen it, which happens once.
    secret_shown_at = models.DateTimeField(null=True, editable=False)
    # Since when nothing has been taken there, None where the last thing was.
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    # By the site itself, because it failed for so long.
    switched_off_at = models.DateTimeField(_("switched off"), null=True, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """Raises encryption.Unreadable."""
        return encryption.decrypt(self.url_encrypted) if self.url_encrypted else ""

    @property
    def signer(self) -> str:
        """Who signs its deliveries, as `newsroom.jobs` knows it."""
        return f"webhook:{self.pk}"
