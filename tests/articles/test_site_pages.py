"""Pages of the site: what readers get, what a save keeps, who may write them, and what machines are told."""

import json
import re

import pytest
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from articles import site_pages
from articles.models import PageEdition, SitePage
from newsroom.text.sanitizer import sanitize_article
from tests import factories

pytestmark = pytest.mark.django_db

FORM = {
    "title": "سياسة التصحيح", "body": "<p>نصحّح ما نشرناه في OpenAI.</p>", "language": "ar", "purpose": "corrections",
    "position": "40", "is_published": "on", "slug": "", "opened_version": "0",
}  # fmt: skip


def _page(**fields):
    return site_pages.save(
        SitePage(**{"title": "شروط الاستخدام", "body": "<p>نصّ</p>", "is_published": True} | fields), by=None
    )


def _administrator(client):
    user = factories.staff(factories.ADMINISTRATORS)
    client.force_login(user)
    return user


def _post(client, page, **fields):
    address = reverse("admin:articles_sitepage_change", args=[page.pk])
    return client.post(
        address,
        FORM
        | {"title": page.title, "body": page.body, "purpose": page.purpose, "slug": page.slug}
        | {"opened_version": str(page.version)}
        | fields,
    )


# Readers


def test_a_new_site_says_who_it_is_how_to_reach_it_and_what_it_knows_of_readers(client):
    text = client.get("/").text

    assert list(SitePage.objects.published().in_order().values_list("purpose", flat=True)) == [
        "about",
        "contact",
        "privacy",
    ]
    for page in SitePage.objects.all():
        assert page.body == sanitize_article(page.body)
        assert f'href="{page.get_absolute_url()}"' in text
        assert client.get(page.get_absolute_url()).status_code == 200


def test_every_other_address_of_a_page_leads_to_it(client):
    page = _page()

    answers = [client.get(f"/page/{page.pk}/{rest}") for rest in ("", "other/", "other", page.slug)]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (301, iri_to_uri(page.get_absolute_url()))
    }


def test_what_is_not_published_is_nowhere(client):
    page = _page(is_published=False, title="سرّ OpenAI")

    assert client.get(page.get_absolute_url()).status_code == 404
    for address in ("/", "/sitemap-site-pages.xml"):
        assert f"/page/{page.pk}/" not in client.get(address).text


@pytest.mark.parametrize("count", [0, 3])
def test_the_foot_costs_no_query(client, django_assert_num_queries, count):
    factories.section()
    for number in range(count):
        _page(title=f"صفحة {number}")

    # The sections alone.
    with django_assert_num_queries(1):
        client.get("/feeds/")


def test_a_page_takes_two_queries_and_is_the_same_for_everyone(client, django_assert_num_queries):
    page = _page()
    factories.section()

    with django_assert_num_queries(2):
        response = client.get(page.get_absolute_url())

    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.get("Vary", "")


def test_machines_are_told_what_the_newspaper_holds_itself_to(client, settings):
    factories.section()
    pages = {
        purpose: _page(title=purpose, purpose=purpose) for purpose in ("ethics", "principles", "corrections")
    }
    contact = SitePage.objects.get(purpose="contact")

    text = client.get("/").text

    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    (organization,) = [
        node for node in json.loads(data)["@graph"] if node["@type"] == "NewsMediaOrganization"
    ]
    address = {purpose: settings.SITE_URL + page.get_absolute_url() for purpose, page in pages.items()}
    assert (
        organization["ethicsPolicy"],
        organization["publishingPrinciples"],
        organization["correctionsPolicy"],
        organization["contactPoint"]["url"],
    ) == (
        address["ethics"],
        address["principles"],
        address["corrections"],
        settings.SITE_URL + contact.get_absolute_url(),
    )


# Writing


def test_each_save_keeps_its_text():
    page = _page(body="<p>أول</p>")
    page.body = "<p>ثانٍ</p>"

    site_pages.save(page, by=None, expected_version=1)

    assert list(page.editions.values_list("version", "body")) == [(2, "<p>ثانٍ</p>"), (1, "<p>أول</p>")]


def test_a_save_that_began_from_an_older_text_overwrites_nothing():
    page = _page(body="<p>أول</p>")
    site_pages.save(SitePage.objects.get(pk=page.pk), by=None)

    with pytest.raises(site_pages.PageConflict):
        site_pages.save(page, by=None, expected_version=1)

    assert PageEdition.objects.filter(page=page).count() == 2


@pytest.mark.parametrize(
    "body",
    ['<figure><img src="/media/images/aa/x.jpg" alt="x"></figure>', '<figure class="embed"><a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ">x</a></figure>'],
    ids=["picture", "card"],
)  # fmt: skip
def test_pages_take_no_pictures(body):
    with pytest.raises(site_pages.PageRefused):
        _page(body=f"<p>نصّ</p>{body}")


def test_markup_that_runs_is_taken_out():
    page = _page(body='<p onclick="x()">نصّ C++</p><script>alert(1)</script>')

    assert page.body_html == '<p>نصّ <bdi dir="ltr">C++</bdi></p>'


@pytest.mark.parametrize(
    ("group", "status"),
    [(factories.ADMINISTRATORS, 200), (factories.CHIEF_EDITORS, 403), (factories.REPORTERS, 403)],
)
def test_administrators_write_pages_and_others_do_not(client, group, status):
    client.force_login(factories.staff(group))

    assert client.get(reverse("admin:articles_sitepage_add")).status_code == status
    assert client.post(reverse("admin:articles_sitepage_preview_new"), FORM).status_code == status


def test_an_administrator_adds_a_page(client):
    user = _administrator(client)

    response = client.post(reverse("admin:articles_sitepage_add"), FORM)

    page = SitePage.objects.get(purpose="corrections")
    assert response.status_code == 302
    assert (page.title, page.slug, page.version) == ("سياسة التصحيح", "سياسة-التصحيح", 1)
    assert page.editions.get().by == user


def test_what_was_typed_over_anothers_text_comes_back_with_what_differs(client):
    _administrator(client)
    page = _page(body="<p>أول</p>")
    opened = page.version
    page.body = "<p>نصّ الزميل</p>"
    site_pages.save(page, by=None)

    late = _post(client, page, body="<p>نصّي أنا</p>", opened_version=str(opened))

    assert late.status_code == 200
    assert SitePage.objects.get(pk=page.pk).body == "<p>نصّ الزميل</p>"
    assert "نصّي أنا" in late.text
    assert "<del>" in late.text
    # Now that it was seen, the same form may replace it.
    (version,) = re.findall(r'name="opened_version" value="(\d+)"', late.text)
    assert _post(client, page, body="<p>نصّي أنا</p>", opened_version=version).status_code == 302
    assert SitePage.objects.get(pk=page.pk).body == "<p>نصّي أنا</p>"


def test_a_former_text_is_opened_in_the_form(client):
    _administrator(client)
    page = _page(body="<p>النصّ القديم</p>")
    page.body = "<p>الجديد</p>"
    site_pages.save(page, by=None)

    text = client.get(reverse("admin:articles_sitepage_change", args=[page.pk]), {"edition": 1}).text

    assert "النصّ القديم" in text


def test_a_preview_shows_what_is_typed_and_saves_nothing(client):
    _administrator(client)
    page = _page()

    response = client.post(
        reverse("admin:articles_sitepage_preview", args=[page.pk]), FORM | {"body": "<p>لم يُحفظ</p>"}
    )

    assert "لم يُحفظ" in response.text
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert SitePage.objects.get(pk=page.pk).version == 1
