"""The rich-text editor: what it offers, which is what `newsroom.text.sanitizer` keeps, and what its page may load."""

from collections.abc import Collection

from csp.constants import NONCE
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django_prose_editor.widgets import AdminProseEditorWidget
from js_asset import ImportMap, Media, Script

from newsroom.text.embeds import PROVIDERS

# Tiptap puts one fixed <style> into the page, and the library leaves no way to give it a nonce.
STYLE_HASH = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"

# Each adds to the library's extensions or, under the same name, takes the place of one.
MODULES = [
    "js/editor/bidi.js",
    "js/editor/blocks.js",
    "js/editor/embed.js",
    "js/editor/figure.js",
    "js/editor/footnote.js",
    "js/editor/isolates.js",
    "js/editor/kept.js",
    "js/editor/link.js",
    "js/editor/menu.js",
    "js/editor/paste.js",
    "js/editor/proof.js",
    "js/editor/table.js",
    "js/editor/tells.js",
]

MENU = [
    {"group": "blockType -lists"},
    {"group": "lists"},
    {"group": "nodes -blockType -lists"},
    {"group": "figure"},
    {"group": "blocks"},
    {"group": "marks"},
    {"group": "link"},
    {"group": "bidi"},
    {"group": "table"},
    {"group": "history"},
]

EXTENSIONS = {
    "Menu": {"groups": MENU},
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "Link": {"protocols": ["http", "https", "mailto"], "linkOnPaste": True, "autolink": False},
    "Foreign": True,
    "Direction": True,
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Image": True,
    "Caption": True,
    "Figure": True,
    "PullQuote": True,
    "FactBox": True,
    "Gallery": True,
    "Embed": True,
    "EmbedPaste": True,
    "Footnote": True,
    "FootnoteKeys": True,
    "LeaveBlocks": True,
    "Kept": True,
    "CleanPaste": True,
    "Proof": True,
    "Tells": True,
    "Isolates": True,
    # Writers want their spelling checked.
    "NoSpellCheck": False,
}


class EditorWidget(AdminProseEditorWidget):
    """A textarea that becomes the editor where JavaScript runs; elsewhere it takes plain text or HTML."""

    template_name = "admin/widgets/editor.html"

    def __init__(self, attrs=None, *, without: Collection[str] = ()):
        """`without` names the EXTENSIONS that are not offered."""
        offered = {name: options for name, options in EXTENSIONS.items() if name not in without}
        super().__init__(attrs, preset="configurable", config={"extensions": offered})

    @property
    def media(self):
        return super().media + Media(
            importmap=ImportMap(
                {
                    "newsroom/blocks": "js/editor/blocks.js",
                    "newsroom/inert": "js/editor/inert.js",
                    "newsroom/library": "js/editor/library.js",
                    "newsroom/proof": "js/editor/proof.js",
                }
            ),
            js=[
                Script("js/pictures/upload_queue.js", defer=True),
                # They need the import map, so they come with it.
                Script("js/editor/hero.js", type="module"),
                Script("js/editor/as_read.js", type="module"),
            ],
        )

    def get_config(self):
        config = super().get_config()
        library = {"libraryUrl": reverse("admin:articles_image_library"), "mediaUrl": settings.MEDIA_URL}
        providers = [{"pattern": provider.pattern, "address": provider.address} for provider in PROVIDERS]
        told = {"Figure": library, "Image": library, "Gallery": library, "Embed": {"providers": providers}}
        config["extensions"] |= {
            name: options for name, options in told.items() if name in config["extensions"]
        }
        return config | {"js_modules": [static(module) for module in MODULES]}


def admit(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let the page of `response` carry the editor: its import map (an inline script) and the style of Tiptap.

    The template's `media` must be a `js_asset.Media` that knows the nonce; see `with_nonce`.
    """
    response._csp_update = {"script-src": [NONCE], "style-src": [STYLE_HASH]}
    return response


def with_nonce(media, request: HttpRequest) -> Media:
    return Media.from_media(media, nonce=str(request.csp_nonce))
