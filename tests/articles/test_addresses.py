"""Addresses over the years: renamed and renamed back, typed by hand, in every script, through the real URLs."""

import re
from urllib.parse import quote

import pytest
from django.conf import settings
from django.urls import clear_script_prefix, reverse, set_script_prefix
from django.utils import translation
from django.utils.encoding import iri_to_uri

from articles import publishing, revising
from articles.models import Article
from tests import factories
from tests.article_form import ADD, change, payload

pytestmark = pytest.mark.django_db

MADE = {
    "article": lambda name: factories.published(headline=name),
    "section": factories.section,
    # Names of which readers see nothing have no page.
    "tag": lambda name: factories.published(tags=[factories.tag(name)]).tags.get(),
    "author": lambda name: factories.published(authors=[factories.author(name)]).authors.get(),
}


def _rename(row, slug):
    """Give `row` another slug by its verb, and return the address it has then."""
    row.slug = slug
    return (publishing.save if isinstance(row, Article) else publishing.save_named)(row).get_absolute_url()


@pytest.mark.parametrize("kind", MADE)
def test_each_former_address_answers_one_redirect_after_a_b_c_a(client, kind):
    row = MADE[kind]("ألف")
    former = [_rename(row, slug) for slug in ("باء", "جيم", "ألف")]
    former.append(f"/{kind}/{row.pk}/دال/")
    address = row.get_absolute_url()

    chains = {old: client.get(old, follow=True).redirect_chain for old in {address, *former}}

    assert chains == {
        old: [] if old == address else [(iri_to_uri(address), 301)] for old in {address, *former}
    }


def test_a_slug_of_250_letters_is_cut_at_a_word_and_renamed(client):
    headline = "الاستقلالية " * 20 + "نهاية عشرة"
    article = factories.published(headline=headline)
    old = article.get_absolute_url()

    new = _rename(article, "قصير")

    assert len(headline) == 250
    assert article.slug == "قصير"
    assert re.fullmatch(r"/article/\d+/(الاستقلالية-){5}الاستقلالية/", old)
    assert client.get(old, follow=True).redirect_chain == [(iri_to_uri(new), 301)]


def test_a_word_of_250_letters_has_an_address(client):
    article = factories.published(headline="ط" * 250)

    assert client.get(article.get_absolute_url()).status_code == 200
    assert len(article.slug) == 80


@pytest.mark.parametrize("kind", MADE)
def test_titles_that_leave_little_have_addresses_of_their_own(client, kind):
    titles = ["؟؟؟", "مُحَمَّد", "الـعـربـيـة", "C++ و C#", "أ/ب", "!!!", "محمد"]

    rows = [MADE[kind](title) for title in titles]

    assert [row.slug for row in rows] == [
        "بلا-عنوان", "محمد", "العربية", "c-و-c", "أ-ب", "بلا-عنوان-2", "محمد-2",
    ]  # fmt: skip
    pages = [client.get(row.get_absolute_url()) for row in rows]
    assert [page.status_code for page in pages] == [200] * len(titles)


@pytest.mark.parametrize("case", [str.upper, str.lower], ids=["upper", "lower"])
@pytest.mark.parametrize("title", ["مُحَمَّد", "C++ و C#", "أ/ب"])
def test_either_hex_case_of_percent_encoding_is_the_page_itself(client, title, case):
    article = factories.published(headline=title)
    path = re.sub("%..", lambda match: case(match[0]), quote(article.get_absolute_url()))

    assert client.get(path).status_code == 200


def test_two_articles_of_one_title_have_two_addresses(client):
    rows = [factories.published(headline="بيان عن OpenAI") for _ in range(3)]

    assert [row.slug for row in rows] == ["بيان-عن-openai", "بيان-عن-openai-2", "بيان-عن-openai-3"]
    assert [client.get(row.get_absolute_url()).context["article"] for row in rows] == rows


def test_an_address_renamed_in_a_working_copy_waits_with_it(client, editor):
    article = factories.published(headline="قديم")
    old = article.get_absolute_url()
    edited = Article.objects.get(pk=article.pk)
    edited.slug = "جديد"
    revising.save(edited, by=editor, authors=list(article.authors.all()), tags=[])
    waiting = client.get(old).status_code

    publishing.move(article, "publish_changes", by=editor)

    article.refresh_from_db()
    assert (waiting, article.slug) == (200, "جديد")
    assert client.get(old, follow=True).redirect_chain == [(iri_to_uri(article.get_absolute_url()), 301)]


