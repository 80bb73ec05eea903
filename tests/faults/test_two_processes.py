"""Two web processes over one database: what is published, changed or withdrawn in one is so at once in the other."""

import os
import re
import urllib.error
import urllib.parse
import urllib.request

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from articles.models import Article
from tests import factories, public_site
from tests.article_form import change, payload
from tests.faults.test_serve import Site, running, var_dir  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

HEADLINE, CHANGED = "افتتاح محطة Neom Green", "تأجيل افتتاح محطة Neom Green"
# What differs from one answer to the next without meaning anything.
_TOKENS = re.compile(r'nonce="[^"]*"|nonce-[^\'" ]*|name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture
def sites(var_dir):  # noqa: F811
    address, _, options = os.environ["DATABASE_URL"].partition("?")
    address = f"{address.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{options}"
    # One SITE_URL, as readers know one: what a page says does not depend on the process.
    common = {"DATABASE_URL": address, "SITE_URL": "http://127.0.0.1:8000", "SECRET_KEY": settings.SECRET_KEY}
    found = [Site(var_dir, "--no-demo", "--no-worker", **common) for _ in range(2)]
    with running(found):
        yield found


def read(site, path):
    """The status and the text of an answer, without tokens."""
    address = f"http://127.0.0.1:{site.port}{urllib.parse.quote(path)}"
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, _TOKENS.sub("", answer.read().decode())
    except urllib.error.HTTPError as error:
        return error.code, _TOKENS.sub("", error.read().decode())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def http_error_302(self, request, answer, *rest):
        return answer


class Desk:
    """An editor signed in at one of the processes."""

    def __init__(self, site, user):
        self.base = f"http://127.0.0.1:{site.port}"
        client = Client()
        client.force_login(user)
        self.cookies = {"session": client.cookies["session"].value}

    def ask(self, path, body=None):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        request = urllib.request.Request(f"{self.base}{path}", body, {"Cookie": cookies})
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=20) as answer:
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _equals, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.read().decode()

    def save(self, article, **fields):
        """Send the article's form as it is stored, with these fields; a button is a field, too."""
        path = change(article)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', self.ask(path))[1]
        fields = payload(Article.objects.get(pk=article.pk), **fields) | {"csrfmiddlewaretoken": token}
        self.ask(path, urllib.parse.urlencode(fields, doseq=True).encode())


def test_what_is_done_in_one_process_is_so_in_the_next_answer_of_both(sites):
    tag, author = factories.tag(), factories.author()
    unrelated = factories.published(
        section=factories.section("رياضة"), authors=[factories.author("عمر نجّار")]
    )
    factories.published(tags=[tag], authors=[author])
    article = factories.draft(headline=HEADLINE, tags=[tag], authors=[author])
    lists = ["/", article.section.get_absolute_url(), tag.get_absolute_url(), author.get_absolute_url()]
    lists = [urllib.parse.unquote(path) for path in lists]
    feeds = ["/feed/", f"/feed/section/{article.section_id}/", public_site.sitemap_of_the_month()]
    page, untouched = (urllib.parse.unquote(row.get_absolute_url()) for row in (article, unrelated))

    def found():
        """Of both processes: where the article is named, by which headline, and the status of its page."""
        answers = [{path: read(site, path) for path in [page, *lists, *feeds]} for site in sites]
        return [
            (
                {path for path, (_status, text) in answer.items() if page in urllib.parse.unquote(text)},
                {path for path, (_status, text) in answer.items() if CHANGED in text},
                answer[page][0],
            )
            for answer in answers
        ]

    # Whatever a process may keep of these, it has now.
    before, others = found(), [read(site, untouched) for site in sites]
    desk = Desk(sites[0], factories.staff(factories.EDITORS))

    desk.save(article, _move="publish")
    published = found()
    desk.save(article, headline=CHANGED, summary=CHANGED)
    saved = found()
    desk.save(article, _move="publish_changes", headline=CHANGED, summary=CHANGED)
    # The address follows the headline.
    page = urllib.parse.unquote(Article.objects.get(pk=article.pk).get_absolute_url())
    changed = found()
    desk.save(article, _move="withdraw", headline=CHANGED, summary=CHANGED)
    withdrawn = found()

    everywhere, wherever_headlines_are = (
        {page, *lists, *feeds},
        {page, *lists, *feeds} - {public_site.sitemap_of_the_month()},
    )
    first_page = urllib.parse.unquote(article.get_absolute_url())
    assert before == [(set(), set(), 404)] * 2
    assert published == [({first_page, *lists, *feeds}, set(), 200)] * 2
    assert saved == published
    assert changed == [(everywhere, wherever_headlines_are, 200)] * 2
    assert withdrawn == [(set(), set(), 410)] * 2
    assert [read(site, untouched) for site in sites] == others
    assert others[0] == others[1]
