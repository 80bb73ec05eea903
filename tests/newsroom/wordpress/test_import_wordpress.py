"""`manage.py import_wordpress`: what is in an export comes in, or the report says why it does not."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.encoding import iri_to_uri

from articles.models import Article
from comments.models import Comment
from tests import wxr_files

pytestmark = pytest.mark.django_db


def run(path, *options) -> str:
    told = StringIO()
    call_command("import_wordpress", str(path), *options, stdout=told)
    return told.getvalue()


def test_an_article_comes_in_and_its_old_address_leads_to_it(tmp_path, client):
    path = wxr_files.write(tmp_path, wxr_files.item(7, comments=wxr_files.comment(3, "شكرًا")))

    run(path)

    article = Article.objects.get()
    assert article.headline == "خبر أول"
    assert article.body == "<p>سطر أول</p><p>سطر ثان</p>"
    assert Comment.objects.get().body == "شكرًا"
    for address in ("/2019/05/post-7/", "/2019/05/post-7", "/?p=7", "/2019/05/post-7/feed/"):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (
            301,
            iri_to_uri(article.get_absolute_url()),
        ), address
    assert client.get(article.get_absolute_url()).status_code == 200
