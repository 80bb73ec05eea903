"""The verbs of publishing: every write to an article goes through here, from the admin, a command or an importer."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Replace
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles import (
    announcing,
    clock_moves,
    contents,
    figures,
    first_revisions,
    kept_pages,
    scopes,
    search_index,
)
from articles.denials import Denied
from articles.models import Article, Author, Image, Presence, Revision, Section, Series, Tag, Transition
from articles.models.author import Byline
from articles.models.fields import check_moment
from articles.workflow import EDIT, MOVES, PUBLISH, WRITE, Move, PublishingError, State, Status, moves_from
from newsroom.text import arabic

# What a save writes. The rest belongs to moves, and a copy read earlier must not undo one.
TEXT_FIELDS = [
    field.name
    for field in Article._meta.concrete_fields
    if field.name not in {"id", "status", "published_at", "created_at", "created_by", "version", "reviewer"}
]

CHANGED = _("Somebody else saved this article in the meantime.")
NO_REASON = _("Write for the writer why the article comes back.")
IN_HANDS = _("Somebody has begun to review it. Ask for it to be returned to you.")
NO_HOUR = _("Choose the new hour. To publish the article at once, press “Publish now”.")


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


def works_on(user: Any, article: Article) -> bool:
    """Whether the article is one of those of `user`: who may publish has those of the sections, a reporter the own."""
    if user.has_perm(PUBLISH):
        return scopes.covers(user, article.section_id)
    return article.created_by_id == user.pk


def may_edit(user: Any, article: Article) -> bool:
    """Whether `user` may change the text: who may publish, in the own sections always; a reporter, the own draft."""
    if not user.has_perm(WRITE) or not works_on(user, article):
        return False
    return user.has_perm(PUBLISH) or article.status == Status.DRAFT


def may_ever_move(user: Any, article: Article, move: Move) -> bool:
    """Whether `user` may make `move` with the article once it is in a state for it."""
    if move.is_writers and article.created_by_id != user.pk:
        return False
    return user.has_perm(move.permission) and works_on(user, article)


def may_move(user: Any, article: Article, move: Move) -> bool:
    """Whether `user` may make `move` now."""
    return article.state in move.sources and may_ever_move(user, article, move)


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
    account, or None for the site itself (an import, the demo), which may do everything; Denied where the
    account may not edit the article as it is stored. Each write leaves a revision. What is published is changed for
    readers at once, and takes the place of a working copy; `revising.save` is what writers do.
    """
    contents.settle(article)
    now = timezone.now()
    if article.pk is None:
        article.created_by = by
        guard(article, by)
        article.modified_at = now
        pictures = _print(article)
        article.search_text = contents.search_text(article, [author.name for author in authors or ()])
        article.save_with_free_slug(article.headline, force_insert=True)
        figures.note(article, pictures.in_text)
        base_version = None
        was_at = ""
        _sign_and_tag(article, authors, tags)
    else:
        take_version(article, expected_version)
        guard(article, by)
        article.modified_at = now
        base_version = article.version - 1
        was_at = announcing.stored_at(article.pk) if article.status == Status.PUBLISHED else ""
        if article.status == Status.PUBLISHED:
            # From where it may be about to go.
            kept_pages.changed(article.pk)
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
        _require_pictures(article)
        clock_moves.expect(article, by=by)
        search_index.note(article)
        kept_pages.changed(article.pk)
        announcing.announce(article, was_at=was_at)
    return article


def _write(article: Article, authors: Sequence[Author] | None, tags: Iterable[Tag] | None) -> None:
    """Store a settled text as that of the article, in place of any working copy."""
    article.working_copy = None
    pictures = _print(article)
    if authors is None:
        names = article.bylines.values_list("author__name", flat=True)
    else:
        names = [author.name for author in authors]
    article.search_text = contents.search_text(article, names)
    article.save_with_free_slug(article.headline, update_fields=TEXT_FIELDS)
    figures.note(article, pictures.in_text)
    _sign_and_tag(article, authors, tags)


