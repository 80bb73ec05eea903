"""What screening cannot judge waits for a moderator, whatever the mode and whoever wrote it; nothing is lost."""

import time

import pytest
from django.db import connection
from django.urls import reverse

from comments import rules
from comments.models import Comment, Mode, Policy, WatchedWord
from comments.screening import SECONDS_PER_RULE
from comments.submission import Sender, submit
from newsroom.encryption import email_fingerprint
from tests import factories

pytestmark = pytest.mark.django_db

EMAIL = "zoro@example.org"
BODY = "نصّ هادئ لا عيب فيه"
BROWSER = {"User-Agent": "Firefox", "Referer": "http://testserver/"}
OPEN_MODES = [Mode.HOLD_ALL, Mode.HOLD_UNPROVEN, Mode.HOLD_FINDINGS]


class Broken:
    name = "broken"

    def __call__(self, draft, history):
        return 1 / 0


class Slow:
    name = "slow"

    def __call__(self, draft, history):
        begun = time.thread_time()
        while time.thread_time() - begun <= SECONDS_PER_RULE:
            pass


@pytest.fixture
def registered(request):
    """The rule that the test names, among those of the site."""
    rule = request.param()
    rules.RULES.append(rule)
    yield rule
    rules.RULES.remove(rule)


def _send(client, article, headers=None):
    headers = BROWSER if headers is None else headers
    payload = {"author_name": "زورو", "email": EMAIL, "body": BODY}
    return client.post(reverse("comments:post", args=[article.pk]), payload, headers=headers)


def _is_public(client, article):
    return BODY in client.get(article.get_absolute_url()).content.decode()


def _unjudged(comment):
    return [(finding.rule, finding.sentence) for finding in comment.findings.filter(weight=100)]


BOTH_RULES = [
    pytest.param(Broken, id="raises"),
    pytest.param(Slow, id="over its budget", marks=pytest.mark.slow),
]


def test_without_a_failure_the_open_mode_publishes(client, article):
    Policy.objects.update(mode=Mode.HOLD_FINDINGS)

    _send(client, article)

    assert _is_public(client, article)


@pytest.mark.parametrize("mode", OPEN_MODES)
@pytest.mark.parametrize("registered", BOTH_RULES, indirect=True)
def test_a_rule_that_fails_holds_in_every_mode(client, article, registered, mode):
    Policy.objects.update(mode=mode)

    response = _send(client, article)

    comment = Comment.objects.get()
    ((rule, sentence),) = _unjudged(comment)
    assert (response.status_code, comment.status, rule) == (302, "pending", registered.name)
    assert sentence.startswith(("تعذّر فحص التعليق", "طال فحص التعليق"))
    assert not _is_public(client, article)


@pytest.mark.parametrize("mode", OPEN_MODES)
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Referer": "http://testserver/"}, id="no User-Agent"),
        pytest.param({"User-Agent": "Firefox"}, id="no Referer"),
    ],
)
def test_a_request_that_names_no_browser_or_page_is_held_in_every_mode(client, article, headers, mode):
    Policy.objects.update(mode=mode)

    response = _send(client, article, headers)

    comment = Comment.objects.get()
    assert (response.status_code, comment.status) == (302, "pending")
    assert [rule for rule, sentence in _unjudged(comment) if "تعذّر الفحص" in sentence] == ["unidentified"]
    assert not _is_public(client, article)


@pytest.fixture
def trusted(article):
    """A sender whose address is proven and three of whose comments were approved."""
    sender = Sender("203.0.113.9", "Firefox", proven=email_fingerprint(EMAIL))
    for number in range(3):
        submit(article, factories.new_comment(email=EMAIL, body=f"رأي سابق {number}"), sender)
    Comment.objects.update(status="approved")
    Policy.objects.update(mode=Mode.HOLD_UNPROVEN)
    return sender


def test_a_trusted_writer_is_published_at_once(article, trusted):
    Comment.objects.update(created_at="2026-01-01T00:00Z")
    Policy.objects.update(mode=Mode.HOLD_FINDINGS)

    assert submit(article, factories.new_comment(email=EMAIL, body=BODY), trusted).status == "approved"


@pytest.mark.parametrize("mode", OPEN_MODES)
@pytest.mark.parametrize("registered", BOTH_RULES, indirect=True)
def test_a_rule_that_fails_holds_a_trusted_writer_too(article, trusted, registered, mode):
    Policy.objects.update(mode=mode)

    comment = submit(article, factories.new_comment(email=EMAIL, body=BODY), trusted)

    assert (comment.is_proven, comment.status) == (True, "pending")


def test_the_desk_says_that_the_rule_failed(client, article):
    _send(client, article, {"User-Agent": "Firefox"})
    client.force_login(factories.staff(factories.MODERATORS))

    page = client.get(reverse("admin:comments_comment_change", args=[Comment.objects.get().pk]))

    assert "تعذّر الفحص" in page.content.decode()


def _change_words():
    """Let no process have the list of words at hand."""
    WatchedWord.objects.create(term="احتيال", reason="إعلانات")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["comments_watchedword", "comments_sanction", "newsroom_rate"])
def test_when_screening_or_storing_fails_the_text_comes_back_and_nothing_is_public(
    client, article, table, caplog
):
    Policy.objects.update(mode=Mode.HOLD_FINDINGS)
    _change_words()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO away")
    try:
        response = _send(client, article)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE away RENAME TO {table}")

    page = response.content.decode()
    assert (response.status_code, Comment.objects.count()) == (503, 0)
    assert "تعذّر علينا استلام تعليقك الآن" in page
    assert BODY in page
    assert "A comment could not be taken: ProgrammingError" in caplog.text
    assert BODY not in caplog.text
    assert not _is_public(client, article)


@pytest.mark.django_db(transaction=True)
def test_the_same_comment_is_taken_when_all_is_well_again(client, article):
    _change_words()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE comments_watchedword RENAME TO away")
    _send(client, article)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE away RENAME TO comments_watchedword")

    assert _send(client, article).status_code == 302
    assert Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_when_nothing_can_be_asked_a_draft_stays_unseen(client):
    draft = factories.draft(headline="لم يُنشر بعد")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE comments_sanction RENAME TO away")
    try:
        response = _send(client, draft)
        there_is_none = client.post(reverse("comments:post", args=[draft.pk + 1]), {"body": BODY})
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO comments_sanction")

    assert response.status_code == 503
    assert BODY in response.text
    assert draft.headline not in response.text
    # It lacks a name and an address, which is said of articles alone that there are.
    assert there_is_none.status_code == 404


def test_a_number_that_no_row_can_have_is_no_article(client):
    assert client.post(f"/comments/article/{10**30}/", {"body": BODY}).status_code == 404
