"""The moderators' desk: the queue in place of the admin's list, the decisions over it, and who has what before them."""

import uuid

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from articles.models import Section
from comments import claims, moderation, queue
from comments.admin import sentences
from comments.admin.comment_page import CommentPageAdmin
from comments.admin.outcomes import asked_queue, conflicts_json, queue_url, waiting_json
from comments.admin.statistics import service_level
from comments.models import Comment, Decision, Script, Status
from comments.shown_waves import ShownWave
from comments.templatetags.desk import told_holder
from newsroom.web.numbers import row_number

# The page asks about the comments it shows; this is more than it ever holds.
SHOWN_MAX = 200
HANDED_OUT = 10


class CommentAdmin(CommentPageAdmin):
    """Comments are decided upon, never edited. The admin's own list is not used: its look-ups accept any column,
    which would let a moderator probe addresses letter by letter."""

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
            at("<row:pk>/note/", self.note_view, "note"),
            at("<row:pk>/reports/", self.reports_view, "reports"),
            at("<row:pk>/pick/", self.pick_view, "pick"),
            at("<row:pk>/answer/", self.answer_view, "answer"),
            at("<row:pk>/email/", self.email_view, "email"),
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
            "pieces": {},
        }
        return render(request, "admin/comments/comment/queue.html", context)

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
            shown = {wave: ShownWave(first, through) for wave, through, first in waves}
            outcome = moderation.decide(dict(comments), to_status, waves=shown, **how)
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
                "author_name", "status", "version", "claimed_until", "open_reports", "edited_at",
                "claimed_by__username", "claimed_by__first_name", "claimed_by__last_name",
            )
        )  # fmt: skip
        changed = [comment for comment in rows if comment.version != versions[comment.pk]]
        holders = [(comment, claims.holder(comment, request.user)) for comment in rows]
        return JsonResponse(
            waiting_json()
            | {
                "conflicts": conflicts_json(changed, request.user),
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
        wanted = asked_queue(request)
        if not claims.claim_next(wanted.all_comments(), HANDED_OUT, by=request.user):
            messages.info(request, _("Somebody has each of the comments that wait here."))
        return redirect(queue_url(wanted.query(mine=True)))

    @method_decorator(require_POST)
    def release_view(self, request: HttpRequest) -> HttpResponseBase:
        """Give back all that the moderator has."""
        self._check(request)
        claims.release(by=request.user)
        return redirect(queue_url(asked_queue(request).query(mine=False)))


def _numbers(text: str, count: int) -> tuple[int, ...] | None:
    """Read numbers joined by colons; None where they are not `count` numbers."""
    numbers = [row_number(part) for part in text.split(":")]
    return tuple(numbers) if len(numbers) == count and None not in numbers else None


def _act(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
