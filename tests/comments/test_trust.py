from datetime import timedelta

import pytest
from django.utils import timezone

from comments import authoring, moderation, responses, trust
from comments.models import Comment, Policy, Report, Status
from comments.submission import Sender, submit
from newsroom.encryption import email_fingerprint
from tests import factories

pytestmark = pytest.mark.django_db

EMAIL = "zoro@example.org"
PROVEN = Sender("203.0.113.9", "Firefox", proven=email_fingerprint(EMAIL))


@pytest.fixture(autouse=True)
def _mode():
    Policy.objects.update(mode="unproven")


def proven_comments(article, count=3):
    comments = [submit(article, factories.new_comment(email=EMAIL), PROVEN) for _ in range(count)]
    moderation.approve(comments, by=None)
    # Not all within ten minutes, which is a finding of its own.
    Comment.objects.update(created_at=timezone.now() - timedelta(hours=1))
    return comments


def test_the_fourth_comment_of_a_proven_writer_goes_public_at_once_and_that_is_on_record():
    article = factories.published()
    proven_comments(article)

    comment = submit(article, factories.new_comment(email=EMAIL), PROVEN)

    assert (comment.status, comment.is_shown) == (Status.APPROVED, True)
    assert [(d.cause, d.by, d.to_status) for d in comment.decisions.all()] == [("trust", None, "approved")]


@pytest.mark.parametrize("is_taken_back", [False, True])
def test_letting_reported_comments_stand_approves_them_unless_it_is_taken_back(is_taken_back):
    article = factories.published()
    Policy.objects.update(mode="findings", approvals_for_trust=1)
    comment = submit(article, factories.new_comment(email=EMAIL), PROVEN)
    responses.report(comment, "abuse", "", address="203.0.113.77")
    report = Report.objects.get()
    outcome = moderation.dismiss_reports(comment, report.pk, version=comment.version, by=None)

    if is_taken_back:
        moderation.undo_acts([outcome.act], by=None)

    assert trust.is_trusted(email_fingerprint(EMAIL), 1) is not is_taken_back


@pytest.mark.parametrize(
    "case", ["typed alone", "two approvals", "a rejection", "long ago", "mode", "a finding"]
)
def test_less_than_that_is_held(case):
    article = factories.published()
    comments = proven_comments(article, count=2 if case == "two approvals" else 3)
    new, sender = factories.new_comment(email=EMAIL), PROVEN
    if case == "typed alone":
        sender = Sender("203.0.113.9", "Firefox")
    elif case == "a rejection":
        moderation.reject(
            [submit(article, factories.new_comment(email=EMAIL), PROVEN)], by=None, reason="abuse"
        )
    elif case == "long ago":
        Comment.objects.filter(pk=comments[0].pk).update(created_at=timezone.now() - timedelta(days=91))
    elif case == "mode":
        Policy.objects.update(mode="hold_all")
    elif case == "a finding":
        new = factories.new_comment(email=EMAIL, body="http://a.example http://b.example")

    assert submit(article, new, sender).status == Status.PENDING


def test_what_nobody_read_is_no_approval():
    article = factories.published()
    Policy.objects.update(mode="findings")
    unread = [submit(article, factories.new_comment(email=EMAIL), PROVEN) for _ in range(3)]
    Comment.objects.update(created_at=timezone.now() - timedelta(hours=1))
    Policy.objects.update(mode="unproven")

    assert [comment.decisions.get().cause for comment in unread] == ["clean"] * 3
    assert submit(article, factories.new_comment(email=EMAIL), PROVEN).status == Status.PENDING


def test_what_a_moderator_only_put_back_was_not_approved():
    article = factories.published()
    Policy.objects.update(mode="findings")
    for _ in range(3):
        unread = submit(article, factories.new_comment(email=EMAIL), PROVEN)
        outcome = moderation.decide({unread.pk: unread.version}, Status.PENDING, by=None)
        moderation.undo_acts([outcome.act], by=None)
    Comment.objects.update(created_at=timezone.now() - timedelta(hours=1))

    assert not trust.is_trusted(email_fingerprint(EMAIL), 3)


@pytest.mark.parametrize("read_again", [False, True])
def test_a_text_changed_after_it_was_approved_counts_once_it_was_read(read_again):
    comments = proven_comments(factories.published())
    Policy.objects.update(mode="findings")
    Comment.objects.update(created_at=timezone.now())
    changed = authoring.edit(comments[0], "نصّ آخر لم يقرأه أحد.", PROVEN)
    if read_again:
        for status in (Status.PENDING, Status.APPROVED):
            moderation.decide({changed.pk: changed.version}, status, by=None)
            changed.refresh_from_db()

    assert (changed.status, trust.is_trusted(email_fingerprint(EMAIL), 3)) == (Status.APPROVED, read_again)


@pytest.mark.parametrize("then", [None, Status.PENDING])
@pytest.mark.parametrize("status", [Status.REJECTED, Status.SPAM])
def test_a_refusal_stands_though_the_writer_takes_the_comment_back(status, then):
    article = factories.published()
    proven_comments(article)
    refused = submit(article, factories.new_comment(email=EMAIL), PROVEN)
    refused.refresh_from_db()
    for decided in filter(None, [status, then]):
        refused.refresh_from_db()
        moderation.decide({refused.pk: refused.version}, decided, by=None, reason="abuse")
    authoring.withdraw(refused)

    assert submit(article, factories.new_comment(email=EMAIL), PROVEN).status == Status.PENDING


def test_a_refusal_stands_though_an_approval_after_it_was_taken_back():
    article = factories.published()
    proven_comments(article)
    refused = submit(article, factories.new_comment(email=EMAIL), PROVEN)
    for decided in (Status.REJECTED, Status.APPROVED):
        refused.refresh_from_db()
        outcome = moderation.decide({refused.pk: refused.version}, decided, by=None, reason="abuse")
    moderation.undo_acts([outcome.act], by=None)
    refused.refresh_from_db()
    authoring.withdraw(refused)

    assert not trust.is_trusted(email_fingerprint(EMAIL), 3)


def test_trust_in_a_writer_lasts_by_what_it_let_pass():
    article = factories.published()
    comments = proven_comments(article)
    for _ in range(3):
        submit(article, factories.new_comment(email=EMAIL), PROVEN)
    Comment.objects.filter(pk__in=[c.pk for c in comments]).update(
        created_at=timezone.now() - timedelta(days=91)
    )
    Comment.objects.exclude(pk__in=[c.pk for c in comments]).update(
        created_at=timezone.now() - timedelta(hours=1)
    )

    assert submit(article, factories.new_comment(email=EMAIL), PROVEN).status == Status.APPROVED


def test_a_stranger_under_ones_address_spoils_nothing():
    article = factories.published()
    proven_comments(article)
    forged = submit(article, factories.new_comment(email=EMAIL), Sender("198.51.100.4", "Chrome"))
    moderation.reject([forged], by=None, reason="abuse")

    assert submit(article, factories.new_comment(email=EMAIL), PROVEN).status == Status.APPROVED


def test_a_proven_writer_is_not_held_up_by_others_behind_the_same_address():
    article = factories.published()
    Policy.objects.update(network_limit=2)
    for _ in range(2):
        factories.sent(article, address="203.0.113.9")

    assert submit(article, factories.new_comment(email=EMAIL), PROVEN).pk
