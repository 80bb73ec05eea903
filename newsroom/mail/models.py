"""One mail to one recipient, from when it is written until it has gone out."""

import json
import uuid
from email import message_from_bytes, policy
from email.header import Header
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from newsroom import encryption
from newsroom.text import domain_names


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", pgettext_lazy("mail", "Sent")
    FAILED = "failed", _("Failed")


# What a line may have at most (RFC 5322, 2.1.1).
LINE_MAX = 998


def _new_message_id() -> str:
    return f"<{uuid.uuid4()}@{urlsplit(settings.SITE_URL).hostname}>"


def _with_ascii_domain(address: str) -> str:
    """The address with its domain as the network knows it; raises ValueError where it has none."""
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain_names.to_ascii(domain)}"


class Message(EmailMultiAlternatives):
    """Django's message, without folding headers right behind their names: some programs see an empty value there."""

    def message(self):
        message = super().message()
        message.policy = message.policy.clone(max_line_length=LINE_MAX)
        return message

    @property
    def is_international(self) -> bool:
        """Whether the part before the @ is not ASCII, which takes a server that offers SMTPUTF8 (RFC 6531)."""
        return not all(address.isascii() for address in self.to)

    def as_international(self) -> bytes:
        """The mail with its recipient in UTF-8 (RFC 6532). Django writes encoded words there, which are no address."""
        message = message_from_bytes(
            self.message().as_bytes(linesep="\r\n"), policy=policy.SMTPUTF8.clone(max_line_length=LINE_MAX)
        )
        message.replace_header("To", ", ".join(self.to))
        return message.as_bytes()


class AccountLanguage(models.Model):
    """In which language an account is written to; without a row it is that of the edition."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    language = models.CharField(max_length=7, choices=settings.LANGUAGES)

    class Meta:
        verbose_name = _("language of an account")
        verbose_name_plural = _("languages of accounts")
        default_permissions = []

    def __str__(self) -> str:
        return self.language


class Cancellation(models.Model):
    """That a mail is taken back which somebody was sending at that moment.

    Its own row is locked for as long as the server takes to answer, so the mark stands here. An attempt under way goes
    on, and no other one is made.
    """

    key = models.CharField(max_length=100, primary_key=True)

    class Meta:
        verbose_name = _("cancellation of a mail")
        verbose_name_plural = _("cancellations of mails")
        default_permissions = []

    def __str__(self) -> str:
        return self.key


class OutgoingMailQuerySet(models.QuerySet):
    def due(self):
        """What may be sent now, the longest due first."""
        return (
            self.wanted().filter(state=State.WAITING, next_at__lte=timezone.now()).order_by("next_at", "pk")
        )

    def wanted(self):
        """What nobody took back."""
        return self.filter(~Exists(Cancellation.objects.filter(key=OuterRef("key"))))


class OutgoingMail(models.Model):
    """A mail and what became of it.

    The recipient and all that the mail says are encrypted, for it may hold a link that is a key to something; both are
    emptied when it is old, and the row stays for its `key`, so that nobody is told the same thing twice.
    """

    State = State

    key = models.CharField(_("what it tells"), max_length=100, unique=True)
    recipient_encrypted = models.TextField(editable=False)
    email_fingerprint = models.CharField(max_length=64, editable=False)
    subject = models.CharField(_("subject"), max_length=400)
    # JSON: text, html and further headers, as `write` puts them.
    content_encrypted = models.TextField(editable=False)
    # The same at every attempt: should one succeed without our learning of it, mail programs show the next as the same.
    message_id = models.CharField(max_length=300, default=_new_message_id, editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING, editable=False)
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now, editable=False)
    # In our words and the server's numbers; its sentences quote the address.
    last_error = models.CharField(_("last error"), max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(pgettext_lazy("mail", "sent"), null=True, editable=False)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-pk"]
        default_permissions = ["view"]
        permissions = [("retry_outgoingmail", _("Can try again to send mails that failed"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="a_sent_mail_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at", "id"], name="mails_due", condition=Q(state=State.WAITING)),
            models.Index(fields=["email_fingerprint"], name="mails_by_recipient"),
            models.Index(fields=["id"], name="mails_failed", condition=Q(state=State.FAILED)),
        ]

    def __str__(self) -> str:
        return self.subject

    def write(self, *, to: str, text: str, html: str = "", headers: dict[str, str] | None = None) -> None:
        """Put the recipient and what the mail says into the row."""
        content = {"text": text, "html": html, "headers": headers or {}}
        self.recipient_encrypted = encryption.encrypt(to)
        self.email_fingerprint = encryption.email_fingerprint(to)
        self.content_encrypted = encryption.encrypt(json.dumps(content, ensure_ascii=False))

    def read(self) -> tuple[str, dict[str, Any]]:
        """The recipient, and what `write` put as content: text, html and headers. Raises encryption.Unreadable."""
        content: dict[str, Any] = json.loads(encryption.decrypt(self.content_encrypted))
        return encryption.decrypt(self.recipient_encrypted), content

    def message(self) -> Message:
        """The mail as it goes out. Raises encryption.Unreadable."""
        recipient, content = self.read()
        message = Message(
            # In encoded words of which the first leaves room for the header's name; Django breaks lines between them.
            Header(self.subject, "utf-8", header_name="Subject").encode(linesep=""),
            content["text"],
            to=[_with_ascii_domain(recipient)],
            headers={
                "Message-ID": self.message_id,
                "Date": format_datetime(self.created_at),
                "Content-Language": "ar",
                # RFC 3834: so that no absence notice answers it.
                "Auto-Submitted": "auto-generated",
                **content["headers"],
            },
        )
        if content["html"]:
            message.attach_alternative(content["html"], "text/html")
        return message
