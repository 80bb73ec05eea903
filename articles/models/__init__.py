"""What the newsroom publishes."""

from .article import LANGUAGES, Article, Transition
from .author import Author, Byline
from .figure import Figure
from .image import FormerFile, Image, RenditionState, Rights
from .taxonomy import Section, Tag

__all__ = [
    "LANGUAGES",
    "Article",
    "Author",
    "Byline",
    "Figure",
    "FormerFile",
    "Image",
    "RenditionState",
    "Rights",
    "Section",
    "Tag",
    "Transition",
]
