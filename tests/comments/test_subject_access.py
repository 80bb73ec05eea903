"""The file that a person gets of what is held about them."""

import io
import json

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command

from comments import erasure, moderation, notifications, privacy, sanctions, subject_access
from comments.models import (
    Comment,
    Confirmation,
    Decision,
    Effect,
    Finding,
    Lesson,
    LikenessKey,
    Mute,
    Note,
    PersonalData,
    Policy,
    QueueSubscription,
    RejectionReason,
    Report,
    Revision,
    Sanction,
    Status,
    Thread,
    TriageState,
    Useful,
    WatchedWord,
    Wave,
)
from newsroom import encryption
from newsroom.mail import outbox
from newsroom.mail.models import AccountLanguage, Cancellation, OutgoingMail
from tests import factories, person
from tests.database import tables_with

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ADDRESS = "zorlu@canary.example"


@pytest.fixture
def moderator():
    return person.moderator("sulayma")


def _export(address=ADDRESS):
    return json.loads("".join(subject_access.export(address)))


def test_all_that_is_held_about_a_comment_is_there(moderator, settings):
    settings.EMAIL_KEYS = ["k"]
    article = factories.published()
    comment = factories.sent(
        article, "203.0.113.9", author_name="زرلو", email=ADDRESS, website="https://z.example", body="نصّ"
    )
    Finding.objects.filter(comment=comment).delete()
    Finding.objects.create(comment=comment, rule="many_links", weight=30, facts={"links": 2}, evidence=[])
    revision = Revision.objects.create(comment=comment, body="نصّ سابق", direction="rtl", version=0)
    note = moderation.add_note(comment, "يكتب كثيرًا", by=moderator)
    moderation.decide({comment.pk: 1}, Status.REJECTED, by=moderator, reason="abuse", note="فظّ")
    report = Report.objects.create(comment=comment, complaint="abuse", text="آذاني", sender_fingerprint="f")
    privacy.disclose_email(comment, to=moderator)
    decision = comment.decisions.get()

    (row,) = _export()["comments"]

    (seen,) = LogEntry.objects.all()
    assert row == {
        "number": comment.pk,
        "article": article.headline,
        "in_reply_to": None,
        "sent_at": _iso(comment.created_at),
        "changed_at": None,
        "status": "rejected",
        "is_shown": False,
        "is_held_by_a_sanction": False,
        "came_under_a_sanction_against": None,
        "is_editors_pick": False,
        "name": "زرلو",
        "email": ADDRESS,
        "address_was_proven": False,
        "wants_replies_by_mail": False,
        "website": "https://z.example",
        "text": "نصّ",
        "network": "203.0.113.0/24",
        "found_useful": 0,
        "likelihood_of_rejection": None,
        "taught_triage_that_it_was_rejected": None,
        "belongs_to_a_wave": False,
        "former_texts": [{"text": "نصّ سابق", "replaced_at": _iso(revision.replaced_at)}],
        "findings": [{"rule": "many_links", "weight": 30, "finding": "في التعليق رابطان.", "places": []}],
        "decisions": [
            {
                "at": _iso(decision.at),
                "from": "pending",
                "to": "rejected",
                "by": "أحد المشرفين",
                "cause": "moderator",
                "reason": "إساءة أو شتيمة",
                "note": "فظّ",
            }
        ],
        "notes": [{"at": _iso(note.at), "by": "أحد المشرفين", "note": "يكتب كثيرًا"}],
        "reported_by_others": [{"at": _iso(report.created_at), "complaint": "abuse"}],
        "address_seen_by_the_newsroom": [{"at": _iso(seen.action_time), "by": "أحد المشرفين"}],
        "other_entries_in_the_newsroom_log": [],
    }


def _iso(moment):
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_what_else_the_log_holds_is_not_taken_for_a_look_at_the_address(moderator):
    comment = factories.approved(factories.published(), email=ADDRESS)
    privacy.disclose_email(comment, to=moderator)
    moderation.pick(comment, version=comment.version, by=moderator)
    seen, picked = LogEntry.objects.order_by("pk")

    (row,) = _export()["comments"]

    assert row["address_seen_by_the_newsroom"] == [{"at": _iso(seen.action_time), "by": "أحد المشرفين"}]
    assert row["other_entries_in_the_newsroom_log"] == [
        {"at": _iso(picked.action_time), "by": "أحد المشرفين", "entry": "جعله من اختيارات المحرّر."}
    ]


