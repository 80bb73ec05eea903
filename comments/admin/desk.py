"""The moderators' desk: the queue in place of the admin's list, and one comment with all that happened to it."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from articles.models import Section
from comments import claims, learning, moderation, privacy, queue, submission
from comments.admin import sentences
from comments.admin.statistics import service_level
from comments.models import PATH_DIGITS, Comment, Decision, RejectionReason, Script, Status
from comments.templatetags.desk import told_holder
from newsroom import encryption
from newsroom.text.bidi import isolate_plain
from newsroom.web.numbers import row_number
from newsroom.web.read_only_admin import ReadOnlyAdmin

VIEW_EMAIL = "comments.view_email"
# The page asks about the comments it shows; this is more than it ever holds.
SHOWN_MAX = 200
ANSWERS_LISTED = 20
HANDED_OUT = 10
NOTE_MAX = 2_000

# What a plain form offers to take back, until the next page is shown.
UNDOABLE = "undoable"


class CommentAdmin(ReadOnlyAdmin):
    """Comments are decided upon, never edited. The admin's own list is not used: its look-ups accept any column,
    which would let a moderator probe addresses letter by letter."""

    view_permission = moderation.PERMISSION

    def get_urls(self):
        def at(route, view, name):
            return path(route, self.admin_site.admin_view(view), name=f"comments_comment_{name}")

        return [
            at("", self.changelist_view, "changelist"),
            at("decide/", self.decide_view, "decide"),
            at("undo/", self.undo_view, "undo"),
            at("counts/", self.counts_view, "counts"),
            at("service-level/", service_level, "service_level"),
            at("claim/", self.claim_view, "claim"),
            at("next/", self.next_view, "next"),
            at("release/", self.release_view, "release"),
            at("<int:pk>/note/", self.note_view, "note"),
            at("<int:pk>/reports/", self.reports_view, "reports"),
            at("<int:pk>/pick/", self.pick_view, "pick"),
            at("<int:pk>/answer/", self.answer_view, "answer"),
            at("<int:pk>/email/", self.email_view, "email"),
            at("<path:object_id>/change/", self.change_view, "change"),
            at("<path:object_id>/history/", self.history_view, "history"),
        ]

    @method_decorator(never_cache)
    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        self._check(request)
        wanted = queue.Wanted.from_query(request.GET)
        found = wanted.comments(request.user)
        comments = found[: queue.PAGE_SIZE]
        waves = queue.waves_of(comments) if wanted.folds_waves else {}
        for comment in comments:
            comment.holder = claims.holder(comment, request.user)
            comment.wave_card = waves.get(comment.wave_id)
        waiting = queue.waiting()
        context = self._context(request) | {
            "title": _("Moderation"),
            "wanted": wanted,
            "comments": comments,
            "next_page": wanted.query(after=comments[-1].pk) if len(found) > queue.PAGE_SIZE else "",
            "waiting": waiting,
            "held_label": waiting.label(queue.Queue.HELD),
            "summary": sentences.summary(waiting),
            "tabs": [
                (
                    name,
                    name.label,
                    waiting.label(name),
                    wanted.query(queue=name, order="", mine=False, wave=None),
                )
                for name in queue.Queue
                # Nobody needs a place for what is not used.
                if name != queue.Queue.SHADOWED or waiting.counts[name] or wanted.queue == name
            ],
            "orders": [
                (order.label, order == wanted.order, wanted.query(order=order)) for order in queue.Order
            ],
            "sections": Section.objects.order_by("position", "sort_key").only("name"),
            "articles": wanted.articles(),
            "rules": queue.RULE_LABELS,
            "scripts": Script.choices,
            "proofs": queue.Proof.choices,
            "here": wanted.query(after=wanted.after),
            "everybodys": wanted.query(mine=False),
            "cleared": queue.Wanted(queue=wanted.queue, order=wanted.order, mine=wanted.mine).query(),
            "handed_out": HANDED_OUT,
        }
        return render(request, "admin/comments/comment/queue.html", context)

    @method_decorator(never_cache)
    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        self._check(request)
        pk = row_number(unquote(object_id))
        if pk is None:
            raise Http404
        return self._comment_page(request, pk)

    def history_view(self, request, object_id, extra_context=None) -> HttpResponse:
        # Django looks the row up first, and so would tell everybody on the desk which numbers exist.
        self._check(request)
        return super().history_view(request, object_id, extra_context)

    @method_decorator(require_POST)
    def decide_view(self, request: HttpRequest) -> HttpResponseBase:
        """Decide on comments.

        POST `comment` ("number:version", repeated), `wave` ("number:last member:first member", repeated), `to`,
        `reason`, `note`, `letter`, and `anyway` to decide on what others have before them.
        """
        self._check(request)
        to_status = request.POST.get("to", "")
        comments = [_numbers(text, 2) for text in request.POST.getlist("comment")]
        waves = [_numbers(text, 3) for text in request.POST.getlist("wave")]
        if to_status not in Status.values or None in comments or None in waves:
            return self._answer(request, problem=_("This decision does not exist."), status=400)
        if not comments and not waves:
            return self._answer(request, problem=_("Choose at least one comment."), status=400)
        # Reason and note belong to a rejection; the form of many comments sends what stands in it with every button.
        told = request.POST if to_status == Status.REJECTED else {}
        how = {
            "by": request.user,
            "reason": told.get("reason", "").replace("\0", ""),
            "note": told.get("note", "").replace("\0", "")[:1000],
            "letter": "letter" in told,
            "respects_claims": "anyway" not in request.POST,
        }
        try:
            outcome = moderation.decide(
                dict(comments), to_status, waves={wave: through for wave, through, _first in waves}, **how
            )
        except moderation.ModerationError as error:
            return self._answer(request, problem=str(error), status=422)
        return self._answer(
            request, [outcome], asked=[pk for pk, _version in comments] + [first for *_wave, first in waves]
        )

    @method_decorator(require_POST)
    def undo_view(self, request: HttpRequest) -> HttpResponseBase:
        """Take decisions back. POST `act` (repeated) or `decision` (number), and `shown`, as in `counts_view`."""
        self._check(request)
        acts = [act for text in request.POST.getlist("act") if (act := _act(text))]
        decisions = [pk for text in request.POST.getlist("decision") if (pk := row_number(text))]
        outcomes = [moderation.undo_acts(acts, by=request.user)] if acts else []
        outcomes += [moderation.undo(decisions, by=request.user)] if decisions else []
        if not any(outcome.decided or outcome.conflicts for outcome in outcomes):
            is_late = Decision.objects.filter(Q(act__in=acts) | Q(pk__in=decisions)).exists()
            problem = (
                _("The 24 hours for taking it back are over.")
                if is_late
                else _("There is nothing to take back.")
            )
            return self._answer(request, problem=problem, status=409)
        shown = [numbers[0] for text in request.POST.getlist("shown") if (numbers := _numbers(text, 2))]
        return self._answer(request, outcomes, asked=shown, is_undo=True)

    @method_decorator(never_cache)
    def counts_view(self, request: HttpRequest) -> JsonResponse:
        """How many wait; and of the comments that the page shows (`shown`, "number:version", repeated), those decided
        since, and those that others have before them."""
        self._check(request)
        shown = [_numbers(text, 2) for text in request.GET.getlist("shown")[:SHOWN_MAX]]
        versions = dict(numbers for numbers in shown if numbers)
        rows = list(
            Comment.objects.filter(pk__in=versions)
            .select_related("claimed_by")
            .only(
                "author_name", "status", "version", "claimed_until",
                "claimed_by__username", "claimed_by__first_name", "claimed_by__last_name",
            )
        )  # fmt: skip
        changed = [comment for comment in rows if comment.version != versions[comment.pk]]
        holders = [(comment, claims.holder(comment, request.user)) for comment in rows]
        return JsonResponse(
            _waiting_json()
            | {
                "conflicts": _conflicts(changed, request.user),
                "holders": {comment.pk: told_holder(holder) for comment, holder in holders if holder},
            }
        )

    @method_decorator(require_POST)
    def claim_view(self, request: HttpRequest) -> HttpResponse:
        """Take comments (`comment`, numbers) that the moderator looks at, and give others back (`release`)."""
        self._check(request)
        taken, released = (
            [pk for text in request.POST.getlist(name)[:SHOWN_MAX] if (pk := row_number(text))]
            for name in ("comment", "release")
        )
        claims.release(released, by=request.user)
        claims.claim(taken, by=request.user)
        return HttpResponse(status=204)

    @method_decorator(require_POST)
    def next_view(self, request: HttpRequest) -> HttpResponseBase:
        """Hand out the next comments of the queue that the moderator looks at, and show what they have."""
        self._check(request)
        wanted = _asked(request)
        if not claims.claim_next(wanted.all_comments(), HANDED_OUT, by=request.user):
            messages.info(request, _("Somebody has each of the comments that wait here."))
        return redirect(_queue_url(wanted.query(mine=True)))

    @method_decorator(require_POST)
    def release_view(self, request: HttpRequest) -> HttpResponseBase:
        """Give back all that the moderator has."""
        self._check(request)
        claims.release(by=request.user)
        return redirect(_queue_url(_asked(request).query(mine=False)))

    @method_decorator(require_POST)
    def note_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Keep a moderator's note. POST `text`."""
        self._check(request)
        comment = get_object_or_404(Comment, pk=pk)
        text = request.POST.get("text", "").replace("\0", "")[:NOTE_MAX]
        try:
            note = moderation.add_note(comment, text, by=request.user)
        except moderation.ModerationError as error:
            return self._answer(request, problem=str(error), status=422)
        if _is_script(request):
            line = render_to_string("admin/comments/comment/_note.html", {"note": note})
            return JsonResponse({"problem": "", "note": line, "sentence": _("The note is kept.")})
        messages.success(request, _("The note is kept."))
        return redirect(_back(request))

    @method_decorator(require_POST)
    def reports_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Let a reported comment stand. POST `version`, and `through`, the number of the last report that was shown."""
        self._check(request)
        comment = get_object_or_404(Comment, pk=pk)
        through, version = (row_number(request.POST.get(name, "")) or 0 for name in ("through", "version"))
        try:
            settled = moderation.dismiss_reports(comment, through, version=version, by=request.user)
        except moderation.ModerationError as error:
            return self._answer(request, problem=str(error), status=409)
        if not settled:
            return self._answer(request, problem=_("These reports are settled already."), status=409)
        sentence = _("It stays: the comment by %(writer)s.") % {"writer": isolate_plain(comment.author_name)}
        if _is_script(request):
            return JsonResponse({"problem": "", "sentence": sentence} | _waiting_json())
        messages.success(request, sentence)
        return redirect(_back(request))

    @method_decorator(require_POST)
    def pick_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Make a comment of `version` an editor's pick (`picked` = 1), or one no longer."""
        self._check(request)
        comment = get_object_or_404(Comment, pk=pk)
        version = row_number(request.POST.get("version", "")) or 0
        is_picked = request.POST.get("picked") == "1"
        try:
            moderation.pick(comment, version=version, by=request.user, picked=is_picked)
        except moderation.ModerationError as error:
            messages.error(request, str(error))
        return redirect(_back(request))

    @method_decorator(require_POST)
    @method_decorator(never_cache)
    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Answer a comment in the newsroom's name. POST `text`; it is public at once."""
        self._check(request)
        comment = get_object_or_404(Comment.objects.select_related("article"), pk=pk)
        text = request.POST.get("text", "").replace("\0", "")
        try:
            submission.answer(comment, text, by=request.user)
        except submission.SubmissionError as error:
            messages.error(request, str(error))
            return self._comment_page(request, pk, unsent=text, status=422)
        messages.success(request, _("Your answer is published."))
        return redirect("admin:comments_comment_change", pk)

    @method_decorator(require_POST)
    @method_decorator(never_cache)
    def email_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the writer's address to who may see it; that they saw it is logged."""
        self._check(request)
        comment = get_object_or_404(Comment, pk=pk)
        try:
            email = privacy.disclose_email(comment, to=request.user)
        except encryption.Unreadable:
            messages.error(request, _("The key that reads this address is missing."))
            return redirect("admin:comments_comment_change", pk)
        if not email:
            messages.info(request, _("There is no address any more: it was erased at its writer’s request."))
            return redirect("admin:comments_comment_change", pk)
        return self._comment_page(request, pk, email=email)

    def _check(self, request: HttpRequest) -> None:
        if not request.user.has_perm(moderation.PERMISSION):
            raise PermissionDenied

    def _comment_page(
        self, request: HttpRequest, pk: int, *, email: str = "", unsent: str = "", status: int = 200
    ) -> HttpResponse:
        comment = get_object_or_404(Comment.objects.for_desk().with_reports(), pk=pk)
        comment.holder = claims.holder(comment, request.user)
        if comment.triage is not None:
            clues = learning.explain(comment)
            comment.telling_words = [comment.body[c.start : c.end] for c in clues if c.contribution > 0]
        newest = next(iter(comment.decisions.all()), None)
        may_undo = newest is not None and newest.by_id is not None and newest.undoes_id is None
        context = self._context(request) | {
            "title": _("Comment"),
            "comment": comment,
            "above": _above(comment),
            "answers": comment.replies.order_by("pk").only(
                "author_name", "author_direction", "status", "body", "direction", "parent"
            )[:ANSWERS_LISTED],
            "may_see_email": request.user.has_perm(VIEW_EMAIL) and comment.email_fingerprint,
            "email": email,
            "unsent": unsent,
            "newest": newest if may_undo else None,
            "is_undo_late": may_undo and newest.at <= timezone.now() - moderation.UNDO_WINDOW,
            "act_size": Decision.objects.filter(act=newest.act).count() if may_undo and newest.act else 1,
        }
        return render(request, "admin/comments/comment/comment.html", context, status=status)

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
        acts = [str(outcome.act) for outcome in outcomes if outcome.decided and not is_undo]
        if _is_script(request):
            rows = _conflicts(conflicts, request.user)
            rows += [_left(comment, told[-1]) for comment in unlike if comment.pk in asked]
            rows += [_gone(pk) for pk in sorted(missing - {comment.pk for comment in conflicts})]
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
                "held": _held(held, request.user),
            }
            status = 409 if (rows or held) and not decided else status
            return JsonResponse(answer | _waiting_json(), status=status)
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
        return redirect(_back(request))

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
                for name in ("comment", "wave", "to", "reason", "note", "letter", "back", "page")
                for value in request.POST.getlist(name)
            ],
            "back": _back(request),
            "here": request.POST.get("back", ""),
            "asks": any(not sentence for _comment, sentence in rows),
        }
        return render(request, "admin/comments/comment/conflict.html", context, status=409)


