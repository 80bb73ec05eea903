"""Decisions over HTTP, by form and by script: made, in conflict, taken back, and over waves."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from comments import moderation
from comments.models import Comment, Decision, Status, Wave
from tests import factories
from tests.desk import JSON, QUEUE, decide, shown, told

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class TestDecide:
    @pytest.mark.parametrize(
        ("to", "fields", "status"),
        [
            ("approved", {}, Status.APPROVED),
            ("rejected", {"reason": "abuse", "note": "مرّة ثالثة"}, Status.REJECTED),
            ("spam", {}, Status.SPAM),
        ],
    )
    def test_by_plain_form(self, client, moderator, article, to, fields, status):
        comment = factories.sent(article)

        response = decide(client, [comment], to, back="?queue=held&section=3", **fields)

        decision = Decision.objects.get()
        comment.refresh_from_db()
        assert (response.status_code, response["Location"]) == (302, f"{QUEUE}?section=3")
        assert comment.status == status
        assert (decision.by, decision.reason_id, decision.note) == (
            moderator, fields.get("reason"), fields.get("note", ""),
        )  # fmt: skip
        assert len(told(response)) == 1

    def test_by_script(self, client, moderator, article):
        comment = factories.sent(article, author_name="آمنة")

        response = decide(client, [comment], "approved", headers=JSON)

        answer = response.json()
        assert response.status_code == 200
        assert answer["decided"] == [{"comment": comment.pk, "status": "approved", "version": 2}]
        assert answer["acts"] == [str(Decision.objects.get().act)]
        assert "آمنة" in answer["sentence"]
        assert (answer["problem"], answer["conflicts"]) == ("", [])
        assert answer["counts"]["approved"] == 1

    def test_many_at_once(self, client, moderator, article):
        comments = [factories.sent(article) for _ in range(3)]

        answer = decide(client, comments, "spam", headers=JSON).json()

        assert [row["comment"] for row in answer["decided"]] == [comment.pk for comment in comments]
        assert Comment.objects.filter(status=Status.SPAM).count() == 3

    def test_reason_and_note_that_were_written_and_not_used_are_not_kept(self, client, moderator, article):
        decide(client, [factories.sent(article)], "approved", reason="abuse", note="مرّة ثالثة")

        decision = Decision.objects.get()
        assert (decision.reason, decision.note) == (None, "")

    @pytest.mark.parametrize("fields", [{}, {"reason": "none of them"}, {"reason": "a\0"}])
    def test_a_rejection_without_a_reason_of_the_list_is_refused(self, client, moderator, article, fields):
        response = decide(client, [factories.sent(article)], "rejected", headers=JSON, **fields)

        assert response.status_code == 422
        assert response.json()["problem"]
        assert Decision.objects.count() == 0

    @pytest.mark.parametrize(
        "fields",
        [
            {"to": "approved"},
            {"to": "approved", "comment": "1"},
            {"to": "approved", "comment": "x:y"},
            {"to": "approved", "comment": "١:١"},
            {"to": "approved", "comment": f"{10**30}:1"},
            {"to": "published", "comment": "1:1"},
            {},
        ],
    )
    def test_nonsense_is_refused(self, client, moderator, fields):
        assert client.post(f"{QUEUE}decide/", fields, headers=JSON).status_code == 400

    def test_a_conflict_is_told_with_who_and_what_and_changes_nothing(self, client, moderator, article):
        comment = factories.sent(article, author_name="آمنة")
        colleague = factories.staff(factories.MODERATORS, "layla")
        moderation.mark_spam([Comment.objects.get(pk=comment.pk)], by=colleague)

        response = decide(client, [comment], "approved", headers=JSON)

        (conflict,) = response.json()["conflicts"]
        comment.refresh_from_db()
        assert (response.status_code, comment.status, Decision.objects.count()) == (409, Status.SPAM, 1)
        assert (conflict["comment"], conflict["status"], conflict["version"]) == (comment.pk, "spam", 2)
        assert "layla" in conflict["sentence"]
        assert str(Status.SPAM.label) in conflict["sentence"]

    def test_a_conflict_is_told_without_script_too(self, client, moderator, article):
        comment = factories.sent(article)
        moderation.mark_spam(
            [Comment.objects.get(pk=comment.pk)], by=factories.staff(factories.MODERATORS, "layla")
        )

        response = decide(client, [comment], "approved")

        page = response.content.decode()
        assert (response.status_code, shown(response), told(response)) == (409, [comment.pk], [])
        assert "layla" in page
        assert f'value="{comment.pk}:2"' in page

    def test_of_many_only_the_one_in_conflict_stays(self, client, moderator, article):
        mine, taken = factories.sent(article), factories.sent(article)
        moderation.approve([Comment.objects.get(pk=taken.pk)], by=None)

        response = decide(client, [mine, taken], "spam", headers=JSON)

        assert response.status_code == 200
        assert [row["comment"] for row in response.json()["decided"]] == [mine.pk]
        assert [row["comment"] for row in response.json()["conflicts"]] == [taken.pk]

    def test_who_sends_a_decision_twice_is_told_of_the_first(self, client, moderator, article):
        comment = factories.sent(article, author_name="آمنة")
        decide(client, [comment], "approved", headers=JSON)

        answer = decide(client, [comment], "approved", headers=JSON).json()

        assert answer["conflicts"] == [
            {
                "comment": comment.pk,
                "act": str(Decision.objects.get().act),
                "status": "approved",
                "version": 2,
                "text_version": 1,
                "reports": 0,
                "sentence": "سبق أن قرّرت قبل لحظات: تعليق \u2067آمنة\u2069 «معتمد».",
            }
        ]

    def test_a_comment_that_is_gone_is_told(self, client, moderator, article):
        comment = factories.sent(article)
        Comment.objects.filter(pk=comment.pk).delete()

        answer = decide(client, [comment], "approved", headers=JSON).json()

        assert [(row["comment"], row["status"]) for row in answer["conflicts"]] == [(comment.pk, "deleted")]

    @pytest.mark.parametrize(
        "back", ["//evil.example", "https://evil.example", "?next=//evil.example", "x\r\ny: z"]
    )
    def test_the_way_back_leads_to_the_queue_only(self, client, moderator, article, back):
        response = decide(client, [factories.sent(article)], "approved", back=back)

        assert response["Location"] == f"{QUEUE}?"

    def test_from_a_comments_page_back_to_it(self, client, moderator, article):
        comment = factories.sent(article)

        response = decide(client, [comment], "approved", page=str(comment.pk))

        assert response["Location"] == f"{QUEUE}{comment.pk}/change/"


class TestUndo:
    def test_the_banner_after_a_plain_form_takes_it_back(self, client, moderator, article):
        comment = factories.sent(article)
        decide(client, [comment], "approved")
        page = client.get(QUEUE).content.decode()
        (act,) = re.findall(r'name="act" value="([\w-]+)"', page)

        client.post(f"{QUEUE}undo/", {"act": act})

        comment.refresh_from_db()
        assert comment.status == Status.PENDING
        assert str(Decision.objects.first().undoes.act) == act

    def test_the_banner_is_offered_once(self, client, moderator, article):
        decide(client, [factories.sent(article)], "approved")

        pages = [client.get(QUEUE).content.decode() for _ in range(2)]

        assert ["undo-banner" in page for page in pages] == [True, False]

    def test_many_at_once_by_script(self, client, moderator, article):
        comments = [factories.sent(article) for _ in range(3)]
        acts = decide(client, comments, "spam", headers=JSON).json()["acts"]

        shown = [f"{comment.pk}:2" for comment in comments]
        answer = client.post(f"{QUEUE}undo/", {"act": acts, "shown": shown}, headers=JSON).json()

        assert [(row["comment"], row["status"], row["version"]) for row in answer["decided"]] == [
            (comment.pk, "pending", 3) for comment in comments
        ]
        assert Comment.objects.pending().count() == 3

    def test_a_comment_decided_again_since_is_a_conflict(self, client, moderator, article):
        comment = factories.sent(article)
        acts = decide(client, [comment], "approved", headers=JSON).json()["acts"]
        moderation.mark_spam(
            [Comment.objects.get(pk=comment.pk)], by=factories.staff(factories.MODERATORS, "layla")
        )

        response = client.post(f"{QUEUE}undo/", {"act": acts}, headers=JSON)

        assert response.status_code == 409
        assert "layla" in response.json()["conflicts"][0]["sentence"]

    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("layla", "سبق أن تراجعت عن قرارك قبل لحظات: تعليق \u2067آمنة\u2069 «ينتظر المراجعة»."),
            (
                "omar",
                "تراجع \u2066omar\u2069 عن قرار سابق قبل لحظات: تعليق \u2067آمنة\u2069 «ينتظر المراجعة».",
            ),
        ],
        ids=["the same person", "a colleague"],
    )
    def test_what_was_taken_back_already_is_a_conflict_that_says_by_whom(
        self, client, article, name, sentence
    ):
        people = {person: factories.staff(factories.MODERATORS, person) for person in ("layla", "omar")}
        client.force_login(people["layla"])
        comment = factories.sent(article, author_name="آمنة")
        acts = decide(client, [comment], "approved", headers=JSON).json()["acts"]
        moderation.undo_acts(acts, by=people[name])

        answer = client.post(f"{QUEUE}undo/", {"act": acts}, headers=JSON).json()

        assert answer["conflicts"] == [
            {
                "comment": comment.pk,
                "act": None,
                "status": "pending",
                "version": 3,
                "text_version": 1,
                "reports": 0,
                "sentence": sentence,
            }
        ]

    def test_after_a_day_it_is_too_late_and_the_page_says_so(self, client, moderator, article):
        comment = factories.sent(article)
        (act,) = decide(client, [comment], "approved", headers=JSON).json()["acts"]

        with time_machine.travel(timezone.now() + timedelta(hours=25)):
            client.force_login(moderator)
            answer = client.post(f"{QUEUE}undo/", {"act": act}, headers=JSON)
            page = client.get(f"{QUEUE}{comment.pk}/change/").content.decode()

        assert (answer.status_code, answer.json()["problem"]) == (
            409,
            "انقضت الساعات الأربع والعشرون التي يمكن التراجع فيها.",
        )
        assert 'class="take-back"' not in page
        assert Comment.objects.get(pk=comment.pk).status == Status.APPROVED

    def test_the_comments_page_offers_it_for_one_and_for_all_decided_together(
        self, client, moderator, article
    ):
        comments = [factories.sent(article) for _ in range(3)]
        (act,) = decide(client, comments, "spam", headers=JSON).json()["acts"]

        page = client.get(f"{QUEUE}{comments[0].pk}/change/").content.decode()

        decision = Decision.objects.get(comment=comments[0])
        assert f'name="decision" value="{decision.pk}"' in page
        assert f'name="act" value="{act}"' in page

    @pytest.mark.parametrize("name", ["act", "decision"])
    @pytest.mark.parametrize("value", ["", "999999", "x", "9" * 40, "0b0ee0f2-6a1c-4a83-9d5f-5a4f5d0c1c11"])
    def test_nothing_to_take_back_is_said(self, client, moderator, name, value):
        response = client.post(f"{QUEUE}undo/", {name: value}, headers=JSON)

        assert (response.status_code, bool(response.json()["problem"])) == (409, True)


class TestWaves:
    @pytest.fixture
    def members(self, article):
        wave = Wave.objects.create()
        members = [factories.sent(article) for _ in range(4)]
        alike = Comment.objects.filter(pk__in=[member.pk for member in members])
        alike.update(wave=wave, body=members[0].body, likeness=members[0].likeness)
        return list(Comment.objects.filter(wave=wave))

    def _value(self, client):
        (value,) = set(re.findall(r'name="wave" value="([\d:]+)"', client.get(QUEUE).content.decode()))
        return value

    def test_one_decision_is_over_all_that_was_shown(self, client, moderator, members, article):
        value = self._value(client)
        late = factories.sent(article)
        Comment.objects.filter(pk=late.pk).update(wave=members[0].wave)

        answer = client.post(f"{QUEUE}decide/", {"wave": value, "to": "spam"}, headers=JSON).json()

        assert answer["decided"] == [{"comment": members[0].pk, "status": "spam", "version": 2}]
        assert answer["sentence"] == "عُدّت 4 تعليقات مزعجة."
        assert set(Comment.objects.filter(status="spam")) == set(members)
        assert Comment.objects.get(pk=late.pk).status == Status.PENDING

    def test_it_is_taken_back_as_one(self, client, moderator, members):
        fields = {"wave": self._value(client), "to": "spam"}
        (act,) = client.post(f"{QUEUE}decide/", fields, headers=JSON).json()["acts"]

        client.post(f"{QUEUE}undo/", {"act": act}, headers=JSON)

        assert Comment.objects.held().count() == 4

    def test_a_colleague_who_was_first_is_told(self, client, moderator, members):
        value = self._value(client)
        moderation.mark_spam(members, by=factories.staff(factories.MODERATORS, "layla"))

        response = client.post(f"{QUEUE}decide/", {"wave": value, "to": "approved"}, headers=JSON)

        (conflict,) = response.json()["conflicts"]
        assert (response.status_code, conflict["comment"]) == (409, members[0].pk)
        assert "layla" in conflict["sentence"]

    def test_with_plain_comments_in_one_go(self, client, moderator, members, article):
        single = factories.sent(article)

        answer = client.post(
            f"{QUEUE}decide/",
            {"wave": self._value(client), "comment": f"{single.pk}:1", "to": "approved"},
            headers=JSON,
        ).json()

        assert [row["comment"] for row in answer["decided"]] == [single.pk, members[0].pk]
        assert Comment.objects.held().count() == 0
