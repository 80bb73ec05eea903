"""Erasure of a person: nothing of them is left in any table, and what others wrote is where it was."""

import hashlib
import re
from itertools import islice

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments import erasure, learning, moderation, notifications, privacy, responses, sanctions, threads
from comments.models import (
    Comment,
    Decision,
    Effect,
    LikenessKey,
    Mute,
    Report,
    Revision,
    Sanction,
    Status,
    Useful,
)
from newsroom import encryption
from newsroom.mail import outbox
from newsroom.mail.models import OutgoingMail
from newsroom.text import arabic
from tests import factories, person
from tests.database import tables_with, traces
from tests.person import ADDRESS, NAME, SITE, TEXT

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def marks(address=ADDRESS):
    """What would tell the address: itself, its digests with and without a key, and itself as bytes are dumped."""
    words = [address, encryption.email_fingerprint(address), address.encode().hex()]
    for text in {address, address.lower(), address.strip().casefold()}:
        words += [hashlib.new(name, text.encode()).hexdigest() for name in ("md5", "sha1", "sha256")]
    return words


def bulk_of_person(article, count, **fields):
    """Many comments of the person at once: copies of one that was sent, each a thread of its own."""
    first = person.sent(article)
    start = first.pk
    copies = []
    for number in range(start + 1, start + count):
        copy = Comment.objects.get(pk=start)
        copy.pk = copy.root_id = number
        copy.path = f"{number:010x}"
        copy.body = f"{TEXT} {number}"
        copy.search_key = arabic.normalize(f"{NAME} {copy.body}")
        copy.receipt = f"receipt{number}"
        copy.submission_fingerprint = f"submission{number}"
        copies.append(copy)
    Comment.objects.bulk_create(copies)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('comments_comment', 'id'), max(id)) FROM comments_comment"
        )
    rows = Comment.objects.filter(pk__gte=start, pk__lt=start + count).order_by("pk")
    rows.update(**fields)
    return list(rows)


def run(**options):
    return list(erasure.erase(ADDRESS, **options))


@pytest.fixture
def moderator():
    return person.moderator()


@pytest.fixture
def everything(moderator):
    return person.with_everything(moderator)


@pytest.mark.parametrize("delete", [False, True])
def test_nothing_of_the_person_is_left_in_any_table(everything, delete):
    # What is looked for is there before.
    assert tables_with(*marks(), *NAME.split()) == [
        "public.comments_comment", "public.comments_confirmation", "public.comments_decision",
        "public.comments_finding", "public.comments_mute", "public.comments_note", "public.comments_report",
        "public.comments_revision", "public.comments_sanction", "public.django_session",
        "public.mail_outgoingmail", "public.newsletter_subscription", "public.newsroom_rate",
    ]  # fmt: skip

    run(delete=delete, lift_sanctions=True)

    assert tables_with(*marks(), *NAME.split(), SITE, "zorlu", everything.receipt) == []


def test_an_anonymized_comment_keeps_its_text_and_state():
    comment = person.sent(body=f"{TEXT}، راسلوني على {ADDRESS.lower()} شكرًا")
    moderation.approve([comment], by=None)

    run()

    comment.refresh_from_db()
    assert (comment.author_name, comment.body, comment.status, comment.is_shown, comment.website) == (
        "قارئ", f"{TEXT}، راسلوني على [عنوان محذوف] شكرًا", "approved", True, "",
    )  # fmt: skip
    assert list(Comment.objects.matching("المترو")) == [comment]
    assert list(Comment.objects.matching(NAME)) == []


def test_a_deleted_comment_without_answers_is_gone_for_readers():
    comment = person.sent()
    moderation.approve([comment], by=None)

    run(delete=True)

    comment.refresh_from_db()
    assert (comment.body, comment.status, comment.is_shown) == (erasure.ERASED_TEXT, "deleted", False)
    decision = comment.decisions.first()
    assert (decision.from_status, decision.to_status, decision.cause, decision.by) == (
        "approved", "deleted", "writer", None,
    )  # fmt: skip
    assert traces(TEXT, arabic.normalize(TEXT)) == []


