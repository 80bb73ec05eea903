"""How accounts are called on the desk."""

from typing import Any

from django.utils.html import format_html

from newsroom.text.account_names import name_of


def cell(user: Any) -> str | None:
    """The name as a column shows it; None for None, for which the list has a sign of its own."""
    return format_html("<bdi>{}</bdi>", name_of(user)) if user else None
