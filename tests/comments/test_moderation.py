import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.utils import timezone

from comments import claims, moderation, sanctions, shown_waves
from comments.models import Comment, Decision, Effect, Finding, Status, Wave
from comments.shown_waves import ShownWave
from tests import factories

pytestmark = pytest.mark.django_db


def test_approving_publishes_and_records_who_did_it():
    moderator = factories.staff(factories.MODERATORS)
    comment = factories.sent(factories.published())

    outcome = moderation.approve([comment], by=moderator)

    decision = Decision.objects.get()
    assert (outcome.decided, outcome.conflicts) == ([comment], [])
    assert list(Comment.objects.shown()) == [comment]
    assert (decision.from_status, decision.to_status, decision.by, decision.version_seen) == (
        Status.PENDING,
        Status.APPROVED,
        moderator,
        1,
    )


def test_a_rejection_needs_a_reason():
    comment = factories.sent(factories.published())

    with pytest.raises(moderation.ModerationError):
        moderation.decide({comment.pk: 1}, Status.REJECTED, by=None)


def test_an_editor_cannot_moderate():
    comment = factories.sent(factories.published())

    with pytest.raises(PermissionDenied):
        moderation.approve([comment], by=factories.staff(factories.EDITORS))


def test_a_decision_on_an_old_version_changes_nothing_and_says_so():
    comment = factories.sent(factories.published())
    moderation.mark_spam([comment], by=None)

    outcome = moderation.decide({comment.pk: 1}, Status.APPROVED, by=None)

    comment.refresh_from_db()
    assert (outcome.decided, outcome.conflicts) == ([], [comment])
    assert comment.status == Status.SPAM
    assert Decision.objects.count() == 1


def test_undo_brings_back_what_was_and_is_a_decision_itself():
    comment = factories.sent(factories.published())
    moderation.approve([comment], by=None)
    first = Decision.objects.get()

    moderation.undo([first.pk], by=None)

    comment.refresh_from_db()
    assert (comment.status, comment.version) == (Status.PENDING, 3)
    assert Decision.objects.first().undoes == first


@pytest.mark.parametrize("to_status", [Status.APPROVED, Status.SPAM])
def test_undo_holds_in_silence_again_what_was_held_so(client, to_status):
    root = factories.superuser()
    article = factories.published()
    sanctions.impose(sanctions.name_like("زورو"), effect=Effect.SHADOW, reason="إغراق", by=root)
    comment = factories.sent(article, author_name="زورو")
    before = client.get(comment.receipt_url).content
    outcome = moderation.decide({comment.pk: 1}, to_status, by=None)

    moderation.undo_acts([outcome.act], by=None)

    assert list(Comment.objects.shadowed()) == [comment]
    assert sanctions.release() == 0
    assert client.get(comment.receipt_url).content == before


def test_what_a_sanction_lifted_since_had_held_in_silence_is_released_after_an_undo():
    root = factories.superuser()
    article = factories.published()
    sanction = sanctions.impose(sanctions.name_like("زورو"), effect=Effect.SHADOW, reason="إغراق", by=root)
    comment = factories.sent(article, author_name="زورو")
    outcome = moderation.decide({comment.pk: 1}, Status.SPAM, by=None)
    sanctions.lift([sanction.pk], by=root)

    moderation.undo_acts([outcome.act], by=None)

    assert sanctions.release() == 1
    assert list(Comment.objects.held()) == [comment]


@pytest.mark.parametrize("case", ["decided again", "undone already"])
def test_undo_leaves_alone_what_changed_since(case):
    comment = factories.sent(factories.published())
    moderation.approve([comment], by=None)
    first = Decision.objects.get()
    comment.refresh_from_db()
    if case == "decided again":
        moderation.mark_spam([comment], by=None)
    else:
        moderation.undo([first.pk], by=None)
    before = Comment.objects.get(pk=comment.pk)

    outcome = moderation.undo([first.pk], by=None)

    after = Comment.objects.get(pk=comment.pk)
    assert (outcome.decided, outcome.conflicts) == ([], [comment])
    assert (after.status, after.version) == (before.status, before.version)


@pytest.mark.parametrize(
    "change", ["UPDATE comments_decision SET note = 'x'", "DELETE FROM comments_decision"]
)
def test_a_decision_can_neither_be_changed_nor_deleted(change):
    moderation.approve([factories.sent(factories.published())], by=None)

    with pytest.raises(DatabaseError, match="only ever added"), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db(transaction=True)
def test_eight_moderators_decide_each_comment_once():
    article = factories.published()
    versions = {factories.sent(article).pk: 1 for _ in range(40)}
    gate = threading.Barrier(8)
    outcomes, failures = [], []

    def work(turn):
        gate.wait()
        order = list(versions.items())
        try:
            outcomes.append(moderation.decide(dict(order[turn:] + order[:turn]), Status.APPROVED, by=None))
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    moderators = [threading.Thread(target=work, args=[turn]) for turn in range(8)]
    for moderator in moderators:
        moderator.start()
    for moderator in moderators:
        moderator.join()

    assert failures == []
    assert sum(len(outcome.decided) for outcome in outcomes) == 40
    assert Decision.objects.count() == 40


