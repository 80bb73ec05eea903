"""Requests whose senders take their time, before the site is entered."""

import threading
from io import BytesIO

import pytest

from newsroom import slow_senders
from newsroom.slow_senders import MOST_WAITING, WholeRequests


class Slow:
    """What is sent, of which the end does not come before it is let."""

    def __init__(self):
        self.is_read, self.may_come = threading.Event(), threading.Event()

    def read(self, _size):
        self.is_read.set()
        self.may_come.wait(10)
        return b""


def ask(application, sent, length, path="/"):
    told = []
    body = b"".join(
        application(
            {"CONTENT_LENGTH": length, "wsgi.input": sent, "PATH_INFO": path},
            lambda status, head: told.extend([status, dict(head)]),
        )
    )
    return int(told[0][:3]), told[1], body


def echo(environ, start_response):
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


@pytest.mark.parametrize(
    "size", [0, 1, 2_000, 3_000_000], ids=["nothing", "a byte", "a comment", "a picture"]
)
def test_the_site_reads_what_was_sent(size):
    sent = bytes(range(256)) * (size // 256) + bytes(size % 256)

    assert ask(WholeRequests(echo), BytesIO(sent), str(size)) == (200, {}, sent)


def test_what_the_next_request_sends_is_left_to_it():
    sent = BytesIO(b"onetwo")

    assert ask(WholeRequests(echo), sent, "3")[2] == b"one"
    assert sent.read() == b"two"


@pytest.mark.parametrize(
    ("length", "status"), [("-1", 400), ("1e3", 400), ("٣", 400), (str(slow_senders.MOST_BYTES + 1), 413)]
)
def test_a_length_that_cannot_be_is_refused_unread(length, status):
    assert ask(WholeRequests(echo), None, length)[0] == status


def test_beside_those_who_are_slow_others_read_and_are_asked_to_send_again():
    application = WholeRequests(echo)
    slow = [Slow() for _number in range(MOST_WAITING)]
    threads = [threading.Thread(target=ask, args=[application, sent, "10"]) for sent in slow]
    for thread, sent in zip(threads, slow, strict=True):
        thread.start()
        assert sent.is_read.wait(10)

    reading = ask(application, BytesIO(), "")
    arabic = ask(application, BytesIO(b"0123456789"), "10")
    english = ask(application, BytesIO(b"0123456789"), "10", "/en/comments/article/1/")
    for sent in slow:
        sent.may_come.set()
    for thread in threads:
        thread.join()

    assert reading[0] == 200
    assert (arabic[0], arabic[1]["Retry-After"]) == (503, "10")
    assert "<h1>الموقع مشغول الآن</h1>" in arabic[2].decode()
    assert "<h1>The site is busy</h1>" in english[2].decode()
    # And when they are through:
    assert ask(application, BytesIO(b"0123456789"), "10")[0] == 200