def _is_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _numbers(text: str, count: int) -> tuple[int, ...] | None:
    """Read numbers joined by colons; None where they are not `count` numbers."""
    numbers = [row_number(part) for part in text.split(":")]
    return tuple(numbers) if len(numbers) == count and None not in numbers else None


def _act(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _queue_url(query: str) -> str:
    return reverse("admin:comments_comment_changelist") + query


def _asked(request: HttpRequest) -> queue.Wanted:
    """The queue that the page which sent this showed."""
    return queue.Wanted.from_query(QueryDict(request.POST.get("back", "").lstrip("?")))


def _back(request: HttpRequest) -> str:
    """The page to return to: the comment's, or the queue as it was asked for. Never an address that was sent."""
    if (pk := row_number(request.POST.get("page", ""))) is not None:
        return reverse("admin:comments_comment_change", args=[pk])
    asked = _asked(request)
    return _queue_url(asked.query(after=asked.after))


def _above(comment: Comment) -> list[Comment]:
    """The comments that `comment` hangs from, the first of the thread first. One query, none for a first comment."""
    digits = range(0, len(comment.path) - PATH_DIGITS, PATH_DIGITS)
    numbers = [int(comment.path[start : start + PATH_DIGITS], 16) for start in digits]
    if not numbers:
        return []
    rows = Comment.objects.filter(pk__in=numbers).order_by("path")
    return list(rows.only("author_name", "author_direction", "status", "body", "direction", "parent", "path"))


def _waiting_json() -> dict:
    waiting = queue.waiting()
    return {
        "counts": waiting.counts,
        "labels": {name: waiting.label(name) for name in queue.Queue},
        "oldest_minutes": waiting.oldest_minutes,
        "summary": sentences.summary(waiting),
    }


def _conflicts(comments: list[Comment], reader: Any) -> list[dict]:
    """For each comment that somebody else decided first: who, and what. One query, none without comments."""
    decisions = sentences.newest_decisions(comments) if comments else {}
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
                "sentence": sentences.of_conflict(comment, decision, reader),
            }
        )
    return rows


def _left(comment: Comment, sentence: str) -> dict:
    return {
        "comment": comment.pk,
        "act": None,
        "status": comment.status,
        "version": comment.version,
        "sentence": sentence,
    }


def _gone(pk: int) -> dict:
    sentence = _("This comment is no longer there.")
    return {"comment": pk, "act": None, "status": Status.DELETED, "version": 0, "sentence": sentence}


def _held(comments: list[Comment], reader: Any) -> list[dict]:
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
