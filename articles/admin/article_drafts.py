"""What is typed into the form of an article and not saved: taken from the browser every few seconds, and given back."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    RawPostDataException,
)
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles import contents, denials, publishing, revising
from articles.models import Article, Draft
from articles.workflow import PUBLISH
from newsroom.text import bidi
from newsroom.web.numbers import row_number

from . import accounts
from .addresses import form_of

# The form offers the newest.
OFFERED = 5
_WRITTEN = ("kicker", "headline", "summary", "body")


class ArticleDrafts:
    """Adds to the admin of articles the addresses that the form's script talks to, and the drafts that it offers."""

    def get_urls(self):
        def post(view):
            return self.admin_site.admin_view(require_POST(view))

        return [
            path("draft/", post(self.keep_draft), name="articles_article_newdraft"),
            path("draft/discard/", post(self.discard_draft), name="articles_article_newdraft_discard"),
            path("<row:pk>/draft/", post(self.keep_draft), name="articles_article_draft"),
            path("<row:pk>/leave/", post(self.leave), name="articles_article_leave"),
            path("<row:pk>/draft/discard/", post(self.discard_draft), name="articles_article_draft_discard"),
            *super().get_urls(),
        ]

    def changeform_view(self, request: HttpRequest, object_id=None, form_url="", extra_context=None):
        """Django's, which loses nothing of what is sent to it.

        The form of a new article that is sent twice changes the article that it has become. What was typed is given
        back where the article was taken from its writer meanwhile (403), or deleted (404; 403 to who may not publish).
        What is saved already leads to the form, and a message says so.
        """
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with transaction.atomic():
                key = request.POST.get("draft_key", "")
                is_new = object_id is None and revising.DRAFT_KEY.fullmatch(key)
                if is_new and (stored := revising.stored_from(request.user, key)):
                    # Sent twice, the form of a new article is that of the article it has become.
                    object_id, request.path = str(stored.pk), form_of(stored.pk)
                if (
                    object_id is not None
                    and not Article.objects.filter(pk=row_number(unquote(object_id))).exists()
                ):
                    raise Article.DoesNotExist
                return super().changeform_view(request, object_id, form_url, extra_context)
        except Article.DoesNotExist:
            # Who may not publish is told the same of those of others.
            knows = request.user.has_perm(PUBLISH)
            return self._give_back(request, None, HTTPStatus.NOT_FOUND if knows else HTTPStatus.FORBIDDEN)
        except PermissionDenied as refusal:
            if object_id is None or not self.has_view_or_change_permission(request):
                raise
            article = self.get_object(request, unquote(object_id))
            if article is not None and not self.has_view_permission(request, article):
                article = None
            if article is not None and revising.is_saved(request.user, _edition(request)):
                request.saved_draft = f"saved-draft-{_edition(request)}"
                self.message_user(request, _("This text is saved already."))
                return HttpResponseRedirect(form_of(article and article.pk))
            if isinstance(refusal, denials.Denied):
                denials.record(refusal)
            return self._give_back(request, article, HTTPStatus.FORBIDDEN)

    def _give_back(self, request: HttpRequest, article: Article | None, status: HTTPStatus) -> HttpResponse:
        context = {
            "article": article,
            "opts": self.opts,
            "typed": _typed(request.POST),
            "title": _("Not saved"),
            "left_hands": article is not None and not self.has_change_permission(request, article),
            "is_outside": article is not None and not publishing.works_on(request.user, article),
        }
        return render(
            request,
            "admin/articles/article/refused.html",
            self.admin_site.each_context(request) | context,
            status=status,
        )

    def note_saved(self, request: HttpRequest, article: Article, form) -> None:
        """Note that what a form says is stored, and have the next page name it to the browser; see `message_user`."""
        typed = form.cleaned_data
        revising.note_saved(
            request.user,
            article,
            key=typed["draft_key"],
            sequence=typed["draft_sequence"],
            replaces=typed["replaces"],
        )
        request.saved_draft = f"saved-draft-{typed['draft_key']}:{typed['draft_sequence'] or 0}"

    def message_user(self, request, message, level=messages.INFO, extra_tags="", fail_silently=False):
        """Django's, with the edition that was saved: of this one, and of no other, the browser drops its copy."""
        tags = extra_tags or getattr(request, "saved_draft", "")
        super().message_user(request, message, level, tags, fail_silently)

    def keep_draft(self, request: HttpRequest, pk: int | None = None) -> JsonResponse:
        """Take what was typed as JSON, and tell who else is writing.

        Takes `key`, which the form was given, `values` (its fields; without them this says only that it is open),
        `sequence`, `version`, `replaces`, and `leaving` where it is being closed. Answers with `at`, the hour by the
        newsroom's clock, `others` by their names, and the stored `version`; 403 and 422 come with a sentence,
        `refused`.
        """
        article = self._article_of_draft(request, pk)
        try:
            said = _read(request.body)
        except (ValueError, RawPostDataException):
            return JsonResponse({}, status=HTTPStatus.BAD_REQUEST)
        try:
            if said["values"] is not None:
                revising.keep_draft(
                    request.user,
                    article,
                    said["values"],
                    key=said["key"],
                    sequence=said["sequence"],
                    based_on_version=said["version"],
                    replaces=said["replaces"],
                )
        except Article.DoesNotExist as error:
            raise Http404 from error
        except PermissionDenied:
            refused = _("You may no longer write this article. Your text is kept in this browser.")
            return JsonResponse({"refused": refused}, status=HTTPStatus.FORBIDDEN)
        except revising.DraftRefused as error:
            return JsonResponse({"refused": str(error)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if article is not None and revising.may_keep_draft(request.user, article):
            (revising.leave if said["leaving"] else revising.arrive)(request.user, article)
        return JsonResponse(
            {
                "at": date_format(timezone.localtime(), "TIME_FORMAT"),
                "others": self._others(request, article),
                "version": article.version if article else None,
            }
        )

    def leave(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take note that the form was closed."""
        revising.leave(request.user, self._article_of_draft(request, pk))
        return HttpResponse(status=HTTPStatus.NO_CONTENT)

    def discard_draft(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        article = self._article_of_draft(request, pk)
        # One that the form was opened with, and what was typed on since.
        for key in filter(revising.DRAFT_KEY.fullmatch, request.POST.getlist("draft")):
            revising.drop_draft(request.user, key)
        messages.success(request, _("The draft was discarded."))
        return HttpResponseRedirect(form_of(article and article.pk))

    def _article_of_draft(self, request: HttpRequest, pk: int | None) -> Article | None:
        if pk is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=pk)

    def opened_draft(self, request: HttpRequest, article: Article | None) -> Draft | None:
        """The draft that the form is to open with, which its address asks for."""
        key = request.GET.get("draft", "")
        if (
            request.method != "GET"
            or not revising.DRAFT_KEY.fullmatch(key)
            or self._only_reads(request, article)
        ):
            return None
        return revising.drafts_of(request.user, article).filter(key=key).first()

    def what_was_typed(self, request: HttpRequest, article: Article | None, form) -> dict[str, Any]:
        """What the form says of drafts and of others at it. Two queries at most."""
        offered = []
        draft = getattr(form, "draft", None)
        if draft is None and not form.is_bound:
            # Of an article that may only be read, none can be opened: all are shown, to be copied from.
            only_reads = self._only_reads(request, article)
            count = OFFERED if article is None or only_reads else 1
            offered = [
                _offer(kept, article) | ({"typed": _typed(kept.values)} if only_reads else {})
                for kept in revising.drafts_of(request.user, article)[:count]
            ]
        kind = "draft" if article else "newdraft"
        numbers = [article.pk] if article else []
        return {
            "offered_drafts": offered,
            "opened_draft": draft,
            "draft_url": reverse(f"admin:articles_article_{kind}", args=numbers),
            "discard_draft_url": reverse(f"admin:articles_article_{kind}_discard", args=numbers),
            "others": self._others(request, article),
        }

    def _others(self, request: HttpRequest, article: Article | None) -> list[str]:
        return (
            [accounts.name_of(user) for user in revising.others_at(request.user, article)] if article else []
        )


def _typed(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was written, as pairs of a field's label and its text, to be copied from."""
    written = [(contents.label(name), values.get(name)) for name in _WRITTEN]
    return [(label, text) for label, text in written if text and isinstance(text, str)]


def _edition(request: HttpRequest) -> str:
    """What of a form is sent, as `Draft.edition` names it."""
    return f"{request.POST.get('draft_key', '')}:{request.POST.get('draft_sequence', '')}"


def _offer(draft: Draft, article: Article | None) -> dict[str, Any]:
    """A draft as the form offers it; of a new text, the headline tells which it is."""
    headline = draft.values.get("headline", "")
    return {
        "draft": draft,
        "headline": headline if article is None and isinstance(headline, str) else "",
        "direction": bidi.direction(str(headline)),
        "url": f"{form_of(article and article.pk)}?draft={draft.key}",
        "is_stale": article is not None and draft.based_on_version != article.version,
    }


def _read(body: bytes) -> dict[str, Any]:
    """What a form's script said, of no other kinds than it says. Raises ValueError."""
    try:
        said = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(said, dict):
        raise ValueError("not an object")
    values, version = said.get("values"), said.get("version")
    key, sequence, replaces = said.get("key"), said.get("sequence", 0), said.get("replaces", "")
    fits = (
        (values is None or (isinstance(values, dict) and all(map(_is_value, values.values()))))
        and all(map(_is_text, values or ()))
        and (version is None or is_count(version))
        and is_count(sequence)
        and (isinstance(key, str) and revising.DRAFT_KEY.fullmatch(key))
        and isinstance(replaces, str)
    )
    if not fits:
        raise ValueError("not what a form says")
    return {
        "values": values, "version": version, "key": key, "sequence": sequence, "replaces": replaces,
        "leaving": said.get("leaving") is True,
    }  # fmt: skip


def is_count(value: Any) -> bool:
    """Whether a value is a number that an integer column counts up to."""
    return type(value) is int and 0 <= value < 2**31


def _is_value(value: Any) -> bool:
    """Whether a field can have it: a text, a yes or no, or choices, each with its label."""
    if isinstance(value, list):
        return all(isinstance(choice, list) and all(map(_is_text, choice)) for choice in value)
    return isinstance(value, bool) or _is_text(value)


def _is_text(value: Any) -> bool:
    """Whether a value is what the database keeps as text: neither NUL nor half a character."""
    return (
        isinstance(value, str)
        and "\0" not in value
        and not any("\ud800" <= char <= "\udfff" for char in value)
    )
