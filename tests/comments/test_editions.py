"""What this process keeps prepared is never used once another has changed it."""

import psycopg
import pytest
from django.db import connection

from articles.models import Author
from comments import word_list
from comments.models import TriageState, WatchedWord
from comments.newsroom_names import NAMES
from comments.submission import SubmissionError
from comments.triage import Model
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

BODY = "كلام عن الاحتيال في السوق"


@pytest.fixture
def connected():
    """Return a function that opens a connection of its own, as another process has it; it waits for nobody."""
    opened = []

    def connect():
        other = psycopg.connect(**connection.get_connection_params())
        other.execute("SET lock_timeout = '1s'")
        opened.append(other)
        return other

    yield connect
    for other in opened:
        other.close()


def _found(article):
    """What is found in a comment like all others here, or that none is taken."""
    try:
        comment = factories.sent(article, author_name="سناء الحلبي", body=f"{BODY} https://spam.example")
    except SubmissionError:
        return "refused"
    rules = {"watched_words", "impersonation", "sanctioned"}
    return sorted(set(comment.findings.values_list("rule", flat=True)) & rules)


ADD_WORD = """
INSERT INTO comments_watchedword (term, reason, kind, level, is_active) VALUES ('{}', '', 'stem', 'hold', true)
"""
ADD_SANCTION = """
INSERT INTO comments_sanction (target, value, label, effect, reason, created_by_id, created_at, refused)
SELECT 'domain', 'spam.example', '', '{}', '', id, now(), 0 FROM auth_user LIMIT 1
"""


def _word():
    WatchedWord.objects.create(term="احتيال", reason="", kind="stem")


def _author():
    Author.objects.create(name="سناء الحلبي", slug="sana")


def _sanction():
    with connection.cursor() as cursor:
        cursor.execute(ADD_SANCTION.format("hold"))


@pytest.mark.parametrize(
    ("before", "change", "expected"),
    [
        pytest.param([], ADD_WORD.format("احتيال"), [[], ["watched_words"]], id="word added"),
        pytest.param(
            [_word],
            "UPDATE comments_watchedword SET is_active = false",
            [["watched_words"], []],
            id="word switched off",
        ),
        pytest.param([_word], "DELETE FROM comments_watchedword", [["watched_words"], []], id="word deleted"),
        pytest.param([_word], "TRUNCATE comments_watchedword", [["watched_words"], []], id="words emptied"),
        pytest.param(
            [_author],
            "UPDATE articles_author SET name = 'سمر' WHERE slug = 'sana'",
            [["impersonation"], []],
            id="author renamed",
        ),
        pytest.param(
            [],
            "UPDATE auth_user SET first_name = 'سناء', last_name = 'الحلبي'",
            [[], ["impersonation"]],
            id="account renamed",
        ),
        pytest.param([], ADD_SANCTION.format("hold"), [[], ["sanctioned"]], id="sanction"),
        pytest.param([], ADD_SANCTION.format("block"), [[], "refused"], id="block"),
        pytest.param(
            [_sanction],
            "UPDATE comments_sanction SET lifted_at = now()",
            [["sanctioned"], []],
            id="sanction lifted",
        ),
        pytest.param([], "UPDATE comments_policy SET mode = 'closed'", [[], "refused"], id="closed"),
        pytest.param([], "UPDATE comments_policy SET article_limit = 2", [[], "refused"], id="limit"),
    ],
)
def test_a_change_of_another_process_works_as_soon_as_it_is_committed(connected, before, change, expected):
    article = factories.published()
    factories.staff(factories.MODERATORS)
    for make in before:
        make()
    other = connected()
    found = [_found(article)]

    other.execute(change)
    found.append(_found(article))
    other.commit()
    found.append(_found(article))

    assert found == [expected[0], expected[0], expected[1]]


def test_of_two_who_change_words_at_once_neither_waits_and_each_is_seen_whoever_comes_first(connected):
    first, second = connected(), connected()
    seen = [list(word_list.watched().by_term)]

    first.execute(ADD_WORD.format("قمار"))
    second.execute(ADD_WORD.format("احتيال"))
    for other in (second, first):
        other.commit()
        seen.append(list(word_list.watched().by_term))

    assert seen == [[], ["احتيال"], ["قمار", "احتيال"]]


def test_what_is_rolled_back_was_never_there(connected):
    _word()
    other = connected()
    known = word_list.watched()

    other.execute(ADD_WORD.format("قمار"))
    other.rollback()

    assert word_list.watched() is known


def test_who_signs_in_gives_the_names_no_other_edition(connected):
    factories.staff(factories.MODERATORS)
    names = NAMES.now()
    other = connected()

    other.execute("UPDATE auth_user SET last_login = now()")
    other.commit()

    assert NAMES.now() is names


def test_a_model_of_triage_that_another_process_switched_off_scores_nothing(connected, monkeypatch):
    monkeypatch.setattr("comments.learning.ENOUGH_DECISIONS", 0)
    article = factories.published()
    model = Model()
    model.learn(BODY, rejected=True)
    TriageState.objects.create(pk=1, data=model.to_bytes(), decisions=1)
    other = connected()
    scores = [factories.sent(article, body=BODY).triage]

    other.execute("UPDATE comments_triagestate SET is_on = false")
    other.commit()
    scores.append(factories.sent(article, body=f"{BODY}.").triage)

    assert [score is None for score in scores] == [False, True]
