"""The verbs of endpoints, what is told to them, and when one is switched off."""

import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.contrib.admin.models import CHANGE as CHANGED
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from articles.seo import absolute
from newsroom import encryption
from newsroom.announcements.models import Announcement
from newsroom.deliveries import outbox
from newsroom.deliveries.models import UNSIGNED, Delivery, State
from newsroom.deliveries.sending import GONE, Signer
from newsroom.mail import languages
from newsroom.mail import outbox as mails
from newsroom.text import bidi
from newsroom.web import outgoing
from newsroom.web.outgoing import Request
from newsroom.webhooks import payloads, signing
from newsroom.webhooks.models import Endpoint

logger = logging.getLogger(__name__)

KIND = "webhook"
CHANGE = "webhooks.change_endpoint"
TEST = "test"
# How long a secret is valid after another was made: whoever receives has the time to take the new one over.
FORMER_SECRET_VALID = timedelta(hours=24)
# An endpoint that has taken nothing for so long is switched off.
PATIENCE = timedelta(days=10)


def save(endpoint: Endpoint, url: str) -> None:
    """Store an endpoint with its address. A new one gets a secret; one that is switched on again begins anew.

    Raises outgoing.Refused for an address that nothing can be sent to.
    """
    endpoint.host = outgoing.target(url).named
    endpoint.url_encrypted = encryption.encrypt(url)
    if endpoint.pk is None:
        endpoint.secret_encrypted = encryption.encrypt(signing.new_secret())
        endpoint.save()
        return
    written = ["name", "url_encrypted", "host", "events", "is_active"]
    if endpoint.is_active and endpoint.switched_off_at:
        endpoint.switched_off_at = endpoint.failing_since = None
        written += ["switched_off_at", "failing_since"]
    # Not the secret, of which another may have been made since this row was read.
    endpoint.save(update_fields=written)


@transaction.atomic
def delete(endpoint: Endpoint) -> None:
    outbox.cancel(endpoint.signer)
    endpoint.delete()


@transaction.atomic
def show_secret(endpoint: Endpoint, *, by: Any) -> str | None:
    """The secret, for the first who asks; None after that."""
    _check(by)
    unseen = Endpoint.objects.filter(pk=endpoint.pk, secret_shown_at=None)
    if not unseen.update(secret_shown_at=timezone.now()):
        return None
    _log(endpoint, by, _("Saw the secret."))
    return encryption.decrypt(endpoint.secret_encrypted)


@transaction.atomic
def make_secret_anew(endpoint: Endpoint, *, by: Any) -> str:
    """Give an endpoint another secret and return it; the former one signs along for FORMER_SECRET_VALID."""
    _check(by)
    secret = signing.new_secret()
    now = timezone.now()
    Endpoint.objects.filter(pk=endpoint.pk).update(
        former_secret_encrypted=F("secret_encrypted"),
        former_until=now + FORMER_SECRET_VALID,
        secret_encrypted=encryption.encrypt(secret),
        secret_shown_at=now,
    )
    _log(endpoint, by, _("Made a new secret."))
    return secret


def _log(endpoint: Endpoint, by: Any, sentence: str) -> None:
    LogEntry.objects.log_actions(by.pk, [endpoint], CHANGED, change_message=sentence, single_object=True)


def send_test(endpoint: Endpoint, *, by: Any) -> None:
    """Have a message sent that tells nothing. It goes out whether the endpoint is active or not."""
    _check(by)
    now = timezone.now()
    number = uuid.uuid4().hex
    body = payloads.write(TEST, now, {"message": _("A test from Nashra.")})
    delivery = _delivery(endpoint, number, body, lane=number)
    # Who waits for it looks at the first attempt.
    delivery.signer, delivery.gives_up_at = _signer_of_tests(endpoint), now
    outbox.put([delivery])


def last_deliveries(endpoint: Endpoint, most: int) -> list[Delivery]:
    """The newest to an endpoint, tests too, newest first. One query."""
    return outbox.last_of([endpoint.signer, _signer_of_tests(endpoint)], most)


def try_again(endpoint: Endpoint, delivery: int, *, by: Any) -> bool:
    """Have one of its deliveries sent anew; whether there was anything to send."""
    _check(by)
    signers = [endpoint.signer, _signer_of_tests(endpoint)]
    return bool(outbox.try_again(Delivery.objects.filter(pk=delivery, signer__in=signers)))


def _signer_of_tests(endpoint: Endpoint) -> str:
    return f"{KIND}-{TEST}:{endpoint.pk}"


