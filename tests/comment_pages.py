"""The pages of an article's comments, as a reader walks them."""

from comments import threads
from comments.models import Comment
from comments.threads import Order, Place


def walk(article, order=Order.OLDEST) -> list[list[Comment]]:
    """All pages from the first to the last, as a reader walks."""
    page = threads.page(article.pk, Place(order))
    pages = [page.comments]
    while page.later:
        page = threads.page(article.pk, page.later)
        pages.append(page.comments)
    return pages
