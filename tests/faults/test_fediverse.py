"""Followed by another implementation of ActivityPub, apkit, in a process of its own; what it is told, the worker sends,
in a process of its own too."""

import json
import os
import subprocess
import sys
import urllib.request
from urllib.parse import urlsplit

import pytest
from django.db import connection

from articles import publishing
from newsroom.federation.models import RemoteActor
from tests import factories
from tests.faults.test_serve import BASE_DIR
from tests.fediverse import site_actor
from tests.ports import free_port
from tests.receivers import THIS_MACHINE
from tests.smtp import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


class Follower:
    """`tests/fediverse_follower.py`, and what came to its inbox."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        script = BASE_DIR / "tests" / "fediverse_follower.py"
        self.process = subprocess.Popen([sys.executable, script, str(self.port), folder])
        wait_for(self._answers)

    def _answers(self):
        try:
            return bool(self.ask("/users/sara"))
        except OSError:
            return False

    def ask(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            return json.load(answer)

    def received(self):
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))]

    def end(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def follower(tmp_path):
    follower = Follower(tmp_path)
    yield follower
    follower.end()


@pytest.fixture
def site(live_server, settings):
    settings.FEDERATION = True
    settings.SITE_URL = live_server.url
    settings.OUTGOING_NETWORKS = THIS_MACHINE
    return live_server


@pytest.fixture
def worker(site):
    address, _, options = os.environ["DATABASE_URL"].partition("?")
    address = f"{address.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{options}"
    told = {
        "DATABASE_URL": address,
        "SITE_URL": site.url,
        "FEDERATION": "1",
        "OUTGOING_NETWORKS": "127.0.0.0/8",
    }
    process = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=BASE_DIR, env=os.environ | told)
    yield process
    process.kill()
    process.wait()


def test_another_implementation_follows_and_is_told(site, worker, follower):
    site_actor("news")

    found = follower.ask(f"/follow?name=news&host={urlsplit(site.url).netloc}")
    wait_for(lambda: len(follower.received()) == 1)
    article = factories.published(headline="مايكروسوفت تعلن شراكة مع Mistral AI")
    wait_for(lambda: len(follower.received()) == 2)
    article.headline = "مايكروسوفت تنهي شراكتها مع Mistral AI"
    publishing.save(article)
    wait_for(lambda: len(follower.received()) == 3)
    publishing.move(article, "archive", by=None)
    wait_for(lambda: len(follower.received()) == 4)
    left = follower.ask("/unfollow")

    assert found == {"type": "Organization", "name": "نشرة", "status": 202}
    told = follower.received()
    assert [(row["type"], row["is_verified"]) for row in told] == [
        ("Accept", True),
        ("Create", True),
        ("Update", True),
        ("Delete", True),
    ]
    assert "تعلن" in told[1]["activity"]["object"]["content"]
    assert "تنهي" in told[2]["activity"]["object"]["content"]
    assert told[3]["activity"]["object"]["type"] == "Tombstone"
    assert left == {"status": 202}
    assert not RemoteActor.objects.exists()
