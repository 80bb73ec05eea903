"""What came in with an archive has no revision until it needs one, and then the one that it came with."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import contents, first_revisions, previews, publishing, revising
from articles.models import Article, Revision
from articles.workflow import Status
from tests import factories
from tests.factories import write
from tests.races import overtaken

pytestmark = pytest.mark.django_db

HEADLINE = "من الأرشيف: OpenAI وMixtral-8x7B"


@pytest.fixture
def editor():
    return factories.staff(factories.EDITORS)


@pytest.fixture
def article():
    taken = factories.taken_in(headline=HEADLINE)
    assert not Revision.objects.exists()
    return taken


CHANGES = {
    "a working copy": lambda article, _by: write(article, summary="ملخّص آخر"),
    "a note": lambda article, _by: write(article, note="روجع"),
    "at once": lambda article, _by: publishing.save(article_with(article, summary="ملخّص آخر")),
    "the hour of withdrawal": lambda article, _by: move_withdrawal(article),
    "too late": lambda article, by: revising.keep_unapplied(
        article, by=by, base_version=2, authors=[], tags=[]
    ),
}


def article_with(article, **fields):
    mine = Article.objects.get(pk=article.pk)
    for name, value in fields.items():
        setattr(mine, name, value)
    return mine


def move_withdrawal(article):
    Article.objects.filter(pk=article.pk).update(withdraw_at=timezone.now() + timedelta(days=3))
    revising.set_withdrawal(article, timezone.now() + timedelta(days=5), by=None)


@pytest.mark.parametrize("name", CHANGES)
def test_before_anything_else_comes_among_its_revisions_its_text_does(article, editor, name):
    before = contents.of(article)

    CHANGES[name](article, editor)

    second, first = article.revisions.all()
    assert first.content | {"withdraw_at": None} == before
    assert (first.at, first.applied_at, first.by, first.base_version) == (
        article.created_at, article.created_at, None, None,
    )  # fmt: skip
    assert second.pk > first.pk


def test_it_is_made_once(article):
    write(article, summary="ملخّص آخر")
    write(article, summary="ملخّص ثالث")

    headlines = [(row.content["headline"], row.content["summary"]) for row in article.revisions.all()]
    assert headlines == [(HEADLINE, "ملخّص ثالث"), (HEADLINE, "ملخّص آخر"), (HEADLINE, "ملخّص")]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_makes_it():
    article = factories.taken_in(status=Status.DRAFT)

    overtaken(
        lambda: publishing.save(article_with(article, headline="الأول")),
        lambda: previews.share(article, by=None, lifetime=timedelta(days=1)),
    )

    assert article.revisions.filter(base_version=None).count() == 1


def test_what_both_began_from_is_found(article, editor):
    late = article_with(article, headline="عنواني")
    write(article, summary="ملخّص زميلي")

    revision = revising.keep_unapplied(late, by=editor, base_version=2, authors=[], tags=[])

    assert revising.at_version(article, revision.base_version)["summary"] == "ملخّص"


def test_its_text_is_brought_back(article):
    write(article, headline="عنوان آخر", body="<p>نص آخر.</p>")

    revising.restore(article.revisions.earliest("pk"), by=None)

    assert revising.current(article) == contents.of(article)


def test_a_draft_that_came_in_is_shared_for_preview(client):
    article = factories.taken_in(status=Status.DRAFT, headline=HEADLINE)

    link = previews.share(article, by=None, lifetime=timedelta(days=1))

    assert HEADLINE in client.get(reverse("articles:preview", args=[previews.token(link)])).text


def test_the_desk_says_why_it_has_none(client, editor, article):
    client.force_login(editor)
    address = reverse("admin:articles_article_revisions", args=[article.pk])

    assert "لم يتغيّر المقال منذ استيراده" in client.get(address).text

    write(article, by=editor, summary="ملخّص آخر")
    assert "لم يتغيّر المقال منذ استيراده" not in client.get(address).text


@pytest.mark.parametrize(("has_one", "queries"), [(True, 1), (False, 7)])
def test_how_many_queries_it_takes(article, django_assert_num_queries, has_one, queries):
    if has_one:
        first_revisions.keep(article.pk)

    with django_assert_num_queries(queries):
        first_revisions.keep(article.pk)
