"""Signing in to the desk: by password and second factor or by a passkey, as often as somebody who mistypes needs."""

import time
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model, login
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from newsroom.encryption import fingerprint
from newsroom.staff import passkeys, second_factor
from newsroom.web import rate_limit
from newsroom.web.client_address import client_address, network_at

WINDOW = timedelta(minutes=10)
# Of one account from one network: others elsewhere must not be able to lock its owner out.
TRIES_OF_ACCOUNT = 8
TRIES_OF_NETWORK = 40
# Of who knows the password of an account already, from wherever.
TRIES_OF_SECOND_STEP = 12
TOO_MANY = "too_many"
# In the session, between the two steps: whose password was right, and when.
_BETWEEN = "sign_in"
_SECONDS_BETWEEN = 600
_BACKEND = "django.contrib.auth.backends.ModelBackend"

_MESSAGES = {
    TOO_MANY: _("Too many tries. Please wait ten minutes, then sign in again."),
    "wrong": _("This number is not the right one. Take the one that your app shows now."),
    "passkey": _("This passkey does not open an account here. Sign in in another way."),
}


class SignInForm(AdminAuthenticationForm):
    """Django's, which counts tries before it compares the password, for comparing is what takes time."""

    error_messages = AdminAuthenticationForm.error_messages | _MESSAGES

    def clean(self):
        network = network_at(client_address(self.request))
        self._account_key = f"sign-in:account:{_digest(self.cleaned_data.get('username', ''), network)}"
        _count({_network_key(self.request): TRIES_OF_NETWORK, self._account_key: TRIES_OF_ACCOUNT})
        return super().clean()

    def add_error_of(self, form: forms.Form) -> None:
        """Show why a passkey did not open an account where a wrong password is told."""
        self.full_clean()
        self._errors = form.errors

    def confirm_login_allowed(self, user):
        super().confirm_login_allowed(user)
        rate_limit.forget(self._account_key)


class PasskeyForm(forms.Form):
    """What a browser answers by a passkey, in place of a name and a password."""

    assertion = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._request = request
        self.user: Any = None

    def clean(self):
        _count({_network_key(self._request): TRIES_OF_NETWORK})
        self.user = _opened_by(self._request, self.cleaned_data.get("assertion", ""))


class SecondStepForm(forms.Form):
    """The number that an app shows or a recovery code, else what a browser answers by a passkey."""

    code = forms.CharField(
        label=_("Number from the app, or a recovery code"),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}
        ),
    )
    assertion = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, user: Any, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._request, self.user = request, user

    def clean(self):
        key = f"sign-in:second:{_digest(str(self.user.pk))}"
        _count({key: TRIES_OF_SECOND_STEP})
        if assertion := self.cleaned_data.get("assertion"):
            _opened_by(self._request, assertion, self.user)
        elif not second_factor.open_by(self.user, self.cleaned_data.get("code", "")):
            raise ValidationError(_MESSAGES["wrong"], code="wrong")
        rate_limit.forget(key)


def begin(request: HttpRequest, user: Any) -> bool:
    """Sign in somebody whose password was right, unless a second step is asked for; say whether it is."""
    if not second_factor.has(user):
        finish(request, user, by_factor=False)
        return False
    # A session of its own, so that nobody who gave the browser its former one shares what follows.
    request.session.flush()
    request.session[_BETWEEN] = [user.pk, int(time.time()), user.get_session_auth_hash()]
    return True


def between(request: HttpRequest) -> Any:
    """The account whose second step is waited for, None if there is none. One query where there is."""
    number, begun, digest = request.session.get(_BETWEEN, (0, 0, ""))
    if not number or time.time() - begun > _SECONDS_BETWEEN:
        return None
    user = get_user_model().objects.filter(pk=number, is_active=True, is_staff=True).first()
    # A password that was changed meanwhile opens nothing.
    return user if user and constant_time_compare(digest, user.get_session_auth_hash()) else None


def finish(request: HttpRequest, user: Any, *, by_factor: bool) -> None:
    """Sign in; `by_factor` says whether more was asked than a password."""
    request.session.pop(_BETWEEN, None)
    login(request, user, backend=_BACKEND)
    request.session[second_factor.HAS_FACTOR] = by_factor


def _opened_by(request: HttpRequest, assertion: str, user: Any = None) -> Any:
    try:
        found = passkeys.open_by(request.session, assertion, user)
    except passkeys.NotAccepted as error:
        raise ValidationError(_MESSAGES["passkey"], code="passkey") from error
    if not (found.is_active and found.is_staff):
        raise ValidationError(_MESSAGES["passkey"], code="passkey")
    return found


def network_digest(request: HttpRequest) -> str:
    """What a network is called where tries are counted, which gives nothing of it away."""
    return _digest(network_at(client_address(request)))


def _network_key(request: HttpRequest) -> str:
    return f"sign-in:network:{network_digest(request)}"


def _count(limits: dict[str, int]) -> None:
    if not all(rate_limit.take(key, limit=limit, window=WINDOW) for key, limit in limits.items()):
        raise ValidationError(_MESSAGES[TOO_MANY], code=TOO_MANY)


def _digest(*parts: str) -> str:
    return fingerprint("sign-in", *(part.casefold() for part in parts))
