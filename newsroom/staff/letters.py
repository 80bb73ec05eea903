"""Mails to people of the desk about their account: an invitation, a new password, and whatever changed."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from newsroom.mail import languages, outbox
from newsroom.text import bidi

ADDED = gettext_noop("“%(name)s” was added as a second factor of your account.")
REMOVED = gettext_noop("“%(name)s” was taken away as a second factor of your account.")
ALL_REMOVED = gettext_noop(
    "The second factors of your account were taken away. Sign in with your password alone, and add one anew."
)
NEW_CODES = gettext_noop("New recovery codes were made for your account; the former ones open it no more.")
CODE_USED = gettext_noop(
    "A recovery code was used to sign in to your account. Codes that are left: %(name)s."
)
NEW_PASSWORD = gettext_noop("The password of your account was changed.")


def tell(user: Any, sentence: str, name: str = "") -> None:
    """Tell an account what changed, in its transaction, wherever it has an address."""
    _write(user, "account", gettext_noop("Your account at Nashra"), {"sentence": sentence, "name": name})


def invite(user: Any, by: Any) -> None:
    """Write a new colleague by which link to choose a password."""
    _write(
        user, "invitation", gettext_noop("An invitation to the Nashra desk"), {"by": by, "url": _link(user)}
    )


def reset(user: Any) -> None:
    """Write by which link to choose a new password."""
    _write(user, "password", gettext_noop("A new password for the Nashra desk"), {"url": _link(user)})


def _link(user: Any) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("password_reset_confirm", args=[uid, default_token_generator.make_token(user)])
    return settings.SITE_URL + path


def _write(user: Any, template: str, subject: str, context: dict[str, Any]) -> None:
    if not user.email:
        return
    with translation.override(languages.language_of(user)):
        hours = settings.PASSWORD_RESET_TIMEOUT // 3600
        context = context | {"user": user, "hours": hours, "subject": _(subject)}
        if sentence := context.get("sentence"):
            context["sentence"] = _(sentence) % {"name": bidi.isolate_plain(context["name"])}
        outbox.enqueue(
            # Nothing of these is written twice for one reason.
            key=f"{template}:{user.pk}:{secrets.token_hex(6)}",
            to=user.email,
            subject=context["subject"],
            text=render_to_string(f"mail/{template}.txt", context),
            html=render_to_string(f"mail/{template}.html", context),
        )
