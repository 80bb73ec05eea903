"""Addresses of the old site: each answers one redirect to the page that has it now."""

from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils.encoding import iri_to_uri

from articles import images, publishing
from articles.models import Article, Author, Image, Section, Tag
from newsroom.wordpress import old_addresses
from newsroom.wordpress.old_addresses import Target
from tests import factories, wxr_files
from tests.wxr_files import attachment, item

pytestmark = pytest.mark.django_db

SLUG = "%d8%ae%d8%a8%d8%b1"
# WordPress keeps 200 bytes of it, here with the half of a letter at the end, and with the half of its code.
CUT = "%d8%ae" * 33 + "%d"
HALF = "%d8%ae" * 32 + "%d8"


@pytest.fixture
def bring(tmp_path):
    def bring(*items, options=()):
        path = wxr_files.write(tmp_path, *items)
        call_command("import_wordpress", str(path), *options, stdout=StringIO())

    return bring


def leads(client, address: str, to: str, **headers) -> None:
    response = client.get(address, **headers)
    assert (response.status_code, response.headers.get("Location")) == (301, iri_to_uri(to)), address


@pytest.mark.parametrize(
    "slug", [SLUG, CUT, HALF, "latin-slug"], ids=["Arabic", "half a code", "half a letter", "Latin"]
)
def test_every_form_of_an_address_leads_to_the_article(bring, client, slug):
    bring(
        item(7, post_name=slug, link=f"https://old.example/2019/05/{slug}/", meta={"_wp_old_slug": "former"})
    )

    place = Article.objects.get().get_absolute_url()
    upper = slug.upper() if "%" in slug else slug
    for address in (
        f"/2019/05/{slug}/",
        f"/2019/05/{slug}",
        f"/2019/05/{upper}/",
        f"/2019//05/{slug}/",
        f"/2019/05/{slug}/feed/",
        f"/2019/05/{slug}/comment-page-2/",
        f"/2019/05/{slug}/amp/",
        "/2019/05/former/",
        "/?p=7",
        "/?p=7&utm_source=x",
        "/index.php?p=7",
    ):
        leads(client, address, place)
    assert client.get(place).status_code == 200


def test_structures_that_were_in_use_before_are_kept_when_they_are_named(bring, client):
    bring(
        item(
            7,
            post_name="x",
            link="https://old.example/?p=7",
            terms=[("category", "%d8%b1%d8%a3%d9%8a", "رأي")],
        ),
        options=["--permalinks", "/archives/%post_id%", "--permalinks", "/%category%/%year%/%postname%/"],
    )

    place = Article.objects.get().get_absolute_url()
    leads(client, "/archives/7", place)
    leads(client, "/news/%D8%B1%D8%A3%D9%8A/2019/x/", place)


def test_archives_and_feeds_lead_to_theirs(bring, client):
    bring(
        item(
            7,
            terms=[
                ("category", "news", "أخبار"),
                ("category", "%d8%b1%d8%a3%d9%8a", "رأي"),
                ("post_tag", "openai", "OpenAI"),
            ],
        )
    )

    section, author = Section.objects.get(name="أخبار"), Author.objects.get()
    opinion, tag = Tag.objects.get(name="رأي"), Tag.objects.get(name="OpenAI")
    for address, to in {
        "/category/news/": section.get_absolute_url(),
        "/?cat=2": section.get_absolute_url(),
        "/category/news/page/3/": section.get_absolute_url(),
        "/category/news/feed/": f"/feed/section/{section.pk}/",
        "/category/news/%D8%B1%D8%A3%D9%8A/": opinion.get_absolute_url(),
        "/category/%d8%b1%d8%a3%d9%8a": opinion.get_absolute_url(),
        "/tag/openai/": tag.get_absolute_url(),
        "/tag/openai/feed/": f"/feed/tag/{tag.pk}/",
        "/?tag=openai": tag.get_absolute_url(),
        "/author/sami/": author.get_absolute_url(),
        "/author/sami/feed/": f"/feed/author/{author.pk}/",
        "/?author=1": author.get_absolute_url(),
        "/2019/05/": "/archive/2019/05/",
        "/2019/05/17/": "/archive/2019/05/17/",
        "/2019/": "/archive/2019/",
        "/?m=201905": "/archive/2019/05/",
        "/feed/rss2/": "/feed/",
        "/comments/feed/": "/feed/",
        "/?feed=rss2": "/feed/",
    }.items():
        leads(client, address, to)
        assert client.get(to).status_code == 200, to


