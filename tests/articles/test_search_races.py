"""The index of readers' search stays what the articles are when two write at once."""

import pytest

from articles import publishing, search_index
from articles.models import Article, Tag
from tests import factories
from tests.races import overtaken

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tag():
    return factories.tag("ميناء")


@pytest.fixture
def article(tag):
    return factories.published(tags=[tag, factories.tag("شحن")], headline="افتتاح الرصيف")


def rename(tag, name):
    tag = Tag.objects.get(pk=tag.pk)
    tag.name = name
    publishing.save_named(tag)


def reword(article):
    article = Article.objects.get(pk=article.pk)
    article.headline = "تأجيل الافتتاح"
    publishing.save(article)


ROADS = {
    "withdrawal": lambda article: publishing.move(article, "withdraw", by=None),
    "another headline": reword,
    "deletion": lambda article: Article.objects.filter(pk=article.pk).delete(),
}


@pytest.mark.parametrize("change", ROADS.values(), ids=ROADS)
@pytest.mark.parametrize("write", [search_index.refresh, search_index.rebuild])
def test_what_changes_while_entries_are_written_anew_is_in_the_index(article, tag, change, write):
    rename(tag, "مرفأ")

    overtaken(lambda: change(article), write)

    while search_index.refresh():
        pass
    assert search_index.drift() == search_index.Drift([], [], [])


@pytest.mark.parametrize("status", ["draft", "published"])
def test_a_name_that_changes_while_its_article_is_written_is_in_the_index(tag, status):
    article = getattr(factories, status)(tags=[tag])

    overtaken(
        lambda: rename(tag, "مرفأ"),
        lambda: reword(article) if status == "published" else publishing.move(article, "publish", by=None),
    )

    while search_index.refresh():
        pass
    assert search_index.drift() == search_index.Drift([], [], [])
