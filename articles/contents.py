"""The content of an article as one value: what a revision keeps, what two of them differ in, and back to the article.

A content maps the name of each field to a value of JSON. Rows that are referred to stand as [number, name], for the
name is to be read when the row is gone; authors, tags and related stories as a list of these.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import DateTimeField, Field, ForeignKey

from articles import figures
from articles.models import Article, Author, Byline, Tag
from newsroom.text import arabic
from newsroom.text.sanitizer import sanitize_article
from newsroom.text.search_words import written_in

Content = dict[str, Any]

# What an article is on the desk rather than what is written in it, and what is made of the text at each save.
_NOT_WRITTEN = {
    "id", "status", "published_at", "created_at", "created_by", "version", "working_copy", "modified_at",
    "body_html", "outline", "words", "search_key", "search_text", "reviewer",
}  # fmt: skip
_FIELDS: dict[str, Field] = {
    field.name: field for field in Article._meta.concrete_fields if field.name not in _NOT_WRITTEN
}
# Going back to an older text moves neither the address nor the hour of the withdrawal.
WHERE_AND_WHEN = frozenset(("slug", "withdraw_at"))


def of(
    article: Article, authors: Sequence[Author] | None = None, tags: Iterable[Tag] | None = None
) -> Content:
    """The content of `article`, with these authors and tags instead of the stored ones. At most nine queries."""
    content = {name: _as_json(field, article) for name, field in _FIELDS.items()}
    if authors is None:
        authors = [byline.author for byline in article.bylines.select_related("author")]
    if tags is None:
        tags = article.tags.all()
    return content | {
        "authors": [[author.pk, author.name] for author in dict.fromkeys(authors)],
        "tags": sorted([tag.pk, tag.name] for tag in tags),
    }


def _as_json(field: Field, article: Article) -> Any:
    value = getattr(article, field.attname)
    if value is None:
        return None
    if isinstance(field, ForeignKey):
        row = getattr(article, field.name)
        return [row.pk, str(row)]
    if isinstance(field, ArrayField):
        headlines = dict(Article.objects.filter(pk__in=value).values_list("pk", "headline")) if value else {}
        return [[number, headlines[number]] for number in value if number in headlines]
    if isinstance(field, DateTimeField):
        return value.isoformat()
    return value


def settle(article: Article) -> None:
    """Clean what was written, whoever wrote it: lines, and the markup of the body. `figures.print_body` makes of it
    what readers get."""
    for field in ("kicker", "headline", "summary", "source_name", "source_url"):
        setattr(article, field, Article._meta.get_field(field).to_python(getattr(article, field)))
    article.body = sanitize_article(article.body)
    article.search_key = arabic.normalize(" ".join([article.kicker, article.headline, article.summary]))


def search_text(article: Article, names: Iterable[str]) -> str:
    """What a settled article is found by on the desk, folded: its texts and the names of its authors, each a line."""
    return "\n".join([article.search_key, *map(arabic.normalize, names), written_in(article.body).folded])


def fill(article: Article, content: Content) -> tuple[list[Author], list[Tag]]:
    """Set the fields of `article`, unsaved, to `content`, and return its authors and tags.

    A row that is no longer there leaves the field as it is, or is missing among authors and tags. At most six
    queries.
    """
    for name, field in _FIELDS.items():
        if name not in content:
            continue
        value = content[name]
        if isinstance(field, ForeignKey) and value is not None:
            try:
                value = field.related_model._default_manager.get(pk=value[0])
            except ObjectDoesNotExist:
                continue
        elif isinstance(field, ArrayField):
            value = [number for number, _name in value]
        elif isinstance(field, DateTimeField) and value is not None:
            value = datetime.fromisoformat(value)
        setattr(article, name, value)
    return _rows(Author, content["authors"]), _rows(Tag, content["tags"])


def _rows(model, named: list[list]) -> list:
    found = model.objects.in_bulk([number for number, _name in named])
    return [found[number] for number, _name in named if number in found]


def show(article: Article, content: Content) -> None:
    """Make of `article`, as `for_page` loads it, what its page would be with `content`; nothing is to be saved."""
    display(article, *fill(article, content))


def display(article: Article, authors: Sequence[Author], tags: Sequence[Tag]) -> None:
    """Make of `article`, settled, what its page would be with its fields, these authors and tags; nothing is saved."""
    figures.print_body(article, figures.in_text(article.body))
    bylines = [Byline(article=article, author=author) for author in authors]
    article._prefetched_objects_cache = {"bylines": bylines, "tags": tags}
    # It may have come into another series, or translate another article.
    article.kept_parts = None
    article.kept_translations = None


def initial(content: Content) -> dict[str, Any]:
    """`content` as the initial values of a form."""
    values = {}
    for name, value in content.items():
        field = _FIELDS.get(name)
        if field is None or isinstance(field, ArrayField):
            values[name] = [number for number, _name in value]
        elif isinstance(field, ForeignKey):
            values[name] = value and value[0]
        elif isinstance(field, DateTimeField):
            values[name] = value and datetime.fromisoformat(value)
        else:
            values[name] = value
    return values


def label(name: str) -> str:
    return str(Article._meta.get_field(name).verbose_name)


def same(one: Any, other: Any) -> bool:
    """Whether two values of a field say the same.

    Rows are known by their numbers, for a name may have been changed since, and pictures by theirs, for another file
    may have been put in the place of one. One or two queries where texts with pictures differ.
    """
    if _bare(one) == _bare(other):
        return True
    return isinstance(one, str) and isinstance(other, str) and figures.same_text(one, other)


def _bare(value: Any) -> Any:
    if not isinstance(value, list) or not value:
        return value or None
    return [row[0] for row in value] if isinstance(value[0], list) else value[0]


def changed(one: Content, other: Content) -> list[str]:
    """The names of the fields in which two contents differ, in the order of the form."""
    names = [*_FIELDS, "authors", "tags"]
    return [name for name in names if name in one and name in other and not same(one[name], other[name])]
