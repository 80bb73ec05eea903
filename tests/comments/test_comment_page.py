"""The page of one comment, and what is done to it besides deciding."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from comments import claims, moderation, responses
from comments.models import Comment, Complaint, Decision, Report, Status
from newsroom.mail import outbox
from newsroom.mail.models import OutgoingMail
from newsroom.text.bidi import isolate_plain
from tests import factories
from tests.desk import EMAIL, JSON, QUEUE, decide, told

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class TestCommentPage:
    def test_all_decisions_are_shown(self, client, moderator, article):
        moderator.first_name, moderator.last_name = "ليلى", "حدّاد"
        moderator.save()
        comment = factories.sent(article)
        moderation.reject([comment], by=moderator, reason="personal", note="رقم هاتف")
        moderation.undo([Decision.objects.get().pk], by=None)

        page = client.get(f"{QUEUE}{comment.pk}/change/").content.decode()

        assert len(re.findall(r'<li>\s+<p>\s+<span class="state', page)) == 2
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

    def test_letting_it_stand_is_a_decision_on_its_page_and_offered_to_be_taken_back(
        self, client, moderator, reported
    ):
        self._dismiss(client, reported)

        page = client.get(f"{QUEUE}{reported.pk}/change/").content.decode()

        decision = Decision.objects.first()
        assert (decision.from_status, decision.to_status, decision.by) == ("approved", "approved", moderator)
        assert "undo-banner" in page
        assert f'name="decision" value="{decision.pk}"' in page
        assert page.count("بقي رغم البلاغات") == 1

    @pytest.mark.parametrize("reported_since", [0, 1])
    def test_letting_it_stand_is_taken_back_with_the_reports_it_settled(
        self, client, moderator, reported, reported_since
    ):
        (act,) = self._dismiss(client, reported, headers=JSON).json()["acts"]
        if reported_since:
            responses.report(reported, "other", "", address="203.0.113.9")

        answer = client.post(f"{QUEUE}undo/", {"act": act, "shown": f"{reported.pk}:3"}, headers=JSON).json()

        reported.refresh_from_db()
        open_reports = Report.objects.filter(comment=reported, settled_at=None).count()
        assert answer["sentence"] == f"فُتحت البلاغات عن تعليق {isolate_plain(reported.author_name)} من جديد."
        assert [(row["status"], row["version"]) for row in answer["decided"]] == [("approved", 4)]
        assert (reported.open_reports, open_reports) == (3 + reported_since, 3 + reported_since)
        assert list(Comment.objects.reported()) == list(Comment.objects.shown()) == [reported]
        page = client.get(f"{QUEUE}{reported.pk}/change/").content.decode()
        assert (page.count("فُتحت البلاغات من جديد</span>"), page.count("بقي رغم البلاغات</span>")) == (1, 1)

    def test_an_answer_to_it_is_mailed_of_whether_it_stands_or_not(self, client, moderator, reported):
        outbox.enqueue(key=f"reply:{reported.pk}", to="zoro@example.org", subject="ردّ", text="ردّ")

        (act,) = self._dismiss(client, reported, headers=JSON).json()["acts"]
        client.post(f"{QUEUE}undo/", {"act": act}, headers=JSON)

        assert OutgoingMail.objects.count() == 1

    def test_who_was_first_is_told_to_who_comes_second(self, client, reported):
        layla, omar = (factories.staff(factories.MODERATORS, name) for name in ("layla", "omar"))
        client.force_login(layla)
        self._dismiss(client, reported)
        client.force_login(omar)

        response = self._dismiss(client, reported, headers=JSON)

        (row,) = response.json()["conflicts"]
        who, writer = isolate_plain("layla"), isolate_plain(reported.author_name)
        assert (response.status_code, row["reports"], row["version"]) == (409, 0, 3)
        assert row["sentence"] == f"سبقك {who} قبل لحظات إلى إبقاء تعليق {writer} رغم البلاغات."

    def test_where_another_has_it_before_them_it_is_asked_for(self, client, moderator, reported):
        claims.claim([reported.pk], by=factories.staff(factories.MODERATORS, "omar"))

        page = self._dismiss(client, reported)
        form = re.search(
            r'<form class="asks" method="post" action="([^"]+)">(.*?)</form>', page.text, re.DOTALL
        )
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
        open_then = Report.objects.filter(settled_at=None).count()
        client.post(form[1], fields)

        assert (page.status_code, open_then) == (409, 3)
        assert not Report.objects.filter(settled_at=None).exists()

    def test_who_was_first_is_told_when_that_was(self, client, moderator, reported):
        self._dismiss(client, reported)

        response = self._dismiss(client, reported, headers=JSON)

        (row,) = response.json()["conflicts"]
        writer = isolate_plain(reported.author_name)
        assert row["sentence"] == f"سبق أن أبقيت قبل لحظات تعليق {writer} رغم البلاغات."

    def _dismiss(self, client, comment, **options):
        through = Report.objects.filter(comment=comment).latest("pk").pk
        fields = {"through": through, "version": comment.version, "page": comment.pk}
        return client.post(f"{QUEUE}{comment.pk}/reports/", fields, **options)

    def test_what_its_writer_changed_since_is_not_let_stand(self, client, moderator, reported):
        through = Report.objects.latest("pk").pk
        reported.refresh_from_db()
        Comment.objects.filter(pk=reported.pk).update(version=reported.version + 1)

        response = client.post(
            f"{QUEUE}{reported.pk}/reports/",
            {"through": through, "version": reported.version},
            headers=JSON,
        )

        assert (response.status_code, len(response.json()["conflicts"])) == (409, 1)
        assert Report.objects.filter(settled_at=None).count() == 3

    def test_doing_so_twice_is_said(self, client, moderator, reported):
        reported.refresh_from_db()
        through = Report.objects.latest("pk").pk
        client.post(f"{QUEUE}{reported.pk}/reports/", {"through": through, "version": reported.version})

        response = client.post(
            f"{QUEUE}{reported.pk}/reports/",
            {"through": through, "version": reported.version + 1},
            headers=JSON,
        )

        assert (response.status_code, bool(response.json()["problem"])) == (409, True)

    def test_a_rejection_taken_back_leaves_them_open(self, client, moderator, reported):
        reported.refresh_from_db()
        (act,) = decide(client, [reported], "rejected", headers=JSON, reason="abuse").json()["acts"]
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

    @pytest.mark.parametrize("case", ["waiting", "erased"])
    def test_what_readers_do_not_see_is_no_pick(self, client, moderator, article, case):
        comment = factories.sent(article) if case == "waiting" else factories.approved(article)
        Comment.objects.filter(pk=comment.pk).update(is_placeholder=case == "erased")

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


class TestEmail:
    @pytest.fixture
    def trusted(self, moderator):
        moderator.user_permissions.add(Permission.objects.get(codename="view_email"))
        return moderator

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
        assert len(told(response)) == 1


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
