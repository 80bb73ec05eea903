"""The editors' desk: articles, their names, pictures and corrections in the admin. Registered in `newsroom.admin`."""

from .article import ArticleAdmin
from .clock_moves import ClockMoveAdmin
from .correction import CorrectionAdmin
from .names import AuthorAdmin, SectionAdmin, TagAdmin
from .pictures import ImageAdmin

__all__ = [
    "ArticleAdmin",
    "AuthorAdmin",
    "ClockMoveAdmin",
    "CorrectionAdmin",
    "ImageAdmin",
    "SectionAdmin",
    "TagAdmin",
]
