"""The writer's private page: what became of a comment, and what its writer may still do. Its address is the key."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from articles.models.article import TEXTS_OF_ARTICLE
from comments import authoring
from comments.forms import EditForm
from comments.models import Cause, Comment
from comments.submission import SubmissionError
from comments.terms import terms_of
from comments.views.confirming import asked_for, proven_writer
from comments.views.origin import from_this_site
from comments.views.posting import sender_of, status_of


@never_cache
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    comment = _comment(token)
    return _page(request, comment, EditForm(initial={"body": comment.body}))


@from_this_site
@sensitive_post_parameters()
@require_POST
def edit(request: HttpRequest, token: str) -> HttpResponseBase:
    """Change the text: back to the private page, or 422 with what was typed."""
    comment = _comment(token)
    form = EditForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            authoring.edit(comment, form.cleaned_data["body"], sender_of(request))
        except SubmissionError as error:
            form.add_error(None, str(error))
            status = status_of(error)
        else:
            return redirect(comment.receipt_url)
    return _page(request, comment, form, status)


@from_this_site
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponseBase:
    comment = _comment(token)
    authoring.withdraw(comment)
    return redirect(comment.receipt_url)


def _comment(token: str) -> Comment:
    return get_object_or_404(
        Comment.objects.select_related("article").defer("email_encrypted", *TEXTS_OF_ARTICLE),
        receipt=token,
    )


def _page(request: HttpRequest, comment: Comment, form: EditForm, status: int = 200) -> HttpResponse:
    terms = terms_of(comment.article)
    response = render(
        request,
        "comments/receipt.html",
        {
            "comment": comment,
            "article": comment.article,
            "reason": _reason(comment),
            "is_night": terms.is_night,
            "editable_until": authoring.editable_until(comment, terms),
            "form": form,
            # Opening the page proves nothing: its address may come from whoever wrote under somebody else's.
            "is_proven_here": proven_writer(request) == comment.email_fingerprint,
            # What the form led to is told without cookies, too.
            "is_asked": request.GET.get("asked") == "1" or comment.pk in asked_for(request),
            "is_asked_too_often": request.GET.get("asked") == "too-many",
        },
        status=status,
    )
    response["X-Robots-Tag"] = "noindex"
    # The address is not told to the sites that a link leads to. This one must be told: a browser that hides where
    # its forms come from looks like a program.
    response["Referrer-Policy"] = "same-origin"
    return response


def _reason(comment: Comment) -> str:
    """Why it was last rejected; "" where it never was. Of a rule no more than that: its words are the newsroom's."""
    rejections = comment.decisions.filter(to_status=Comment.Status.REJECTED).select_related("reason")
    # Whoever takes an approval back gives no reason of their own: the former one holds again.
    rejection = rejections.filter(Q(cause=Cause.RULE) | Q(reason__isnull=False)).first()
    if rejection is None:
        return ""
    return rejection.reason.label if rejection.reason else _("It does not fit the site’s rules for comments")
