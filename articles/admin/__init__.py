"""The editors' desk: articles, their names and their pictures in the admin. Registered in `newsroom.admin`."""

from .article import ArticleAdmin
from .names import AuthorAdmin, SectionAdmin, TagAdmin
from .pictures import ImageAdmin

__all__ = ["ArticleAdmin", "AuthorAdmin", "ImageAdmin", "SectionAdmin", "TagAdmin"]
