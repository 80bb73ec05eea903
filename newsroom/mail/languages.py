"""In which language an account is written to: the one in which its owner has the desk."""

from typing import Any

from django.conf import settings

from newsroom.mail.models import AccountLanguage


def chosen_by(user: Any) -> str:
    """The language that an account has chosen, "" if none. One query."""
    return AccountLanguage.objects.filter(user=user).values_list("language", flat=True).first() or ""


def language_of(user: Any) -> str:
    """The language chosen by an account, else that of the edition. One query."""
    return chosen_by(user) or settings.LANGUAGE_CODE


def choose(user: Any, language: str) -> None:
    AccountLanguage.objects.update_or_create(user=user, defaults={"language": language})
