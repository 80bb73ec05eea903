"""What the newsroom publishes."""

from .article import LANGUAGES, Article, Transition
from .author import Author, Byline
from .correction import Correction, Wording
from .figure import Figure
from .image import FormerFile, Image, RenditionState, Rights
from .revision import Draft, Presence, Revision
from .series import Series
from .taxonomy import Section, Tag

__all__ = [
    "LANGUAGES",
    "Article",
    "Author",
    "Byline",
    "Correction",
    "Draft",
    "Figure",
    "FormerFile",
    "Image",
    "Presence",
    "RenditionState",
    "Revision",
    "Rights",
    "Section",
    "Series",
    "Tag",
    "Transition",
    "Wording",
]