def test_a_deleted_comment_with_answers_keeps_its_place():
    article = factories.published()
    comment = person.sent(article)
    moderation.approve([comment], by=None)
    comment.refresh_from_db()
    answer = factories.approved(article, parent=comment)

    run(delete=True)

    page = threads.page(article.pk)
    assert [(row.pk, row.author_name, row.body) for row in page.comments] == [
        (comment.pk, "قارئ", erasure.ERASED_TEXT),
        (answer.pk, answer.author_name, answer.body),
    ]
    assert page.count == 2


def test_a_comment_that_keeps_its_place_offers_nothing(client):
    article = factories.published()
    comment = factories.approved(article, email=ADDRESS)
    factories.approved(article, parent=comment)

    run(delete=True)

    page = client.get(article.get_absolute_url()).content.decode()
    assert re.findall(r'data-reply="(\d+)"', page) == [str(comment.replies.get().pk)]
    assert page.count('class="comment__actions"') == 1
    assert client.get(reverse("comments:reply", args=[comment.pk]))["Location"] == comment.get_absolute_url()


@pytest.mark.parametrize("verb", ["report", "useful"])
def test_a_comment_that_keeps_its_place_takes_no_responses(client, verb):
    comment = factories.approved(factories.published(), email=ADDRESS)
    factories.approved(comment.article, parent=comment)
    run(delete=True)

    answer = client.post(reverse(f"comments:{verb}", args=[comment.pk]), {"complaint": "abuse"})

    assert (answer.status_code, Report.objects.count(), Useful.objects.count()) == (404, 0, 0)


def test_answers_to_oneself_need_no_place():
    article = factories.published()
    above = person.sent(article)
    moderation.approve([above], by=None)
    above.refresh_from_db()
    below = person.sent(article, parent=above, body=f"{TEXT} مرة أخرى")
    moderation.approve([below], by=None)

    run(delete=True)

    assert set(Comment.objects.values_list("status", "is_shown")) == {("deleted", False)}


def test_useful_marks_of_a_deleted_comment_go_and_of_an_anonymized_one_stay():
    kept, gone = person.sent(), person.sent(email="other@canary.example", body=f"{TEXT} ثان")
    for comment in (kept, gone):
        Useful.objects.create(comment=comment, sender_fingerprint="f" * 64)
        Comment.objects.filter(pk=comment.pk).update(useful=1)

    run()
    list(erasure.erase("other@canary.example", delete=True))

    assert [(c.useful, Useful.objects.filter(comment=c).count()) for c in Comment.objects.order_by("pk")] == [
        (1, 1),
        (0, 0),
    ]


@pytest.mark.parametrize("name", ["null", "l"])
def test_a_session_without_messages_is_passed_over(client, moderator, name):
    client.force_login(moderator)
    person.sent(author_name=name)

    run()

    assert not erasure.holdings(ADDRESS)
    assert client.get("/admin/").status_code == 200


def test_comments_of_others_are_left_alone():
    other = factories.sent(factories.published(), author_name=NAME)
    before = Comment.objects.values().get(pk=other.pk)
    person.sent()

    run(delete=True)

    assert Comment.objects.values().get(pk=other.pk) == before


def test_what_is_held_is_counted():
    article = factories.published()
    comment = person.sent(article)
    moderation.approve([comment], by=None)
    comment.refresh_from_db()
    answer = factories.approved(article, parent=comment, body=f"راسل {ADDRESS.upper()}")

    assert erasure.holdings(ADDRESS) == erasure.Holdings(
        comments=1,
        shown=1,
        answered=1,
        sanctions=0,
        confirmations=0,
        mails=0,
        remarks=0,
        elsewhere=0,
        mentions=(answer.pk,),
    )


def test_the_hashes_of_website_and_network_are_gone(everything):
    run()

    everything.refresh_from_db()
    assert (everything.likeness, LikenessKey.objects.filter(comment=everything).count()) == (None, 0)


def test_two_erased_comments_have_no_writer_in_common():
    bulk_of_person(factories.published(), 3)

    run()

    for column in ("email_fingerprint", "submission_fingerprint", "receipt"):
        assert len(set(Comment.objects.values_list(column, flat=True))) == 3


