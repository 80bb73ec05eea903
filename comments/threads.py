"""An article's comments as readers see them: in thread order, so many first comments to a page."""

from dataclasses import dataclass

from django.db.models import Count

from comments.models import Comment

ROOTS_PER_PAGE = 50
DEPTH_SHOWN = 4


@dataclass(frozen=True)
class ThreadPage:
    """One page. `count` is all shown comments of the article, on whichever page."""

    comments: list[Comment]
    count: int
    number: int
    pages: int


def page(article_id: int, number: int = 1) -> ThreadPage:
    """Return page `number` (from 1; one that does not exist gives the nearest). Three queries, two without comments."""
    shown = Comment.objects.shown().filter(article_id=article_id)
    count = shown.count()
    if not count:
        return ThreadPage([], 0, 1, 1)
    roots = list(shown.filter(parent=None).order_by("root_id").values_list("root_id", flat=True))
    pages = -(-len(roots) // ROOTS_PER_PAGE)
    number = min(max(number, 1), pages)
    on_page = roots[(number - 1) * ROOTS_PER_PAGE : number * ROOTS_PER_PAGE]
    comments = list(shown.filter(root_id__in=on_page).order_by("path").for_thread())
    present = {comment.pk: comment for comment in comments}
    for comment in comments:
        # Set here and not as properties: both need the other comments of the page.
        comment.shown_depth = min(comment.depth, DEPTH_SHOWN)
        comment.answers = present.get(comment.parent_id)
    return ThreadPage(comments, count, number, pages)


def page_of(comment: Comment) -> int:
    """The page on which an approved comment stands. One query."""
    earlier = Comment.objects.shown().filter(article_id=comment.article_id, root_id__lt=comment.root_id)
    return earlier.aggregate(roots=Count("root_id", distinct=True))["roots"] // ROOTS_PER_PAGE + 1
