"""Taking in an article from a news page, as its text was dumped or as it was saved in HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils.html import escape

from articles import publishing
from articles.models import Article, Author, Section, Tag
from newsroom.text import html_page, text_page
from newsroom.text.html_page import HtmlPage
from newsroom.text.sanitizer import sanitize_article
from newsroom.text.text_page import TextPage

Row = TypeVar("Row", Author, Tag)

# By the column for which it is.
_TOO_LONG = {
    "headline": "The first line is taken for the headline and is too long for one",
    "name": "The name of an author or a tag is too long",
    "source_name": "The source is too long",
    "source_url": "The address of the source is too long",
}


class TextImportError(ValueError):
    """The page makes no article; the message is for the person who gave it."""


@dataclass(frozen=True)
class Imported:
    """The article, the page it was read from, and whether it is new."""

    article: Article
    page: TextPage | HtmlPage
    is_new: bool


@transaction.atomic
def import_text(
    dump: str,
    *,
    section: Section,
    authors: Sequence[str],
    tags: Sequence[str] = (),
    by: Any = None,
    publish: bool = False,
    **fields: Any,
) -> Imported:
    """Make an article of a dump or a page in HTML, a draft unless `publish`; `fields` are further columns of Article.

    Authors and tags are names, whatever their spelling; new ones are made. Where there is an article with the same
    headline and the same text, it is returned untouched and nothing is made. Raises TextImportError for a dump or a
    name that is empty and for what is longer than its column, PermissionDenied where `by` may not publish.
    """
    page = html_page.parse(dump) if html_page.is_page(dump) else text_page.parse(dump)
    if not page.headline:
        raise TextImportError("The file is empty.")
    if not page.paragraphs:
        raise TextImportError("The file holds a headline and no paragraph.")
    headline = _fitting(Article, "headline", page.headline)
    fields |= {column: _fitting(Article, column, fields[column]) for column in _TOO_LONG.keys() & fields}
    body = sanitize_article(_markup(page))
    earlier = Article.objects.filter(headline=headline, body=body).first()
    if earlier is not None:
        return Imported(earlier, page, is_new=False)
    article = Article(headline=headline, body=body, section=section, **fields)
    publishing.save(
        article,
        by=by,
        authors=[_named(Author, name) for name in authors],
        tags=[_named(Tag, name) for name in tags],
    )
    if publish:
        publishing.move(article, "publish", by=by)
    return Imported(article, page, is_new=True)


def _markup(page: TextPage | HtmlPage) -> str:
    if isinstance(page, HtmlPage):
        return page.body
    return "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in page.paragraphs)


def _fitting(model: type[Model], column: str, value: str) -> str:
    """The value as the column stores it; the database would refuse a longer one less politely."""
    field = model._meta.get_field(column)
    value = field.to_python(value)
    if len(value) > field.max_length:
        raise TextImportError(f"{_TOO_LONG[column]}: {len(value)} characters, {field.max_length} at most.")
    return value


def _named(kind: type[Row], name: str) -> Row:
    """The author or tag of that name, spelled with or without tashkeel and hamza; a new one where there is none."""
    name = _fitting(kind, "name", name)
    if not name:
        raise TextImportError("The name of an author or a tag is empty.")
    found = kind.objects.called(name)
    return found[0] if found else publishing.save_named(kind(name=name))