def test_the_desk_is_told_that_the_address_was_erased(moderator):
    comment = person.sent()
    run()
    comment.refresh_from_db()

    assert privacy.disclose_email(comment, to=moderator) == ""
    assert not LogEntry.objects.exists()


def test_the_log_keeps_who_saw_the_address_of_which_comment(everything, moderator):
    run()

    entry = LogEntry.objects.get(change_message=str(privacy.SAW_ADDRESS))
    assert (entry.user, entry.object_id, entry.action_flag, entry.object_repr) == (
        moderator, str(everything.pk), CHANGE, f"تعليق {everything.pk}",
    )  # fmt: skip


def test_a_sanction_stays_as_a_fingerprint_alone(moderator):
    order = person.impose(person.sent(), moderator)

    run()

    order.refresh_from_db()
    assert (order.label, order.reason, order.is_in_force) == (erasure.ERASED_LABEL, "", True)
    assert traces(*marks(), NAME) == [
        ("public.comments_sanction", encryption.email_fingerprint(ADDRESS)),
    ]


def test_no_comment_can_be_told_by_the_sanction_that_its_writer_was_under(moderator):
    article = factories.published()
    sanctions.impose(
        sanctions.writer_of(person.sent(article)), effect=Effect.SHADOW, reason="إغراق", by=moderator
    )
    shadowed = person.sent(article, body=f"{TEXT} ثانٍ")
    assert (shadowed.sanction is None, shadowed.is_shadowed) == (False, True)

    run()

    shadowed.refresh_from_db()
    # Nothing would ever release it, so it waits as any other.
    assert (shadowed.sanction, shadowed.is_shadowed, shadowed.status) == (None, False, "pending")


def test_a_sanction_can_be_lifted_with_it(moderator):
    order = person.impose(person.sent(), moderator)

    run(lift_sanctions=True)

    order.refresh_from_db()
    assert order.is_in_force is False
    assert traces(*marks(), NAME) == []


# The door in the decisions


def _decision(moderator):
    comment = person.sent()
    moderation.decide({comment.pk: 1}, Status.REJECTED, by=moderator, reason="other", note="ملاحظة")
    return Decision.objects.get()