@pytest.mark.django_db(transaction=True)
def test_decisions_over_several_waves_do_not_wait_for_each_other_in_a_circle():
    article = factories.published()
    waves = [Wave.objects.create() for _ in range(6)]
    members = factories.flood([article], 600, wave_id=f"{waves[0].pk} + place % 6")
    through = {wave.pk: ShownWave(members[0], members[-1]) for wave in waves}
    gate = threading.Barrier(4)
    decided, failures = [], []

    def work(turn):
        gate.wait()
        order = list(through.items())[:: 1 if turn % 2 else -1]
        try:
            decided.extend(moderation.decide({}, Status.SPAM, waves=dict(order), by=None).decided)
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    moderators = [threading.Thread(target=work, args=[turn]) for turn in range(4)]
    for moderator in moderators:
        moderator.start()
    for moderator in moderators:
        moderator.join()

    assert failures == []
    assert sorted(comment.pk for comment in decided) == members


class TestBranches:
    """A comment, its answer and the answer to that, all of them shown at first."""

    @pytest.fixture
    def branch(self):
        article = factories.published()
        root = factories.approved(article)
        answer = factories.approved(article, parent=root)
        return [root, answer, factories.approved(article, parent=answer)]

    @pytest.mark.parametrize(
        ("moved", "shown"),
        [([0], []), ([1], [0]), ([2], [0, 1]), ([0, 1], []), ([0, 2], []), ([1, 2], [0]), ([0, 1, 2], [])],
    )
    def test_what_is_shown_follows_and_comes_back(self, branch, moved, shown):
        outcome = moderation.mark_spam([branch[place] for place in moved], by=None)
        left = list(Comment.objects.shown().order_by("pk"))
        moderation.undo_acts([outcome.act], by=None)

        assert left == [branch[place] for place in shown]
        assert list(Comment.objects.shown().order_by("pk")) == branch

    def test_an_answer_that_is_hidden_thereby_keeps_all_else(self, branch):
        omar = factories.staff(factories.MODERATORS, "omar")
        until = timezone.now()
        answer = Comment.objects.filter(pk=branch[1].pk)
        answer.update(open_reports=2, claimed_by=omar, claimed_until=until)
        kept = answer.values(
            "status", "version", "open_reports", "claimed_by", "claimed_until", "is_shadowed"
        )
        before = kept.get()

        moderation.mark_spam(branch[:1], by=None)

        assert kept.get() == before
        assert not Decision.objects.filter(comment=branch[1], to_status=Status.SPAM).exists()


