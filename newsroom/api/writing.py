"""What staff read and write with a token: by the verbs of the desk, and never more than the account may."""

import hashlib
import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from django.core.files.storage import default_storage
from django.db.models import Model, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import File, Form, Header, Router, UploadedFile

from articles import images, library, publishing, revising, seo
from articles.denials import Denied
from articles.models import Article, Author, Image, Section, Tag
from articles.workflow import EDIT, Status
from comments import moderation
from comments.models import Comment, Finding, RejectionReason
from newsroom.api import cursors, facts, once, shapes
from newsroom.api.authorization import Bearer
from newsroom.api.models import Scope, Verb
from newsroom.api.once import Done
from newsroom.api.problems import Problem, Wrong, body_of
from newsroom.api.reading import Cursor, Number, as_json, page_of, told
from newsroom.api.shapes import Approval, ChangedDraft, NewDraft, Rejection
from newsroom.text import bidi
from newsroom.text.sanitizer import is_safe_website

DRAFTS_PER_PAGE = COMMENTS_PER_PAGE = 50

router = Router()
Row = TypeVar("Row", bound=Model)
Key = Annotated[
    str | None,
    Header(
        None,
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description=_("Sent again with the same key, nothing is written twice, for a day."),
    ),
]


def with_token(
    method: str,
    path: str,
    scope: str,
    shape: type,
    about: str,
    *failures: HTTPStatus,
    status: int = 200,
    conflict: type = shapes.Problem,
) -> Callable[[Callable], Callable]:
    """An address for whoever has a token with this scope, and what is told `about` it."""
    failures = (
        HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, *failures,
        HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS,
    )  # fmt: skip
    answers = {status: shape} | {int(failure): shapes.Problem for failure in failures}
    if method != "get":
        answers[409] = conflict

    def note(view: Callable) -> Callable:
        name = view.__name__
        view.scope = scope
        add = getattr(router, method)
        return add(
            path, response=answers, auth=Bearer(scope), url_name=name, operation_id=name, summary=about
        )(view)

    return note


# Articles


@with_token(
    "get",
    "drafts/",
    Scope.READ_DRAFTS,
    shapes.Drafts,
    _("Articles that are not published, as the account sees them on the desk, newest first."),
    HTTPStatus.NOT_FOUND,
)
def drafts(request: HttpRequest, cursor: Cursor = None) -> HttpResponse:
    user = request.auth.user
    found = _drafts(user).defer("body", "body_html", "search_key", "search_text").order_by("-pk")
    if cursor:
        found = found.filter(pk__lt=cursors.open_sealed("drafts", cursor)[0])
    rows = list(found[: DRAFTS_PER_PAGE + 1])

    def tell(row: Article) -> bytes:
        return as_json(facts.draft(row, user))

    return page_of(request, rows, DRAFTS_PER_PAGE, tell, lambda row: (row.pk,), "drafts")


@with_token(
    "get",
    "drafts/{row:number}/",
    Scope.READ_DRAFTS,
    shapes.WholeDraft,
    _("One of them, with its text."),
    HTTPStatus.NOT_FOUND,
)
def draft(request: HttpRequest, number: Number) -> HttpResponse:
    return told(facts.whole_draft(_draft(request.auth.user, number), request.auth.user))


@with_token(
    "post",
    "drafts/",
    Scope.WRITE_ARTICLES,
    shapes.WholeDraft,
    _("Write a new article, as a draft of the account."),
    HTTPStatus.NOT_FOUND,
    status=201,
)
def create_draft(request: HttpRequest, sent: NewDraft, key: Key = None) -> HttpResponse:
    user = request.auth.user

    def work() -> Done:
        article = Article(section=_row(Section, sent.section, "section"))
        authors, tags = _fill(article, sent)
        revising.save(article, by=user, authors=authors or [], tags=tags or [])
        return _done(article, user, HTTPStatus.CREATED)

    return once.write(request, Verb.CREATE_DRAFT, _bytes(sent), work, key)


