"""What article pages show of comments."""

from django import template

from articles.models import Article
from comments import threads
from comments.forms import CommentForm
from comments.terms import terms_of
from newsroom.web import page_names

register = template.Library()


@register.inclusion_tag("comments/_section.html", takes_context=True)
def comment_section(context, article: Article) -> dict:
    """An article's comments and the form. Three queries, or what `threads.page` says; the same for every reader."""
    place = threads.Place.from_query(context["request"].GET)
    terms = terms_of(article)
    page_names.ends(context["request"], terms.changes_at)
    return {
        "article": article,
        "thread": threads.page(article.pk, place),
        "orders": [
            (threads.Place(order).query, order.label, order == place.order) for order in threads.Order
        ],
        "terms": terms,
        "form": CommentForm(article=article.pk),
    }


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
