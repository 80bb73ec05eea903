"""What goes out comes in again as it was: by JSON Lines all of it, by WXR what WordPress has a place for."""

import hashlib
import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from articles.models import Article, Image
from articles.workflow import Status as ArticleStatus
from comments.models import Comment, Status
from newsroom.exports import exporting, wxr
from newsroom.exports.models import Form
from newsroom.wordpress import importing
from newsroom.wordpress.importing import Wishes
from tests import canaries
from tests.newsroom.exports.test_exporting import may_have_emails

pytestmark = pytest.mark.django_db(transaction=True)

_EMPTIED = (
    "articles_section, articles_tag, articles_author, articles_series, articles_image, articles_sitepage"
)


def emptied():
    """Make the site as empty as a new one."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {_EMPTIED}, wordpress_importeditem CASCADE")
        cursor.execute("SET session_replication_role = origin")


def _plain(html):
    """A body without what an import makes anew: names of files, the site's own address, blanks between elements."""
    html = re.sub(r'(src="[^"]*?)[0-9a-f]{2}/[0-9a-f]{32}', r"\1", html.replace("http://127.0.0.1:8000", ""))
    return re.sub(
        r"\s+", " ", re.sub(r'\s(?:width|height)="\d+"|\s*(?=<(?:/?(?:p|h2|pre|figure))\b)', "", html)
    )


def articles(whole=True):
    found = []
    for article in Article.objects.select_related("section", "series", "hero").order_by("slug"):
        authors = [byline.author.name for byline in article.bylines.all()]
        common = {
            "slug": article.slug,
            "headline": article.headline,
            "summary": article.summary,
            "body": _plain(article.body),
            "section": article.section.name,
            "tags": sorted(tag.name for tag in article.tags.all()),
            "author": authors[0],
            "hero": article.hero and article.hero.alt,
            "published_at": article.published_at and article.published_at.replace(microsecond=0),
            "comments": comments(article, whole=whole),
        }
        if not whole and article.status == ArticleStatus.ARCHIVED:
            # WordPress has it among what is private, and that comes in as a draft.
            common["published_at"] = None
        more = {
            "authors": authors,
            "status": article.status,
            "kicker": article.kicker,
            "source": article.source_name,
            "series": article.series and article.series.name,
        }
        found.append(common | (more if whole else {}))
    return found


def comments(article, *, whole):
    """Those of an article in their order, each with whom it answers."""
    rows = Comment.objects.filter(article=article).select_related("parent").order_by("created_at", "pk")
    return [
        {
            "name": row.author_name,
            "body": row.body,
            "website": row.website,
            "status": row.status if whole or row.status != Status.DELETED else Status.REJECTED,
            "is_shown": row.is_shown,
            "answers": row.parent and row.parent.body,
            "at": row.created_at.replace(microsecond=0),
        }
        for row in rows
    ]


def digest(rows):
    return hashlib.sha256(
        json.dumps(rows, default=str, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


def test_json_lines_come_in_as_they_went_out(newspaper, tmp_path):
    # Somebody answered, and then what was answered was taken away.
    Comment.objects.filter(pk=newspaper.root.pk).update(status=Status.REJECTED, is_shown=False)
    Comment.objects.filter(pk=newspaper.answer.pk).update(is_shown=False)
    Comment.objects.filter(parent=newspaper.answer).update(is_shown=False)
    exporting.export(Form.JSONL, tmp_path / "made")
    before = articles()
    emptied()

    call_command("load_content", str(tmp_path / "made"), "--processes", "1")

    assert articles() == before
    assert digest(articles()) == digest(before)
    assert Image.objects.get().caption == "مقرّ <OpenAI>"
    assert not Comment.objects.exclude(email_encrypted="").exists()
    assert Comment.objects.values("email_fingerprint").distinct().count() == Comment.objects.count()


def test_addresses_come_in_where_they_went_out(newspaper, tmp_path):
    taker = may_have_emails(newspaper.editor)
    exporting.export(Form.JSONL, tmp_path / "made", with_emails=True, by=taker, reason="انتقال")
    before = dict(Comment.objects.values_list("body", "email_fingerprint"))
    emptied()

    call_command("load_content", str(tmp_path / "made"), "--processes", "1")

    assert dict(Comment.objects.values_list("body", "email_fingerprint")) == before


@pytest.mark.parametrize(
    ("kind", "change", "reason"),
    [
        pytest.param(
            "article", {"status": "lost"}, "1 of article.jsonl: `status` is 'lost'", id="a state of none"
        ),
        pytest.param(
            "article", {"hero_digest": "0" * 32}, "main picture is not among", id="a picture of none"
        ),
        *(
            pytest.param("article", {"hero_digest": digest}, "main picture is not among", id=repr(digest))
            for digest in ("\0", "\ud800", "../x")
        ),
        pytest.param(
            "article",
            {"status": "published", "published_at": None},
            "`published_at` is no moment",
            id="no hour",
        ),
        pytest.param(
            "article",
            {"source_url": "javascript:alert(1)"},
            "is no address of a page",
            id="a source that runs",
        ),
        pytest.param("section", {"type": ["x"]}, "Its type is ['x']", id="a type of none"),
        pytest.param(
            "image", {"digest": "../../../etc/passwd"}, "names no file of an export", id="a file elsewhere"
        ),
        pytest.param("image", {"digest": "0" * 32}, "Its file is not there", id="a file that is missing"),
        pytest.param(
            "section", {"position": 10**9}, "must be a number from 0", id="a number beyond the column"
        ),
    ],
)
def test_a_bad_line_is_told_by_its_file(newspaper, tmp_path, kind, change, reason):
    exporting.export(Form.JSONL, tmp_path / "made")
    path = tmp_path / "made" / f"{kind}.jsonl"
    first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([json.dumps(json.loads(first) | change), *rest]))
    emptied()

    with pytest.raises(CommandError, match=re.escape(reason)):
        call_command("load_content", str(tmp_path / "made"), "--processes", "1")


def test_our_wxr_comes_in_with_the_same_articles_and_comments(newspaper, tmp_path):
    taker = may_have_emails(newspaper.editor)
    exporting.export(Form.WXR, tmp_path / "made", with_emails=True, by=taker, reason="انتقال")
    before = articles(whole=False)
    fingerprints = dict(Comment.objects.values_list("body", "email_fingerprint"))
    emptied()

    importing.run([tmp_path / "made" / wxr.FILE], Wishes(media=tmp_path / "made"))

    assert articles(whole=False) == before
    assert digest(articles(whole=False)) == digest(before)
    assert dict(Comment.objects.values_list("body", "email_fingerprint")) == fingerprints
    assert canaries.Search(7)("".join(Article.objects.values_list("body", flat=True))) == set()
