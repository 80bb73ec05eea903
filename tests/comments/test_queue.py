"""What the queue holds, in which order, and what an address can and cannot ask of it."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from comments import claims, moderation, queue, rules, waves
from comments.models import Comment, Status, WatchedWord, Wave
from comments.queue import Wanted, waiting
from tests import factories

pytestmark = pytest.mark.django_db


def _age(comment, **passed):
    comment.created_at = timezone.now() - timedelta(**passed)
    comment.save(update_fields=["created_at"])
    return comment


def _found(query=""):
    return Wanted.from_query(QueryDict(query)).comments()


class TestWanted:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            pytest.param("", Wanted(), id="nothing"),
            pytest.param("queue=spam&order=triage", Wanted(queue="spam"), id="a queue, which has one order"),
            pytest.param("queue=published&order=id", Wanted(), id="no queue and no order"),
            pytest.param("section=3&article=7&after=9", Wanted(section=3, article=7, after=9), id="numbers"),
            pytest.param("section=-1&article=1e3&after=٣", Wanted(), id="no numbers"),
            pytest.param("article=" + "9" * 30, Wanted(), id="a number no column holds"),
            pytest.param(
                "order=triage&mine=1&script=latin&proven=no&wave=4",
                Wanted(order="triage", mine=True, script="latin", proven="no", wave=4),
                id="order and columns",
            ),
            pytest.param("mine=2&script=hebrew&proven=1", Wanted(), id="no values of columns"),
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
        wanted = Wanted(
            order="triage", mine=True, section=3, article=7, rule="flood", script="arabic", proven="yes",
            wave=2, words="لو شات", after=9,
        )  # fmt: skip

        assert Wanted.from_query(QueryDict(wanted.query(after=9)[1:])) == wanted

    def test_query_begins_anew_unless_told_where(self):
        assert Wanted(section=3, after=9).query(queue="spam") == "?queue=spam&section=3"


class TestOrder:
    def test_what_waits_longest_comes_first(self, article):
        young, old = factories.sent(article), factories.sent(article)
        _age(young, minutes=1)
        _age(old, hours=2)

        assert _found() == [old, young]

    def test_what_is_decided_comes_newest_first(self, article):
        old, young = factories.approved(article), factories.approved(article)
        _age(old, hours=2)

        assert _found("queue=approved") == [young, old]

    @pytest.mark.parametrize("status", ["held", "spam"])
    def test_pages_follow_one_another_though_rows_leave(self, article, status, monkeypatch):
        monkeypatch.setattr(queue, "PAGE_SIZE", 2)
        comments = [_age(factories.sent(article), hours=hours) for hours in (3, 5, 1, 3, 4)]
        root = factories.superuser()
        if status == "spam":
            moderation.mark_spam(comments, by=root)
        everything = _found(f"queue={status}") + _found(
            f"queue={status}&after={_found(f'queue={status}')[-1].pk}"
        )

        first = _found(f"queue={status}")[:2]
        moderation.approve(first, by=root)
        second = _found(f"queue={status}&after={first[-1].pk}")

        assert len(everything) == 5
        assert second == everything[2:5]

    def test_a_page_after_a_comment_that_is_gone_is_the_first(self, article):
        comment = factories.sent(article)

        assert _found("after=999999") == [comment]

    def test_the_likeliest_rejected_come_first_when_asked_for(self, article):
        unknown, mild, grave = (factories.sent(article) for _ in range(3))
        for comment, triage in ((mild, 0.1), (grave, 0.9)):
            Comment.objects.filter(pk=comment.pk).update(triage=triage)

        assert _found("order=triage") == [grave, mild, unknown]

    def test_pages_in_that_order_lose_and_repeat_nothing(self, article, monkeypatch):
        monkeypatch.setattr(queue, "PAGE_SIZE", 1)
        scores = [0.5, 0.9, None, 0.5, None, 0.1]
        comments = [factories.sent(article) for _ in scores]
        for comment, score in zip(comments, scores, strict=True):
            Comment.objects.filter(pk=comment.pk).update(triage=score)

        seen, after = [], ""
        while page := _found(f"order=triage{after}")[:1]:
            seen += page
            after = f"&after={page[0].pk}"

        assert seen == [comments[place] for place in (1, 0, 3, 5, 2, 4)]


class TestQueues:
    def test_each_comment_is_in_the_queues_of_its_columns(self, article):
        held, shadowed = factories.sent(article), factories.sent(article)
        Comment.objects.filter(pk=shadowed.pk).update(is_shadowed=True)
        approved, reported = factories.approved(article), factories.approved(article)
        Comment.objects.filter(pk=reported.pk).update(open_reports=2)
        spam, rejected = factories.sent(article), factories.sent(article)
        moderation.mark_spam([spam], by=None)
        moderation.reject([rejected], by=None, reason="abuse")

        assert {name: set(_found(f"queue={name}")) for name in queue.Queue.values} == {
            "held": {held},
            "reported": {reported},
            "spam": {spam},
            "approved": {approved, reported},
            "rejected": {rejected},
            "shadowed": {shadowed},
        }

    def test_mine_is_what_i_have_claimed(self, article):
        layla, salma = (factories.staff(factories.MODERATORS) for _ in range(2))
        first, second, _third = (factories.sent(article) for _ in range(3))
        claims.claim([first.pk], by=layla)
        claims.claim([second.pk], by=salma)

        assert Wanted(mine=True).comments(layla) == [first]


class TestWaves:
    @pytest.fixture
    def wave(self, article):
        wave = Wave.objects.create()
        numbers = [factories.sent(article).pk for _ in range(5)]
        Comment.objects.filter(pk__in=numbers).update(wave=wave)
        return wave, list(Comment.objects.filter(wave=wave))

    def test_a_wave_is_one_card(self, wave, article):
        other = factories.sent(article)

        assert _found() == [wave[1][0], other]

    def test_the_card_says_how_many_from_where_and_shows_the_newest(self, wave, django_assert_num_queries):
        wave, members = wave
        Comment.objects.filter(pk=members[1].pk).update(sender_fingerprint=members[0].sender_fingerprint)

        with django_assert_num_queries(1):
            card = queue.waves_of([members[0]])[wave.pk]

        assert (card.count, card.networks, card.through) == (5, 4, members[-1].pk)
        assert [member.body for member in card.members] == [member.body for member in members[:1:-1]]

    def test_what_is_left_of_a_wave_is_a_plain_comment(self, wave):
        _wave, members = wave
        moderation.approve(members[1:], by=None)

        assert (_found(), queue.waves_of(members[:1])) == ([members[0]], {})

    def test_a_filter_shows_the_earliest_that_fits_it(self, wave):
        _wave, members = wave
        Comment.objects.filter(pk=members[2].pk).update(script="latin")

        assert _found("script=latin") == [members[2]]

    def test_its_members_can_be_seen_one_by_one(self, wave, article):
        wave, members = wave
        factories.sent(article)

        assert _found(f"wave={wave.pk}") == members


class TestFilters:
    def test_by_script(self, article):
        factories.sent(article)
        latin = factories.sent(article, body="Nothing but Latin letters here")

        assert _found("script=latin") == [latin]

    @pytest.mark.parametrize(("proven", "place"), [("yes", 1), ("no", 0)])
    def test_by_proof(self, article, proven, place):
        comments = [factories.sent(article) for _ in range(2)]
        Comment.objects.filter(pk=comments[1].pk).update(is_proven=True)

        assert _found(f"proven={proven}") == [comments[place]]

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
        assert (waiting().held, waiting().oldest, waiting().oldest_minutes) == (0, None, None)

    def test_counts_by_status_and_the_age_of_the_oldest(self, article, django_assert_num_queries):
        _age(factories.approved(article), days=9)
        oldest = _age(factories.sent(article), minutes=90)
        factories.sent(article)

        with django_assert_num_queries(1):
            found = waiting()

        assert found.counts == {
            "held": 2, "reported": 0, "spam": 0, "approved": 1, "rejected": 0, "shadowed": 0,
        }  # fmt: skip
        assert found.oldest == oldest.created_at
        assert found.oldest_minutes == 90


def test_counting_stops_where_a_number_is_of_no_use(article, monkeypatch):
    monkeypatch.setattr(queue, "COUNTED_MAX", 2)
    for _ in range(4):
        factories.sent(article)

    assert (waiting().held, waiting().label("held"), waiting().label("spam")) == (3, "+2", "0")


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
            assert list(comment.decisions.all()) == list(comment.notes.all()) == []

    deferred = [row.get_deferred_fields() for comment in comments for row in (comment, comment.parent)]
    assert all("email_encrypted" in fields for fields in deferred)
    assert Comment.objects.filter(status=Status.PENDING).count() == 3
