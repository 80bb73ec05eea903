"""What the moderators' desk answers to a decision: to its script as JSON, without one as messages or a page."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from comments import claims, moderation, queue
from comments.admin import sentences
from comments.models import Comment, RejectionReason, Revision, Status
from newsroom.web.numbers import row_number
from newsroom.web.read_only_admin import ReadOnlyAdmin

# What a plain form offers to take back, until the next page is shown.
UNDOABLE = "undoable"


class DeskAdmin(ReadOnlyAdmin):
    """What all pages of the desk need: who may see them, what stands on each, and how they say what happened."""

    view_permission = moderation.PERMISSION

    def _check(self, request: HttpRequest) -> None:
        if not request.user.has_perm(moderation.PERMISSION):
            raise PermissionDenied

    def _context(self, request: HttpRequest) -> dict:
        reasons = RejectionReason.objects.filter(is_active=True)
        return self.admin_site.each_context(request) | {
            "opts": self.model._meta,
            "reasons": list(reasons),
            "undoable": request.session.pop(UNDOABLE, []),
        }

    def _answer(
        self,
        request: HttpRequest,
        outcomes: Iterable[moderation.Outcome] = (),
        *,
        asked: Iterable[int] = (),
        problem: str = "",
        status: int = 200,
        is_undo: bool = False,
    ) -> HttpResponseBase:
        """Say what happened, as JSON to the page's script: of the comments that were `asked` for, each by itself.

        Without a script it is messages on the page the moderator came from, or a page of its own where somebody else
        decided first or has a comment.
        """
        outcomes = list(outcomes)
        asked = set(asked)
        decided = [comment for outcome in outcomes for comment in outcome.decided]
        held = [comment for outcome in outcomes for comment in outcome.held]
        conflicts = [comment for outcome in outcomes for comment in outcome.conflicts]
        unlike = [comment for outcome in outcomes for comment in outcome.unlike]
        known = {comment.pk for comment in [*decided, *conflicts, *held, *unlike]}
        missing = set() if is_undo or not outcomes else asked - known
        conflicts += Comment.objects.filter(pk__in=missing).for_decision()
        told = sentences.of_decided(decided) + ([sentences.of_unlike(unlike)] if unlike else [])
        if unwritten := [comment for outcome in outcomes for comment in outcome.unwritten]:
            told.append(sentences.of_unwritten(unwritten))
        acts = [str(outcome.act) for outcome in outcomes if outcome.decided and not is_undo]
        if is_script(request):
            rows = conflicts_json(conflicts, request.user)
            rows += [
                _left_json(comment, sentences.of_unlike(unlike)) for comment in unlike if comment.pk in asked
            ]
            rows += [_gone_json(pk) for pk in sorted(missing - {comment.pk for comment in conflicts})]
            answer = {
                "problem": problem,
                "sentence": " ".join(told),
                "acts": acts,
                "decided": [
                    {"comment": comment.pk, "status": comment.status, "version": comment.version}
                    for comment in decided
                    if comment.pk in asked
                ],
                "conflicts": rows,
                "held": held_json(held, request.user),
            }
            status = 409 if (rows or held) and not decided else status
            return JsonResponse(answer | waiting_json(), status=status)
        if problem:
            messages.error(request, problem)
        for sentence in told:
            messages.success(request, sentence)
        if acts:
            request.session[UNDOABLE] = acts
        if conflicts or held:
            return self._conflict_page(request, conflicts, held)
        if missing:
            messages.warning(request, _("This comment is no longer there."))
        return redirect(way_back(request))

    def _conflict_page(
        self, request: HttpRequest, conflicts: Iterable[Comment], held: Iterable[Comment]
    ) -> HttpResponse:
        numbers = {comment.pk for comment in conflicts}
        found = Comment.objects.for_desk().filter(pk__in=[*numbers, *(comment.pk for comment in held)])
        rows = []
        for comment in found:
            newest = next(iter(comment.decisions.all()), None)
            comment.holder = claims.holder(comment, request.user)
            is_conflict = comment.pk in numbers
            rows.append(
                (comment, sentences.of_conflict(comment, newest, request.user) if is_conflict else "")
            )
        context = self._context(request) | {
            "title": _("Somebody was first"),
            "rows": rows,
            "sent": [
                (name, value)
                for name in (
                    "comment",
                    "wave",
                    "version",
                    "through",
                    "to",
                    "reason",
                    "note",
                    "letter",
                    "back",
                    "page",
                )
                for value in request.POST.getlist(name)
            ],
            "again": request.path,
            "back": way_back(request),
            "here": request.POST.get("back", ""),
            "asks": any(not sentence for _comment, sentence in rows),
        }
        return render(request, "admin/comments/comment/conflict.html", context, status=409)


def is_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def queue_url(query: str) -> str:
    return reverse("admin:comments_comment_changelist") + query


def asked_queue(request: HttpRequest) -> queue.Wanted:
    """The queue that the page which sent this showed."""
    return queue.Wanted.from_query(QueryDict(request.POST.get("back", "").lstrip("?")))


def way_back(request: HttpRequest) -> str:
    """The page to return to: the comment's, or the queue as it was asked for. Never an address that was sent."""
    if (pk := row_number(request.POST.get("page", ""))) is not None:
        return reverse("admin:comments_comment_change", args=[pk])
    asked = asked_queue(request)
    return queue_url(asked.query(after=asked.after))


