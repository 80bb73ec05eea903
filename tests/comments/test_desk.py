"""The moderators' pages over HTTP: who may see what, the queue, and who has what before them."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments import authoring, claims, moderation
from comments.models import Comment, Decision, Status, Wave
from comments.submission import Sender
from tests import factories
from tests.desk import EMAIL, JSON, QUEUE, decide, shown

pytestmark = pytest.mark.django_db


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

        assert decide(strict, [comment], "approved").status_code == 403
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

        assert [(page.status_code, shown(page)) for page in pages] == [(200, [comment.pk])] * 2

    def test_an_empty_queue_says_so(self, client, moderator):
        page = client.get(QUEUE)

        assert page.context["comments"] == []
        assert 'class="nothing" id="nothing">' in page.content.decode()

    def test_the_next_page_is_a_link(self, client, moderator, article, monkeypatch):
        monkeypatch.setattr("comments.queue.PAGE_SIZE", 2)
        comments = [factories.sent(article) for _ in range(3)]

        first = client.get(QUEUE)
        second = client.get(QUEUE + first.context["next_page"])

        assert (shown(first), shown(second)) == ([c.pk for c in comments[:2]], [comments[2].pk])

    @pytest.mark.parametrize("count", [1, 25])
    def test_the_page_takes_the_same_queries_for_many(
        self, client, moderator, article, count, django_assert_num_queries
    ):
        parent = factories.approved(article)
        for number in range(count):
            # Each with hosts of its own, else they would be one wave.
            links = f"https://a{number}.example https://b{number}.example"
            factories.sent(article, parent=parent, body=links)

        # Session, account, two of permissions; numbers, comments, findings; counts, sections, articles, reasons.
        with django_assert_num_queries(11):
            page = client.get(QUEUE)

        assert len(shown(page)) == count

    @pytest.mark.parametrize("count", [1, 3])
    def test_decisions_and_notes_are_asked_for_where_there_are_any(
        self, client, moderator, article, count, django_assert_num_queries
    ):
        for number in range(count):
            comment = factories.sent(article, body=f"https://a{number}.example https://b{number}.example")
            decision = moderation.mark_spam([comment], by=moderator).decided[0].decision
            moderation.undo_acts([decision.act], by=moderator)
            moderation.add_note(comment, "هل هو من OpenAI؟", by=moderator)

        with django_assert_num_queries(13):
            page = client.get(QUEUE)

        assert page.content.decode().count("هل هو من OpenAI؟") == count

    @pytest.mark.parametrize("count", [1, 25])
    def test_so_does_a_page_of_decided_ones(
        self, client, moderator, article, count, django_assert_num_queries
    ):
        moderation.mark_spam([factories.sent(article) for _ in range(count)], by=moderator)

        with django_assert_num_queries(11):
            page = client.get(QUEUE, {"queue": "spam"})

        assert len(shown(page)) == count

    def test_a_later_page_with_waves_takes_twelve(
        self, client, moderator, article, django_assert_num_queries
    ):
        first, *members = (factories.sent(article) for _ in range(4))
        Comment.objects.filter(pk__in=[member.pk for member in members]).update(wave=Wave.objects.create())

        with django_assert_num_queries(12):
            page = client.get(QUEUE, {"after": first.pk, "article": article.pk, "order": "triage"})

        assert shown(page) == [members[0].pk]

    def test_each_card_has_forms_of_its_own(self, client, moderator, article):
        comments = [factories.sent(article) for _ in range(3)]
        Comment.objects.filter(pk=comments[1].pk).update(version=7)

        page = client.get(QUEUE).content.decode()

        told = [
            (
                # To be selected, approved, rejected, marked as spam.
                page.count(f'name="comment" value="{comment.pk}:{7 if place == 1 else 1}"'),
                page.count(f'action="{QUEUE}{comment.pk}/note/"'),
                page.count(f'id="{comment.pk}-note"'),
                page.count(f'id="memo-{comment.pk}"'),
            )
            for place, comment in enumerate(comments)
        ]
        assert told == [(4, 1, 1, 1)] * 3

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

    def test_a_text_that_its_writer_changed_is_told_with_its_version(self, client, moderator, article):
        comment = factories.sent(article, author_name="آمنة")
        moderation.undo_acts([moderation.decide({comment.pk: 1}, "spam", by=moderator).act], by=moderator)
        authoring.edit(Comment.objects.get(pk=comment.pk), "نصّ آخر", Sender("203.0.113.9", "Firefox"))

        (row,) = client.get(f"{QUEUE}counts/", {"shown": f"{comment.pk}:1"}).json()["conflicts"]

        assert (row["status"], row["version"], row["text_version"]) == ("pending", 4, 4)
        assert row["sentence"] == "تغيّر نصّ تعليق \u2067آمنة\u2069 في هذه الأثناء. اقرأ النصّ الجديد ثم قرّر."

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
        assert shown(client.get(response["Location"])) == [comment.pk for comment in comments[1:11]]

    def test_all_can_be_given_back(self, client, moderator, article):
        comment = factories.sent(article)
        claims.claim([comment.pk], by=moderator)

        response = client.post(f"{QUEUE}release/", {"back": "?mine=1"})

        comment.refresh_from_db()
        assert (response["Location"], comment.claimed_by) == (f"{QUEUE}?", None)

    def test_a_decision_on_what_another_has_asks_first(self, client, moderator, layla, article):
        mine, theirs = factories.sent(article), factories.sent(article)
        claims.claim([theirs.pk], by=layla)

        answer = decide(client, [mine, theirs], "approved", headers=JSON).json()

        theirs.refresh_from_db()
        assert [row["comment"] for row in answer["decided"]] == [mine.pk]
        assert [(row["comment"], "layla" in row["sentence"]) for row in answer["held"]] == [(theirs.pk, True)]
        assert theirs.status == Status.PENDING

    def test_it_is_decided_anyway_when_so_wished(self, client, moderator, layla, article):
        comment = factories.sent(article)
        claims.claim([comment.pk], by=layla)

        decide(client, [comment], "approved", anyway="1")

        comment.refresh_from_db()
        assert (comment.status, comment.claimed_by) == (Status.APPROVED, None)

    def test_without_script_a_page_asks_with_all_that_was_sent(self, client, moderator, layla, article):
        comment = factories.sent(article)
        claims.claim([comment.pk], by=layla)

        page = decide(client, [comment], "rejected", reason="abuse", note="مرّة ثالثة")
        fields = dict(
            re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.content.decode())
        )
        client.post(f"{QUEUE}decide/", fields)

        decision = Decision.objects.get()
        assert page.status_code == 409
        assert (decision.comment, decision.reason_id, decision.note) == (comment, "abuse", "مرّة ثالثة")