def test_mails_are_there_with_all_they_say():
    outbox.enqueue(key="letter:1", to=ADDRESS, subject="رسالة", text="نصّ الرسالة", html="<p>نصّ الرسالة</p>")
    mail = OutgoingMail.objects.get()

    assert _export()["mails"] == [
        {
            "to": ADDRESS,
            "subject": "رسالة",
            "text": "نصّ الرسالة",
            "html": "<p>نصّ الرسالة</p>",
            "headers": {},
            "state": "waiting",
            "written_at": _iso(mail.created_at),
            "sent_at": None,
            "attempts": 0,
            "last_error": "",
        }
    ]


def test_a_mail_that_ends_with_a_link_is_there_without_what_opens_it():
    outbox.enqueue(key="letter:1", to=ADDRESS, subject="رسالة", text="رابطك: /comments/confirm/secret")

    (mail,) = _export()["mails"]

    assert (mail["text"], mail["headers"]) == ("رابطك: /comments/confirm/…", {})


@pytest.mark.parametrize("everywhere", [True, False])
def test_threads_of_which_the_person_wants_no_mail_are_there(everywhere):
    comment = factories.sent(factories.published(), email=ADDRESS)
    notifications.mute(comment, everywhere=everywhere)

    assert _export()["unsubscriptions"] == [
        {"thread": None if everywhere else comment.root_id, "since": _iso(Mute.objects.get().created_at)}
    ]


def test_members_of_the_newsroom_are_not_named(moderator):
    comment = factories.sent(factories.published(), email=ADDRESS)
    moderation.add_note(comment, "ملاحظة", by=moderator)
    moderation.reject([comment], by=moderator, reason="abuse")
    privacy.disclose_email(comment, to=moderator)

    assert moderator.username not in "".join(subject_access.export(ADDRESS))


def test_sanctions_against_the_address_are_there(moderator):
    comment = factories.sent(factories.published(), email=ADDRESS)
    sanctions.impose(sanctions.writer_of(comment), effect=Effect.BLOCK, reason="شتم", by=moderator)

    assert [(row["effect"], row["reason"]) for row in _export()["sanctions"]] == [("block", "شتم")]


def test_comments_of_others_are_not_there():
    factories.sent(factories.published())

    assert _export()["comments"] == []


def test_an_address_that_no_key_reads_does_not_stop_it(settings):
    factories.sent(factories.published(), email=ADDRESS)
    settings.EMAIL_KEYS = ["another"]

    assert [row["email"] for row in _export()["comments"]] == [None]


@pytest.mark.parametrize("rows", [1, 12])
def test_a_batch_takes_the_same_queries_whatever_its_size(rows, django_assert_num_queries):
    article = factories.published()
    for _number in range(rows):
        moderation.mark_spam([factories.sent(article, email=ADDRESS)], by=None)

    # A batch: comments, five kinds of rows that hang on them, lessons and the log; no more comments; sanctions,
    # confirmations, unsubscriptions, mails, the newsletter.
    with django_assert_num_queries(15):
        assert len(_export()["comments"]) == rows


def test_many_come_in_batches(monkeypatch):
    monkeypatch.setattr(subject_access, "BATCH", 2)
    article = factories.published()
    sent = [factories.sent(article, email=ADDRESS).pk for _number in range(5)]

    assert [row["number"] for row in _export()["comments"]] == sent


def test_the_command_writes_a_file_for_its_owner_alone(tmp_path):
    factories.sent(factories.published(), email=ADDRESS)

    call_command("export_person", ADDRESS, "--output", str(tmp_path / "person.json"), stdout=io.StringIO())

    assert (tmp_path / "person.json").stat().st_mode & 0o777 == 0o600
    assert len(json.loads((tmp_path / "person.json").read_text())["comments"]) == 1


