"""Webhooks: what another program gets, by which signature it knows us, and what becomes of one that takes nothing."""

import json
from datetime import datetime, timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.encoding import iri_to_uri
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from articles import publishing
from comments import moderation
from comments.models import Comment
from newsroom import encryption
from newsroom.announcements import telling
from newsroom.announcements.models import Announcement, Event
from newsroom.deliveries import outbox, sending
from newsroom.deliveries.models import Delivery, State
from newsroom.jobs import LISTENERS, SIGNERS
from newsroom.mail.models import OutgoingMail
from newsroom.text.timestamps import rfc3339
from newsroom.webhooks import endpoints, signing
from newsroom.webhooks.models import Endpoint
from tests import factories

pytestmark = pytest.mark.django_db

ALL = [event.value for event in Event]
LIST = "/admin/webhooks/endpoint/"


@pytest.fixture
def endpoint(receiver):
    return make(receiver)


def make(receiver, path="/200/?token=hush", events=ALL, **columns):
    made = Endpoint(name="قناة C++", events=events, **columns)
    endpoints.save(made, receiver.url + path)
    return made


def secret_of(endpoint):
    endpoint.refresh_from_db()
    return encryption.decrypt(endpoint.secret_encrypted)


def work():
    telling.tell_due({"webhooks": LISTENERS["webhooks"]})
    sending.send_due(SIGNERS)


def messages(receiver):
    return [json.loads(received.body) for received in receiver.received]


def small(received):
    return {name.lower(): value for name, value in received.headers.items()}


def test_what_was_published_is_told_and_known_by_its_signature(receiver, endpoint, settings):
    article = factories.published(headline="خبر عن C++", summary="خلاصة", tags=[factories.tag("OpenAI")],
                                  authors=[factories.author("ليلى")], hero=factories.image())  # fmt: skip

    work()

    (received,) = receiver.received
    told = Webhook(secret_of(endpoint)).verify(received.body, small(received))
    at = parse_datetime(told.pop("timestamp"))
    assert abs(at - timezone.now()) < timedelta(seconds=30)
    site = settings.SITE_URL
    assert told["data"]["image"].pop("url").startswith(f"{site}/media/")
    (tag,), (byline,) = article.tags.all(), article.bylines.all()

    def named(row):
        return {"id": row.pk, "name": row.name, "url": site + iri_to_uri(row.get_absolute_url())}

    assert told == {
        "type": "article.published",
        "data": {
            "id": article.pk, "url": site + iri_to_uri(article.get_absolute_url()), "headline": "خبر عن C++",
            "summary": "خلاصة", "language": "ar", "section": named(article.section), "tags": [named(tag)],
            "authors": [named(byline.author)], "image": {"id": article.hero.pk, "alt": article.hero.alt},
            "published_at": rfc3339(article.published_at), "updated_at": rfc3339(article.updated_at),
        },
    }  # fmt: skip
    assert (
        small(received)["webhook-id"] == f"msg_{endpoint.pk}_{Delivery.objects.get().key.rpartition(':')[2]}"
    )
    assert received.headers["Content-Type"] == "application/json"


def test_a_repetition_has_the_same_id_and_a_signature_of_its_own_hour(receiver, endpoint):
    receiver.statuses["/200/?token=hush"] = 500
    factories.published()
    work()
    receiver.statuses.clear()
    Delivery.objects.update(next_at=timezone.now())
    sending.send_due(SIGNERS)

    first, second = receiver.received
    assert (small(first)["webhook-id"], first.body) == (small(second)["webhook-id"], second.body)
    for received in (first, second):
        Webhook(secret_of(endpoint)).verify(received.body, small(received))


