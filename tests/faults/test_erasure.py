"""An erasure whose process is killed, and that is called again."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from comments import erasure
from comments.models import Comment
from tests import factories

BASE_DIR = Path(__file__).resolve().parents[2]
ADDRESS = "zorlu@canary.example"
COMMENTS = 5 * erasure.BATCH


def _command():
    """`manage.py erase_person` at work on the database of the test; it reads the address from standard input."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    process = subprocess.Popen(
        [sys.executable, "-u", "manage.py", "erase_person", "-", "--delete"],
        cwd=BASE_DIR,
        env=os.environ | {"DATABASE_URL": database.geturl()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(f"{ADDRESS}\n")
    process.stdin.flush()
    return process


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_was_killed_goes_on_where_it_stopped():
    first = factories.sent(factories.published(), email=ADDRESS)
    copies = []
    for number in range(first.pk + 1, first.pk + COMMENTS):
        copy = Comment.objects.get(pk=first.pk)
        copy.pk = copy.root_id = number
        copy.path = f"{number:010x}"
        copy.receipt, copy.submission_fingerprint = f"receipt{number}", f"submission{number}"
        copies.append(copy)
    Comment.objects.bulk_create(copies)

    with _command() as killed:
        said = killed.stdout.readline()
        killed.kill()
    done = Comment.objects.filter(author_name=erasure.ANONYMOUS_NAME).count()
    with _command() as resumed:
        last = resumed.stdout.readlines()[-1]

    assert said == f"{erasure.BATCH} of {COMMENTS} comments\n"
    # Whole batches, and not all of them.
    assert (done % erasure.BATCH, 0 < done < COMMENTS) == (0, True)
    told = (
        f"Erased: {COMMENTS - done} comments deleted, 0 links to confirm the address, 0 mails;"
        " the address was taken out of 0 remarks about others.\n"
    )
    assert (resumed.returncode, last) == (0, told)
    assert not erasure.holdings(ADDRESS)
