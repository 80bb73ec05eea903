"""What the newsroom publishes."""

from .article import LANGUAGES, Article, Transition
from .author import Author, Byline
from .correction import Correction, Wording
from .image import Image
from .taxonomy import Section, Tag

__all__ = [
    "LANGUAGES",
    "Article",
    "Author",
    "Byline",
    "Correction",
    "Image",
    "Section",
    "Tag",
    "Transition",
    "Wording",
]
