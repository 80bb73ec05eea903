"""The warning of similar stories: what is alike, who is told what, and that it stops nobody."""

import re
import string
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import publishing, revising, similar_stories
from articles.models import Article, Distinction
from tests import factories
from tests.article_form import ADD, change, payload, told_on

pytestmark = pytest.mark.django_db

HEADLINE = "مايكروسوفت تعلن شراكة جديدة مع Mistral AI الفرنسية"
SUMMARY = "اتفاق لسنوات يتيح نماذج ميسترال في Azure."


def _found(user, headline=HEADLINE, **more):
    similar = similar_stories.similar_to(user, headline, **more)
    return similar.known, similar.hidden


@pytest.mark.parametrize(
    "headline",
    [
        "مايكروسوفت تعلن شراكةً جديدةً مع Mistral AI",
        "شراكة جديدة بين مايكروسوفت وMistral AI الفرنسية",
        "عاجل: مايكروسوفت تُعلن شراكة مع «ميسترال» Mistral AI الفرنسية",
    ],
)
def test_another_report_of_one_event_is_found(editor, headline):
    story = factories.published(headline=HEADLINE, summary=SUMMARY)

    assert _found(editor, headline) == ([story], [])


@pytest.mark.parametrize(
    "headline",
    [
        "Mistral AI تطلق نموذجًا مفتوحًا للترجمة العربية",
        "مايكروسوفت تعلن نتائج الربع الثالث",
        "وزارة التعليم تعلن شراكة مع جامعة القاهرة",
        "مايكروسوفت",
    ],
)
def test_a_story_of_the_same_subject_is_not(editor, headline):
    factories.published(headline=HEADLINE, summary=SUMMARY)

    assert _found(editor, headline) == ([], [])


def test_what_appeared_long_ago_or_lies_untouched_is_not_told(editor):
    now = timezone.now()
    factories.published(headline=HEADLINE, at=now - timedelta(days=15))
    old = factories.draft(headline=HEADLINE)
    Article.objects.filter(pk=old.pk).update(modified_at=now - timedelta(days=61))
    publishing.move(factories.draft(headline=HEADLINE), "archive", by=None)

    assert _found(editor) == ([], [])


def test_nobody_is_told_of_the_article_itself_or_of_its_working_copy(editor):
    article = factories.published(headline="خبر قديم لا يشبه شيئًا")
    edited = Article.objects.get(pk=article.pk)
    edited.headline = HEADLINE
    revising.save(edited, by=editor, authors=list(article.authors.all()), tags=[])

    assert _found(editor, article=article) == ([], [])


def test_a_reporter_is_told_of_the_works_of_others_without_a_word_of_them(as_reporter, reporter):
    mine = factories.draft(by=reporter, headline=HEADLINE)
    public = factories.published(headline=HEADLINE)
    hidden = [
        factories.draft(by=factories.superuser(), headline=f"{HEADLINE} سرّيّ"),
        factories.published(headline=HEADLINE, at=timezone.now() + timedelta(days=1)),
    ]

    known, numbers = _found(reporter)
    page = as_reporter.post(
        reverse("admin:articles_article_similar_to_new"), {"headline": HEADLINE}
    ).content.decode()

    assert ({*known}, {*numbers}) == ({mine, public}, {story.pk for story in hidden})
    assert "يعمل زميل على مادة مشابهة." in page
    assert "سرّيّ" not in page
    assert [story.get_absolute_url() in page for story in (public, *hidden)] == [True, False, False]


@pytest.mark.parametrize("known", [2, 4, 8])
def test_the_headline_of_a_colleague_is_not_read_letter_by_letter(reporter, monkeypatch, known):
    monkeypatch.setattr(similar_stories, "MOST_ASKED", 1_000)
    secret = "وزير المالية يستقيل بعد تسريب وثائق الموازنة إلى الصحافة"
    factories.draft(headline=secret)
    words = secret.split()
    begun = " ".join(words[:known])

    # The letter that is guessed, and more letters by which the likeness is brought close to the threshold.
    told = [
        {
            bool(_found(reporter, f"{begun} {guessed} {string.ascii_letters[:more]}")[1])
            for guessed in (words[known][0], "ظ")
        }
        for more in range(0, 28, 2)
    ]

    assert [len(answers) for answers in told] == [1] * len(told)


