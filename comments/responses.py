"""What readers do with comments of others: report them, find them useful. Neither is told of who did it."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from comments import privacy
from comments.models import Comment, Report, Useful
from newsroom.encryption import fingerprint
from newsroom.web import rate_limit

WINDOW = timedelta(minutes=10)
REPORTS_OF_NETWORK = 10
# Of one comment: what many report is before the moderators already.
REPORTS_OF_COMMENT = 50
# Behind one address there may be a whole school; a reader marks a handful.
USEFUL_OF_NETWORK = 100


class TooManyResponses(ValueError):
    """More than a network sends in earnest; the message is for the reader."""


@transaction.atomic
def report(comment: Comment, complaint: str, text: str, *, address: str) -> bool:
    """Put a shown comment before the moderators; say whether it was not reported from that network before.

    Raises TooManyResponses, and Comment.DoesNotExist when the comment is no longer shown.
    """
    network = privacy.network(address)
    _take(f"report:network:{fingerprint('sender', network)}", REPORTS_OF_NETWORK)
    _take(f"report:comment:{comment.pk}", REPORTS_OF_COMMENT)
    locked = _locked(comment)
    _report, is_new = Report.objects.get_or_create(
        comment=locked,
        sender_fingerprint=fingerprint("report", str(comment.pk), network),
        settled_at=None,
        defaults={"complaint": complaint, "text": text},
    )
    if is_new:
        Comment.objects.filter(pk=comment.pk).update(open_reports=F("open_reports") + 1)
    return is_new


@transaction.atomic
def mark_useful(comment: Comment, *, address: str, user_agent: str) -> bool:
    """Count that a reader finds a shown comment useful; say whether that was not counted before.

    Network and browser stand for the reader, as a keyed digest that no other comment shares. Raises as `report`.
    """
    network = privacy.network(address)
    _take(f"useful:network:{fingerprint('sender', network)}", USEFUL_OF_NETWORK)
    locked = _locked(comment)
    _mark, is_new = Useful.objects.get_or_create(
        comment=locked,
        sender_fingerprint=fingerprint("useful", str(comment.pk), network, user_agent),
    )
    if is_new:
        Comment.objects.filter(pk=comment.pk).update(useful=F("useful") + 1)
    return is_new


def _take(key: str, limit: int) -> None:
    if not rate_limit.take(key, limit=limit, window=WINDOW):
        raise TooManyResponses(_("Much came from your network just now. Please try again in a few minutes."))


def _locked(comment: Comment) -> Comment:
    """The comment, kept shown and its counts kept true until the end of the transaction."""
    return Comment.objects.shown().select_for_update(of=["self"], no_key=True).only("pk").get(pk=comment.pk)
