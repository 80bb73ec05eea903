"""Sending a comment, finding one, and the writer's private page."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from articles.models import Article
from comments import threads
from comments.forms import CommentForm
from comments.models import Comment
from comments.submission import (
    Sender,
    SubmissionError,
    TooManyComments,
    Unavailable,
    submit,
    takes_comments,
)
from comments.views.confirming import proven_writer
from newsroom.web.client_address import client_address
from newsroom.web.security import is_from_this_site

# Of a number that a bigint column can hold.
MAX_DIGITS = 19
STATUSES = {TooManyComments: 429, Unavailable: 503}


@csrf_exempt  # A shared page holds no token; see is_from_this_site for what guards the form instead.
@sensitive_post_parameters()
@never_cache
@require_POST
def post(request: HttpRequest, article_pk: int) -> HttpResponseBase:
    """Take a comment: to its writer's private page when it is stored, 422 with all that was typed when it is not."""
    article = get_object_or_404(Article.objects.published(), pk=article_pk)
    if not is_from_this_site(request):
        return render(request, "403.html", {"foreign_form": True}, status=403)
    form = CommentForm(request.POST, article=article)
    status = 422
    if form.is_valid():
        sender = _sender(request)
        try:
            comment = submit(article, form.draft(), sender)
        except SubmissionError as error:
            form.add_error(None, str(error))
            status = STATUSES.get(type(error), 422)
        else:
            return redirect(comment.receipt_url)
    return _form_page(request, article, form, status)


def _sender(request: HttpRequest) -> Sender:
    browser = request.headers.get("User-Agent", "")
    return Sender(
        client_address(request),
        browser,
        proven=proven_writer(request),
        has_browser=bool(browser and request.headers.get("Referer")),
    )


@never_cache
@require_safe
def reply(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form alone, under the comment that is answered."""
    comment = get_object_or_404(Comment.objects.shown().for_thread(), pk=pk)
    article = get_object_or_404(Article.objects.published(), pk=comment.article_id)
    if not takes_comments(article):
        return redirect(comment)
    return _form_page(request, article, CommentForm(article=article, initial={"parent": comment.pk}), 200)


def _form_page(request: HttpRequest, article: Article, form: CommentForm, status: int) -> HttpResponse:
    number = form["parent"].value()
    parent = None
    if str(number or "").isdecimal() and len(str(number)) < MAX_DIGITS:
        parent = Comment.objects.shown().for_thread().filter(pk=number, article=article).first()
    context = {"article": article, "form": form, "parent": parent}
    return render(request, "comments/form.html", context, status=status)


@never_cache
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The writer's private page: what became of the comment. Its address is the key; it shows no e-mail."""
    comment = get_object_or_404(
        Comment.objects.select_related("article").defer("email_encrypted", "email_fingerprint"), receipt=token
    )
    rejection = (
        comment.decisions.filter(to_status=Comment.Status.REJECTED)
        .select_related("reason")
        .exclude(reason=None)
        .first()
    )
    response = render(
        request,
        "comments/receipt.html",
        {
            "comment": comment,
            "article": comment.article,
            "reason": rejection.reason.label if rejection else "",
        },
    )
    response["X-Robots-Tag"] = "noindex"
    # The address is the key to the page, so it is not told to the pages that a link leads to.
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def permalink(request: HttpRequest, pk: int) -> HttpResponseBase:
    """From a comment's number to its place on its article's page, whichever page of comments that is."""
    comment = get_object_or_404(Comment.objects.shown().for_thread(), pk=pk)
    article = get_object_or_404(Article.objects.published(), pk=comment.article_id)
    page = threads.page_of(comment)
    query = f"?comments={page}" if page > 1 else ""
    return redirect(f"{article.get_absolute_url()}{query}#comment-{comment.pk}")
