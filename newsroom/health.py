"""Whether the site can do its work, for supervisors and load balancers."""

import shutil
from http import HTTPStatus

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from newsroom import site_state, worker
from newsroom.web import page_names, page_store
from newsroom.web.whole_files import LEAST_FREE_BYTES

# What is said of them; people who know the site read it, and machines compare it.
AWAY, READ_ONLY, OLDER = "database away", "database read-only", "database older than the code"
NO_WORKER, SHORT_DISK, NOT_DURABLE = "no worker", "disk nearly full", "database not durable"
NO_REPLICA, NO_MEDIA, NOT_SHARED = "replica away or behind", "media store away", "shared pages away"


class _Schema:
    """Whether the database has what this code was written for; asked until it does."""

    is_current = False

    def check(self) -> bool:
        if not self.is_current:
            executor = MigrationExecutor(connection)
            self.is_current = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return self.is_current


_schema = _Schema()


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers at all; one that does not is to be started anew. No query."""
    return _told({"live": True})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when all that is made and sent can be, else 503 with `reasons`. `worries` are what keeps nobody from reading
    and writing, and needs somebody. Kept pages are shown all the same; `pages` says how many this process had ready.
    Three queries, and some more until the database has been found to be current; one request of a store of media,
    which those share who ask within two seconds."""
    reasons, worries = [], []
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool"
            )
            (is_read_only,) = cursor.fetchone()
        if is_read_only:
            reasons.append(READ_ONLY)
        elif not _schema.check():
            reasons.append(OLDER)
        if not worker.is_at_work():
            worries.append(NO_WORKER)
        if site_state.switched_off():
            worries.append(NOT_DURABLE)
    except DatabaseError:
        reasons.append(AWAY)
    if shutil.disk_usage(settings.VAR_DIR).free < LEAST_FREE_BYTES:
        worries.append(SHORT_DISK)
    if not default_storage.answers():
        worries.append(NO_MEDIA)
    if page_store.is_away():
        worries.append(NOT_SHARED)
    if site_state.replica_is_behind(request):
        worries.append(NO_REPLICA)
    told: dict[str, object] = {"database": AWAY not in reasons, "reasons": reasons, "worries": worries}
    if (pages := page_names.counts(request)) is not None:
        told["pages"] = pages
    return _told(told, HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK)


def _told(what: dict[str, object], status: int = HTTPStatus.OK) -> JsonResponse:
    response = JsonResponse(what, status=status)
    response["Cache-Control"] = "no-store"
    return response
