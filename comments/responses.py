"""What readers do with comments of others: report them, find them useful. Neither is told of who did it."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from articles import kept_pages
from comments.models import Comment, Report, Useful
from newsroom.encryption import fingerprint
from newsroom.web import rate_limit
from newsroom.web.client_address import network_at

WINDOW = timedelta(minutes=10)
REPORTS_OF_NETWORK = 10
# Of one comment: what many report is before the moderators already.
REPORTS_OF_COMMENT = 50
# Behind one address there may be a whole school; a reader marks a handful.
USEFUL_OF_NETWORK = 100
# And of one comment, in a day: whoever calls a browser by another name each time is counted this often.
USEFUL_OF_NETWORK_AND_COMMENT = 5
DAY = timedelta(days=1)


class TooManyResponses(ValueError):
    """More than a network sends in earnest; the message is for the reader."""


@transaction.atomic
def report(comment: Comment, complaint: str, text: str, *, address: str) -> bool:
    """Put a shown comment before the moderators; say whether it was not reported from that network before.

    What a moderator let stand stays so for the network that reported it, until the comment is changed.
    Raises TooManyResponses, and Comment.DoesNotExist when the comment is no longer shown.
    """
    network = network_at(address)
    _take(f"report:network:{fingerprint('sender', network)}", REPORTS_OF_NETWORK)
    _take(f"report:comment:{comment.pk}", REPORTS_OF_COMMENT)
    locked = _locked(comment)
    reporter = fingerprint("report", str(comment.pk), network)
    earlier = Report.objects.filter(comment=locked, sender_fingerprint=reporter)
    if locked.edited_at:
        earlier = earlier.filter(Q(settled_at=None) | Q(created_at__gte=locked.edited_at))
    is_new = not earlier.exists()
    if is_new:
        Report.objects.create(comment=locked, sender_fingerprint=reporter, complaint=complaint, text=text)
        Comment.objects.filter(pk=comment.pk).update(open_reports=F("open_reports") + 1)
    return is_new


@transaction.atomic
def mark_useful(comment: Comment, *, address: str, user_agent: str) -> bool:
    """Count that a reader finds a shown comment useful; say whether that was not counted before.

    Network and browser stand for the reader, as a keyed digest that no other comment shares. Raises as `report`.
    """
    network = network_at(address)
    _take(f"useful:network:{fingerprint('sender', network)}", USEFUL_OF_NETWORK)
    locked = _locked(comment)
    reader = fingerprint("useful", str(comment.pk), network, user_agent)
    is_new = not Useful.objects.filter(comment=locked, sender_fingerprint=reader).exists()
    if is_new:
        own = f"useful:comment:{fingerprint('useful', str(comment.pk), network)}"
        _take(own, USEFUL_OF_NETWORK_AND_COMMENT, window=DAY)
        Useful.objects.create(comment=locked, sender_fingerprint=reader)
        Comment.objects.filter(pk=comment.pk).update(useful=F("useful") + 1)
        kept_pages.thread_changed(comment.article_id)
    return is_new


def _take(key: str, limit: int, *, window: timedelta = WINDOW) -> None:
    if not rate_limit.take(key, limit=limit, window=window):
        raise TooManyResponses(_("Much came from your network just now. Please try again in a few minutes."))


def _locked(comment: Comment) -> Comment:
    """The comment, kept shown and its counts kept true until the end of the transaction."""
    return (
        Comment.objects.answerable()
        .select_for_update(of=["self"], no_key=True)
        .only("edited_at")
        .get(pk=comment.pk)
    )
