"""What answers hold, field by field: the documentation is made of this, and tests hold answers against it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field

Direction = Literal["rtl", "ltr"]
Language = Literal["ar", "en", "fr", "tr", "fa", "ur", "ckb", "he"]
# Of a number that a row can have, as addresses of pages have it.
MOST = 10**18 - 1


# No text of PostgreSQL holds it, and whatever asks with one is refused before it gets to a view.
WITHOUT_NULL = "^[^\\x00]*$"


class Shape(Schema):
    """A shape with exactly these fields."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"additionalProperties": False})


class Named(Shape):
    """A section, a tag or an author as articles name it."""

    id: int
    name: str
    url: str = Field(description=_("Its page for readers."))


class Rendition(Shape):
    url: str
    type: Literal["image/avif", "image/webp", "image/jpeg"]
    width: int
    height: int


class Point(Shape):
    x: int
    y: int


class Picture(Shape):
    id: int
    url: str = Field(description=_("A JPEG that every browser shows."))
    width: int
    height: int
    alt: str
    decorative: bool
    caption: str
    credit: str
    focal_point: Point = Field(description=_("In percent from the left and from the top."))
    renditions: list[Rendition] = Field(description=_("Empty until they are made."))


class Card(Shape):
    """An article as lists show it."""

    id: int
    url: str = Field(description=_("Its canonical address, for readers."))
    kicker: str
    headline: str
    summary: str
    language: Language
    direction: Direction
    section: Named
    authors: list[Named]
    tags: list[Named]
    published_at: datetime
    updated_at: datetime
    image: Picture | None


class Text(Shape):
    html: str = Field(description=_("Clean markup, all of its addresses in full."))
    text: str


class Note(Shape):
    kind: Literal["correction", "clarification", "update", "retraction"]
    text: str
    at: datetime
    edited_at: datetime | None


class Series(Shape):
    id: int
    name: str
    url: str


class Translation(Shape):
    id: int
    url: str
    language: Language


class Related(Shape):
    id: int
    url: str
    headline: str
    language: Language
    direction: Direction


class Source(Shape):
    name: str
    url: str
    translated_from: Language | Literal[""]
    machine_translated: bool


class Story(Card):
    """An article in full."""

    body: Text
    words: int
    reading_minutes: int
    series: Series | None
    related: list[Related]
    translations: list[Translation]
    corrections: list[Note]
    source: Source
    comments: int = Field(description=_("How many comments readers see."))


class Cards(Shape):
    items: list[Card]
    next: str | None = Field(description=_("The address of the next page, none behind the last."))


class Section(Named):
    description: str
    feed: str


class Sections(Shape):
    items: list[Section]


class Tag(Named):
    feed: str


class Tags(Shape):
    items: list[Tag]
    next: str | None = Field(description=_("The address of the next page, none behind the last."))


class Author(Named):
    role: str
    biography: str
    feed: str


class Authors(Shape):
    items: list[Author]
    next: str | None = Field(description=_("The address of the next page, none behind the last."))


class Comment(Shape):
    id: int
    url: str
    in_reply_to: int | None
    depth: int
    name: str = Field(description=_("Empty where the comment was erased."))
    name_direction: Direction
    website: str
    is_staff: bool
    is_erased: bool
    is_picked: bool
    direction: Direction
    body: Text
    sent_at: datetime
    edited_at: datetime | None
    useful: int


class Comments(Shape):
    items: list[Comment]
    next: str | None = Field(description=_("The address of the next page, none behind the last."))


class Result(Shape):
    id: int
    url: str
    headline: str
    passage: str = Field(description=_("What of it is most about the words, plain text."))
    language: Language
    direction: Direction
    section: Named
    authors: list[Named]
    published_at: datetime


class Results(Shape):
    items: list[Result]
    count: int
    is_full: bool = Field(description=_("Whether there may be more than are ever shown."))
    meant: str = Field(description=_("What else may have been meant, or nothing."))
    next: str | None = Field(description=_("The address of the next page, none behind the last."))


class Texts(Shape):
    ar: str
    en: str


class Wrong(Shape):
    at: str
    texts: Texts


class Problem(Schema):
    """RFC 9457. Some kinds have further members."""

    type: str
    title: str
    status: int
    detail: str = Field(description=_("A sentence in English."))
    texts: Texts = Field(description=_("The same sentence in every language of the site."))
    errors: list[Wrong] | None = None
    reference: str | None = None


