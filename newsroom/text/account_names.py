"""How accounts of the staff are named in texts."""

from typing import Any


def name_of(user: Any) -> str:
    """The full name of an account, or what it signs in with; empty for None, the site itself."""
    return (user.get_full_name() or user.get_username()) if user else ""
