"""Articles that say the same in several languages: each leads to the others that readers see."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from articles import contents, publishing, revising
from articles.models import Article
from tests import factories
from tests.article_form import ADD, change, payload

pytestmark = pytest.mark.django_db


def _original(**fields):
    return factories.published(**{"headline": "نموذج جديد من OpenAI"} | fields)


def _translation(original, **fields):
    return factories.published(
        **{"headline": "A new model", "language": "en", "translation_of": original, "translated_from": "ar"}
        | fields
    )


def _linked(client, article):
    """The alternates of the head and the links to read, by language."""
    head, body = client.get(article.get_absolute_url()).text.split("<body", 1)
    alternates = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="https?://[^/]+([^"]+)">', head)
    links = re.findall(
        r'<a href="([^"]+)" rel="alternate" hreflang="([^"]+)" lang="[^"]+" dir="[^"]+">([^<]+)</a>', body
    )
    return dict(alternates), links


def test_an_article_and_its_translations_lead_to_each_other(client):
    original = _original()
    english, french = _translation(original), _translation(original, language="fr", headline="Un modèle")
    everywhere = {"ar": original, "en": english, "fr": french}
    called = {"ar": "اقرأ بالعربية", "en": "Read in English", "fr": "Lire en français"}

    for language, article in everywhere.items():
        alternates, links = _linked(client, article)

        assert alternates == {
            code: iri_to_uri(other.get_absolute_url()) for code, other in everywhere.items()
        }
        assert links == [
            (other.get_absolute_url(), code, called[code])
            for code, other in sorted(everywhere.items())
            if code != language
        ]


@pytest.mark.parametrize("hidden", ["draft", "scheduled", "withdrawn"])
def test_what_readers_do_not_see_is_not_named(client, hidden):
    original = _original()
    if hidden == "draft":
        factories.draft(language="en", translation_of=original)
    elif hidden == "scheduled":
        _translation(original, at=timezone.now() + timedelta(hours=1))
    else:
        publishing.move(_translation(original), "withdraw", by=None)

    assert _linked(client, original) == ({}, [])


def test_another_that_stands_alone_has_no_links(client):
    _translation(_original())

    assert _linked(client, factories.published()) == ({}, [])


@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_article_takes_as_many_queries_however_many_translations(client, django_assert_num_queries, count):
    article = _original(tags=[factories.tag()])
    factories.approved(article)
    for language in ["en", "fr", "tr"][:count]:
        _translation(article, language=language)

    with django_assert_num_queries(9):
        client.get(article.get_absolute_url())


def test_the_original_is_chosen_on_the_form(as_editor):
    original = _original()

    as_editor.post(ADD, payload(language="en", translation_of=original.pk))

    assert Article.objects.get(language="en").translation_of == original


@pytest.mark.parametrize("which", ["same language", "itself"])
def test_what_is_no_original_is_refused(as_editor, which):
    original, article = _original(), factories.draft(language="ar" if which == "same language" else "en")

    chosen = original.pk if which == "same language" else article.pk
    answer = as_editor.post(change(article), payload(article, translation_of=chosen))

    assert set(answer.context["adminform"].form.errors) == {"translation_of"}


def test_what_a_reporter_may_not_know_of_is_no_choice(as_reporter):
    secret = factories.draft(headline="سرّ عن OpenAI")

    answer = as_reporter.post(ADD, payload(language="en", translation_of=secret.pk))

    assert set(answer.context["adminform"].form.errors) == {"translation_of"}


def test_a_link_to_the_original_shows_when_changes_are_published(client):
    original, article = _original(), factories.published(language="en")
    article.translation_of = original
    revising.save(article, by=factories.superuser(), authors=[], tags=[])
    before = _linked(client, original)[1]
    stored = Article.objects.get(pk=article.pk)
    kept = contents.changed(contents.of(stored), revising.current(stored))

    publishing.move(stored, "publish_changes", by=None)

    assert (before, kept[0]) == ([], "translation_of")
    assert [language for _address, language, _called in _linked(client, original)[1]] == ["en"]
