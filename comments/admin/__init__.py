"""The moderators' desk in the admin. Registered in `newsroom.admin`."""

from . import mails  # noqa: F401 - it names the mails in the outbox
from .desk import CommentAdmin
from .notifications import QueueSubscriptionAdmin
from .personal_data import PersonalDataAdmin
from .policy import PolicyAdmin
from .reasons import RejectionReasonAdmin
from .sanctions import SanctionAdmin
from .triage import TriageAdmin
from .words import WatchedWordAdmin

__all__ = [
    "CommentAdmin",
    "PersonalDataAdmin",
    "PolicyAdmin",
    "QueueSubscriptionAdmin",
    "RejectionReasonAdmin",
    "SanctionAdmin",
    "TriageAdmin",
    "WatchedWordAdmin",
]
