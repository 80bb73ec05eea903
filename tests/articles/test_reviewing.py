"""Reviewers, returns with their reasons, notes between editors, and many articles moved at once."""

import re

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from articles import bulk, publishing, reviewing, revising
from articles.models import Article, DeskNote, Draft, Editor, Image, SectionEditor, Transition
from newsroom import admin_site
from newsroom.mail.models import OutgoingMail, State
from newsroom.text import bidi
from tests import factories
from tests.article_form import ADD, LIST, change, payload, told_on

pytestmark = pytest.mark.django_db

REASON = "من أين رقم GPT-4؟"
SECRET = "المصدر هو Sam ولا يُنشر اسمه"


def _bulk(client, act, articles, **fields):
    sent = {"article": [f"{article.pk}:{article.version}" for article in articles]}
    return client.post(f"{LIST}bulk/{act}/", sent | fields, follow=True)


def _in_review(reporter, **fields):
    return publishing.move(factories.draft(by=reporter, **fields), "submit", by=reporter)


def _tasks(user):
    return {task.name: (task.count, [item.detail for item in task.items]) for task in admin_site.tasks(user)}


def _named(message):
    """The articles that a message names, with the reasons."""
    rows = re.findall(
        r'<span class="failed-one"><a[^>]*><bdi[^>]*>(.*?)</bdi></a>: (.*?)</span>', str(message)
    )
    return [(headline, reason) for headline, reason in rows]


# Returning


@pytest.mark.parametrize("note", ["", " \n"])
def test_a_return_without_a_reason_is_refused_and_nothing_is_saved(as_editor, reporter, note):
    article = _in_review(reporter)

    page = as_editor.post(change(article), payload(article, headline="عنوان آخر", _move="return", note=note))

    stored = Article.objects.get()
    assert page.context["adminform"].form.errors == {"note": ["اكتب للكاتب سبب إعادة المقال."]}
    assert (stored.status, stored.headline) == ("in_review", article.headline)


def test_the_writer_reads_why_the_article_came_back(as_reporter, reporter, editor):
    article = publishing.move(_in_review(reporter), "return", by=editor, note=REASON)

    form, listed = as_reporter.get(change(article)).text, as_reporter.get(LIST).text

    assert REASON in form[form.index('class="returned"') : form.index("writing-columns")]
    assert REASON in listed[listed.index('class="returned-because"') :]
    assert _tasks(reporter)["returned"] == (1, [REASON])


def test_what_was_submitted_again_is_not_returned_any_more(reporter, editor):
    article = publishing.move(_in_review(reporter), "return", by=editor, note=REASON)
    publishing.move(article, "submit", by=reporter)
    publishing.move(article, "return", by=editor, note="مرّة أخرى")
    returned = list(Article.objects.returned().values_list("returned_because", flat=True))
    publishing.move(article, "submit", by=reporter)

    assert (returned, Article.objects.returned().count()) == (["مرّة أخرى"], 0)


# Reviewers


def test_the_writer_chooses_who_reviews_and_the_reviewer_is_told(as_reporter, reporter, editor):
    User.objects.filter(pk=editor.pk).update(email="editor@example.org")
    article = factories.draft(by=reporter)

    as_reporter.post(change(article), payload(article, _move="submit", reviewer=editor.pk))

    article.refresh_from_db()
    recipient, content = OutgoingMail.objects.get().read()
    assert (article.status, article.reviewer, recipient) == ("in_review", editor, "editor@example.org")
    assert f"/admin/articles/article/{article.pk}/change/" in content["text"]
    assert _tasks(editor)["for_me"][0] == 1
    assert list(article.transitions.values_list("move", "assignee")) == [
        ("assign", editor.pk),
        ("submit", None),
    ]


def test_a_new_article_is_submitted_to_a_reviewer_at_once(as_reporter, editor):
    as_reporter.post(ADD, payload(_move="submit", reviewer=editor.pk))

    assert Article.objects.values_list("status", "reviewer").get() == ("in_review", editor.pk)


def test_another_reviewer_is_not_dropped_by_a_mere_save(as_editor, editor):
    article = factories.draft()

    page = as_editor.post(change(article), payload(article, reviewer=editor.pk))

    assert page.context["adminform"].form.errors == {
        "reviewer": ["لتحديد المراجع اضغط الزرّ الذي تحت الأسماء."]
    }


