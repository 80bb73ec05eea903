"""Trust is proven, never typed: an address confirmed from its mailbox, and comments that moderators approved."""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from comments.models import Comment, Status

TRUST_DAYS = 90


def is_trusted(email_fingerprint: str, approvals: int) -> bool:
    """Whether the PROVEN comments of this address were approved `approvals` times and never refused in TRUST_DAYS.

    Comments that somebody else sent under the address count neither for it nor against it. One query.
    """
    counts = Comment.objects.filter(
        email_fingerprint=email_fingerprint,
        is_proven=True,
        created_at__gte=timezone.now() - timedelta(days=TRUST_DAYS),
    ).aggregate(
        approved=Count("pk", filter=Q(status=Status.APPROVED)),
        refused=Count("pk", filter=Q(status__in=[Status.REJECTED, Status.SPAM])),
    )
    return counts["approved"] >= approvals and not counts["refused"]
