"""What article pages show of comments."""

from django import template

from articles.models import Article
from comments import threads
from comments.forms import CommentForm
from comments.models import Comment
from comments.submission import takes_comments

register = template.Library()


@register.inclusion_tag("comments/_section.html", takes_context=True)
def comment_section(context, article: Article) -> dict:
    """An article's comments and the form. Four queries; the same for every reader."""
    wanted = context["request"].GET.get("comments", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 8 else 1
    return {
        "article": article,
        "thread": threads.page(article.pk, number),
        "takes_comments": takes_comments(article),
        "form": CommentForm(article=article),
    }


@register.simple_tag
def comment_counts(*article_lists) -> dict[int, int]:
    """Approved comments of all the articles in the given lists (a single article counts as a list). One query."""
    numbers: set[int] = set()
    for articles in article_lists:
        if isinstance(articles, Article):
            articles = [articles]
        numbers.update(article.pk for article in articles or ())
    return Comment.objects.counts_by_article(numbers)


@register.filter
def for_article(counts: dict[int, int], article: Article) -> int:
    return counts.get(article.pk, 0)
