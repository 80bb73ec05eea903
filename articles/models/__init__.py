"""What the newsroom publishes."""

from .article import LANGUAGES, Article, Transition
from .author import Author, Byline
from .image import Image
from .revision import Draft, Presence, Revision
from .taxonomy import Section, Tag

__all__ = [
    "LANGUAGES",
    "Article",
    "Author",
    "Byline",
    "Draft",
    "Image",
    "Presence",
    "Revision",
    "Section",
    "Tag",
    "Transition",
]