@with_token(
    "patch",
    "drafts/{row:number}/",
    Scope.WRITE_ARTICLES,
    shapes.WholeDraft,
    _("Change a draft that the account wrote. What comes too late is kept, and nothing is overwritten."),
    HTTPStatus.NOT_FOUND,
    conflict=shapes.DraftConflict,
)
def change_draft(request: HttpRequest, number: Number, sent: ChangedDraft, key: Key = None) -> HttpResponse:
    user = request.auth.user

    def work() -> Done:
        article = _draft(user, number)
        if article.created_by_id != user.pk:
            raise Denied(user, EDIT, article)
        if article.status != Status.DRAFT:
            return _conflict(article, user, gettext_lazy("This is no draft any more."))
        if sent.section is not None:
            article.section = _row(Section, sent.section, "section")
        authors, tags = _fill(article, sent)
        names = {
            "authors": [byline.author for byline in article.bylines.all()] if authors is None else authors,
            "tags": list(article.tags.all()) if tags is None else tags,
        }
        try:
            revising.save(article, by=user, expected_version=sent.version, **names)
        except publishing.EditConflict as late:
            kept = revising.keep_unapplied(article, by=user, base_version=sent.version, **names)
            return _conflict(_draft(user, number), user, late.args[0], kept.pk)
        return _done(article, user)

    return once.write(request, Verb.CHANGE_DRAFT, _bytes(sent), work, key)


def _drafts(user: Any):
    found = Article.objects.editable_by(user).exclude(status=Status.PUBLISHED)
    return found.select_related("section", "hero").prefetch_related("bylines__author", "tags")


def _draft(user: Any, number: int) -> Article:
    article = _drafts(user).filter(pk=number).first()
    if article is None:
        raise Problem("not-found")
    return article


def _fill(article: Article, sent: NewDraft | ChangedDraft) -> tuple[list[Author] | None, list[Tag] | None]:
    """Write what was sent into an article that is not saved; return its authors and tags, None for those that were not
    sent. Raises Problem for what is not there."""
    given = sent.model_dump(exclude_unset=True)
    for name in ("kicker", "headline", "summary", "body", "language", "source_name", "source_url"):
        if given.get(name) is not None:
            setattr(article, name, given[name].replace("\0", ""))
    if not bidi.clean_line(article.headline):
        raise Problem("invalid", errors=[Wrong("body.headline", gettext_lazy("Write a headline."))])
    if article.source_url and not is_safe_website(bidi.clean_line(article.source_url)):
        raise Problem(
            "invalid", errors=[Wrong("body.source_url", gettext_lazy("This is no address of a page."))]
        )
    if "image" in given:
        article.hero = _row(Image, given["image"], "image") if given["image"] is not None else None
    return (
        _rows(Author, given.get("authors"), "authors"),
        _rows(Tag, given.get("tags"), "tags"),
    )


def _row(model: type[Row], number: int, name: str) -> Row:
    rows = _rows(model, [number], name)
    return rows[0]


def _rows(model: type[Row], numbers: Sequence[int] | None, name: str) -> list[Row] | None:
    if numbers is None:
        return None
    found = model._default_manager.in_bulk(list(numbers))
    if missing := [number for number in numbers if number not in found]:
        sentence = gettext_lazy("None of this number is there.")
        raise Problem("not-found", errors=[Wrong(f"body.{name}.{number}", sentence) for number in missing])
    return [found[number] for number in dict.fromkeys(numbers)]


def _done(article: Article, user: Any, status: HTTPStatus = HTTPStatus.OK) -> Done:
    stored = _draft(user, article.pk)
    location = reverse("api:draft", args=[article.pk]) if status == HTTPStatus.CREATED else ""
    return Done(stored.pk, facts.whole_draft(stored, user), status, location)


def _conflict(article: Article, user: Any, sentence: Any, revision: int | None = None) -> Done:
    kept = None
    if revision is not None:
        at = reverse("admin:articles_article_conflict", args=[article.pk, revision])
        kept = {"revision": revision, "desk_url": seo.absolute(at)}
    problem = Problem("conflict", sentence, current=facts.whole_draft(article, user), kept=kept)
    return Done(article.pk, body_of(problem), HTTPStatus.CONFLICT)


def _bytes(sent: Any) -> bytes:
    return json.dumps(sent.model_dump(exclude_unset=True), sort_keys=True).encode()


# Pictures


