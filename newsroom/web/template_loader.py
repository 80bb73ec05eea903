"""Templates of the site without what is in them for those who read their source."""

import re

from django.template.base import Origin
from django.template.loaders import filesystem

INDENTATION = re.compile(r"(?<=\n)[ \t]+")


class Loader(filesystem.Loader):
    """Django's, of which lines of HTML come without indentation: a tenth of what an article weighs."""

    def get_contents(self, origin: Origin) -> str:
        text: str = super().get_contents(origin)
        # Of a mail it may be part of the text. Lines stay as many, or no message would name the right one.
        return INDENTATION.sub("", text) if origin.name.endswith(".html") else text
