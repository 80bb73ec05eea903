"""Pages that ask by one statement all that they asked before, and never show what is not so any more."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Author, Byline, Section, SitePage, Tag
from comments import moderation
from comments.models import Comment, Mode, Policy
from newsroom.prepared_statements import fetch_all
from newsroom.web import foresight
from newsroom.web.fragments import fragments
from tests import factories

pytestmark = pytest.mark.django_db

NEW = "كلام جديد"
NUMBERS = "SELECT number FROM generate_series(1, %(most)s) AS number"


@pytest.fixture(autouse=True)
def _nothing_kept():
    fragments.clear()
    yield
    fragments.clear()


@pytest.fixture
def article():
    """An article whose page asks for all that such a page can."""
    author, tag = factories.author("ليلى حداد"), factories.tag("قمر")
    found = factories.published(headline="الخبر الأول", authors=[author], tags=[tag])
    factories.published(headline="خبر ذو صلة", authors=[author], tags=[tag], section=found.section)
    for _number in range(2):
        factories.approved(found)
    return found


def _page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_page_that_was_made_before_asks_once(client, article):
    for path in (article.get_absolute_url(), "/", article.section.get_absolute_url()):
        # Where queries are logged their values are written otherwise, and so may be the types of columns.
        with CaptureQueriesContext(connection) as captured:
            first = _page(client, path)
            before = len(captured)
            assert _page(client, path) == first
        assert len(captured) - before == 1


def test_what_is_not_there_leaves_nothing_behind(client, article):
    # The page that says so is made of pieces itself.
    client.get(f"/article/{article.pk + 49}/none/")
    before = len(fragments._pieces)

    statuses = {client.get(f"/article/{article.pk + number}/none/").status_code for number in range(50, 60)}

    assert (statuses, len(fragments._pieces)) == ({404}, before)


def test_the_address_of_a_page_leaves_no_piece_behind(client, article):
    _page(client, f"{article.get_absolute_url()}?utm_source=0")
    before = len(fragments._pieces)

    for number in range(1, 10):
        _page(client, f"{article.get_absolute_url()}?utm_source={number}")

    assert len(fragments._pieces) == before


def _another_story(article):
    factories.published(headline=NEW, section=article.section, tags=list(article.tags.all()))


CHANGES = {
    "headline": lambda article: Article.objects.filter(pk=article.pk).update(headline=NEW),
    "text": lambda article: Article.objects.filter(pk=article.pk).update(body_html=f"<p>{NEW}</p>"),
    "related": lambda article: Article.objects.exclude(pk=article.pk).update(headline=NEW),
    "another story": _another_story,
    "author": lambda article: Author.objects.update(name=NEW),
    "byline": lambda article: Byline.objects.filter(article=article).update(author=factories.author(NEW)),
    "tag": lambda article: Tag.objects.update(name=NEW),
    "section": lambda article: Section.objects.update(name=NEW),
    "correction": lambda article: factories.correction(article, note=f"{NEW}."),
    "comment": lambda article: Comment.objects.filter(article=article).update(body=NEW),
    "one more comment": lambda article: factories.approved(article, body=NEW),
    "a page of the site": lambda article: SitePage.objects.update(title=NEW),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_shown_whoever_told_of_it(client, article, change):
    path = article.get_absolute_url()
    assert [NEW in _page(client, path) for _time in range(2)] == [False, False]

    CHANGES[change](article)

    assert [NEW in _page(client, path) for _time in range(2)] == [True, True]


def test_what_went_and_came_back_is_not_shown_meanwhile(client, article):
    path = article.get_absolute_url()
    comment = factories.approved(article, body=NEW)
    shown = [NEW in _page(client, path)]
    for verb in (moderation.mark_spam, moderation.approve, moderation.mark_spam):
        verb([comment], by=None)
        comment.refresh_from_db()
        shown += [NEW in _page(client, path) for _time in range(2)]

    assert shown == [True, False, False, True, True, False, False]


def test_rules_for_all_articles_close_comments(client, article):
    path = article.get_absolute_url()
    assert ["<textarea" in _page(client, path) for _time in range(2)] == [True, True]

    Policy.objects.update(mode=Mode.CLOSED)

    assert "<textarea" not in _page(client, path)


def test_the_hour_takes_a_story_back_without_any_change(client, article):
    path = article.get_absolute_url()
    assert client.get(path).status_code == 200
    Article.objects.filter(pk=article.pk).update(withdraw_at=timezone.now() + timedelta(seconds=3))
    assert client.get(path).status_code == 200

    while client.get(path).status_code == 200:
        assert timezone.now() < Article.objects.get(pk=article.pk).withdraw_at + timedelta(seconds=1)

    assert timezone.now() >= Article.objects.get(pk=article.pk).withdraw_at


def _rows(most):
    return foresight.rows(
        NUMBERS, {"most": most}, fetch_all, lambda rows: [Article(pk=number) for (number,) in rows]
    )


def test_who_is_given_a_row_may_write_on_it():
    for _time in range(2):
        with foresight.of_page("page"):
            (one,), (other,) = _rows(1), _rows(1)
            assert (hasattr(one, "told"), one.pk, other.pk) == (False, 1, 1)
            one.told = True
            assert not hasattr(other, "told")


def test_what_is_derived_is_made_anew_when_an_answer_is_another(article):
    made = []

    def make():
        ((name,),) = foresight.rows("SELECT name FROM articles_section", {}, fetch_all)
        made.append(name)
        return f"<b>{name}</b>"

    def ask():
        with foresight.of_page("page"):
            _rows(1)
            return foresight.derived("name", fetch_all, make)

    before = article.section.name
    pieces = [ask(), ask()]
    Section.objects.update(name=NEW)
    pieces += [ask(), ask()]

    assert made == [before, NEW]
    assert pieces == [f"<b>{before}</b>"] * 2 + [f"<b>{NEW}</b>"] * 2


def test_addresses_that_lead_on_take_no_room(client, article):
    client.get(article.get_absolute_url())
    before = fragments._bytes

    for number in range(50):
        answer = client.get(f"/article/{article.pk}/{'a' * 1_000}{number}/")
        assert answer.status_code == 301

    assert fragments._bytes - before < 2_000


def test_a_feed_keeps_no_texts_and_asks_for_none_again(client, article):
    for _time in range(3):
        _page(client, "/feed/")

    kept = [key for key in fragments._pieces if isinstance(key, foresight.Question)]
    assert not any("body_html" in question.statement for question in kept)


def test_of_a_page_that_failed_nothing_is_known():
    def fail():
        with foresight.of_page("page"):
            _rows(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert fragments.get((foresight._Page, "page")) is None
    assert foresight._here.page is None
