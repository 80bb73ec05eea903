"""Whether a feed or a sitemap is what its specification asks for, told by schemas and by a reader of feeds."""

import json
from functools import cache
from pathlib import Path

import feedparser
import jsonschema_rs
from lxml import etree

_SCHEMAS = Path(__file__).parent / "schemas"


@cache
def _grammar(name):
    return etree.RelaxNG(etree.parse(_SCHEMAS / f"{name}.rng"))


@cache
def _json_schema():
    return jsonschema_rs.Draft202012Validator(json.loads((_SCHEMAS / "json_feed.json").read_text()))


def faults(form: str, document: bytes) -> list[str]:
    """What is wrong with a document of this form: rss, atom, json or sitemap."""
    if form == "json":
        return [error.message for error in _json_schema().iter_errors(json.loads(document))]
    grammar = _grammar(form)
    found = (
        [] if grammar.validate(etree.fromstring(document)) else [str(error) for error in grammar.error_log]
    )
    if form != "sitemap" and (parsed := feedparser.parse(document)).bozo:
        found.append(repr(parsed.bozo_exception))
    return found
