"""What the site does by itself, and how often; who hears of what happened, and who signs what goes to other sites."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from articles import clock_moves, importing, pings, readings, renditions, search_index
from comments import learning, notifications, retention, sanctions, waves
from newsroom.announcements import telling
from newsroom.announcements.telling import Listener
from newsroom.api import tokens
from newsroom.deliveries import outbox as deliveries
from newsroom.deliveries import sending as delivering
from newsroom.deliveries.sending import Signer
from newsroom.exports import desk as exports
from newsroom.federation import actors, following, inbox, keys, posting
from newsroom.federation import telling as fediverse
from newsroom.mail import outbox, sending
from newsroom.newsletter import issues, subscribing
from newsroom.sharecards import making as sharecards
from newsroom.web import page_store
from newsroom.webhooks import endpoints as webhooks
from newsroom.worker import Job

# Whoever passes on that an article was published, changed or withdrawn, or a comment approved.
LISTENERS: Mapping[str, Listener] = {
    "webhooks": webhooks.listen,
    "hub of feeds": pings.tell_hub,
    "search engines": pings.tell_search_engines,
    posting.KIND: fediverse.hear,
}
# Those whose requests wait in the outbox of deliveries, by the name in `Delivery.signer`.
SIGNERS: Mapping[str, Signer] = {**webhooks.SIGNERS, posting.KIND: Signer(keys.sign, following.heard)}

JOBS = [
    Job("send mails", sending.send_due, every=timedelta(seconds=1)),
    Job("tell what was announced", partial(telling.tell_due, LISTENERS), every=timedelta(seconds=1)),
    Job("deliver", partial(delivering.send_due, SIGNERS), every=timedelta(seconds=1)),
    Job("deliver to who was away", partial(delivering.ask_again, SIGNERS), every=timedelta(seconds=5)),
    Job("forget old deliveries", deliveries.forget_old, every=timedelta(hours=1)),
    Job("tell followers of new profiles", actors.tell_changes, every=timedelta(minutes=10)),
    Job("forget what the fediverse sent", inbox.forget_old, every=timedelta(hours=1)),
    Job("forget followers on servers that are gone", following.forget_gone, every=timedelta(days=1)),
    Job("note what the clock did", clock_moves.note_due, every=timedelta(seconds=2)),
    Job("make renditions", renditions.make_due, every=timedelta(seconds=1)),
    Job("make share cards", sharecards.make_newest, every=timedelta(seconds=2)),
    Job("make the other share cards", sharecards.Round().run, every=timedelta(seconds=5)),
    Job("count words for search", search_index.refresh, every=timedelta(seconds=5)),
    Job("count readings", readings.refresh, every=timedelta(seconds=10)),
    Job("forget old pages", page_store.Sweep().run, every=timedelta(seconds=10)),
    Job("make indexes that an import put off", importing.make_indexes, every=timedelta(hours=1)),
    Job("forget old readings", readings.forget_old, every=timedelta(hours=1)),
    Job("write to moderators", notifications.write_to_moderators, every=timedelta(minutes=1)),
    Job("forget answers to programs", tokens.forget_answers, every=timedelta(hours=1)),
    Job("write the newsletter", issues.send_due, every=timedelta(minutes=1)),
    Job("take stories out of the newsletter", issues.take_back, every=timedelta(seconds=2)),
    Job("forget old subscriptions", subscribing.forget_old, every=timedelta(hours=1)),
    Job("forget old mails", outbox.forget_old, every=timedelta(hours=1)),
    Job("learn from decisions", learning.learn_new, every=timedelta(seconds=5)),
    Job("score what waits", learning.refresh, every=timedelta(seconds=30)),
    # Of orders that end by the clock.
    Job("release what sanctions held", sanctions.release, every=timedelta(minutes=1)),
    Job("forget what waves were found by", waves.purge, every=timedelta(hours=1)),
    Job("make exports", exports.make_due, every=timedelta(seconds=2)),
    Job("forget old exports", exports.forget_old, every=timedelta(hours=1)),
    Job("forget networks", retention.purge, every=timedelta(days=1)),
]
