"""One request to another site, from when it is written until it has been answered."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from newsroom import encryption
from newsroom.web import outgoing
from newsroom.web.outgoing import Request

# How long it is tried, as mail servers do.
TRIED_FOR = timedelta(days=3)


UNSIGNED = "unsigned"
# Why no attempt was answered.
REASONS = outgoing.REASONS | {UNSIGNED: _("It can no longer be signed.")}


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", pgettext_lazy("request", "Delivered")
    FAILED = "failed", _("Failed")


def _end_of_trying() -> datetime:
    return timezone.now() + TRIED_FOR


class Host(models.Model):
    """A site that could not be talked to: nothing is sent there before `until`. One that answers has no row."""

    name = models.CharField(max_length=260, primary_key=True)
    failures = models.PositiveIntegerField()
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("site that is away")
        verbose_name_plural = _("sites that are away")
        default_permissions = []

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=State.WAITING)


class Delivery(models.Model):
    """A request and what became of it.

    All that is sent is encrypted, its address too, which may be a key to something; of the answer nothing is kept but
    its status. `signer` is a name of those that sign, and behind a colon what it signs for. Of the waiting ones of a
    `host` that have the same `lane`, each goes out after those before it.
    """

    State = State

    kind = models.CharField(_("kind"), max_length=30, editable=False)
    key = models.CharField(_("what it tells"), max_length=200, unique=True, editable=False)
    # With the port, where that is not the usual one.
    host = models.CharField(_("site"), max_length=260, editable=False)
    lane = models.CharField(max_length=200, blank=True, editable=False)
    signer = models.CharField(max_length=100, blank=True, editable=False)
    # JSON: method, url, headers and the body in Base64, as `write` puts them; "" once it was delivered.
    content_encrypted = models.TextField(editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING, editable=False)
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now, editable=False)
    gives_up_at = models.DateTimeField(default=_end_of_trying, editable=False)
    status = models.PositiveSmallIntegerField(_("answer"), null=True, editable=False)
    # Of REASONS.
    reason = models.CharField(max_length=11, blank=True, editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(pgettext_lazy("request", "delivered"), null=True, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery to another site")
        verbose_name_plural = _("deliveries to other sites")
        ordering = ["-pk"]
        default_permissions = ["view"]
        permissions = [("retry_delivery", _("Can try deliveries again that failed"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="a_sent_delivery_says_when",
            ),
        ]
        indexes = [
            # Which sites something waits for, and what comes before it there.
            models.Index(
                fields=["host", "lane", "id"], name="deliveries_by_lane", condition=Q(state="waiting")
            ),
            models.Index(fields=["host", "next_at"], name="deliveries_due", condition=Q(state="waiting")),
            models.Index(fields=["created_at"], name="deliveries_settled", condition=~Q(state="waiting")),
            models.Index(fields=["id"], name="deliveries_failed", condition=Q(state="failed")),
            models.Index(fields=["signer", "-id"], name="deliveries_by_signer"),
        ]

    def __str__(self) -> str:
        return self.key

    def write(self, request: Request) -> None:
        """Put what is sent into the row."""
        content = {
            "method": request.method,
            "url": request.url,
            "headers": dict(request.headers),
            "body": b64encode(request.body).decode(),
        }
        self.content_encrypted = encryption.encrypt(json.dumps(content, ensure_ascii=False))

    def read(self) -> Request:
        """What `write` put. Raises encryption.Unreadable."""
        content = json.loads(encryption.decrypt(self.content_encrypted))
        headers: Mapping[str, str] = content["headers"]
        return Request(content["method"], content["url"], headers, b64decode(content["body"]))

    @property
    def answer(self) -> str:
        """What came of the last attempt, in words."""
        if self.status:
            return str(self.status)
        return str(REASONS.get(self.reason, ""))
