"""Web processes and the database killed while readers send comments and moderators decide: `benchmarks/kills.py`, in
short."""

import json
import subprocess
import sys
import time

from tests import kills
from tests.faults.test_serve import BASE_DIR, Site, var_dir  # noqa: F401

ROUNDS, ARTICLES, READERS = 3, 6, 4


def in_site(site, *arguments, given=""):
    """What `tests.kills` says of the site's own database."""
    environment = site.environment | {"DJANGO_SETTINGS_MODULE": "newsroom.settings"}
    command = [sys.executable, "-m", "tests.kills", *arguments]
    said = subprocess.run(
        command, cwd=BASE_DIR, env=environment, input=given, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(said.stdout)


def go_on(site, campaign):
    """Wait until some more are acknowledged, and no client met what it does not know."""
    least = campaign.told.acknowledged + 20

    def is_heard():
        campaign.check()
        return campaign.told.acknowledged >= least

    site.wait_for(is_heard)


def test_nothing_acknowledged_is_lost_or_there_twice_whoever_is_killed(var_dir):  # noqa: F811
    site = Site(var_dir, "--no-demo", PROXY_HOPS="1")
    try:
        site.start()
        threads, sessions = in_site(site, "prepare", str(ARTICLES))
        campaign = kills.Campaign(site.port, [kills.Thread(*thread) for thread in threads], sessions)
        campaign.start(READERS)
        for _round in range(ROUNDS):
            go_on(site, campaign)
            assert kills.kill_a_web_process(site.process.pid)
            time.sleep(0.5)
            assert kills.kill_database(site.database)
        go_on(site, campaign)
        campaign.end()

        told = campaign.told
        said = {name: getattr(told, name) for name in ("receipts", "other_receipts", "decided")}
        found = in_site(site, "audit", given=json.dumps(said))
    finally:
        site.end()

    nought = ("lost", "doubled", "mails_without_cause", "mails_missing")
    assert {name: found[name] for name in nought} == dict.fromkeys(nought, 0)
    # Each part of it was tried.
    assert told.retries > 0
    assert found["mails"] > 0
    assert len(told.receipts) > 0 < len(told.decided)
