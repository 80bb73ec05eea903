"""The prepared list of watched words: kept while it is the same, and never longer."""

import pytest

from comments import word_list
from comments.models import WatchedWord

pytestmark = pytest.mark.django_db


def _terms():
    return list(word_list.watched().by_term)


@pytest.fixture
def word():
    WatchedWord.objects.create(term="قمار", reason="إعلان")
    return WatchedWord.objects.create(term="احتيال", reason="إعلان", level="reject")


def test_the_list_is_read_once_while_it_is_the_same(word, django_assert_num_queries):
    first = word_list.watched()

    with django_assert_num_queries(1):
        assert word_list.watched() is first


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            lambda word: WatchedWord.objects.create(term="جديدة", reason=""),
            ["قمار", "احتيال", "جديدة"],
            id="added",
        ),
        pytest.param(lambda word: word.delete(), ["قمار"], id="removed"),
        pytest.param(lambda word: WatchedWord.objects.update(is_active=False), [], id="all switched off"),
        pytest.param(
            lambda word: WatchedWord.objects.filter(pk=word.pk).update(term="نصب"),
            ["قمار", "نصب"],
            id="changed",
        ),
    ],
)
def test_a_change_works_at_the_next_look(word, change, expected):
    assert _terms() == ["قمار", "احتيال"]

    change(word)

    assert _terms() == expected


def test_what_is_changed_back_is_as_it_was(word):
    for level in ("watch", "reject", "watch"):
        WatchedWord.objects.filter(pk=word.pk).update(level=level)

        assert word_list.watched().by_term["احتيال"].level == level
