"""The moderators' desk in the admin. Registered in `newsroom.admin`."""

from .desk import CommentAdmin
from .notifications import QueueSubscriptionAdmin
from .words import WatchedWordAdmin

__all__ = ["CommentAdmin", "QueueSubscriptionAdmin", "WatchedWordAdmin"]
