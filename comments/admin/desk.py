"""The moderators' desk: the queue in place of the admin's list, and one comment with all that happened to it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from articles.models import Section
from comments import moderation, privacy, queue
from comments.models import PATH_DIGITS, Comment, Decision, RejectionReason, Status
from comments.templatetags.desk import passed
from newsroom import encryption
from newsroom.text.bidi import isolate_plain

DESK = "comments.moderate_comment"
VIEW_EMAIL = "comments.view_email"
# The page asks about the comments it shows; this is more than it ever holds.
SHOWN_MAX = 200
ANSWERS_LISTED = 20

TOLD_OF_ONE = {
    Status.APPROVED: gettext_lazy("Approved: the comment by %(writer)s."),
    Status.REJECTED: gettext_lazy("Rejected: the comment by %(writer)s."),
    Status.SPAM: gettext_lazy("Marked as spam: the comment by %(writer)s."),
    Status.PENDING: gettext_lazy("Back in the queue: the comment by %(writer)s."),
}
TOLD_OF_MANY = {
    Status.APPROVED: ngettext_lazy("%(count)d comment approved.", "%(count)d comments approved.", "count"),
    Status.REJECTED: ngettext_lazy("%(count)d comment rejected.", "%(count)d comments rejected.", "count"),
    Status.SPAM: ngettext_lazy(
        "%(count)d comment marked as spam.", "%(count)d comments marked as spam.", "count"
    ),
    Status.PENDING: ngettext_lazy(
        "%(count)d comment is back in the queue.", "%(count)d comments are back in the queue.", "count"
    ),
}


class CommentAdmin(admin.ModelAdmin):
    """Comments are decided upon, never edited. The admin's own list is not used: its look-ups accept any column,
    which would let a moderator probe addresses letter by letter."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(DESK)

    def has_module_permission(self, request):
        return request.user.has_perm(DESK)

    def get_urls(self):
        of_site = self.admin_site.admin_view
        return [
            path("", of_site(self.changelist_view), name="comments_comment_changelist"),
            path("decide/", of_site(self.decide_view), name="comments_comment_decide"),
            path("undo/", of_site(self.undo_view), name="comments_comment_undo"),
            path("counts/", of_site(self.counts_view), name="comments_comment_counts"),
            path("<int:pk>/email/", of_site(self.email_view), name="comments_comment_email"),
            path("<path:object_id>/change/", of_site(self.change_view), name="comments_comment_change"),
            path("<path:object_id>/history/", of_site(self.history_view), name="comments_comment_history"),
        ]

    @method_decorator(never_cache)
    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        self._check(request)
        wanted = queue.Wanted.from_query(request.GET)
        found = list(wanted.comments())
        comments = found[: queue.PAGE_SIZE]
        waiting = queue.waiting()
        context = self._context(request) | {
            "title": _("Moderation"),
            "wanted": wanted,
            "comments": comments,
            "next_page": wanted.query(after=comments[-1].pk) if len(found) > queue.PAGE_SIZE else "",
            "waiting": waiting,
            "summary": _summary(waiting),
            "tabs": [
                (status, status.label, waiting.counts[status], wanted.query(status=status))
                for status in Status
                if status != Status.DELETED
            ],
            "sections": Section.objects.order_by("position", "sort_key").only("name"),
            "articles": wanted.articles(),
            "rules": queue.RULE_LABELS,
            "here": wanted.query(after=wanted.after),
            "cleared": queue.Wanted(status=wanted.status).query(),
        }
        return render(request, "admin/comments/comment/queue.html", context)

    @method_decorator(never_cache)
    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        self._check(request)
        pk = queue.number(unquote(object_id))
        if pk is None:
            raise Http404
        return self._comment_page(request, pk)

    def history_view(self, request, object_id, extra_context=None) -> HttpResponse:
        # Django looks the row up first, and so would tell everybody on the desk which numbers exist.
        self._check(request)
        return super().history_view(request, object_id, extra_context)

    @method_decorator(require_POST)
    def decide_view(self, request: HttpRequest) -> HttpResponseBase:
        """Decide on comments. POST `comment` ("number:version", repeated), `to`, `reason`, `note`."""
        self._check(request)
        to_status = request.POST.get("to", "")
        # Reason and note belong to a rejection; the form of many comments sends what stands in it with every button.
        told = request.POST if to_status == Status.REJECTED else {}
        reason = told.get("reason", "")
        if to_status not in Status.values:
            return self._answer(request, problem=_("This decision does not exist."), status=400)
        versions = _versions(request.POST.getlist("comment"))
        if versions is None:
            return self._answer(request, problem=_("This decision does not exist."), status=400)
        if not versions:
            return self._answer(request, problem=_("Choose at least one comment."), status=400)
        note = told.get("note", "").replace("\0", "")[:1000]
        try:
            outcome = moderation.decide(versions, to_status, by=request.user, reason=reason, note=note)
        except moderation.ModerationError as error:
            return self._answer(request, problem=str(error), status=422)
        return self._answer(request, outcome=outcome, asked=versions)

    @method_decorator(require_POST)
    def undo_view(self, request: HttpRequest) -> HttpResponseBase:
        """Take decisions back. POST `decision` (number, repeated)."""
        self._check(request)
        numbers = [pk for text in request.POST.getlist("decision") if (pk := queue.number(text))]
        outcome = moderation.undo(numbers, by=request.user)
        if not outcome.decided and not outcome.conflicts:
            problem = _("There is nothing to take back.")
            return self._answer(request, problem=problem, status=409)
        return self._answer(request, outcome=outcome)

    @method_decorator(never_cache)
    def counts_view(self, request: HttpRequest) -> JsonResponse:
        """How many wait; and of the comments that the page shows (`shown`, as in `decide`), those decided since."""
        self._check(request)
        versions = _versions(request.GET.getlist("shown")[:SHOWN_MAX]) or {}
        changed = [
            pk
            for pk, version in Comment.objects.filter(pk__in=versions).values_list("pk", "version")
            if version != versions[pk]
        ]
        rows = Comment.objects.filter(pk__in=changed).only("author_name", "status", "version")
        return JsonResponse(_waiting_json() | {"conflicts": _told(rows, request.user) if changed else []})

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
        return self._comment_page(request, pk, email=email)

    def _check(self, request: HttpRequest) -> None:
        if not request.user.has_perm(DESK):
            raise PermissionDenied

    def _comment_page(self, request: HttpRequest, pk: int, email: str = "") -> HttpResponse:
        comment = get_object_or_404(Comment.objects.for_desk(), pk=pk)
        context = self._context(request) | {
            "title": _("Comment"),
            "comment": comment,
            "above": _above(comment),
            "answers": comment.replies.order_by("pk").only(
                "author_name", "author_direction", "status", "body", "direction", "parent"
            )[:ANSWERS_LISTED],
            "may_see_email": request.user.has_perm(VIEW_EMAIL),
            "email": email,
        }
        return render(request, "admin/comments/comment/comment.html", context)

    def _context(self, request: HttpRequest) -> dict:
        return self.admin_site.each_context(request) | {
            "opts": self.model._meta,
            "reasons": RejectionReason.objects.filter(is_active=True).values_list("code", "label"),
            "undoable": request.session.pop("undoable", []),
        }

    def _answer(
        self,
        request: HttpRequest,
        outcome: moderation.Outcome | None = None,
        asked: Iterable[int] = (),
        problem: str = "",
        status: int = 200,
    ) -> HttpResponseBase:
        """Say what happened: as JSON to the page's script, else as messages on the page the moderator came from."""
        decided = _decided(outcome.decided) if outcome else []
        conflicts = _told(outcome.conflicts, request.user) if outcome else []
        if outcome:
            known = {comment.pk for comment in [*outcome.decided, *outcome.conflicts]}
            conflicts += [_gone(pk) for pk in asked if pk not in known]
        sentences = _sentences(decided)
        if "application/json" in request.headers.get("Accept", ""):
            answer = {
                "problem": problem,
                "sentence": " ".join(sentences),
                "decided": decided,
                "conflicts": conflicts,
            }
            status = 409 if conflicts and not decided else status
            return JsonResponse(answer | _waiting_json(), status=status)
        if problem:
            messages.error(request, problem)
        for conflict in conflicts:
            messages.warning(request, conflict["sentence"])
        for sentence in sentences:
            messages.success(request, sentence)
        if undoable := [row["decision"] for row in decided if not row["is_undo"]]:
            request.session["undoable"] = undoable
        return redirect(_back(request))


