"""Passwords of accounts, and what follows from a new one."""

from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator

from newsroom.staff import letters


class LongPassword(MinimumLengthValidator):
    """Django's, which hears of every new password besides; whoever had the former one is told. (Sessions that began
    under it end by themselves, for Django keeps a digest of it in them.)"""

    def password_changed(self, password: str, user: Any) -> None:
        # A first password is no change.
        if user.last_login:
            letters.tell(user, letters.NEW_PASSWORD)
