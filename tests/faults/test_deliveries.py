"""Deliveries by the worker as a process, which dies in the middle of one."""

import json

import pytest
from standardwebhooks.webhooks import Webhook

from newsroom import encryption
from newsroom.deliveries.models import Delivery, State
from newsroom.webhooks import endpoints
from newsroom.webhooks.models import Endpoint
from tests import factories, receivers
from tests.faults.test_worker import worker  # noqa: F401
from tests.smtp import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_worker_killed_in_mid_delivery_loses_nothing(worker):  # noqa: F811
    worker.environment["OUTGOING_NETWORKS"] = "127.0.0.0/8"
    with receivers.receiving() as receiver:
        endpoint = Endpoint(name="قناة", events=["article.published"])
        # As the process allows it; here nobody is asked.
        endpoints.save(endpoint, f"{receiver.url}/200/")
        receiver.stalls = True
        articles = [factories.published() for _number in range(3)]
        victim = worker.start()
        wait_for(lambda: receiver.received)

        victim.kill()
        victim.wait()
        receiver.stalls = False
        worker.start()
        wait_for(lambda: Delivery.objects.filter(state=State.SENT).count() == len(articles))

    # What was under way came once more, under the same id; all came, each known by its signature.
    secret = encryption.decrypt(endpoint.secret_encrypted)
    headers = [{name.lower(): value for name, value in r.headers.items()} for r in receiver.received]
    told = [
        Webhook(secret).verify(r.body, own)["data"]["id"]
        for r, own in zip(receiver.received, headers, strict=True)
    ]
    assert sorted(set(told)) == [article.pk for article in articles]
    assert len({own["webhook-id"] for own in headers}) == len(articles)
    assert len(told) == len(articles) + 1
    assert told[0] in told[1:]
    assert json.loads(receiver.received[0].body)["type"] == "article.published"