def _versions(texts: list[str]) -> dict[int, int] | None:
    """Read "number:version" pairs; None where one of them is none."""
    versions = {}
    for text in texts:
        pk, version = (queue.number(part) for part in (text.partition(":")[::2]))
        if pk is None or version is None:
            return None
        versions[pk] = version
    return versions


def _back(request: HttpRequest) -> str:
    """The page to return to: the comment's, or the queue as it was asked for. Never an address that was sent."""
    if (pk := queue.number(request.POST.get("page", ""))) is not None:
        return reverse("admin:comments_comment_change", args=[pk])
    asked = queue.Wanted.from_query(QueryDict(request.POST.get("back", "").lstrip("?")))
    return reverse("admin:comments_comment_changelist") + asked.query(after=asked.after)


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
        "oldest_minutes": waiting.oldest_minutes,
        "summary": _summary(waiting),
    }


def _summary(waiting: queue.Waiting) -> str:
    if waiting.oldest is None:
        return _("No comment waits.")
    wait = ngettext("%(count)d comment waits", "%(count)d comments wait", waiting.pending)
    return _("%(comments_wait)s; the oldest arrived %(ago)s.") % {
        "comments_wait": wait % {"count": waiting.pending},
        "ago": passed(waiting.oldest),
    }


def _newest_decisions(comments: Iterable[Comment]) -> Mapping[int, Decision]:
    """The last decision of each comment. One query."""
    decisions = Decision.objects.filter(comment__in=comments).select_related("by")
    return {row.comment_id: row for row in decisions.order_by("comment_id", "-pk").distinct("comment_id")}


