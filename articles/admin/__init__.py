"""The editors' desk: articles, their names, pictures and corrections in the admin. Registered in `newsroom.admin`."""

from .article import ArticleAdmin
from .clock_moves import ClockMoveAdmin
from .correction import CorrectionAdmin
from .deletion import CountedDeletion
from .front_page import FrontPageAdmin
from .names import AuthorAdmin, SectionAdmin, TagAdmin
from .pictures import ImageAdmin
from .record import TransitionAdmin
from .section_editors import EditorAdmin
from .series import SeriesAdmin
from .site_pages import SitePageAdmin

__all__ = [
    "ArticleAdmin",
    "AuthorAdmin",
    "ClockMoveAdmin",
    "CorrectionAdmin",
    "CountedDeletion",
    "EditorAdmin",
    "FrontPageAdmin",
    "ImageAdmin",
    "SectionAdmin",
    "SeriesAdmin",
    "SitePageAdmin",
    "TagAdmin",
    "TransitionAdmin",
]
