import os
import subprocess
import sys

import pytest
from django.conf import settings

from newsroom import checks


@pytest.mark.parametrize(
    ("email_keys", "fingerprint_key", "told"),
    [("", "", []), ("b,a", "f", []), ("b,a", "", ["newsroom.W003"])],
    ids=["both in files", "both in the environment", "one in a file"],
)
def test_the_key_of_fingerprints_is_kept_where_the_others_are(monkeypatch, email_keys, fingerprint_key, told):
    monkeypatch.setenv("EMAIL_KEYS", email_keys)
    monkeypatch.setenv("FINGERPRINT_KEY", fingerprint_key)

    assert [warning.id for warning in checks.check_fingerprint_key(None)] == told


@pytest.mark.parametrize(
    ("site_url", "told"),
    [
        ("https://نشرة.example", "https://xn--ogbpi5e.example ['xn--ogbpi5e.example']"),
        ("http://faß.example:8080/", "http://xn--fa-hia.example:8080"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://نشرة..example", "SITE_URL holds no name of a host: 'http://نشرة..example'."),
    ],
)
def test_the_address_of_the_site_is_the_one_that_browsers_send(site_url, told):
    run = subprocess.run(
        [sys.executable, "-c", "from newsroom import settings as s; print(s.SITE_URL, s.ALLOWED_HOSTS)"],
        check=False,
        cwd=settings.BASE_DIR,
        env=os.environ | {"SITE_URL": site_url},
        capture_output=True,
        text=True,
    )

    assert told in run.stdout + run.stderr


def test_an_empty_address_of_the_site_counts_as_none():
    told = subprocess.run(
        [sys.executable, "manage.py", "check"],
        check=False,
        cwd=settings.BASE_DIR,
        env=os.environ | {"SITE_URL": ""},
        capture_output=True,
        text=True,
    )

    assert (told.returncode, told.stderr) == (0, "")
