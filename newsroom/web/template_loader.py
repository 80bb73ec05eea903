"""Templates of the site without what is in them for those who read their source."""

import re

from django.template import Node, NodeList, Template
from django.template.base import Origin
from django.template.loaders import cached, filesystem

INDENTATION = re.compile(r"(?<=\n)[ \t]+")
# The end of a line of which only tags are, other than those that print something: what is printed would hold an empty
# line for each of them.
SILENT_LINE = re.compile(
    r"^((?:\{% (?:block|else|elif|empty|end(?:block|comment|for|if|keeping|with)|extends|for|if|include|keeping"
    r"|kept|kept_of_address|kept_result|load|with)\b(?:(?!%\}).)*%\}|\{#(?:(?!#\}).)*#\})+)\n",
    re.MULTILINE,
)


class SourceLoader(filesystem.Loader):
    """Django's, of which lines of HTML come without indentation, and those that hold no HTML not at all: a tenth of
    what an article weighs."""

    def get_contents(self, origin: Origin) -> str:
        text: str = super().get_contents(origin)
        # Of a mail it may be part of the text. Lines stay as many, or no message would name the right one.
        if origin.name.endswith(".html"):
            text = SILENT_LINE.sub(r"\1{% comment %}\n{% endcomment %}", INDENTATION.sub("", text))
        return text


class Loader(cached.Loader):
    """Django's, whose templates tell their blocks without a walk through all of their nodes for each page."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template: Template = super().get_template(template_name, skip)
        if type(template.nodelist) is NodeList:
            template.nodelist = _Walked(template.nodelist)
        return template


class _Walked(NodeList):
    """A list that was compiled and stays as it is."""

    def __init__(self, nodes: NodeList) -> None:
        super().__init__(nodes)
        self.contains_nontext = nodes.contains_nontext
        self._found: dict[type[Node], list[Node]] = {}

    def get_nodes_by_type(self, nodetype: type[Node]) -> list[Node]:
        if nodetype not in self._found:
            self._found[nodetype] = super().get_nodes_by_type(nodetype)
        return self._found[nodetype]
