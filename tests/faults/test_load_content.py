"""An archive whose load is killed."""

import json
import os
import subprocess
import sys

import psutil
import pytest

from articles import importing
from articles.models import Article
from tests.conftest import BASE_DIR
from tests.faults.test_statements import database_of_the_test
from tests.kept_pages import wait_until
from tests.newsroom.test_load_content import ARTICLE, LATE_INDEXES, SECTION, indexes

ARTICLES = 6_000


@pytest.mark.django_db(transaction=True)
def test_those_who_store_end_with_it_and_the_worker_makes_the_indexes(tmp_path):
    archive = tmp_path / "archive.jsonl"
    lines = [SECTION, *(ARTICLE | {"slug": f"ميسترال-{number}"} for number in range(ARTICLES))]
    archive.write_text("\n".join(map(json.dumps, lines)))
    load = subprocess.Popen(
        [sys.executable, "manage.py", "load_content", archive],
        cwd=BASE_DIR,
        env=os.environ | {"DATABASE_URL": database_of_the_test()},
    )
    wait_until(Article.objects.exists)
    storing = psutil.Process(load.pid).children()

    load.kill()
    load.wait()

    assert len(storing) == 2
    _gone, left = psutil.wait_procs(storing, timeout=20)
    assert left == []
    assert 0 < Article.objects.count() < ARTICLES
    assert not LATE_INDEXES & indexes().keys()
    # PostgreSQL notices a moment later that nobody is connected any more.
    wait_until(lambda: importing.make_indexes() or indexes().keys() >= LATE_INDEXES)
