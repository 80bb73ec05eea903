"""Pages of five thousand comments: what they cost, and that each comment stands on one of them."""

import re

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.urls import resolve

from comments import threads
from comments.models import PATH_DIGITS, Comment
from comments.threads import Order, Place
from tests import factories
from tests.comment_pages import walk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Five thousand comments: one thread of a thousand answers, a chain a hundred deep, and many small threads.
ALL, BRANCHY, DEEP = 5_000, 1_000, 100
ARTICLE_QUERIES = 9
PERMALINK_QUERIES = 1
PAGE_BYTES = 300_000
TEXT = (
    "تعليق عن OpenAI وMistral AI من جملتين كما يكتب القرّاء عادة. والجملة الثانية تزيده طولًا حتى يبلغ المعتاد"
)


@pytest.fixture(scope="module")
def crowd(django_db_setup, django_db_blocker):
    """One article with its comments for all tests here, in a transaction that is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield crowded()
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(crowd):
    """In place of pytest-django's, which would end the connection after each test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def crowded():
    """The article, by SQL: the verbs are too slow for so many."""
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


def test_the_first_page_of_five_thousand_is_light(client, django_assert_num_queries, crowd, subtests):
    for order in Order:
        # Which stories are related is known from the first of them.
        queries = ARTICLE_QUERIES - (order != Order.OLDEST)
        with subtests.test(order=order), django_assert_num_queries(queries):
            response = client.get(f"{crowd.get_absolute_url()}?sort={order}")

            assert "5,000 تعليق" in response.content.decode()
            assert len(response.content) < PAGE_BYTES


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
    for comment in (comment for page in walk(crowd, order) for comment in page):
        seen.append(comment.pk)
        if getattr(comment, "rest", 0):
            root = Comment.objects.get(pk=comment.root_id)
            place = Place.from_query(QueryDict(comment.rest_url.partition("?")[2]))
            while place:
                page = threads.thread(root, place)
                seen += [answer.pk for answer in page.comments]
                place = page.later
    return seen