def test_a_note_can_be_emptied_by_an_erasure_alone(moderator):
    decision = _decision(moderator)

    with pytest.raises(ProgrammingError, match="only ever added"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(note="")


@pytest.mark.parametrize(
    "change",
    [{"note": "أخرى"}, {"note": "", "to_status": "approved"}, {"at": timezone.now()}, {"by": None}],
    ids=["another note", "the outcome too", "the hour", "who"],
)
def test_an_erasure_can_change_nothing_else_of_a_decision(moderator, change):
    decision = _decision(moderator)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('nashra.erases_notes', 'yes', true)")

    with pytest.raises(ProgrammingError, match="only ever added"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(**change)


def test_the_door_is_closed_after_an_erasure(moderator):
    _decision(moderator)
    run()

    with pytest.raises(ProgrammingError, match="only ever added"), transaction.atomic():
        Decision.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('nashra.erases_notes', true)")
        assert cursor.fetchone() == ("",)


# Size and interruption


def test_what_was_learned_is_taken_back_while_the_texts_are_there(moderator):
    """Without them all that was ever learned would have to be learned anew."""
    comment = factories.sent(factories.published(), email=ADDRESS)
    moderation.reject([comment], by=moderator, reason="abuse")
    learning.learn_new()
    Revision.objects.create(comment=comment, body=comment.body, direction="rtl", version=1)
    Comment.objects.filter(pk=comment.pk).update(body="نصّ آخر")

    with CaptureQueriesContext(connection) as queries:
        list(erasure.erase(ADDRESS, delete=True))

    said = [query["sql"] for query in queries]
    (lesson,) = [at for at, sql in enumerate(said) if sql.startswith('UPDATE "comments_lesson"')]
    (texts,) = [at for at, sql in enumerate(said) if sql.startswith('DELETE FROM "comments_revision"')]
    assert lesson < texts


@pytest.mark.slow
@pytest.mark.parametrize("delete", [False, True])
def test_1200_comments_interrupted_half_way_and_resumed(delete):
    article = factories.published()
    rows = bulk_of_person(article, 1_200, status=Status.APPROVED, is_shown=True)
    answered = rows[::100]
    answers = [factories.approved(article, parent=comment) for comment in answered]

    interrupted = list(islice(erasure.erase(ADDRESS, delete=delete), 3))
    left = erasure.holdings(ADDRESS).comments
    resumed = run(delete=delete)

    assert (interrupted, left, resumed) == ([200, 400, 600], 600, [200, 400, 600])
    assert traces(*marks(), NAME, "zorlu") == []
    shown = Comment.objects.shown().filter(article=article)
    assert {answer.pk for answer in answers} <= set(shown.values_list("pk", flat=True))
    expected = len(answers) + (len(answered) if delete else len(rows))
    assert (shown.count(), threads.counts([article.pk])) == (
        expected,
        {article.pk: expected},
    )
    # Numbers and places of the answers are what they were.
    places = Comment.objects.filter(pk__in=[answer.pk for answer in answers]).values_list(
        "pk", "parent", "path"
    )
    assert set(places) == {(answer.pk, answer.parent_id, answer.path) for answer in answers}


def test_nobody_is_mailed_of_an_answer_that_is_deleted():
    article = factories.published()
    asked = person.proven(article, email="nami@canary.example", wants_replies=True)
    answer = person.sent(article, parent=asked)
    moderation.approve([answer], by=None)
    assert OutgoingMail.objects.get().key == f"reply:{answer.pk}"

    run(delete=True)

    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("delete", [False, True])
def test_what_others_are_mailed_of_a_persons_answer_tells_nothing_of_the_person(delete):
    article = factories.published()
    asked = person.proven(article, author_name="نامي", email="nami@canary.example", wants_replies=True)
    first, second = (person.sent(article, parent=asked, body=f"{TEXT} {number}") for number in (1, 2))
    for answer in (first, second):
        moderation.approve([answer], by=None)
    OutgoingMail.objects.filter(key=f"reply:{first.pk}").update(state="sent", sent_at=timezone.now())

    run(delete=delete)

    left = list(OutgoingMail.objects.order_by("pk"))
    said = [str(mail.read()) + mail.subject for mail in left]
    assert [mail.key for mail in left] == [f"reply:{first.pk}"] + [f"reply:{second.pk}"] * (not delete)
    assert [word for word in (ADDRESS, NAME, *NAME.split(), TEXT) for mail in said if word in mail] == []


def _remark_everywhere(text, by):
    """What moderators and a reader wrote beside others' comments and in sanctions against others."""
    other = factories.approved(factories.published(), author_name="نامي", email="nami@canary.example")
    moderation.add_note(other, text, by=by)
    responses.report(other, "abuse", text, address="198.51.100.4")
    sanctions.impose(sanctions.domain_named("spam.example"), effect=Effect.HOLD, reason=text, by=by)
    moderation.decide({other.pk: other.version}, Status.REJECTED, by=by, reason="other", note=text)
    return other


def _remarks(other):
    """What is left of those, in the order in which they were written."""
    reason = Sanction.objects.get(target="domain").reason
    return [other.notes.get().text, other.reports.get().text, reason, other.decisions.first().note]


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS.upper(), ADDRESS.lower()])
def test_the_address_goes_from_what_was_noted_about_others(moderator, address):
    person.sent()
    other = _remark_everywhere(f"راسلني من {address}. وكذلك x{address}", moderator)
    without = f"راسلني من [عنوان محذوف]. وكذلك x{address}"

    run()

    assert _remarks(other) == [without, without, without, ""]


def test_the_name_goes_from_what_was_noted_about_others_but_not_from_their_decisions(moderator):
    person.sent()
    text = f"يشبه {NAME}، ولـ{NAME} ول{NAME} سوابق، لا {NAME}ة"
    other = _remark_everywhere(text, moderator)
    without = f"يشبه [اسم محذوف]، ولـ[اسم محذوف] ول[اسم محذوف] سوابق، لا {NAME}ة"

    run()

    assert _remarks(other) == [without, without, without, text]


