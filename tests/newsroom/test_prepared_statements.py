"""QuerySets that are compiled once."""

import psycopg
import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, F, TextField
from django.db.models.functions import Length

from articles.models import Article, Section
from comments.models import Finding
from newsroom.prepared_statements import Parameter, Prepared, fetch_all, fetch_row
from newsroom.web.fragments import key_of
from tests import factories

pytestmark = pytest.mark.django_db

BY_NUMBER = Prepared(lambda: Section.objects.filter(pk=Parameter("number", BigIntegerField())).only("name"))
HALVES = Prepared(
    lambda: (
        Section.objects.filter(name__contains="50%")
        .exclude(slug=Parameter("slug", TextField()))
        .values_list("name")
    )
)

FINDINGS = Prepared(lambda: Finding.objects.filter(rule=Parameter("rule", TextField())))


@pytest.fixture
def section():
    return factories.section("نصف 50% وأكثر")


SIGNED = Prepared(
    lambda: (
        Article.objects.filter(pk__any_of=Parameter("numbers", ArrayField(BigIntegerField())))
        .select_related("section")
        .only("headline", "section__name")
        .annotate(letters=Length("headline"), stored=F("outline"))
        .order_by("pk")
    )
)


def _kept():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%articles_section%'"
        )
        return cursor.fetchone()[0]


def test_the_row_is_one_of_the_model_with_the_rest_deferred(section):
    found = BY_NUMBER.first(number=section.pk)

    assert (found, found.name, found.get_deferred_fields() >= {"slug"}) == (section, section.name, True)


def test_there_may_be_none():
    assert BY_NUMBER.first(number=0) is None


def test_rows_come_with_what_was_selected_beside_them(section, django_assert_num_queries):
    first, second, _third = (factories.published(section=section, headline=f"خبر {n}") for n in range(3))

    with django_assert_num_queries(1):
        rows = SIGNED.rows(numbers=[second.pk, first.pk])
        shown = [(row.headline, row.section.name, row.letters, row.stored) for row in rows]

    assert shown == [("خبر 0", section.name, 5, []), ("خبر 1", section.name, 5, [])]
    assert "body" in rows[0].get_deferred_fields()
    assert SIGNED.rows(numbers=[]) == []


def test_a_row_is_known_by_what_the_database_sent_and_by_what_was_put_beside_it(section):
    article = factories.published(section=section)
    (one,), (same,) = SIGNED.rows(numbers=[article.pk]), SIGNED.rows(numbers=[article.pk])
    same_key = key_of(one) == key_of(same)
    same.is_first = True
    Section.objects.filter(pk=section.pk).update(name="اسم آخر")
    (renamed,) = SIGNED.rows(numbers=[article.pk])

    assert same_key
    assert len({key_of(one), key_of(same), key_of(renamed)}) == 3


def test_rows_are_counted(section):
    assert [HALVES.count(slug=slug) for slug in ("", section.slug)] == [1, 0]


def test_an_hour_that_would_stand_still_is_refused():
    with pytest.raises(TypeError):
        Prepared(Article.objects.published).rows()


def test_what_would_be_prefetched_is_refused():
    with pytest.raises(ValueError, match="prefetched"):
        Prepared(lambda: Article.objects.prefetch_related("tags")).rows()


def test_columns_are_read_as_django_reads_them():
    comment = factories.sent(factories.published(), body="https://a.example https://b.example")

    (finding,) = FINDINGS.rows(rule="many_links")

    assert (finding.comment_id, finding.facts) == (comment.pk, {"links": 2})


def test_constants_stay_what_they_are(section):
    assert [fetch_all(HALVES.sql, {"slug": slug}) for slug in ("", section.slug)] == [[(section.name,)], []]


def test_a_connection_keeps_one_plan_for_all_values(section):
    fetch_row(BY_NUMBER.sql, {"number": section.pk})
    kept = _kept()

    fetch_row(BY_NUMBER.sql, {"number": section.pk + 1})

    assert (kept >= 1, _kept()) == (True, kept)


def test_numbers_of_any_width_come_as_they_are_to_one_plan():
    statement = "SELECT %(numbers)s::bigint[] AS numbers"
    lists = [[], [1], [-1, 2**62], [None, 3], [40_000, None]]

    assert [fetch_all(statement, {"numbers": numbers})[0][0] for numbers in lists] == lists
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%AS numbers'")
        assert cursor.fetchone()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_has_ended_meanwhile_is_made_anew():
    (former,) = fetch_row("SELECT pg_backend_pid()", {})
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [former])
    # As at the beginning of a request.
    connection.health_check_enabled, connection.health_check_done = True, False

    (present,) = fetch_row("SELECT pg_backend_pid()", {})

    assert present != former


def test_what_is_asked_can_be_captured(section, django_assert_num_queries):
    with django_assert_num_queries(1) as captured:
        BY_NUMBER.first(number=section.pk)

    assert f"{section.pk}" in captured.captured_queries[0]["sql"]
