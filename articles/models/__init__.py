"""What the newsroom publishes."""

from .article import LANGUAGES, Article
from .author import Author, Byline
from .clock_move import ClockMove
from .correction import Correction, Wording
from .desk_note import DeskNote
from .distinction import Distinction
from .figure import Figure
from .front_page import Arrangement
from .image import FormerFile, Image, RenditionState, Rights
from .preview import PreviewLink
from .reading import DayOfReadings, HourOfReadings, MostRead, Reading
from .revision import Draft, Presence, Revision
from .saved_view import SavedView
from .search import SearchEntry, SearchGram, SearchKey, SearchWord
from .section_editor import Editor, SectionEditor
from .series import Series
from .site_page import PageEdition, SitePage
from .taxonomy import Section, Tag
from .transition import Transition

__all__ = [
    "LANGUAGES",
    "Arrangement",
    "Article",
    "Author",
    "Byline",
    "ClockMove",
    "Correction",
    "DayOfReadings",
    "DeskNote",
    "Distinction",
    "Draft",
    "Editor",
    "Figure",
    "FormerFile",
    "HourOfReadings",
    "Image",
    "MostRead",
    "PageEdition",
    "Presence",
    "PreviewLink",
    "Reading",
    "RenditionState",
    "Revision",
    "Rights",
    "SavedView",
    "SearchEntry",
    "SearchGram",
    "SearchKey",
    "SearchWord",
    "Section",
    "SectionEditor",
    "Series",
    "SitePage",
    "Tag",
    "Transition",
    "Wording",
]
