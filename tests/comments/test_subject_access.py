"""The file that a person gets of what is held about them."""

import io
import json

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command

from comments import moderation, privacy, subject_access
from comments.models import Effect, Finding, Report, Revision, Sanction, Status, Target
from newsroom import encryption
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "zorlu@canary.example"


@pytest.fixture
def moderator():
    user = factories.staff(factories.MODERATORS, username="sulayma")
    user.user_permissions.add(Permission.objects.get(codename="view_email"))
    return user


def _export():
    return json.loads("".join(subject_access.export(ADDRESS)))


def test_all_that_is_held_about_a_comment_is_there(moderator, settings):
    settings.EMAIL_KEYS = ["k"]
    article = factories.published()
    comment = factories.sent(
        article, "203.0.113.9", author_name="زرلو", email=ADDRESS, website="https://z.example", body="نصّ"
    )
    Finding.objects.filter(comment=comment).delete()
    Finding.objects.create(comment=comment, rule="links", weight=30, sentence="رابط", evidence=[])
    revision = Revision.objects.create(comment=comment, body="نصّ سابق", direction="rtl", version=0)
    note = moderation.add_note(comment, "يكتب كثيرًا", by=moderator)
    moderation.decide({comment.pk: 1}, Status.REJECTED, by=moderator, reason="abuse", note="فظّ")
    report = Report.objects.create(comment=comment, complaint="abuse", text="آذاني", sender_fingerprint="f")
    privacy.disclose_email(comment, to=moderator)
    decision = comment.decisions.get()

    (row,) = _export()["comments"]

    assert len(row.pop("address_seen_by_the_newsroom")) == 1
    assert row == {
        "number": comment.pk,
        "article": article.headline,
        "in_reply_to": None,
        "sent_at": _iso(comment.created_at),
        "changed_at": None,
        "status": "rejected",
        "is_shown": False,
        "is_held_by_a_sanction": False,
        "is_editors_pick": False,
        "name": "زرلو",
        "email": ADDRESS,
        "address_was_proven": False,
        "wants_replies_by_mail": False,
        "website": "https://z.example",
        "text": "نصّ",
        "network": "203.0.113.0/24",
        "private_page": comment.receipt_url,
        "found_useful": 0,
        "likelihood_of_rejection": None,
        "belongs_to_a_wave": False,
        "former_texts": [{"text": "نصّ سابق", "replaced_at": _iso(revision.replaced_at)}],
        "findings": [{"rule": "links", "weight": 30, "finding": "رابط", "places": []}],
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
    }


def _iso(moment):
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_members_of_the_newsroom_are_not_named(moderator):
    comment = factories.sent(factories.published(), email=ADDRESS)
    moderation.add_note(comment, "ملاحظة", by=moderator)
    moderation.reject([comment], by=moderator, reason="abuse")
    privacy.disclose_email(comment, to=moderator)

    assert moderator.username not in "".join(subject_access.export(ADDRESS))


def test_sanctions_against_the_address_are_there(moderator):
    Sanction.objects.create(
        target=Target.EMAIL, value=encryption.email_fingerprint(ADDRESS), label="زرلو", effect=Effect.BLOCK,
        reason="شتم", created_by=moderator,
    )  # fmt: skip

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

    # A batch: comments, five kinds of rows that hang on them, and the log; no more comments; sanctions, confirmations,
    # mails.
    with django_assert_num_queries(11):
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
