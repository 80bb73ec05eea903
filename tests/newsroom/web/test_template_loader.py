"""Templates as they are loaded."""

import re

from django.template import Engine
from django.template.loader import get_template
from django.template.loader_tags import BlockNode

from newsroom.web.template_loader import SourceLoader


def test_lines_of_html_come_without_indentation():
    source = get_template("base.html").template.source

    assert "\n<body" in source
    assert not re.search(r"\n[ \t]", source)


def test_lines_of_a_mail_stay_as_they_are(tmp_path):
    (tmp_path / "mail.txt").write_text("قائمة:\n  سطر\n")
    loader = SourceLoader(Engine.get_default(), [tmp_path])

    [origin] = loader.get_template_sources("mail.txt")

    assert loader.get_contents(origin) == "قائمة:\n  سطر\n"


def test_blocks_are_looked_for_once():
    nodes = get_template("base.html").template.nodelist

    assert nodes.get_nodes_by_type(BlockNode) is nodes.get_nodes_by_type(BlockNode)
    assert {"content", "metadata"} <= {node.name for node in nodes.get_nodes_by_type(BlockNode)}
