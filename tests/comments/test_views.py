"""A reader's side of comments: the form, its errors, and the private page."""

import logging
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from articles import publishing
from comments import authoring, erasure, moderation
from comments.models import Comment, Decision, Status, Thread
from newsroom import encryption
from newsroom.web import fragments
from tests import factories

pytestmark = pytest.mark.django_db

EMAIL = "zoro@example.org"


def _payload(**fields) -> dict[str, str]:
    return {"author_name": "زورو", "email": EMAIL, "website": "", "body": "مقال جيد عن OpenAI"} | fields


def _send(client, article, headers=None, **fields):
    return client.post(reverse("comments:post", args=[article.pk]), _payload(**fields), headers=headers)


def test_a_valid_comment_leads_to_its_private_page(client, article):
    response = _send(client, article)

    comment = Comment.objects.get()
    assert (response.status_code, response["Location"]) == (302, comment.receipt_url)


def test_the_private_page_shows_the_text_and_no_address(client, article):
    response = client.get(_send(client, article)["Location"])

    text = response.content.decode()
    assert "مقال جيد عن" in text
    assert EMAIL not in text
    assert "no-store" in response["Cache-Control"]
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex", "same-origin")


def test_the_private_page_tells_the_reason_of_a_rejection(client, article):
    url = _send(client, article)["Location"]
    moderation.reject(Comment.objects.all(), by=None, reason="off_topic", note="ملاحظة داخلية")

    text = client.get(url).content.decode()

    assert "خارج الموضوع" in text
    assert "ملاحظة داخلية" not in text


def test_the_reason_is_told_after_an_undo_too(client, article):
    url = _send(client, article)["Location"]
    moderation.reject(Comment.objects.all(), by=None, reason="off_topic")
    moderation.approve(Comment.objects.all(), by=None)
    moderation.undo([Decision.objects.first().pk], by=None)

    assert "خارج الموضوع" in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("author_name", "", id="no name"),
        pytest.param("author_name", " \u202e\u200b ", id="nothing left of the name"),
        pytest.param("author_name", "ز" * 81, id="long name"),
        pytest.param("email", "", id="no address"),
        pytest.param("email", "zoro@", id="half an address"),
        pytest.param("email", "zoro@example.org\nBcc: a@example.org", id="two lines"),
        pytest.param("email", '"<script>"@example.org', id="quoted local part"),
        pytest.param("website", "javascript:alert(1)", id="script for a site"),
        pytest.param("website", 'https://example.org/"onclick=x', id="quote in the site"),
        pytest.param("website", "example.org/".ljust(200, "x"), id="site too long with its scheme"),
        pytest.param("body", "", id="no comment"),
        pytest.param("body", "\u200b\u2060 \n ", id="nothing left of the comment"),
        pytest.param("body", "ك" * 5_001, id="long comment"),
        pytest.param("parent", "999999", id="no such parent"),
        pytest.param("parent", "9" * 40, id="absurd parent"),
        pytest.param("parent", "9" * 5_000, id="more digits than a number has"),
        pytest.param("parent", "x", id="parent in letters"),
    ],
)
def test_a_mistake_is_answered_with_422_and_all_that_was_typed(client, article, field, value):
    response = _send(client, article, **{field: value})

    text = response.content.decode()
    assert response.status_code == 422
    assert Comment.objects.count() == 0
    for name, typed in _payload(**{field: value}).items():
        if name != field and typed:
            assert typed in text, name
    assert 'aria-invalid="true"' in text or field == "parent"


@pytest.mark.parametrize(
    "case", ["erased", "withdrawn", "waiting", "rejected", "under a rejected one", "of another article"]
)
def test_what_cannot_be_answered_is_told_and_the_answer_can_be_sent_alone(client, article, case):
    parent = factories.approved(factories.published() if case == "of another article" else article)
    if case == "erased":
        factories.approved(article, parent=parent)
        list(erasure.erase(encryption.decrypt(parent.email_encrypted), delete=True))
    elif case == "withdrawn":
        authoring.withdraw(parent)
    elif case == "waiting":
        moderation.decide({parent.pk: parent.version}, Status.PENDING, by=None)
    elif case == "rejected":
        moderation.reject([parent], by=None, reason="abuse")
    elif case == "under a rejected one":
        above, parent = parent, factories.approved(article, parent=parent)
        moderation.reject([above], by=None, reason="abuse")
    before = Comment.objects.count()

    response = _send(client, article, parent=str(parent.pk))

    page = response.content.decode()
    told = "لم يعد الردّ على هذا التعليق ممكنًا. يمكنك إرسال ما كتبته تعليقًا مستقلًا."
    assert (response.status_code, Comment.objects.count()) == (422, before)
    assert told in page
    assert 'name="parent" value=""' in page
    for typed in filter(None, _payload().values()):
        assert typed in page


