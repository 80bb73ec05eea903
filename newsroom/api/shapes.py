"""What answers hold, field by field: the documentation is made of this, and tests hold answers against it."""

from datetime import datetime
from typing import Literal

from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import ConfigDict, Field

Direction = Literal["rtl", "ltr"]
Language = Literal["ar", "en", "fr", "tr", "fa", "ur", "ckb", "he"]
Number = Field(ge=1, le=2**63 - 1)


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
