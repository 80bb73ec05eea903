"""Proving an address and ending mails, as a browser does it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from comments import moderation, notifications
from comments.models import Comment, Confirmation, Mute, Policy, Status
from newsroom.encryption import decrypt
from newsroom.mail.models import OutgoingMail
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EMAIL = "zoro@example.org"


@pytest.fixture
def comment():
    return factories.sent(factories.published(), email=EMAIL)


def ask(client, comment):
    return client.post(reverse("comments:ask", args=[comment.receipt]))


def mailed_link():
    return re.search(r"/comments/confirm/[\w-]+/", OutgoingMail.objects.latest("pk").message().body).group()


def is_proven(comment):
    return Comment.objects.get(pk=comment.pk).is_proven


def send(client, article, **fields):
    form = {"author_name": "سندباد", "email": EMAIL, "body": f"تعليق {timezone.now()}"} | fields
    response = client.post(
        reverse("comments:post", args=[article.pk]),
        form,
        headers={"user-agent": "Firefox", "referer": "http://testserver/"},
    )
    return Comment.objects.get(receipt=response.url.split("/")[-2])


def test_the_link_is_mailed_and_kept_nowhere(client, comment):
    response = ask(client, comment)

    [token] = re.findall(r"confirm/([\w-]+)/", mailed_link())
    mail = OutgoingMail.objects.get()
    assert response.url == f"{comment.receipt_url}?asked=1#address"
    assert decrypt(mail.recipient_encrypted) == EMAIL
    assert token not in str(mail.__dict__) + str(Confirmation.objects.get().__dict__)
    assert comment.body not in mail.message().body


def test_the_answer_is_the_same_whether_a_mail_goes_out_or_not(client, comment):
    first, second = ask(client, comment), ask(client, comment)

    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert client.get(first.url).content == client.get(second.url).content
    assert OutgoingMail.objects.count() == 1


def test_a_mailbox_gets_one_a_day_however_its_address_is_spelt(client):
    article = factories.published()
    for number in range(3):
        ask(client, factories.sent(article, email=f"Zoro+{number}@example.org"))

    assert OutgoingMail.objects.count() == 1


def test_a_network_has_no_more_than_some_mailed(client, monkeypatch):
    monkeypatch.setattr(notifications, "LINKS_OF_NETWORK", 2)
    article = factories.published()
    answers = [
        ask(client, factories.sent(article, email=f"reader{number}@example.org", address="198.51.100.4"))
        for number in range(3)
    ]

    assert OutgoingMail.objects.count() == 2
    assert [answer.url.partition("?")[2] for answer in answers] == [
        "asked=1#address", "asked=1#address", "asked=too-many#address",
    ]  # fmt: skip
    page = client.get(answers[-1].url).content.decode()
    assert "طُلبت روابط كثيرة من شبكتك" in page
    assert f'action="{answers[-1].url.partition("?")[0]}' in page


def test_what_too_many_are_asked_for_tells_nothing_of_addresses(client, monkeypatch):
    monkeypatch.setattr(notifications, "LINKS_OF_NETWORK", 2)
    article = factories.published()
    known = [factories.sent(article, email=EMAIL, address="198.51.100.4") for _ in range(3)]

    answers = [ask(client, comment).url.partition("?")[2] for comment in known]

    assert OutgoingMail.objects.count() == 1
    assert answers[-1] == "asked=too-many#address"


def test_asking_again_in_the_same_browser_is_not_counted(client, comment, monkeypatch):
    monkeypatch.setattr(notifications, "LINKS_OF_NETWORK", 1)

    assert ask(client, comment).url == ask(client, comment).url


def test_another_day_brings_another_link(client, comment):
    ask(client, comment)

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        ask(client, comment)

    assert OutgoingMail.objects.count() == 2


def test_opening_the_link_confirms_nothing(client, comment):
    ask(client, comment)

    response = client.get(mailed_link())

    assert response.status_code == 200
    assert "proven" not in client.cookies
    assert Confirmation.objects.get().confirmed_at is None


def test_the_button_sets_a_cookie_for_comments_alone(client, comment):
    ask(client, comment)

    client.post(mailed_link())

    cookie = client.cookies["proven"]
    assert {name: cookie[name] for name in ("path", "httponly", "samesite", "max-age")} == {
        "path": "/comments/",
        "httponly": True,
        "samesite": "Lax",
        "max-age": 180 * 24 * 3600,
    }
    assert EMAIL not in cookie.value
    assert Confirmation.objects.get().confirmed_at is not None


def test_what_is_sent_afterwards_in_this_browser_is_proven(client, comment):
    ask(client, comment)
    client.post(mailed_link())

    assert is_proven(send(client, comment.article))
    assert not is_proven(send(client, comment.article, email="other@example.org"))


def test_the_comment_that_was_asked_for_in_this_browser_is_proven_too(client, comment):
    ask(client, comment)

    page = client.post(mailed_link())

    assert is_proven(comment)
    assert comment.receipt_url in page.text


def test_confirming_in_another_browser_proves_nothing_that_a_stranger_wrote(client, comment):
    """Somebody typed our address and had the link mailed to us; we press the button, not thinking."""
    ask(client, comment)
    client.cookies.clear()

    client.post(mailed_link())

    assert not is_proven(comment)


def test_a_proven_browser_proves_an_earlier_comment_from_its_private_page(client, comment):
    ask(client, comment)
    asked_with = client.cookies.pop("asked")
    client.post(mailed_link())
    before = is_proven(comment)

    response = ask(client, comment)

    assert asked_with.value
    assert (before, is_proven(comment)) == (False, True)
    assert response.url == f"{comment.receipt_url}#address"
    assert OutgoingMail.objects.count() == 1


def test_the_link_works_again_within_a_day_and_then_no_more(client, comment):
    ask(client, comment)
    link = mailed_link()
    statuses = [client.post(link).status_code, client.post(link).status_code]

    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        statuses += [client.get(link).status_code, client.post(link).status_code]

    assert statuses == [200, 200, 404, 404]


def test_a_proof_ends_after_half_a_year(client, comment):
    ask(client, comment)
    client.post(mailed_link())

    with time_machine.travel(timezone.now() + timedelta(days=181)):
        assert not is_proven(send(client, comment.article))


def test_a_forged_proof_proves_nothing(client, comment):
    client.cookies["proven"] = f"{comment.email_fingerprint}:1abcde:{'x' * 43}"

    assert not is_proven(send(client, comment.article))


def test_typing_the_name_and_address_of_a_trusted_writer_gains_nothing(client, comment):
    Policy.objects.update(mode="unproven")
    ask(client, comment)
    client.post(mailed_link())
    article = comment.article
    moderation.approve([send(client, article) for _ in range(3)], by=None)
    Comment.objects.update(created_at=timezone.now() - timedelta(hours=1))
    trusted = send(client, article)
    client.cookies.clear()

    forged = send(client, article)

    assert (trusted.status, forged.status) == (Status.APPROVED, Status.PENDING)
    assert (trusted.is_proven, forged.is_proven) == (True, False)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("proven", "عنوانك مؤكَّد: هذا التعليق معروف بأنّه لك."),
        ("asked, without cookies", "فرسالة فيها رابط في طريقها إليك"),
        ("asked, and opened again", "فرسالة فيها رابط في طريقها إليك"),
        ("proven in another comment's name", "أكّد هذا المتصفّح العنوان. أمّا التعليق فأُرسل قبل التأكيد"),
        ("unproven", "لم يُؤكَّد بعد"),
    ],
)
def test_the_private_page_tells_whether_the_address_is_proven(client, comment, state, sentence):
    Comment.objects.update(is_proven=state == "proven")
    if state != "unproven":
        ask(client, comment)
    if state == "asked, without cookies":
        client.cookies.clear()
    if state == "proven in another comment's name":
        client.cookies.pop("asked")
        client.post(mailed_link())

    page = client.get(comment.receipt_url + ("?asked=1" if state == "asked, without cookies" else ""))

    assert sentence in page.text
    assert EMAIL not in page.text


def test_opening_the_private_page_of_a_stranger_in_a_proven_browser_proves_nothing(client, comment):
    ask(client, comment)
    client.cookies.pop("asked")
    client.post(mailed_link())

    client.get(comment.receipt_url)

    assert not is_proven(comment)


def test_the_confirmed_page_says_what_to_do_where_nothing_was_asked_for(client, comment):
    ask(client, comment)
    client.cookies.clear()

    page = client.post(mailed_link())

    assert "الرابط المكتوب في آخر صفحة تعليقك الخاصّة" in page.text


# Unsubscribing


@pytest.fixture
def link(comment):
    return reverse("comments:unsubscribe", args=[notifications.unsubscribe_token(comment)])


def test_a_mail_program_unsubscribes_at_one_press(client, comment, link):
    response = client.post(link, {"List-Unsubscribe": "One-Click"})

    mute = Mute.objects.get()
    assert response.status_code == 200
    assert (mute.email_fingerprint, mute.root_id) == (comment.email_fingerprint, None)


def test_opening_the_page_unsubscribes_nobody(client, link):
    assert client.get(link).status_code == 200
    assert Mute.objects.count() == 0


@pytest.mark.parametrize(("wish", "roots"), [("thread", 1), ("all", 1), ("again", 0)])
def test_the_page_offers_one_thread_all_and_none(client, comment, link, wish, roots):
    notifications.mute(comment, everywhere=True) if wish == "again" else None

    client.post(link, {"wish": wish})

    rows = [mute.root_id for mute in Mute.objects.all()]
    assert rows == {"thread": [comment.root_id], "all": [None], "again": []}[wish]


def test_a_forged_link_unsubscribes_nobody(client, comment):
    response = client.post(f"/comments/unsubscribe/{comment.pk}:{'x' * 43}/")

    assert response.status_code == 404
    assert Mute.objects.count() == 0
