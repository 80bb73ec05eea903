"""What is asked of an account besides its password: whether, which numbers open it, and what it has."""

import secrets
import time
import unicodedata
from dataclasses import dataclass
from typing import Any

import pyotp
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.encryption import Unreadable, decrypt, encrypt, fingerprint
from newsroom.staff import letters
from newsroom.staff.models import Authenticator, Passkey, RecoveryCode

# Who may do what cannot be taken back: any one of these, or everything.
_POWERS = (
    "articles.publish_article", "comments.moderate_comment", "auth.add_user", "auth.change_user", "auth.change_group",
)  # fmt: skip
# In the session, once the account has a second factor; it was asked for at sign-in then.
HAS_FACTOR = "second_factor"
CODES = 10
_CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 12
# A number is good for the half minute before its own and for the one after it, for clocks differ.
_STEP, _WINDOW = 30, 1


@dataclass(frozen=True)
class Factors:
    """What an account has; `codes` is how many recovery codes are left."""

    authenticators: list[Authenticator]
    passkeys: list[Passkey]
    codes: int

    def __bool__(self) -> bool:
        return bool(self.authenticators or self.passkeys)


def of(user: Any) -> Factors:
    """Three queries."""
    return Factors(list(user.authenticators.all()), list(user.passkeys.all()), user.recovery_codes.count())


def has(user: Any) -> bool:
    """Whether one is asked of the account. Two queries at most."""
    return user.authenticators.exists() or user.passkeys.exists()


def is_required(user: Any) -> bool:
    """Whether an account must have one: whoever publishes, moderates or administers, where the site asks for it."""
    return settings.SECOND_FACTOR and (user.is_superuser or any(map(user.has_perm, _POWERS)))


def is_missing(request: HttpRequest) -> bool:
    """Whether who is signed in must add one before anything else. No query of its own."""
    return not request.session.get(HAS_FACTOR) and is_required(request.user)


def new_secret() -> str:
    return pyotp.random_base32()


def address_of(secret: str, user: Any) -> str:
    """What an app reads from the picture that it is shown (otpauth://)."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.get_username(), issuer_name=str(_("Nashra desk")))


def step_of(secret: str, code: str, *, after: int = 0) -> int | None:
    """The half minute whose number `code` is, if it is one of about now and later than `after`."""
    now = int(time.time()) // _STEP
    totp = pyotp.TOTP(secret)
    steps = range(max(now - _WINDOW, after + 1), now + _WINDOW + 1)
    return next((step for step in steps if secrets.compare_digest(totp.at(step * _STEP), _plain(code))), None)


@transaction.atomic
def add_authenticator(user: Any, *, name: str, secret: str, code: str) -> bool:
    """Add an app that has shown `code`; False where that is not its number, or it was added already."""
    _lock(user)
    step = step_of(secret, code)
    if step is None or secret in map(_secret_of, user.authenticators.all()):
        return False
    Authenticator.objects.create(user=user, name=name, secret_encrypted=encrypt(secret), last_step=step)
    letters.tell(user, letters.ADDED, name)
    return True


@transaction.atomic
def open_by(user: Any, code: str) -> bool:
    """Whether a number of an app, or a recovery code, is one of the account's; neither is taken twice."""
    plain = _plain(code)
    for authenticator in user.authenticators.select_for_update():
        secret = _secret_of(authenticator)
        step = step_of(secret, plain, after=authenticator.last_step) if secret else None
        if step is not None:
            authenticator.last_step, authenticator.last_used_at = step, timezone.now()
            authenticator.save(update_fields=["last_step", "last_used_at"])
            return True
    used, _by_model = user.recovery_codes.filter(digest=_digest(user, plain)).delete()
    if used:
        letters.tell(user, letters.CODE_USED, str(user.recovery_codes.count()))
    return bool(used)


@transaction.atomic
def new_codes(user: Any) -> list[str]:
    """New recovery codes in place of all others, in groups of four letters. They are known this once."""
    _lock(user)
    codes = [
        "".join(secrets.choice(_CODE_LETTERS) for _letter in range(_CODE_LENGTH)) for _code in range(CODES)
    ]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, code)) for code in codes)
    letters.tell(user, letters.NEW_CODES)
    return ["-".join(code[at : at + 4] for at in range(0, _CODE_LENGTH, 4)) for code in codes]


@transaction.atomic
def remove(user: Any, kind: str, number: int) -> bool:
    """Take away the account's `authenticators` or `passkeys` of that number; the codes go with the last of them."""
    found = getattr(user, kind).filter(pk=number).first()
    if found is None:
        return False
    found.delete()
    letters.tell(user, letters.REMOVED, found.name)
    if not has(user):
        user.recovery_codes.all().delete()
    return True


@transaction.atomic
def remove_all(user: Any) -> bool:
    """For somebody who has lost all of them; whether there was any."""
    had = has(user)
    user.authenticators.all().delete()
    user.passkeys.all().delete()
    user.recovery_codes.all().delete()
    if had:
        letters.tell(user, letters.ALL_REMOVED)
    return had


def _lock(user: Any) -> None:
    """Whoever changes the factors of the same account at the same moment waits until this transaction ends."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)


def _secret_of(authenticator: Authenticator) -> str:
    """Its secret, "" where the key of that is gone."""
    try:
        return decrypt(authenticator.secret_encrypted)
    except Unreadable:
        return ""


def _plain(code: str) -> str:
    # Digits of any script; what else is typed in other letters is none of ours.
    signs = (str(unicodedata.decimal(sign, sign)) for sign in code)
    return "".join(sign for sign in signs if sign.isascii() and sign.isalnum()).lower()


def _digest(user: Any, code: str) -> str:
    return fingerprint("recovery-code", str(user.pk), code)
