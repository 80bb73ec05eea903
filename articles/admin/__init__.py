"""The editors' desk: articles, their names, pictures and corrections in the admin. Registered in `newsroom.admin`."""

from .article import ArticleAdmin
from .correction import CorrectionAdmin
from .front_page import FrontPageAdmin
from .names import AuthorAdmin, SectionAdmin, TagAdmin
from .pictures import ImageAdmin

__all__ = [
    "ArticleAdmin",
    "AuthorAdmin",
    "CorrectionAdmin",
    "FrontPageAdmin",
    "ImageAdmin",
    "SectionAdmin",
    "TagAdmin",
]
