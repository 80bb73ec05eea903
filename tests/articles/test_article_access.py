"""Who may see and write whose articles on the desk."""

import re

import pytest

from articles import publishing
from tests import factories
from tests.article_form import LIST, change, payload

pytestmark = pytest.mark.django_db


def test_a_reporter_does_not_reach_the_articles_of_others(as_reporter):
    article = factories.draft(by=factories.staff(factories.REPORTERS))

    response = as_reporter.get(change(article))

    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_what_a_reporter_sends_for_the_article_of_another_is_denied(as_reporter):
    article = factories.draft(by=factories.staff(factories.REPORTERS))

    response = as_reporter.post(change(article), payload(article, headline="مزوّر"))

    article.refresh_from_db()
    assert (response.status_code, article.headline == "مزوّر") == (403, False)


def test_what_a_reporter_sends_for_no_article_is_denied_as_well(as_reporter):
    article = factories.draft()
    article.pk += 1

    assert as_reporter.post(change(article), payload(article)).status_code == 403


def test_a_reporter_reads_their_own_article_once_it_left_their_hands(as_reporter, reporter):
    article = publishing.move(factories.draft(by=reporter), "submit", by=reporter)

    page = as_reporter.get(change(article)).content.decode()

    assert "ستكون نماذج ميسترال متاحة في" in page
    assert 'name="headline"' not in page
    assert re.findall(
        'type="submit" name="([^"]*)" value="([^"]*)"', page[page.index('id="article_form"') :]
    ) == [("_move", "take_back")]


def test_the_authors_are_read_in_a_row(as_reporter, reporter):
    authors = [factories.author("أحمد الخطيب"), factories.author("Émile Zola")]
    article = publishing.move(factories.draft(by=reporter, authors=authors), "submit", by=reporter)

    assert "أحمد الخطيب، Émile Zola" in as_reporter.get(change(article)).content.decode()


def test_a_reporter_does_not_write_what_is_in_review(as_reporter, reporter):
    article = publishing.move(factories.draft(by=reporter), "submit", by=reporter)

    response = as_reporter.post(change(article), payload(article, headline="مزوّر"))

    article.refresh_from_db()
    assert (response.status_code, article.headline == "مزوّر") == (403, False)


def test_the_list_of_a_reporter_holds_their_own(as_reporter, reporter):
    own = factories.draft(by=reporter)
    factories.draft()

    assert list(as_reporter.get(LIST).context["cl"].queryset) == [own]


def test_a_moderator_has_no_business_with_articles(client):
    client.force_login(factories.staff(factories.MODERATORS))

    assert client.get(LIST).status_code == 403
