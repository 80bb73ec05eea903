"""What is forgotten after its time. Every function goes on where an interrupted one stopped.

A sanction against a network keeps its keyed digest, which it needs to be told when that network is back; what the desk
calls it, the network itself, goes when the sanction has ended and its time is over. Keys of waves, into which short
texts mix their network, live three days; `waves.purge` removes them.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from comments.models import Confirmation, Sanction, Target
from newsroom.web import rate_limit

NETWORKS_KEPT = timedelta(days=30)
# The longest window of any rate is ten minutes.
RATES_KEPT = timedelta(days=1)
BATCH = 5_000
# Stored, and so in the newsroom's language.
FORGOTTEN_NETWORK = "شبكة نُسي عنوانها"

# Rows that somebody is deciding on are left to the next run. What was forgotten leaves a partial index, so that a run
# reads nothing that an earlier one did.
_FORGET = {
    "comments": """
        UPDATE comments_comment SET sender_network = '', sender_fingerprint = '' WHERE id IN (
            SELECT id FROM comments_comment WHERE created_at < %s AND NOT sender_fingerprint = ''
            ORDER BY created_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)
        """,
    "reports": """
        UPDATE comments_report SET sender_fingerprint = NULL WHERE id IN (
            SELECT id FROM comments_report WHERE created_at < %s AND sender_fingerprint IS NOT NULL
            ORDER BY created_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)
        """,
    "useful_marks": """
        UPDATE comments_useful SET sender_fingerprint = NULL WHERE id IN (
            SELECT id FROM comments_useful WHERE created_at < %s AND sender_fingerprint IS NOT NULL
            ORDER BY created_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)
        """,
}


@dataclass(frozen=True)
class Forgotten:
    """How many rows lost what told their network, and how many were removed."""

    comments: int
    reports: int
    useful_marks: int
    confirmations: int
    sanctions: int


def forget_networks(older_than: timedelta = NETWORKS_KEPT, *, batch: int = BATCH) -> Forgotten:
    """Empty what tells of networks in comments, reports and useful marks older than that, and remove old links.

    Counts stay as they are: a report and a useful mark remain, without whom they came from. Meant to be called daily,
    outside of a transaction: each batch is one.
    """
    before = timezone.now() - older_than
    emptied = {name: _in_batches(query, before, batch) for name, query in _FORGET.items()}
    # A link works for a day; what it proved is in the reader's cookie.
    confirmations, _rows = Confirmation.objects.filter(created_at__lt=before).delete()
    ended = Q(lifted_at__lt=before) | Q(expires_at__lt=before)
    networks = Sanction.objects.filter(ended, target=Target.NETWORK).exclude(label=FORGOTTEN_NETWORK)
    return Forgotten(
        **emptied,
        confirmations=confirmations,
        sanctions=networks.update(label=FORGOTTEN_NETWORK),
    )


def purge(older_than: timedelta = NETWORKS_KEPT) -> Forgotten:
    """Do all that is due daily: `forget_networks`, old rates, and sessions of the desk that have ended."""
    forgotten = forget_networks(older_than)
    rate_limit.purge(RATES_KEPT)
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return forgotten


def _in_batches(query: str, before, batch: int) -> int:
    total = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(query, [before, batch])
            total += cursor.rowcount
            if cursor.rowcount < batch:
                return total
