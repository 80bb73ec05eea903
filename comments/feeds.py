"""The comments on an article as a feed: what readers see of them, the newest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import feeds, kept_pages, seo
from articles.feeds import ENTRY_COUNT, Listed
from articles.models import Article
from comments.models import Comment
from newsroom.text import bidi, links
from newsroom.text.excerpt import excerpt
from newsroom.web import page_names
from newsroom.web.isolation import line_direction
from newsroom.web.syndication import Entry, Person

_SUMMARY_LENGTH = 200


@page_names.kept()
@require_safe
def article(request: HttpRequest, pk: int, form: str = "rss") -> HttpResponse:
    """The newest comments on an article that readers see. Two queries."""
    page_names.name(request, kept_pages.name_of(pk), kept_pages.thread_of(pk))
    story = get_object_or_404(
        Article.objects.published().only("slug", "headline", "language", "published_at"), pk=pk
    )
    shown = Comment.objects.answerable().filter(article=story).order_by("-pk")
    columns = ("author_name", "author_direction", "body", "direction", "created_at", "edited_at")
    comments = {comment.pk: comment for comment in shown.only(*columns)[:ENTRY_COUNT]}
    headline = bidi.isolate_plain(story.headline, story.direction)
    return feeds.answer(
        request,
        form,
        title=_("Comments on %(headline)s") % {"headline": headline},
        description=_("What readers say of this article"),
        page=story.get_absolute_url(),
        address=_address(story.pk, form),
        listed=[
            Listed(comment.pk, comment.edited_at or comment.created_at, (comment.pk, comment.edited_at))
            for comment in comments.values()
        ],
        entries=lambda numbers: {number: _entry(comments[number]) for number in numbers},
    )


def _address(number: int, form: str) -> str:
    return reverse("comment_feeds:article", args=[number, form] if form != "rss" else [number])


def _entry(comment: Comment) -> Entry:
    address = seo.canonical(comment.get_absolute_url())
    paragraphs = links.link_urls(bidi.strip_overrides(comment.body), base=line_direction(comment.direction))
    return Entry(
        id=address,
        url=address,
        title=bidi.strip_overrides(comment.author_name),
        summary=excerpt(bidi.strip_overrides(comment.body), _SUMMARY_LENGTH),
        html=f'<div dir="{line_direction(comment.direction)}">{paragraphs.replace(chr(10), "<br>")}</div>',
        # What a comment is written in is not known; its letters are.
        language="ar" if comment.direction == "rtl" else "en",
        published=comment.created_at,
        updated=comment.edited_at or comment.created_at,
        people=[Person(bidi.strip_overrides(comment.author_name))],
    )
