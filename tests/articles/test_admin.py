"""The editors' desk over HTTP: who may do what, what comes back, and that nothing typed is lost."""

import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from PIL import Image as Picture

from articles import publishing
from articles.images import rendition_name
from articles.models import Article, Author, Image, Tag
from tests import factories
from tests.article_form import ADD, change, payload
from tests.races import overtaken

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/article/"
LIBRARY = "/admin/articles/image/library/"


def png(width=40, height=30, color="red"):
    out = io.BytesIO()
    Picture.new("RGB", (width, height), color).save(out, "PNG")
    return SimpleUploadedFile("صورة.png", out.getvalue(), "image/png")


# Writing


def test_a_reporter_adds_a_draft_of_their_own(as_reporter, reporter):
    as_reporter.post(ADD, payload())

    article = Article.objects.get()
    assert (article.created_by, article.status, article.slug) == (reporter, "draft", "openai-تطلق-نموذجا")


def test_authors_sign_in_the_order_in_which_they_were_sent(as_reporter):
    first, second = factories.author("أحمد الخطيب"), factories.author("Émile Zola")

    as_reporter.post(ADD, payload(bylines=[first.pk, second.pk]))

    assert [byline.author for byline in Article.objects.get().bylines.all()] == [first, second]


def test_the_order_of_the_authors_comes_back_in_the_form(as_reporter, reporter):
    first, second = factories.author("أحمد الخطيب"), factories.author("Émile Zola")
    article = factories.draft(by=reporter, authors=[first, second])

    page = as_reporter.get(change(article)).content.decode()

    select = re.search(r'<select name="bylines".*?</select>', page, re.DOTALL).group()
    assert re.findall(r'<option value="(\d+)" selected', select) == [str(first.pk), str(second.pk)]


def test_a_writer_with_an_author_page_signs_a_new_article(as_reporter, reporter):
    own = publishing.save_named(Author(name="سامر Haddad", user=reporter))

    page = as_reporter.get(ADD)

    assert page.context["adminform"].form.initial["bylines"] == [own.pk]


@pytest.mark.parametrize(
    ("field", "forged"),
    [("status", "published"), ("created_by", "1"), ("published_at", "2020-01-01"), ("body_html", "<script>")],
)
def test_a_column_that_is_not_on_the_form_cannot_be_posted(as_reporter, reporter, field, forged):
    article = factories.draft(by=reporter)
    before = getattr(article, field)

    as_reporter.post(change(article), payload(article, **{field: forged}))

    article.refresh_from_db()
    assert getattr(article, field) == before


def test_markup_is_cleaned_on_the_way_in(as_reporter):
    as_reporter.post(
        ADD, payload(body='<p class="MsoNormal" style="color:red">نص<script>alert(1)</script></p>')
    )

    assert Article.objects.get().body == "<p>نص</p>"


def test_whether_the_article_takes_comments_is_asked_without_ado(as_editor):
    article = factories.draft(headline="مقال")

    page = as_editor.get(change(article)).content.decode()

    heading = '<h2 id="thread-heading" class="inline-heading">التعليقات</h2>'
    (thread,) = re.findall(rf"{heading}(.*?)</section>", page, re.DOTALL)
    assert re.findall(r"<h3|inline_label|__prefix__", thread) == []
    # The admin's script would add signs to remove the row and to add another.
    assert "js-inline-admin-formset" not in page


@pytest.mark.parametrize(
    ("names", "shown"),
    [({"first_name": "هالة", "last_name": "ناصر"}, "هالة ناصر"), ({}, "reporter")],
    ids=["full name", "no name"],
)
def test_columns_call_accounts_by_their_names(as_editor, names, shown):
    reporter = factories.staff(factories.REPORTERS, "reporter")
    User.objects.filter(pk=reporter.pk).update(**names)
    factories.draft(by=reporter)
    publishing.save_named(Author(name="كاتبة", user=reporter))

    pages = [as_editor.get(address).content.decode() for address in (LIST, "/admin/articles/author/")]

    assert [page.count(f"<bdi>{shown}</bdi></td>") for page in pages] == [1, 1]


def test_plain_text_becomes_paragraphs(as_reporter):
    as_reporter.post(ADD, payload(body="أعلنت OpenAI & Co. نموذجًا.\r\nسطر ثانٍ.\r\n\r\nوقالت Microsoft."))

    body = "<p>أعلنت OpenAI &amp; Co. نموذجًا.<br>سطر ثانٍ.</p><p>وقالت Microsoft.</p>"
    assert Article.objects.get().body == body


