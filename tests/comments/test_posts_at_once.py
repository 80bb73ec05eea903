"""Comments that arrive at the same moment, over real connections."""

import http.client
import threading
from urllib.parse import urlencode, urlsplit

import pytest

from comments.models import Comment, Policy
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROUNDS = 50


def _post_at_once(live_server, article, bodies) -> list[tuple[int, str, str]]:
    """Send a comment for each of `bodies`, all at once; return status, Location and text of each answer."""
    host = urlsplit(live_server.url).netloc
    gate = threading.Barrier(len(bodies))
    answers: list[tuple[int, str, str] | None] = [None] * len(bodies)

    def send(number: int) -> None:
        connection = http.client.HTTPConnection(host, timeout=60)
        connection.connect()
        fields = urlencode({"author_name": "زورو", "email": "zoro@example.org", "body": bodies[number]})
        gate.wait()
        connection.request(
            "POST",
            f"/comments/article/{article.pk}/",
            fields,
            {
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": "Firefox",
                "Referer": live_server.url + "/",
            },
        )
        response = connection.getresponse()
        answers[number] = (response.status, response.getheader("Location", ""), response.read().decode())
        connection.close()

    senders = [threading.Thread(target=send, args=[number]) for number in range(len(bodies))]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert None not in answers
    return answers


def test_eight_alike_are_one_comment_with_one_private_page_in_each_of_fifty_rounds(live_server):
    article = factories.published()
    Policy.objects.update(network_limit=1_000, writer_limit=1_000)
    seen = []

    for number in range(ROUNDS):
        answers = _post_at_once(live_server, article, [f"تعليق هادئ عن OpenAI رقم {number}"] * 8)
        comment = Comment.objects.latest("pk")
        seen.append((Comment.objects.count(), {(status, place) for status, place, _text in answers}))
        assert seen[-1] == (number + 1, {(302, comment.receipt_url)})

    assert len(seen) == ROUNDS


def test_of_fifty_under_a_limit_of_five_five_are_stored_and_the_others_keep_their_text(live_server):
    article = factories.published()
    Policy.objects.update(network_limit=5)
    bodies = [f"تعليق عن Mistral AI يخصّ القارئ {number}" for number in range(50)]

    answers = _post_at_once(live_server, article, bodies)

    stored = set(Comment.objects.values_list("body", flat=True))
    refused = [
        (body, text) for body, (status, _place, text) in zip(bodies, answers, strict=True) if status == 429
    ]
    assert (len(stored), len(refused)) == (5, 45)
    assert stored == set(bodies) - {body for body, _text in refused}
    for body, text in refused:
        assert body in text.partition("<textarea")[2].partition("</textarea>")[0]


def test_the_last_one_a_limit_allows_may_be_sent_twice(live_server):
    article = factories.published()
    Policy.objects.update(network_limit=1)

    answers = _post_at_once(live_server, article, ["تعليق هادئ عن OpenAI"] * 4)

    assert {(status, place) for status, place, _text in answers} == {(302, Comment.objects.get().receipt_url)}
