"""Two contents of an article side by side: each field in words, and what differs in it, word by word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles import contents
from articles.contents import Content
from articles.models import LANGUAGES
from articles.models.article import RTL_LANGUAGES
from newsroom.text import bidi, word_diff
from newsroom.text.bidi import Direction
from newsroom.text.word_diff import Kind
from newsroom.web.isolation import isolate

_MARKS = {Kind.DELETED: "del", Kind.INSERTED: "ins"}


@dataclass(frozen=True)
class Difference:
    """A field in which two contents differ."""

    name: str
    label: str
    html: SafeString


def between(old: Content, new: Content) -> list[Difference]:
    """What differs, field by field in the order of the form."""
    return [
        Difference(name, contents.label(name), in_field(name, old, new))
        for name in contents.changed(old, new)
    ]


def told(name: str, label: str, runs: list[word_diff.Run], base: Direction) -> Difference:
    """What differs in a text of another kind than an article's."""
    return Difference(name, label, _paragraphs(runs, base))


def in_field(name: str, old: Content, new: Content) -> SafeString:
    """The words of one field, those deleted and inserted marked."""
    base = direction(new)
    if name == "body":
        runs = word_diff.of_markup(old["body"], new["body"])
        if all(run.kind is Kind.KEPT for run in runs) and old["body"] != new["body"]:
            return format_html("<p>{}</p>", _("The words are the same; their markup was changed."))
    else:
        runs = word_diff.of_texts(in_words(name, old.get(name)), in_words(name, new.get(name)))
    return _paragraphs(runs, base)


def all_fields(content: Content) -> list[Difference]:
    """The fields of one content that say something."""
    return [
        Difference(name, contents.label(name), whole(name, content))
        for name, value in content.items()
        if value
    ]


def whole(name: str, content: Content) -> SafeString:
    base = direction(content)
    if name == "body":
        # Safe: a revision holds what the sanitizer made of the body.
        return mark_safe(bidi.isolate_markup(content["body"], base))
    return _paragraphs(word_diff.of_texts(*[in_words(name, content.get(name))] * 2), base)


def direction(content: Content) -> Direction:
    return "rtl" if content["language"] in RTL_LANGUAGES else "ltr"


def in_words(name: str, value: Any) -> str:
    """A value of a field as a person reads it."""
    if value is None or value == "":
        return ""
    if name in {"language", "translated_from"}:
        return dict(LANGUAGES).get(value, value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        rows = value if value and isinstance(value[0], list) else [value] if value else []
        return _(", ").join(str(label) for _number, label in rows)
    if name == "withdraw_at":
        return date_format(timezone.localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT")
    return str(value)


def _paragraphs(runs: list[word_diff.Run], base: Direction) -> SafeString:
    """Paragraphs of HTML. Each run is isolated, so that what was inserted moves no word that stands beside it.

    Isolating each word would set the words of a Latin phrase in an Arabic sentence from right to left.
    """
    html = ["<p>"]
    for run in runs:
        text: list[word_diff.Word] = []
        for word in run.words:
            if not word.begins_paragraph:
                text.append(word)
                continue
            html.append(_marked(run.kind, text, base))
            text = []
            if run.kind is not Kind.KEPT:
                html.append(_mark(run.kind, word_diff.PARAGRAPH))
            if run.kind is not Kind.DELETED and html[-1] != "<p>":
                html.append("</p><p>")
        html.append(_marked(run.kind, text, base))
    # Safe: `_mark` escapes, or takes what `isolate` escaped.
    return mark_safe("".join([*html, "</p>"]).replace("<p></p>", ""))


def _marked(kind: Kind, words: list[word_diff.Word], base: Direction) -> str:
    if not words:
        return ""
    text = "".join(word.text + word.space for word in words)
    body = text.rstrip()
    isolated = format_html('<bdi dir="{}">{}</bdi>', base, isolate(body, base))
    return _mark(kind, isolated) + " " * (body != text)


def _mark(kind: Kind, html: str) -> str:
    if kind is Kind.KEPT:
        return html
    spoken = _("Removed:") if kind is Kind.DELETED else _("Inserted:")
    return format_html('<{0}><span class="visually-hidden">{1} </span>{2}</{0}>', _MARKS[kind], spoken, html)
