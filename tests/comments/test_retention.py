"""What is forgotten after 30 days, and what counts all the same."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from comments import moderation, retention, sanctions
from comments.models import (
    Comment,
    Confirmation,
    Effect,
    Report,
    Sanction,
    Useful,
)
from tests import database, factories

pytestmark = pytest.mark.django_db

OLD, NEW = timedelta(days=30, minutes=1), timedelta(days=29)


@pytest.fixture
def comment():
    return factories.sent(factories.published())


def _aged(model, age, **fields):
    row = model.objects.create(**fields)
    model.objects.filter(pk=row.pk).update(created_at=timezone.now() - age)
    return row


@pytest.mark.parametrize(("age", "kept"), [(OLD, False), (NEW, True)])
def test_the_network_of_a_comment_is_kept_for_30_days(comment, age, kept):
    Comment.objects.update(created_at=timezone.now() - age)

    retention.forget_networks()

    comment.refresh_from_db()
    assert (bool(comment.sender_network), bool(comment.sender_fingerprint)) == (kept, kept)


def test_a_network_that_was_sanctioned_is_in_no_row_after_30_days():
    moderator = factories.staff(factories.MODERATORS)
    article = factories.published()
    first = factories.sent(article, "203.0.114.9")
    sanction = sanctions.impose(
        sanctions.network_of(first), effect=Effect.HOLD, reason="إغراق", days=1, by=moderator
    )
    second = factories.sent(article, "203.0.114.10")
    moderation.mark_spam([first, second], by=moderator)
    sanctions.lift([sanction.pk], by=moderator)
    assert second.findings.filter(rule="sanctioned").exists()
    assert database.tables_with("203.0.114") == ["public.comments_comment", "public.comments_sanction"]
    Comment.objects.update(created_at=timezone.now() - OLD)
    Sanction.objects.update(
        created_at=timezone.now() - 2 * OLD, expires_at=None, lifted_at=timezone.now() - OLD
    )

    retention.purge()

    assert database.tables_with("203.0.114") == []


@pytest.mark.parametrize(("age", "kept"), [(OLD, None), (NEW, "f" * 64)])
@pytest.mark.parametrize("model", [Report, Useful])
def test_where_a_report_or_a_mark_came_from_is_kept_for_30_days(comment, model, age, kept):
    row = _aged(model, age, comment=comment, sender_fingerprint="f" * 64)

    retention.forget_networks()

    row.refresh_from_db()
    assert row.sender_fingerprint == kept


@pytest.mark.parametrize("model", [Report, Useful])
def test_of_many_on_one_comment_all_still_count(comment, model):
    for letter in "abc":
        _aged(model, OLD, comment=comment, sender_fingerprint=letter * 64)

    retention.forget_networks()

    assert list(model.objects.values_list("comment", "sender_fingerprint")) == [(comment.pk, None)] * 3


def test_a_new_mark_is_still_taken_once(comment):
    Useful.objects.create(comment=comment, sender_fingerprint="f" * 64)

    with pytest.raises(IntegrityError), transaction.atomic():
        Useful.objects.create(comment=comment, sender_fingerprint="f" * 64)


@pytest.mark.parametrize(("age", "left"), [(OLD, 0), (NEW, 1)])
def test_links_that_confirm_an_address_go(age, left):
    _aged(Confirmation, age, email_fingerprint="e" * 64, token_digest="d" * 64, day=timezone.localdate())

    retention.forget_networks()

    assert Confirmation.objects.count() == left


def test_everything_is_reached_in_small_batches(comment):
    for _number in range(4):
        factories.sent(comment.article)
    Comment.objects.update(created_at=timezone.now() - OLD)

    forgotten = retention.forget_networks(batch=2)

    assert forgotten.comments == 5
    assert set(Comment.objects.values_list("sender_network", "sender_fingerprint")) == {("", "")}


def test_the_command_clears_sessions_that_have_ended(capsys, comment):
    Comment.objects.update(created_at=timezone.now() - OLD)
    Session.objects.create(session_key="s", session_data="", expire_date=timezone.now())

    call_command("purge_personal_data")

    assert not Session.objects.exists()
    assert capsys.readouterr().out == (
        "Networks forgotten of 1 comments, 0 reports and 0 useful marks; 0 links removed.\n"
    )
