"""Who is mailed of what: readers of answers and of rejections, moderators of their queue."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as site
from django.urls import reverse
from django.utils import timezone, translation

from comments import moderation, notifications
from comments.models import Comment, Decision, Frequency, Mute, QueueSubscription, RejectionReason, Status
from comments.submission import Sender, submit
from newsroom.encryption import decrypt, email_fingerprint
from newsroom.mail import languages, sending
from newsroom.mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db

EMAIL = "zoro@example.org"
PROVEN = Sender("203.0.113.9", "Firefox", proven=email_fingerprint(EMAIL))


def asked(article, sender=PROVEN, **fields):
    """An approved comment whose writer wishes to be mailed of answers."""
    fields = {"email": EMAIL, "wants_replies": True} | fields
    comment = submit(article, factories.new_comment(**fields), sender)
    moderation.approve([comment], by=None)
    comment.refresh_from_db()
    return comment


def mails():
    return [(mail.key, decrypt(mail.recipient_encrypted)) for mail in OutgoingMail.objects.order_by("pk")]


def test_the_writer_is_mailed_once_an_answer_is_approved():
    article = factories.published()
    parent = asked(article)
    answer = factories.sent(article, parent=parent)
    before = mails()

    moderation.approve([answer], by=None)

    assert (before, mails()) == ([], [(f"reply:{answer.pk}", EMAIL)])


@pytest.mark.parametrize(
    "case",
    ["not asked for", "not proven", "own answer", "thread muted", "all muted", "article withdrawn"],
)
def test_nobody_is_mailed(case):
    article = factories.published()
    parent = asked(
        article,
        sender=Sender("198.51.100.4", "Chrome") if case == "not proven" else PROVEN,
        wants_replies=case != "not asked for",
    )
    answer = factories.sent(
        article, parent=parent, email=EMAIL.upper() if case == "own answer" else "a@b.example"
    )
    if case in {"thread muted", "all muted"}:
        notifications.mute(parent, everywhere=case == "all muted")
    elif case == "article withdrawn":
        type(article).objects.update(withdraw_at=timezone.now())

    moderation.approve([answer], by=None)

    assert Comment.objects.get(pk=answer.pk).is_shown
    assert mails() == []


def test_a_thread_that_is_muted_mutes_no_other():
    article = factories.published()
    notifications.mute(asked(article), everywhere=False)
    other = asked(article)

    answer = factories.approved(article, parent=other)

    assert mails() == [(f"reply:{answer.pk}", EMAIL)]


def test_a_rejected_answer_is_mailed_to_nobody():
    article = factories.published()
    answer = factories.sent(article, parent=asked(article))

    moderation.reject([answer], by=None, reason="abuse")

    assert mails() == []


def test_an_answer_below_a_hidden_comment_is_told_of_when_both_are_shown():
    article = factories.published()
    parent = asked(article)
    answer = factories.sent(article, parent=parent)
    moderation.mark_spam([parent], by=None)
    moderation.approve([answer], by=None)
    hidden = mails()
    parent.refresh_from_db()

    moderation.approve([parent], by=None)

    assert (hidden, mails()) == ([], [(f"reply:{answer.pk}", EMAIL)])


def test_an_answer_taken_back_before_it_was_told_of_is_not():
    article = factories.published()
    answer = factories.approved(article, parent=asked(article))

    moderation.undo([Decision.objects.filter(comment=answer).latest("pk").pk], by=None)

    assert mails() == []


def test_undo_and_approval_anew_tell_of_an_answer_once(settings):
    settings.EMAIL_URL = "memorymail://"
    article = factories.published()
    answer = factories.approved(article, parent=asked(article))
    OutgoingMail.objects.update(next_at=timezone.now())
    sending.send_due()

    moderation.undo([Decision.objects.filter(comment=answer).latest("pk").pk], by=None)
    answer.refresh_from_db()
    moderation.approve([answer], by=None)

    assert mails() == [(f"reply:{answer.pk}", EMAIL)]


def test_the_mail_about_an_answer(settings):
    settings.SITE_URL = "https://nashra.example"
    article = factories.published()
    parent = asked(article)
    answer = factories.approved(article, parent=parent, body="كلمات القارئ", author_name="سندباد")

    message = OutgoingMail.objects.get().message()

    link = f"https://nashra.example/comments/unsubscribe/{notifications.unsubscribe_token(parent)}/"
    html = message.alternatives[0].content
    assert message.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for text in (message.body, html):
        assert f"https://nashra.example/comments/{answer.pk}/" in text
        assert link in text
        assert "Mistral AI" in text
        # Nothing that a reader wrote, and no address.
        assert [word for word in ("كلمات", "سندباد", EMAIL, "zoro") if word in text] == []
    assert 'dir="rtl"' in html


def test_who_wrote_from_the_english_pages_is_written_to_in_english(client):
    article = factories.published()
    with translation.override("en"):
        parent = asked(article)
    answer = factories.sent(article, parent=parent)

    moderation.approve([answer], by=None)

    mail = OutgoingMail.objects.get()
    _to, content = mail.read()
    assert mail.subject == f"An answer to your comment: \u2067{article.headline}\u2069"
    assert f"{site.SITE_URL}/en/comments/{answer.pk}/" in content["text"]
    assert '<div lang="en" dir="ltr">' in content["html"]
    assert f'<bdi lang="ar" dir="rtl">{article.headline}</bdi>' in content["html"]


@pytest.mark.parametrize(
    ("chosen", "subject"), [("", "تعليق واحد ينتظر قرارًا"), ("en", "1 comment waits for a decision")]
)
def test_moderators_are_written_to_in_the_language_of_their_desk(chosen, subject):
    moderator = factories.staff(factories.MODERATORS)
    moderator.email = "m@example.org"
    moderator.save()
    if chosen:
        languages.choose(moderator, chosen)
    QueueSubscription.objects.create(
        user=moderator, frequency=Frequency.AT_ONCE, told_at=timezone.now() - timedelta(hours=1)
    )
    factories.sent(factories.published())

    notifications.write_to_moderators()

    assert OutgoingMail.objects.get().subject == subject


def test_a_letter_goes_out_once():
    comment = factories.sent(factories.published(), email=EMAIL)
    moderation.reject([comment], by=None, reason="abuse")
    reason = RejectionReason.objects.get(pk="abuse")

    told = [notifications.send_letter(comment, reason) for _ in range(2)]

    message = OutgoingMail.objects.get().message()
    assert told[0] is True
    assert mails() == [(f"letter:{comment.pk}", EMAIL)]
    assert reason.label in message.body
    assert comment.receipt_url in message.body
    assert comment.body not in message.body


def test_a_letter_about_a_rejection_taken_back_stays_here_and_the_next_goes_out():
    comment = factories.sent(factories.published(), email=EMAIL)
    reason = RejectionReason.objects.get(pk="abuse")
    moderation.reject([comment], by=None, reason="abuse")
    notifications.send_letter(comment, reason)

    moderation.undo([Decision.objects.get().pk], by=None)
    taken_back = mails()
    comment.refresh_from_db()
    moderation.reject([comment], by=None, reason="abuse")
    notifications.send_letter(comment, reason)

    assert (taken_back, mails()) == ([], [(f"letter:{comment.pk}", EMAIL)])


def test_whoever_wished_for_a_letter_is_told_that_none_goes_out(client):
    reason = RejectionReason.objects.exclude(letter="").first()
    comments = [factories.sent(factories.published(), email=EMAIL) for _ in range(2)]
    client.force_login(factories.staff(factories.MODERATORS))
    fields = {"to": "rejected", "reason": reason.pk, "letter": "on"}

    sentences = [
        client.post(
            reverse("admin:comments_comment_decide"),
            fields | {"comment": f"{comment.pk}:{comment.version}"},
            headers={"accept": "application/json"},
        ).json()["sentence"]
        for comment in comments
    ]

    assert ["لم تُرسل" in sentence for sentence in sentences] == [False, True]


@pytest.mark.parametrize("count", [1, 3])
def test_a_letter_takes_six_queries_beside_the_decision(count, django_assert_num_queries):
    comments = [
        factories.sent(factories.published(), email=f"r{number}@example.org") for number in range(count)
    ]
    versions = {comment.pk: comment.version for comment in comments}

    # The reason, the locks, the decisions, the texts of all; a savepoint and its end around each letter.
    with django_assert_num_queries(6 + 6 * count):
        outcome = moderation.decide(versions, Status.REJECTED, by=None, reason="abuse", letter=True)

    assert (outcome.unwritten, len(mails())) == ([], count)


def test_a_reason_without_letter_sends_none():
    comment = factories.sent(factories.published())

    assert notifications.send_letter(comment, RejectionReason(code="silent", label="صمت")) is False
    assert mails() == []


@pytest.mark.slow
def test_a_stranger_whose_address_is_typed_a_thousand_times_gets_one_mail_a_day():
    article = factories.published()
    first = factories.sent(article, email=EMAIL)
    reason = RejectionReason.objects.get(pk="abuse")
    copies = [
        Comment(
            **{
                field.attname: getattr(first, field.attname)
                for field in Comment._meta.fields
                if field.attname not in {"receipt", "submission_fingerprint", "id"}
            }
            | {"id": first.pk + number, "root_id": first.pk + number, "submission_fingerprint": f"n{number}"}
        )
        for number in range(1, 1000)
    ]
    Comment.objects.bulk_create(copies)

    for comment in Comment.objects.all():
        notifications.send_confirmation(comment)
        notifications.send_letter(comment, reason)

    assert Comment.objects.count() == 1000
    assert mails() == [(f"confirmation:{first.pk}:{timezone.localdate()}", EMAIL)]


# Moderators

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=ZoneInfo("Asia/Riyadh"))


@pytest.fixture
def moderator():
    user = factories.staff(factories.MODERATORS)
    user.email = "moderator@nashra.example"
    user.save()
    return user


def subscribe(user, frequency, told_at=NOON - timedelta(hours=1), **fields):
    return QueueSubscription.objects.create(user=user, frequency=frequency, told_at=told_at, **fields)


def subjects():
    return [mail.subject for mail in OutgoingMail.objects.order_by("pk")]


def test_at_once_is_every_ten_minutes_at_most_with_the_count(moderator):
    article = factories.published(at=NOON - timedelta(days=1))
    with time_machine.travel(NOON, tick=False) as clock:
        subscribe(moderator, "at_once")
        factories.sent(article)
        notifications.write_to_moderators()
        clock.shift(60)
        factories.sent(article)
        factories.sent(article)
        notifications.write_to_moderators()
        at_one_minute = len(subjects())
        clock.shift(600)
        notifications.write_to_moderators()
        clock.shift(600)
        notifications.write_to_moderators()

    assert at_one_minute == 1
    assert subjects() == ["تعليق واحد ينتظر قرارًا", "3 تعليقات تنتظر قرارًا"]


def test_a_digest_comes_once_a_day_after_its_hour(moderator):
    article = factories.published(at=NOON - timedelta(days=1))
    with time_machine.travel(NOON - timedelta(hours=5), tick=False) as clock:
        subscribe(moderator, "daily", told_at=NOON - timedelta(days=1), hour=8)
        comment = factories.sent(article)
        sent = []
        for _half_hour in range(2 * 24 + 5):
            notifications.write_to_moderators()
            sent.append(len(subjects()))
            clock.shift(1800)

    assert sent == [0, 0] + [1] * 48 + [2] * 3
    body = OutgoingMail.objects.latest("pk").message().body
    assert "5 مارس 2026، 07:00" in body
    assert "/admin/comments/comment/" in body
    assert comment.body not in body


@pytest.mark.parametrize("case", ["never", "nothing waits", "no address", "not a moderator now", "left"])
def test_a_moderator_is_not_mailed(moderator, case):
    subscribe(moderator, "never" if case == "never" else "at_once")
    article = factories.published()
    if case != "nothing waits":
        factories.sent(article)
    if case == "no address":
        type(moderator).objects.update(email="")
    elif case == "not a moderator now":
        moderator.groups.clear()
    elif case == "left":
        type(moderator).objects.update(is_active=False)

    notifications.write_to_moderators()

    assert mails() == []


def test_a_mute_is_kept_once():
    parent = asked(factories.published())
    for everywhere in (True, True, False, False):
        notifications.mute(parent, everywhere=everywhere)

    assert Mute.objects.count() == 2
