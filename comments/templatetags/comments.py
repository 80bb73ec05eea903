"""What article pages show of comments."""

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

from articles.models import Article
from comments import threads
from comments.forms import CommentForm
from comments.terms import terms_of
from newsroom.prepared_statements import fetch_all
from newsroom.web import foresight, page_names
from newsroom.web.fragments import key_of

register = template.Library()


@register.simple_tag(takes_context=True)
def comment_section(context, article: Article) -> str:
    """An article's comments and the form. Three queries, or what `threads.page` says; the same for every reader."""
    place = threads.Place.from_query(context["request"].GET)
    terms = terms_of(article)
    page_names.ends(context["request"], terms.changes_at)
    key = (place, terms.is_open, terms.is_night, get_language(), settings.TIME_ZONE, key_of(article))
    return foresight.derived(key, fetch_all, lambda: _comment_section(article, place))


def _comment_section(article: Article, place: threads.Place) -> str:
    values = {
        "article": article,
        "thread": threads.page(article.pk, place),
        "orders": [
            (threads.Place(order).query, order.label, order == place.order) for order in threads.Order
        ],
        "terms": terms_of(article),
        "form": CommentForm(article=article.pk),
    }
    return render_to_string("comments/_section.html", values)


@register.simple_tag
def comment_counts(*article_lists) -> dict[int, int]:
    """Approved comments of all the articles in the given lists (a single article counts as a list). One query."""
    numbers: set[int] = set()
    for articles in article_lists:
        if isinstance(articles, Article):
            articles = [articles]
        numbers.update(article.pk for article in articles or ())
    return threads.counts(numbers)


@register.filter
def for_article(counts: dict[int, int], article: Article) -> int:
    return counts.get(article.pk, 0)
