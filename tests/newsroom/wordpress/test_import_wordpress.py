"""`manage.py import_wordpress`: what is in an export comes in, or the report says why it does not."""

import hashlib
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils.encoding import iri_to_uri

from articles import importing as old_articles
from articles import previews, revising
from articles.models import Article, Author, ClockMove, Figure, Image, Revision, Section, SitePage, Tag
from articles.workflow import Status
from comments.models import Comment, Decision, Thread
from newsroom import encryption
from newsroom.wordpress import accounting, importing
from newsroom.wordpress.models import ImportedComment, ImportedItem, OldAddress
from tests import factories, wxr_files
from tests.races import overtaken
from tests.wxr_files import attachment, comment, item

pytestmark = pytest.mark.django_db


def run(path, *options) -> dict:
    """Import a file, and return its report."""
    place = path.with_name("report.json")
    call_command("import_wordpress", str(path), *options, "--report", str(place), stdout=StringIO())
    return json.loads(place.read_text("utf-8"))


def bring(folder, *items, options=(), **given) -> dict:
    return run(wxr_files.write(folder, *items, **given), *options)


def notes_of(report, number: int) -> set[str]:
    (found,) = [entry for entry in report["items"] if entry["id"] == number and entry["line"]]
    return {note["code"] for note in found.get("notes", ())}


def rows() -> dict:
    ours = (OldAddress, ImportedItem, ImportedComment)
    models = (Article, Comment, Decision, Revision, Image, Section, Tag, Author, *ours)
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in models} | {
        "SitePage": list(pages().values_list())
    }


def pages():
    """Those that came in; a new site has some of its own."""
    came = ImportedItem.objects.filter(kind="page").values("number")
    return SitePage.objects.filter(pk__in=came).order_by("pk")


@pytest.fixture
def uploads(tmp_path):
    folder = tmp_path / "uploads" / "2019" / "05"
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        (folder / f"{name}.png").write_bytes(factories.picture())
    return tmp_path / "uploads"


# What comes in


def test_an_article_comes_in_with_all_that_is_its_own(tmp_path):
    bring(
        tmp_path,
        item(
            7,
            title="مايكروسوفت &amp; Mistral",
            excerpt="<p>ملخّص عن OpenAI.</p>",
            terms=[("category", "news", "أخبار"), ("post_tag", "openai", "OpenAI")],
            post_modified_gmt="2019-05-18 10:00:00",
        ),
    )

    article = Article.objects.get()
    assert (article.headline, article.summary) == ("مايكروسوفت & Mistral", "ملخّص عن OpenAI.")
    assert (article.slug, article.body) == ("post-7", "<p>سطر أول</p><p>سطر ثان</p>")
    assert (article.section.name, [tag.name for tag in article.tags.all()]) == ("أخبار", ["OpenAI"])
    assert [author.name for author in article.authors.all()] == ["سامي حدّاد"]
    assert article.published_at == datetime(2019, 5, 17, 9, tzinfo=UTC)
    assert article.modified_at == datetime(2019, 5, 18, 10, tzinfo=UTC)
    assert (article.status, article.is_public) == (Status.PUBLISHED, True)


def test_the_date_of_the_site_stands_in_where_there_is_none_in_gmt(tmp_path):
    path = wxr_files.write(tmp_path, item(7, post_date_gmt="0000-00-00 00:00:00"))

    run(path, "--time-zone", "Asia/Dubai")

    assert Article.objects.get().published_at == datetime(2019, 5, 17, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "status", "note"),
    [
        ({"status": "draft"}, Status.DRAFT, set()),
        ({"status": "pending"}, Status.IN_REVIEW, set()),
        ({"status": "private"}, Status.DRAFT, {"draft_private"}),
        ({"post_password": "سرّ"}, Status.DRAFT, {"draft_password"}),
        ({"status": "future"}, Status.DRAFT, {"draft_missed"}),
        ({"status": "archived"}, Status.DRAFT, {"draft_status"}),
        ({"content": ""}, Status.DRAFT, {"draft_text"}),
        ({"post_date": "0000-00-00 00:00:00", "post_date_gmt": ""}, Status.DRAFT, {"draft_date"}),
    ],
    ids=["draft", "pending", "private", "password", "missed", "unknown", "empty", "no date"],
)
def test_what_nobody_could_read_there_nobody_reads_here(tmp_path, client, given, status, note):
    report = bring(tmp_path, item(7, **given))

    article = Article.objects.get()
    assert (article.status, article.published_at, article.is_public) == (status, None, False)
    assert notes_of(report, 7) == note
    for address in (article.get_absolute_url(), "/2019/05/post-7/", "/?p=7"):
        assert client.get(address).status_code == (200 if address == "/?p=7" else 404)


