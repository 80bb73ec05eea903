"""The moves of an article over HTTP: by button, at an hour, and what is told of them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from articles import publishing
from articles.models import Article
from tests import factories
from tests.article_form import ADD, change, payload, told_on

pytestmark = pytest.mark.django_db


def _scheduled():
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1))
    return factories.published(at=tomorrow.replace(hour=7, minute=30, second=12))


def _hour(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("move", "status"), [("submit", "in_review"), ("publish", "published"), ("archive", "archived")]
)
def test_a_button_saves_and_moves(as_editor, move, status):
    article = factories.draft()

    as_editor.post(change(article), payload(article, headline="عنوان جديد", _move=move))

    article.refresh_from_db()
    assert (article.status, article.headline) == (status, "عنوان جديد")


def test_publishing_with_an_hour_schedules_it_in_the_newsrooms_time(as_editor, settings):
    settings.TIME_ZONE = "Asia/Riyadh"

    as_editor.post(ADD, payload(_move="publish", publish_at="2099-05-06T07:08"))

    article = Article.objects.get()
    assert (article.is_scheduled, article.published_at.isoformat()) == (True, "2099-05-06T04:08:00+00:00")


def test_an_hour_that_has_passed_is_refused(as_editor):
    page = as_editor.post(ADD, payload(_move="publish", publish_at="2020-05-06T07:08"))

    assert list(page.context["adminform"].form.errors) == ["publish_at"]
    assert Article.objects.count() == 0


@pytest.mark.parametrize("field", ["publish_at", "note"])
def test_what_goes_with_a_move_is_not_dropped_without_it(as_editor, field):
    page = as_editor.post(ADD, payload(**{field: "2099-05-06T07:08"}))

    assert list(page.context["adminform"].form.errors) == [field]


def test_a_return_carries_its_note(as_editor, reporter):
    article = publishing.move(factories.draft(by=reporter), "submit", by=reporter)

    as_editor.post(change(article), payload(article, _move="return", note="راجع رقم GPT-4."))

    assert article.transitions.first().note == "راجع رقم GPT-4."


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        pytest.param("OpenAI C++", '<p class="note-text" lang="" dir="ltr">OpenAI C++</p>', id="English"),
        pytest.param(
            "OpenAI: راجع C++ هنا",
            '<p class="note-text">OpenAI: راجع <bdi dir="ltr">C++</bdi> هنا</p>',
            id="Latin name first",
        ),
    ],
)
def test_a_note_runs_as_its_letters(as_editor, reporter, note, shown):
    article = factories.draft(by=reporter)
    publishing.move(article, "submit", by=reporter)
    publishing.move(article, "return", by=None, note=note)

    assert shown in as_editor.get(change(article)).text


def test_an_article_without_a_body_is_saved_and_not_published(as_editor):
    page = as_editor.post(ADD, payload(body="", _move="publish"), follow=True)

    assert Article.objects.get().status == "draft"
    assert [message.level_tag for message in page.context["messages"]] == ["error"]


@pytest.mark.parametrize("move", ["publish", "archive", "restore", "return", "withdraw"])
def test_a_reporter_who_forges_a_move_is_refused_and_nothing_is_saved(as_reporter, reporter, move):
    article = factories.draft(by=reporter)

    response = as_reporter.post(change(article), payload(article, headline="مزوّر", _move=move))

    stored = Article.objects.get()
    assert (response.status_code, stored.status, stored.headline) == (403, "draft", article.headline)


def test_the_buttons_are_those_that_the_account_may_press(as_reporter, reporter):
    page = as_reporter.get(change(factories.draft(by=reporter))).content.decode()

    assert re.findall(r'name="_move" value="(\w+)"', page) == ["submit"]


def test_the_first_button_of_the_form_does_not_publish(as_editor):
    page = as_editor.get(change(factories.draft())).content.decode()

    form = page[page.index('id="article_form"') :]
    assert re.search(r'type="submit"[^>]*name="(\w+)"', form).group(1) == "_continue"


def test_the_form_of_a_scheduled_article_shows_its_hour(as_editor):
    article = _scheduled()

    page = as_editor.get(change(article)).content.decode()

    assert re.search(r'name="publish_at" value="([^"]*)"', page)[1] == _hour(article.published_at)


def test_the_hour_of_a_scheduled_article_can_be_changed(as_editor):
    article = _scheduled()

    page = as_editor.post(
        change(article), payload(article, _move="reschedule", publish_at="2099-05-06T07:08"), follow=True
    )

    article.refresh_from_db()
    assert (_hour(article.published_at), told_on(page)) == ("2099-05-06T07:08", ["جُدول النشر."])


@pytest.mark.parametrize(
    ("hour", "told"),
    [
        ("", "اختر الموعد الجديد. وللنشر فورًا اضغط «نشر الآن»."),
        ("2020-05-06T07:08", "فات هذا الموعد. اختر موعدًا لاحقًا، أو اضغط «نشر الآن»."),
    ],
    ids=["none", "passed"],
)
def test_a_scheduled_article_that_is_moved_to_no_hour_stays_and_nothing_is_lost(as_editor, hour, told):
    article = _scheduled()

    page = as_editor.post(
        change(article), payload(article, headline="عنوان جديد", _move="reschedule", publish_at=hour)
    )

    form, stored = page.context["adminform"].form, Article.objects.get()
    assert form.errors == {"publish_at": [told]}
    # Above the form, with a link, and at its field.
    assert page.text.count(told) == 2
    assert (form["headline"].value(), form["publish_at"].value()) == ("عنوان جديد", hour)
    assert (stored.headline, stored.published_at) == (article.headline, article.published_at)


@pytest.mark.parametrize("hour", [None, ""], ids=["as it was", "emptied"])
def test_a_scheduled_article_is_published_at_once_by_a_button_of_its_own(as_editor, hour):
    article = _scheduled()

    page = as_editor.post(
        change(article),
        payload(
            article, _move="publish_now", publish_at=_hour(article.published_at) if hour is None else hour
        ),
        follow=True,
    )

    assert (Article.objects.get().is_public, told_on(page)) == (
        True,
        ["نُشر المقال.", "نُشر بلا صورة رئيسية."],
    )


def test_an_hour_that_came_while_the_form_was_open_is_told(as_editor):
    article = factories.published()

    page = as_editor.post(change(article), payload(article, _move="reschedule", publish_at=""), follow=True)

    assert told_on(page) == ["حُفظ النصّ، لكن: لا يمكن ذلك الآن: حالة المقال «منشور»."]


@pytest.mark.parametrize(
    ("article", "says_at_once"), [(factories.draft, True), (_scheduled, False)], ids=["draft", "scheduled"]
)
def test_an_empty_hour_means_at_once_before_there_is_one(as_editor, article, says_at_once):
    page = as_editor.get(change(article())).text

    assert ("إن تُركت الخانة فارغة نُشر المقال فورًا." in page) is says_at_once


def test_a_scheduled_article_is_saved_with_the_hour_that_it_has(as_editor):
    article = _scheduled()

    as_editor.post(
        change(article), payload(article, headline="عنوان جديد", publish_at=_hour(article.published_at))
    )

    stored = Article.objects.get()
    written = stored.working_copy.content["headline"]
    assert (written, stored.published_at) == ("عنوان جديد", article.published_at)


def test_another_hour_is_not_dropped_by_a_mere_save(as_editor):
    article = _scheduled()

    page = as_editor.post(change(article), payload(article, publish_at="2099-05-06T07:08"))

    assert page.context["adminform"].form.errors == {
        "publish_at": ["للجدولة اضغط الزرّ الذي تحت الموعد، وإلّا فاترك الموعد كما كان."]
    }


@pytest.mark.parametrize(
    ("article", "move", "told"),
    [
        (_scheduled, "withdraw", "أُعيد المقال إلى المسوّدات."),
        (factories.published, "withdraw", "سُحب المقال ولم يعد القرّاء يرونه."),
        (factories.draft, "archive", "أُرشف المقال."),
        (factories.published, "archive", "أُرشف المقال ولم يعد القرّاء يرونه."),
    ],
    ids=["scheduled", "published", "draft archived", "published archived"],
)
def test_only_what_readers_saw_is_said_to_be_hidden_from_them(as_editor, article, move, told):
    article = article()

    page = as_editor.post(change(article), payload(article, _move=move), follow=True)

    assert told_on(page) == [told]


def test_the_record_names_the_hour_of_a_schedule(as_editor):
    article = _scheduled()

    page = as_editor.get(change(article)).content.decode()

    (row,) = re.findall(r"<li>\s*<p>(.*?)</p>", page[page.index('id="transitions-heading"') :], re.DOTALL)
    words = " ".join(re.sub(r"<[^>]*>", " ", row).split())
    hour = date_format(timezone.localtime(article.published_at), "DATETIME_FORMAT")
    assert words == f"مسوّدة صار مجدول {hour}"
