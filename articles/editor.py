"""The rich-text editor: what it offers, which is what `newsroom.text.sanitizer` lets through."""

from django_prose_editor.widgets import AdminProseEditorWidget

EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "History": True,
    "Menu": True,
}


class EditorWidget(AdminProseEditorWidget):
    def __init__(self, attrs=None):
        super().__init__(attrs, preset="configurable", config={"extensions": EXTENSIONS})