def _print(article: Article) -> figures.Pictures:
    pictures = figures.take(article)
    figures.print_body(article, pictures.by_digest)
    return pictures


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

    What stood there is among the revisions from now on.

    Raises EditConflict when `expected` is given and no longer the stored version.
    """
    stored = Article.objects.filter(pk=article.pk)
    if expected is not None:
        stored = stored.filter(version=expected)
    if not stored.update(version=F("version") + 1):
        raise EditConflict(CHANGED)
    first_revisions.keep(article.pk)
    article.refresh_from_db(fields=["version", "status", "published_at", "created_by"])


def guard(article: Article, by: Any) -> None:
    """Raise Denied where `by` may not edit the article; None, the site itself, may.

    `article` may be about to move to another section: an editor who is limited to some must have both.
    """
    if by is None:
        return
    if not may_edit(by, article):
        raise Denied(by, EDIT, article)
    if article.pk is not None and scopes.sections_of(by) is not None:
        stored = Article.objects.only("section").get(pk=article.pk)
        if not scopes.covers(by, stored.section_id):
            raise Denied(by, EDIT, stored)


@transaction.atomic
def move(
    article: Article,
    name: str,
    *,
    by: Any,
    at: datetime | None = None,
    note: str = "",
    is_minor: bool = False,
    expected_version: int | None = None,
) -> Article:
    """Make one move of the workflow and record it. `at` (aware) is when readers may see it; without it, now.

    A working copy becomes the article with it, unless the move leaves it waiting. Readers are not told of changes
    that are minor: the time of the last change, and what is made of it in feeds and sitemaps, stays.

    `by` is an account, or None for the site itself (an import, the demo), which may do everything. Raises Denied when
    the account may never make this move on this article, EditConflict when `expected_version` is given and no longer
    the stored one, PublishingError when the article is not, or no longer, in a state that allows it, when the move
    needs a time or a note and none is given, or when it would take an article out of the hands of its reviewer.
    """
    chosen = MOVES[name]
    stored = Article.objects.select_for_update().get(pk=article.pk)
    if by is not None and not may_ever_move(by, stored, chosen):
        raise Denied(by, name, stored)
    if expected_version not in (None, stored.version):
        raise EditConflict(CHANGED)
    previous, was, was_at = stored.state, stored.status, announcing.seen_at(stored)
    if previous not in chosen.sources:
        raise PublishingError(
            _("This cannot be done now: the article is “%(status)s”.") % {"status": previous.label}
        )
    if chosen.needs_note and not note.strip():
        raise PublishingError(NO_REASON)
    if chosen.needs_time and at is None:
        raise PublishingError(NO_HOUR)
    if name == "publish_changes" and stored.working_copy_id is None:
        raise PublishingError(_("There are no changes to publish."))
    if name == "take_back" and in_hands([stored]):
        raise PublishingError(IN_HANDS)
    hour = stored.published_at if previous == State.SCHEDULED and chosen.sets_date else None
    if stored.working_copy_id is not None and not chosen.leaves_changes:
        if stored.status == Status.PUBLISHED:
            kept_pages.changed(stored.pk)
        _apply_working_copy(stored, chosen, is_minor, by)
    if chosen.target == Status.PUBLISHED:
        if chosen.sets_date:
            _set_dates(stored, at)
        _require_pictures(stored)
    stored.status = chosen.target
    stored.version += 1
    stored.save(update_fields=["status", "published_at", "modified_at", "version"])
    Transition.objects.create(
        article=stored,
        headline=stored.headline,
        move=name,
        from_state=previous,
        to_state=stored.state,
        published_at=stored.published_at if chosen.target == Status.PUBLISHED else None,
        previous_hour=hour,
        note=note,
        by=by,
    )
    clock_moves.expect(stored, by=by)
    search_index.note(stored)
    if Status.PUBLISHED in {chosen.target, was}:
        kept_pages.changed(stored.pk)
    announcing.announce(stored, was_at=was_at)
    for field in ("status", "published_at", "modified_at", "version", "working_copy"):
        setattr(article, field, getattr(stored, field))
    return article


def in_hands(articles: Iterable[Article]) -> set[int]:
    """The numbers of those submitted articles that somebody else than their writer has open, or saved since. One
    query."""
    submitted = Transition.objects.filter(article=OuterRef("article"), move="submit").order_by("-pk")
    saved = Revision.objects.of_the_text().filter(at__gt=Subquery(submitted.values("at")[:1]))
    begun = Article.objects.filter(
        Exists(Presence.objects.now().filter(article=OuterRef("pk")).exclude(user=OuterRef("created_by")))
        | Exists(saved.filter(article=OuterRef("pk")).exclude(by=OuterRef("created_by"))),
        pk__in=[article.pk for article in articles],
    )
    return set(begun.values_list("pk", flat=True))


def was_last(article: Article, move: Move, *, by: Any) -> bool:
    """Whether the last move of an article was this one, made by this account."""
    last = article.transitions.filter(move__in=MOVES).order_by("-pk").first()
    return last is not None and (last.move, last.by_id) == (move.name, by.pk)


def _apply_working_copy(article: Article, move: Move, is_minor: bool, by: Any) -> None:
    """Make the working copy the article itself.

    Where readers may see it, raises PublishingError if it cannot stand, and Denied if it takes the article to a section
    that is not one of `by`. What goes out of their sight may be unfinished, and stays in its section then: taking an
    article back never waits for anything.
    """
    revision, section = article.working_copy, article.section
    authors, tags = contents.fill(article, revision.content)
    contents.settle(article)
    is_elsewhere = by is not None and not works_on(by, article)
    if move.target == Status.PUBLISHED:
        if is_elsewhere:
            raise Denied(by, move.name, article)
        check_text(article)
    else:
        if is_elsewhere:
            article.section = section
        if article.is_withdrawn_too_soon:
            article.withdraw_at = None
    if not is_minor:
        article.modified_at = timezone.now()
    _write(article, authors, tags)
    Revision.objects.filter(pk=revision.pk).update(applied_at=timezone.now())


def _set_dates(article: Article, at: datetime | None) -> None:
    now = timezone.now()
    article.published_at = at or now
    try:
        check_moment(article.published_at)
    except ValidationError as error:
        raise PublishingError(error.messages[0]) from error
    # What is published with an earlier date was not changed since.
    article.modified_at = min(article.published_at, now)
    check_text(article)


def check_text(article: Article) -> None:
    """Raise PublishingError for a text that readers may not see."""
    if not article.headline or not article.body:
        raise PublishingError(_("An article needs a headline and a body before it is published."))
    if article.is_withdrawn_too_soon:
        raise PublishingError(_("The withdrawal must come after the publication."))


def _require_pictures(article: Article) -> None:
    """Raise PictureMissing or CreditMissing where readers may not see an article for its pictures.

    These are locked, so that nobody takes a credit away before the article is published.
    """
    pictures = figures.take(article)
    figures.require(article, pictures)
    if lacking := [image for image in pictures.all if not image.credit]:
        raise CreditMissing(lacking)


def save_named(row: Section | Tag | Author | Series) -> Section | Tag | Author | Series:
    """Write a section, a tag, an author or a series with its address and its place in the alphabet.

    Raises IntegrityError for a name that another row has.
    """
    row.settle()
    with transaction.atomic():
        # A new tag, author or series is on no page before an article has it.
        if row.pk is not None or isinstance(row, Section):
            kept_pages.all_changed()
        if isinstance(row, Author | Tag) and row.pk is not None:
            search_index.note_names(type(row).objects.filter(pk=row.pk))
        if isinstance(row, Author) and row.pk is not None:
            _rename_in_search(row)
        row.save_with_free_slug(row.name)
    return row


def delete_named(rows: QuerySet) -> None:
    """Delete sections, tags, authors or series; nothing is found by their names any more.

    Raises ProtectedError where one is needed.
    """
    with transaction.atomic():
        if rows.model in (Author, Tag):
            search_index.note_names(rows)
        rows.delete()
        kept_pages.all_changed()


def delete(articles: QuerySet[Article]) -> None:
    """Delete articles, with what hangs on them. Raises ProtectedError where one is needed."""
    with transaction.atomic():
        announcing.announce_deleted(articles.published().only("slug"))
        articles.delete()
        kept_pages.all_changed()


def _rename_in_search(author: Author) -> None:
    """Let the articles of an author be found by the new name. Two queries."""
    stored = Author.objects.filter(pk=author.pk).values_list("name", flat=True).first()
    old, new = (f"\n{arabic.normalize(name or '')}\n" for name in (stored, author.name))
    if old != new:
        of_author = Byline.objects.filter(author=author).values("article")
        Article.objects.filter(pk__in=of_author).update(
            search_text=Replace("search_text", Value(old), Value(new))
        )
