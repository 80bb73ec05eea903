"""The verbs of publishing: every write to an article goes through here, from the admin, a command or an importer."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles import contents, figures
from articles.models import Article, Author, Image, Revision, Section, Tag, Transition
from articles.models.author import Byline
from articles.workflow import MOVES, PUBLISH, WRITE, Move, Status, moves_from

# What a save writes. The rest belongs to moves, and a copy read earlier must not undo one.
TEXT_FIELDS = [
    field.name
    for field in Article._meta.concrete_fields
    if field.name not in {"id", "status", "published_at", "created_at", "created_by", "version"}
]

NO_HOUR = _("Choose the new hour. To publish the article at once, press “Publish now”.")


class PublishingError(ValueError):
    """A move that the article or the account does not allow; the message is for the person who tried."""


class CreditMissing(PublishingError):
    """Pictures of the article, `images`, say of nobody whose they are."""

    def __init__(self, images: Sequence[Image]) -> None:
        self.images = images
        sentence = ngettext(
            "This picture needs a credit before it is published: %(names)s.",
            "These pictures need a credit before they are published: %(names)s.",
            len(images),
        )
        super().__init__(sentence % {"names": _(", ").join(f"«{image}»" for image in images)})


class EditConflict(PublishingError):
    """Somebody else saved the article since this copy of it was opened."""


def may_edit(user: Any, article: Article) -> bool:
    """Whether `user` may change the text: who may publish, always; a reporter, their own draft."""
    if not user.has_perm(WRITE):
        return False
    return user.has_perm(PUBLISH) or (article.created_by_id == user.pk and article.status == Status.DRAFT)


def may_move(user: Any, article: Article, move: Move) -> bool:
    """Whether `user` may make `move` now. Submitting is the writer's move, so it needs the right to edit."""
    if article.state not in move.sources or not user.has_perm(move.permission):
        return False
    return move.permission != WRITE or may_edit(user, article)


def allowed_moves(user: Any, article: Article) -> list[Move]:
    return [move for move in moves_from(article.state) if may_move(user, article, move)]


@transaction.atomic
def save(
    article: Article,
    *,
    by: Any = None,
    expected_version: int | None = None,
    authors: Sequence[Author] | None = None,
    tags: Iterable[Tag] | None = None,
    note: str = "",
    restored_from: Revision | None = None,
) -> Article:
    """Write an article with all that follows from its text: clean markup, rendered body, address, search key.

    `expected_version` is the version the writer had before them; EditConflict when it is no longer the stored one.
    Without it the write is unconditional. `authors` and `tags`, where given, replace what there was. `by` is an
    account, or None for the site itself (an import, the demo), which may do everything; PermissionDenied where the
    account may not edit the article as it is stored. Each write leaves a revision. What is published is changed for
    readers at once, and takes the place of a working copy; `revising.save` is what writers do.
    """
    contents.settle(article)
    now = timezone.now()
    if article.pk is None:
        article.created_by = by
        guard(article, by)
        article.modified_at = now
        pictures = figures.print_body(article)
        article.save_with_free_slug(article.headline, force_insert=True)
        figures.note(article, pictures)
        base_version = None
        _sign_and_tag(article, authors, tags)
    else:
        take_version(article, expected_version)
        guard(article, by)
        article.modified_at = now
        base_version = article.version - 1
        _write(article, authors, tags)
    Revision.objects.create(
        article=article,
        content=contents.of(article, authors, tags),
        kind=Revision.Kind.SAVED if restored_from is None else Revision.Kind.RESTORED,
        by=by,
        at=now,
        note=note,
        base_version=base_version,
        restored_from=restored_from,
        applied_at=now,
    )
    if article.status == Status.PUBLISHED:
        _require_credits(article)
    return article


def _write(article: Article, authors: Sequence[Author] | None, tags: Iterable[Tag] | None) -> None:
    """Store a settled text as that of the article, in place of any working copy."""
    article.working_copy = None
    pictures = figures.print_body(article)
    article.save_with_free_slug(article.headline, update_fields=TEXT_FIELDS)
    figures.note(article, pictures)
    _sign_and_tag(article, authors, tags)


def _sign_and_tag(article: Article, authors: Sequence[Author] | None, tags: Iterable[Tag] | None) -> None:
    if authors is not None:
        article.bylines.all().delete()
        Byline.objects.bulk_create(
            Byline(article=article, author=author, position=position)
            for position, author in enumerate(dict.fromkeys(authors), start=1)
        )
    if tags is not None:
        article.tags.set(tags)


