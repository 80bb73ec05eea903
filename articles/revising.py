"""The verbs of writing: what is saved, kept, compared and brought back, and who is at it.

A draft is saved as it is. What is published is changed for readers by the move "publish_changes" alone: saving it makes
a working copy. Only what is saved on purpose is a revision; what is typed is kept aside for its writer.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import clock_moves, contents, figures, first_revisions, kept_pages, publishing
from articles.contents import Content
from articles.denials import Denied
from articles.models import Article, Author, Draft, Presence, Revision, Tag, Transition
from articles.models.article import TEXTS
from articles.models.fields import check_moment
from articles.workflow import PUBLISH, SET_WITHDRAWAL, Status

# Bytes of a draft as JSON: as much as a form may hold that is sent to be saved.
MAX_DRAFT_BYTES = 2_000_000
# Texts typed and never saved, by one writer. The oldest makes room: what is being typed now must not be refused for it.
MAX_DRAFTS = 50
# How long it is known of a form that it was saved; as long as a browser keeps what it has.
SAVED_FOR = timedelta(days=14)
_EDITION = re.compile("([0-9a-f-]{36}):([0-9]{1,9})")
# What a form calls the draft of what is typed in it: a UUID of the browser.
DRAFT_KEY = re.compile("[0-9a-f-]{36}")


class DraftRefused(ValueError):
    """A draft that is not kept; the message is for its writer."""


@transaction.atomic
def save(
    article: Article,
    *,
    by: Any,
    expected_version: int | None = None,
    authors: Sequence[Author],
    tags: Iterable[Tag],
    note: str = "",
) -> Article:
    """Write what was typed: into the article itself or, where it is published, into its working copy.

    Raises what `publishing.save` does. What would say the same makes no working copy; with a note it is a revision all
    the same, for the note is to be found among them.
    """
    if article.pk is None or not _is_published(article):
        return publishing.save(
            article, by=by, expected_version=expected_version, authors=authors, tags=tags, note=note
        )
    contents.settle(article)
    content = contents.of(article, authors, list(tags))
    if contents.changed(current(article), content):
        _make_working_copy(article, content, by=by, expected_version=expected_version, note=note)
    elif note:
        _note(article, content, by=by, expected_version=expected_version, note=note)
    return article


def _note(article: Article, content: Content, *, by: Any, expected_version: int | None, note: str) -> None:
    """Write down what is said of a text that was not changed."""
    if Article.objects.filter(pk=article.pk).exclude(working_copy=None).exists():
        _make_working_copy(article, content, by=by, expected_version=expected_version, note=note)
        return
    publishing.take_version(article, expected_version)
    publishing.guard(article, by)
    Revision.objects.create(
        article=article,
        content=content,
        by=by,
        note=note,
        base_version=article.version - 1,
        applied_at=timezone.now(),
    )


def _is_published(article: Article) -> bool:
    """Whether the stored article is, whatever its copy in hand says; nobody changes it until the end of the write."""
    return Article.objects.select_for_update().values_list("status", flat=True).get(pk=article.pk) == (
        Status.PUBLISHED
    )


def _make_working_copy(
    article: Article,
    content: Content,
    *,
    by: Any,
    expected_version: int | None,
    note: str = "",
    restored_from: Revision | None = None,
) -> Revision:
    publishing.take_version(article, expected_version)
    publishing.guard(article, by)
    revision = Revision.objects.create(
        article=article,
        content=content,
        kind=Revision.Kind.SAVED if restored_from is None else Revision.Kind.RESTORED,
        by=by,
        note=note,
        base_version=article.version - 1,
        restored_from=restored_from,
    )
    article.working_copy = revision
    article.save(update_fields=["working_copy"])
    figures.note(article, figures.take(article).all, unpublished=True)
    return revision


def current(article: Article) -> Content:
    """What the form of an article opens with: its working copy, or else the stored article."""
    stored = Article.objects.select_related("working_copy").get(pk=article.pk)
    return stored.working_copy.content if stored.working_copy else contents.of(stored)


def at_version(article: Article, version: int | None) -> Content | None:
    """What the form of an article opened with when it was of that version; None where that was not kept."""
    if version is None:
        return None
    found = article.revisions.of_the_text().filter(base_version__lt=version)
    first = article.revisions.of_the_text().filter(base_version=None)
    revision = found.order_by("-base_version", "-pk").first() or first.first()
    return revision.content if revision else None


def may_set_withdrawal(user: Any, article: Article) -> bool:
    """Whether `user` may change for readers when the article is withdrawn."""
    return user.has_perm(PUBLISH) and publishing.works_on(user, article)


@transaction.atomic
def set_withdrawal(
    article: Article, at: datetime | None, *, by: Any, expected_version: int | None = None
) -> Article:
    """Have what is published withdrawn at another hour, `at` (aware), for readers and in its working copy; record it.

    `by` is an account, or None for the site itself. Raises Denied for who may not publish in the section, EditConflict
    where somebody else changed the article since `expected_version`, and PublishingError where nothing is to be
    withdrawn, where the working copy names an hour of its own, for an hour before the publication, and for none.
    """
    stored = Article.objects.select_for_update().get(pk=article.pk)
    if by is not None and not may_set_withdrawal(by, stored):
        raise Denied(by, SET_WITHDRAWAL, stored)
    if expected_version not in (None, stored.version):
        raise publishing.EditConflict(publishing.CHANGED)
    was = stored.withdraw_at
    if stored.status != Status.PUBLISHED or was is None or was <= timezone.now():
        raise publishing.PublishingError(_("This cannot be done now: the article is not to be withdrawn."))
    draft = stored.working_copy
    if draft is not None and _hour(draft.content) != was:
        raise publishing.PublishingError(
            _("The unpublished changes name another hour of withdrawal. Change it on the article’s form.")
        )
    if at is None:
        raise publishing.PublishingError(_("Choose the new hour."))
    try:
        check_moment(at)
    except ValidationError as error:
        raise publishing.PublishingError(error.messages[0]) from error
    first_revisions.keep(stored.pk)
    # As the database gives it back, and contents are compared.
    stored.withdraw_at = at = at.astimezone(UTC)
    if stored.is_withdrawn_too_soon:
        raise publishing.PublishingError(_("The withdrawal must come after the publication."))
    stored.version += 1
    revision = Revision.objects.create(
        article=stored,
        content=(draft.content if draft else contents.of(stored)) | {"withdraw_at": at.isoformat()},
        # Unpublished changes stay those of who wrote them; who moved the hour is on the record.
        by=draft.by if draft else by,
        note=draft.note if draft else "",
        base_version=stored.version - 1,
        applied_at=None if draft else timezone.now(),
    )
    if draft is not None:
        stored.working_copy = revision
    stored.save(update_fields=["withdraw_at", "version", "working_copy"])
    Transition.objects.keep(stored, SET_WITHDRAWAL, by=by, withdraw_at=at, previous_hour=was)
    clock_moves.expect(stored, by=by)
    kept_pages.changed(stored.pk)
    for field in ("withdraw_at", "version", "working_copy"):
        setattr(article, field, getattr(stored, field))
    return article


def _hour(content: Content) -> datetime | None:
    """When this content is withdrawn."""
    at = content.get("withdraw_at")
    return datetime.fromisoformat(at) if at else None


@transaction.atomic
def discard_changes(article: Article, *, by: Any, expected_version: int | None = None) -> Revision:
    """Give the working copy up: what readers see is written on from now on. It stays among the revisions.

    Returns the revision that goes back. Raises PublishingError where there is no working copy, and what
    `publishing.save` does.
    """
    stored = Article.objects.select_for_update().get(pk=article.pk)
    if stored.working_copy_id is None:
        raise publishing.PublishingError(_("There are no changes to discard."))
    publishing.take_version(stored, expected_version)
    publishing.guard(stored, by)
    stored.working_copy = None
    stored.save(update_fields=["working_copy"])
    figures.note(stored, (), unpublished=True)
    return Revision.objects.create(
        article=stored,
        content=contents.of(stored),
        kind=Revision.Kind.RESTORED,
        by=by,
        base_version=stored.version - 1,
        restored_from=stored.revisions.exclude(applied_at=None).order_by("-applied_at", "-pk").first(),
        applied_at=timezone.now(),
    )


@transaction.atomic
def restore(revision: Revision, *, by: Any, expected_version: int | None = None) -> Article:
    """Bring an older text back as a new revision: as the draft, or as the working copy of what is published.

    Address and hour of withdrawal stay, and so does what refers to a row that is gone. Nothing is written where the
    article says the same already, and `revision.article` comes back; the working copy is given up where readers see the
    same. Raises what `publishing.save` does.
    """
    text = {name: value for name, value in revision.content.items() if name not in contents.WHERE_AND_WHEN}
    article = _take(revision.article, text, restored_from=revision, by=by, expected=expected_version)
    Revision.objects.left_over(by).filter(pk=revision.pk).update(settled_at=timezone.now())
    return article


def _take(
    article: Article, content: Content, *, restored_from: Revision, by: Any, expected: int | None
) -> Article:
    stored = Article.objects.select_for_update().get(pk=article.pk)
    present = current(stored)
    seen = contents.of(stored) if stored.working_copy_id else None
    authors, tags = contents.fill(stored, present | content)
    if stored.is_withdrawn_too_soon:
        raise publishing.PublishingError(_("The withdrawal must come after the publication."))
    contents.settle(stored)
    wanted = contents.of(stored, authors, tags)
    if not contents.changed(present, wanted):
        return article
    if stored.status != Status.PUBLISHED:
        return publishing.save(
            stored, by=by, expected_version=expected, authors=authors, tags=tags, restored_from=restored_from
        )
    if seen is not None and not contents.changed(seen, wanted):
        discard_changes(article, by=by, expected_version=expected)
        return Article.objects.get(pk=article.pk)
    _make_working_copy(
        stored,
        wanted,
        by=by,
        expected_version=expected,
        restored_from=restored_from,
    )
    return stored


@transaction.atomic
def keep_unapplied(
    article: Article,
    *,
    by: Any,
    base_version: int | None,
    authors: Sequence[Author],
    tags: Iterable[Tag],
    note: str = "",
    pressed: dict[str, Any] | None = None,
) -> Revision:
    """Keep a text that came too late, so that its writer can take of it what still holds; see `settle_conflict`.

    `pressed` is the move that was to follow, which was not made; see `Revision`.
    """
    first_revisions.keep(article.pk)
    contents.settle(article)
    return Revision.objects.create(
        article_id=article.pk,
        content=contents.of(article, authors, list(tags)),
        kind=Revision.Kind.UNAPPLIED,
        by=by,
        note=note,
        base_version=base_version,
        pressed=pressed or {},
    )


@transaction.atomic
def settle_conflict(
    revision: Revision, take: Iterable[str], *, by: Any, expected_version: int | None = None
) -> Article:
    """Write these fields of a text that came too late over the present one, and be done with it.

    Raises what `publishing.save` does, PermissionDenied where the text is another's, and PublishingError for an hour of
    withdrawal that the publication has overtaken.
    """
    if revision.by_id != by.pk:
        raise PermissionDenied
    taken = {name: revision.content[name] for name in take if name in revision.content}
    article = revision.article
    if taken:
        article = _take(article, taken, restored_from=revision, by=by, expected=expected_version)
    Revision.objects.filter(pk=revision.pk).update(settled_at=timezone.now())
    return article


def name(revision: Revision, text: str, *, by: Any) -> Revision:
    """Give a revision a name by which it is found again; an empty one takes it away. Raises as `publishing.guard`."""
    publishing.guard(revision.article, by)
    revision.name = Revision._meta.get_field("name").to_python(text)[:80]
    revision.save(update_fields=["name"])
    return revision


# What is typed and not saved


def may_keep_draft(user: Any, article: Article | None) -> bool:
    if article is None:
        return user.has_perm("articles.add_article")
    return publishing.may_edit(user, article)


@transaction.atomic
def keep_draft(
    user: Any,
    article: Article | None,
    values: dict[str, Any],
    *,
    key: str,
    sequence: int = 0,
    based_on_version: int | None = None,
    replaces: str = "",
) -> Draft:
    """Keep what `user` has typed, in place of what was kept of the same form before. Readers see nothing of it.

    Returns what is kept now: a text that is older than that, by its `sequence`, or saved already, is let go. `replaces`
    is the edition of the draft that the form was opened with, which this one takes the place of, unless it was typed on
    elsewhere. Raises PermissionDenied where the account may not write the article, DraftRefused for a text that is too
    large, and Article.DoesNotExist.
    """
    article = _lock(user, article)
    if not may_keep_draft(user, article):
        raise PermissionDenied
    if len(json.dumps(values, ensure_ascii=False).encode()) > MAX_DRAFT_BYTES:
        raise DraftRefused(_("This text is too large to be kept as a draft."))
    kept = Draft.objects.filter(user=user, key=key).select_related("article").first()
    if kept is not None and (sequence < kept.sequence or (kept.saved_at and sequence == kept.sequence)):
        return kept
    draft, is_new = Draft.objects.update_or_create(
        user=user,
        key=key,
        defaults={
            # What is typed on in the form of a new article is a draft of the article that it has become.
            "article": article or (kept and kept.article), "values": values, "sequence": sequence,
            "based_on_version": based_on_version, "at": timezone.now(), "saved_at": None,
        },
    )  # fmt: skip
    _drop_replaced(user, replaces)
    if is_new:
        drafts = Draft.objects.filter(user=user).unsaved().order_by("-at")
        Draft.objects.filter(pk__in=list(drafts.values_list("pk", flat=True)[MAX_DRAFTS:])).delete()
    return draft


def _lock(user: Any, article: Article | None) -> Article | None:
    """The article as it is stored; nobody saves it until the end of the write. For a form of a new one, its writer is
    locked instead."""
    if article is None:
        get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
        return None
    return Article.objects.select_for_update(no_key=True).defer(*TEXTS).get(pk=article.pk)


def stored_from(user: Any, key: str) -> Article | None:
    """The article that the form of a new one became when it was sent before.

    Of two that are sent at the same moment, the second waits for the end of the first's transaction.
    """
    _lock(user, None)
    draft = Draft.objects.filter(user=user, key=key).exclude(article=None).select_related("article").first()
    return draft and draft.article


def note_saved(
    user: Any, article: Article, *, key: str, sequence: int | None = None, replaces: str = ""
) -> None:
    """Note that what was typed into a form, up to `sequence`, is in the article now, or among its revisions.

    What was typed since stays a draft. Without a sequence, no script has told of any such.
    """
    if not key:
        return
    now = timezone.now()
    draft, _is_new = Draft.objects.get_or_create(user=user, key=key, defaults={"values": {}})
    draft.article = article
    if sequence is None or sequence >= draft.sequence:
        draft.values, draft.saved_at, draft.sequence = {}, now, sequence or draft.sequence
    draft.save()
    _drop_replaced(user, replaces)
    Draft.objects.filter(user=user, saved_at__lt=now - SAVED_FOR).delete()


def is_saved(user: Any, edition: str) -> bool:
    """Whether a form was saved already as it is sent now."""
    named = _EDITION.fullmatch(edition)
    return named is not None and (
        Draft.objects.filter(user=user, key=named[1], sequence__gte=int(named[2]))
        .exclude(saved_at=None)
        .exists()
    )


def _drop_replaced(user: Any, edition: str) -> None:
    if named := _EDITION.fullmatch(edition):
        Draft.objects.filter(user=user, key=named[1], sequence=int(named[2])).unsaved().delete()


def drafts_of(user: Any, article: Article | None):
    """What `user` has typed into forms of an article, or into those of new ones, and not saved; newest first."""
    return Draft.objects.filter(user=user, article=article).unsaved().order_by("-at")


def drop_draft(user: Any, key: str) -> None:
    """Forget what was typed into one form: its writer does not want it."""
    Draft.objects.filter(user=user, key=key).unsaved().delete()


# Who is at it


def arrive(user: Any, article: Article) -> None:
    """Note that `user` has the form of an article open, now."""
    Presence.objects.update_or_create(user=user, article=article, defaults={"seen_at": timezone.now()})


def leave(user: Any, article: Article) -> None:
    Presence.objects.filter(user=user, article=article).delete()


def others_at(user: Any, article: Article) -> list[Any]:
    """Who else has the form of an article open. One query."""
    return [presence.user for presence in article.presences.now().exclude(user=user)]