def test_the_command_writes_to_standard_output_what_can_be_read_back(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{ADDRESS}\n"))

    call_command("export_person", "-")

    assert json.loads(capsys.readouterr().out)["address"] == ADDRESS


def test_the_command_overwrites_nothing(tmp_path):
    (tmp_path / "person.json").write_text("mine")

    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_person", ADDRESS, "--output", str(tmp_path / "person.json"))


# What docs/decisions/0008 says is kept: in which tables, and where the file has it.
HELD = {
    "name, website, text, findings of a comment": (
        [Comment, Finding],
        lambda held: [held["comment"][name] for name in ("name", "website", "text", "findings")],
    ),
    "address, encrypted, and its fingerprint": ([Comment], lambda held: [held["comment"]["email"]]),
    "sender's network (/24 or /48) and its fingerprint": (
        [Comment],
        lambda held: [held["comment"]["network"]],
    ),
    "reports and useful marks": (
        [Report, Useful],
        lambda held: [held["comment"]["reported_by_others"], held["comment"]["found_useful"]],
    ),
    "links that confirm an address": ([Confirmation], lambda held: [held["confirmations"]]),
    "former texts, moderators' notes": (
        [Revision, Note],
        lambda held: [held["comment"]["former_texts"], held["comment"]["notes"]],
    ),
    "decisions": ([Decision], lambda held: [held["comment"]["decisions"]]),
    "what triage learned of a comment": (
        [Lesson],
        lambda held: [held["comment"]["taught_triage_that_it_was_rejected"]],
    ),
    # Digests.
    "what the like of a comment is found by": ([LikenessKey], lambda held: [held["remarks"]]),
    "who saw an address, and when": (
        [LogEntry],
        lambda held: [held["comment"]["address_seen_by_the_newsroom"]],
    ),
    "what else the desk's log tells of a comment": (
        [LogEntry],
        lambda held: [held["comment"]["other_entries_in_the_newsroom_log"]],
    ),
    "sanctions against an address": ([Sanction], lambda held: [held["sanctions"][0]["reason"]]),
    # They tell no person.
    "sanctions against a network": ([Sanction], lambda held: [held["remarks"]]),
    "threads of whose answers an address is not mailed": ([Mute], lambda held: [held["unsubscriptions"]]),
    "address of a subscription to the newsletter, encrypted": ([], lambda held: [held["newsletter"]]),
    "mails: recipient and content": (
        [OutgoingMail],
        lambda held: [value for mail in held["mails"] for value in (mail["to"], mail["text"])],
    ),
    # What everybody can read.
    "pages that processes share, with the comments on them": ([], lambda held: [held["remarks"]]),
    # Of no reader of ours.
    "accounts elsewhere that follow: address, inbox, public key": ([], lambda held: [held["remarks"]]),
    "that an activity came from the fediverse, by a digest": ([], lambda held: [held["remarks"]]),
    "counts of the rate limits": ([], lambda held: [held["remarks"]]),
    # They tell no person.
    "that an article was read, by hour and by day; nothing of who read it": (
        [],
        lambda held: [held["remarks"]],
    ),
    "how often a network was counted for that": ([], lambda held: [held["remarks"]]),
}
OF_NOBODY_WHO_WRITES = {
    AccountLanguage, Cancellation, PersonalData, Policy, QueueSubscription, RejectionReason, Thread, TriageState,
    WatchedWord, Wave,
}  # fmt: skip


def _rows_of_the_record():
    record = settings.BASE_DIR / "docs/decisions/0008-what-is-kept-and-for-how-long.md"
    cells = [line.split("|")[1].strip() for line in record.read_text().splitlines() if line.startswith("|")]
    return cells[2:]


def test_the_record_of_what_is_kept_and_the_tables_are_these():
    models = {
        *apps.get_app_config("comments").get_models(),
        *apps.get_app_config("mail").get_models(),
        LogEntry,
    }

    assert _rows_of_the_record() == list(HELD)
    assert {model for kept, _where in HELD.values() for model in kept} == models - OF_NOBODY_WHO_WRITES


def test_every_row_of_the_record_is_exported_and_erased(moderator):
    comment = person.with_everything(moderator)
    (networks, receipts) = zip(
        *erasure.comments_of(person.ADDRESS).values_list("sender_network", "receipt"), strict=True
    )
    words = [person.ADDRESS, *person.NAME.split(), "المترو", "zorlu", *networks, *receipts]
    words.append(encryption.email_fingerprint(person.ADDRESS))
    held = _export(person.ADDRESS)
    held["comment"] = next(row for row in held["comments"] if row["number"] == comment.pk)
    empty = {model for kept, _where in HELD.values() for model in kept if not model.objects.exists()}
    missing = {
        row for row, (_models, where) in HELD.items() for value in where(held) if value in ([], "", None)
    }

    list(erasure.erase(person.ADDRESS, delete=True, lift_sanctions=True))

    after = _export(person.ADDRESS)
    assert (empty, missing) == (set(), set())
    assert {name: value for name, value in after.items() if isinstance(value, list) and value} == {
        "remarks": after["remarks"]
    }
    assert tables_with(*words) == []
