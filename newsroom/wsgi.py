"""The application that the WSGI server calls."""

import os
import sys

import django
from django.conf import settings

from newsroom.web import heap
from newsroom.web.call_stack import with_room
from newsroom.web.charset import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
# A thread that has an answer of the database waits so long for one that computes, a tenth of Python's own time: what
# it locked there is waited for by others.
sys.setswitchinterval(0.0005)
heap.share()


def _bound_statements() -> None:
    """Have the database end what would bind a thread of readers, or hold locks for a process that has stopped."""
    longest = 1_000 * settings.STATEMENT_SECONDS
    bounds = {
        "statement_timeout": longest,
        "lock_timeout": longest // 2,
        "idle_in_transaction_session_timeout": 6 * longest,
    }
    for database in filter(None, [settings.DATABASES["default"], settings.REPLICA]):
        # What its address says comes last, and so holds.
        database["OPTIONS"]["options"] = " ".join(
            [*(f"-c {name}={value}" for name, value in bounds.items()), database["OPTIONS"]["options"]]
        )


_bound_statements()
django.setup(set_prefix=False)
application = with_room(Handler())
# Imports what needs the apps to be ready.
from newsroom.slow_senders import WholeRequests  # noqa: E402

if settings.PAGE_CACHE_BYTES:
    made = application
    # Imports models, for which the apps must be ready.
    from articles import kept_pages
    from newsroom.web import page_store
    from newsroom.web.page_cache import PageCache
    from newsroom.web.replica import Replica

    application = PageCache(
        application,
        ahead=kept_pages.ahead,
        most_bytes=settings.PAGE_CACHE_BYTES,
        fresh=settings.PAGE_FRESH_SECONDS,
        stale=settings.PAGE_STALE_SECONDS,
        shared=settings.PAGE_CDN_SECONDS,
        store=page_store.of_settings(),
        replica=Replica(settings.REPLICA) if settings.REPLICA else None,
    )
    if settings.FEDERATION:
        from newsroom.federation.negotiation import negotiated

        application = negotiated(application, made)

application = WholeRequests(application)
