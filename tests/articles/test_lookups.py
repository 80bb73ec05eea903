"""Look-up fields filled in by name, as without scripts."""

import pytest
from django.contrib.auth.models import Permission, User

from articles.models import Article, Tag
from articles.publishing import save_named
from tests import factories
from tests.articles.test_admin import ADD, change, payload

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_editor(client):
    client.force_login(factories.staff(factories.EDITORS))
    return client


def test_names_are_found_in_any_spelling_or_by_their_number(as_editor):
    first, second = factories.author("أحمد الخطيب"), factories.author("ليلى حدّاد")
    tag = factories.tag("OpenAI")

    as_editor.post(
        ADD,
        payload(
            bylines=[first.pk],
            bylines__typed=["ليلي حداد", ""],
            tags__typed=[f"\u2066OpenAI\u2069 ({tag.pk})"],
        ),
    )

    article = Article.objects.get()
    assert [byline.author for byline in article.bylines.all()] == [first, second]
    assert list(article.tags.all()) == [tag]


def test_a_name_that_names_nothing_comes_back_to_be_mended(as_editor):
    answer = as_editor.post(ADD, payload(bylines__typed=["سندباد"], hero__typed="لا صورة كهذه"))

    page = answer.content.decode()
    assert answer.context["adminform"].form.errors.keys() == {"bylines", "hero"}
    assert 'name="bylines__typed" value="سندباد"' in page
    assert 'name="hero__typed" value="لا صورة كهذه"' in page
    assert Article.objects.count() == 0


def test_digits_that_name_nothing_are_not_taken_for_a_number(as_editor):
    tag = factories.tag()

    answer = as_editor.post(ADD, payload(tags__typed=[str(tag.pk)]))

    assert answer.context["adminform"].form.errors.keys() == {"tags"}


def test_a_tag_named_by_a_number_is_found_by_its_name(as_editor):
    tag = save_named(Tag(name="2026"))

    as_editor.post(ADD, payload(tags__typed=["٢٠٢٦"]))

    assert list(Article.objects.get().tags.all()) == [tag]


def test_what_is_typed_takes_the_place_of_what_was_chosen(as_editor):
    before, after = factories.author("ليلى حدّاد"), factories.author("Mona Said")
    article = factories.draft(translation_reviewer=before)

    as_editor.post(
        change(article),
        payload(article, translation_reviewer=before.pk, translation_reviewer__typed="mona said"),
    )

    article.refresh_from_db()
    assert article.translation_reviewer == after


def test_names_are_told_only_to_who_may_see_them(client):
    author = factories.author("سندباد")
    writer = User.objects.create_user("writer", is_staff=True)
    writer.user_permissions.set(Permission.objects.filter(codename__in=["add_article", "view_article"]))
    client.force_login(writer)

    answer = client.post(ADD, payload(bylines__typed=[author.name]))

    assert answer.context["adminform"].form.errors.keys() == {"bylines"}
    assert f"({author.pk})" not in answer.content.decode()


def test_the_form_asks_for_its_lists_once(as_editor, django_assert_num_queries):
    for number in range(3):
        factories.author(f"كاتبة {number}")

    as_editor.get(ADD)
    with django_assert_num_queries(10):
        page = as_editor.get(ADD).content.decode()

    # Among the authors and among the reviewers of a translation.
    assert page.count("كاتبة 1") == 2
