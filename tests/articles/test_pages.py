"""The public pages: who sees what, at which address, and at what price."""

import json
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from articles import publishing
from articles.models import Article
from comments import moderation
from tests import factories, public_site

pytestmark = pytest.mark.django_db

QUERIES = {"home": 4, "section": 4, "article": 9}
ARTICLE_BYTES = 60_000


def _urls(article: Article) -> dict[str, str]:
    return {"home": "/", "section": article.section.get_absolute_url(), "article": article.get_absolute_url()}


def _many(count: int) -> None:
    """`count` articles like the first one, by SQL: the verbs are too slow for a thousand."""
    model = Article.objects.get()
    rows = [
        Article(
            section=model.section,
            headline=f"عنوان {number}",
            slug=f"عنوان-{number}",
            body=model.body,
            body_html=model.body_html,
            status=model.status,
            published_at=model.published_at - timedelta(minutes=number),
        )
        for number in range(count)
    ]
    Article.objects.bulk_create(rows)
    through = Article.authors.through
    author = factories.author()
    through.objects.bulk_create(through(article=row, author=author) for row in rows)


@pytest.mark.slow
@pytest.mark.parametrize("count", [10, 1_000])
@pytest.mark.parametrize("name", QUERIES)
def test_a_page_takes_as_many_queries_with_a_thousand_articles_as_with_ten(
    client, django_assert_num_queries, name, count
):
    article = factories.published(tags=[factories.tag()])
    factories.approved(article)
    _many(count)

    with django_assert_num_queries(QUERIES[name]):
        response = client.get(_urls(article)[name])

    assert response.status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("count", [3, 500])
@pytest.mark.parametrize("name", QUERIES)
def test_a_page_takes_as_many_queries_with_five_hundred_comments_as_with_three(
    client, django_assert_num_queries, name, count
):
    article = factories.published(tags=[factories.tag()])
    _comments(article, count)

    with django_assert_num_queries(QUERIES[name]):
        response = client.get(_urls(article)[name])

    assert response.status_code == 200


def _comments(article: Article, count: int) -> None:
    model = factories.approved(article)
    rows = []
    for number in range(1, count):
        copy = type(model).objects.get(pk=model.pk)
        copy.pk = copy.root_id = model.pk + number
        copy.path = f"{copy.pk:010x}"
        copy.receipt = f"receipt-{number}"
        copy.submission_fingerprint = f"submission-{number}"
        rows.append(copy)
    type(model).objects.bulk_create(rows)


def test_an_article_with_twenty_comments_is_light(client):
    article = factories.published(body="<p>" + "ستكون نماذج ميسترال متاحة في Microsoft Azure. " * 90 + "</p>")
    for _ in range(20):
        factories.approved(article, body="تعليق هادئ من ثلاث جمل. " * 8 + str(_))

    response = client.get(article.get_absolute_url())

    assert len(response.content) <= ARTICLE_BYTES


@pytest.mark.parametrize("name", QUERIES)
def test_shared_pages_are_the_same_bytes_for_everyone(client, name):
    url = _urls(factories.published())[name]
    staff = Client()
    staff.force_login(factories.superuser())

    visitors, editors = client.get(url), staff.get(url)

    assert visitors.content == editors.content
    assert "Set-Cookie" not in visitors.headers
    assert "Cookie" not in visitors.headers.get("Vary", "")
    assert b"csrf" not in visitors.content


@pytest.mark.parametrize(
    "case", ["other slug", "no slug", "tatweel", "decomposed", "no slash", "other slug, no slash"]
)
def test_every_other_slug_answers_one_redirect(client, case):
    article = factories.published(headline="آخر الأخبار")
    slug = {
        "other slug": "قديم/",
        "no slug": "",
        "tatweel": "آخر-الأخبـــار/",
        "decomposed": "ا\u0653خر-الأخبار/",
        "no slash": article.slug,
        "other slug, no slash": "قديم",
    }[case]

    response = client.get(f"/article/{article.pk}/{slug}", follow=True)

    assert response.redirect_chain == [(iri_to_uri(article.get_absolute_url()), 301)]


@pytest.mark.parametrize("case", [str.upper, str.lower], ids=["upper", "lower"])
def test_both_hex_cases_of_an_address_resolve(client, case):
    article = factories.published(headline="آخر الأخبار")
    encoded = re.sub("%..", lambda match: case(match[0]), quote(article.slug))

    assert client.get(f"/article/{article.pk}/{encoded}/").status_code == 200


def test_a_changed_slug_leads_from_the_old_address_to_the_new(client):
    article = factories.published(headline="عنوان أول")
    old = article.get_absolute_url()
    article.slug = "عنوان-ثان"
    publishing.save(article)

    response = client.get(old, follow=True)

    assert response.redirect_chain == [(iri_to_uri(article.get_absolute_url()), 301)]


HIDDEN = "OpenAI سرّي للغاية"


def _hidden(case: str) -> Article:
    now = timezone.now()
    article = factories.draft(headline=HIDDEN, tags=[factories.tag("وسم")])
    if case == "scheduled":
        publishing.move(article, "publish", by=None, at=now + timedelta(hours=1))
    if case == "withdrawn":
        article.withdraw_at = now - timedelta(minutes=1)
        publishing.save(article)
        publishing.move(article, "publish", by=None, at=now - timedelta(hours=1))
    if case == "archived":
        publishing.move(publishing.move(article, "publish", by=None), "archive", by=None)
    return article