def _check(by: Any) -> None:
    if not by.has_perm(CHANGE):
        raise PermissionDenied


# What is told, signed, and heard of


def listen(announcements: Sequence[Announcement]) -> None:
    """Have what happened told to all that want to know. Three queries at most, and one for each 500 deliveries."""
    endpoints = [endpoint for endpoint in Endpoint.objects.filter(is_active=True) if _has_address(endpoint)]
    wanted = {event for endpoint in endpoints for event in endpoint.events}
    messages = payloads.of(row for row in announcements if row.event in wanted)
    outbox.put(
        [
            _delivery(endpoint, str(row.pk), messages[row.pk], lane=f"{endpoint.pk}:{row.number}")
            for endpoint in endpoints
            for row in announcements
            if row.pk in messages and row.event in endpoint.events
        ]
    )


def _has_address(endpoint: Endpoint) -> bool:
    """Whether its address can be read. One that cannot keeps no other from hearing."""
    try:
        return bool(endpoint.url)
    except encryption.Unreadable:
        logger.error("The address of webhook %s cannot be read", endpoint.pk)
        return False


def _delivery(endpoint: Endpoint, number: str, body: bytes, *, lane: str) -> Delivery:
    return outbox.prepared(
        kind=KIND,
        key=f"webhook:{endpoint.pk}:{number}",
        url=endpoint.url,
        body=body,
        headers={
            "Content-Type": "application/json",
            # The same at each attempt, by which a repetition is known.
            "webhook-id": f"msg_{endpoint.pk}_{number}",
        },
        signer=endpoint.signer,
        lane=lane,
    )


def sign(request: Request, number: str) -> Mapping[str, str]:
    """Raises LookupError where the endpoint is gone or switched off, or readers see no more what it was to be told: it
    waited for days perhaps. Two queries."""
    endpoint = Endpoint.objects.get(pk=number, is_active=True)
    if not payloads.is_true(request.body):
        raise LookupError("readers see it no more")
    return _signed(request, endpoint)


def sign_test(request: Request, number: str) -> Mapping[str, str]:
    return _signed(request, Endpoint.objects.get(pk=number))


def _signed(request: Request, endpoint: Endpoint) -> Mapping[str, str]:
    now = timezone.now()
    keys = [endpoint.secret_encrypted]
    if endpoint.former_until and endpoint.former_until > now:
        keys.append(endpoint.former_secret_encrypted)
    return signing.headers(
        request.headers["webhook-id"], request.body, [encryption.decrypt(key) for key in keys], now
    )


def hear(delivery: Delivery) -> None:
    """Note whether an endpoint takes what it is told, and switch it off where it has not for too long, or is gone."""
    if delivery.reason == UNSIGNED:
        # Nothing was asked of it.
        return
    number = int(delivery.signer.partition(":")[2])
    endpoint = Endpoint.objects.select_for_update().filter(pk=number, is_active=True).first()
    if endpoint is None:
        return
    now = timezone.now()
    if delivery.state == State.SENT:
        endpoint.failing_since = None
    elif endpoint.failing_since is None:
        endpoint.failing_since = now
    if delivery.status == GONE or endpoint.failing_since and now - endpoint.failing_since >= PATIENCE:
        endpoint.is_active, endpoint.switched_off_at = False, now
        _tell(endpoint)
    endpoint.save(update_fields=["is_active", "failing_since", "switched_off_at"])


def _tell(endpoint: Endpoint) -> None:
    """Mail those who may mend it."""
    administrators = User.objects.with_perm(CHANGE, backend="django.contrib.auth.backends.ModelBackend")
    for user in administrators.exclude(email=""):
        with translation.override(languages.language_of(user)):
            subject = _("Webhook switched off: %(name)s") % {"name": bidi.isolate_plain(endpoint.name)}
            context = {
                "subject": subject,
                "endpoint": endpoint,
                "days": PATIENCE.days,
                "url": absolute(reverse("admin:webhooks_endpoint_change", args=[endpoint.pk])),
            }
            mails.enqueue(
                key=f"webhook:{endpoint.pk}:{endpoint.switched_off_at:%Y%m%d%H%M%S%f}:{user.pk}",
                to=user.email,
                subject=subject,
                text=render_to_string("mail/webhook.txt", context),
                html=render_to_string("mail/webhook.html", context),
            )


SIGNERS = {KIND: Signer(sign, hear), f"{KIND}-{TEST}": Signer(sign_test, hear)}