def test_an_hour_to_come_is_kept(tmp_path):
    bring(tmp_path, item(7, status="future", post_date_gmt="2100-01-01 00:00:00"))

    article = Article.objects.get()
    assert (article.is_scheduled, article.is_public) == (True, False)
    assert list(ClockMove.objects.values_list("article", "at")) == [
        (article.pk, datetime(2100, 1, 1, tzinfo=UTC))
    ]


@pytest.mark.parametrize(("status", "reason"), [("trash", "trash"), ("auto-draft", "auto_draft")])
def test_what_was_thrown_away_is_left_and_named(tmp_path, status, reason):
    report = bring(tmp_path, item(7, status=status, comments=comment(3)))

    assert not Article.objects.exists()
    assert not Comment.objects.exists()
    assert notes_of(report, 7) == {reason}
    assert report["comments"] == {"left:comment_of_left": 1}


def test_pictures_come_from_the_folder_and_stand_in_the_text(tmp_path, uploads):
    report = bring(
        tmp_path,
        item(
            7,
            meta={"_thumbnail_id": "12"},
            content='[caption id="attachment_13"]<img src="https://old.example/wp-content/uploads/2019/05/b-300x200.png">'
            " شرح[/caption]<img src='https://old.example/wp-content/uploads/lost.jpg'>",
        ),
        attachment(12, "2019/05/a.png", meta={"_wp_attachment_image_alt": "مقر OpenAI"}),
        attachment(13, "2019/05/b.png"),
        attachment(14, "2019/05/c.png"),
        options=["--media", str(uploads)],
    )

    article = Article.objects.get()
    assert (article.hero.alt, article.hero.credit) == ("مقر OpenAI", "صحيفة قديمة")
    assert Figure.objects.filter(article=article).count() == 1
    assert "<figcaption> شرح</figcaption>" in article.body
    assert article.body.count("<img") == 1
    assert article.is_public
    assert notes_of(report, 7) == {"picture_lost"}
    assert report["totals"]["attachment"] == {"came": 2, "left": 1}
    assert notes_of(report, 14) == {"unused"}


@pytest.mark.parametrize(
    "path", ["../secret.png", "2019/../../secret.png", "/etc/passwd", "%2e%2e/secret.png"]
)
def test_no_address_leads_out_of_the_folder(tmp_path, uploads, path):
    (tmp_path / "secret.png").write_bytes(factories.picture())

    bring(
        tmp_path,
        item(7, meta={"_thumbnail_id": "12"}),
        attachment(12, path),
        options=["--media", str(uploads)],
    )

    assert not Image.objects.exists()


def test_pages_become_pages_of_the_site(tmp_path, client):
    report = bring(
        tmp_path,
        item(9, post_type="page", title="من نحن", link="https://old.example/about/", comments=comment(4)),
        item(10, post_type="page", status="private", title="خاصّة"),
    )

    published, hidden = pages()
    assert (published.title, published.is_published, hidden.is_published) == ("من نحن", True, False)
    for address in ("/about/", "/?page_id=9", "/?p=9"):
        assert client.get(address)["Location"] == iri_to_uri(published.get_absolute_url())
    assert report["comments"] == {"left:comment_of_page": 1}


