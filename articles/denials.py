"""What somebody tried on the desk without the right to it, and the record of that."""

from typing import Any

from django.core.exceptions import PermissionDenied

from articles.models import Article, Transition
from articles.workflow import ACTS


class Denied(PermissionDenied):
    """`by` may not do `act`, one of `articles.workflow.ACTS`, with `article`, or at all.

    Raised in the midst of a transaction, which takes everything back that was written in it. Whoever answers the
    request calls `record` after that.
    """

    def __init__(self, by: Any, act: str, article: Article | None = None) -> None:
        super().__init__(ACTS[act])
        self.by, self.act, self.article = by, act, article


def record(denied: Denied) -> Transition:
    """Keep for good that it was tried. Two queries.

    To be called when the transaction of the attempt has ended. An article that would have been written by it is not
    there; the row then knows its headline alone, and of what is no matter of an article neither that nor a state.
    """
    tried = denied.article
    stored = Article.objects.filter(pk=tried.pk).first() if tried and tried.pk else None
    state = (stored or Article()).state if tried else ""
    field = Transition._meta.get_field("headline")
    return Transition.attempts.create(
        article=stored,
        headline=field.to_python((stored or tried).headline)[: field.max_length] if tried else "",
        move=denied.act,
        is_denied=True,
        from_state=state,
        to_state=state,
        by=denied.by,
    )
