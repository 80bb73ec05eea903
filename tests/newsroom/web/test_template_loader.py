"""Templates as they are loaded."""

import re

import pytest
from django.template import Context, Engine, Template
from django.template.loader import get_template
from django.template.loader_tags import BlockNode

from newsroom.web.template_loader import SourceLoader


def test_lines_of_html_come_without_indentation():
    source = get_template("base.html").template.source

    assert "\n<body" in source
    assert not re.search(r"\n[ \t]", source)


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        ("<p>a</p>\n{% if yes %}\n<p>b</p>\n{% endif %}\n<p>c</p>\n", "<p>a</p>\n<p>b</p>\n<p>c</p>\n"),
        ("{# Takes: yes. #}\n{% load i18n %}\n<p>a</p>\n", "<p>a</p>\n"),
        ("<b>a</b>\n{% if yes %}<b>b</b>{% endif %}\n<b>c</b>\n", "<b>a</b>\n<b>b</b>\n<b>c</b>\n"),
        ("{% if yes %}<b>a</b>{% endif %}\n{{ yes }}\n{{ yes }}\n", "<b>a</b>\nTrue\nTrue\n"),
        (
            "{% load i18n %}{% if yes %}{% blocktranslate %}\na\nb{% endblocktranslate %}{% endif %}\nc",
            "\na\nb\nc",
        ),
    ],
    ids=["tags", "comment", "text between tags", "values", "text over lines"],
)
def test_lines_of_tags_alone_leave_none(tmp_path, source, rendered):
    (tmp_path / "page.html").write_text(source)
    loader = SourceLoader(Engine.get_default(), [tmp_path])
    [origin] = loader.get_template_sources("page.html")

    read = loader.get_contents(origin)

    assert Template(read).render(Context({"yes": True})) == rendered
    assert read.count("\n") == source.count("\n")


def test_lines_of_a_mail_stay_as_they_are(tmp_path):
    (tmp_path / "mail.txt").write_text("قائمة:\n  سطر\n")
    loader = SourceLoader(Engine.get_default(), [tmp_path])

    [origin] = loader.get_template_sources("mail.txt")

    assert loader.get_contents(origin) == "قائمة:\n  سطر\n"


def test_blocks_are_looked_for_once():
    nodes = get_template("base.html").template.nodelist

    assert nodes.get_nodes_by_type(BlockNode) is nodes.get_nodes_by_type(BlockNode)
    assert {"content", "metadata"} <= {node.name for node in nodes.get_nodes_by_type(BlockNode)}
