"""The moderators' pages over HTTP: the queue, the decisions, one comment, and who may see what."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from comments import moderation
from comments.models import Comment, Decision, Status, WatchedWord
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
            ("post", f"{QUEUE}1/email/"),
        ],
    )
    def test_no_page_is_open_to_others(self, client, group, method, page):
        client.force_login(factories.staff(group))

        assert getattr(client, method)(page).status_code == 403

    def test_visitors_are_asked_to_sign_in(self, client):
        assert client.get(QUEUE)["Location"] == f"/admin/login/?next={QUEUE}"

    @pytest.mark.parametrize("page", ["decide", "undo", "1/email"])
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
            factories.sent(article, parent=parent, body=f"https://a.example https://b.example {number}")

        # Session, account, two of permissions; comments, findings, decisions; counts, sections, articles, reasons.
        with django_assert_num_queries(11):
            page = client.get(QUEUE)

        assert len(_shown(page)) == count

    @pytest.mark.parametrize("count", [1, 25])
    def test_so_does_a_page_of_decided_ones(
        self, client, moderator, article, count, django_assert_num_queries
    ):
        moderation.mark_spam([factories.sent(article) for _ in range(count)], by=moderator)

        # As above, and who decided.
        with django_assert_num_queries(12):
            page = client.get(QUEUE, {"status": "spam"})

        assert len(_shown(page)) == count

    def test_tabs_keep_the_filter(self, client, moderator, article):
        page = client.get(QUEUE, {"section": article.section_id, "q": "لو شات", "after": 7})

        urls = [url for _status, _label, _count, url in page.context["tabs"]]
        assert urls[2] == f"?status=rejected&section={article.section_id}&q=%D9%84%D9%88+%D8%B4%D8%A7%D8%AA"

    @pytest.mark.parametrize(
        "query",
        [
            "article=99999999999999999999",
            "q=%ED%A0%80",
            "after=-1",
            "status=%27",
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

        response = _decide(client, [comment], to, back="?status=pending&section=3", **fields)

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
        assert answer["decided"] == [
            {
                "comment": comment.pk,
                "decision": Decision.objects.get().pk,
                "is_undo": False,
                "status": "approved",
                "version": 2,
                "sentence": answer["sentence"],
            }
        ]
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

    @pytest.mark.parametrize("fields", [{}, {"reason": "none of them"}])
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

        (sentence,) = _told(response)
        assert "layla" in sentence

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
                "decision": Decision.objects.get().pk,
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
        (decision,) = re.findall(r'name="decision" value="(\d+)"', page)

        client.post(f"{QUEUE}undo/", {"decision": decision})

        comment.refresh_from_db()
        assert comment.status == Status.PENDING
        assert Decision.objects.first().undoes_id == int(decision)

    def test_the_banner_is_offered_once(self, client, moderator, article):
        _decide(client, [factories.sent(article)], "approved")

        pages = [client.get(QUEUE).content.decode() for _ in range(2)]

        assert ["undo-banner" in page for page in pages] == [True, False]

    def test_many_at_once_by_script(self, client, moderator, article):
        comments = [factories.sent(article) for _ in range(3)]
        decided = _decide(client, comments, "spam", headers=JSON).json()["decided"]

        answer = client.post(
            f"{QUEUE}undo/", {"decision": [row["decision"] for row in decided]}, headers=JSON
        ).json()

        assert [(row["comment"], row["status"], row["version"]) for row in answer["decided"]] == [
            (comment.pk, "pending", 3) for comment in comments
        ]
        assert Comment.objects.pending().count() == 3

    def test_a_comment_decided_again_since_is_a_conflict(self, client, moderator, article):
        comment = factories.sent(article)
        (row,) = _decide(client, [comment], "approved", headers=JSON).json()["decided"]
        moderation.mark_spam(
            [Comment.objects.get(pk=comment.pk)], by=factories.staff(factories.MODERATORS, "layla")
        )

        response = client.post(f"{QUEUE}undo/", {"decision": row["decision"]}, headers=JSON)

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
        (row,) = _decide(client, [comment], "approved", headers=JSON).json()["decided"]
        moderation.undo([row["decision"]], by=people[name])

        answer = client.post(f"{QUEUE}undo/", {"decision": row["decision"]}, headers=JSON).json()

        assert answer["conflicts"] == [
            {
                "comment": comment.pk,
                "decision": None,
                "status": "pending",
                "version": 3,
                "sentence": sentence,
            }
        ]

    @pytest.mark.parametrize("decision", ["", "999999", "x", "9" * 40])
    def test_nothing_to_take_back_is_said(self, client, moderator, decision):
        response = client.post(f"{QUEUE}undo/", {"decision": decision}, headers=JSON)

        assert (response.status_code, bool(response.json()["problem"])) == (409, True)


class TestCounts:
    def test_counts_and_the_age_of_the_oldest(self, client, moderator, article):
        comment = factories.sent(article)
        Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(minutes=90))
        factories.approved(article)

        answer = client.get(f"{QUEUE}counts/").json()

        assert answer["counts"] == {"pending": 1, "approved": 1, "rejected": 0, "spam": 0, "deleted": 0}
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

        with django_assert_num_queries(10):
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
