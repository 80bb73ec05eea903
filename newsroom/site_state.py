"""How the site is doing: what waits, since when, whether somebody works at it, and what room is left."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Count, Min, Sum
from django.db.models.functions import TruncHour
from django.http import HttpRequest
from django.utils import timezone

from articles.models import ClockMove, HourOfReadings, Image
from comments import queue
from comments.models import Comment, Status
from newsroom import backup_folders, worker
from newsroom.deliveries.models import Delivery
from newsroom.mail.models import OutgoingMail, State
from newsroom.web import page_names, page_store
from newsroom.web.whole_files import LEAST_FREE_BYTES

# A mail, a picture or a move that waits longer than this waits for somebody to look why.
LATE_SECONDS = 300
HOURS = 24
# A replica that is not current for longer than this, too.
BEHIND_SECONDS = 10
# With any of these off, PostgreSQL says of what it has that it is stored.
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True)
class Waiting:
    """How many of something wait, and since when the longest should have been done (aware), None where nothing does."""

    count: int
    since: datetime | None

    @property
    def seconds(self) -> float:
        return (timezone.now() - self.since).total_seconds() if self.since else 0.0

    @property
    def is_late(self) -> bool:
        return self.seconds > LATE_SECONDS


@dataclass(frozen=True)
class SiteState:
    """At one moment. `held` are comments by queue, each counted to `queue.COUNTED_MAX` + 1; bytes are bytes."""

    held: Mapping[str, int]
    oldest_held: datetime | None
    mails: Waiting
    mails_failed: int
    deliveries: Waiting
    deliveries_failed: int
    pictures: Waiting
    late_moves: int
    worker_is_there: bool
    database_bytes: int
    disk_free: int
    disk_total: int
    # Of DURABLE.
    switched_off: Sequence[str] = ()
    # Where processes share pages.
    store_is_away: bool = False
    media_answer: bool = True
    # When the newest below BACKUP_DIR was made (aware); None where this machine has none.
    last_backup: datetime | None = None

    @property
    def oldest_held_seconds(self) -> float:
        return Waiting(0, self.oldest_held).seconds

    @property
    def backup_seconds(self) -> float:
        return Waiting(0, self.last_backup).seconds

    @property
    def backup_is_late(self) -> bool:
        return self.backup_seconds > backup_folders.OLDEST.total_seconds()

    @property
    def disk_is_short(self) -> bool:
        return self.disk_free < LEAST_FREE_BYTES


def look() -> SiteState:
    """Ten queries, each over few rows or the entries of an index. Raises DatabaseError while the database is away."""
    waiting = queue.waiting()
    mails, deliveries = map(_waiting, (OutgoingMail, Delivery))
    pictures = Image.objects.due().order_by().aggregate(count=Count("pk"), since=Min("due_at"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (database_bytes,) = cursor.fetchone()
    disk = shutil.disk_usage(settings.VAR_DIR)
    return SiteState(
        held=waiting.counts,
        oldest_held=waiting.oldest,
        mails=mails,
        mails_failed=OutgoingMail.objects.filter(state=State.FAILED).count(),
        deliveries=deliveries,
        deliveries_failed=Delivery.objects.filter(state=Delivery.State.FAILED).count(),
        pictures=Waiting(pictures["count"], pictures["since"]),
        late_moves=ClockMove.objects.late().count(),
        worker_is_there=worker.is_at_work(),
        database_bytes=database_bytes,
        disk_free=disk.free,
        disk_total=disk.total,
        switched_off=switched_off(),
        store_is_away=page_store.is_away(),
        media_answer=default_storage.answers(),
        last_backup=backup_folders.last_made(settings.BACKUP_DIR),
    )


def _waiting(outbox: type[OutgoingMail | Delivery]) -> Waiting:
    """What of an outbox is to go out. One query."""
    rows = outbox.objects.filter(state=State.WAITING).aggregate(count=Count("pk"), since=Min("next_at"))
    # One whose attempt comes later waits for nobody.
    is_due = rows["since"] and rows["since"] <= timezone.now()
    return Waiting(rows["count"], rows["since"] if is_due else None)


def replica_is_behind(request: HttpRequest) -> bool:
    """Whether the process that answers has not read from its replica for a while, if it has one. No query."""
    pages = page_names.counts(request) or {}
    return pages.get("replica_behind", 0) > BEHIND_SECONDS


def switched_off() -> list[str]:
    """Which settings of the database are off that keep what was acknowledged through a power cut. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE current_setting(name) = 'off'", [list(DURABLE)]
        )
        return [name for (name,) in cursor.fetchall()]


@dataclass(frozen=True)
class Hour:
    """What came in an hour that began then (aware)."""

    begin: datetime
    comments: int
    readings: int


def last_day() -> list[Hour]:
    """The last 24 hours of the clock, the present one last. Two queries."""
    now = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    begins = [now - timedelta(hours=back) for back in reversed(range(HOURS))]
    comments = (
        # By an index of both.
        Comment.objects.filter(status__in=Status.values, created_at__gte=begins[0])
        .order_by()
        .values_list(TruncHour("created_at"))
        .annotate(Count("pk"))
    )
    readings = HourOfReadings.objects.filter(hour__gte=begins[0]).values_list("hour").annotate(Sum("times"))
    came, read = dict(comments), dict(readings)
    return [Hour(begin, came.get(begin, 0), read.get(begin, 0)) for begin in begins]
