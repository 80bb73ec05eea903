"""The moderators' desk in the admin. Registered in `newsroom.admin`."""

from .desk import CommentAdmin
from .personal_data import PersonalDataAdmin
from .words import WatchedWordAdmin

__all__ = ["CommentAdmin", "PersonalDataAdmin", "WatchedWordAdmin"]