@pytest.mark.parametrize(
    ("case", "status"), [("draft", 404), ("scheduled", 404), ("withdrawn", 410), ("archived", 410)]
)
def test_what_is_not_public_is_on_no_public_page(client, case, status):
    article = _hidden(case)
    shown = factories.published(headline="خبر ظاهر", tags=list(article.tags.all()))
    pages = [
        "/",
        article.section.get_absolute_url(),
        article.tags.get().get_absolute_url(),
        article.bylines.get().author.get_absolute_url(),
        shown.get_absolute_url(),
        "/feed/",
        f"/feed/section/{article.section.pk}/",
        public_site.sitemap_of_the_month(),
    ]

    for url in pages:
        response = client.get(url)
        text = response.content.decode()
        assert response.status_code == 200, url
        assert shown.headline in text or quote(shown.slug) in text, url
        assert HIDDEN not in text, url
        assert f"/article/{article.pk}/" not in text, url
    response = client.get(article.get_absolute_url())
    assert (response.status_code, HIDDEN in response.text) == (status, False)


def test_counts_equal_a_fresh_count(client):
    article = factories.published()
    comments = [factories.approved(article) for _ in range(4)]
    moderation.reject([comments[0]], by=None, reason="abuse")
    factories.sent(article)

    text = client.get(article.get_absolute_url()).content.decode()

    assert "3 تعليقات" in text


def test_a_closing_tag_in_a_headline_ends_no_script(client):
    headline = 'خبر </script><script>alert(1)</script> & "اقتباس"'
    article = factories.published(headline=headline)

    text = client.get(article.get_absolute_url()).content.decode()

    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert json.loads(data)["@graph"][0]["headline"] == headline
    assert "<script>alert" not in text


def test_addresses_come_from_the_setting_and_not_from_the_request(client, settings):
    settings.ALLOWED_HOSTS = ["evil.example"]
    article = factories.published()

    for url in [
        article.get_absolute_url(),
        "/feed/",
        "/sitemap.xml",
        public_site.sitemap_of_the_month(),
        "/robots.txt",
    ]:
        text = client.get(url, headers={"host": "evil.example"}).content.decode()
        assert settings.SITE_URL in text
        assert "evil.example" not in text, url


@pytest.mark.parametrize("address", ["/{}/{}/", "/feed/{}/{}/"])
@pytest.mark.parametrize("kind", ["tag", "author"])
def test_a_name_that_no_public_article_has_is_not_told_by_its_number(client, kind, address):
    row = getattr(factories, kind)("سرّ")
    factories.draft(**{f"{kind}s": [row]})

    assert client.get(address.format(kind, row.pk)).status_code == 404


@pytest.mark.parametrize("page", ["0", "x", "2", "9" * 30, "-1"])
def test_a_list_page_that_does_not_exist_is_not_found(client, page):
    article = factories.published()

    assert client.get(article.section.get_absolute_url(), {"page": page}).status_code == 404


@pytest.mark.parametrize(
    ("kind", "most"), [("section", "MAX_PAGES_OF_SECTION"), ("tag", "MAX_PAGES"), ("author", "MAX_PAGES")]
)
def test_a_list_ends_where_its_last_page_can_be_opened(client, monkeypatch, kind, most):
    from articles import views

    monkeypatch.setattr(views, "PAGE_SIZE", 1)
    monkeypatch.setattr(views, most, 2)
    section, tag, author = factories.section(), factories.tag(), factories.author()
    for _ in range(3):
        factories.published(section=section, tags=[tag], authors=[author])
    address = {"section": section, "tag": tag, "author": author}[kind].get_absolute_url()

    text = client.get(address, {"page": 2}).content.decode()

    assert "page=3" not in text
    assert client.get(address, {"page": 3}).status_code == 404


@pytest.mark.parametrize("number", [10**18, 2**63, 10**30])
@pytest.mark.parametrize(
    "address",
    [
        "/article/{}/", "/article/{}/x/", "/section/{}/x/", "/tag/{}/x/", "/author/{}/x/", "/series/{}/x/",
        "/page/{}/x/", "/feed/section/{}/", "/comments/{}/", "/comments/thread/{}/",
    ],
)  # fmt: skip
def test_a_number_that_no_row_can_have_is_the_address_of_nothing(client, address, number):
    assert client.get(address.format(number)).status_code == 404


def test_deep_in_a_section_stories_stand_by_date(client, monkeypatch):
    from articles import views

    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    section = factories.section()
    stories = [factories.published(section=section, headline=f"خبر رقم {number}") for number in range(5)]

    text = client.get(section.get_absolute_url(), {"page": 2}).content.decode()

    assert re.findall("خبر رقم [0-9]", text.partition("<main")[2]) == [
        story.headline for story in (stories[2], stories[1])
    ]


def test_what_is_passed_over_in_a_section_is_told_by_its_index_alone():
    section = factories.section()
    with connection.cursor() as cursor:
        # Whatever the planner believes of tables that other tests have filled.
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexscan = off;"
            "SET LOCAL enable_sort = off"
        )

    plan = section.articles.published().by_date().values_list("pk", flat=True)[40:60].explain()

    assert "Index Only Scan using published_by_section" in plan


@pytest.mark.parametrize(
    ("url", "status"),
    [("/", 200), ("/feed/", 200), ("/sitemap.xml", 200), ("/section/1/x/", 404), ("/article/9/", 404)],
)
def test_pages_of_an_empty_site_answer(client, url, status):
    assert client.get(url).status_code == status


def test_a_machine_translation_names_who_reviewed_it(client):
    reviewer = factories.author("سارة & C++")
    article = factories.published(machine_translated=True, translation_reviewer=reviewer)

    text = client.get(article.get_absolute_url()).text

    address = reviewer.get_absolute_url()
    assert (
        f'ترجمة آلية بمراجعة <a href="{address}"><bdi dir="rtl">سارة &amp; <bdi dir="ltr">C++</bdi></bdi></a>'
        in text
    )