def test_a_reviewer_who_hands_it_to_himself_is_not_mailed(editor, reporter):
    User.objects.filter(pk=editor.pk).update(email="editor@example.org")
    editor.refresh_from_db()

    reviewing.assign(_in_review(reporter), editor, by=editor)

    assert not OutgoingMail.objects.exists()


def test_who_has_other_sections_is_neither_offered_nor_taken(as_editor, editor, reporter):
    other = factories.staff(factories.EDITORS)
    SectionEditor.objects.create(user=Editor.objects.get(pk=other.pk), section=factories.section("رياضة"))
    article = _in_review(reporter)

    offered = as_editor.get(change(article)).context["reviewer_field"].field.queryset
    answer = as_editor.post(f"{LIST}{article.pk}/reviewer/", {"reviewer": other.pk, "fragment": 1})

    article.refresh_from_db()
    assert list(offered) == [editor]
    assert (answer.status_code, article.reviewer) == (422, None)


def test_the_list_shows_what_waits_for_me(as_editor, editor, reporter):
    mine, _other = _in_review(reporter), _in_review(reporter)
    reviewing.assign(mine, editor, by=editor)

    assert list(as_editor.get(LIST, {"mine": "waiting"}).context["cl"].queryset) == [mine]


def test_the_list_shows_my_sections(as_editor, editor):
    sport = factories.section("رياضة")
    SectionEditor.objects.create(user=Editor.objects.get(pk=editor.pk), section=sport)
    mine, _other = factories.draft(section=sport), factories.draft()

    assert list(as_editor.get(LIST, {"mine": "sections"}).context["cl"].queryset) == [mine]


# Taking back


def _by_form(client, article):
    return client.post(change(article), {"_move": "take_back"}, follow=True)


def _by_bulk(client, article):
    return _bulk(client, "take_back", [article])


@pytest.mark.parametrize(
    ("road", "told"),
    [
        (_by_form, "استُرجع من المراجعة، وعاد مسوّدة."),
        (_by_bulk, "استُرجع مقال واحد من المراجعة."),
    ],
)
def test_a_writer_takes_back_what_nobody_has_begun_to_review(as_reporter, reporter, road, told):
    article = _in_review(reporter)

    page = road(as_reporter, article)

    article.refresh_from_db()
    last = article.transitions.first()
    assert (article.status, told_on(page)) == ("draft", [told])
    assert (last.move, last.from_state, last.to_state, last.by) == (
        "take_back",
        "in_review",
        "draft",
        reporter,
    )
    assert 'name="headline"' in as_reporter.get(change(article)).text


def test_the_form_of_who_may_only_read_has_the_button(as_reporter, reporter):
    page = as_reporter.get(change(_in_review(reporter)))

    assert re.findall(r'name="_move" value="(\w+)"', page.text) == ["take_back"]


def test_a_reviewer_who_was_not_told_yet_is_told_nothing(reporter, editor):
    User.objects.filter(pk=editor.pk).update(email="editor@example.org")
    editor.refresh_from_db()
    article = factories.draft(by=reporter)

    for _round in range(3):
        reviewing.submit(article, by=reporter, reviewer=editor)
        reviewing.take_back(article, by=reporter)

    assert not OutgoingMail.objects.exists()


def test_the_reviewer_is_told_that_it_was_taken_back(reporter, editor):
    User.objects.filter(pk=editor.pk).update(email="editor@example.org")
    editor.refresh_from_db()
    article = factories.draft(by=reporter)
    reviewing.submit(article, by=reporter, reviewer=editor)
    OutgoingMail.objects.update(state=State.SENT, sent_at=timezone.now())

    reviewing.take_back(article, by=reporter)

    _handed_over, mail = OutgoingMail.objects.order_by("pk")
    recipient, content = mail.read()
    told = content["text"].splitlines()[0]
    assert mail.subject == f"لم يعد للمراجعة: {bidi.isolate_plain(article.headline, 'rtl')}"
    assert (recipient, told) == (
        "editor@example.org",
        f"استرجع {bidi.isolate_plain(reporter.username)} مقالًا كان ينتظر مراجعتك:",
    )


def _saved_by(editor, article):
    revising.save(article, by=editor, authors=[], tags=[])


def _opened_by(editor, article):
    revising.arrive(editor, article)