def _decided(comments: list[Comment]) -> list[dict]:
    """For each comment just decided: the decision, by which it can be taken back, and a sentence. One query."""
    if not comments:
        return []
    decisions = _newest_decisions(comments)
    return [
        {
            "comment": comment.pk,
            "decision": decisions[comment.pk].pk,
            "is_undo": decisions[comment.pk].undoes_id is not None,
            "status": comment.status,
            "version": comment.version,
            "sentence": TOLD_OF_ONE[Status(comment.status)] % {"writer": isolate_plain(comment.author_name)},
        }
        for comment in comments
    ]


def _sentences(decided: list[dict]) -> list[str]:
    """What happened in a sentence for each status: of the comment where it is one, else of how many."""
    if len(decided) == 1:
        return [decided[0]["sentence"]]
    statuses = [row["status"] for row in decided]
    return [
        TOLD_OF_MANY[status] % {"count": statuses.count(status)} for status in Status if status in statuses
    ]


def _told(comments: Iterable[Comment], reader: Any) -> list[dict]:
    """For each comment that somebody else decided first: who, and what. One query besides that of `comments`."""
    rows = list(comments)
    if not rows:
        return []
    decisions = _newest_decisions(rows)
    return [_conflict(comment, decisions.get(comment.pk), reader) for comment in rows]


def _conflict(comment: Comment, decision: Decision | None, reader: Any) -> dict:
    values = {
        "writer": isolate_plain(comment.author_name),
        "status": comment.get_status_display(),
        "ago": passed(decision.at) if decision else "",
    }
    is_own = decision is not None and decision.by == reader
    is_undo = decision is not None and decision.undoes_id is not None
    if decision is None or decision.by is None:
        sentence = _("The comment by %(writer)s is “%(status)s” by now.")
    elif is_own and is_undo:
        sentence = _("You took a decision back, %(ago)s: the comment by %(writer)s is “%(status)s”.")
    elif is_own:
        sentence = _("You decided already, %(ago)s: the comment by %(writer)s is “%(status)s”.")
    else:
        values["who"] = isolate_plain(decision.by.get_full_name() or decision.by.get_username())
        if is_undo:
            sentence = _("%(who)s took a decision back, %(ago)s: the comment by %(writer)s is “%(status)s”.")
        else:
            sentence = _("%(who)s decided before you, %(ago)s: the comment by %(writer)s is “%(status)s”.")
    return {
        "comment": comment.pk,
        # Whose answer was lost finds here by what number the decision can be taken back.
        "decision": decision.pk if decision and is_own and not is_undo else None,
        "status": comment.status,
        "version": comment.version,
        "sentence": sentence % values,
    }


def _gone(pk: int) -> dict:
    sentence = _("This comment is no longer there.")
    return {"comment": pk, "decision": None, "status": Status.DELETED, "version": 0, "sentence": sentence}