def test_the_editors_field_tells_how_to_write_without_it(as_reporter):
    page = as_reporter.get(ADD).content.decode()

    hint = "اكتب نصًّا عاديًّا واترك سطرًا فارغًا بين الفقرات، أو اكتب HTML."
    assert (
        re.search(r"<noscript>\s*<p[^>]*>([^<]*)</p>\s*</noscript>\s*<textarea name=.body", page)[1] == hint
    )


def test_an_error_keeps_everything_typed(as_editor):
    writers = [factories.author("أحمد الخطيب").pk, factories.author("Émile Zola").pk]
    typed = payload(
        headline="", kicker="عاجل", summary="ملخّص", body="<p>نص طويل</p>", bylines=writers[::-1],
        tags=[factories.tag().pk], source_url="ليس رابطًا", publish_at="2099-05-06T07:08", _move="publish",
    )  # fmt: skip

    page = as_editor.post(ADD, typed)

    form = page.context["adminform"].form
    assert sorted(form.errors) == ["headline", "source_url"]
    kept = ["kicker", "summary", "body", "bylines", "tags", "source_url", "publish_at"]
    assert {name: list(map(str, v)) if isinstance(v := form[name].value(), list) else v for name in kept} == {
        name: list(map(str, v)) if isinstance(v := typed[name], list) else v for name in kept
    }
    assert Article.objects.count() == 0


def test_a_withdrawal_before_the_publication_is_an_error_of_its_field(as_editor):
    article = factories.published()

    page = as_editor.post(change(article), payload(article, withdraw_at="2001-01-01T10:00"))

    assert list(page.context["adminform"].form.errors) == ["withdraw_at"]


@pytest.mark.parametrize("where", ["article", "tag"])
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("بعنوان/فيه ؟ رموز", ["صار العنوان على الشبكة «بعنوان-فيه-رموز»."]),
        ("بعنوان-فيه-رموز", []),
        ("", []),
    ],
    ids=["signs", "as typed", "left to the site"],
)
def test_an_address_that_was_typed_otherwise_is_told(as_editor, where, typed, told):
    article = factories.draft()
    tag = publishing.save_named(Tag(name="آخر"))
    posts = {
        "article": (change(article), payload(article, slug=typed)),
        "tag": (reverse("admin:articles_tag_change", args=[tag.pk]), {"name": tag.name, "slug": typed}),
    }

    page = as_editor.post(*posts[where], follow=True)

    assert [sentence for sentence in _told(page) if "الشبكة" in sentence] == told


# Moves


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


def _scheduled():
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1))
    return factories.published(at=tomorrow.replace(hour=7, minute=30, second=12))