def test_comments_come_in_with_threads_status_and_encrypted_addresses(tmp_path):
    report = bring(
        tmp_path,
        item(
            7,
            comments=comment(3)
            + comment(4, "ردّ", parent=3)
            + comment(5, approved="spam")
            + comment(6, approved="0")
            + comment(8, approved="trash")
            + comment(9, type="pingback"),
        ),
    )

    found = list(Comment.objects.order_by("pk"))
    assert [(each.status, each.depth, each.is_shown) for each in found] == [
        ("approved", 0, True), ("approved", 1, True), ("spam", 0, False), ("pending", 0, False), ("rejected", 0, False),
    ]  # fmt: skip
    assert found[1].parent == found[0]
    assert "reader3" not in found[0].email_encrypted
    assert encryption.decrypt(found[0].email_encrypted) == "reader3@example.com"
    assert {each.sender_network for each in found} == {""}
    assert Decision.objects.count() == 4
    assert report["comments"] == {"came": 5, "left:pingback": 1}


def test_an_article_that_took_no_comments_takes_none(tmp_path):
    bring(tmp_path, item(7, comment_status="closed"), item(8))

    assert list(Thread.objects.values_list("article__headline", "mode")) == [("خبر أول", "closed")]


def test_a_sticky_post_stands_on_the_front_page(tmp_path, client):
    report = bring(tmp_path, item(7, is_sticky=1, title="المثبّت"), item(8))

    from articles import front_page

    assert [pick.article for pick in front_page.stored().picks] == [Article.objects.get(headline="المثبّت").pk]
    assert notes_of(report, 7) == {"sticky"}


def test_categories_follow_the_map(tmp_path):
    map_ = tmp_path / "map.toml"
    map_.write_text(
        'default = "عام"\n[categories]\nnews = "leave"\n"%d8%b1%d8%a3%d9%8a" = "section: آراء"\n', "utf-8"
    )
    opinion = ("category", "%d8%b1%d8%a3%d9%8a", "رأي")

    bring(tmp_path, item(7, terms=[opinion]), item(8), options=["--section-map", str(map_)])

    assert sorted(Article.objects.values_list("slug", "section__name")) == [
        ("post-7", "آراء"),
        ("post-8", "عام"),
    ]


def test_what_the_map_names_and_nobody_knows_is_told(tmp_path):
    factories.section("عام")
    map_ = tmp_path / "map.toml"
    map_.write_text('default = "عام"\n[categories]\nchipz = "tag: رقائق"\nnews = "section: آراء"\n', "utf-8")
    path, told = wxr_files.write(tmp_path, item(7)), StringIO()

    call_command("import_wordpress", str(path), "--section-map", str(map_), "--dry-run", stdout=told)

    assert "The map names what is no category of the export: chipz\n" in told.getvalue()
    assert "Sections that are new: آراء\n" in told.getvalue()


def test_a_category_below_another_is_a_tag_in_the_section_of_that(tmp_path):
    bring(tmp_path, item(7, terms=[("category", "%d8%b1%d8%a3%d9%8a", "رأي")]))

    article = Article.objects.get()
    assert (article.section.name, [tag.name for tag in article.tags.all()]) == ("أخبار", ["رأي"])


@pytest.mark.parametrize(
    "text", ['default = "', 'default = ""', 'default = "أ"\n[categories]\nnews = "box: x"']
)
def test_a_map_that_is_none_is_refused_before_anything_is_stored(tmp_path, text):
    map_ = tmp_path / "map.toml"
    map_.write_text(text, "utf-8")

    with pytest.raises(CommandError, match="map of categories"):
        bring(tmp_path, item(7), options=["--section-map", str(map_)])
    assert not Article.objects.exists()


def test_older_versions_come_in_when_asked_for(tmp_path):
    older = item(
        70, post_type="revision", status="inherit", post_parent=7, title="عنوان أقدم", content="نص أقدم"
    )
    path = wxr_files.write(tmp_path, item(7), older)

    run(path, "--with-revisions")
    report = run(path, "--with-revisions")

    newest, first = Article.objects.get().revisions.all()
    assert (newest.content["headline"], first.content["headline"]) == ("خبر أول", "عنوان أقدم")
    assert first.content["body"] == "<p>نص أقدم</p>"
    assert report["totals"]["revision"] == {"earlier": 1}


# Twice, in parts, and again