@pytest.mark.parametrize("begin", [_saved_by, _opened_by])
@pytest.mark.parametrize("road", [_by_form, _by_bulk])
def test_what_somebody_has_begun_to_review_is_not_taken_back(as_reporter, reporter, editor, begin, road):
    article = _in_review(reporter)
    begin(editor, article)
    article.refresh_from_db()

    page = road(as_reporter, article)

    article.refresh_from_db()
    (told,) = told_on(page)
    assert article.status == "in_review"
    assert "بدأت مراجعته. اطلب من المراجع أن يعيده إليك." in told


def test_what_an_editor_saved_before_it_was_submitted_again_holds_nothing_up(reporter, editor):
    article = _in_review(reporter)
    _saved_by(editor, article)
    publishing.move(article, "return", by=editor, note=REASON)
    publishing.move(article, "submit", by=reporter)

    reviewing.take_back(article, by=reporter)

    assert Article.objects.get().status == "draft"


@pytest.mark.parametrize("count", [1, 3])
def test_what_can_be_taken_back_is_asked_in_one_query(reporter, django_assert_num_queries, count):
    articles = [_in_review(reporter) for _number in range(count)]

    with django_assert_num_queries(1):
        able, _unable = bulk.prospects(articles, "take_back", by=reporter)

    assert len(able) == count


# Notes


def test_a_note_is_kept_beside_the_text(as_editor, editor):
    article = factories.draft()

    answer = as_editor.post(f"{LIST}{article.pk}/notes/", {"desk_note": SECRET, "fragment": 1})

    stored = Article.objects.get()
    assert list(DeskNote.objects.values_list("article", "by", "text")) == [(article.pk, editor.pk, SECRET)]
    assert SECRET in answer.text
    assert (stored.version, stored.modified_at) == (article.version, article.modified_at)


@pytest.mark.parametrize(
    ("note", "status"), [("", 422), (" \n ", 422), ("أ" * 2_001, 422), ("أ" * 2_000, 200)]
)
def test_a_note_says_something_and_not_too_much(as_editor, note, status):
    article = factories.draft()

    answer = as_editor.post(f"{LIST}{article.pk}/notes/", {"desk_note": note, "fragment": 1})

    assert (answer.status_code, DeskNote.objects.count()) == (status, int(status == 200))


@pytest.mark.parametrize("place", ["notes", "reviewer"])
def test_without_scripts_what_was_typed_comes_back_unsaved(as_editor, editor, place):
    article = factories.draft()
    typed = payload(article, headline="عنوان لم يُحفظ عن C++", desk_note=SECRET, reviewer=editor.pk)

    page = as_editor.post(f"{LIST}{article.pk}/{place}/", typed, follow=True)

    form = page.context["adminform"].form
    assert form["headline"].value() == "عنوان لم يُحفظ عن C++"
    assert (form["section"].value(), form["bylines"].value()) == (
        str(article.section_id),
        [str(byline.author_id) for byline in article.bylines.all()],
    )
    assert Article.objects.get().headline == article.headline


@pytest.mark.parametrize("place", ["notes", "reviewer"])
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"opened_version": "99999999999"}, (None, "عنوان", [])),
        ({"headline": "عنو\0ان"}, (1, "عنوان", [])),
        ({"tags": ["7\0"]}, (1, "عنوان", [["7", ""]])),
    ],
    ids=["version", "text", "choice"],
)
def test_what_no_column_holds_is_left_out_of_what_was_typed(as_editor, editor, place, typed, kept):
    article = factories.draft()
    sent = payload(article, headline="عنوان", desk_note=SECRET, reviewer=editor.pk) | typed

    as_editor.post(f"{LIST}{article.pk}/{place}/", sent)

    draft = Draft.objects.get()
    assert (draft.based_on_version, draft.values["headline"], draft.values["tags"]) == kept


def test_without_scripts_a_note_alone_leaves_no_draft(as_editor):
    article = factories.draft()

    as_editor.post(f"{LIST}{article.pk}/notes/", payload(article, desk_note=SECRET))

    assert (DeskNote.objects.count(), Draft.objects.count()) == (1, 0)


def test_a_note_that_was_not_added_yet_goes_along_with_a_save(as_editor):
    article = factories.draft()

    as_editor.post(change(article), payload(article, headline="عنوان جديد", desk_note=SECRET))

    assert (DeskNote.objects.get().text, Article.objects.get().headline) == (SECRET, "عنوان جديد")


