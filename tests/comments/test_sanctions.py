"""Sanctions: who comes under them, what follows, and that they end."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.forms import model_to_dict
from django.urls import reverse
from django.utils import timezone

from comments import authoring, sanctions
from comments.models import Comment, Effect, Policy, Sanction, Status, WatchedWord
from comments.sanctions import SanctionError
from comments.submission import Sender, SubmissionError, TooManyComments, submit
from tests import factories

pytestmark = pytest.mark.django_db

EMAIL = "zoro@example.org"


@pytest.fixture
def moderator():
    return factories.staff(factories.MODERATORS)


def _impose(whom, moderator, effect=Effect.HOLD, **fields):
    return sanctions.impose(whom, effect=effect, by=moderator, **{"reason": "إغراق متكرر"} | fields)


def _under(**fields):
    return sanctions.against(
        **{
            "email_fingerprint": "",
            "network_fingerprint": "",
            "author_name": "ليلى",
            "website": "",
            "body": "تعليق هادئ",
        }
        | fields
    )


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("زورو", "زورو", True),
        ("زورو", "زُورُو", True),
        ("زورو", "زوروا", False),
        ("زورو*", "زورو العاشر", True),
        ("*زورو", "أبو زورو", True),
        ("زو*رو", "زووورو", True),
        ("*احمد*", "السيد أحمد علي", True),
        ("احمد *", "أحمد علي", True),
        ("احمد *", "أحمدي", False),
        ("admin*", "Аdmin 7", True),
        ("ز*زورو", "زورو", False),
        ("**زورو**", "السيد زورو", True),
        ("زورو", "ز و ر و", True),
    ],
)
def test_a_name_pattern_is_met_in_any_spelling(moderator, pattern, name, expected):
    _impose(sanctions.name_like(pattern), moderator)

    assert bool(_under(author_name=name)) is expected


@pytest.mark.parametrize("pattern", ["*", "", "  ", "ا*", "**--**"])
def test_a_pattern_that_nearly_all_names_fit_is_refused(pattern):
    with pytest.raises(SanctionError):
        sanctions.name_like(pattern)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"body": "اربح من https://casino.example.com/x?y الآن"}, True, id="a host below it"),
        pytest.param({"body": "زوروا hxxp://www.EXAMPLE.com"}, True, id="written in disguise"),
        pytest.param({"body": "زوروا example[dot]com"}, True, id="with a spelled dot"),
        pytest.param({"body": "زوروا example.com, ثم عودوا"}, True, id="before a comma"),
        pytest.param({"body": "(http://example.com)"}, True, id="in brackets"),
        pytest.param({"body": "زوروا example.com(.)https://ok.org"}, True, id="before another"),
        pytest.param({"website": "https://example.com/"}, True, id="the website"),
        pytest.param({"author_name": "زوروا example.com"}, True, id="the name"),
        pytest.param({"body": "https://badexample.com"}, False, id="another that ends alike"),
        pytest.param({"body": "https://example.com.evil.net"}, False, id="another that begins alike"),
        pytest.param({"body": "مثال"}, False, id="no link"),
    ],
)
def test_a_domain_holds_for_all_below_it(moderator, fields, expected):
    _impose(sanctions.domain_named("https://www.Example.com/path"), moderator)

    assert bool(_under(**fields)) is expected


def test_a_domain_is_the_same_in_arabic_and_in_the_spelling_of_dns(moderator):
    _impose(sanctions.domain_named("موقع.السعودية"), moderator)

    assert len(_under(website="https://xn--4gbrim.xn--mgberp4a5d4ar/")) == 1


@pytest.mark.parametrize("text", ["", "com", "مجرد كلام", "a..b", "x" * 300 + ".com"])
def test_what_names_no_domain_is_refused(text):
    with pytest.raises(SanctionError):
        sanctions.domain_named(text)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("203.0.113.128/28", "203.0.113.0/24"),
        ("2001:db8:5:1::9", "2001:db8:5::/48"),
    ],
)
def test_a_network_is_as_wide_as_those_that_are_kept(text, label):
    assert sanctions.network_named(text).label == label


@pytest.mark.parametrize("text", ["", "203.0.113", "203.0.0.0/16", "2001:db8::/32", "شبكة"])
def test_a_network_that_is_none_or_too_wide_is_refused(text):
    with pytest.raises(SanctionError):
        sanctions.network_named(text)


def test_a_typed_network_meets_those_who_write_from_it(moderator):
    _impose(sanctions.network_named("203.0.113.0/24"), moderator)

    comment = factories.sent(factories.published(), address="203.0.113.99")

    assert comment.findings.filter(rule="sanctioned").count() == 1


@pytest.mark.parametrize("whom", [sanctions.writer_of, sanctions.network_of])
def test_the_next_comment_of_the_same_writer_or_network_is_held(moderator, whom):
    article = factories.published()
    Policy.objects.update(mode="findings")
    first = factories.sent(article, address="203.0.113.9", email=EMAIL)
    sanction = _impose(whom(first), moderator)

    next_one = factories.sent(article, address="203.0.113.200", email=EMAIL.upper())

    assert (first.status, next_one.status, next_one.is_shadowed) == ("approved", "pending", False)
    assert next_one.sanction == sanction
    assert next_one.findings.filter(rule="sanctioned").count() == 1


def test_another_writer_is_not_concerned(moderator):
    article = factories.published()
    _impose(sanctions.writer_of(factories.sent(article, email=EMAIL)), moderator)

    assert not factories.sent(article, email="nami@example.org").findings.filter(rule="sanctioned").exists()


def test_a_sanction_shows_no_address(moderator):
    comment = factories.sent(factories.published(), email=EMAIL)

    sanction = _impose(sanctions.writer_of(comment), moderator)

    assert sanction.label == f"صاحب التعليق {comment.pk}"
    assert EMAIL not in str(vars(sanction))


def test_a_forgotten_network_cannot_be_sanctioned():
    comment = factories.sent(factories.published())
    Comment.objects.update(sender_network="", sender_fingerprint="")
    comment.refresh_from_db()

    with pytest.raises(SanctionError):
        sanctions.network_of(comment)


def test_a_blocked_writer_gets_the_text_back_and_nothing_is_stored(client, moderator):
    article = factories.published()
    _impose(sanctions.name_like("زورو"), moderator, Effect.BLOCK)

    response = client.post(
        reverse("comments:post", args=[article.pk]),
        {"author_name": "زورو", "email": EMAIL, "body": "نصّ كتبته طويلًا"},
    )

    page = response.content.decode()
    assert (response.status_code, Comment.objects.count()) == (422, 0)
    assert "لا تستقبل نشرة منك تعليقات في الوقت الحاضر" in page
    assert "نصّ كتبته طويلًا" in page


def test_no_more_addresses_can_be_tried_for_a_block_than_comments_sent(moderator):
    article = factories.published()
    blocked = factories.sent(article, email=EMAIL)
    _impose(sanctions.writer_of(blocked), moderator, Effect.BLOCK)
    Policy.objects.update(network_limit=3)

    told = []
    for email in (EMAIL, "nami@example.org", EMAIL, "sanji@example.org", EMAIL):
        try:
            told.append(factories.sent(article, address="203.0.113.9", email=email).status)
        except SubmissionError as error:
            told.append(type(error))

    assert told == [SubmissionError, "pending", SubmissionError, TooManyComments, TooManyComments]


def test_what_a_sanction_refuses_is_counted_in_its_row_alone(moderator):
    article = factories.published()
    comment = factories.sent(article, author_name="زورو", email=EMAIL)
    sanction = _impose(sanctions.name_like("زورو"), moderator, Effect.BLOCK)
    before = model_to_dict(sanction)

    for _ in range(2):
        with pytest.raises(SubmissionError):
            factories.sent(article, author_name="زورو", email=EMAIL)
    with pytest.raises(SubmissionError):
        authoring.edit(comment, "نصّ آخر", Sender("10.0.0.7", "Firefox"))

    sanction.refresh_from_db()
    assert sanction.refused == 3
    assert model_to_dict(sanction) == before


def test_a_shadowed_comment_waits_as_any_other_for_its_writer(client, moderator, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    article = factories.published()
    _impose(sanctions.name_like("زورو"), moderator, Effect.SHADOW)
    payload = {"email": EMAIL, "body": "نصّ التعليق"}
    url = reverse("comments:post", args=[article.pk])

    pages = {}
    for name in ("زورو", "نامي"):
        page = client.get(client.post(url, payload | {"author_name": name})["Location"]).content.decode()
        pages[name] = page.replace(name, "").replace(Comment.objects.get(author_name=name).receipt, "")

    assert dict(Comment.objects.values_list("author_name", "is_shadowed")) == {"زورو": True, "نامي": False}
    assert pages["زورو"] == pages["نامي"]


def test_a_shadowed_writer_is_told_of_a_rejected_word_like_everybody(moderator):
    WatchedWord.objects.create(term="احتيال", reason="إعلان", level="reject")
    _impose(sanctions.name_like("زورو"), moderator, Effect.SHADOW)

    comment = factories.sent(factories.published(), author_name="زورو", body="هذا احتيال")

    assert (comment.status, comment.is_shadowed) == (Status.REJECTED, False)


def test_the_strongest_prevails_and_all_are_shown(moderator):
    article = factories.published()
    hold = _impose(sanctions.name_like("زورو"), moderator, Effect.HOLD, reason="انتحال اسم")
    shadow = _impose(sanctions.domain_named("example.com"), moderator, Effect.SHADOW, reason="إعلانات")

    comment = factories.sent(article, author_name="زورو", body="زوروا https://a.example.com")

    finding = comment.findings.get(rule="sanctioned")
    assert comment.sanction == shadow != hold
    assert finding.sentence == "تسري على التعليق عقوبتان: على موقع يُحيل إليه، وعلى اسم كاتبه."
    assert [(span["field"], span["start"], span["end"]) for span in finding.evidence] == [
        ("body", 6, 27),
        ("author_name", 0, 4),
    ]


@pytest.mark.parametrize(
    ("ago", "expected"),
    [pytest.param(6, True, id="not yet"), pytest.param(8, False, id="after a week")],
)
def test_a_sanction_expires_by_the_clock(moderator, time_machine, ago, expected):
    time_machine.move_to(timezone.now() - timedelta(days=ago))
    _impose(sanctions.name_like("زورو"), moderator, days=7)
    time_machine.move_to(timezone.now() + timedelta(days=ago))

    assert bool(_under(author_name="زورو")) is expected


def test_a_lifted_one_concerns_nobody(moderator):
    sanction = _impose(sanctions.name_like("زورو"), moderator)

    assert sanctions.lift([sanction.pk], by=moderator) == [sanction]

    sanction.refresh_from_db()
    assert (_under(author_name="زورو"), sanction.lifted_by, sanction.is_in_force) == ([], moderator, False)
    assert sanctions.lift([sanction.pk], by=moderator) == []


def test_what_a_lifted_sanction_kept_from_the_queue_comes_back(moderator):
    article = factories.published()
    lifted = _impose(sanctions.name_like("زورو"), moderator, Effect.SHADOW)
    _impose(sanctions.name_like("سانجي"), moderator, Effect.SHADOW)
    for name in ("زورو", "سانجي"):
        factories.sent(article, author_name=name)

    sanctions.lift([lifted.pk], by=moderator)

    assert dict(Comment.objects.values_list("author_name", "is_shadowed")) == {"زورو": False, "سانجي": True}


def test_what_an_expired_sanction_kept_from_the_queue_comes_back(moderator, time_machine):
    _impose(sanctions.name_like("زورو"), moderator, Effect.SHADOW, days=1)
    comment = factories.sent(factories.published(), author_name="زورو")
    assert sanctions.release() == 0

    time_machine.move_to(timezone.now() + timedelta(days=2))

    assert sanctions.release() == 1
    comment.refresh_from_db()
    assert (comment.is_shadowed, comment.status) == (False, Status.PENDING)


def test_both_verbs_are_logged(moderator):
    sanction = _impose(sanctions.name_like("زورو"), moderator)
    sanctions.lift([sanction.pk], by=moderator)

    assert list(LogEntry.objects.order_by("pk").values_list("user", "object_id", "change_message")) == [
        (moderator.pk, str(sanction.pk), "فُرضت."),
        (moderator.pk, str(sanction.pk), "رُفعت."),
    ]


def test_the_log_says_neither_whom_a_sanction_concerns_nor_why(moderator):
    sanctions.lift([_impose(sanctions.name_like("زورو"), moderator).pk], by=moderator)

    assert set(LogEntry.objects.values_list("object_repr", flat=True)) == {"احتجاز كلّ تعليق: الاسم"}


def test_a_reason_is_asked_for(moderator):
    with pytest.raises(SanctionError):
        _impose(sanctions.name_like("زورو"), moderator, reason=" \n ")


def test_the_same_is_not_imposed_twice(moderator):
    _impose(sanctions.name_like("زورو"), moderator)

    with pytest.raises(SanctionError):
        _impose(sanctions.name_like("زورُو"), moderator)


def test_who_may_not_is_refused(moderator):
    reporter = factories.staff(factories.REPORTERS)
    sanction = _impose(sanctions.name_like("زورو"), moderator)

    with pytest.raises(PermissionDenied):
        _impose(sanctions.name_like("سانجي"), reporter)
    with pytest.raises(PermissionDenied):
        sanctions.lift([sanction.pk], by=reporter)


def test_the_database_deletes_none(moderator):
    sanction = _impose(sanctions.name_like("زورو"), moderator)

    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        sanction.delete()

    assert Sanction.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_look_up_is_one_query(moderator, django_assert_num_queries, count):
    for number in range(count):
        _impose(sanctions.name_like(f"زورو {number}"), moderator)

    with django_assert_num_queries(1):
        _under(author_name="زورو 0", body="https://a.b.c.example.com https://example.net")


def test_a_hostile_name_costs_little(moderator):
    """Backtracking over ten stars would take minutes."""
    _impose(sanctions.name_like("*".join("ابجدهوزحطي")), moderator)

    assert _under(author_name="ا" * 80, body="a." * 2_500 + "com") == []


def test_the_same_submission_again_leads_to_the_first_one_after_a_block(moderator):
    article, new = factories.published(), factories.new_comment(author_name="زورو")
    home = Sender("203.0.113.9", "Firefox")
    first = submit(article, new, home)
    _impose(sanctions.name_like("زورو"), moderator, Effect.BLOCK)

    assert submit(article, new, home) == first
    with pytest.raises(SubmissionError):
        submit(article, factories.new_comment(author_name="زورو"), home)