def test_a_waiting_address_that_was_taken_meanwhile_is_numbered(client, editor):
    article = factories.published(headline="قديم")
    edited = Article.objects.get(pk=article.pk)
    edited.slug = "جديد"
    revising.save(edited, by=editor, authors=list(article.authors.all()), tags=[])
    taken = factories.published(headline="جديد")

    publishing.move(article, "publish_changes", by=editor)

    article.refresh_from_db()
    assert (taken.slug, article.slug) == ("جديد", "جديد-2")
    assert client.get(article.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("OpenAI And Mistral", "openai-and-mistral"),
        ("  خبر   عاجل ", "خبر-عاجل"),
        ("أ/ب", "أ-ب"),
        ("..", "بلا-عنوان"),
        ("../../admin", "admin"),
        ("admin", "admin"),
        ("feed", "feed"),
        ("?q=1#x", "q-1-x"),
        ("%D9%85", "d9-85"),
        ("<script>", "script"),
        ("\u202eخبر\u0640", "خبر"),
        ("-", "بلا-عنوان"),
    ],
)
def test_an_address_typed_by_hand_becomes_one_that_opens(client, as_editor, typed, slug):
    as_editor.post(ADD, payload(slug=typed, _move="publish"))

    article = Article.objects.get()
    assert article.slug == slug
    assert client.get(article.get_absolute_url()).status_code == 200


def test_an_address_typed_by_hand_that_another_has_is_refused_in_words(as_editor):
    factories.published(headline="خبر")
    article = factories.draft()

    answer = as_editor.post(change(article), payload(article, slug="خبر"))

    assert list(answer.context["adminform"].form.errors) == ["slug"]


@pytest.mark.parametrize(
    "rest", ["%2e%2e/", "..%2f", "%00/", "%ff/", "%u0645/", "a%2fb/", "x" * 3_000 + "/", "%D9%85%0d%0aX:1/"]
)
def test_what_is_no_slug_at_all_leads_to_the_page_or_nowhere(client, rest):
    article = factories.published()

    answer = client.get(f"/article/{article.pk}/{rest}")

    assert answer.status_code in {301, 400, 404}
    assert answer.get("Location", iri_to_uri(article.get_absolute_url())) == iri_to_uri(
        article.get_absolute_url()
    )


def test_pages_link_by_addresses_that_can_be_read_and_tell_machines_uris(client):
    article = factories.published(headline="الترام يعود", section=factories.section("مدن"))

    text = client.get(article.get_absolute_url()).text

    links = re.findall('<a [^>]*href="([^"]*)"', text)
    assert f"/section/{article.section_id}/مدن/" in links
    assert f"/en/article/{article.pk}/الترام-يعود/" in links
    # Of other sites, and what is handed to them.
    assert [link for link in links if "%" in link and not link.startswith("https:")] == []
    told = re.findall('<link rel="canonical" href="([^"]*)">|<meta [^>]*content="(http[^"]*)"', text)
    structured = re.findall('"(http[^"]*)"', re.search('ld\\+json">(.*?)</script>', text)[1])
    machines = [address for found in told for address in found if address]
    assert f"{settings.SITE_URL}{iri_to_uri(article.get_absolute_url())}" in machines
    assert [address for address in machines if not address.isascii()] == []
    # JSON-LD takes letters as they are.
    assert f"{settings.SITE_URL}{article.get_absolute_url()}" in structured
    assert [address for address in structured if "%" in address] == []


@pytest.mark.parametrize("prefix", ["/", "/صحيفة/"])
@pytest.mark.parametrize(("language", "place"), [("ar", ""), ("en", "en/")])
def test_an_address_follows_the_language_and_where_the_site_is_mounted(language, place, prefix):
    article = factories.published(headline="الترام يعود")
    set_script_prefix(prefix)
    try:
        with translation.override(language):
            assert article.get_absolute_url() == f"{prefix}{place}article/{article.pk}/الترام-يعود/"
            assert iri_to_uri(article.get_absolute_url()) == reverse(
                "articles:detail", args=[article.pk, article.slug]
            )
    finally:
        clear_script_prefix()