def take_version(article: Article, expected: int | None) -> None:
    """Take the next version, and with it the row's lock; what a move may have changed is read anew.

    Raises EditConflict when `expected` is given and no longer the stored version.
    """
    stored = Article.objects.filter(pk=article.pk)
    if expected is not None:
        stored = stored.filter(version=expected)
    if not stored.update(version=F("version") + 1):
        raise EditConflict(_("Somebody else saved this article in the meantime."))
    article.refresh_from_db(fields=["version", "status", "published_at", "created_by"])


def guard(article: Article, by: Any) -> None:
    """Raise PermissionDenied where `by` may not edit the article; None, the site itself, may."""
    if by is not None and not may_edit(by, article):
        raise PermissionDenied


@transaction.atomic
def move(
    article: Article,
    name: str,
    *,
    by: Any,
    at: datetime | None = None,
    note: str = "",
    is_minor: bool = False,
) -> Article:
    """Make one move of the workflow and record it. `at` (aware) is when readers may see it; without it, now.

    A working copy becomes the article with it, unless the move leaves it waiting. Readers are not told of changes
    that are minor: the time of the last change, and what is made of it in feeds and sitemaps, stays.

    `by` is an account, or None for the site itself (an import, the demo), which may do everything. Raises
    PermissionDenied when the account may never make this move on this article, PublishingError when the article is
    not, or no longer, in a state that allows it, or when the move needs a time and none is given.
    """
    chosen = MOVES[name]
    stored = Article.objects.select_for_update().get(pk=article.pk)
    if by is not None and not by.has_perm(chosen.permission):
        raise PermissionDenied
    previous = stored.state
    if previous not in chosen.sources:
        raise PublishingError(
            _("This cannot be done now: the article is “%(status)s”.") % {"status": previous.label}
        )
    if by is not None and not may_move(by, stored, chosen):
        raise PermissionDenied
    if chosen.needs_time and at is None:
        raise PublishingError(NO_HOUR)
    if name == "publish_changes" and stored.working_copy_id is None:
        raise PublishingError(_("There are no changes to publish."))
    if stored.working_copy_id is not None and not chosen.leaves_changes:
        _apply_working_copy(stored, is_minor)
    if chosen.target == Status.PUBLISHED:
        if chosen.sets_date:
            _set_dates(stored, at)
        _require_credits(stored)
    stored.status = chosen.target
    stored.version += 1
    stored.save(update_fields=["status", "published_at", "modified_at", "version"])
    Transition.objects.create(
        article=stored,
        move=name,
        from_state=previous,
        to_state=stored.state,
        published_at=stored.published_at if chosen.target == Status.PUBLISHED else None,
        note=note,
        by=by,
    )
    for field in ("status", "published_at", "modified_at", "version", "working_copy"):
        setattr(article, field, getattr(stored, field))
    return article


def was_last(article: Article, move: Move, *, by: Any) -> bool:
    """Whether the last move of an article was this one, made by this account."""
    last = article.transitions.order_by("-pk").first()
    return last is not None and (last.move, last.by_id) == (move.name, by.pk)


def _apply_working_copy(article: Article, is_minor: bool) -> None:
    """Make the working copy the article itself. Raises PublishingError where that cannot stand as published."""
    revision = article.working_copy
    authors, tags = contents.fill(article, revision.content)
    contents.settle(article)
    _check_text(article)
    if not is_minor:
        article.modified_at = timezone.now()
    _write(article, authors, tags)
    Revision.objects.filter(pk=revision.pk).update(applied_at=timezone.now())


def _set_dates(article: Article, at: datetime | None) -> None:
    now = timezone.now()
    article.published_at = at or now
    # What is published with an earlier date was not changed since.
    article.modified_at = min(article.published_at, now)
    _check_text(article)


def _check_text(article: Article) -> None:
    if not article.headline or not article.body:
        raise PublishingError(_("An article needs a headline and a body before it is published."))
    if (
        article.withdraw_at is not None
        and article.published_at is not None
        and article.withdraw_at <= article.published_at
    ):
        raise PublishingError(_("The withdrawal must come after the publication."))


def uncredited(article: Article) -> list[Image]:
    """The pictures of an article, main image first, of which nobody said whose they are. Two queries at most."""
    pictures = [article.hero] if article.hero else []
    pictures += figures.pictures_in(article.body)
    return [image for image in dict.fromkeys(pictures) if not image.credit]


def _require_credits(article: Article) -> None:
    if lacking := uncredited(article):
        raise CreditMissing(lacking)


def save_named(row: Section | Tag | Author) -> Section | Tag | Author:
    """Write a section, a tag or an author with its address and its place in the alphabet.

    Raises IntegrityError for a name that another row has.
    """
    row.settle()
    row.save_with_free_slug(row.name)
    return row