def test_the_same_export_again_changes_nothing(tmp_path, uploads):
    path = wxr_files.write(
        tmp_path,
        item(7, comments=comment(3) + comment(4, parent=3), meta={"_thumbnail_id": "12"}),
        attachment(12, "2019/05/a.png"),
        item(9, post_type="page"),
    )
    run(path, "--media", str(uploads))
    before = rows()

    report = run(path, "--media", str(uploads))

    assert rows() == before
    assert report["totals"]["post"] == {"earlier": 1}
    assert report["totals"]["attachment"] == {"earlier": 1}
    assert report["comments"] == {"earlier": 2, "left:comment_of_page": 0} or report["comments"] == {
        "earlier": 2
    }


def test_an_import_that_was_ended_goes_on_where_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    items = [item(number, comments=comment(number * 10)) for number in range(1, 8)]
    path = wxr_files.write(tmp_path, *items)
    stored = importing.Store.store
    count = 0

    def ends(self, batch):
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        stored(self, batch)

    monkeypatch.setattr(importing.Store, "store", ends)
    with pytest.raises(KeyboardInterrupt):
        run(path)
    assert Article.objects.count() == 4
    report = run(path)

    assert sorted(Article.objects.values_list("slug", flat=True)) == [
        f"post-{number}" for number in range(1, 8)
    ]
    assert Comment.objects.count() == 7
    assert report["totals"]["post"] == {"earlier": 4, "came": 3}


def test_what_came_there_since_comes_in_and_what_changed_stays(tmp_path):
    bring(tmp_path, item(7, comments=comment(3)))
    Article.objects.update(headline="عنوان حرّره المحرّر")

    report = bring(
        tmp_path,
        item(7, title="عنوان تغيّر هناك", comments=comment(3) + comment(5, "جديد", parent=3)),
        item(8),
    )

    assert sorted(Article.objects.values_list("headline", flat=True)) == ["خبر أول", "عنوان حرّره المحرّر"]
    first, second = Comment.objects.order_by("pk")
    assert (second.body, second.parent, second.depth) == ("جديد", first, 1)
    assert notes_of(report, 7) == {"changed_there"}


def test_what_an_editor_deleted_does_not_come_back(tmp_path):
    path = wxr_files.write(tmp_path, item(7))
    run(path)
    Article.objects.all().delete()

    report = run(path)

    assert not Article.objects.exists()
    assert notes_of(report, 7) == {"deleted_here"}


def test_names_that_are_there_are_taken(tmp_path):
    section, author = factories.section("أخبار"), factories.author("سامي حداد")

    bring(tmp_path, item(7))

    article = Article.objects.get()
    assert (article.section, list(article.authors.all())) == (section, [author])


def test_a_rehearsal_stores_nothing_and_proposes_a_map(tmp_path, uploads):
    path = wxr_files.write(
        tmp_path, item(7, comments=comment(3), meta={"_thumbnail_id": "12"}), attachment(12, "2019/05/a.png")
    )
    map_ = tmp_path / "map.toml"

    report = run(path, "--dry-run", "--section-map", str(map_), "--media", str(uploads))

    assert {name: values for name, values in rows().items() if values} == {}
    assert report["totals"]["post"] == {"came": 1}
    assert report["totals"]["attachment"] == {"came": 1}
    assert '"news" = "section: أخبار"' in map_.read_text("utf-8")
    assert '"%d8%b1%d8%a3%d9%8a" = "tag: رأي"' in map_.read_text("utf-8")
    assert '"uncategorized" = "leave"' in map_.read_text("utf-8")


# Broken and hostile files


def test_a_broken_file_leaves_no_half_of_an_item_and_tells_the_place(tmp_path):
    path = wxr_files.write(tmp_path, item(7, comments=comment(3)), item(8, comments=comment(4)))
    source = path.read_text("utf-8")
    path.write_text(source[: source.rindex("</wp:comment>")], "utf-8")

    with pytest.raises(CommandError, match=r"export\.xml, line \d+, column \d+: no element found"):
        run(path)

    assert list(Article.objects.values_list("slug", flat=True)) == ["post-7"]
    assert Comment.objects.count() == 1


def test_items_with_the_same_address_get_one_each(tmp_path):
    report = bring(tmp_path, *(item(number, post_name="خبر") for number in (7, 8, 9)))

    assert sorted(Article.objects.values_list("slug", flat=True)) == ["خبر", "خبر-2", "خبر-3"]
    assert [notes_of(report, number) for number in (7, 8, 9)] == [set(), {"slug_taken"}, {"slug_taken"}]