@pytest.mark.parametrize(
    ("name", "is_shared"),
    [
        pytest.param("ا ب", False, id="two letters"),
        pytest.param("تعليق", False, id="one word"),
        pytest.param("القارئ الأول", True, id="shared"),
    ],
)
def test_a_name_that_tells_nobody_stays_in_what_was_noted(moderator, name, is_shared):
    person.sent(author_name=name)
    if is_shared:
        factories.sent(factories.published(), author_name=name)
    text = f"كتب {name} من قبل"
    other = _remark_everywhere(text, moderator)

    run()

    assert _remarks(other) == [text] * 4


def test_an_address_that_holds_the_letters_of_another_is_not_told_as_that_one(moderator, capsys):
    person.sent()
    other = _remark_everywhere(f"راسلنا x{ADDRESS}", moderator)
    moderation.add_note(other, f"وراسلنا {ADDRESS}", by=moderator)

    call_command("erase_person", ADDRESS)

    assert "the address was taken out of 1 remarks about others" in capsys.readouterr().out
    assert not erasure.holdings(ADDRESS)


def test_of_who_never_commented_what_was_noted_is_found_and_erased(moderator, capsys):
    _remark_everywhere(f"راسلنا {ADDRESS}", moderator)

    call_command("erase_person", ADDRESS)

    assert "the address was taken out of 4 remarks about others" in capsys.readouterr().out
    assert not erasure.holdings(ADDRESS)


def test_an_interrupted_erasure_goes_on_with_names_and_address_in_what_was_noted(moderator, monkeypatch):
    monkeypatch.setattr(erasure, "BATCH", 1)
    article = factories.published()
    for name in ("زورو الأزرق", "سانجي الأحمر"):
        person.sent(article, author_name=name, body=name)
    other = _remark_everywhere(f"زورو الأزرق وسانجي الأحمر {ADDRESS}", moderator)

    next(erasure.erase(ADDRESS))
    run()

    assert _remarks(other)[0] == "[اسم محذوف] و[اسم محذوف] [عنوان محذوف]"


def test_the_count_of_links_to_a_mailbox_goes_too():
    address = "sara+news@canary.example"
    notifications.send_confirmation(factories.sent(factories.published(), email=address))
    mailbox = encryption.mailbox_fingerprint(address)
    assert traces(mailbox) == [("public.newsroom_rate", mailbox)]

    list(erasure.erase(address))

    assert traces(mailbox) == []


def test_mails_and_muted_threads_go_too():
    comment = factories.sent(factories.published(), email=ADDRESS)
    outbox.enqueue(key="letter:1", to=ADDRESS, subject="رسالة", text="نصّ الرسالة")
    Mute.objects.create(email_fingerprint=comment.email_fingerprint)

    list(erasure.erase(ADDRESS))

    assert (OutgoingMail.objects.count(), Mute.objects.count()) == (0, 0)


@pytest.mark.parametrize("count", [1, 150])
def test_a_batch_takes_the_same_queries_whatever_its_size(count, django_assert_num_queries):
    bulk_of_person(factories.published(), count)
    batch = erasure.erase(ADDRESS, delete=True)

    with django_assert_num_queries(33):
        assert next(batch) == count


# The command


def test_the_command_says_what_it_did(everything, capsys):
    call_command("erase_person", ADDRESS.upper())

    assert capsys.readouterr().out == (
        "3 of 3 comments\nErased: 3 comments anonymized, 1 links to confirm the address, 3 mails;"
        " the address was taken out of 0 remarks about others.\n"
        "Sanctions against the address: 1, kept as a keyed fingerprint (--lift-sanctions ends them).\n"
    )


def test_the_command_fails_where_nothing_is_held():
    with pytest.raises(CommandError, match="Nothing is held"):
        call_command("erase_person", "nobody@canary.example")


def test_the_log_of_the_process_holds_no_address(everything, caplog):
    run(delete=True)

    assert [record.getMessage() for record in caplog.records if record.name == "comments.erasure"] == [
        "Erased what was held about a person: 3 comments deleted, their address taken out of 0 remarks."
    ]
