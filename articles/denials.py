"""What somebody tried on the desk without the right to it, and the record of that."""

from typing import Any

from django.core.exceptions import PermissionDenied

from articles.models import Article, Transition
from articles.workflow import ACTS


class Denied(PermissionDenied):
    """`by` may not do `act`, one of `articles.workflow.ACTS`, with `article`.

    Raised in the midst of a transaction, which takes everything back that was written in it. Whoever answers the
    request calls `record` after that.
    """

    def __init__(self, by: Any, act: str, article: Article) -> None:
        super().__init__(ACTS[act])
        self.by, self.act, self.article = by, act, article


def record(denied: Denied) -> Transition:
    """Keep for good that it was tried. Two queries.

    To be called when the transaction of the attempt has ended. An article that would have been written by it is not
    there; the row then knows its headline alone.
    """
    stored = Article.objects.filter(pk=denied.article.pk).first() if denied.article.pk else None
    state = (stored or Article()).state
    field = Transition._meta.get_field("headline")
    return Transition.attempts.create(
        article=stored,
        headline=field.to_python((stored or denied.article).headline)[: field.max_length],
        move=denied.act,
        is_denied=True,
        from_state=state,
        to_state=state,
        by=denied.by,
    )