def test_attachments_lead_to_their_article_and_files_to_the_picture(bring, client, tmp_path):
    folder = tmp_path / "uploads" / "2019" / "05"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(factories.picture())
    bring(
        item(7, meta={"_thumbnail_id": "12"}),
        attachment(12, "2019/05/a.png", parent=7),
        options=["--media", str(tmp_path / "uploads")],
    )

    article, image = Article.objects.get(), Image.objects.get()
    for address in ("/?attachment_id=12", "/?p=12", "/photo-12/"):
        leads(client, address, article.get_absolute_url())
    for address in ("/wp-content/uploads/2019/05/a.png", "/wp-content/uploads/2019/05/a-300x200.png"):
        leads(client, address, f"/media/images/{image.digest[:2]}/{image.digest}.jpg")
    publishing.move(article, "withdraw", by=None)
    assert client.get("/wp-content/uploads/2019/05/a.png").status_code == 404


def test_who_comes_by_another_name_of_the_site_is_sent_on_once(bring, client, settings):
    settings.SITE_URL = "http://news.example"
    settings.ALLOWED_HOSTS = ["news.example", "www.news.example"]
    bring(item(7))

    place = Article.objects.get().get_absolute_url()
    leads(client, "/2019/05/post-7/", f"http://news.example{place}", headers={"host": "www.news.example"})
    leads(client, "/?p=7", f"http://news.example{place}", headers={"host": "www.news.example"})


def test_what_is_taken_back_is_gone_at_its_new_address_and_a_draft_is_nowhere(bring, client):
    bring(item(7), item(8, status="draft"))
    article = Article.objects.get(slug="post-7")
    publishing.move(article, "withdraw", by=None)

    leads(client, "/2019/05/post-7/", article.get_absolute_url())
    assert client.get(article.get_absolute_url()).status_code == 410
    assert client.get("/2019/05/post-8/").status_code == 404


def test_pages_that_there_are_ask_for_nothing_and_others_once(bring, client, django_assert_num_queries):
    article = factories.published()
    for path in (article.get_absolute_url(), "/", "/?utm_source=x"):
        client.get(path)
    with django_assert_num_queries(1):
        assert old_addresses.find("/2019/05/unknown/") == ""
    with django_assert_num_queries(0):
        assert old_addresses.find("/") == ""
        assert old_addresses.find("/" + "x" * 3_000) == ""


@pytest.mark.parametrize(
    "address", ["/?p=", "/?p=x", "/?p=7&p=8", "/?p=٧", "/?p=%00", "/?cat=-1", "/?feed=x" + "y" * 3_000]
)
def test_parameters_that_lead_nowhere_leave_the_front_page(client, address):
    assert client.get(address).status_code == (400 if "%00" in address else 200)


def test_an_address_that_the_site_has_itself_stays(bring, client):
    other = factories.published()
    bring(item(7, link=f"https://old.example/article/{other.pk}/x/"))

    leads(client, f"/article/{other.pk}/x/", other.get_absolute_url())


def test_a_picture_whose_file_is_missing_leads_to_itself_no_more_than_anything(bring, client, tmp_path):
    image = factories.image()
    article = factories.published(hero=image)
    address = f"/media/{images.master_name(image.digest)}"
    old_addresses.keep([(address, Target("image", image.pk))])
    default_storage.delete(images.master_name(image.digest))

    assert article.is_public
    assert client.get(address).status_code == 404


def test_nothing_but_reading_is_redirected(bring, client):
    bring(item(7))

    assert client.post("/2019/05/post-7/").status_code == 404


def test_a_search_of_wordpress_is_one_here(client):
    answer = client.get("/?s=%D9%85%D8%AA%D8%B1%D9%88+OpenAI")

    assert (answer.status_code, answer["Location"]) == (301, "/search/?q=%D9%85%D8%AA%D8%B1%D9%88+OpenAI")
