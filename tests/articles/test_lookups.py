"""Look-up fields filled in by name, as without scripts."""

from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.http import QueryDict

from articles.admin.lookups import LookupMultiple
from articles.models import Article, Tag
from articles.publishing import save_named
from tests import factories
from tests.article_form import ADD, change, payload

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def errors(answer):
    return set(answer.context["adminform"].form.errors)


def test_names_are_added_to_those_chosen_in_any_spelling(as_editor):
    first, second = factories.author("أحمد الخطيب"), factories.author("ليلى حدّاد")

    as_editor.post(ADD, payload(bylines=[first.pk], bylines__typed=["ليلي حداد", ""]))

    assert [byline.author for byline in Article.objects.get().bylines.all()] == [first, second]


def in_arabic_digits(number):
    return str(number).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


@pytest.mark.parametrize(
    "written", [str, "0{}".format, in_arabic_digits], ids=["plain", "leading zero", "Arabic"]
)
def test_a_name_that_several_have_is_told_apart_by_its_number(as_editor, written):
    save_named(Tag(name="الذكاء الإصطناعي"))
    tag = save_named(Tag(name="الذكاء الاصطناعي"))

    as_editor.post(ADD, payload(tags__typed=[f"\u2067الذكاء الاصطناعي\u2069 ({written(tag.pk)})"]))

    assert list(Article.objects.get().tags.all()) == [tag]


def test_a_name_that_several_have_is_refused(as_editor):
    save_named(Tag(name="الذكاء الإصطناعي"))
    save_named(Tag(name="الذكاء الاصطناعي"))

    assert errors(as_editor.post(ADD, payload(tags__typed=["الذكاء الاصطناعي"]))) == {"tags"}


def test_a_number_behind_another_name_is_refused(as_editor):
    tag = factories.tag("OpenAI")

    answer = as_editor.post(ADD, payload(tags__typed=[f"شيء آخر تماما ({tag.pk})"]))

    assert errors(answer) == {"tags"}


def test_a_name_that_ends_in_a_number_is_a_name(as_editor):
    stranger = factories.tag("OpenAI")
    tag = factories.tag(f"أخرى ({stranger.pk})")

    as_editor.post(ADD, payload(tags__typed=[tag.name]))

    assert list(Article.objects.get().tags.all()) == [tag]


def test_a_name_is_found_among_many_that_hold_it(as_editor):
    for number in range(105):
        factories.tag(f"ا {number:03} يوم")
    tag = factories.tag("يوم")

    as_editor.post(ADD, payload(tags__typed=["يوم"]))

    assert list(Article.objects.get().tags.all()) == [tag]


def test_what_no_name_can_hold_is_left_out_of_what_was_typed(as_editor):
    tag = factories.tag("OpenAI")

    as_editor.post(ADD, payload(tags__typed=["Open\0AI"]))

    assert list(Article.objects.get().tags.all()) == [tag]


def test_a_picture_is_found_by_its_alternative_text(as_editor):
    image = factories.image(alt="جسر على النهر")

    as_editor.post(ADD, payload(hero__typed="جسر علي النهر"))

    assert Article.objects.get().hero == image


@pytest.mark.parametrize("words", [1, 12_000])
def test_a_name_costs_two_queries_however_long(as_editor, django_assert_num_queries, words):
    typed = "كلمة " * words + "(7)"
    field = Article._meta.get_field("tags")
    widget = LookupMultiple(field, admin.site)
    widget.may_look_up = True

    with django_assert_num_queries(2):
        found = widget.value_from_datadict(QueryDict(urlencode({"tags__typed": typed})), {}, "tags")

    assert found == [typed]


def test_a_name_that_names_nothing_comes_back_to_be_mended(as_editor):
    answer = as_editor.post(ADD, payload(bylines__typed=["سندباد"], hero__typed="لا صورة كهذه"))

    page = answer.content.decode()
    assert errors(answer) == {"bylines", "hero"}
    assert 'name="bylines__typed" value="سندباد"' in page
    assert 'name="hero__typed" value="لا صورة كهذه"' in page
    assert Article.objects.count() == 0


