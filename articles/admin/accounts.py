"""How accounts are called on the desk."""

from typing import Any

from django.utils.html import format_html


def name_of(user: Any) -> str:
    """The full name of an account, or what it signs in with; empty for None, the site itself."""
    return (user.get_full_name() or user.get_username()) if user else ""


def cell(user: Any) -> str | None:
    """The name as a column shows it; None for None, for which the list has a sign of its own."""
    return format_html("<bdi>{}</bdi>", name_of(user)) if user else None
