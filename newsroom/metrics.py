"""What Prometheus reads: what the processes of this machine counted, and how the site is doing."""

import hmac
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsroom import site_state
from newsroom.web import page_names
from newsroom.web.measures import SHARED_FOLDER, measures

# Loaded before `measures.share`, the library would have each process count for itself.
if TYPE_CHECKING:
    from prometheus_client.core import Metric


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All of it in the text format, for who names METRICS_TOKEN as a bearer; for everybody else it is not there."""
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not hmac.compare_digest(
        request.headers.get("Authorization", "").encode(), expected.encode()
    ):
        raise Http404
    # Read with the environment as it is by now.
    from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    measures()
    own = CollectorRegistry()
    pages = page_names.counts(request) or {}
    if "replica_behind" in pages:
        behind = Gauge(
            "nashra_replica_behind_seconds",
            "Since when the replica is not current, for one process",
            registry=own,
        )
        behind.set(pages["replica_behind"])
    own.register(_StateOfTheSite())
    counted = REGISTRY
    if SHARED_FOLDER in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    response = HttpResponse(generate_latest(counted) + generate_latest(own), content_type=CONTENT_TYPE_LATEST)
    response["Cache-Control"] = "no-store"
    return response


class _StateOfTheSite:
    def collect(self) -> Iterator["Metric"]:
        from prometheus_client.core import GaugeMetricFamily

        try:
            state = site_state.look()
        except DatabaseError:
            yield GaugeMetricFamily("nashra_database_up", "Whether the database answers", 0)
            return
        yield GaugeMetricFamily("nashra_database_up", "Whether the database answers", 1)
        held = GaugeMetricFamily(
            "nashra_comments_waiting", "Comments by queue, counted to 10,001", labels=["queue"]
        )
        for queue, count in state.held.items():
            held.add_metric([queue], count)
        yield held
        for name, told, value in (
            ("comments_oldest_seconds", "Since when the oldest comment waits", state.oldest_held_seconds),
            ("mails_waiting", "Mails that are to go out", state.mails.count),
            ("mails_late_seconds", "Since when the longest due mail should be out", state.mails.seconds),
            ("mails_failed", "Mails given up", state.mails_failed),
            ("deliveries_waiting", "Requests that are to go to other sites", state.deliveries.count),
            ("deliveries_late_seconds", "Since when the longest due one should be out", state.deliveries.seconds),
            ("deliveries_failed", "Requests to other sites given up", state.deliveries_failed),
            ("pictures_waiting", "Pictures whose renditions are due", state.pictures.count),
            ("pictures_late_seconds", "Since when the longest due one should be made", state.pictures.seconds),
            ("moves_late", "Hours of publication that are not noted and told", state.late_moves),
            ("worker_up", "Whether a worker is at work", state.worker_is_there),
            ("media_store_up", "Whether MEDIA_STORE, where there is one, can be reached", state.media_answer),
            ("database_durable", "Whether what it acknowledges outlives a power cut", not state.switched_off),
            ("page_store_up", "Whether PAGE_STORE, where there is one, can be reached", not state.store_is_away),
            ("database_bytes", "Size of the database", state.database_bytes),
            ("disk_free_bytes", "Room on the disk of VAR_DIR", state.disk_free),
            ("disk_bytes", "Size of that disk", state.disk_total),
        ):  # fmt: skip
            yield GaugeMetricFamily(f"nashra_{name}", told, value)
        if state.last_backup is not None:
            yield GaugeMetricFamily(
                "nashra_backup_age_seconds",
                "Since when the newest backup in BACKUP_DIR was begun",
                state.backup_seconds,
            )
