"""The moderators' desk in the admin. Registered in `newsroom.admin`."""

from .desk import CommentAdmin
from .triage import TriageAdmin
from .words import WatchedWordAdmin

__all__ = ["CommentAdmin", "TriageAdmin", "WatchedWordAdmin"]
