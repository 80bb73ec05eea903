"""Deliveries to a real site: what it gets, in which order, and what becomes of what it does not take."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from newsroom.deliveries import outbox, sending
from newsroom.deliveries.models import Delivery, Host, State
from newsroom.deliveries.sending import Signer
from newsroom.web.outgoing import Refused
from tests import receivers
from tests.smtp import wait_for

pytestmark = pytest.mark.django_db


def enqueue(receiver, path="/200/", key="", **options):
    options = {"kind": "webhook", "lane": key or path, "body": b"{}"} | options
    outbox.enqueue(key=key or path, url=receiver.url + path, **options)


def rows():
    return {row.key: (row.state, row.tries, row.answer) for row in Delivery.objects.all()}


def make_due():
    Delivery.objects.update(next_at=timezone.now())
    Host.objects.update(until=timezone.now())


def test_what_is_due_is_sent_once_and_signed_at_that_moment(receiver):
    enqueue(receiver, headers={"X-Own": "1"}, signer="webhook:7")
    heard = []
    signer = Signer(
        lambda request, of: {"X-Signed": f"{of} {len(request.body)}"}, lambda row: heard.append(row.status)
    )

    assert sending.send_due({"webhook": signer}) == 1
    assert sending.send_due({"webhook": signer}) == 0

    (received,) = receiver.received
    assert (received.headers["X-Own"], received.headers["X-Signed"]) == ("1", "7 2")
    assert rows() == {"/200/": (State.SENT, 1, "200")}
    assert heard == [200]


def test_what_was_rolled_back_is_not_sent_and_a_key_once(receiver):
    with transaction.atomic():
        enqueue(receiver, "/200/first")
        transaction.set_rollback(True)
    enqueue(receiver, "/200/second", key="once")
    enqueue(receiver, "/200/third", key="once")

    sending.send_due({})

    assert [received.path for received in receiver.received] == ["/200/second"]


def test_nothing_that_is_sent_stands_readable_in_the_database(receiver):
    enqueue(receiver, "/200/secret-token", key="k", body="سرّ".encode(), headers={"Authorization": "hush"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT deliveries_delivery::text FROM deliveries_delivery")
        (row,) = cursor.fetchone()
    assert [word for word in ("secret-token", "سرّ", "hush") if word in row] == []
    assert Delivery.objects.get().read().body == "سرّ".encode()


def test_of_what_was_delivered_no_word_is_kept(receiver):
    enqueue(receiver)
    sending.send_due({})

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.content_encrypted) == (State.SENT, "")


@pytest.mark.parametrize("url", ["ftp://example.org/", "https://u:p@example.org/", "https://example.org:25/"])
def test_an_address_that_is_none_is_refused_at_once(url):
    with pytest.raises(Refused):
        outbox.enqueue(kind="webhook", key="1", url=url)


def test_an_address_inside_fails_for_good(receiver, settings):
    settings.OUTGOING_NETWORKS = ()
    enqueue(receiver)

    sending.send_due({})

    assert rows() == {"/200/": (State.FAILED, 1, "لا يُرسل شيء بلا تشفير (https).")}
    assert receiver.received == []


@pytest.mark.parametrize(("status", "state"), [(500, State.WAITING), (404, State.WAITING), (302, State.WAITING),
                                               (410, State.FAILED), (204, State.SENT)])  # fmt: skip
def test_by_its_answer_a_request_is_tried_again_or_not(receiver, status, state):
    enqueue(receiver, f"/{status}/")

    sending.send_due({})

    assert rows() == {f"/{status}/": (state, 1, str(status))}


def test_what_fails_is_tried_again_ever_later_and_given_up_after_three_days(receiver):
    enqueue(receiver, "/500/")
    waits = []
    waited = timedelta(0)
    while (row := Delivery.objects.get()).state == State.WAITING:
        before = timezone.now()
        sending.send_due({})
        row.refresh_from_db()
        waits.append(row.next_at - before)
        waited += waits[-1]
        Delivery.objects.update(
            next_at=timezone.now(), gives_up_at=row.created_at + timedelta(days=3) - waited
        )

    assert timedelta(seconds=30) <= waits[0] <= timedelta(seconds=39)
    assert all(timedelta(hours=2) <= wait <= timedelta(hours=2.51) for wait in waits[9:-1])
    assert 30 < len(waits) < 50
    assert rows()["/500/"][0] == State.FAILED


def test_of_one_lane_nothing_overtakes_and_others_do_not_wait(receiver):
    receiver.statuses["/a1"] = 500
    for path in ("/a1", "/a2", "/b1"):
        enqueue(receiver, path, lane=path[1])

    sending.send_due({})
    assert [received.path for received in receiver.received] == ["/a1", "/b1"]
    # What is written meanwhile stands behind it, too.
    enqueue(receiver, "/a3", lane="a")
    assert sending.send_due({}) == 0
    receiver.statuses.clear()
    make_due()
    sending.send_due({})

    assert [received.path for received in receiver.received] == ["/a1", "/b1", "/a1", "/a2", "/a3"]


def test_a_site_that_is_away_is_left_alone_with_all_that_waits_for_it(receiver):
    for number in range(3):
        enqueue(receiver, f"/away/{number}")

    sending.send_due({})
    assert [sending.send_due({}), sending.ask_again({})] == [0, 0]

    assert [received.path for received in receiver.received] == ["/away/0"]
    assert sorted(tries for _state, tries, _answer in rows().values()) == [0, 0, 1]
    # After its rest one attempt tells of all: those whose time is over are given up with it.
    make_due()
    Delivery.objects.update(gives_up_at=timezone.now())
    sending.ask_again({})
    assert {state for state, _tries, _answer in rows().values()} == {State.FAILED}
    assert Host.objects.get().failures == 2


def test_a_site_that_is_back_gets_all_that_waited(receiver):
    enqueue(receiver, "/away/1")
    enqueue(receiver, "/200/2")
    sending.send_due({})
    make_due()
    Delivery.objects.filter(key="/away/1").delete()

    assert [sending.send_due({}), sending.ask_again({})] == [0, 1]

    assert not Host.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_slow_site_keeps_no_other_waiting(settings, receiver, monkeypatch):
    monkeypatch.setattr("newsroom.web.outgoing.send.__kwdefaults__", {"most_bytes": 0, "seconds": 0.6})
    with receivers.receiving() as slow:
        outbox.enqueue(kind="webhook", key="slow", url=f"{slow.url}/slow/", lane="1")
        enqueue(receiver)
        thread = threading.Thread(target=lambda: (sending.send_due({}), connection.close()))
        thread.start()
        wait_for(lambda: receiver.received)
        is_slow_still_waited_for = thread.is_alive()
        thread.join()

    assert is_slow_still_waited_for
    assert rows() == {"slow": (State.WAITING, 1, "لم يأتِ ردّ في الوقت."), "/200/": (State.SENT, 1, "200")}


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_nothing_twice(receiver):
    for number in range(12):
        enqueue(receiver, f"/200/{number}", lane=str(number % 3))

    def work():
        for _turn in range(4):
            sending.send_due({})
        connection.close()

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sending.send_due({})

    assert sorted(received.path for received in receiver.received) == sorted(f"/200/{n}" for n in range(12))
    by_lane = [
        [int(r.path[5:]) for r in receiver.received if int(r.path[5:]) % 3 == lane] for lane in range(3)
    ]
    assert by_lane == [sorted(numbers) for numbers in by_lane]


def test_who_signs_may_be_gone_or_fail(receiver, caplog):
    def gone(_request, _of):
        raise LookupError

    def fail(_request, _of):
        raise ZeroDivisionError

    enqueue(receiver, "/200/gone", signer="gone")
    enqueue(receiver, "/200/broken", signer="broken")
    enqueue(receiver, "/200/deaf", signer="deaf")
    deaf = Signer(heard=lambda row: fail(None, ""))

    sending.send_due({"gone": Signer(gone), "broken": Signer(fail), "deaf": deaf})

    assert {key: state for key, (state, _tries, _answer) in rows().items()} == {
        "/200/gone": State.FAILED, "/200/broken": State.WAITING, "/200/deaf": State.SENT
    }  # fmt: skip
    assert [received.path for received in receiver.received] == ["/200/deaf"]
    assert sum("ZeroDivisionError" in record.getMessage() for record in caplog.records) == 2


def test_what_failed_is_tried_again_as_if_for_the_first_time(receiver):
    enqueue(receiver, "/410/")
    sending.send_due({})
    receiver.statuses["/410/"] = 200

    assert outbox.try_again(Delivery.objects.all()) == 1
    sending.send_due({})

    assert rows() == {"/410/": (State.SENT, 1, "200")}
    assert outbox.try_again(Delivery.objects.all()) == 0


def test_what_is_settled_is_forgotten_after_thirty_days(receiver):
    enqueue(receiver, "/200/")
    enqueue(receiver, "/410/")
    sending.send_due({})
    enqueue(receiver, "/500/")
    Delivery.objects.exclude(key="/410/").update(created_at=timezone.now() - timedelta(days=31))

    assert outbox.forget_old() == 1

    assert sorted(rows()) == ["/410/", "/500/"]
