"""Pieces of pages that are kept by what they are made of."""

import tracemalloc
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation
from django.utils.safestring import mark_safe

from articles.models import Article, Section
from comments.threads import Order
from newsroom.web.fragments import Fragments, UnknownValueError, fragments, key_of
from tests import factories


@dataclass
class Count:
    of: str
    number: int


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, 1),
        (0, None),
        ("1", 1),
        ("<b>", mark_safe("<b>")),
        ([1, 2], (1, 2)),
        ([1, [2]], [[1], 2]),
        ({"a": 1}, {"a": 2}),
        (Count("x", 1), Count("x", 2)),
        (Section(pk=1, name="علوم"), Section(pk=1, name="علم")),
        (datetime(2026, 1, 1, 10, tzinfo=UTC), datetime(2026, 1, 1, 11, tzinfo=UTC)),
    ],
)
def test_what_prints_differently_has_another_key(one, other):
    assert key_of(one) == key_of(one)
    assert key_of(one) != key_of(other)


@pytest.mark.django_db
def test_rows_that_were_loaded_with_a_row_belong_to_its_key():
    author = factories.author("ليلى")
    factories.published(authors=[author])

    def key():
        return key_of(Article.objects.select_related("section").prefetch_related("bylines__author").get())

    before = key()
    same = key()
    author.name = "ليلى حدّاد"
    author.save()
    renamed = key()
    Section.objects.update(name="اسم آخر")

    assert before == same
    assert len({before, renamed, key()}) == 3


def test_a_value_that_nobody_knows_has_no_key():
    with pytest.raises(UnknownValueError):
        key_of([object()])


def test_what_was_not_asked_for_longest_gives_way():
    kept = Fragments(max_bytes=30)
    for key in "abc":
        kept.put(key, key, 10)
    kept.get("a")

    kept.put("d", "d", 10)

    assert {key: kept.get(key) is not None for key in "abcd"} == {"a": True, "b": False, "c": True, "d": True}


def render(text, **values):
    return Template("{% load kept %}" + text).render(Context(values))


def _replace_all(piece):
    for key in list(fragments._pieces):
        fragments.put(key, mark_safe(piece), 0)


COUNT = '{% kept "comments/_count.html" with count=count only %}'


def test_a_piece_is_rendered_once_for_a_language():
    fragments.clear()
    first = render(COUNT, count=3)
    _replace_all("kept")

    assert first.strip() == "3 تعليقات"
    assert render(COUNT, count=3) == "kept"
    assert render(COUNT, count=2).strip() == "تعليقان"
    with translation.override("en"):
        assert render(COUNT, count=3).strip() == "3 comments"
    fragments.clear()


def test_what_is_kept_sees_nothing_else_of_the_page():
    with pytest.raises(TemplateSyntaxError):
        render('{% kept "comments/_count.html" with count=count %}', count=3)


KEEPING = "{% keeping count=count %}<b>{{ count }}{{ other }}</b>{% endkeeping %}"


def test_a_part_is_rendered_once_and_sees_nothing_but_what_it_names():
    fragments.clear()
    first = render(KEEPING, count=3, other="!")
    _replace_all("kept")

    assert first == "<b>3</b>"
    assert (render(KEEPING, count=3, other="?"), render(KEEPING, count=2)) == ("kept", "<b>2</b>")
    fragments.clear()


@pytest.mark.parametrize(
    "text",
    ["{% keeping count %}{% endkeeping %}", "{% keeping %}{% block a %}{% endblock %}{% endkeeping %}"],
)
def test_a_part_that_could_see_more_is_refused(text):
    with pytest.raises(TemplateSyntaxError):
        render(text, count=3)


def test_lazy_words_are_what_they_say():
    assert key_of(Order.NEWEST.label) == key_of(Order.NEWEST.label)
    assert key_of(Order.NEWEST.label) != key_of(Order.OLDEST.label)


def test_what_keys_hold_counts_too():
    kept = Fragments(max_bytes=10_100)
    for number in range(3):
        kept.kept(("س" * 2_000, number), lambda: "y")

    assert [kept.get(("س" * 2_000, number)) is not None for number in range(3)] == [False, True, True]


def test_what_is_reckoned_is_what_memory_it_takes():
    kept = Fragments(max_bytes=10_000_000)
    count = 500
    tracemalloc.start()
    try:
        before, _peak = tracemalloc.get_traced_memory()
        for number in range(count):
            rows = [(row, f"OpenAI {number}", number + row / 2) for row in range(3)]
            key = key_of({"text": f"نصّ {number} " * 20, "rows": rows})
            kept.kept(("_result.html", key), lambda number=number: f"<p>نصّ {number}</p>" * 30)
        after, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    # Numbers that others hold as well cost nothing here.
    assert 0.8 < kept._bytes / (after - before) < 2


def test_what_is_replaced_takes_no_room():
    kept = Fragments(max_bytes=30)
    kept.put("a", "first", 10)
    for number in range(5):
        kept.put("b", number, 20)

    assert (kept.get("a"), kept.get("b")) == ("first", 4)
