"""The moderators' pages over HTTP: the queue, the decisions, one comment, and who may see what."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from comments import claims, moderation, responses
from comments.models import Comment, Complaint, Decision, Report, Status, WatchedWord, Wave
from comments.templatetags import desk
from tests import factories

pytestmark = pytest.mark.django_db

QUEUE = "/admin/comments/comment/"
EMAIL = "sindbad.reader@example.org"
JSON = {"Accept": "application/json"}


@pytest.fixture
def article():
    return factories.published()


@pytest.fixture
def moderator(client):
    user = factories.staff(factories.MODERATORS)
    client.force_login(user)
    return user


def _decide(client, comments, to, headers=None, **fields):
    numbers = [f"{comment.pk}:{comment.version}" for comment in comments]
    return client.post(f"{QUEUE}decide/", {"comment": numbers, "to": to} | fields, headers=headers)


def _shown(page):
    return [int(number) for number in re.findall(r'data-comment="(\d+)"', page.content.decode())]


def _told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


class TestWho:
    @pytest.mark.parametrize("group", [factories.REPORTERS, factories.EDITORS])
    @pytest.mark.parametrize(
        ("method", "page"),
        [
            ("get", QUEUE),
            ("get", f"{QUEUE}counts/"),
            ("get", f"{QUEUE}1/change/"),
            ("get", f"{QUEUE}1/history/"),
            ("post", f"{QUEUE}decide/"),
            ("post", f"{QUEUE}undo/"),
            ("post", f"{QUEUE}claim/"),
            ("post", f"{QUEUE}next/"),
            ("post", f"{QUEUE}release/"),
            ("post", f"{QUEUE}1/note/"),
            ("post", f"{QUEUE}1/reports/"),
            ("post", f"{QUEUE}1/pick/"),
            ("post", f"{QUEUE}1/answer/"),
            ("post", f"{QUEUE}1/email/"),
        ],
    )
    def test_no_page_is_open_to_others(self, client, group, method, page):
        client.force_login(factories.staff(group))

        assert getattr(client, method)(page).status_code == 403

    def test_visitors_are_asked_to_sign_in(self, client):
        assert client.get(QUEUE)["Location"] == f"/admin/login/?next={QUEUE}"

    @pytest.mark.parametrize(
        "page",
        [
            "decide",
            "undo",
            "claim",
            "next",
            "release",
            "1/note",
            "1/reports",
            "1/pick",
            "1/answer",
            "1/email",
        ],
    )
    def test_nothing_is_decided_by_a_link(self, client, moderator, page):
        assert client.get(f"{QUEUE}{page}/").status_code == 405

    @pytest.mark.parametrize("page", ["add/", "1/delete/"])
    def test_comments_are_neither_added_nor_deleted_here(self, client, page):
        client.force_login(factories.superuser())

        assert client.post(f"{QUEUE}{page}").status_code == 404

    def test_a_token_is_asked_for(self, article, moderator):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(moderator)
        comment = factories.sent(article)

        assert _decide(strict, [comment], "approved").status_code == 403
        assert Decision.objects.count() == 0


class TestQueue:
    def test_what_waits_is_shown_with_all_that_a_decision_needs(self, client, moderator, article):
        parent = factories.approved(article, author_name="ريم", body="هل قارنتم مع Gemini؟")
        comment = factories.sent(
            article,
            parent=parent,
            author_name="Best Deals",
            website="https://deals.example/<x>",
            body="من https://a.example أو https://b.example",
        )

        page = client.get(QUEUE).content.decode()

        assert f'data-comment="{comment.pk}" data-version="1"' in page
        assert '<bdi dir="ltr">Best Deals</bdi>' in page
        assert "هل قارنتم مع Gemini؟" in page
        assert article.get_absolute_url() in page
        assert '<mark class="heavy" title="في التعليق رابطان.">https://a.example</mark>' in page
        assert "https://deals.example/&lt;x&gt;" in page
        assert 'href="https://deals.example' not in page

    def test_no_address_is_in_the_page(self, client, article):
        client.force_login(factories.superuser())
        comment = factories.sent(article, email=EMAIL)

        page = (
            client.get(QUEUE).content.decode() + client.get(f"{QUEUE}{comment.pk}/change/").content.decode()
        )

        assert EMAIL not in page
        assert comment.email_encrypted not in page
        assert comment.email_fingerprint not in page

    @pytest.mark.parametrize("column", ["email_encrypted", "email_fingerprint", "sender_fingerprint"])
    def test_no_parameter_probes_a_column(self, client, moderator, article, column):
        comment = factories.sent(article)
        right = getattr(comment, column)[:4]

        pages = [
            client.get(QUEUE, {f"{column}__startswith": value, f"parent__{column}__startswith": value})
            for value in (right, "zzzz")
        ]

        assert [(page.status_code, _shown(page)) for page in pages] == [(200, [comment.pk])] * 2

    def test_an_empty_queue_says_so(self, client, moderator):
        page = client.get(QUEUE)

        assert page.context["comments"] == []
        assert 'class="nothing" id="nothing">' in page.content.decode()

    def test_the_next_page_is_a_link(self, client, moderator, article, monkeypatch):
        monkeypatch.setattr("comments.queue.PAGE_SIZE", 2)
        comments = [factories.sent(article) for _ in range(3)]

        first = client.get(QUEUE)
        second = client.get(QUEUE + first.context["next_page"])

        assert (_shown(first), _shown(second)) == ([c.pk for c in comments[:2]], [comments[2].pk])

    @pytest.mark.parametrize("count", [1, 25])
    def test_the_page_takes_the_same_queries_for_many(
        self, client, moderator, article, count, django_assert_num_queries
    ):
        parent = factories.approved(article)
        for number in range(count):
            # Each with hosts of its own, else they would be one wave.
            links = f"https://a{number}.example https://b{number}.example"
            factories.sent(article, parent=parent, body=links)

        # Session, account, two of permissions; numbers, comments, findings, decisions, notes; counts, sections,
        # articles, reasons.
        with django_assert_num_queries(13):
            page = client.get(QUEUE)

        assert len(_shown(page)) == count

    @pytest.mark.parametrize("count", [1, 25])
    def test_so_does_a_page_of_decided_ones(
        self, client, moderator, article, count, django_assert_num_queries
    ):
        moderation.mark_spam([factories.sent(article) for _ in range(count)], by=moderator)

        with django_assert_num_queries(13):
            page = client.get(QUEUE, {"queue": "spam"})

        assert len(_shown(page)) == count

    def test_a_later_page_with_waves_takes_fifteen(
        self, client, moderator, article, django_assert_num_queries
    ):
        first, *members = (factories.sent(article) for _ in range(4))
        Comment.objects.filter(pk__in=[member.pk for member in members]).update(wave=Wave.objects.create())

        with django_assert_num_queries(15):
            page = client.get(QUEUE, {"after": first.pk, "article": article.pk, "order": "triage"})

        assert _shown(page) == [members[0].pk]

    def test_tabs_keep_the_filter(self, client, moderator, article):
        page = client.get(QUEUE, {"section": article.section_id, "q": "لو شات", "after": 7})

        urls = [url for _queue, _label, _count, url in page.context["tabs"]]
        assert urls[4] == f"?queue=rejected&section={article.section_id}&q=%D9%84%D9%88+%D8%B4%D8%A7%D8%AA"

    @pytest.mark.parametrize(
        "query",
        [
            "article=99999999999999999999",
            "q=%ED%A0%80",
            "after=-1",
            "queue=%27&order=%27&script=%27&proven=%27&wave=%27",
            "section=1%0B",
            "q=" + "ا" * 5000,
        ],
    )
    def test_no_address_breaks_the_page(self, client, moderator, query):
        assert client.get(f"{QUEUE}?{query}").status_code == 200


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

        response = _decide(client, [comment], to, back="?queue=held&section=3", **fields)

        decision = Decision.objects.get()
        comment.refresh_from_db()
        assert (response.status_code, response["Location"]) == (302, f"{QUEUE}?section=3")
        assert comment.status == status
        assert (decision.by, decision.reason_id, decision.note) == (
            moderator, fields.get("reason"), fields.get("note", ""),
        )  # fmt: skip
        assert len(_told(response)) == 1

    def test_by_script(self, client, moderator, article):
        comment = factories.sent(article, author_name="آمنة")

        response = _decide(client, [comment], "approved", headers=JSON)

        answer = response.json()
        assert response.status_code == 200
        assert answer["decided"] == [{"comment": comment.pk, "status": "approved", "version": 2}]
        assert answer["acts"] == [str(Decision.objects.get().act)]
        assert "آمنة" in answer["sentence"]
        assert (answer["problem"], answer["conflicts"]) == ("", [])
        assert answer["counts"]["approved"] == 1

    def test_many_at_once(self, client, moderator, article):
        comments = [factories.sent(article) for _ in range(3)]

        answer = _decide(client, comments, "spam", headers=JSON).json()

        assert [row["comment"] for row in answer["decided"]] == [comment.pk for comment in comments]
        assert Comment.objects.filter(status=Status.SPAM).count() == 3

    def test_reason_and_note_that_were_written_and_not_used_are_not_kept(self, client, moderator, article):
        _decide(client, [factories.sent(article)], "approved", reason="abuse", note="مرّة ثالثة")

        decision = Decision.objects.get()
        assert (decision.reason, decision.note) == (None, "")

    @pytest.mark.parametrize("fields", [{}, {"reason": "none of them"}, {"reason": "a\0"}])
    def test_a_rejection_without_a_reason_of_the_list_is_refused(self, client, moderator, article, fields):
        response = _decide(client, [factories.sent(article)], "rejected", headers=JSON, **fields)

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

        response = _decide(client, [comment], "approved", headers=JSON)

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

        response = _decide(client, [comment], "approved")

        page = response.content.decode()
        assert (response.status_code, _shown(response), _told(response)) == (409, [comment.pk], [])
        assert "layla" in page
        assert f'value="{comment.pk}:2"' in page

    def test_of_many_only_the_one_in_conflict_stays(self, client, moderator, article):
        mine, taken = factories.sent(article), factories.sent(article)
        moderation.approve([Comment.objects.get(pk=taken.pk)], by=None)

        response = _decide(client, [mine, taken], "spam", headers=JSON)

        assert response.status_code == 200
        assert [row["comment"] for row in response.json()["decided"]] == [mine.pk]
        assert [row["comment"] for row in response.json()["conflicts"]] == [taken.pk]

    def test_who_sends_a_decision_twice_is_told_of_the_first(self, client, moderator, article):
        comment = factories.sent(article, author_name="آمنة")
        _decide(client, [comment], "approved", headers=JSON)

        answer = _decide(client, [comment], "approved", headers=JSON).json()

        assert answer["conflicts"] == [
            {
                "comment": comment.pk,
                "act": str(Decision.objects.get().act),
                "status": "approved",
                "version": 2,
                "sentence": "سبق أن قرّرت قبل لحظات: تعليق \u2067آمنة\u2069 «معتمد».",
            }
        ]

    def test_a_comment_that_is_gone_is_told(self, client, moderator, article):
        comment = factories.sent(article)
        Comment.objects.filter(pk=comment.pk).delete()

        answer = _decide(client, [comment], "approved", headers=JSON).json()

        assert [(row["comment"], row["status"]) for row in answer["conflicts"]] == [(comment.pk, "deleted")]

    @pytest.mark.parametrize(
        "back", ["//evil.example", "https://evil.example", "?next=//evil.example", "x\r\ny: z"]
    )
    def test_the_way_back_leads_to_the_queue_only(self, client, moderator, article, back):
        response = _decide(client, [factories.sent(article)], "approved", back=back)

        assert response["Location"] == f"{QUEUE}?"

    def test_from_a_comments_page_back_to_it(self, client, moderator, article):
        comment = factories.sent(article)

        response = _decide(client, [comment], "approved", page=str(comment.pk))

        assert response["Location"] == f"{QUEUE}{comment.pk}/change/"


class TestUndo:
    def test_the_banner_after_a_plain_form_takes_it_back(self, client, moderator, article):
        comment = factories.sent(article)
        _decide(client, [comment], "approved")
        page = client.get(QUEUE).content.decode()
        (act,) = re.findall(r'name="act" value="([\w-]+)"', page)

        client.post(f"{QUEUE}undo/", {"act": act})

        comment.refresh_from_db()
        assert comment.status == Status.PENDING
        assert str(Decision.objects.first().undoes.act) == act

    def test_the_banner_is_offered_once(self, client, moderator, article):
        _decide(client, [factories.sent(article)], "approved")

        pages = [client.get(QUEUE).content.decode() for _ in range(2)]

        assert ["undo-banner" in page for page in pages] == [True, False]

    def test_many_at_once_by_script(self, client, moderator, article):
        comments = [factories.sent(article) for _ in range(3)]
        acts = _decide(client, comments, "spam", headers=JSON).json()["acts"]

        shown = [f"{comment.pk}:2" for comment in comments]
        answer = client.post(f"{QUEUE}undo/", {"act": acts, "shown": shown}, headers=JSON).json()

        assert [(row["comment"], row["status"], row["version"]) for row in answer["decided"]] == [
            (comment.pk, "pending", 3) for comment in comments
        ]
        assert Comment.objects.pending().count() == 3

    def test_a_comment_decided_again_since_is_a_conflict(self, client, moderator, article):
        comment = factories.sent(article)
        acts = _decide(client, [comment], "approved", headers=JSON).json()["acts"]
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
        acts = _decide(client, [comment], "approved", headers=JSON).json()["acts"]
        moderation.undo_acts(acts, by=people[name])

        answer = client.post(f"{QUEUE}undo/", {"act": acts}, headers=JSON).json()

        assert answer["conflicts"] == [
            {
                "comment": comment.pk,
                "act": None,
                "status": "pending",
                "version": 3,
                "sentence": sentence,
            }
        ]

    def test_after_a_day_it_is_too_late_and_the_page_says_so(self, client, moderator, article):
        comment = factories.sent(article)
        (act,) = _decide(client, [comment], "approved", headers=JSON).json()["acts"]

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
        (act,) = _decide(client, comments, "spam", headers=JSON).json()["acts"]

        page = client.get(f"{QUEUE}{comments[0].pk}/change/").content.decode()

        decision = Decision.objects.get(comment=comments[0])
        assert f'name="decision" value="{decision.pk}"' in page
        assert f'name="act" value="{act}"' in page

    @pytest.mark.parametrize("name", ["act", "decision"])
    @pytest.mark.parametrize("value", ["", "999999", "x", "9" * 40, "0b0ee0f2-6a1c-4a83-9d5f-5a4f5d0c1c11"])
    def test_nothing_to_take_back_is_said(self, client, moderator, name, value):
        response = client.post(f"{QUEUE}undo/", {name: value}, headers=JSON)

        assert (response.status_code, bool(response.json()["problem"])) == (409, True)


class TestCounts:
    def test_counts_and_the_age_of_the_oldest(self, client, moderator, article):
        comment = factories.sent(article)
        Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(minutes=90))
        factories.approved(article)

        answer = client.get(f"{QUEUE}counts/").json()

        assert answer["counts"] == {
            "held": 1, "reported": 0, "spam": 0, "approved": 1, "rejected": 0, "shadowed": 0,
        }  # fmt: skip
        assert (answer["oldest_minutes"], answer["conflicts"]) == (90, [])

    def test_what_a_colleague_decided_of_the_shown_is_told(self, client, moderator, article):
        mine, taken = factories.sent(article), factories.sent(article)
        moderation.approve(
            [Comment.objects.get(pk=taken.pk)], by=factories.staff(factories.MODERATORS, "layla")
        )

        answer = client.get(f"{QUEUE}counts/", {"shown": [f"{mine.pk}:1", f"{taken.pk}:1"]}).json()

        assert [(row["comment"], "layla" in row["sentence"]) for row in answer["conflicts"]] == [
            (taken.pk, True)
        ]

    def test_it_is_never_kept(self, client, moderator):
        assert "no-store" in client.get(f"{QUEUE}counts/")["Cache-Control"]

    def test_who_has_a_comment_is_told_to_the_others(self, client, moderator, article):
        mine, theirs = factories.sent(article), factories.sent(article)
        claims.claim([mine.pk], by=moderator)
        claims.claim([theirs.pk], by=factories.staff(factories.MODERATORS, "layla"))

        shown = [f"{mine.pk}:1", f"{theirs.pk}:1"]
        answer = client.get(f"{QUEUE}counts/", {"shown": shown}).json()

        assert answer["holders"] == {str(theirs.pk): "عند \u2066layla\u2069، قبل لحظات"}


class TestClaims:
    @pytest.fixture
    def layla(self):
        return factories.staff(factories.MODERATORS, "layla")

    def test_a_card_says_who_has_it(self, client, moderator, layla, article):
        comment = factories.sent(article)
        claims.claim([comment.pk], by=layla)

        page = client.get(QUEUE).content.decode()

        assert '<p class="holder">عند \u2066layla\u2069، قبل لحظات</p>' in page

    def test_looking_at_a_card_claims_it_and_leaves_the_last_one(self, client, moderator, article):
        first, second = factories.sent(article), factories.sent(article)
        claims.claim([first.pk], by=moderator)

        response = client.post(f"{QUEUE}claim/", {"comment": second.pk, "release": first.pk})

        holders = Comment.objects.order_by("pk").values_list("claimed_by", flat=True)
        assert (response.status_code, list(holders)) == (204, [None, moderator.pk])

    def test_the_next_ones_are_handed_out_and_shown_alone(self, client, moderator, layla, article):
        comments = [factories.sent(article) for _ in range(13)]
        claims.claim([comments[0].pk], by=layla)

        response = client.post(f"{QUEUE}next/", {"back": "?section=" + str(article.section_id)})

        assert response["Location"] == f"{QUEUE}?mine=1&section={article.section_id}"
        assert _shown(client.get(response["Location"])) == [comment.pk for comment in comments[1:11]]

    def test_all_can_be_given_back(self, client, moderator, article):
        comment = factories.sent(article)
        claims.claim([comment.pk], by=moderator)

        response = client.post(f"{QUEUE}release/", {"back": "?mine=1"})

        comment.refresh_from_db()
        assert (response["Location"], comment.claimed_by) == (f"{QUEUE}?", None)

    def test_a_decision_on_what_another_has_asks_first(self, client, moderator, layla, article):
        mine, theirs = factories.sent(article), factories.sent(article)
        claims.claim([theirs.pk], by=layla)

        answer = _decide(client, [mine, theirs], "approved", headers=JSON).json()

        theirs.refresh_from_db()
        assert [row["comment"] for row in answer["decided"]] == [mine.pk]
        assert [(row["comment"], "layla" in row["sentence"]) for row in answer["held"]] == [(theirs.pk, True)]
        assert theirs.status == Status.PENDING

    def test_it_is_decided_anyway_when_so_wished(self, client, moderator, layla, article):
        comment = factories.sent(article)
        claims.claim([comment.pk], by=layla)

        _decide(client, [comment], "approved", anyway="1")

        comment.refresh_from_db()
        assert (comment.status, comment.claimed_by) == (Status.APPROVED, None)

    def test_without_script_a_page_asks_with_all_that_was_sent(self, client, moderator, layla, article):
        comment = factories.sent(article)
        claims.claim([comment.pk], by=layla)

        page = _decide(client, [comment], "rejected", reason="abuse", note="مرّة ثالثة")
        fields = dict(
            re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.content.decode())
        )
        client.post(f"{QUEUE}decide/", fields)

        decision = Decision.objects.get()
        assert page.status_code == 409
        assert (decision.comment, decision.reason_id, decision.note) == (comment, "abuse", "مرّة ثالثة")


class TestWaves:
    @pytest.fixture
    def members(self, article):
        wave = Wave.objects.create()
        members = [factories.sent(article) for _ in range(4)]
        Comment.objects.filter(pk__in=[member.pk for member in members]).update(wave=wave)
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


class TestNotes:
    def test_a_note_is_shown_on_card_and_page_and_nowhere_public(self, client, moderator, article):
        comment = factories.approved(article)
        client.post(f"{QUEUE}{comment.pk}/note/", {"text": "صاحب بلاغ الأمس"})

        pages = [
            client.get(address).content.decode()
            for address in (
                f"{QUEUE}?queue=approved",
                f"{QUEUE}{comment.pk}/change/",
                article.get_absolute_url(),
            )
        ]

        assert ["صاحب بلاغ الأمس" in page for page in pages] == [True, True, False]

    def test_by_script_the_line_to_show_comes_back(self, client, moderator, article):
        comment = factories.sent(article)

        answer = client.post(f"{QUEUE}{comment.pk}/note/", {"text": "<b>مهمّ"}, headers=JSON).json()

        assert "&lt;b&gt;مهمّ" in answer["note"]

    def test_an_empty_one_is_refused(self, client, moderator, article):
        comment = factories.sent(article)

        response = client.post(f"{QUEUE}{comment.pk}/note/", {"text": " "}, headers=JSON)

        assert (response.status_code, comment.notes.count()) == (422, 0)


class TestReports:
    @pytest.fixture
    def reported(self, article):
        comment = factories.approved(article)
        for number, (complaint, text) in enumerate(
            [("abuse", "يشتم الكاتب"), ("abuse", ""), ("advertising", "رابط متجر")]
        ):
            Report.objects.create(
                comment=comment, complaint=complaint, text=text, sender_fingerprint=f"{number}"
            )
        Comment.objects.filter(pk=comment.pk).update(open_reports=3)
        return comment

    def test_the_card_says_how_many_of_what_and_with_which_words(self, client, moderator, reported):
        page = client.get(QUEUE, {"queue": "reported"}).content.decode()

        assert "<b>3 بلاغات</b>" in page
        assert re.findall(r'class="complaint">([^<]+?)\s*<(?:span class="count">(\d+))?', page) == [
            (str(Complaint.ABUSE.label), "2"),
            (str(Complaint.ADVERTISING.label), ""),
        ]
        assert re.findall(r'<q dir="rtl">([^<]*)</q>', page) == ["رابط متجر", "يشتم الكاتب"]

    def test_letting_it_stand_settles_what_was_shown(self, client, moderator, reported):
        reported.refresh_from_db()
        through = Report.objects.latest("pk").pk
        Report.objects.create(comment=reported, complaint="other", sender_fingerprint="late")

        client.post(f"{QUEUE}{reported.pk}/reports/", {"through": through, "version": reported.version})

        reported.refresh_from_db()
        assert (reported.status, reported.open_reports) == (Status.APPROVED, 1)
        assert Report.objects.get(settled_at=None).sender_fingerprint == "late"
        assert LogEntry.objects.get().user == moderator

    def test_what_its_writer_changed_since_is_not_let_stand(self, client, moderator, reported):
        through = Report.objects.latest("pk").pk
        reported.refresh_from_db()
        Comment.objects.filter(pk=reported.pk).update(version=reported.version + 1)

        response = client.post(
            f"{QUEUE}{reported.pk}/reports/",
            {"through": through, "version": reported.version},
            headers=JSON,
        )

        assert (response.status_code, bool(response.json()["problem"])) == (409, True)
        assert Report.objects.filter(settled_at=None).count() == 3

    def test_doing_so_twice_is_said(self, client, moderator, reported):
        reported.refresh_from_db()
        through = Report.objects.latest("pk").pk
        client.post(f"{QUEUE}{reported.pk}/reports/", {"through": through, "version": reported.version})

        response = client.post(
            f"{QUEUE}{reported.pk}/reports/", {"through": through, "version": reported.version}, headers=JSON
        )

        assert (response.status_code, bool(response.json()["problem"])) == (409, True)

    def test_a_rejection_taken_back_leaves_them_open(self, client, moderator, reported):
        reported.refresh_from_db()
        (act,) = _decide(client, [reported], "rejected", headers=JSON, reason="abuse").json()["acts"]
        settled = Report.objects.filter(settled_at=None).count()

        client.post(f"{QUEUE}undo/", {"act": act})

        reported.refresh_from_db()
        assert (settled, reported.open_reports, Report.objects.filter(settled_at=None).count()) == (0, 3, 3)


class TestPublic:
    def test_an_editors_pick_and_no_longer(self, client, moderator, article):
        comment = factories.approved(article)

        client.post(f"{QUEUE}{comment.pk}/pick/", {"picked": "1", "version": comment.version})
        picked = Comment.objects.get(pk=comment.pk).picked_at
        client.post(f"{QUEUE}{comment.pk}/pick/", {"picked": "0", "version": comment.version})

        assert picked is not None
        assert Comment.objects.get(pk=comment.pk).picked_at is None
        assert LogEntry.objects.count() == 2

    def test_what_readers_do_not_see_is_no_pick(self, client, moderator, article):
        comment = factories.sent(article)

        client.post(f"{QUEUE}{comment.pk}/pick/", {"picked": "1", "version": comment.version})

        assert Comment.objects.get(pk=comment.pk).picked_at is None

    def test_the_newsroom_answers(self, client, moderator, article):
        comment = factories.approved(article)

        response = client.post(f"{QUEUE}{comment.pk}/answer/", {"text": "شكرًا، صحّحنا الرقم."})

        answer = Comment.objects.get(parent=comment)
        assert response["Location"] == f"{QUEUE}{comment.pk}/change/"
        assert (answer.body, answer.staff, answer.status, answer.is_shown, answer.email_encrypted) == (
            "شكرًا، صحّحنا الرقم.", moderator, Status.APPROVED, True, "",
        )  # fmt: skip
        assert answer.decisions.get().by == moderator

    @pytest.mark.parametrize("text", ["", " \n ", "ا" * 5001])
    def test_an_answer_that_cannot_be_comes_back_as_it_was(self, client, moderator, article, text):
        comment = factories.approved(article)

        response = client.post(f"{QUEUE}{comment.pk}/answer/", {"text": text})

        assert (response.status_code, response.context["unsent"]) == (422, text)
        assert Comment.objects.count() == 1

    def test_the_same_answer_twice_is_one(self, client, moderator, article):
        comment = factories.approved(article)

        for _ in range(2):
            client.post(f"{QUEUE}{comment.pk}/answer/", {"text": "شكرًا."})

        assert comment.replies.count() == 1


class TestCommentPage:
    def test_all_decisions_are_shown(self, client, moderator, article):
        moderator.first_name, moderator.last_name = "ليلى", "حدّاد"
        moderator.save()
        comment = factories.sent(article)
        moderation.reject([comment], by=moderator, reason="personal", note="رقم هاتف")
        moderation.undo([Decision.objects.get().pk], by=None)

        page = client.get(f"{QUEUE}{comment.pk}/change/").content.decode()

        assert page.count('<li>\n                  <p>\n                    <span class="state') == 2
        for text in ("ليلى حدّاد", "رقم هاتف", "بيانات شخصية للغير"):
            assert text in page

    def test_its_place_in_the_thread_is_shown(self, client, moderator, article):
        root = factories.approved(article, body="الأوّل")
        middle = factories.approved(article, parent=root, body="الثاني")
        comment = factories.approved(article, parent=middle, body="الثالث")
        answer = factories.sent(article, parent=comment, body="الرابع")

        page = client.get(f"{QUEUE}{comment.pk}/change/")

        assert page.context["above"] == [root, middle]
        assert list(page.context["answers"]) == [answer]

    def test_what_others_wrote_runs_in_its_own_direction(self, client, moderator, article):
        root = factories.approved(article, body="Ask OpenAI!")
        comment = factories.approved(article, parent=root, body="سؤال")
        factories.sent(article, parent=comment, body="Agreed!")

        page = client.get(f"{QUEUE}{comment.pk}/change/").content.decode()

        assert re.findall(r'<p class="excerpt" dir="(\w+)">([^<]*)<', page) == [
            ("ltr", "Ask OpenAI!"),
            ("ltr", "Agreed!"),
        ]

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_the_same_for_any_number_of_neighbors(
        self, client, moderator, article, django_assert_num_queries, count
    ):
        comment = factories.approved(article)
        for _number in range(count):
            comment = factories.approved(article, parent=comment)
        for _number in range(count):
            factories.sent(article, parent=comment)

        with django_assert_num_queries(12):
            client.get(f"{QUEUE}{comment.pk}/change/")

    def test_the_public_link_is_there_when_readers_see_it(self, client, moderator, article):
        seen, held = factories.approved(article), factories.sent(article)

        pages = [client.get(f"{QUEUE}{comment.pk}/change/").content.decode() for comment in (seen, held)]

        assert [
            comment.get_absolute_url() in page for comment, page in zip((seen, held), pages, strict=True)
        ] == [
            True,
            False,
        ]

    @pytest.mark.parametrize("number", ["999999", "x", "9" * 30, "_5F", "1%0B"])
    def test_no_such_comment(self, client, moderator, number):
        assert client.get(f"{QUEUE}{number}/change/").status_code == 404

    def test_the_history_opens(self, client, moderator, article):
        assert client.get(f"{QUEUE}{factories.sent(article).pk}/history/").status_code == 200


class TestEmail:
    @pytest.fixture
    def trusted(self, moderator):
        moderator.user_permissions.add(Permission.objects.get(codename="view_email"))
        return moderator

    def test_no_group_may_see_it(self):
        assert not Permission.objects.get(codename="view_email").group_set.exists()

    def test_a_moderator_is_neither_shown_it_nor_the_button(self, client, moderator, article):
        comment = factories.sent(article, email=EMAIL)

        refused = client.post(f"{QUEUE}{comment.pk}/email/")
        page = client.get(f"{QUEUE}{comment.pk}/change/").content.decode()

        assert refused.status_code == 403
        assert EMAIL not in refused.content.decode() + page
        assert "/email/" not in page
        assert LogEntry.objects.count() == 0

    def test_who_may_sees_it_on_a_click_that_is_logged_without_it(self, client, trusted, article):
        comment = factories.sent(article, email=EMAIL)
        before = client.get(f"{QUEUE}{comment.pk}/change/").content.decode()

        response = client.post(f"{QUEUE}{comment.pk}/email/")

        entry = LogEntry.objects.get()
        assert EMAIL not in before
        assert EMAIL in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        assert (entry.user, entry.object_id) == (trusted, str(comment.pk))
        assert EMAIL not in f"{entry.object_repr} {entry.change_message}"
        assert EMAIL not in client.get(f"{QUEUE}{comment.pk}/history/").content.decode()

    def test_a_lost_key_is_said(self, client, trusted, article):
        comment = factories.sent(article)
        Comment.objects.filter(pk=comment.pk).update(email_encrypted="x")

        response = client.post(f"{QUEUE}{comment.pk}/email/")

        assert response["Location"] == f"{QUEUE}{comment.pk}/change/"
        assert len(_told(response)) == 1


def test_what_people_wrote_has_the_direction_of_its_letters_and_isolated_runs(client, moderator, article):
    text = "C++ أصعب ممّا يقول OpenAI"
    comment = factories.sent(article)
    moderation.reject([comment], by=moderator, reason="abuse", note=text)
    moderation.approve(Comment.objects.all(), by=moderator)
    moderation.add_note(comment, text, by=moderator)
    responses.report(comment, Complaint.ABUSE, text, address="10.0.0.7")

    page = client.get(f"{QUEUE}{comment.pk}/change/").text

    assert page.count('dir="rtl"><bdi dir="ltr">C++</bdi> أصعب ممّا يقول OpenAI<') == 3
    assert re.findall(r'<(?!textarea|input)\w+[^>]* dir="auto"', page) == []


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (timedelta(seconds=59), "قبل لحظات"),
        (timedelta(minutes=1), "قبل دقيقة واحدة"),
        (timedelta(minutes=2), "قبل دقيقتين"),
        (timedelta(minutes=10), "قبل 10 دقائق"),
        (timedelta(minutes=59), "قبل 59 دقيقة"),
        (timedelta(hours=1), "قبل ساعة واحدة"),
        (timedelta(hours=47), "قبل 47 ساعة"),
        (timedelta(hours=48), "قبل يومين"),
        (timedelta(days=11), "قبل 11 يومًا"),
        (timedelta(days=100), "قبل 100 يوم"),
        (timedelta(days=103), "قبل 103 أيام"),
    ],
    ids=str,
)
def test_time_passed_in_arabic(passed, expected):
    with translation.override("ar"):
        assert desk.passed(timezone.now() - passed) == expected


def test_watched_words_are_the_moderators_own(client, moderator):
    assert client.get(reverse("admin:comments_watchedword_changelist")).status_code == 200


WORD = {"kind": "phrase", "level": "hold", "reason": "إعلانات", "is_active": "on"}


@pytest.mark.parametrize("term", ["!!!", "؟؟", "— …"])
def test_a_watched_word_without_letters_is_refused(client, moderator, term):
    page = client.post(reverse("admin:comments_watchedword_add"), WORD | {"term": term})

    assert list(page.context["adminform"].form.errors) == ["term"]
    assert WatchedWord.objects.count() == 0


@pytest.mark.parametrize("term", ["C++", "مراهنة", "٧٧٧"])
def test_a_watched_word_with_letters_or_digits_is_kept(client, moderator, term):
    client.post(reverse("admin:comments_watchedword_add"), WORD | {"term": term})

    assert WatchedWord.objects.get().term == term


@pytest.mark.parametrize("typed", ["مراهنه", "مُراهـنة", "احتيال GAMES"])
def test_watched_words_are_searched_in_any_spelling(client, moderator, typed):
    found = WatchedWord.objects.create(term="مراهنة", reason="احتيال games")
    WatchedWord.objects.create(term="Casino", reason="إعلانات")

    page = client.get(reverse("admin:comments_watchedword_changelist"), {"q": typed})

    assert list(page.context["cl"].queryset) == [found]