def test_of_the_works_of_others_a_reporter_is_told_only_so_often(reporter, monkeypatch):
    monkeypatch.setattr(similar_stories, "MOST_ASKED", 2)
    mine, hidden = factories.draft(by=reporter, headline=HEADLINE), factories.draft(headline=HEADLINE)

    told = [_found(reporter) for _time in range(3)]

    assert told == [([mine], [hidden.pk]), ([mine], [hidden.pk]), ([mine], [])]


@pytest.mark.parametrize("field", ["headline", "summary"])
def test_what_no_column_holds_is_left_out_of_the_question(as_editor, field):
    story = factories.published(headline=HEADLINE, summary=SUMMARY)
    asked = {"headline": HEADLINE, "summary": SUMMARY}
    asked[field] += "\0"

    page = as_editor.post(reverse("admin:articles_article_similar_to_new"), asked)

    assert page.context["similar"].known == [story]


def test_where_all_is_hidden_nobody_is_told_that_there_is_none(as_reporter):
    factories.draft(by=factories.superuser(), headline=HEADLINE)

    page = as_reporter.post(
        reverse("admin:articles_article_similar_to_new"), {"headline": HEADLINE}
    ).content.decode()

    assert re.findall("<p.*?>(.*?)</p>", page) == ["يعمل زميل على مادة مشابهة."]


@pytest.mark.parametrize("count", [1, 4])
def test_the_warning_costs_two_queries(editor, django_assert_num_queries, count):
    for _number in range(count):
        factories.published(headline=HEADLINE)

    # The permissions of an account are read once a request, by two.
    with django_assert_num_queries(2 + 2):
        similar_stories.similar_to(editor, HEADLINE)


def test_the_form_tells_and_forgets_what_was_told_apart(as_editor, editor):
    other = factories.published(headline=HEADLINE)
    article = factories.draft(headline=HEADLINE)
    told = as_editor.get(change(article)).context["similar"].known

    as_editor.post(reverse("admin:articles_article_tell_apart", args=[article.pk]), {"other": other.pk})

    assert told == [other]
    assert as_editor.get(change(article)).context["similar"].known == []
    assert list(Distinction.objects.values_list("article", "other", "by")) == [
        (article.pk, other.pk, editor.pk)
    ]


def test_a_reporter_tells_apart_what_he_may_not_see_without_learning_which(as_reporter, reporter):
    other = factories.draft(headline=HEADLINE)
    article = factories.draft(by=reporter, headline=HEADLINE)
    address = reverse("admin:articles_article_tell_apart", args=[article.pk])

    as_reporter.post(address, {"other": other.pk})
    guessed = Distinction.objects.count()
    as_reporter.post(address, {"other": ""})

    assert (guessed, _found(reporter, article=article)) == (0, ([], []))


def test_a_reporter_asks_for_no_article_of_others(as_reporter):
    other = factories.draft(headline=HEADLINE)
    names = ["articles_article_similar", "articles_article_tell_apart"]

    answers = [
        as_reporter.post(reverse(f"admin:{name}", args=[other.pk]), {"headline": HEADLINE}).status_code
        for name in names
    ]

    assert answers == [404, 403]


def test_saving_tells_and_stops_nobody(as_editor):
    story = factories.published(headline=HEADLINE)

    answer = as_editor.post(ADD, payload(headline=HEADLINE, _save=""), follow=True)

    assert Article.objects.count() == 2
    assert f'<a href="{change(story)}"><bdi dir="rtl">{HEADLINE}</bdi></a>' in " ".join(told_on(answer))
