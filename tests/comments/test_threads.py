import pytest

from comments import moderation, threads
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_page_holds_fifty_roots_with_their_replies(monkeypatch):
    monkeypatch.setattr(threads, "ROOTS_PER_PAGE", 2)
    article = factories.published()
    roots = [factories.approved(article) for _ in range(3)]
    reply = factories.approved(article, parent=roots[0])

    first, second = threads.page(article.pk, 1), threads.page(article.pk, 2)

    assert first.comments == [roots[0], reply, roots[1]]
    assert second.comments == [roots[2]]
    assert (first.count, first.pages) == (4, 2)


def test_replies_to_what_is_rejected_later_are_neither_shown_nor_counted():
    article = factories.published()
    root = factories.approved(article)
    reply = factories.approved(article, parent=root)
    factories.approved(article, parent=reply)
    moderation.reject([root], by=None, reason="abuse")

    assert threads.page(article.pk) == threads.ThreadPage([], 0, 1, 1)


def test_replies_come_back_with_what_they_answer():
    article = factories.published()
    root = factories.approved(article)
    reply = factories.approved(article, parent=root)
    deeper = factories.approved(article, parent=reply)
    moderation.reject([root, deeper], by=None, reason="abuse")
    root.refresh_from_db()

    moderation.approve([root], by=None)

    assert threads.page(article.pk).comments == [root, reply]


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (9, 1), (1, 1)])
def test_a_page_that_does_not_exist_gives_the_nearest(asked, given):
    article = factories.published()
    factories.approved(article)

    assert threads.page(article.pk, asked).number == given


def test_the_page_of_a_comment_is_that_of_its_root(monkeypatch):
    monkeypatch.setattr(threads, "ROOTS_PER_PAGE", 2)
    article = factories.published()
    roots = [factories.approved(article) for _ in range(5)]
    reply = factories.approved(article, parent=roots[2])

    assert [threads.page_of(comment) for comment in [roots[0], roots[1], reply, roots[4]]] == [1, 1, 2, 3]


def test_pending_comments_are_neither_shown_nor_counted():
    article = factories.published()
    factories.sent(article)

    assert threads.page(article.pk) == threads.ThreadPage([], 0, 1, 1)