def test_a_writer_neither_reads_nor_writes_notes(as_reporter, reporter, editor):
    article = factories.draft(by=reporter)
    reviewing.add_note(article, SECRET, by=editor)

    page = as_reporter.get(change(article)).text
    answer = as_reporter.post(f"{LIST}{article.pk}/notes/", {"desk_note": "أنا أيضًا"})

    assert ("desk_note" in page, "ولا يُنشر" in page) == (False, False)
    assert (answer.status_code, DeskNote.objects.count()) == (403, 1)
    assert Transition.attempts.get(is_denied=True).move == "note"


def test_no_page_for_readers_knows_a_note_or_a_reviewer(client, editor):
    article = factories.published()
    User.objects.filter(pk=editor.pk).update(first_name="Reviewer", last_name="Known")
    Article.objects.update(reviewer=editor)
    reviewing.add_note(article, SECRET, by=editor)
    sitemap = client.get("/sitemap.xml").text
    places = re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", sitemap)
    places += [
        place
        for found in places
        for place in re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", client.get(found).text)
    ]
    places += ["/", "/feed/", article.get_absolute_url()]

    texts = [client.get(place).text for place in dict.fromkeys(places)]

    assert any(article.headline in text for text in texts)
    assert [text for text in texts if "ولا يُنشر" in text or "Known" in text] == []


def test_the_form_costs_the_same_for_any_number_of_notes(as_editor, editor, django_assert_max_num_queries):
    article = _in_review(editor)
    reviewing.assign(article, editor, by=editor)
    DeskNote.objects.bulk_create(DeskNote(article=article, by=editor, text=SECRET) for _number in range(30))

    with django_assert_max_num_queries(20):
        as_editor.get(change(article))


# Many at once


def test_one_that_fails_does_not_hold_up_the_others_and_is_named(as_editor, editor):
    bare = factories.image(alt="بلا نسبة")
    Image.objects.filter(pk=bare.pk).update(credit="")
    fine, lacking, changed = factories.draft(), factories.draft(hero=bare), factories.draft()
    stale = Article.objects.get(pk=changed.pk)
    publishing.save(changed, by=editor)

    page = _bulk(as_editor, "publish", [fine, lacking, stale])

    done, _lacking, failed = page.context["messages"]
    states = dict(Article.objects.values_list("pk", "status"))
    assert states == {fine.pk: "published", lacking.pk: "draft", changed.pk: "draft"}
    assert str(done) == "نُشر مقال واحد."
    assert str(failed).startswith("تعذّر ذلك في مقالين:")
    assert [reason for _article, reason in _named(failed)] == [
        "تحتاج هذه الصورة إلى ذكر مصدرها قبل النشر: «بلا نسبة».",
        "حفظ شخص آخر هذا المقال في هذه الأثناء.",
    ]
    assert [headline for headline, _reason in _named(failed)] == [lacking.headline, stale.headline]
    assert list(Transition.objects.values_list("article", "move", "by")) == [(fine.pk, "publish", editor.pk)]


def test_the_page_before_names_what_can_be_done_and_what_cannot(as_editor):
    bare = factories.image()
    Image.objects.filter(pk=bare.pk).update(credit="")
    fine, lacking, public = factories.draft(), factories.draft(hero=bare), factories.published()

    page = as_editor.post(LIST, {"action": "publish", "_selected_action": [fine.pk, lacking.pk, public.pk]})

    assert page.context["able"] == [(fine, "بلا صورة رئيسية")]
    assert dict(page.context["unable"]) == {
        lacking: "فيه صورة لم يُذكر مصدرها.",
        public: "حالته «منشور».",
    }
    assert Article.objects.filter(status="draft").count() == 2


def test_many_are_returned_with_a_reason_and_not_without(as_editor, reporter):
    articles = [_in_review(reporter) for _number in range(3)]

    refused = _bulk(as_editor, "return", articles)
    page = _bulk(as_editor, "return", articles, note=REASON)

    assert (refused.status_code, refused.context["form"].errors) == (
        422,
        {"note": ["اكتب للكاتب سبب إعادة المقال."]},
    )
    assert told_on(page) == ["أُعيدت 3 مقالات إلى كتّابها."]
    assert list(Transition.objects.filter(move="return").values_list("note", flat=True)) == [REASON] * 3


