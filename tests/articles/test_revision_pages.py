"""The pages of revisions on the desk, the form of a published article, and two who save at once, over HTTP."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import publishing, revising
from articles.models import Article, Draft, Revision
from tests import factories
from tests.article_form import change, payload

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LIST = "/admin/articles/article/"


def address(name, article, *numbers):
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *numbers])


def told(page):
    return [str(message) for message in page.context["messages"]]


def _edit(article, **fields):
    edited = Article.objects.get(pk=article.pk)
    for name, value in fields.items():
        setattr(edited, name, value)
    revising.save(edited, by=None, authors=[byline.author for byline in edited.bylines.all()], tags=[])
    return edited


# The form of what is published


def test_saving_a_published_article_tells_that_readers_do_not_see_it_yet(as_editor, client):
    article = factories.published()

    page = as_editor.post(change(article), payload(article, headline="عنوان جديد"), follow=True)

    assert told(page)[-1] == "يرى القرّاء التغييرات حين تنشرها."
    assert "عنوان جديد" not in client.get(article.get_absolute_url()).text


def test_the_form_opens_with_the_changes_and_says_so(as_editor):
    writer, tag = factories.author("سامر Haddad"), factories.tag()
    article = factories.published()
    as_editor.post(
        change(article), payload(article, headline="عنوان جديد", bylines=[writer.pk], tags=[tag.pk])
    )

    page = as_editor.get(change(article))

    form = page.context["adminform"].form
    assert [form[name].value() for name in ("headline", "bylines", "tags")] == [
        "عنوان جديد",
        [writer.pk],
        [tag.pk],
    ]
    assert page.text.count("فيه تغييرات لم تُنشر") == 1


@pytest.mark.parametrize("is_minor", [False, True], ids=["change", "minor"])
def test_the_button_publishes_what_stands_in_the_form(as_editor, client, is_minor):
    article = factories.published(at=timezone.now() - timedelta(days=1))
    form = payload(article, headline="عنوان جديد", _move="publish_changes")

    page = as_editor.post(change(article), form | ({"is_minor": "on"} if is_minor else {}), follow=True)

    article.refresh_from_db()
    assert told(page) == ["نُشرت التغييرات.", "نُشر بلا صورة رئيسية."]
    assert (article.headline, article.working_copy, article.was_modified) == (
        "عنوان جديد",
        None,
        not is_minor,
    )
    assert article.revisions.count() == 2


def test_the_list_says_which_articles_have_changes_and_finds_them(as_editor):
    factories.published()
    article = factories.published()
    _edit(article, headline="عنوان جديد")

    page = as_editor.get(LIST)

    assert page.text.count('<span class="state-changes">فيه تغييرات لم تُنشر</span>') == 1
    assert list(as_editor.get(LIST, {"state": "changed"}).context["cl"].queryset) == [article]


def test_changes_are_discarded_by_a_button(as_editor):
    article = factories.published()
    version = _edit(article, headline="عنوان جديد").version

    page = as_editor.post(address("discard_changes", article), {"opened_version": version}, follow=True)

    assert told(page) == ["أُهملت التغييرات، وهي باقية بين المراجعات."]
    assert page.context["adminform"].form["headline"].value() == article.headline


def test_the_preview_shows_the_changes(as_editor):
    article = factories.published()
    _edit(article, body="<p>لغة C++</p>", headline="عنوان جديد")

    page = as_editor.get(reverse("admin:articles_article_preview", args=[article.pk])).text

    assert '<div class="story__body"><p>لغة <bdi dir="ltr">C++</bdi></p></div>' in page
    assert '<h1 class="story__headline">عنوان جديد</h1>' in page
    assert f'rel="author">{factories.author().name}' in page or factories.author().name in page


# Revisions


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_revisions_costs_the_same_for_any_number(as_editor, django_assert_num_queries, count):
    article = factories.draft()
    for number in range(count - 1):
        _edit(article, summary=f"ملخّص {number}")

    with django_assert_num_queries(9):
        page = as_editor.get(address("revisions", article))

    assert len(page.context["page"]) == count


def test_revisions_are_shown_by_the_page(as_editor):
    article = factories.draft()
    revision = article.revisions.get()
    Revision.objects.bulk_create(
        Revision(article=article, content=revision.content, base_version=number) for number in range(1, 30)
    )

    pages = [as_editor.get(address("revisions", article), {"page": page}).context["page"] for page in (1, 2)]

    assert [len(page) for page in pages] == [25, 5]


def test_two_revisions_are_compared_word_by_word(as_editor):
    article = factories.draft(body="<p>أطلقت OpenAI نموذجًا</p>")
    old = article.revisions.get()
    _edit(article, body="<p>أطلقت Google نموذجًا</p>")
    new = article.revisions.first()

    page = as_editor.get(address("compare", article), {"old": new.pk, "new": old.pk}).text

    assert re.search(r'<div class="diff" dir="rtl">(.*?)</div>', page)[1] == (
        '<p><bdi dir="rtl">أطلقت</bdi> '
        '<del><span class="visually-hidden">حُذف: </span><bdi dir="rtl">OpenAI</bdi></del> '
        '<ins><span class="visually-hidden">أُضيف: </span><bdi dir="rtl">Google</bdi></ins> '
        '<bdi dir="rtl">نموذجًا</bdi></p>'
    )


def test_markup_that_changed_alone_is_told(as_editor):
    article = factories.draft(body="<p>أطلقت OpenAI نموذجًا</p>")
    _edit(article, body="<p>أطلقت <strong>OpenAI</strong> نموذجًا</p>")
    new, old = article.revisions.all()

    page = as_editor.get(address("compare", article), {"old": old.pk, "new": new.pk}).text

    assert page.count("الكلمات نفسها، وتغيّر تنسيقها وحده.") == 1


def test_what_was_written_is_shown_as_text_wherever_it_is_compared(as_editor):
    article = factories.draft(headline="<script>alert(1)</script>")
    _edit(article, headline="<b onclick=alert(1)>", summary="<img src=x onerror=alert(1)>")
    new, old = article.revisions.all()
    pages = [
        as_editor.get(address("compare", article), {"old": old.pk, "new": new.pk}).text,
        as_editor.get(address("revision", article, new.pk)).text,
    ]

    assert [re.findall(r"<script>alert|<b onclick|<img src=x", page) for page in pages] == [[], []]


def test_a_revision_is_given_a_name_and_restored(as_editor, editor):
    article = factories.draft(headline="الأول")
    first = article.revisions.get()
    version = _edit(article, headline="الثاني").version

    as_editor.post(address("name_revision", article, first.pk), {"name": "قبل المراجعة القانونية"})
    page = as_editor.post(address("restore_revision", article, first.pk), {"version": version}, follow=True)

    first.refresh_from_db()
    assert (first.name, told(page)) == (
        "قبل المراجعة القانونية",
        ["صار للنسخة اسم.", "استُعيدت نسخة سابقة."],
    )
    assert Article.objects.get().headline == "الأول"


def test_restoring_what_is_published_tells_that_readers_do_not_see_it_yet(as_editor):
    article = factories.published(headline="الأول")
    first = article.revisions.get()
    _edit(article, headline="الثاني")
    version = _edit(article, headline="الثالث").version
    _third, second, _first = article.revisions.all()

    pages = []
    for revision in (second, second, first):
        sent = {"version": Article.objects.get().version if pages else version}
        pages.append(as_editor.post(address("restore_revision", article, revision.pk), sent, follow=True))

    assert list(map(told, pages)) == [
        ["استُعيدت نسخة سابقة.", "يرى القرّاء التغييرات حين تنشرها."],
        ["هذا هو نصّ المقال الآن."],
        ["استُعيدت نسخة سابقة."],
    ]
    assert (Article.objects.get().working_copy_id, article.revisions.count()) == (None, 5)


def test_a_revision_is_not_restored_over_what_was_not_seen(as_editor):
    article = factories.draft(headline="الأول")
    first = article.revisions.get()
    _edit(article, headline="الثاني")

    as_editor.post(address("restore_revision", article, first.pk), {"version": 1})

    assert Article.objects.get().headline == "الثاني"


PAGES = [
    "revisions",
    "compare",
    "revision",
    "name_revision",
    "restore_revision",
    "conflict",
    "discard_changes",
]


@pytest.mark.parametrize("name", PAGES)
def test_a_reporter_is_not_told_of_the_revisions_of_others(as_reporter, name):
    article = factories.draft(by=factories.staff(factories.REPORTERS))
    revision = article.revisions.get()
    numbers = [] if name in {"revisions", "compare", "discard_changes"} else [revision.pk]
    query = f"?old={revision.pk}&new={revision.pk}" if name == "compare" else ""
    method = (
        as_reporter.post
        if name in {"name_revision", "restore_revision", "discard_changes"}
        else as_reporter.get
    )

    # Whether there is one, an answer to what is sent does not say either.
    status = 403 if method == as_reporter.post else 404
    assert method(address(name, article, *numbers) + query).status_code == status


def test_the_revision_of_another_article_is_none_of_this_one(as_editor):
    own, other = factories.draft(), factories.draft()

    assert as_editor.get(address("revision", own, other.revisions.get().pk)).status_code == 404


def test_a_reporter_reads_the_revisions_of_their_own_and_restores_none_of_what_left_their_hands(
    as_reporter, reporter
):
    article = publishing.move(factories.draft(by=reporter), "submit", by=reporter)
    revision = article.revisions.get()

    assert [
        as_reporter.get(address("revision", article, revision.pk)).status_code,
        as_reporter.post(address("restore_revision", article, revision.pk), {"version": 2}).status_code,
    ] == [200, 403]


# Two people at once


def test_a_text_that_comes_too_late_is_kept_and_its_writer_led_to_choose(as_editor, editor):
    article = factories.draft(summary="الأصل")
    key = str(uuid4())
    stale = payload(article, headline="عنواني أنا", summary="ملخّصي", change_note="سبب", draft_key=key)
    _edit(article, headline="عنوان زميلي")
    revising.keep_draft(editor, article, {"headline": "عنواني أنا"}, key=key)

    page = as_editor.post(change(article), stale, follow=True)

    late = Revision.objects.left_over(editor).get()
    assert page.redirect_chain == [(address("conflict", article, late.pk), 302)]
    assert (late.content["headline"], late.base_version, late.note) == ("عنواني أنا", 1, "سبب")
    assert {choice["name"]: choice["chosen"] for choice in page.context["choices"]} == {
        "headline": None,
        "summary": "mine",
    }
    assert (Article.objects.get().headline, Draft.objects.unsaved().exists()) == ("عنوان زميلي", False)


def _conflict(as_editor, editor, article):
    stale = payload(article, headline="عنواني أنا", summary="ملخّصي")
    version = _edit(article, headline="عنوان زميلي").version
    as_editor.post(change(article), stale)
    return address("conflict", article, Revision.objects.left_over(editor).get().pk), version


@pytest.mark.parametrize(
    ("chosen", "saved"),
    [
        ({"headline": "theirs", "summary": "mine"}, ("عنوان زميلي", "ملخّصي")),
        ({"headline": "mine", "summary": "theirs"}, ("عنواني أنا", "الأصل")),
        ({"headline": "theirs", "summary": "theirs"}, ("عنوان زميلي", "الأصل")),
    ],
    ids=["one of each", "the other way", "all theirs"],
)
@pytest.mark.parametrize("is_published", [False, True], ids=["draft", "published"])
def test_what_was_chosen_of_two_texts_is_saved(as_editor, editor, chosen, saved, is_published):
    article = (factories.published if is_published else factories.draft)(summary="الأصل")
    page, version = _conflict(as_editor, editor, article)

    as_editor.post(page, {f"take-{name}": value for name, value in chosen.items()} | {"version": version})

    content = revising.current(article)
    assert (content["headline"], content["summary"]) == saved
    assert not Revision.objects.left_over(editor).exists()


@pytest.mark.parametrize("make", [factories.draft, factories.published], ids=["draft", "published"])
def test_the_address_and_the_hour_of_withdrawal_are_taken_where_they_were_chosen(as_editor, editor, make):
    article = make()
    stale = payload(article, slug="عنوان-لي", withdraw_at="2099-01-01T10:00")
    version = _edit(article, summary="زميلي").version
    page = as_editor.post(change(article), stale)["Location"]

    chosen = {"take-slug": "mine", "take-withdraw_at": "mine", "take-summary": "theirs"}
    as_editor.post(page, chosen | {"version": version})

    now = revising.current(article)
    withdraw_at = datetime.fromisoformat(now["withdraw_at"])
    assert (now["slug"], now["summary"], f"{timezone.localtime(withdraw_at):%F %H:%M}") == (
        "عنوان-لي",
        "زميلي",
        "2099-01-01 10:00",
    )


def test_a_chosen_address_that_another_article_has_taken_since_is_told_as_it_became(as_editor):
    article = factories.draft()
    stale = payload(article, slug="عنوان-محجوز")
    version = _edit(article, summary="زميلي").version
    page = as_editor.post(change(article), stale)["Location"]
    factories.draft(slug="عنوان-محجوز")

    chosen = {"take-slug": "mine", "take-summary": "theirs", "version": version}
    answer = as_editor.post(page, chosen, follow=True)

    article.refresh_from_db()
    assert article.slug != "عنوان-محجوز"
    assert told(answer)[-1] == f"صار العنوان على الشبكة «{article.slug}»."


def test_an_hour_of_withdrawal_that_the_publication_overtook_is_refused_in_words(as_editor, editor):
    article = factories.draft()
    stale = payload(article, withdraw_at="2099-01-01T10:00")
    _edit(article, summary="زميلي")
    page = as_editor.post(change(article), stale)["Location"]
    at = timezone.now().replace(year=2099, month=2, day=1)
    version = publishing.move(Article.objects.get(), "publish", by=None, at=at).version

    chosen = {"take-withdraw_at": "mine", "take-summary": "theirs", "version": version}
    answer = as_editor.post(page, chosen, follow=True)

    assert (answer.redirect_chain, told(answer)[-1]) == (
        [(page, 302)],
        "يجب أن يكون موعد السحب بعد موعد النشر.",
    )
    assert Revision.objects.left_over(editor).count() == 1


@pytest.mark.parametrize(
    ("answer", "status"), [({}, 422), ({"take-headline": "mine", "take-summary": "mine", "version": 1}, 302)],
    ids=["nothing chosen", "saved once more"],
)  # fmt: skip
def test_a_choice_that_does_not_hold_changes_nothing(as_editor, editor, answer, status):
    article = factories.draft(summary="الأصل")
    page, _version = _conflict(as_editor, editor, article)

    response = as_editor.post(page, answer)

    assert (response.status_code, Article.objects.get().headline) == (status, "عنوان زميلي")
    assert Revision.objects.left_over(editor).count() == 1


@pytest.mark.parametrize("version", ["-1", "99999999999", "9" * 40])
def test_a_version_that_no_form_was_given_keeps_the_text_in_the_form(as_editor, version):
    article = factories.draft()
    _edit(article, summary="زميلي")

    page = as_editor.post(change(article), payload(article, headline="عنواني", opened_version=version))

    form = page.context["adminform"].form
    assert (list(form.errors), form["headline"].value()) == (["opened_version", "__all__"], "عنواني")


def _withdraw_in_a_conflict(as_editor, article):
    typed = payload(article, summary="ملخّصي", _move="withdraw", note="رقم GPT-4 خطأ")
    version = _edit(article, headline="عنوان زميلي").version
    return as_editor.post(change(article), typed, follow=True), {
        "take-headline": "theirs", "take-summary": "mine", "version": version,
    }  # fmt: skip


def test_a_move_whose_form_came_too_late_is_said_not_to_have_been_made(as_editor):
    article = factories.published()

    page, _answer = _withdraw_in_a_conflict(as_editor, article)

    article.refresh_from_db()
    assert article.status == "published"
    assert page.text.count("لم يُنفَّذ «سحب إلى المسوّدات»: ما زالت حالة المقال «منشور».") == 1
    assert re.findall(r'name="_move" value="(\w+)"', page.text) == ["withdraw"]


@pytest.mark.parametrize("is_pressed", [True, False], ids=["pressed", "left"])
def test_a_move_whose_form_came_too_late_is_made_after_the_choice(as_editor, is_pressed):
    article = factories.published()
    page, answer = _withdraw_in_a_conflict(as_editor, article)

    answer |= {"_move": "withdraw"} if is_pressed else {}
    after = as_editor.post(page.request["PATH_INFO"], answer, follow=True)

    article.refresh_from_db()
    content = revising.current(article)
    assert (content["headline"], content["summary"]) == ("عنوان زميلي", "ملخّصي")
    made = article.transitions.filter(move="withdraw").values_list("note", flat=True)
    assert (article.status, list(made)) == (("draft", ["رقم GPT-4 خطأ"]) if is_pressed else ("published", []))
    assert ("يرى القرّاء التغييرات حين تنشرها." in told(after)) is not is_pressed


@pytest.mark.parametrize("is_past", [False, True], ids=["to come", "past"])
def test_a_move_whose_hour_has_passed_is_not_offered(as_editor, editor, is_past):
    article = factories.draft()
    at = timezone.now() + timedelta(hours=-1 if is_past else 1)
    late = revising.keep_unapplied(
        Article.objects.get(), by=editor, base_version=1, authors=[], tags=[],
        pressed={"name": "publish", "at": at.isoformat(), "note": "", "is_minor": False},
    )  # fmt: skip
    _edit(article, headline="عنوان زميلي")

    page = as_editor.get(address("conflict", article, late.pk))

    assert re.findall(r'name="_move" value="(\w+)"', page.text) == ([] if is_past else ["publish"])


def test_what_came_too_late_is_read_once_the_article_left_ones_hands(as_reporter, reporter):
    article = factories.draft(by=reporter)
    late = revising.keep_unapplied(Article.objects.get(), by=reporter, base_version=1, authors=[], tags=[])
    publishing.move(article, "submit", by=reporter)

    page = as_reporter.get(change(article)).text

    assert [page.count(address(name, article, late.pk)) for name in ("revision", "conflict")] == [1, 0]


def test_only_its_writer_chooses_from_what_came_too_late(as_editor, editor, client):
    article = factories.draft(summary="الأصل")
    page, version = _conflict(as_editor, editor, article)
    client.force_login(factories.staff(factories.EDITORS))

    answer = {"take-headline": "mine", "take-summary": "mine", "version": version}

    assert [client.get(page).status_code, client.post(page, answer).status_code] == [404, 404]


def test_what_was_saved_is_not_chosen_from(as_editor, editor):
    article = factories.draft(by=editor)

    assert as_editor.get(address("conflict", article, article.revisions.get().pk)).status_code == 404


def test_the_form_offers_what_came_too_late(as_editor, editor):
    article = factories.draft(summary="الأصل")
    page, _version = _conflict(as_editor, editor, article)

    assert as_editor.get(change(article)).text.count(page) == 1


def test_a_move_that_another_made_meanwhile_is_no_conflict(as_editor, editor):
    article = factories.draft()
    stale = payload(article, headline="عنواني أنا")
    publishing.move(article, "publish", by=editor)

    as_editor.post(change(article), stale)

    article.refresh_from_db()
    assert (article.status, article.working_copy.content["headline"]) == ("published", "عنواني أنا")


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_costs_the_same_for_any_number_of_revisions(
    as_editor, editor, django_assert_num_queries, count
):
    article = factories.published()
    for number in range(count):
        _edit(article, summary=f"ملخّص {number}")
        revising.arrive(factories.staff(factories.EDITORS), article)
        late = Article.objects.get()
        revising.keep_unapplied(late, by=editor, base_version=1, authors=[], tags=[])

    with django_assert_num_queries(18):
        as_editor.get(change(article))
