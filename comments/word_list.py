"""The active watched words, prepared once for each process and each state of the list."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from comments import rules
from comments.editions import Kept
from comments.models import Comment, Status, WatchedWord
from comments.screening import Draft, Finding, History, WatchedTerm, WordList
from newsroom.text import arabic
from newsroom.text.term_index import TermKind

# How many of the last approved comments a new word is tried on.
APPROVED_LOOKED_AT = 1_000


def _read() -> WordList:
    rows = WatchedWord.objects.filter(is_active=True).order_by("pk")
    return WordList(
        WatchedTerm(term, reason, TermKind(kind), level)
        for term, reason, kind, level in rows.values_list("term", "reason", "kind", "level")
    )


WATCHED = Kept("words", _read)


def watched() -> WordList:
    """What moderators watch for now. One query, two when the list has changed."""
    return WATCHED.now()


def check_findable(term: str) -> None:
    """Raise ValidationError for what screening would never meet: it looks for words, so that signs alone never are."""
    if not any(map(str.isalnum, arabic.normalize(term))):
        raise ValidationError(_("Write at least one letter or digit: signs alone are never found."))


def spelled_like(term: str) -> WatchedWord | None:
    """The word on the list that finds what `term` does, for no spelling matters. One query, for the whole list."""
    key = arabic.normalize(term)
    return next((word for word in WatchedWord.objects.all() if arabic.normalize(word.term) == key), None)


def in_approved(term: str, kind: str) -> list[tuple[Comment, Finding]]:
    """Which of the last APPROVED_LOOKED_AT approved comments hold such a word, newest first, and where. One query."""
    history = History(watched=WordList([WatchedTerm(term, "", TermKind(kind))]))
    approved = Comment.objects.filter(status=Status.APPROVED).order_by("-pk")
    comments = approved.only("author_name", "author_direction", "website", "body", "direction", "created_at")
    found = []
    for comment in comments[:APPROVED_LOOKED_AT]:
        draft = Draft(comment.author_name, comment.website, comment.body, honeypot="")
        if (finding := rules.watched_words(draft, history)) is not None:
            found.append((comment, finding))
    return found