# What is read and written with a token


def _short(letters: int, **told) -> Any:
    return Field("", max_length=letters, **told)


class Sent(Schema):
    """What is sent, with no field that nobody reads."""

    # Neither a text of digits nor a truth value is a number.
    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"additionalProperties": False})


def _whole(value: Any) -> Any:
    """JSON has one kind of number: 7.0 is 7."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


# The bounds come first: they belong to the number, and so into its description.
RowNumber = Annotated[int, Field(ge=0, le=MOST), BeforeValidator(_whole)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(_whole)]


class NewDraft(Sent):
    headline: str = Field(min_length=1, max_length=250)
    section: RowNumber = Field(description=_("The number of its section."))
    kicker: str = _short(80)
    summary: str = _short(600)
    body: str = _short(500_000, description=_("HTML. It is cleaned as what the editor writes is."))
    language: Language = "ar"
    authors: list[RowNumber] = Field([], max_length=20, description=_("Numbers of authors, in their order."))
    tags: list[RowNumber] = Field([], max_length=50, description=_("Numbers of tags."))
    image: RowNumber | None = Field(None, description=_("The number of a picture of the library."))
    source_name: str = _short(160)
    source_url: str = _short(500)


class ChangedDraft(Sent):
    """The fields that are left out stay as they are."""

    version: Version = Field(description=_("The version that this was written over."))
    headline: str | None = Field(None, min_length=1, max_length=250)
    section: RowNumber | None = None
    kicker: str | None = Field(None, max_length=80)
    summary: str | None = Field(None, max_length=600)
    body: str | None = Field(None, max_length=500_000)
    language: Language | None = None
    authors: list[RowNumber] | None = Field(None, max_length=20)
    tags: list[RowNumber] | None = Field(None, max_length=50)
    image: RowNumber | None = None
    source_name: str | None = Field(None, max_length=160)
    source_url: str | None = Field(None, max_length=500)


class Row(Shape):
    id: int
    name: str


class Draft(Shape):
    id: int
    version: int
    state: Literal["draft", "in_review", "archived"]
    is_own: bool = Field(description=_("Whether the account of the token wrote it."))
    desk_url: str = Field(description=_("Its form on the desk."))
    headline: str
    kicker: str
    summary: str
    language: Language
    direction: Direction
    section: Row
    authors: list[Row]
    tags: list[Row]
    modified_at: datetime
    created_at: datetime


class WholeDraft(Draft):
    body: str = Field(description=_("The HTML as it is stored."))
    image: Picture | None
    source_name: str
    source_url: str


class Drafts(Shape):
    items: list[Draft]
    next: str | None = Field(description=_("The address of the next page, none behind the last."))


class Kept(Shape):
    revision: int
    desk_url: str = Field(description=_("Where its writer chooses what to take of it."))


class DraftConflict(Problem):
    current: WholeDraft | None = Field(None, description=_("What stands there now."))
    kept: Kept | None = Field(None, description=_("What was sent is kept as this revision."))


class Finding(Shape):
    rule: str
    texts: Texts


class OfArticle(Shape):
    id: int
    headline: str


class HeldComment(Shape):
    id: int
    version: int
    article: OfArticle
    in_reply_to: int | None
    name: str
    website: str
    body: str
    direction: Direction
    is_proven: bool = Field(description=_("Whether the writer has proven the address."))
    findings: list[Finding]
    desk_url: str
    sent_at: datetime
    edited_at: datetime | None


class HeldComments(Shape):
    items: list[HeldComment]
    next: str | None = Field(description=_("The address of the next page, none behind the last."))


class _Decision(Sent):
    version: Version = Field(description=_("The version that was read."))
    note: str = _short(500, description=_("For the other moderators."))


class Approval(_Decision):
    status: Literal["approved", "spam", "pending"]


class Rejection(_Decision):
    status: Literal["rejected"]
    reason: str = Field(min_length=1, max_length=40, description=_("The code of a reason for rejections."))


class Decided(Shape):
    id: int
    version: int
    status: Literal["pending", "approved", "rejected", "spam", "deleted"]


class CommentConflict(Problem):
    current: Decided | None = Field(None, description=_("What stands there now."))
