"""How accounts are called on the desk."""

from typing import Any

from newsroom.text.account_names import name_of
from newsroom.web.isolation import isolate


def cell(user: Any) -> str | None:
    """The name as a column shows it; None for None, for which the list has a sign of its own."""
    return isolate(name_of(user)) if user else None
