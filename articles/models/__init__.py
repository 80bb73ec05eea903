"""What the newsroom publishes."""

from .article import LANGUAGES, Article, Transition
from .author import Author, Byline
from .correction import Correction, Wording
from .distinction import Distinction
from .figure import Figure
from .image import FormerFile, Image, RenditionState, Rights
from .revision import Draft, Presence, Revision
from .saved_view import SavedView
from .taxonomy import Section, Tag

__all__ = [
    "LANGUAGES",
    "Article",
    "Author",
    "Byline",
    "Correction",
    "Distinction",
    "Draft",
    "Figure",
    "FormerFile",
    "Image",
    "Presence",
    "RenditionState",
    "Revision",
    "Rights",
    "SavedView",
    "Section",
    "Tag",
    "Transition",
    "Wording",
]
