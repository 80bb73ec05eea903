"""How operators name the bucket of the media, and that no secret of it is told."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from newsroom.web import object_place
from newsroom.web.object_place import Place

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfi"


def test_an_address_names_all_that_is_needed():
    place = object_place.read(
        "s3://AKIA:wJalrXUtnFEMI%2FK7MDENG%2BbPxRfi@s3.example:9000/news/%D8%B5%D9%88%D8%B1/a?region=eu-central-1"
    )

    assert place == Place("https://s3.example:9000", "news", "صور/a", "eu-central-1", "AKIA", SECRET)


@pytest.mark.parametrize(
    ("address", "endpoint", "prefix"),
    [
        ("s3://k:s@s3.example/news", "https://s3.example", ""),
        ("s3+http://k:s@127.0.0.1:9000/news/", "http://127.0.0.1:9000", ""),
        ("s3+http://k:s@[::1]:9000/news/a/", "http://[::1]:9000", "a"),
    ],
)
def test_what_need_not_be_said(address, endpoint, prefix):
    place = object_place.read(address)

    assert (place.endpoint, place.prefix, place.region) == (endpoint, prefix, "us-east-1")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://k:SECRETS@s3.example/news", "begin with s3://"), ("s3:k:SECRETS@s3.example/news", "no host"),
        ("s3://s3.example/news", "no key"), ("s3://k@s3.example/news", "no secret"),
        ("s3://k:SECRETS@s3.example", "no bucket"), ("s3://k:SECRETS@s3.example/", "no bucket"),
        ("s3://k:SEC/RETS@s3.example/news", "host cannot be read"), ("s3://k:SEC#RETS@s3.example/news", "host cannot"),
        ("s3://k:SECRETS@s3.example/news/../x", "dots"), ("s3://k:SECRETS@s3.example/news//x", "empty step"),
        ("s3://k:SECRETS@s3.example/news?regoin=x", "nothing else"), ("s3://k:SECRETS@s3.example:port/news", "host"),
        ("s3://k:SECRETS@[::1/news", "host"), ("s3://k:SECRETS@s3.example/news#x", "holds a #"),
    ],
)  # fmt: skip
def test_what_is_missing_or_strange_is_said_without_the_secret(address, told):
    with pytest.raises(ValueError, match=told) as refused:
        object_place.read(address)

    assert "SEC" not in str(refused.value)
    assert "RETS" not in repr(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def _manage(address, *command):
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        check=False,
        cwd=settings.BASE_DIR,
        env=os.environ | {"MEDIA_STORE": address},
        capture_output=True,
        text=True,
    )


def test_settings_that_are_printed_show_no_secret():
    told = _manage("s3://AKIAKEY:SECRETS@s3.example/news", "diffsettings", "--all").stdout

    assert "Place(endpoint='https://s3.example', bucket='news'" in told
    assert ("AKIAKEY" in told, "SECRETS" in told) == (False, False)


def test_a_bad_value_is_one_sentence():
    run = _manage("s3://k:SECRETS@s3.example", "check")

    assert "MEDIA_STORE must look like s3://KEY:SECRET@s3.example/bucket" in run.stderr
    assert run.stderr.strip().endswith("it names no bucket.")
    assert "SECRETS" not in run.stderr
