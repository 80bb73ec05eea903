"""What the site does by itself, and how often."""

from datetime import timedelta

from comments import notifications
from newsroom.mail import outbox, sending
from newsroom.web import rate_limit
from newsroom.worker import Job

# Longer than any window that something is counted in.
RATES_KEPT = timedelta(days=2)


def _purge_rates() -> None:
    rate_limit.purge(older_than=RATES_KEPT)


JOBS = [
    Job("send mails", sending.send_due, every=timedelta(seconds=1)),
    Job("write to moderators", notifications.write_to_moderators, every=timedelta(minutes=1)),
    Job("forget old mails", outbox.forget_old, every=timedelta(hours=1)),
    Job("forget old rates", _purge_rates, every=timedelta(hours=1)),
]