@pytest.mark.parametrize(
    "address",
    [
        "zoro@example.org",
        "zoro+news@example.org",
        "زورو@موقع.example",
        "zoro@موقع.السعودية",
        "user@xn--mgberp4a5d4ar.example",
    ],
)
def test_addresses_in_any_script_are_accepted(client, article, address):
    assert _send(client, article, email=address).status_code == 302


def test_a_site_may_be_typed_without_its_scheme(client, article):
    _send(client, article, website="example.org/مدونة")

    assert Comment.objects.get().website == "https://example.org/مدونة"


def test_the_trap_holds_with_a_finding_and_does_not_tell(client, article):
    response = _send(client, article, subject="buy")

    assert response.status_code == 302
    assert Comment.objects.get().findings.filter(rule="honeypot").exists()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 302, id="this site"),
        pytest.param({"Sec-Fetch-Site": "none"}, 302, id="the reader"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="a neighbour"),
        pytest.param({"Origin": "http://testserver"}, 302, id="own origin"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="another origin"),
        pytest.param({"Origin": "null"}, 403, id="no origin"),
        pytest.param({"Origin": "http://["}, 403, id="a broken origin"),
        pytest.param({}, 302, id="an old browser"),
    ],
)
def test_forms_of_other_sites_are_refused(client, article, headers, status, settings):
    settings.ALLOWED_HOSTS = ["testserver"]

    assert _send(client, article, headers=headers).status_code == status


def test_no_token_is_asked_for(article):
    from django.test import Client

    assert _send(Client(enforce_csrf_checks=True), article).status_code == 302


def test_a_draft_takes_no_comment(client):
    assert _send(client, factories.draft()).status_code == 404


def test_a_closed_thread_says_so_and_keeps_the_text(client, article):
    Thread.objects.create(article=article, mode="closed")

    response = _send(client, article)

    assert response.status_code == 422
    assert "مقال جيد عن OpenAI" in response.content.decode()


@pytest.mark.parametrize(("fields", "wanted"), [({}, False), ({"wants_replies": "on"}, True)])
def test_answers_are_mailed_to_who_asks_for_it(client, article, fields, wanted):
    _send(client, article, **fields)

    assert Comment.objects.get().wants_replies is wanted


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"mode": "hold_all"}, "تظهر التعليقات بعد أن يقرأها مشرف."),
        ({"mode": "unproven"}, "تُنشر تعليقات من نعرفهم من القرّاء فورًا"),
        ({"mode": "findings"}, "تُنشر التعليقات فورًا"),
        ({"mode": "findings", "night": "on"}, "نستقبل تعليقك الآن، ويُراجَع صباحًا."),
        ({"mode": "closed"}, "أُغلق باب التعليق على هذا المقال."),
        ({"closes_after_days": 3}, "تُغلق التعليقات في"),
    ],
    ids=str,
)
def test_the_page_tells_the_terms_of_its_comments(client, article, rules, words):
    Thread.objects.create(article=article, **rules)

    assert words in client.get(article.get_absolute_url()).content.decode()


