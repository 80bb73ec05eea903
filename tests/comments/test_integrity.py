"""What readers see and what the record says stay true through every turn of a decision, whoever tries to change it."""

import pytest
from django.db import DatabaseError, connection, transaction

from comments import moderation, threads
from comments.models import Decision
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return factories.staff(factories.MODERATORS, "layla")


def _shown(article):
    """The count that readers are told, what they are shown, and what the rows say by themselves."""
    page = threads.page(article.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM comments_comment c LEFT JOIN comments_comment p ON p.id = c.parent_id"
            " WHERE c.article_id = %s AND c.status = 'approved' AND (p.id IS NULL OR p.status = 'approved')",
            [article.pk],
        )
        (counted,) = cursor.fetchone()
    return page.count, len(page.comments), counted


def _round(comment, by):
    """Approve, undo, reject with a reason, restore; yields after each step."""
    act = moderation.approve([comment], by=by).act
    yield "approved"
    moderation.undo_acts([act], by=by)
    yield "undone"
    comment.refresh_from_db()
    act = moderation.reject([comment], by=by, reason="abuse").act
    yield "rejected"
    moderation.undo_acts([act], by=by)
    comment.refresh_from_db()
    yield "restored"


def test_the_public_count_is_true_after_each_turn(moderator):
    article = factories.published()
    comment = factories.sent(article)

    counts = {step: _shown(article) for step in _round(comment, moderator)}

    assert counts == {
        "approved": (1, 1, 1),
        "undone": (0, 0, 0),
        "rejected": (0, 0, 0),
        "restored": (0, 0, 0),
    }
    assert list(Decision.objects.order_by("pk").values_list("from_status", "to_status", "by__username")) == [
        ("pending", "approved", "layla"),
        ("approved", "pending", "layla"),
        ("pending", "rejected", "layla"),
        ("rejected", "pending", "layla"),
    ]


def test_replies_go_with_their_parent_and_come_back_with_it(moderator):
    article = factories.published()
    comment = factories.approved(article)
    reply = factories.approved(article, parent=comment)
    factories.approved(article, parent=reply)

    act = moderation.reject([comment], by=moderator, reason="abuse").act
    rejected = _shown(article), threads.counts([article.pk])
    moderation.undo_acts([act], by=moderator)
    restored = _shown(article), threads.counts([article.pk])

    # The last number counts the grandchild, whose parent is approved: it must not be shown all the same.
    assert rejected == ((0, 0, 1), {})
    assert restored == ((3, 3, 3), {article.pk: 3})


@pytest.fixture
def record(moderator):
    for _step in _round(factories.sent(factories.published()), moderator):
        pass
    return _rows()


def _rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT d::text FROM comments_decision d ORDER BY id")
        return cursor.fetchall()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE comments_decision SET note = 'x'",
        "UPDATE comments_decision SET by_id = NULL",
        "DELETE FROM comments_decision",
    ],
)
def test_the_database_refuses_to_change_the_record(record, change):
    with (
        pytest.raises(DatabaseError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)

    assert len(record) == 4
    assert _rows() == record