@pytest.mark.parametrize("selected", ["x", "1 OR 1=1", "\u0665"])
def test_what_is_no_number_is_no_article(as_editor, selected):
    answer = as_editor.post(LIST, {"action": "publish", "_selected_action": [selected]})

    assert answer.status_code == 400


def test_many_get_a_reviewer(as_editor, editor, reporter):
    articles = [_in_review(reporter), _in_review(reporter)]

    page = _bulk(as_editor, "assign", articles, reviewer=editor.pk)

    assert told_on(page) == ["حُدّد المراجع لمقالين."]
    assert set(Article.objects.values_list("reviewer", flat=True)) == {editor.pk}


def test_of_many_those_in_other_sections_are_denied_and_the_others_done(as_editor, editor):
    sport = factories.section("رياضة")
    SectionEditor.objects.create(user=Editor.objects.get(pk=editor.pk), section=sport)
    mine, other = factories.draft(section=sport), factories.draft()

    page = _bulk(as_editor, "archive", [mine, other])

    assert dict(Article.objects.values_list("pk", "status")) == {mine.pk: "archived", other.pk: "draft"}
    assert told_on(page)[0] == "أُرشف مقال واحد."
    assert list(Transition.attempts.filter(is_denied=True).values_list("article", "move")) == [
        (other.pk, "archive")
    ]


def test_of_many_a_reporter_is_told_the_names_of_their_own_and_the_count_of_the_others(as_reporter, reporter):
    bare = factories.image()
    Image.objects.filter(pk=bare.pk).update(credit="")
    own, submitted = factories.draft(by=reporter), _in_review(reporter, headline="عنوان المراسل")
    others = [factories.draft(headline=f"خبر سرّيّ {number}") for number in range(3)]

    page = _bulk(as_reporter, "submit", [own, submitted, *others])

    done, failed, denied = page.context["messages"]
    assert str(done) == "أُرسل مقال واحد للمراجعة."
    assert [headline for headline, _reason in _named(failed)] == ["عنوان المراسل"]
    assert str(failed).startswith("تعذّر ذلك في مقال واحد:")
    assert str(denied) == "اخترت 3 مقالات أخرى ليس لك أن تفعل ذلك بها."
    assert "سرّيّ" not in page.text


def test_the_list_comes_back_as_it_was_filtered(as_editor):
    page = _bulk(as_editor, "archive", [factories.draft()], filters="state=draft&p=2&evil=//example.org")

    assert page.redirect_chain == [
        (f"{LIST}?state=draft&p=2&evil=%2F%2Fexample.org", 302),
        *page.redirect_chain[1:],
    ]


@pytest.mark.parametrize("count", [2, 12])
def test_the_page_before_costs_the_same_for_any_number(as_editor, django_assert_num_queries, count):
    numbers = [factories.draft().pk for _number in range(count)]

    # Session, account, two of rights; the list itself, the articles, their pictures, what they lack, sections of the
    # editor.
    with django_assert_num_queries(10):
        page = as_editor.post(LIST, {"action": "publish", "_selected_action": numbers})

    assert len(page.context["able"]) == count


def test_a_form_that_was_opened_before_a_reviewer_was_chosen_saves_its_text(as_editor, editor):
    article = _in_review(editor)
    opened = payload(article, summary="ملخّص جديد عن C++.", reviewer="", opened_reviewer="")
    reviewing.assign(article, editor, by=editor)

    as_editor.post(change(article), opened)

    stored = Article.objects.get()
    assert (stored.summary, stored.reviewer) == ("ملخّص جديد عن C++.", editor)


def test_a_note_goes_along_with_a_text_that_came_too_late(as_editor, editor):
    article = factories.draft()
    late = payload(article, headline="عنواني أنا", desk_note=SECRET)
    article.headline = "عنوان زميل"
    revising.save(article, by=editor, authors=list(article.authors.all()), tags=[])

    as_editor.post(change(article), late)

    assert [note.text for note in DeskNote.objects.all()] == [SECRET]


def test_a_note_comes_back_with_a_form_that_is_wrong(as_editor):
    article = factories.draft()

    page = as_editor.post(change(article), payload(article, headline="", desk_note=SECRET))

    assert page.context["note_typed"] == SECRET