def test_the_signature_of_the_specification():
    # https://github.com/standard-webhooks/standard-webhooks, the examples of its libraries.
    signed = signing.headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        datetime.fromtimestamp(1614265330, tz=timezone.get_current_timezone()),
    )

    assert signed == {
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_comment_is_told_without_its_address(receiver, endpoint):
    article = factories.published()
    Announcement.objects.all().delete()
    comment = factories.sent(article, email="sindbad@example.org", body="رأي في C++", author_name="سندباد")
    moderation.approve([comment], by=None)

    work()

    (message,) = messages(receiver)
    comment.refresh_from_db()
    assert message["type"] == "comment.approved"
    assert message["data"] == {
        "id": comment.pk, "url": message["data"]["url"],
        "article": {"id": article.pk, "headline": article.headline, "url": message["data"]["article"]["url"]},
        "in_reply_to": None, "name": "سندباد", "is_staff": False, "body": {"text": "رأي في C++"},
        "sent_at": rfc3339(comment.created_at),
    }  # fmt: skip
    sent = receiver.received[0].body.decode()
    fingerprints = [comment.email_fingerprint, comment.sender_fingerprint, comment.submission_fingerprint,
                    comment.receipt, comment.sender_network]  # fmt: skip
    assert [word for word in ["sindbad", *fingerprints] if word and word in sent] == []


def test_what_was_taken_back_before_it_was_told_is_told_as_taken_back_alone(receiver, endpoint):
    article = factories.published(headline="سرّ")
    publishing.move(article, "withdraw", by=None)

    work()

    (message,) = messages(receiver)
    assert (message["type"], message["data"]["id"]) == ("article.withdrawn", article.pk)
    assert set(message["data"]) == {"id", "url"}


def test_what_waited_is_not_told_once_readers_see_it_no_more(receiver, endpoint):
    comment, article = factories.sent(factories.published()), factories.published()
    moderation.approve([comment], by=None)
    telling.tell_due({"webhooks": LISTENERS["webhooks"]})
    moderation.mark_spam([Comment.objects.get()], by=None)
    publishing.move(article, "withdraw", by=None)

    work()

    told = [(message["type"], message["data"]["id"]) for message in messages(receiver)]
    assert sorted(told) == [("article.published", comment.article_id), ("article.withdrawn", article.pk)]
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_one_whose_address_cannot_be_read_keeps_no_other_from_hearing(receiver, endpoint):
    Endpoint.objects.filter(pk=make(receiver, "/204/").pk).update(url_encrypted="of a key that was lost")
    factories.published()

    work()

    assert [received.path for received in receiver.received] == ["/200/?token=hush"]


def test_each_gets_what_it_asked_for_and_one_that_is_off_nothing(receiver):
    make(receiver, "/200/both", ["article.published", "article.withdrawn"])
    make(receiver, "/200/one", ["article.withdrawn"])
    make(receiver, "/200/off", is_active=False)
    article = factories.published()
    work()
    publishing.move(article, "withdraw", by=None)
    work()

    told = sorted((received.path, json.loads(received.body)["type"]) for received in receiver.received)
    assert told == [
        ("/200/both", "article.published"), ("/200/both", "article.withdrawn"), ("/200/one", "article.withdrawn"),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_telling_takes_the_same_queries_for_many(receiver, endpoint, count, django_assert_num_queries):
    for _number in range(count):
        moderation.approve([factories.sent(factories.published())], by=None)
    rows = list(Announcement.objects.all())

    # Endpoints, articles, comments, deliveries.
    with django_assert_num_queries(4):
        endpoints.listen(rows)


def test_after_a_new_secret_both_are_valid_for_a_day(receiver, endpoint):
    root = factories.superuser()
    former = secret_of(endpoint)
    new = endpoints.make_secret_anew(endpoint, by=root)
    factories.published()
    work()
    Endpoint.objects.update(former_until=timezone.now())
    factories.published()
    work()

    first, second = receiver.received
    for secret in (former, new):
        Webhook(secret).verify(first.body, small(first))
    Webhook(new).verify(second.body, small(second))
    with pytest.raises(WebhookVerificationError):
        Webhook(former).verify(second.body, small(second))


def test_who_saves_the_form_brings_back_no_former_secret(receiver, endpoint):
    before = Endpoint.objects.get()
    secret = endpoints.make_secret_anew(endpoint, by=factories.superuser())

    endpoints.save(before, endpoint.url)

    assert secret_of(endpoint) == secret


def test_one_that_takes_nothing_for_ten_days_is_switched_off_and_administrators_are_told(receiver):
    root = factories.superuser()
    root.email = "root@example.org"
    root.save()
    endpoint = make(receiver, "/500/")
    factories.published()
    work()
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    assert endpoint.is_active
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=10))
    Delivery.objects.update(next_at=timezone.now())

    sending.send_due(SIGNERS)

    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.switched_off_at is not None) == (False, True)
    mail = OutgoingMail.objects.get()
    assert mail.read()[0] == "root@example.org"
    assert f"/admin/webhooks/endpoint/{endpoint.pk}/change/" in mail.read()[1]["text"]
    # What waits for it is not sent any more.
    Delivery.objects.update(next_at=timezone.now())
    sending.send_due(SIGNERS)
    assert Delivery.objects.get().state == State.FAILED
    assert len(receiver.received) == 2


