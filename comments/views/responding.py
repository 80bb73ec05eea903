"""What readers do with comments of others: report them, find them useful."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles.models import Article
from comments import responses
from comments.forms import ReportForm
from comments.models import Comment
from comments.responses import TooManyResponses
from comments.threads import Place
from comments.views.origin import from_this_site
from newsroom.web.client_address import client_address


@from_this_site
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask what is wrong with a comment, and put it before the moderators."""
    comment = _shown(pk)
    form = ReportForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            is_new = responses.report(comment, **form.cleaned_data, address=client_address(request))
        except TooManyResponses as error:
            form.add_error(None, str(error))
            status = 429
        except Comment.DoesNotExist as error:
            raise Http404 from error
        else:
            if is_new:
                return redirect("comments:reported", comment.pk)
            return _reported_page(request, comment, is_new=False)
    return render(request, "comments/report.html", {"comment": comment, "form": form}, status=status)


@require_safe
def reported(request: HttpRequest, pk: int) -> HttpResponse:
    """Thanks for a report. The comment may be gone by then, so it is not looked for."""
    return _reported_page(request, Comment(pk=pk), is_new=True)


@from_this_site
@require_POST
def useful(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Count a reader who finds a comment useful and say so: on a page, or as JSON where a script asks."""
    comment = _shown(pk)
    wants_json = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    try:
        is_new = responses.mark_useful(
            comment, address=client_address(request), user_agent=request.headers.get("User-Agent", "")
        )
    except TooManyResponses as error:
        if wants_json:
            return JsonResponse({"message": str(error)}, status=429)
        told = {
            "title": _("Please wait a moment | Nashra"),
            "heading": _("Please wait a moment"),
            "text": error,
        }
        return _responded_page(request, told, comment.get_absolute_url(), status=429)
    except Comment.DoesNotExist as error:
        raise Http404 from error
    if not wants_json and is_new:
        order = Place.from_query(request.GET).sort_query
        return redirect(f"{reverse('comments:counted', args=[comment.pk])}{order}")
    if not wants_json:
        return _counted_page(request, comment, is_new=False)
    comment.refresh_from_db(fields=["useful"])
    counted = render_to_string("comments/_useful_count.html", {"count": comment.useful}).strip()
    return JsonResponse({"counted": counted, "is_new": is_new})


@require_safe
def counted(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a useful mark was counted: the comment's own page is the same for everybody and cannot."""
    return _counted_page(request, Comment(pk=pk), is_new=True)


def _shown(pk: int) -> Comment:
    return get_object_or_404(
        Comment.objects.answerable().for_thread().filter(article__in=Article.objects.published()), pk=pk
    )


def _reported_page(request: HttpRequest, comment: Comment, *, is_new: bool) -> HttpResponse:
    if is_new:
        heading = _("Thank you for your report")
        text = _("A moderator will look at the comment. If it breaks the rules, it is taken down.")
    else:
        heading = _("This comment was reported before")
        text = _(
            "A report of it from your network has reached us already and waits for a moderator; a second one adds "
            "nothing."
        )
    told = {"title": _("Report a comment | Nashra"), "heading": heading, "text": text}
    return _responded_page(request, told, comment.get_absolute_url())


def _counted_page(request: HttpRequest, comment: Comment, *, is_new: bool) -> HttpResponse:
    if is_new:
        heading, text = _("Counted: you found the comment useful"), ""
    else:
        heading, text = _("You found this comment useful before"), _("It is counted once.")
    told = {"title": _("A useful comment | Nashra"), "heading": heading, "text": text}
    back = f"{comment.get_absolute_url()}{Place.from_query(request.GET).sort_query}"
    return _responded_page(request, told, back)


def _responded_page(request: HttpRequest, told: dict[str, Any], back: str, status: int = 200) -> HttpResponse:
    return render(request, "comments/responded.html", told | {"back": back}, status=status)