def test_an_item_twice_in_the_file_comes_in_once(tmp_path):
    report = bring(tmp_path, item(7, comments=comment(3)), item(8, guid="https://old.example/?p=7"))

    assert Article.objects.count() == 1
    assert notes_of(report, 8) == {"guid_twice"}


def test_one_item_that_cannot_be_stored_does_not_keep_the_others_out(tmp_path, monkeypatch):
    take_in = old_articles.take_in

    def refuses(prepared):
        take_in(prepared)
        if any(each.article.slug == "post-8" for each in prepared):
            raise DatabaseError("refused")

    monkeypatch.setattr(old_articles, "take_in", refuses)

    report = bring(tmp_path, item(7), item(8, comments=comment(4)), item(9))

    assert sorted(Article.objects.values_list("slug", flat=True)) == ["post-7", "post-9"]
    assert notes_of(report, 8) == {"refused"}
    assert report["unreconciled"] == []


def test_what_is_nothing_for_a_newspaper_is_named(tmp_path):
    report = bring(
        tmp_path, item(7, post_type="nav_menu_item"), item(8, post_type="أي شيء", comments=comment(4))
    )

    assert report["totals"] == {
        "nav_menu_item": {"left": 1},
        "أي شيء": {"left": 1},
        "category": {"left": 3},
        "tag": {"left": 1},
        "author": {"left": 1},
    }


def test_a_type_of_its_own_can_be_taken_for_posts(tmp_path):
    bring(tmp_path, item(7, post_type="story"), options=["--as-post", "story"])

    assert Article.objects.count() == 1


def test_counts_that_do_not_reconcile_fail_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr(accounting, "names", lambda *_given: None)

    with pytest.raises(CommandError, match="author: 1 in the source, 0 accounted for"):
        bring(tmp_path, item(7))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--fetch-media"], "go together"),
        (["--media", "/nowhere"], "no folder"),
        (["--time-zone", "Mars/Base"], "no time zone"),
        (["--permalinks", "postname"], "begins with /"),
        (["--permalinks", "/%year%/"], "holds %postname%"),
        (["--permalinks", "/%sender%/%postname%/"], "%sender%"),
        (["--section-map", "/nowhere/map.toml"], "cannot be read"),
    ],
)
def test_wishes_that_mean_nothing_are_refused(tmp_path, options, message):
    with pytest.raises(CommandError, match=message):
        bring(tmp_path, item(7), options=options)
    assert not Article.objects.exists()


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        run(tmp_path / "nowhere.xml")


def test_the_report_is_a_page_that_holds_all_it_needs(tmp_path):
    bring(
        tmp_path,
        item(
            7, title="<script>alert(1)</script> خبر", status="private", comments=comment(3, type="pingback")
        ),
    )

    page = (tmp_path / "report.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert '<html lang="ar" dir="rtl">' in page
    assert "كان خاصًّا، فدخل مسوّدة." in page
    assert "<script" not in page
    assert "http:" not in page
    assert "https:" not in page
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src &#x27;none&#x27;; style-src &#x27;sha256-{digest}&#x27;" in page or (
        f"default-src 'none'; style-src 'sha256-{digest}'" in page
    )


# Hostile files


@pytest.mark.parametrize("given", [{"status": "draft"}, {"status": "trash"}, {"post_password": "سرّ"}])
def test_a_reusable_block_that_nobody_could_read_stands_in_no_text(tmp_path, given):
    bring(
        tmp_path,
        item(7, content='<!-- wp:block {"ref":9} /--><p>نص</p>'),
        item(9, content="<p>كتوم</p>", **({"post_type": "wp_block"} | given)),
    )

    assert Article.objects.get().body == "<p>نص</p>"


@pytest.mark.parametrize("status", ["private", "trash"])
def test_a_gallery_without_numbers_shows_no_picture_that_was_thrown_away(tmp_path, uploads, status):
    thrown = attachment(12, "2019/05/a.png", 7).replace("inherit", status)

    bring(tmp_path, item(7, content="نص [gallery]"), thrown, options=["--media", str(uploads)])

    assert "<img" not in Article.objects.get().body


