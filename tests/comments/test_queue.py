"""What the queue holds, in which order, and what an address can and cannot ask of it."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from comments import moderation, queue, rules, waves
from comments.models import Comment, Status, WatchedWord
from comments.queue import Wanted, waiting
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return factories.published()


def _age(comment, **passed):
    comment.created_at = timezone.now() - timedelta(**passed)
    comment.save(update_fields=["created_at"])
    return comment


def _found(query=""):
    return list(Wanted.from_query(QueryDict(query)).comments())


class TestWanted:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            pytest.param("", Wanted(), id="nothing"),
            pytest.param("status=spam", Wanted(status="spam"), id="a status"),
            pytest.param("status=published", Wanted(), id="no status of a comment"),
            pytest.param("section=3&article=7&after=9", Wanted(section=3, article=7, after=9), id="numbers"),
            pytest.param("section=-1&article=1e3&after=٣", Wanted(), id="no numbers"),
            pytest.param("article=" + "9" * 30, Wanted(), id="a number no column holds"),
            pytest.param("rule=many_links", Wanted(rule="many_links"), id="a rule"),
            pytest.param("rule=no_such_rule", Wanted(), id="no rule"),
            pytest.param("q=+احتيال%00+", Wanted(words="احتيال"), id="words"),
            pytest.param(
                "email_encrypted__startswith=g&email_fingerprint__startswith=a", Wanted(), id="columns"
            ),
        ],
    )
    def test_from_query(self, query, expected):
        assert Wanted.from_query(QueryDict(query)) == expected

    def test_query_is_read_back_as_the_same(self):
        wanted = Wanted(status="spam", section=3, article=7, rule="flood", words="لو شات", after=9)

        assert Wanted.from_query(QueryDict(wanted.query(after=9)[1:])) == wanted

    def test_query_begins_anew_unless_told_where(self):
        assert Wanted(section=3, after=9).query(status="spam") == "?status=spam&section=3"


class TestOrder:
    def test_what_waits_longest_comes_first(self, article):
        young, old = factories.sent(article), factories.sent(article)
        _age(young, minutes=1)
        _age(old, hours=2)

        assert _found() == [old, young]

    def test_what_is_decided_comes_newest_first(self, article):
        old, young = factories.approved(article), factories.approved(article)
        _age(old, hours=2)

        assert _found("status=approved") == [young, old]

    @pytest.mark.parametrize("status", ["pending", "spam"])
    def test_pages_follow_one_another_though_rows_leave(self, article, status, monkeypatch):
        monkeypatch.setattr(queue, "PAGE_SIZE", 2)
        comments = [_age(factories.sent(article), hours=hours) for hours in (3, 5, 1, 3, 4)]
        root = factories.superuser()
        if status == "spam":
            moderation.mark_spam(comments, by=root)
        everything = _found(f"status={status}") + _found(
            f"status={status}&after={_found(f'status={status}')[-1].pk}"
        )

        first = _found(f"status={status}")[:2]
        moderation.approve(first, by=root)
        second = _found(f"status={status}&after={first[-1].pk}")

        assert len(everything) == 5
        assert second == everything[2:5]

    def test_a_page_after_a_comment_that_is_gone_is_the_first(self, article):
        comment = factories.sent(article)

        assert _found("after=999999") == [comment]


class TestFilters:
    def test_by_section(self, article):
        factories.sent(article)
        other = factories.sent(factories.published(section=factories.section("اقتصاد")))

        assert _found(f"section={other.article.section_id}") == [other]

    def test_by_article(self, article):
        factories.sent(article)
        other = factories.sent(factories.published())

        assert _found(f"article={other.article_id}") == [other]

    def test_by_rule(self, article):
        factories.sent(article)
        linking = factories.sent(article, body="https://a.example https://b.example")

        assert _found("rule=many_links") == [linking]

    @pytest.mark.parametrize("words", ["احتيال", "إِحـتـيال", "احتيال ChatGPT", "chatgpt"])
    def test_words_are_found_however_they_are_spelled(self, article, words):
        factories.sent(article)
        comment = factories.sent(article, body="هذا اِحتِيال من ChatGPT")

        assert _found(f"q={words}") == [comment]

    def test_names_are_searched_too(self, article):
        comment = factories.sent(article, author_name="آمنة")

        assert _found("q=امنه") == [comment]

    @pytest.mark.parametrize(
        "column", ["email_encrypted", "email_fingerprint", "receipt", "sender_fingerprint"]
    )
    def test_no_column_can_be_probed(self, article, column):
        comment = factories.sent(article)
        right = getattr(comment, column)[:3]

        assert _found(f"{column}__startswith={right}") == _found(f"{column}__startswith=zzz") == [comment]

    def test_an_address_is_not_searched(self, article):
        factories.sent(article, email="sindbad@example.org")

        assert _found("q=sindbad") == []


def test_every_rule_has_a_label():
    assert set(queue.RULE_LABELS) == {rule.name for rule in rules.RULES} | {waves.RULE}


def test_articles_offered_are_counted_and_the_chosen_one_is_among_them(article):
    busy, chosen = factories.published(), factories.published()
    factories.sent(article)
    for _ in range(2):
        factories.sent(busy)
    factories.approved(chosen)

    offered = Wanted(article=chosen.pk).articles()

    assert [(a.pk, a.headline, a.found) for a in offered] == [
        (busy.pk, busy.headline, 2),
        (article.pk, article.headline, 1),
        (chosen.pk, chosen.headline, 0),
    ]


def test_an_article_without_comments_is_not_named(article):
    secret = factories.draft()

    assert Wanted(article=secret.pk).articles() == []


class TestWaiting:
    def test_nothing_waits(self):
        assert (waiting().pending, waiting().oldest, waiting().oldest_minutes) == (0, None, None)

    def test_counts_by_status_and_the_age_of_the_oldest(self, article, django_assert_num_queries):
        _age(factories.approved(article), days=9)
        oldest = _age(factories.sent(article), minutes=90)
        factories.sent(article)

        with django_assert_num_queries(1):
            found = waiting()

        assert found.counts == {"pending": 2, "approved": 1, "rejected": 0, "spam": 0, "deleted": 0}
        assert found.oldest == oldest.created_at
        assert found.oldest_minutes == 90


def test_a_page_of_comments_is_loaded_in_few_queries_and_without_addresses(
    article, django_assert_num_queries
):
    WatchedWord.objects.create(term="احتيال", reason="")
    parent = factories.approved(article)
    for _ in range(3):
        factories.sent(article, parent=parent, body=f"احتيال {_}")

    with django_assert_num_queries(3):
        comments = _found()
        for comment in comments:
            assert comment.article.section.name
            assert comment.parent.body
            assert [finding.sentence for finding in comment.findings.all()]
            assert list(comment.decisions.all()) == []

    deferred = [row.get_deferred_fields() for comment in comments for row in (comment, comment.parent)]
    assert all("email_encrypted" in fields for fields in deferred)
    assert Comment.objects.filter(status=Status.PENDING).count() == 3
