"""Older versions of articles that came in, which exports of some plugins hold."""

from django.db import transaction

from articles import contents, first_revisions
from articles.models import Article, Revision
from articles.models.fields import EARLIEST
from newsroom.text.markup import TooDeep
from newsroom.text.sanitizer import SanitizerError, sanitize_article
from newsroom.wordpress.bodies import converted
from newsroom.wordpress.media import Gallery, Media
from newsroom.wordpress.models import ImportedItem, Kind, key_of
from newsroom.wordpress.preparing import Preparation, digest_of
from newsroom.wordpress.report import Fate, Outcome
from newsroom.wordpress.survey import guid_of
from newsroom.wordpress.wxr import Item


def take_in(
    item: Item,
    outcome: Outcome,
    article: Article | None,
    media: Media,
    hosts: frozenset[str],
    ready: Preparation,
) -> None:
    """Keep an older version of an article that came in, before the one that it has, unless it is in use already."""
    guid = guid_of(item)
    row = ImportedItem.objects.filter(key=key_of(guid)).first()
    if row is not None:
        outcome.fate, outcome.kind, outcome.number = Fate.EARLIER, row.kind, row.number
        return
    if article is None:
        outcome.notes.append(("revision_alone", ""))
        return
    gallery = Gallery(media, article.headline)
    try:
        body = sanitize_article(converted(item.content, gallery.place, hosts=hosts).html)
    except (TooDeep, SanitizerError) as error:
        outcome.notes.append(("refused", str(error)))
        return
    with transaction.atomic():
        # Nobody writes meanwhile, and what was written since it was read counts.
        locked = Article.objects.select_for_update(no_key=True).filter(pk=article.pk).first()
        if locked is None:
            outcome.notes.append(("revision_alone", ""))
            return
        first_revisions.keep(locked.pk)
        current = locked.revisions.order_by("-pk")[0]
        if _is_in_use(locked, current):
            outcome.notes.append(("revision_late", ""))
            return
        content = contents.of(locked) | {
            "headline": ready.headline(item, None), "body": body, "summary": ready.summary(item, outcome),
        }  # fmt: skip
        at = ready.published_at(item)
        if at is None or not EARLIEST <= at <= locked.created_at:
            at = locked.created_at
        made = Revision.objects.create(article=locked, content=content, at=at, applied_at=at)
        # What the article says now stands last, as the newest.
        current.delete()
        current.pk = None
        current.save(force_insert=True)
        ImportedItem.objects.create(
            key=key_of(guid), guid=guid[:2_000], kind=Kind.REVISION, number=made.pk, digest=digest_of(item)
        )
    outcome.fate, outcome.kind, outcome.number = Fate.CAME, Kind.REVISION.value, made.pk


def _is_in_use(article: Article, current: Revision) -> bool:
    """Whether somebody has written on since the article came in, or was shown its text: its revisions stay then."""
    return current.base_version is not None or article.preview_links.exists()
