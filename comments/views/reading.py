"""Finding one comment, and the pages of one thread."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from articles import kept_pages
from articles.models import Article
from articles.views import PLACE_OF_COMMENTS
from comments import threads
from comments.models import Comment
from comments.terms import terms_of
from newsroom.web import page_names


@require_safe
def permalink(request: HttpRequest, pk: int) -> HttpResponseBase:
    """From a comment's number to its place among the others. One query."""
    comment = threads.find(pk)
    if comment is None:
        raise Http404
    return redirect(threads.url(comment, threads.Place.from_query(request.GET).order))


@page_names.kept(parameters=PLACE_OF_COMMENTS)
@require_safe
def thread(request: HttpRequest, root_pk: int) -> HttpResponse:
    """A first comment and so many of its answers."""
    root = get_object_or_404(Comment.objects.shown().for_thread(), pk=root_pk, parent=None)
    article = get_object_or_404(Article.objects.published(), pk=root.article_id)
    page_names.name(request, kept_pages.name_of(article.pk), kept_pages.thread_of(article.pk))
    page = threads.thread(root, threads.Place.from_query(request.GET))
    terms = terms_of(article)
    page_names.ends(request, terms.changes_at)
    return render(
        request,
        "comments/thread.html",
        {
            "article": article,
            "root": root,
            "thread": page,
            "address": threads.thread_url(root.pk, threads.Place()),
            "takes_comments": terms.is_open,
        },
    )
