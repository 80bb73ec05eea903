"""What is told of rows, field by field: never a row as it is, so that no column comes out by being added."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import override

from articles import images, seo
from articles.models import Article, Author, Image, Section, Tag
from articles.models.addresses import Addressed
from articles.search import Result
from comments.models import Comment, Finding
from newsroom.templatetags.text import readers_text, website
from newsroom.text.excerpt import plain_text
from newsroom.text.standalone import standalone
from newsroom.text.timestamps import rfc3339

_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}

Facts = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    return rfc3339(at) if at is not None else None


def named(row: Addressed) -> Facts:
    return {"id": row.pk, "name": str(row), "url": seo.absolute(row.get_absolute_url())}


def card(article: Article) -> Facts:
    """No query on an article loaded with `for_feed`."""
    return {
        "id": article.pk,
        "url": seo.absolute(article.get_absolute_url()),
        "kicker": article.kicker,
        "headline": article.headline,
        "summary": article.summary,
        "language": article.language,
        "direction": article.direction,
        "section": named(article.section),
        "authors": [named(byline.author) for byline in article.bylines.all()],
        "tags": [named(tag) for tag in article.tags.all()],
        "published_at": moment(article.published_at),
        "updated_at": moment(article.updated_at),
        "image": picture(article.hero) if article.hero is not None else None,
    }


def picture(image: Image) -> Facts:
    # The address of one file tells those of all.
    stem = seo.absolute(default_storage.url(images.stem(image.digest)))
    widths = images.widths(image.width) if image.is_ready else []
    fallback = image.fallback_file
    return {
        "id": image.pk,
        "url": seo.absolute(fallback["src"]),
        "width": fallback["width"],
        "height": fallback["height"],
        "alt": image.alt,
        "decorative": image.decorative,
        "caption": image.caption,
        "credit": image.credit,
        "focal_point": {"x": image.focal_x, "y": image.focal_y},
        "renditions": [
            {
                "url": f"{stem}-{width}.{kind}",
                "type": _TYPES[kind],
                "width": width,
                "height": max(1, round(image.height * width / image.width)),
            }
            for kind in images.KINDS
            for width in widths
        ],
    }


def story(article: Article, related: list[Article], comments: int) -> Facts:
    """No query on an article loaded with `for_page`."""
    url = seo.absolute(article.get_absolute_url())
    return card(article) | {
        "body": {
            "html": standalone(article.body_html, url, article.language, article.direction),
            "text": plain_text(article.body_html),
        },
        "words": article.words,
        "reading_minutes": article.reading_minutes,
        "series": named(article.series) if article.series is not None else None,
        "related": [
            {
                "id": other.pk,
                "url": seo.absolute(other.get_absolute_url()),
                "headline": other.headline,
                "language": other.language,
                "direction": other.direction,
            }
            for other in related
        ],
        "translations": [
            {"id": other.pk, "url": seo.absolute(other.get_absolute_url()), "language": other.language}
            for other in article.in_other_languages
        ],
        "corrections": [
            {"kind": note.kind, "text": note.note, "at": moment(note.at), "edited_at": moment(note.edited_at)}
            for note in article.notes
        ],
        "source": {
            "name": article.source_name,
            "url": article.source_url,
            "translated_from": article.translated_from,
            "machine_translated": article.machine_translated,
        },
        "comments": comments,
    }


def section(row: Section) -> Facts:
    return named(row) | {"description": row.description, "feed": _feed(row)}


def tag(row: Tag) -> Facts:
    return named(row) | {"feed": _feed(row)}


def author(row: Author) -> Facts:
    return named(row) | {"role": row.role, "biography": row.biography, "feed": _feed(row)}


def _feed(row: Addressed) -> str:
    return seo.absolute(seo.feed_address(row, "json"))


def comment(row: Comment) -> Facts:
    """As readers see it: of one that was erased its place alone. No query on one loaded with `for_thread`."""
    erased = row.is_placeholder
    return {
        "id": row.pk,
        "url": seo.absolute(row.get_absolute_url()),
        "in_reply_to": row.parent_id,
        "depth": row.depth,
        "name": "" if erased else row.author_name,
        "name_direction": row.author_direction,
        "website": "" if erased else website(row.website),
        "is_staff": row.staff_id is not None,
        "is_erased": erased,
        "is_picked": row.picked_at is not None,
        "direction": row.direction,
        "body": {
            "html": "" if erased else str(readers_text(row.body, row.direction)),
            "text": "" if erased else row.body,
        },
        "sent_at": moment(row.created_at),
        "edited_at": moment(row.edited_at),
        "useful": row.useful,
    }


def result(found: Result, sections: dict[int, Section]) -> Facts:
    """`sections` are all by number: a result knows of its own the name alone."""
    article = found.article
    passage = found.passage
    return {
        "id": article.pk,
        "url": seo.absolute(article.get_absolute_url()),
        "headline": article.headline,
        "passage": "".join(
            [
                "… " * passage.is_cut_before,
                *(text for text, _mark in passage.pieces),
                " …" * passage.is_cut_behind,
            ]
        ),
        "language": article.language,
        "direction": article.direction,
        "section": named(sections.get(article.section_id, article.section)),
        "authors": [named(byline.author) for byline in article.bylines.all()],
        "published_at": moment(article.published_at),
    }


# With a token


def _row(row: Any) -> Facts:
    return {"id": row.pk, "name": str(row)}


def draft(article: Article, reader: Any) -> Facts:
    """No query on an article loaded with its names."""
    return {
        "id": article.pk,
        "version": article.version,
        "state": article.status,
        "is_own": article.created_by_id == reader.pk,
        "desk_url": seo.absolute(reverse("admin:articles_article_change", args=[article.pk])),
        "headline": article.headline,
        "kicker": article.kicker,
        "summary": article.summary,
        "language": article.language,
        "direction": article.direction,
        "section": _row(article.section),
        "authors": [_row(byline.author) for byline in article.bylines.all()],
        "tags": [_row(tag) for tag in article.tags.all()],
        "modified_at": moment(article.modified_at),
        "created_at": moment(article.created_at),
    }


def whole_draft(article: Article, reader: Any) -> Facts:
    return draft(article, reader) | {
        "body": article.body,
        "image": picture(article.hero) if article.hero is not None else None,
        "source_name": article.source_name,
        "source_url": article.source_url,
    }


def held_comment(row: Comment) -> Facts:
    """What a moderator decides by; neither address nor network. No query on one loaded with its findings."""
    return {
        "id": row.pk,
        "version": row.version,
        "article": {"id": row.article_id, "headline": row.article.headline},
        "in_reply_to": row.parent_id,
        "name": row.author_name,
        "website": row.website,
        "body": row.body,
        "direction": row.direction,
        "is_proven": row.is_proven,
        "findings": [
            {"rule": finding.rule, "texts": _in_every_language(finding)} for finding in row.findings.all()
        ],
        "desk_url": seo.absolute(reverse("admin:comments_comment_change", args=[row.pk])),
        "sent_at": moment(row.created_at),
        "edited_at": moment(row.edited_at),
    }


def _in_every_language(finding: Finding) -> dict[str, str]:
    told = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            told[language] = finding.sentence
    return told