def waiting_json() -> dict:
    waiting = queue.waiting()
    return {
        "counts": waiting.counts,
        "labels": {name: waiting.label(name) for name in queue.Queue},
        "oldest_minutes": waiting.oldest_minutes,
        "summary": sentences.summary(waiting),
    }


def conflicts_json(comments: list[Comment], reader: Any) -> list[dict]:
    """For each comment that somebody else decided first: who, and what. Two queries, none without comments.

    `reports` are those still open, by which the queue of the reported knows whether the comment stands in it.
    `text_version` is the version since which the text is what it is: an older one on a page shows another text.
    """
    if not comments:
        return []
    decisions = sentences.newest_decisions(comments)
    former = Revision.objects.filter(comment__in=comments).order_by().values_list("comment")
    replaced = dict(former.annotate(Max("version")))
    rows = []
    for comment in comments:
        decision = decisions.get(comment.pk)
        is_own = decision is not None and decision.by == reader and decision.undoes_id is None
        rows.append(
            {
                "comment": comment.pk,
                # Whose answer was lost finds here by what the decision can be taken back.
                "act": str(decision.act) if is_own and decision.act else None,
                "status": comment.status,
                "version": comment.version,
                "text_version": replaced.get(comment.pk, 0) + 1,
                "reports": comment.open_reports,
                "sentence": sentences.of_conflict(comment, decision, reader),
            }
        )
    return rows


def _left_json(comment: Comment, sentence: str) -> dict:
    return {
        "comment": comment.pk,
        "act": None,
        "status": comment.status,
        "version": comment.version,
        "sentence": sentence,
    }


def _gone_json(pk: int) -> dict:
    sentence = _("This comment is no longer there.")
    return {"comment": pk, "act": None, "status": Status.DELETED, "version": 0, "sentence": sentence}


def held_json(comments: list[Comment], reader: Any) -> list[dict]:
    """For each comment that was left because another moderator has it: who that is. One query, none without."""
    if not comments:
        return []
    found = Comment.objects.filter(pk__in=[comment.pk for comment in comments]).select_related("claimed_by")
    rows = ((comment, claims.holder(comment, reader)) for comment in found)
    return [
        {"comment": comment.pk, "wave": comment.wave_id, "sentence": sentences.of_held(comment, holder)}
        for comment, holder in rows
        if holder
    ]
