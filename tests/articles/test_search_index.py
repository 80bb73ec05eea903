"""The index of readers' search follows what is published."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from articles import publishing, revising, search_index
from articles.models import Article, SearchEntry, SearchGram, SearchKey, SearchWord, Tag
from tests import factories

pytestmark = pytest.mark.django_db


def entries():
    return set(SearchEntry.objects.values_list("article", flat=True))


def contents():
    return list(SearchEntry.objects.order_by("pk").values_list("article", "keys", "text"))


def counts():
    return (
        dict(SearchKey.objects.values_list("key", "articles")),
        dict(SearchWord.objects.values_list("word", "articles")),
        dict(SearchGram.objects.values_list("gram", "articles")),
    )


def test_a_draft_has_no_entry():
    factories.draft()

    assert entries() == set()


def test_an_article_has_an_entry_from_its_publication_to_its_withdrawal():
    article = factories.published()
    assert entries() == {article.pk}

    publishing.move(article, "withdraw", by=None)

    assert entries() == set()


def test_an_entry_follows_the_text():
    article = factories.published(headline="ميناء جديد", summary="")
    article.headline = "مطار جديد"

    publishing.save(article)

    assert SearchEntry.objects.get().text.startswith(" مطار جديد ")


def test_a_working_copy_is_in_no_entry_until_it_is_published():
    article = Article.objects.get(pk=factories.published(headline="ميناء جديد", summary="").pk)
    article.headline = "مطار جديد"
    revising.save(article, by=factories.superuser(), authors=list(article.authors.all()), tags=[])
    assert "مطار" not in SearchEntry.objects.get().text

    publishing.move(article, "publish_changes", by=None)

    assert "مطار" in SearchEntry.objects.get().text


def test_words_are_counted_once():
    factories.published(headline="ميناء ميناء", summary="", body="<p>ميناء</p>")
    factories.published(headline="الميناء", summary="", body="<p>ميناء</p>")
    while search_index.refresh():
        pass

    assert SearchWord.objects.get(word="ميناء").articles == 2
    assert SearchWord.objects.get(word="الميناء").articles == 1


def test_words_of_what_is_scheduled_are_not_known():
    factories.published(headline="ميناء جديد", at=timezone.now() + timedelta(days=1))
    while search_index.refresh():
        pass

    assert not SearchWord.objects.exists()


@pytest.mark.parametrize("road", ["its own page", "the list"])
def test_a_name_that_was_deleted_finds_nothing(admin_client, road):
    tag = factories.tag("كأس الخليج")
    factories.published(tags=[tag])

    if road == "the list":
        asked = {"action": "delete_selected", "_selected_action": [tag.pk], "post": "yes"}
        admin_client.post("/admin/articles/tag/", asked)
    else:
        admin_client.post(f"/admin/articles/tag/{tag.pk}/delete/", {"post": "yes"})
    search_index.refresh()

    assert not Tag.objects.exists()
    assert not search_index.drift()


def test_what_was_published_before_there_was_an_index_comes_into_it():
    factories.published(headline="ميناء جديد")
    SearchEntry.objects.all().delete()

    with connection.cursor() as cursor:
        cursor.execute(import_module("articles.migrations.0003_search").Migration.operations[-1].sql)
    while search_index.refresh():
        pass

    assert not search_index.drift()
    assert SearchWord.objects.filter(word="ميناء").exists()


def test_a_word_is_known_as_most_spell_it():
    for headline in ("مدرسه", "مدرسة", "مَدرسة"):
        factories.published(headline=headline, summary="", body="<p>نصّ</p>")
    while search_index.refresh():
        pass

    assert SearchWord.objects.get(word="مدرسه").spelling == "مدرسة"


def test_all_of_it_written_anew_is_what_it_was():
    for _ in range(3):
        factories.published()
    while search_index.refresh():
        pass
    before = contents(), counts()

    call_command("index_search")

    assert (contents(), counts()) == before


def test_the_command_tells_whether_the_index_is_what_the_articles_are(capsys):
    missing, different, superfluous = (factories.published() for _ in range(3))
    call_command("index_search", check=True)
    SearchEntry.objects.filter(article=missing).delete()
    SearchEntry.objects.filter(article=different).update(text="")
    Article.objects.filter(pk=superfluous.pk).update(status=Article.Status.DRAFT)

    with pytest.raises(CommandError, match="1 are missing, 1 do not belong, and 1 say something else"):
        call_command("index_search", check=True)
    call_command("index_search")

    call_command("index_search", check=True)
    assert entries() == {missing.pk, different.pk}


def test_an_entry_is_written_in_the_same_number_of_queries_whatever_the_article(django_assert_num_queries):
    few = factories.published()
    many = factories.published(
        authors=[factories.author(f"كاتب {number}") for number in range(4)],
        tags=[factories.tag(f"وسم {number}") for number in range(4)],
    )

    for article in (few, many):
        with django_assert_num_queries(5):
            search_index.note(article)
