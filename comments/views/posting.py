"""Sending a comment."""

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from articles.models import Article
from comments.circumstances import NotPublished
from comments.forms import CommentForm, GivenBackForm
from comments.models import Comment
from comments.submission import (
    Sender,
    SubmissionError,
    TooManyComments,
    Unavailable,
    submit,
    taken_or_unavailable,
)
from comments.terms import terms_of
from comments.views.confirming import proven_writer
from comments.views.origin import from_this_site
from newsroom.web import whole_files
from newsroom.web.client_address import client_address
from newsroom.web.numbers import row_number

STATUSES = {TooManyComments: 429, Unavailable: 503}


@from_this_site
@sensitive_post_parameters()
@require_POST
def post(request: HttpRequest, article_pk: int) -> HttpResponseBase:
    """Take a comment: to its writer's private page when it is stored, 422 with all that was typed when it is not, 503
    while the database is away."""
    try:
        with taken_or_unavailable((OperationalError, InterfaceError)):
            return _answer(request, article_pk)
    except Unavailable as error:
        # The rest of the page is asked of the database, too.
        context = {
            "number": article_pk,
            "form": GivenBackForm(request.POST, told=str(error)),
            "answers": row_number(request.POST.get("parent", "")),
            "sections": [],
            "breaking": None,
        }
        return render(request, "comments/given_back.html", context, status=status_of(error))


post.gives_back = True


def _answer(request: HttpRequest, article_pk: int) -> HttpResponseBase:
    whole_files.check_room()
    form = CommentForm(request.POST, article=article_pk)
    if not form.is_valid():
        return _form_page(request, get_object_or_404(Article.objects.published(), pk=article_pk), form, 422)
    try:
        comment = submit(article_pk, form.draft(), sender_of(request))
    except NotPublished:
        raise Http404 from None
    except SubmissionError as error:
        # Where it could not be judged, nobody has looked whether readers may see the article.
        article = Article.objects.published().filter(pk=article_pk).first()
        if article is None:
            raise error if isinstance(error, Unavailable) else Http404 from None
        form.add_error(None, str(error))
        return _form_page(request, article, form, status_of(error))
    return HttpResponseRedirect(comment.receipt_url)


def sender_of(request: HttpRequest) -> Sender:
    browser = request.headers.get("User-Agent", "")
    return Sender(
        client_address(request),
        browser,
        proven=proven_writer(request),
        has_browser=bool(browser and request.headers.get("Referer")),
    )


def status_of(error: SubmissionError) -> int:
    return STATUSES.get(type(error), 422)


@never_cache
@require_safe
def reply(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form alone, under the comment that is answered."""
    comment = get_object_or_404(Comment.objects.shown().for_thread(), pk=pk)
    article = get_object_or_404(Article.objects.published(), pk=comment.article_id)
    if comment.is_placeholder or not terms_of(article).is_open:
        return redirect(comment)
    return _form_page(request, article, CommentForm(article=article.pk, initial={"parent": comment.pk}), 200)


def _form_page(request: HttpRequest, article: Article, form: CommentForm, status: int) -> HttpResponse:
    parent = None
    if (number := row_number(str(form["parent"].value()))) is not None:
        parent = Comment.objects.answerable().for_thread().filter(pk=number, article=article).first()
    context = {"article": article, "form": form, "parent": parent, "terms": terms_of(article)}
    return render(request, "comments/form.html", context, status=status)
