"""`manage.py import_feed`: an archive of RSS or Atom comes in by the doors of WordPress."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article
from newsroom.wordpress.models import OldAddress
from tests import factories

pytestmark = pytest.mark.django_db

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>مدوّنة</title><link>https://old.example/</link>
<item><title>خبر عن OpenAI</title><link>https://old.example/2019/a.html</link><guid>tag:old.example,1</guid>
<dc:creator>ليلى</dc:creator><category>تقنية</category><pubDate>Fri, 17 May 2019 12:00:00 +0300</pubDate>
<description>ملخّص</description><content:encoded><![CDATA[<p>نص</p>]]></content:encoded></item></channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>مدوّنة</title>
<link rel="alternate" href="https://old.example/"/><entry><title>خبر عن OpenAI</title><id>tag:old.example,1</id>
<link rel="alternate" href="https://old.example/2019/a.html"/><author><name>ليلى</name></author>
<category term="t" label="تقنية"/><published>2019-05-17T12:00:00+03:00</published>
<updated>2019-05-17T12:00:00+03:00</updated>
<summary>ملخّص</summary><content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>نص</p></div></content></entry></feed>"""


@pytest.fixture
def archive(tmp_path):
    def archive(text: str):
        path = tmp_path / "feed.xml"
        path.write_text(text, "utf-8")
        return path

    return archive


def run(path) -> str:
    told = StringIO()
    call_command("import_feed", str(path), "--section", "أرشيف", stdout=told)
    return told.getvalue()


@pytest.mark.parametrize("source", [RSS, ATOM], ids=["RSS", "Atom"])
def test_an_entry_becomes_an_article(archive, client, source):
    path = archive(source)

    run(path)
    run(path)

    article = Article.objects.get()
    assert (article.headline, article.summary, article.body) == ("خبر عن OpenAI", "ملخّص", "<p>نص</p>")
    assert (article.section.name, article.authors.get().name, article.tags.get().name) == (
        "أرشيف",
        "ليلى",
        "تقنية",
    )
    assert article.published_at == datetime(2019, 5, 17, 9, tzinfo=UTC)
    assert client.get("/2019/a.html").status_code == 301


def test_what_is_no_feed_is_told_with_its_place(archive):
    with pytest.raises(CommandError, match=r"line 1, column \d+: It is no feed"):
        run(archive("<html></html>"))


def test_hostile_declarations_are_refused(archive):
    source = RSS.replace("<rss", '<!DOCTYPE rss [<!ENTITY a "b">]><rss')

    with pytest.raises(CommandError, match="document type"):
        run(archive(source))
    assert not Article.objects.exists()
    assert not OldAddress.objects.exists()


def test_the_feed_of_this_site_comes_in(archive, client):
    factories.published(headline="خبر من هنا")
    source = client.get("/feed/").content.decode()

    run(archive(source))

    assert Article.objects.filter(headline="خبر من هنا").count() == 2
