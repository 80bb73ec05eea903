"""The page of one comment on the desk, and what is done to it besides deciding."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from comments import claims, learning, moderation, privacy, submission
from comments.admin.outcomes import DeskAdmin, is_script, way_back
from comments.models import PATH_DIGITS, Comment, Decision
from newsroom import encryption
from newsroom.web.numbers import row_number

VIEW_EMAIL = "comments.view_email"
ANSWERS_LISTED = 20
NOTE_MAX = 2_000


class CommentPageAdmin(DeskAdmin):
    """One comment with its history, notes, reports and answers."""

    @method_decorator(never_cache)
    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        self._check(request)
        pk = row_number(unquote(object_id))
        if pk is None:
            raise Http404
        return self._comment_page(request, pk)

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
        if is_script(request):
            line = render_to_string("admin/comments/comment/_note.html", {"note": note})
            return JsonResponse({"problem": "", "note": line, "sentence": _("The note is kept.")})
        messages.success(request, _("The note is kept."))
        return redirect(way_back(request))

    @method_decorator(require_POST)
    def reports_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Let a reported comment stand. POST `version`, and `through`, the number of the last report that was shown;
        `anyway` as in `decide_view`.
        """
        self._check(request)
        comment = get_object_or_404(Comment, pk=pk)
        through, version = (row_number(request.POST.get(name, "")) or 0 for name in ("through", "version"))
        try:
            outcome = moderation.dismiss_reports(
                comment,
                through,
                version=version,
                by=request.user,
                respects_claims="anyway" not in request.POST,
            )
        except moderation.ModerationError as error:
            return self._answer(request, problem=str(error), status=409)
        return self._answer(request, [outcome], asked=[pk])

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
        return redirect(way_back(request))

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


def _above(comment: Comment) -> list[Comment]:
    """The comments that `comment` hangs from, the first of the thread first. One query, none for a first comment."""
    digits = range(0, len(comment.path) - PATH_DIGITS, PATH_DIGITS)
    numbers = [int(comment.path[start : start + PATH_DIGITS], 16) for start in digits]
    if not numbers:
        return []
    rows = Comment.objects.filter(pk__in=numbers).order_by("path")
    return list(rows.only("author_name", "author_direction", "status", "body", "direction", "parent", "path"))
