"""Pages of comments: which stand on which, in each order, and what they cost with five thousand."""

import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.urls import resolve
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from comments import moderation, threads
from comments.models import PATH_DIGITS, Comment
from comments.threads import Order, Place
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_pages(monkeypatch):
    """Two comments to a page, and two answers of a thread on it."""
    monkeypatch.setattr(threads, "COMMENTS_PER_PAGE", 2)
    monkeypatch.setattr(threads, "ANSWERS_SHOWN", 2)


def _walk(article, order=Order.OLDEST) -> list[list[Comment]]:
    """All pages from the first to the last, as a reader walks."""
    page = threads.page(article.pk, Place(order))
    pages = [page.comments]
    while page.later:
        page = threads.page(article.pk, page.later)
        pages.append(page.comments)
    return pages


def test_a_page_takes_threads_until_it_is_full(small_pages):
    article = factories.published()
    first, second, third = [factories.approved(article) for _ in range(3)]
    answer = factories.approved(article, parent=second)

    assert _walk(article) == [[first, second, answer], [third]]


@pytest.mark.parametrize(
    ("order", "expected"),
    [(Order.OLDEST, "abcde"), (Order.NEWEST, "edcba"), (Order.DISCUSSED, "cabde")],
)
def test_each_order_shows_every_comment_once(small_pages, order, expected):
    article = factories.published()
    roots = {letter: factories.approved(article, author_name=letter) for letter in "abcde"}
    factories.approved(article, author_name="-", parent=roots["c"])

    names = [comment.author_name for page in _walk(article, order) for comment in page]

    assert "".join(names).replace("-", "") == expected


@pytest.mark.parametrize("order", Order)
def test_the_way_back_leads_over_the_same_comments(small_pages, order):
    article = factories.published()
    for _ in range(6):
        factories.approved(article)
    forth = _walk(article, order)
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


# Five thousand comments: one thread of a thousand answers, a chain a hundred deep, and many small threads.
ALL, BRANCHY, DEEP = 5_000, 1_000, 100
ARTICLE_QUERIES = 8
PERMALINK_QUERIES = 1
PAGE_BYTES = 300_000
TEXT = (
    "تعليق عن OpenAI وMistral AI من جملتين كما يكتب القرّاء عادة. والجملة الثانية تزيده طولًا حتى يبلغ المعتاد"
)


@pytest.fixture
def crowd():
    """The article with its comments, by SQL: the verbs are too slow for so many."""
    article = factories.published(tags=[factories.tag()])
    model = factories.approved(article)
    rows: list[Comment] = [model]
    for number in range(1, ALL):
        if number <= BRANCHY:
            parent = rows[0] if number % 3 == 0 else rows[number // 2]
        elif number <= BRANCHY + DEEP:
            parent = None if number == BRANCHY + 1 else rows[-1]
        else:
            parent = None if number % 4 == 0 or number == BRANCHY + DEEP + 1 else rows[-1]
        pk = model.pk + number
        rows.append(
            Comment(
                pk=pk,
                article=article,
                parent=parent,
                root_id=parent.root_id if parent else pk,
                path=f"{parent.path if parent else ''}{pk:0{PATH_DIGITS}x}",
                depth=parent.depth + 1 if parent else 0,
                author_name=f"قارئ {number} من Beirut",
                body=f"{TEXT} {number}.",
                status=model.status,
                is_shown=True,
                useful=number % 12,
                receipt=f"receipt-{number}",
                submission_fingerprint=f"submission-{number}",
                email_fingerprint=f"{number:064}",
                wording_fingerprint=f"{number:064}",
            )
        )
    Comment.objects.bulk_create(rows[1:])
    with connection.cursor() as cursor:
        # As autovacuum does on the site.
        cursor.execute("ANALYZE comments_comment")
    return article


@pytest.mark.slow
def test_the_first_page_of_five_thousand_is_light(client, django_assert_num_queries, crowd, subtests):
    for order in Order:
        # Which stories are related is known from the first of them.
        queries = ARTICLE_QUERIES - (order != Order.OLDEST)
        with subtests.test(order=order), django_assert_num_queries(queries):
            response = client.get(f"{crowd.get_absolute_url()}?sort={order}")

            assert "5,000 تعليق" in response.content.decode()
            assert len(response.content) < PAGE_BYTES


@pytest.mark.slow
def test_of_five_thousand_each_is_reached_by_its_permalink(client, django_assert_num_queries, crowd):
    on_pages: dict[str, set[str]] = {}
    # Of each hundred the third and its like: first comments, answers, folded ones and the chain are among them.
    for number in Comment.objects.values_list("pk", flat=True)[3::101]:
        with django_assert_num_queries(PERMALINK_QUERIES):
            address, _mark, place = client.get(f"/comments/{number}/")["Location"].partition("#")
        if address not in on_pages:
            with django_assert_num_queries(ARTICLE_QUERIES, exact=False):
                text = client.get(address).content.decode()
            on_pages[address] = set(re.findall(r'id="(comment-\d+)"', text))
            assert len(text.encode()) < PAGE_BYTES
        assert place in on_pages[address]


@pytest.mark.slow
def test_the_address_of_any_of_five_thousand_is_that_of_a_page_with_it(crowd):
    # No page and no fold is of seven comments, so that every kind of place is met.
    numbers = list(Comment.objects.values_list("pk", flat=True)[::7])
    on_pages: dict[str, set[int]] = {}

    addresses = {number: threads.url(threads.find(number)).partition("#")[0] for number in numbers}
    for address in set(addresses.values()):
        on_pages[address] = {comment.pk for comment in _at(crowd, address)}

    assert [number for number, address in addresses.items() if number not in on_pages[address]] == []


def _at(article, address):
    """The comments of the page that an address names, as the views read it."""
    path, _, query = address.partition("?")
    place = Place.from_query(QueryDict(query))
    match = resolve(path)
    if match.url_name == "thread":
        return threads.thread(Comment.objects.get(pk=match.kwargs["root_pk"]), place).comments
    assert (match.url_name, match.kwargs["pk"]) == ("detail", article.pk)
    return threads.page(article.pk, place).comments


@pytest.mark.slow
def test_five_thousand_are_walked_without_a_gap(crowd, subtests):
    for order in Order:
        with subtests.test(order=order):
            seen = _walked(crowd, order)

            assert (
                len(seen) == len(set(seen)) == Comment.objects.shown().count() == threads.page(crowd.pk).count
            )


def _walked(crowd, order):
    """The numbers of all comments, by the pages of the article and those of its folded threads."""
    seen = []
    for comment in (comment for page in _walk(crowd, order) for comment in page):
        seen.append(comment.pk)
        if getattr(comment, "rest", 0):
            root = Comment.objects.get(pk=comment.root_id)
            place = Place.from_query(QueryDict(comment.rest_url.partition("?")[2]))
            while place:
                page = threads.thread(root, place)
                seen += [answer.pk for answer in page.comments]
                place = page.later
    return seen
