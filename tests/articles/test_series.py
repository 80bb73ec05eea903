"""Series: who belongs to one, in which order, and what readers see of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from articles import contents, publishing, related, revising, series
from articles.models import Article, Series
from tests import factories
from tests.article_form import change, payload

pytestmark = pytest.mark.django_db


@pytest.fixture
def investigation():
    return publishing.save_named(Series(name="تحقيق في OpenAI"))


def _parts(investigation, count=3):
    return [
        factories.published(headline=f"الجزء {number}", series=investigation)
        for number in range(1, count + 1)
    ]


def _page_of(article):
    return related.on_page(Article.objects.published().for_page().get(pk=article.pk))


def test_an_article_tells_its_place_among_the_parts_that_readers_see(investigation):
    first, second, third = _parts(investigation)
    factories.draft(series=investigation)
    factories.published(series=investigation, at=timezone.now() + timedelta(hours=1))

    page = _page_of(second)

    assert (page["place"].number, page["place"].total) == (2, 3)
    assert (page["previous"], page["following"]) == (first, third)


def test_parts_stand_as_arranged_and_new_ones_last(investigation):
    first, second, third = _parts(investigation)
    series.arrange(investigation, [second.pk, first.pk], by=factories.staff(factories.EDITORS))

    assert [_page_of(part)["place"].number for part in (second, first, third)] == [1, 2, 3]


def test_a_reporter_arranges_no_series(investigation):
    with pytest.raises(PermissionDenied):
        series.arrange(investigation, [1], by=factories.staff(factories.REPORTERS))


def test_the_page_of_a_series_lists_its_parts_in_their_order(client, investigation):
    first, second = _parts(investigation, 2)
    series.arrange(investigation, [second.pk, first.pk], by=None)

    response = client.get(investigation.get_absolute_url())

    assert [article.pk for article in response.context["page"]] == [second.pk, first.pk]


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_of_a_series_takes_as_many_queries_with_more_parts(
    client, investigation, count, django_assert_num_queries
):
    _parts(investigation, count)

    with django_assert_num_queries(5):
        assert client.get(investigation.get_absolute_url()).status_code == 200


def test_a_series_of_which_readers_see_nothing_is_nowhere(client, investigation):
    factories.draft(series=investigation)

    assert client.get(investigation.get_absolute_url()).status_code == 404
    assert "series" not in client.get("/sitemap-series.xml").content.decode().replace("sitemap-series", "")


def test_a_series_that_readers_see_is_in_the_sitemap(client, investigation):
    factories.published(series=investigation)

    assert f"/series/{investigation.pk}/" in client.get("/sitemap-series.xml").content.decode()


def test_an_article_comes_into_a_series_when_its_changes_are_published(investigation):
    article = factories.published()
    editor = factories.staff(factories.EDITORS)
    article.series = investigation
    revising.save(article, by=editor, authors=[], tags=[])

    assert Article.objects.get().series is None
    assert contents.changed(contents.of(Article.objects.get()), revising.current(article)) == [
        "series",
        "authors",
    ]

    publishing.move(article, "publish_changes", by=editor)

    assert Article.objects.get().series == investigation


def test_the_numbers_on_its_form_arrange_a_series(client, investigation):
    first, second = _parts(investigation, 2)
    client.force_login(factories.staff(factories.EDITORS))
    form = {"name": investigation.name, "description": "", "slug": investigation.slug}

    client.post(
        reverse("admin:articles_series_change", args=[investigation.pk]),
        form
        | {f"place-{first.pk}": "2", f"place-{second.pk}": "1", "place-x": "3"}
        | {"parts-shown": f"{first.pk},{second.pk}"},
    )

    assert Series.objects.get().order == [second.pk, first.pk]


@pytest.mark.parametrize("places", [("1", "2"), ("2", "1")], ids=["only described", "put in order"])
def test_a_form_that_was_opened_before_does_not_undo_an_order(client, investigation, places):
    first, second = _parts(investigation, 2)
    client.force_login(factories.staff(factories.EDITORS))
    address = reverse("admin:articles_series_change", args=[investigation.pk])
    form = {"name": investigation.name, "description": "جديد", "slug": investigation.slug}
    form["parts-shown"] = f"{first.pk},{second.pk}"
    series.arrange(investigation, [second.pk, first.pk], by=None)

    client.post(address, form | {f"place-{first.pk}": places[0], f"place-{second.pk}": places[1]})

    stored = Series.objects.get()
    assert (stored.order, stored.description) == ([second.pk, first.pk], "جديد")


def test_parts_that_are_not_shown_keep_their_order_behind(investigation):
    first, second, third = _parts(investigation, 3)
    series.arrange(investigation, [third.pk, first.pk, second.pk], by=None)

    series.arrange(investigation, [first.pk, third.pk], by=None, expected=[third.pk, first.pk])

    assert investigation.order == [first.pk, third.pk, second.pk]


@pytest.mark.parametrize("count", [1, 4])
def test_the_form_of_a_series_takes_as_many_queries_with_more_parts(
    client, investigation, count, django_assert_num_queries
):
    _parts(investigation, count)
    client.force_login(factories.superuser())

    url = reverse("admin:articles_series_change", args=[investigation.pk])
    # What is the same for all pages is read with the first.
    client.get(url)

    with django_assert_num_queries(5):
        client.get(url)


def _seen_of(client, investigation):
    """How many parts the list of series counts, and those that its form names, each with where its link leads."""
    listed = client.get(reverse("admin:articles_series_changelist")).context["cl"].result_list
    form = client.get(reverse("admin:articles_series_change", args=[investigation.pk]))
    return listed[0].part_count, [(part.pk, part.link) for part in form.context["parts"]]


def test_a_reporter_is_told_of_own_parts_and_of_those_that_readers_see(client, investigation):
    reporter = factories.staff(factories.REPORTERS)
    public = factories.published(series=investigation)
    own = factories.draft(series=investigation, by=reporter)
    factories.draft(series=investigation)
    client.force_login(reporter)

    count, named = _seen_of(client, investigation)

    assert count == 2
    assert sorted(named) == [(public.pk, public.get_absolute_url()), (own.pk, change(own))]


def test_an_editor_is_told_of_all_parts(client, investigation):
    public, draft = factories.published(series=investigation), factories.draft(series=investigation)
    client.force_login(factories.staff(factories.EDITORS))

    count, named = _seen_of(client, investigation)

    assert (count, sorted(named)) == (2, [(public.pk, change(public)), (draft.pk, change(draft))])


def test_the_form_of_an_article_puts_it_into_a_series(client, investigation):
    article = factories.draft()
    client.force_login(factories.staff(factories.EDITORS))

    client.post(change(article), payload(article, series=investigation.pk))

    assert Article.objects.get().series == investigation