@with_token(
    "post",
    "images/",
    Scope.WRITE_IMAGES,
    shapes.Picture,
    _("Take a picture into the library. The same picture again is the same row."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    status=201,
)
def upload_image(
    request: HttpRequest,
    file: Annotated[UploadedFile, File(..., description=_("JPEG, PNG or WebP, at most 25 MB."))],
    alt: Annotated[str, Form(..., min_length=1, max_length=300, description=_("What the picture shows."))],
    caption: Annotated[str, Form("", max_length=500)] = "",
    credit: Annotated[str, Form("", max_length=200)] = "",
    key: Key = None,
) -> HttpResponse:
    user = request.auth.user
    if file.size is not None and file.size > images.MAX_BYTES:
        raise Problem("too-large")
    content = file.read()
    words = {
        name: bidi.clean_line(text.replace("\0", ""))
        for name, text in (("alt", alt), ("caption", caption), ("credit", credit))
    }
    if not words["alt"]:
        raise Problem("invalid", errors=[Wrong("form.alt", gettext_lazy("Say what the picture shows."))])

    def work() -> Done:
        accepted = images.accept(content)
        if obstacle := default_storage.obstacle(images.master_name(accepted.digest)):
            raise Problem("busy", obstacle)
        words["credit"] = words["credit"] or accepted.credit
        image = library.add(content, **words, by=user)
        return Done(image.pk, facts.picture(image), HTTPStatus.CREATED)

    sent = hashlib.sha256(content).digest() + json.dumps(words, sort_keys=True).encode()
    return once.write(request, Verb.UPLOAD_IMAGE, sent, work, key)


# Comments


@with_token(
    "get",
    "held-comments/",
    Scope.MODERATE_COMMENTS,
    shapes.HeldComments,
    _("Comments that wait for a moderator, the oldest first."),
    HTTPStatus.NOT_FOUND,
)
def held_comments(request: HttpRequest, cursor: Cursor = None) -> HttpResponse:
    found = (
        Comment.objects.held()
        .select_related("article")
        .only(
            "article__headline", "parent_id", "version", "author_name", "website", "body", "direction", "is_proven",
            "created_at", "edited_at",
        )
        .prefetch_related(Prefetch("findings", Finding.objects.all()))
        .order_by("created_at", "pk")
    )  # fmt: skip
    if cursor:
        at, number = cursors.open_sealed("held", cursor)
        found = found.filter(created_at__gte=at).filter(Q(created_at__gt=at) | Q(pk__gt=number))
    rows = list(found[: COMMENTS_PER_PAGE + 1])
    return page_of(request, rows, COMMENTS_PER_PAGE, _held_comment, _by_time, "held")


def _held_comment(row: Comment) -> bytes:
    return as_json(facts.held_comment(row))


def _by_time(row: Comment) -> tuple[str, int]:
    return row.created_at.isoformat(), row.pk


@with_token(
    "post",
    "held-comments/{row:number}/decision/",
    Scope.MODERATE_COMMENTS,
    shapes.Decided,
    _("Decide over a comment, as its version was read."),
    HTTPStatus.NOT_FOUND,
    conflict=shapes.CommentConflict,
)
def decide_comment(
    request: HttpRequest, number: Number, sent: Approval | Rejection, key: Key = None
) -> HttpResponse:
    user = request.auth.user
    reason = getattr(sent, "reason", "").replace("\0", "")

    def work() -> Done:
        if reason and not RejectionReason.objects.filter(pk=reason).exists():
            sentence = gettext_lazy("There is no such reason.")
            raise Problem("not-found", errors=[Wrong("body.reason", sentence)])
        note = sent.note.replace("\0", "")
        outcome = moderation.decide(
            {number: sent.version}, sent.status, by=user, reason=reason, note=note, respects_claims=True
        )
        if outcome.decided:
            return Done(number, _decided(number))
        if not outcome.conflicts and not outcome.held:
            raise Problem("not-found")
        sentence = gettext_lazy("Another moderator has it before them.") if outcome.held else ""
        return Done(
            number, body_of(Problem("conflict", sentence, current=_decided(number))), HTTPStatus.CONFLICT
        )

    return once.write(request, Verb.DECIDE_COMMENT, _bytes(sent), work, key)


def _decided(number: int) -> dict[str, Any]:
    row = Comment.objects.only("version", "status").get(pk=number)
    return {"id": row.pk, "version": row.version, "status": row.status}
