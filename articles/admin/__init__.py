"""The editors' desk: articles, their names, pictures and corrections in the admin. Registered in `newsroom.admin`."""

from .article import ArticleAdmin
from .correction import CorrectionAdmin
from .names import AuthorAdmin, SectionAdmin, TagAdmin
from .pictures import ImageAdmin
from .record import TransitionAdmin
from .section_editors import EditorAdmin

__all__ = [
    "ArticleAdmin",
    "AuthorAdmin",
    "CorrectionAdmin",
    "EditorAdmin",
    "ImageAdmin",
    "SectionAdmin",
    "TagAdmin",
    "TransitionAdmin",
]
