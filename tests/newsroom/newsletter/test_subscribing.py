"""Asking for the newsletter, confirming, choosing, leaving: pages and the mails between them."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from comments import erasure, subject_access
from newsroom import encryption
from newsroom.mail import sending
from newsroom.mail.models import OutgoingMail
from newsroom.newsletter import links, subscribing
from newsroom.newsletter.models import State, Subscription
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "Reader@example.org"


def _ask(client, email=ADDRESS, prefix="", **fields):
    return client.post(f"{prefix}/newsletter/subscribe/", {"email": email} | fields)


def _path(address):
    return urlsplit(address).path


def _mailed():
    """The links in the mails of the outbox, oldest first, as paths."""
    texts = [mail.read()[1]["text"] for mail in OutgoingMail.objects.order_by("pk")]
    return [re.search(r"https?://[^/]+(/\S+)", text)[1] for text in texts]


def test_the_way_from_the_form_to_the_subscription(client, mail_server):
    answer = _ask(client)
    assert (answer.status_code, answer["Location"]) == (302, "/newsletter/asked/")
    assert Subscription.objects.get().state == State.WAITING
    assert sending.send_due() == 1
    [mail] = mail_server.mails()
    assert ADDRESS in mail.recipient
    [address] = _mailed()

    # Whatever looks at the link first, a program or twice, confirms nothing.
    for method in (client.get, client.head, client.get):
        assert method(address).status_code == 200
    assert Subscription.objects.get().state == State.WAITING

    assert client.post(address).status_code == 200
    assert Subscription.objects.get().state == State.CONFIRMED


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "x" * 250 + "@example.org"])
def test_what_is_no_address_comes_back_with_what_was_typed(client, email):
    answer = _ask(client, email)

    assert answer.status_code == 422
    assert (f'value="{email}"' in answer.text) == bool(email)
    assert 'role="alert"' in answer.text
    assert not Subscription.objects.exists()


def test_the_answer_is_the_same_whether_an_address_is_known(client, subscribed):
    subscribed("known@example.org")
    answers = [_ask(client, email) for email in ("known@example.org", "new@example.org", "known@example.org")]

    assert {(answer.status_code, answer["Location"], answer.content) for answer in answers} == {
        (302, "/newsletter/asked/", b"")
    }
    # Who has it already is mailed where to choose; and once a day.
    assert [address.split("/")[2] for address in _mailed()] == ["preferences", "confirm"]


def test_a_mailbox_gets_one_link_a_day_however_it_is_spelled(client):
    for email in ("a@example.org", "A@example.org", "a+x@example.org", "a@example.org"):
        _ask(client, email)

    assert len(_mailed()) == 1


def test_a_network_may_ask_for_some(client):
    answers = [
        _ask(client, f"r{number}@example.org").status_code for number in range(subscribing.OF_NETWORK + 1)
    ]

    assert answers == [302] * subscribing.OF_NETWORK + [429]
    assert len(_mailed()) == subscribing.OF_NETWORK


def test_what_programs_fill_in_sends_nothing_and_says_so_to_nobody(client):
    assert _ask(client, subject="x")["Location"] == "/newsletter/asked/"
    assert not OutgoingMail.objects.exists()


def test_a_form_of_another_site_is_refused(client):
    answer = client.post(
        "/newsletter/subscribe/", {"email": ADDRESS}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert (answer.status_code, Subscription.objects.count()) == (403, 0)


def test_a_link_works_for_two_days_and_for_its_sign_up_alone(client):
    with time_machine.travel(timezone.now() - timedelta(days=3), tick=False):
        _ask(client)
    assert client.post(_mailed()[0]).status_code == 404

    _ask(client)
    former, address = _mailed()
    found = Subscription.objects.get()
    client.post(_path(links.unsubscription(found)))

    assert Subscription.objects.get().state == State.LEFT
    # Not by an old link does somebody come back who has left.
    assert [client.post(each).status_code for each in (former, address)] == [404, 404]


@pytest.mark.parametrize("purpose", ["confirm", "preferences", "unsubscribe"])
def test_a_link_serves_one_purpose(client, subscribed, purpose):
    found = subscribed()
    made = {
        "confirm": links.confirmation,
        "preferences": links.preferences,
        "unsubscribe": links.unsubscription,
    }
    tokens = {name: make(found).rstrip("/").rpartition("/")[2] for name, make in made.items()}

    answers = {
        name: client.get(reverse(f"newsletter:{purpose}", args=[token])).status_code
        for name, token in tokens.items()
    }

    assert answers == {name: 200 if name == purpose else 404 for name in tokens}
    assert client.get(reverse(f"newsletter:{purpose}", args=["forged"])).status_code == 404


def test_a_mail_program_unsubscribes_by_one_post_and_a_look_does_not(client, subscribed):
    found = subscribed()
    address = _path(links.unsubscription(found))

    assert [client.get(address).status_code, client.head(address).status_code] == [200, 200]
    assert Subscription.objects.get().state == State.CONFIRMED
    # RFC 8058: no cookie, no referrer, from no page.
    answer = client.post(
        address,
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
    )

    found.refresh_from_db()
    assert (answer.status_code, found.state, found.email_encrypted) == (200, State.LEFT, "")
    assert client.post(address).status_code == 200


def test_sections_and_language_are_chosen_by_a_signed_link(client, subscribed):
    found = subscribed()
    section = factories.section()
    address = _path(links.preferences(found))

    answer = client.post(address, {"language": "en", "sections": [section.pk]})

    found.refresh_from_db()
    assert (answer.status_code, found.language, found.sections) == (200, "en", [section.pk])
    assert client.post(address, {"language": "xx", "sections": [999]}).status_code == 422
    assert ADDRESS.lower() not in answer.text.lower()


def test_addresses_are_encrypted_and_on_no_page(client, subscribed):
    found = subscribed("seen@example.org")

    assert "seen" not in found.email_encrypted
    for address in (links.preferences(found), links.unsubscription(found)):
        page = client.get(_path(address))
        assert "seen@example.org" not in page.text
        assert found.email_fingerprint not in page.text
        assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("no-referrer", "noindex")


def test_a_person_is_told_of_it_and_erased(subscribed):
    subscribed("p@example.org")
    subscribed("other@example.org")

    assert erasure.holdings("p@example.org").elsewhere == 1
    assert '"newsletter": [\n{' in "".join(subject_access.export("p@example.org"))
    list(erasure.erase("p@example.org"))

    fingerprints = Subscription.objects.values_list("email_fingerprint", flat=True)
    assert list(fingerprints) == [encryption.email_fingerprint("other@example.org")]


def test_what_nobody_confirmed_and_what_went_long_ago_is_forgotten(subscribed):
    kept = subscribed("kept@example.org")
    gone, recent = subscribed("gone@example.org"), subscribed("recent@example.org")
    subscribing.leave(gone)
    subscribing.leave(recent)
    waiting = subscribed("w@example.org")
    old = timezone.now() - timedelta(days=366)
    Subscription.objects.filter(pk=gone.pk).update(ended_at=old)
    Subscription.objects.filter(pk=waiting.pk).update(state=State.WAITING, asked_at=old)

    subscribing.forget_old()

    assert set(Subscription.objects.values_list("pk", flat=True)) == {kept.pk, recent.pk}


def test_who_asks_in_english_is_answered_in_it(client):
    _ask(client, prefix="/en")

    mail = OutgoingMail.objects.get()
    assert mail.subject == "Confirm your subscription to the newsletter"
    assert mail.read()[1]["headers"]["Content-Language"] == "en"
    assert Subscription.objects.get().language == "en"
