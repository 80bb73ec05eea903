"""The tables of comments, each matter in a file of its own."""

from .comment import (
    BODY_MAX_LENGTH,
    MODERATE,
    NAME_MAX_LENGTH,
    PATH_DIGITS,
    PATH_LEVELS,
    WEBSITE_MAX_LENGTH,
    Comment,
    CommentQuerySet,
    Finding,
    Revision,
    Script,
    Status,
    unsettled_reports,
    what_is_beside,
)
from .confirmation import Confirmation
from .decision import Cause, Decision, Note, RejectionReason
from .lesson import Lesson, TriageState
from .notification import Frequency, Mute, QueueSubscription
from .personal_data import PersonalData
from .policy import Mode, Night, Policy, Thread
from .response import Complaint, Report, Useful
from .sanction import Effect, Sanction, Target
from .watched_word import Kind, Level, WatchedWord
from .wave import LikenessKey, Wave

__all__ = [
    "BODY_MAX_LENGTH",
    "MODERATE",
    "NAME_MAX_LENGTH",
    "PATH_DIGITS",
    "PATH_LEVELS",
    "WEBSITE_MAX_LENGTH",
    "Cause",
    "Comment",
    "CommentQuerySet",
    "Complaint",
    "Confirmation",
    "Decision",
    "Effect",
    "Finding",
    "Frequency",
    "Kind",
    "Lesson",
    "Level",
    "LikenessKey",
    "Mode",
    "Mute",
    "Night",
    "Note",
    "PersonalData",
    "Policy",
    "QueueSubscription",
    "RejectionReason",
    "Report",
    "Revision",
    "Sanction",
    "Script",
    "Status",
    "Target",
    "Thread",
    "TriageState",
    "Useful",
    "WatchedWord",
    "Wave",
    "unsettled_reports",
    "what_is_beside",
]
