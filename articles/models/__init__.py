"""What the newsroom publishes."""

from .article import LANGUAGES, Article, Transition
from .author import Author, Byline
from .clock_move import ClockMove
from .correction import Correction, Wording
from .figure import Figure
from .image import FormerFile, Image, RenditionState, Rights
from .revision import Draft, Presence, Revision
from .taxonomy import Section, Tag

__all__ = [
    "LANGUAGES",
    "Article",
    "Author",
    "Byline",
    "ClockMove",
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
    "Tag",
    "Transition",
    "Wording",
]