class TestWaves:
    @pytest.fixture
    def wave(self):
        article = factories.published()
        wave = Wave.objects.create()
        members = [factories.sent(article) for _ in range(4)]
        alike = Comment.objects.filter(pk__in=[member.pk for member in members])
        alike.update(wave=wave, body=members[0].body, likeness=members[0].likeness)
        return wave, members

    def _statuses(self, members):
        found = dict(Comment.objects.values_list("pk", "status"))
        return [found[member.pk] for member in members]

    def test_what_came_after_the_page_was_shown_waits(self, wave):
        wave, members = wave

        outcome = moderation.decide(
            {}, Status.SPAM, waves={wave.pk: ShownWave(members[0].pk, members[2].pk)}, by=None
        )

        assert outcome.decided == members[:3]
        assert self._statuses(members) == ["spam", "spam", "spam", "pending"]

    def test_one_that_was_decided_alone_is_left(self, wave):
        wave, members = wave
        moderation.approve(members[1:2], by=None)

        moderation.decide(
            {},
            Status.REJECTED,
            waves={wave.pk: ShownWave(members[0].pk, members[3].pk)},
            by=None,
            reason="advertising",
        )

        assert self._statuses(members) == ["rejected", "approved", "rejected", "rejected"]

    def test_it_is_one_act_and_taken_back_as_one(self, wave):
        wave, members = wave
        outcome = moderation.decide(
            {}, Status.SPAM, waves={wave.pk: ShownWave(members[0].pk, members[3].pk)}, by=None
        )

        undone = moderation.undo_acts([outcome.act], by=None)

        assert undone.decided == members
        assert self._statuses(members) == ["pending"] * 4

    def test_a_member_that_another_has_before_them_is_asked_for(self, wave):
        wave, members = wave
        layla, omar = (factories.staff(factories.MODERATORS, name) for name in ("layla", "omar"))
        claims.claim([members[1].pk], by=layla)

        asked = moderation.decide(
            {},
            Status.SPAM,
            waves={wave.pk: ShownWave(members[0].pk, members[3].pk)},
            by=omar,
            respects_claims=True,
        )
        anyway = moderation.decide(
            {}, Status.SPAM, waves={wave.pk: ShownWave(members[0].pk, members[3].pk)}, by=omar
        )

        assert (asked.decided, asked.held) == ([], [members[1]])
        assert anyway.decided == members

    @pytest.mark.parametrize("case", ["changed by its writer", "more was noticed"])
    def test_of_an_approved_one_what_differs_from_the_first_waits_on(self, wave, case):
        wave, members = wave
        Finding.objects.create(comment=members[0], rule="stretching", weight=10)
        if case == "changed by its writer":
            Comment.objects.filter(pk=members[2].pk).update(edited_at=timezone.now())
        else:
            Finding.objects.create(comment=members[2], rule="many_links", weight=80)
        for member in members:
            Finding.objects.create(comment=member, rule="wave", weight=60)
        through = {wave.pk: ShownWave(members[0].pk, members[3].pk)}

        outcome = moderation.decide({}, Status.APPROVED, waves=through, by=None)
        refused = moderation.decide({}, Status.SPAM, waves=through, by=None)

        assert (outcome.decided, outcome.unlike) == ([members[0], members[1], members[3]], [members[2]])
        assert refused.decided == [members[2]]

    @pytest.mark.parametrize("case", ["decided by another", "not the earliest", "never of this wave"])
    def test_what_is_approved_is_like_the_one_that_was_read(self, wave, case):
        wave, members = wave
        read = members[0]
        for member in members[1:]:
            Finding.objects.create(
                comment=member, rule="watched_words", weight=60, facts={"terms": [["خنزير", ""]]}
            )
        if case == "decided by another":
            moderation.decide({read.pk: read.version}, Status.REJECTED, by=None, reason="abuse")
        elif case == "not the earliest":
            Finding.objects.filter(comment=members[2]).delete()
            read = members[2]
        else:
            read = factories.sent(members[0].article)
            Finding.objects.create(
                comment=read, rule="watched_words", weight=60, facts={"terms": [["خنزير", ""]]}
            )

        outcome = moderation.decide(
            {}, Status.APPROVED, waves={wave.pk: ShownWave(read.pk, members[3].pk)}, by=None
        )

        unread = {
            "decided by another": members[1:],
            "not the earliest": [members[1], members[3]],
            "never of this wave": members,
        }
        assert outcome.unlike == unread[case]

    @pytest.mark.parametrize(
        ("addition", "is_left"),
        [
            ("!! 🎉", False),
            (" راسلوه على 0555123456", True),
            (" 0 1 2", True),
            (" ⓪⑤⑤①", True),
            (" https://elsewhere.example/", True),
            (" https://facebook.com/other", True),
            (" لا", True),
        ],
        ids=[
            "dress",
            "a number",
            "digits apart",
            "digits in circles",
            "a link",
            "a link to a platform",
            "a word",
        ],
    )
    def test_of_an_approved_one_what_says_more_waits_on(self, addition, is_left):
        article = factories.published()
        text = "هذا عرض خاصّ لكم جميعًا أيّها القرّاء الكرام فلا تفوتوا فرصة الربح الكبير في هذا الموسم الجديد"
        members = [factories.sent(article, body=f"{text} 0 1 2{end}") for end in ("", "…", addition, ".")]
        wave = Wave.objects.create()
        Comment.objects.filter(pk__in=[member.pk for member in members]).update(wave=wave)
        Finding.objects.all().delete()

        outcome = moderation.decide(
            {}, Status.APPROVED, waves={wave.pk: ShownWave(members[0].pk, members[3].pk)}, by=None
        )

        assert outcome.unlike == ([members[2]] if is_left else [])

    @pytest.mark.parametrize(
        ("field", "said"), [("author_name", "الوزير لصّ"), ("website", "https://elsewhere.example/")]
    )
    def test_of_an_approved_one_what_the_card_does_not_show_waits_on(self, wave, field, said, monkeypatch):
        wave, members = wave
        monkeypatch.setattr(shown_waves, "NAMES_SHOWN", 3)
        Comment.objects.filter(pk=members[3].pk).update(**{field: said})

        outcome = moderation.decide(
            {}, Status.APPROVED, waves={wave.pk: ShownWave(members[0].pk, members[3].pk)}, by=None
        )

        assert outcome.unlike == [members[3]]

    @pytest.mark.parametrize("other", [(60, "انتخابات"), (25, "خنزير")])
    def test_one_rule_may_find_other_things_in_other_members(self, wave, other):
        wave, members = wave
        weight, term = other
        for member in members[:2]:
            Finding.objects.create(
                comment=member, rule="watched_words", weight=25, facts={"terms": [["انتخابات", ""]]}
            )
        Finding.objects.create(
            comment=members[2], rule="watched_words", weight=weight, facts={"terms": [[term, ""]]}
        )

        outcome = moderation.decide(
            {}, Status.APPROVED, waves={wave.pk: ShownWave(members[0].pk, members[3].pk)}, by=None
        )

        assert outcome.unlike == [members[2]]

    @pytest.mark.parametrize("count", [1, 4])
    def test_it_takes_the_same_queries_for_many(self, wave, count, django_assert_num_queries):
        wave, members = wave

        # Begin, members, their texts, their findings, lock, decisions with all that changes, purge, announcement, end.
        with django_assert_num_queries(9):
            moderation.decide(
                {}, Status.APPROVED, waves={wave.pk: ShownWave(members[0].pk, members[count - 1].pk)}, by=None
            )