def test_what_was_taken_ends_the_count_of_days_and_gone_ends_it_all(receiver, endpoint):
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=9))
    factories.published()
    work()
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None

    receiver.statuses["/200/?token=hush"] = 410
    factories.published()
    work()

    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.switched_off_at is not None) == (False, True)


def test_what_waits_for_one_that_is_deleted_is_taken_back(receiver, endpoint):
    factories.published()
    telling.tell_due(LISTENERS)
    assert Delivery.objects.filter(kind="webhook").exists()

    endpoints.delete(endpoint)

    assert not Delivery.objects.filter(kind="webhook").exists()


# The desk


@pytest.fixture
def administrator(client):
    user = factories.staff(factories.ADMINISTRATORS)
    client.force_login(user)
    return user


def test_a_webhook_is_added_and_its_secret_shown_once(client, administrator, receiver):
    form = {"name": "قناة", "url": f"{receiver.url}/200/", "events": ["article.published"], "is_active": "on"}

    added = client.post(f"{LIST}add/", form)

    endpoint = Endpoint.objects.get()
    assert added["Location"] == f"{LIST}{endpoint.pk}/change/"
    secret = encryption.decrypt(endpoint.secret_encrypted)
    pages = [
        client.get(added["Location"]).text,
        *(client.post(f"{LIST}{endpoint.pk}/secret/").text for _ in "12"),
    ]
    assert [secret in page for page in pages] == [False, True, False]
    assert client.get(f"{LIST}{endpoint.pk}/secret/").status_code == 405
    shown = client.post(f"{LIST}{endpoint.pk}/new-secret/").text
    assert secret not in shown
    assert secret_of(endpoint) in shown
    history = LogEntry.objects.filter(object_id=endpoint.pk, action_flag=CHANGE).order_by("pk")
    assert list(history.values_list("user", "change_message")) == [
        (administrator.pk, "اطّلع على السرّ."),
        (administrator.pk, "أنشأ سرًّا جديدًا."),
    ]


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://[::1]/", "ftp://a.example/", "https://a:25/",
            "https://169.254.169.254/latest/meta-data/", "كلام", "https://10.0.0.1/"],
)  # fmt: skip
def test_an_address_inside_is_refused_and_what_was_typed_stays(client, administrator, url):
    form = {"name": "قناة", "url": url, "events": ["article.published"], "is_active": "on"}

    page = client.post(f"{LIST}add/", form)

    assert (page.status_code, Endpoint.objects.count()) == (200, 0)
    assert "قناة" in page.text
    assert "errorlist" in page.text


def test_a_test_is_sent_and_its_answer_shown(client, administrator, receiver, endpoint):
    Endpoint.objects.update(is_active=False)
    client.post(f"{LIST}{endpoint.pk}/test/")
    sending.send_due(SIGNERS)

    (received,) = receiver.received
    assert Webhook(secret_of(endpoint)).verify(received.body, small(received))["type"] == "test"
    page = client.get(f"{LIST}{endpoint.pk}/change/").text
    assert "row-sent" in page
    assert "hush" in page


def test_a_test_is_tried_once_and_again_when_asked(client, administrator, receiver, endpoint):
    receiver.statuses["/200/?token=hush"] = 500
    client.post(f"{LIST}{endpoint.pk}/test/")
    sending.send_due(SIGNERS)
    delivery = Delivery.objects.get()
    assert delivery.state == State.FAILED
    receiver.statuses.clear()

    client.post(f"{LIST}{endpoint.pk}/retry/{delivery.pk}/")
    sending.send_due(SIGNERS)

    delivery.refresh_from_db()
    assert delivery.state == State.SENT


def test_of_another_webhook_nothing_is_sent_again(client, administrator, receiver, endpoint):
    other = make(receiver, "/410/")
    endpoints.send_test(other, by=administrator)
    sending.send_due(SIGNERS)

    client.post(f"{LIST}{endpoint.pk}/retry/{Delivery.objects.get().pk}/")

    assert Delivery.objects.get().state == State.FAILED


def test_who_may_only_look_sees_no_address_and_changes_nothing(client, receiver, endpoint):
    user = factories.staff(factories.MODERATORS)
    user.user_permissions.add(Permission.objects.get(codename="view_endpoint"))
    client.force_login(user)

    assert "hush" not in client.get(f"{LIST}{endpoint.pk}/change/").text
    for act in ("test", "secret", "new-secret", f"retry/{endpoint.pk}"):
        assert client.post(f"{LIST}{endpoint.pk}/{act}/").status_code == 403
    assert not Delivery.objects.exists()
    assert outbox.forget_old() == 0
