"""QuerySets that are compiled once."""

import psycopg
import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, TextField
from django.db.models.functions import Length

from articles.models import Article, Section
from comments.models import Finding
from newsroom.prepared_statements import Parameter, Prepared, fetch_all, fetch_row, is_among
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

STORIES = Prepared(
    lambda: (
        Article.objects.filter(is_among("pk", Parameter("numbers", ArrayField(BigIntegerField()))))
        .select_related("section", "reviewer")
        .annotate(letters=Length("headline"))
        .order_by("pk")
    )
)
FINDINGS = Prepared(lambda: Finding.objects.filter(rule=Parameter("rule", TextField())))


@pytest.fixture
def section():
    return factories.section("نصف 50% وأكثر")


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


@pytest.mark.parametrize("count", [1, 3])
def test_all_rows_come_with_what_is_joined_and_annotated(section, count, django_assert_num_queries):
    stories = [
        factories.published(section=section, headline="Mistral" * (place + 1)) for place in range(count)
    ]
    factories.published()

    with django_assert_num_queries(1):
        found = [
            (story, story.section.name, story.reviewer, story.letters)
            for story in STORIES.all(numbers=[story.pk for story in stories])
        ]

    assert found == [(story, section.name, None, 7 * (place + 1)) for place, story in enumerate(stories)]


def test_columns_are_read_as_django_reads_them():
    comment = factories.sent(factories.published(), body="https://a.example https://b.example")

    (finding,) = FINDINGS.all(rule="many_links")

    assert (finding.comment_id, finding.facts) == (comment.pk, {"links": 2})


def test_constants_stay_what_they_are(section):
    assert [fetch_all(HALVES.sql, {"slug": slug}) for slug in ("", section.slug)] == [[(section.name,)], []]


def test_a_connection_keeps_one_plan_for_all_values(section):
    fetch_row(BY_NUMBER.sql, {"number": section.pk})
    kept = _kept()

    fetch_row(BY_NUMBER.sql, {"number": section.pk + 1})

    assert (kept >= 1, _kept()) == (True, kept)


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
