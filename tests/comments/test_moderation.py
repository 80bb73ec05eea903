import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection

from comments import moderation
from comments.models import Comment, Decision, Status
from tests import factories

pytestmark = pytest.mark.django_db


def test_approving_publishes_and_records_who_did_it():
    moderator = factories.staff(factories.MODERATORS)
    comment = factories.sent(factories.published())

    outcome = moderation.approve([comment], by=moderator)

    decision = Decision.objects.get()
    assert (outcome.decided, outcome.conflicts) == ([comment], [])
    assert list(Comment.objects.shown()) == [comment]
    assert (decision.from_status, decision.to_status, decision.by, decision.version_seen) == (
        Status.PENDING,
        Status.APPROVED,
        moderator,
        1,
    )


def test_a_rejection_needs_a_reason():
    comment = factories.sent(factories.published())

    with pytest.raises(moderation.ModerationError):
        moderation.decide({comment.pk: 1}, Status.REJECTED, by=None)


def test_an_editor_cannot_moderate():
    comment = factories.sent(factories.published())

    with pytest.raises(PermissionDenied):
        moderation.approve([comment], by=factories.staff(factories.EDITORS))


def test_a_decision_on_an_old_version_changes_nothing_and_says_so():
    comment = factories.sent(factories.published())
    moderation.mark_spam([comment], by=None)

    outcome = moderation.decide({comment.pk: 1}, Status.APPROVED, by=None)

    comment.refresh_from_db()
    assert (outcome.decided, outcome.conflicts) == ([], [comment])
    assert comment.status == Status.SPAM
    assert Decision.objects.count() == 1


def test_undo_brings_back_what_was_and_is_a_decision_itself():
    comment = factories.sent(factories.published())
    moderation.approve([comment], by=None)
    first = Decision.objects.get()

    moderation.undo([first.pk], by=None)

    comment.refresh_from_db()
    assert (comment.status, comment.version) == (Status.PENDING, 3)
    assert Decision.objects.first().undoes == first


@pytest.mark.parametrize("case", ["decided again", "undone already"])
def test_undo_leaves_alone_what_changed_since(case):
    comment = factories.sent(factories.published())
    moderation.approve([comment], by=None)
    first = Decision.objects.get()
    comment.refresh_from_db()
    if case == "decided again":
        moderation.mark_spam([comment], by=None)
    else:
        moderation.undo([first.pk], by=None)
    before = Comment.objects.get(pk=comment.pk)

    outcome = moderation.undo([first.pk], by=None)

    after = Comment.objects.get(pk=comment.pk)
    assert (outcome.decided, outcome.conflicts) == ([], [comment])
    assert (after.status, after.version) == (before.status, before.version)


@pytest.mark.parametrize(
    "change", ["UPDATE comments_decision SET note = 'x'", "DELETE FROM comments_decision"]
)
def test_a_decision_can_neither_be_changed_nor_deleted(change):
    moderation.approve([factories.sent(factories.published())], by=None)

    with pytest.raises(DatabaseError, match="only ever added"), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db(transaction=True)
def test_eight_moderators_decide_each_comment_once():
    article = factories.published()
    versions = {factories.sent(article).pk: 1 for _ in range(40)}
    gate = threading.Barrier(8)
    outcomes, failures = [], []

    def work(turn):
        gate.wait()
        order = list(versions.items())
        try:
            outcomes.append(moderation.decide(dict(order[turn:] + order[:turn]), Status.APPROVED, by=None))
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    moderators = [threading.Thread(target=work, args=[turn]) for turn in range(8)]
    for moderator in moderators:
        moderator.start()
    for moderator in moderators:
        moderator.join()

    assert failures == []
    assert sum(len(outcome.decided) for outcome in outcomes) == 40
    assert Decision.objects.count() == 40