def test_comments_that_closed_by_age_tell_since_when(client):
    article = factories.published(at=timezone.now() - timedelta(days=10))
    Thread.objects.create(article=article, closes_after_days=3)

    text = client.get(article.get_absolute_url()).content.decode()

    closed = (article.published_at + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert re.search(rf'أُغلقت التعليقات على هذا المقال في <time datetime="{closed}"', text)


def test_the_order_is_kept_in_addresses_but_not_in_the_canonical_one(client, article):
    comment = factories.approved(article)
    factories.approved(article)

    text = client.get(f"{article.get_absolute_url()}?sort=newest").content.decode()

    assert f'href="{comment.get_absolute_url()}?sort=newest"' in text
    assert re.search(r'rel="canonical" href="[^"?]+"', text)


def test_readers_see_who_belongs_to_the_newsroom_and_what_editors_picked(client, article):
    factories.approved(article)
    Comment.objects.update(staff=factories.superuser(), picked_at=timezone.now())

    text = client.get(article.get_absolute_url()).content.decode()

    assert text.count("فريق نشرة") == 1
    # In the block and beside the name.
    assert (text.count("اختيارات المحرّر"), text.count("اختيار المحرّر")) == (1, 1)


def test_a_reply_is_filed_under_what_it_answers(client, article):
    parent = factories.approved(article)
    page = client.get(reverse("comments:reply", args=[parent.pk]))
    assert f'value="{parent.pk}"' in page.content.decode()

    _send(client, article, parent=str(parent.pk))

    assert Comment.objects.get(author_name="زورو").parent == parent


@pytest.mark.parametrize("view", ["reply", "permalink"])
def test_a_pending_comment_has_no_public_address(client, article, view):
    comment = factories.sent(article)

    assert client.get(reverse(f"comments:{view}", args=[comment.pk])).status_code == 404


def test_a_permalink_leads_to_the_place_on_its_page(client, article):
    comment = factories.approved(article)

    response = client.get(comment.get_absolute_url())

    assert response["Location"] == f"{iri_to_uri(article.get_absolute_url())}#comment-{comment.pk}"


@pytest.mark.parametrize(("token", "status"), [("x", 404), ("٣", 404), ("a%2fb", 404), ("%00", 400)])
def test_a_private_page_is_not_guessed(client, token, status):
    assert client.get(f"/comments/mine/{token}/").status_code == status


def test_nothing_is_kept_under_the_address_of_a_private_page(client, article):
    url = _send(client, article)["Location"]

    assert 'hreflang="en"' in client.get(url).text
    client.get(article.get_absolute_url())

    kept = repr([*fragments.addresses._pieces])
    assert iri_to_uri(article.get_absolute_url()) in kept
    assert url not in kept


def test_a_private_page_does_not_show_the_headline_of_what_was_withdrawn(client, article):
    url = _send(client, article)["Location"]
    publishing.move(article, "withdraw", by=None)
    article.headline = "عنوان لم يُنشر"
    publishing.save(article)

    assert "عنوان لم يُنشر" not in client.get(url).content.decode()


def test_a_comment_is_not_public_before_it_is_approved(client, article):
    _send(client, article, body="نصّ ينتظر المراجعة")

    assert "نصّ ينتظر" not in client.get(article.get_absolute_url()).content.decode()


def test_markup_in_a_comment_is_shown_as_typed(client, article):
    factories.approved(article, body="<b>غليظ</b> & رابط https://example.org/مقال،")

    text = client.get(article.get_absolute_url()).content.decode()

    assert "&lt;b&gt;غليظ&lt;/b&gt; &amp; رابط" in text
    assert re.search(r'<a [^>]*rel="ugc nofollow noopener"', text)


@pytest.mark.parametrize("field", ["author_name", "email", "website", "body", "subject", "parent"])
@pytest.mark.parametrize(
    "hostile", ["a\0b", "\ud800", "\uffff" * 10, "ﷺ" * 4_000, "\u0300" * 3_000], ids=ascii
)
def test_no_text_makes_the_form_fail(client, article, field, hostile):
    body = b"&".join(
        name.encode() + b"=" + _percent(hostile if name == field else value)
        for name, value in _payload(subject="", parent="").items()
    )

    response = client.post(
        reverse("comments:post", args=[article.pk]), body, content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code in {302, 400, 422}


def _percent(text: str) -> bytes:
    return b"".join(b"%%%02X" % byte for byte in text.encode("utf-8", "surrogatepass"))


def test_an_error_report_names_no_value(client, article, settings, caplog, monkeypatch):
    from comments.views import posting

    def fail(*args):
        raise RuntimeError("boom")

    monkeypatch.setattr(posting, "submit", fail)
    client.raise_request_exception = False
    settings.ADMINS = [("operators", "operators@example.com")]

    with caplog.at_level(logging.DEBUG):
        response = _send(client, article)

    assert response.status_code == 500
    assert "boom" in caplog.text
    assert EMAIL not in caplog.text + response.content.decode()
