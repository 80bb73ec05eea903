"""The editors' desk: articles, their names, pictures and corrections in the admin. Registered in `newsroom.admin`."""

from .article import ArticleAdmin
from .correction import CorrectionAdmin
from .deletion import CountedDeletion
from .names import AuthorAdmin, SectionAdmin, TagAdmin
from .pictures import ImageAdmin

__all__ = [
    "ArticleAdmin",
    "AuthorAdmin",
    "CorrectionAdmin",
    "CountedDeletion",
    "ImageAdmin",
    "SectionAdmin",
    "TagAdmin",
]
