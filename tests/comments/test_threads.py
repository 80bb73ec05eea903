"""Pages of comments: which stand on which, in each order."""

import pytest
from django.http import QueryDict
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from articles.views import PLACE_OF_COMMENTS
from comments import moderation, threads
from comments.models import Comment
from comments.threads import Order, Place
from tests import factories
from tests.comment_pages import walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_pages(monkeypatch):
    """Two comments to a page, and two answers of a thread on it."""
    monkeypatch.setattr(threads, "COMMENTS_PER_PAGE", 2)
    monkeypatch.setattr(threads, "ANSWERS_SHOWN", 2)


def test_a_page_takes_threads_until_it_is_full(small_pages):
    article = factories.published()
    first, second, third = [factories.approved(article) for _ in range(3)]
    answer = factories.approved(article, parent=second)

    assert walk(article) == [[first, second, answer], [third]]


@pytest.mark.parametrize("order", [*Order.values, "anything"])
@pytest.mark.parametrize("number", ["7", "007", "x", ""])
def test_values_in_their_one_form_ask_for_the_same_place(order, number):
    asked = {"sort": order, "comments": number, "before": number}
    forms = {name: form for name, value in asked.items() if (form := PLACE_OF_COMMENTS[name](value))}

    place = Place.from_query(asked)

    assert (Place.from_query(forms), place.query.count("=")) == (place, len(forms))


@pytest.mark.parametrize(
    ("order", "expected"),
    [(Order.OLDEST, "abcde"), (Order.NEWEST, "edcba"), (Order.DISCUSSED, "cabde")],
)
def test_each_order_shows_every_comment_once(small_pages, order, expected):
    article = factories.published()
    roots = {letter: factories.approved(article, author_name=letter) for letter in "abcde"}
    factories.approved(article, author_name="-", parent=roots["c"])

    names = [comment.author_name for page in walk(article, order) for comment in page]

    assert "".join(names).replace("-", "") == expected


@pytest.mark.parametrize("order", Order)
def test_the_way_back_leads_over_the_same_comments(small_pages, order):
    article = factories.published()
    for _ in range(6):
        factories.approved(article)
    forth = walk(article, order)
    page = threads.page(article.pk, threads.page(article.pk, Place(order)).later)
    while page.later:
        page = threads.page(article.pk, page.later)

    back = [page.comments]
    while page.earlier:
        page = threads.page(article.pk, page.earlier)
        back.insert(0, page.comments)

    assert back == forth


def test_a_long_thread_is_folded_behind_its_first_answers(small_pages):
    article = factories.published()
    root = factories.approved(article)
    answers = [factories.approved(article, parent=root) for _ in range(5)]

    page = threads.page(article.pk)

    assert page.comments == [root, *answers[:2]]
    assert (page.comments[-1].rest, page.comments[-1].rest_url) == (
        3,
        f"/comments/thread/{root.pk}/?comments={answers[2].pk}",
    )


def test_a_thread_has_pages_of_its_own(small_pages):
    article = factories.published()
    root = factories.approved(article)
    answers = [factories.approved(article, parent=root) for _ in range(5)]

    first = threads.thread(root, Place())
    second = threads.thread(root, first.later)
    third = threads.thread(root, second.later)

    assert [first.comments, second.comments, third.comments] == [answers[:2], answers[2:4], answers[4:]]
    assert threads.thread(root, third.earlier).comments == answers[2:4]
    assert (first.count, third.later) == (5, None)


def test_replies_to_what_is_rejected_later_are_neither_shown_nor_counted():
    article = factories.published()
    root = factories.approved(article)
    reply = factories.approved(article, parent=root)
    factories.approved(article, parent=reply)
    moderation.reject([root], by=None, reason="abuse")

    assert threads.page(article.pk) == threads.ThreadPage([], 0, Place(), [])


def test_replies_come_back_with_what_they_answer():
    article = factories.published()
    root = factories.approved(article)
    reply = factories.approved(article, parent=root)
    deeper = factories.approved(article, parent=reply)
    moderation.reject([root, deeper], by=None, reason="abuse")
    root.refresh_from_db()

    moderation.approve([root], by=None)

    assert threads.page(article.pk).comments == [root, reply]


def test_pending_comments_are_neither_shown_nor_counted():
    article = factories.published()
    factories.sent(article)

    assert threads.page(article.pk) == threads.ThreadPage([], 0, Place(), [])


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("asked", [{"start": 10**17}, {"before": 1}])
def test_a_place_where_nothing_is_gives_the_first_page(order, asked):
    article = factories.published()
    comment = factories.approved(article)
    edge = {name: (value if order != Order.NEWEST else 10**17 + 1 - value) for name, value in asked.items()}

    assert threads.page(article.pk, Place(order, **edge)).comments == [comment]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("", Place()),
        ("sort=newest&comments=7", Place(Order.NEWEST, start=7)),
        ("sort=discussed&before=7", Place(Order.DISCUSSED, before=7)),
        ("sort=email&comments=-1", Place()),
        ("comments=٣&before=" + "9" * 40, Place()),
    ],
)
def test_an_address_asks_for_a_place_or_for_the_first_page(query, place):
    assert Place.from_query(QueryDict(query)) == place


def test_picks_stand_by_themselves_too_the_newest_first():
    article = factories.published()
    comments = [factories.approved(article) for _ in range(5)]
    for comment in comments[:4]:
        Comment.objects.filter(pk=comment.pk).update(picked_at=timezone.now())

    page = threads.page(article.pk)

    assert page.picks == [comments[3], comments[2], comments[1]]
    assert page.comments == comments


def test_a_pick_from_deep_in_a_thread_does_not_unfold_it(small_pages):
    article = factories.published()
    root = factories.approved(article)
    answers = [factories.approved(article, parent=root) for _ in range(6)]
    Comment.objects.filter(pk=answers[5].pk).update(picked_at=timezone.now())

    page = threads.page(article.pk)

    assert (page.picks, page.comments) == ([answers[5]], [root, *answers[:2]])


@pytest.mark.slow
@pytest.mark.parametrize("order", Order)
def test_a_permalink_leads_to_where_the_comment_stands(client, small_pages, order):
    article = factories.published()
    roots = [factories.approved(article) for _ in range(4)]
    for _ in range(5):
        factories.approved(article, parent=roots[2])

    for comment in Comment.objects.all():
        response = client.get(f"{comment.get_absolute_url()}?sort={order}", follow=True)
        assert f'id="comment-{comment.pk}"' in response.content.decode(), comment.path


def test_the_permalink_of_what_is_on_the_first_page_names_no_place(client):
    article = factories.published()
    comment = factories.approved(article, parent=factories.approved(article))

    assert (
        client.get(comment.get_absolute_url())["Location"]
        == f"{iri_to_uri(article.get_absolute_url())}#comment-{comment.pk}"
    )


def test_an_answer_names_what_it_answers_on_another_page(client, small_pages):
    article = factories.published()
    root = factories.approved(article)
    answers = [factories.approved(article, parent=root) for _ in range(3)]
    deep = factories.approved(article, parent=answers[0])
    late = factories.approved(article, parent=answers[2])

    text = client.get(f"/comments/thread/{root.pk}/?comments={late.pk}").content.decode()

    assert f'href="/comments/{answers[2].pk}/"' in text
    assert threads.find(deep.pk).is_folded is False
