"""Signing in to the desk, as often as somebody who mistypes needs and no oftener."""

from datetime import timedelta

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from newsroom.encryption import fingerprint
from newsroom.web import rate_limit
from newsroom.web.client_address import client_address, network_at

WINDOW = timedelta(minutes=10)
# Of one account from one network: others elsewhere must not be able to lock its owner out.
TRIES_OF_ACCOUNT = 8
TRIES_OF_NETWORK = 40
TOO_MANY = "too_many"


class SignInForm(AdminAuthenticationForm):
    """Django's, which counts tries before it compares the password, for comparing is what takes time."""

    error_messages = AdminAuthenticationForm.error_messages | {
        TOO_MANY: _("Too many tries. Please wait ten minutes, then sign in again."),
    }

    def clean(self):
        network = network_at(client_address(self.request))
        self._account_key = f"sign-in:account:{self._digest(self.cleaned_data.get('username', ''), network)}"
        limits = {
            f"sign-in:network:{self._digest(network)}": TRIES_OF_NETWORK,
            self._account_key: TRIES_OF_ACCOUNT,
        }
        if not all(rate_limit.take(key, limit=limit, window=WINDOW) for key, limit in limits.items()):
            raise ValidationError(self.error_messages[TOO_MANY], code=TOO_MANY)
        return super().clean()

    def confirm_login_allowed(self, user):
        super().confirm_login_allowed(user)
        rate_limit.forget(self._account_key)

    def _digest(self, *parts: str) -> str:
        return fingerprint("sign-in", *(part.casefold() for part in parts))