@pytest.mark.parametrize(
    "address",
    [
        f"data:image/png;base64,{'a' * 5_000}",
        f"https://old.example/wp-content/uploads/{'a' * 300}.png",
        "https://old.example/wp-content/uploads/2019/05/a.png/b.png",
        "https://old.example/wp-content/uploads/a%00b.png",
    ],
    ids=["data", "long", "below a file", "zero"],
)
def test_a_picture_whose_address_is_no_name_of_a_file_is_lost_and_no_more(tmp_path, uploads, address):
    report = bring(tmp_path, item(7, content=f'<img src="{address}">نص'), options=["--media", str(uploads)])

    assert notes_of(report, 7) == {"picture_lost"}


def test_an_address_is_no_byline(tmp_path):
    report = bring(tmp_path, item(7, creator="someone@example.com"))

    assert [author.name for author in Article.objects.get().authors.all()] == ["صحيفة قديمة"]
    assert notes_of(report, 7) == {"author_default"}


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_date_beyond_what_is_counted_ends_no_import(tmp_path, date):
    given = {"post_date_gmt": date, "post_date": date, "post_modified_gmt": date}

    bring(tmp_path, item(7, comments=comment(3, date_gmt=date, date=date), **given), item(8))

    assert Article.objects.filter(status=Status.PUBLISHED).count() == 1


OLDER = {"post_type": "revision", "status": "inherit", "post_parent": 7, "title": "عنوان أقدم"}


def _save_here(article):
    article.summary = "ملخّص من هنا"
    revising.save(article, by=None, authors=[], tags=[])


def _come_too_late(article):
    revising.keep_unapplied(article, by=factories.superuser(), base_version=1, authors=[], tags=[])


def _share(article):
    previews.share(article, by=None, lifetime=timedelta(days=1))


@pytest.mark.parametrize(
    ("status", "work"),
    [("publish", _save_here), ("draft", _save_here), ("draft", _come_too_late), ("draft", _share)],
)
def test_an_older_version_leaves_an_article_alone_that_is_worked_on(tmp_path, status, work):
    path = wxr_files.write(tmp_path, item(7, status=status), item(70, content="نص أقدم", **OLDER))
    run(path)
    article = Article.objects.get()
    work(Article.objects.get())
    before = [*article.revisions.values()], [*article.preview_links.values()]

    report = run(path, "--with-revisions")

    assert ([*article.revisions.values()], [*article.preview_links.values()]) == before
    assert report["totals"]["revision"] == {"left": 1}
    assert report["items"][-1]["notes"] == [{"code": "revision_late"}]


@pytest.mark.django_db(transaction=True)
def test_an_older_version_that_comes_while_somebody_saves_leaves_the_save_alone(tmp_path):
    path = wxr_files.write(tmp_path, item(7), item(70, content="نص أقدم", **OLDER))
    run(path)
    article = Article.objects.get()

    overtaken(lambda: _save_here(Article.objects.get()), lambda: run(path, "--with-revisions"))

    article.refresh_from_db()
    assert article.working_copy.content["summary"] == "ملخّص من هنا"
    assert article.revisions.count() == 2


@pytest.mark.parametrize("date", ["0001-01-01 00:00:00", "1500-01-01 00:00:00"])
def test_a_draft_was_changed_in_a_year_that_every_clock_can_tell(tmp_path, date):
    bring(tmp_path, item(7, status="draft", post_date=date, post_date_gmt=date, post_modified_gmt=date))

    assert Article.objects.get().modified_at.year > 1800


@pytest.mark.parametrize("date", ["9999-12-31 23:59:59", "0001-01-01 00:00:00"])
def test_an_older_version_of_a_year_that_no_clock_tells_stands_at_the_beginning(tmp_path, date):
    given = {"post_type": "revision", "status": "inherit", "post_parent": 7, "post_date": date}
    older = item(70, content="نص أقدم", **given, post_date_gmt=date)

    run(wxr_files.write(tmp_path, item(7), older), "--with-revisions")

    article = Article.objects.get()
    assert article.revisions.get(content__body="<p>نص أقدم</p>").at == article.created_at
