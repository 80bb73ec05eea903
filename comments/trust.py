"""Trust is proven, never typed: an address confirmed from its mailbox, and comments that moderators approved."""

import secrets
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from comments.models import Cause, Comment, Confirmation, Decision, Status
from newsroom import encryption

TRUST_DAYS = 90
REFUSED = (Status.REJECTED, Status.SPAM)
LINK_LIFE = timedelta(hours=24)
# How long a browser counts as its owner's.
PROOF_LIFE = timedelta(days=180)
_SALT = "comments.trust.proof"


def is_trusted(email_fingerprint: str, approvals: int) -> bool:
    """Whether the PROVEN comments of this address were approved `approvals` times and never refused in TRUST_DAYS.

    Comments that somebody else sent under the address count neither for it nor against it. What nobody read is no
    approval: a text that the article's rules let pass as clean, or that its writer changed after it was approved. What
    trust let pass is one, as long as nobody refused it, so that a regular stays trusted, and so is to let a reported
    comment stand. A refusal stands though the writer took the comment back. One query.
    """
    decisions = Decision.objects.filter(comment=OuterRef("pk"), undoes=None, undone_by=None)
    approved = decisions.filter(
        Q(comment__edited_at=None) | Q(comment__edited_at__lt=F("at")),
        to_status=Status.APPROVED,
        cause__in=[Cause.MODERATOR, Cause.TRUST],
    )
    approved_later = Decision.objects.filter(
        comment=OuterRef("comment"),
        to_status=Status.APPROVED,
        undoes=None,
        undone_by=None,
        pk__gt=OuterRef("pk"),
    )
    refused = decisions.filter(~Exists(approved_later), to_status__in=REFUSED)
    proven = Comment.objects.filter(
        email_fingerprint=email_fingerprint,
        is_proven=True,
        created_at__gte=timezone.now() - timedelta(days=TRUST_DAYS),
    )
    counts = proven.aggregate(
        approved=Count("pk", filter=Q(Exists(approved), status=Status.APPROVED)),
        refused=Count("pk", filter=Q(status__in=REFUSED) | Q(Exists(refused), status=Status.DELETED)),
    )
    return counts["approved"] >= approvals and not counts["refused"]


def new_link(email_fingerprint: str) -> str:
    """The token of a link that confirms this address, or "" if there was one today. To be mailed and kept nowhere."""
    token = secrets.token_urlsafe(32)
    _row, is_new = Confirmation.objects.get_or_create(
        email_fingerprint=email_fingerprint,
        day=timezone.localdate(),
        defaults={"token_digest": _digest(token)},
    )
    return token if is_new else ""


def link(token: str) -> Confirmation | None:
    """The link of that token, as long as it holds. It may be opened again within its life: people press twice."""
    return Confirmation.objects.filter(
        token_digest=_digest(token), created_at__gt=timezone.now() - LINK_LIFE
    ).first()


@transaction.atomic
def confirm(found: Confirmation, *, comments: list[int]) -> str:
    """Confirm the address of a link and return the proof for the browser that opened it.

    `comments` are those for which this browser asked: with their private pages and the mailbox in one hand they are
    proven, too, where they bear this address.
    """
    Confirmation.objects.filter(pk=found.pk, confirmed_at=None).update(confirmed_at=timezone.now())
    Comment.objects.filter(pk__in=comments, email_fingerprint=found.email_fingerprint).update(is_proven=True)
    return signing.dumps(found.email_fingerprint, salt=_SALT)


def proven_by(proof: str) -> str:
    """The fingerprint of the address that a browser has proven; "" for a proof that is none or too old."""
    if not proof:
        return ""
    try:
        return str(signing.loads(proof, salt=_SALT, max_age=PROOF_LIFE))
    except signing.BadSignature:
        return ""


def prove(comment: Comment, proof: str) -> bool:
    """Mark a comment as proven if this browser has proven its address; return whether it is."""
    if not comment.is_proven and proven_by(proof) == comment.email_fingerprint:
        Comment.objects.filter(pk=comment.pk).update(is_proven=True)
        comment.is_proven = True
    return comment.is_proven


def _digest(token: str) -> str:
    return encryption.fingerprint("confirmation", token)