def _hour(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def _told(page):
    return [str(message) for message in page.context["messages"]]


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
    assert (_hour(article.published_at), _told(page)) == ("2099-05-06T07:08", ["جُدول النشر."])


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
    assert page.text.count(told) == 1
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

    assert (Article.objects.get().is_public, _told(page)) == (True, ["نُشر المقال."])


def test_an_hour_that_came_while_the_form_was_open_is_told(as_editor):
    article = factories.published()

    page = as_editor.post(change(article), payload(article, _move="reschedule", publish_at=""), follow=True)

    assert _told(page) == ["حُفظ النصّ، لكن: لا يمكن ذلك الآن: حالة المقال «منشور»."]


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
    assert (stored.working_copy.content["headline"], stored.published_at) == (
        "عنوان جديد",
        article.published_at,
    )


def test_another_hour_is_not_dropped_by_a_mere_save(as_editor):
    article = _scheduled()

    page = as_editor.post(change(article), payload(article, publish_at="2099-05-06T07:08"))

    assert page.context["adminform"].form.errors == {
        "publish_at": ["للجدولة اضغط الزرّ الذي تحت الموعد، وللحفظ وحده اترك الموعد كما كان."]
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

    assert _told(page) == [told]


def test_the_record_names_the_hour_of_a_schedule(as_editor):
    article = _scheduled()

    page = as_editor.get(change(article)).content.decode()

    (row,) = re.findall(r"<li>\s*<p>(.*?)</p>", page[page.index('id="transitions-heading"') :], re.DOTALL)
    words = " ".join(re.sub(r"<[^>]*>", " ", row).split())
    hour = date_format(timezone.localtime(article.published_at), "DATETIME_FORMAT")
    assert words == f"مسوّدة صار مجدول {hour}"


# Whose articles


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_reporter_does_not_reach_the_articles_of_others(as_reporter, method):
    article = factories.draft(by=factories.staff(factories.REPORTERS))

    response = getattr(as_reporter, method)(change(article), payload(article, headline="مزوّر"))

    article.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert article.headline != "مزوّر"


def test_a_reporter_reads_their_own_article_once_it_left_their_hands(as_reporter, reporter):
    article = publishing.move(factories.draft(by=reporter), "submit", by=reporter)

    page = as_reporter.get(change(article)).content.decode()

    assert "ستكون نماذج ميسترال متاحة في" in page
    assert 'name="headline"' not in page
    assert 'type="submit"' not in page[page.index('id="article_form"') :]


def test_the_authors_are_read_in_a_row(as_reporter, reporter):
    authors = [factories.author("أحمد الخطيب"), factories.author("Émile Zola")]
    article = publishing.move(factories.draft(by=reporter, authors=authors), "submit", by=reporter)

    assert "أحمد الخطيب، Émile Zola" in as_reporter.get(change(article)).content.decode()


def test_a_reporter_does_not_write_what_is_in_review(as_reporter, reporter):
    article = publishing.move(factories.draft(by=reporter), "submit", by=reporter)

    response = as_reporter.post(change(article), payload(article, headline="مزوّر"))

    article.refresh_from_db()
    assert (response.status_code, article.headline == "مزوّر") == (403, False)


def test_the_list_of_a_reporter_holds_their_own(as_reporter, reporter):
    own = factories.draft(by=reporter)
    factories.draft()

    assert list(as_reporter.get(LIST).context["cl"].queryset) == [own]


def test_a_moderator_has_no_business_with_articles(client):
    client.force_login(factories.staff(factories.MODERATORS))

    assert client.get(LIST).status_code == 403


# Finding


@pytest.mark.parametrize("typed", ["احمد", "أحمد", "أحـمد", "الخطيب احمد"])
def test_names_are_completed_in_any_spelling(as_reporter, typed):
    found = factories.author("أحمد الخطيب")
    factories.author("ليلى حدّاد")
    query = {"app_label": "articles", "model_name": "byline", "field_name": "author", "term": typed}

    answer = as_reporter.get(reverse("admin:autocomplete"), query).json()

    assert [row["id"] for row in answer["results"]] == [str(found.pk)]


@pytest.mark.parametrize("typed", ["أح\x01مد", "\u202eأحمد"], ids=["control", "override"])
def test_control_characters_do_not_stop_a_search(as_reporter, typed):
    found = factories.author("أحمد الخطيب")
    factories.author("ليلى حدّاد")
    query = {"app_label": "articles", "model_name": "byline", "field_name": "author", "term": typed}

    answer = as_reporter.get(reverse("admin:autocomplete"), query).json()

    assert [row["id"] for row in answer["results"]] == [str(found.pk)]


def test_the_list_is_searched_in_any_spelling(as_editor):
    found = factories.draft(headline="إطلاقُ نموذجٍ من OpenAI")
    factories.draft()

    assert list(as_editor.get(LIST, {"q": "اطلاق openai"}).context["cl"].queryset) == [found]


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "public", "withdrawn", "archived"])
def test_the_list_is_filtered_by_state(as_editor, editor, state):
    rows = {
        "draft": factories.draft(),
        "in_review": publishing.move(factories.draft(), "submit", by=editor),
        "scheduled": factories.published(at=timezone.now() + timedelta(days=1)),
        "public": factories.published(),
        "withdrawn": factories.published(
            at=timezone.now() - timedelta(days=2), withdraw_at=timezone.now() - timedelta(days=1)
        ),
        "archived": publishing.move(factories.published(), "archive", by=editor),
    }

    assert list(as_editor.get(LIST, {"state": state}).context["cl"].queryset) == [rows[state]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_articles(as_editor, django_assert_num_queries, count):
    for _number in range(count):
        factories.draft()

    # One of them asks who has each of them open.
    with django_assert_num_queries(8):
        as_editor.get(LIST)


def test_only_a_public_article_links_to_its_page(as_editor):
    assert as_editor.get(change(factories.draft())).context["absolute_url"] is None
    assert as_editor.get(change(factories.published())).context["absolute_url"] is not None


@pytest.mark.django_db(transaction=True)
def test_a_name_that_is_taken_at_the_same_moment_is_told_on_the_form(as_editor):
    answer = overtaken(
        lambda: factories.tag("OpenAI"),
        lambda: as_editor.post(reverse("admin:articles_tag_add"), {"name": "OpenAI", "slug": ""}),
    )

    assert answer.context["adminform"].errors == {"name": ["القيمة مستعملة من قبل: الاسم (وسم)."]}


# Pictures


def test_an_upload_in_the_library_answers_with_the_picture(as_reporter):
    response = as_reporter.post(
        LIBRARY, {"upload": png(), "alt": "OpenAI في صورة", "caption": "", "credit": "رويترز"}
    )

    image = Image.objects.get()
    assert (response.status_code, response.json()["image"]) == (
        201,
        {
            "id": image.pk, "src": image.src, "thumbnail": image.src, "alt": "OpenAI في صورة", "direction": "rtl",
            "caption": "", "credit": "رويترز", "width": 40, "height": 30,
        },
    )  # fmt: skip


def test_a_new_file_takes_the_place_of_a_picture(client):
    client.force_login(factories.superuser())
    image = publishing.add_image(png().read(), alt="مقر OpenAI")
    page = reverse("admin:articles_image_change", args=[image.pk])

    client.post(page, {"upload": png(50, 20), "alt": "مقر Mistral", "caption": "", "credit": ""})

    stored = Image.objects.get(pk=image.pk)
    assert (stored.alt, stored.width, stored.height) == ("مقر Mistral", 50, 20)
    assert default_storage.exists(rendition_name(stored.digest, 50))


def test_a_picture_that_is_there_already_is_chosen(as_reporter):
    first = as_reporter.post(LIBRARY, {"upload": png(), "alt": "الأولى"}).json()

    again = as_reporter.post(LIBRARY, {"upload": png(), "alt": "الثانية"}).json()

    assert again == first


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_comes_at_the_same_moment_is_chosen(as_reporter):
    answer = overtaken(
        lambda: publishing.add_image(png().read(), alt="الأولى"),
        lambda: as_reporter.post(LIBRARY, {"upload": png(), "alt": "الثانية"}),
    )

    assert (answer.status_code, answer.json()["image"]["alt"]) == (201, "الأولى")


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_comes_at_the_same_moment_is_told_on_the_form(client):
    client.force_login(factories.superuser())
    form = {"upload": png(), "alt": "الثانية", "caption": "", "credit": ""}

    answer = overtaken(
        lambda: publishing.add_image(png().read(), alt="الأولى"),
        lambda: client.post(reverse("admin:articles_image_add"), form),
    )

    assert answer.context["errors"] == [["هذه الصورة موجودة في المكتبة."]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG"),
        (b"\0" * (10 * 1024 * 1024 + 1), "10"),
        (b"", ""),
    ],
    ids=["another format", "too large", "empty"],
)
def test_an_upload_that_is_refused_says_why(as_reporter, content, sentence):
    upload = SimpleUploadedFile("x.png", content, "image/png")

    response = as_reporter.post(LIBRARY, {"upload": upload, "alt": "شيء"})

    (error,) = response.json()["errors"]
    assert (response.status_code, sentence in error, Image.objects.count()) == (422, True, 0)


@pytest.mark.parametrize("typed", ["الارشيف", "أرشيف rotterdam", ""])
def test_the_library_is_searched_in_any_spelling(as_reporter, typed):
    found = publishing.add_image(png().read(), alt="ميناء Rotterdam", caption="من الأرشيف")
    if typed:
        publishing.add_image(png(color="blue").read(), alt="صورة أخرى")

    answer = as_reporter.get(LIBRARY, {"q": typed}).json()

    assert [image["id"] for image in answer["images"]] == [found.pk]


@pytest.mark.parametrize(
    "number", ["9" * 5_000, "9" * 19, "٠", "x"], ids=["5,000 digits", "19 digits", "zero", "x"]
)
def test_a_number_that_no_picture_can_have_finds_none(as_reporter, number):
    publishing.add_image(png().read(), alt="مقر OpenAI")

    answer = as_reporter.get(LIBRARY, {"id": number})

    assert (answer.status_code, answer.json()["images"]) == (200, [])


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_library_is_closed_to_moderators(client, method):
    client.force_login(factories.staff(factories.MODERATORS))

    assert getattr(client, method)(LIBRARY).status_code == 403


def test_the_library_is_closed_to_readers(client):
    assert client.get(LIBRARY).status_code == 302
