"""Each request has a name, by which the log and who was shown an error speak of it."""

import json
import logging
import re

import pytest

from newsroom.web import request_ids, request_log

NAME = re.compile(r"[0-9a-f]{16}")


@pytest.mark.django_db
def test_every_answer_names_its_request(client):
    names = {client.get(address)["X-Request-ID"] for address in ("/", "/", "/nothing-here/")}

    assert len(names) == 3
    assert all(NAME.fullmatch(name) for name in names)


@pytest.mark.parametrize(
    ("hops", "given", "is_taken"),
    [
        (1, "4f3c2b1a-0000-4000-8000-1234567890ab", True),
        (0, "4f3c2b1a-0000-4000-8000-1234567890ab", False),
        (1, "short", False),
        (1, "a" * 65, False),
        (1, "abcdefgh\tERROR forged", False),
        (1, "اسم-الطلب-هنا", False),
    ],
)
def test_only_a_proxy_names_it_and_only_as_a_name(client, settings, hops, given, is_taken):
    settings.PROXY_HOPS = hops

    answer = client.get("/healthz/live", headers={"X-Request-ID": given})

    assert (answer["X-Request-ID"] == given) == is_taken


@pytest.mark.django_db
@pytest.mark.urls("tests.failing_urls")
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_an_error_page_and_the_log_name_the_same(client, caplog, prefix):
    client.raise_request_exception = False
    handler = logging.StreamHandler()
    lines = []
    handler.emit = lambda record: lines.append(request_log.JsonLines().format(record))
    logging.getLogger("django.request").addHandler(handler)
    try:
        answer = client.get(f"{prefix}/fails/500/")
    finally:
        logging.getLogger("django.request").removeHandler(handler)

    name = answer["X-Request-ID"]
    assert f">{name}</code>" in answer.content.decode()
    (line,) = map(json.loads, lines)
    assert (line["request"], line["status"], line["level"]) == (name, 500, "ERROR")
    assert "RuntimeError" in line["traceback"]
    assert request_ids.current() == ""


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["json", "line"])
def test_a_refusal_that_is_logged_when_all_is_over_names_its_request(client, form):
    formatter = request_log.JsonLines() if form == "json" else logging.Formatter("{request_id}", style="{")
    lines = []
    handler = logging.StreamHandler()
    handler.addFilter(request_log.WithRequest())
    handler.emit = lambda record: lines.append(formatter.format(record))
    logging.getLogger("django.request").addHandler(handler)
    try:
        answer = client.get("/nothing-here/")
    finally:
        logging.getLogger("django.request").removeHandler(handler)

    (line,) = lines
    assert (json.loads(line)["request"] if form == "json" else line) == answer["X-Request-ID"]


def test_a_line_of_json_is_one_line_whatever_is_in_it():
    record = logging.LogRecord("x", logging.INFO, "", 0, "خبر %s", ("سطر\nسطر\u2028\x1b[31m",), None)

    line = request_log.JsonLines().format(record)

    assert "\n" not in line
    assert json.loads(line)["message"] == "خبر سطر\nسطر\u2028\x1b[31m"
    assert "request" not in json.loads(line)