@pytest.mark.parametrize(
    "written",
    [str, "+{}".format, "0_{}".format, in_arabic_digits],
    ids=["digits", "sign", "underscore", "Arabic digits"],
)
@pytest.mark.parametrize(
    ("name", "kind"), [("tags", factories.tag), ("translation_reviewer", factories.author)]
)
def test_what_only_looks_like_a_number_comes_back_as_typed(as_editor, name, kind, written):
    typed = written(kind().pk)

    answer = as_editor.post(ADD, payload(**{f"{name}__typed": [typed]}))

    assert errors(answer) == {name}
    assert f'name="{name}__typed" value="{typed}"' in answer.content.decode()


def test_digits_of_who_may_see_no_names_are_not_taken_for_a_number(as_writer):
    author = factories.author()

    assert errors(as_writer.post(ADD, payload(bylines__typed=[str(author.pk)]))) == {"bylines"}


@pytest.mark.parametrize("name", ["bylines", "tags", "hero"])
@pytest.mark.parametrize(
    "sent",
    ["9" * 19, "9" * 4_000, "9" * 5_000, "x"],
    ids=["19 digits", "4,000 digits", "5,000 digits", "letter"],
)
def test_what_no_list_offers_is_refused(as_editor, name, sent):
    assert errors(as_editor.post(ADD, payload(**{name: [sent]}))) == {name}


def test_the_number_of_an_author_in_arabic_digits_is_refused(as_editor):
    author = factories.author()

    assert errors(as_editor.post(ADD, payload(bylines=[in_arabic_digits(author.pk)]))) == {"bylines"}


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


def test_a_typed_headline_of_a_colleagues_draft_is_answered_as_one_that_nobody_wrote(as_reporter):
    story = factories.draft(headline="خبر سرّيّ")
    typed = [story.headline, f"{story.headline} ({story.pk})", "خبر لم يكتبه أحد"]

    told = [
        as_reporter.post(ADD, payload(related__typed=[text])).context["adminform"].form.errors["related"]
        for text in typed
    ]

    assert told == [[f'"{text}" ليست قيمة صالحة.'] for text in typed]


def test_a_headline_that_readers_see_is_found(as_reporter):
    story = factories.published(headline="شراكة Mistral AI")

    as_reporter.post(ADD, payload(related__typed=["شراكه mistral ai"]))

    assert Article.objects.get(status="draft").related == [story.pk]


@pytest.fixture
def writer():
    """Somebody who may write and may see neither authors nor tags."""
    user = User.objects.create_user("writer", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["add_article", "view_article"]))
    return user


@pytest.fixture
def as_writer(client, writer):
    client.force_login(writer)
    return client


def test_names_are_told_only_to_who_may_see_them(as_writer):
    author = factories.author("سندباد")

    answer = as_writer.post(ADD, payload(bylines__typed=[author.name]))

    assert errors(answer) == {"bylines"}
    assert f"({author.pk})" not in answer.content.decode()


def test_two_forms_at_once_share_no_field(rf, editor, writer):
    def form_of(user):
        request = rf.get(ADD)
        request.user = user
        return admin.site.get_model_admin(Article).get_form(request)

    first, second = form_of(editor), form_of(writer)

    looked_up = [form.base_fields["bylines"].widget.widget.may_look_up for form in (first, second)]
    assert looked_up == [True, False]


@pytest.mark.parametrize("number_of_authors", [1, 3])
def test_the_form_asks_for_its_lists_once(as_editor, django_assert_num_queries, number_of_authors):
    for number in range(number_of_authors):
        factories.author(f"كاتبة {number}")

    as_editor.get(ADD)
    # One of them asks for drafts that were never saved.
    with django_assert_num_queries(10):
        page = as_editor.get(ADD).content.decode()

    # Among the authors and among the reviewers of a translation.
    assert page.count("كاتبة 0") == 2


def test_headlines_are_found_by_the_index_of_their_key():
    with connection.cursor() as cursor:
        # A few rows are read faster than any index.
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "searched_key" in Article.objects.headed(["ميسترال"]).order_by().explain()


def test_words_too_short_for_the_index_are_looked_for_among_the_newest(monkeypatch):
    monkeypatch.setattr("articles.models.article.NEWEST_SEARCHED", 2)
    articles = [factories.published(headline=f"مع النصّ {number}") for number in range(3)]

    assert list(Article.objects.headed(["مع"])) == articles[:0:-1]
    assert set(Article.objects.headed(["مع", "النص"])) == set(articles)
