"""The editors' desk: articles, their names, pictures and corrections in the admin. Registered in `newsroom.admin`."""

from .article import ArticleAdmin
from .correction import CorrectionAdmin
from .names import AuthorAdmin, SectionAdmin, TagAdmin
from .pictures import ImageAdmin
from .series import SeriesAdmin

__all__ = [
    "ArticleAdmin",
    "AuthorAdmin",
    "CorrectionAdmin",
    "ImageAdmin",
    "SectionAdmin",
    "SeriesAdmin",
    "TagAdmin",
]
