"""The form of an article over HTTP: what comes back, and that nothing typed is lost."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from articles import publishing
from articles.models import Article, Author, Tag
from tests import factories
from tests.article_form import ADD, LIST, change, payload, told_on
from tests.races import overtaken

pytestmark = pytest.mark.django_db


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

    assert [len(re.findall(rf'<bdi dir="\w+">{shown}</bdi></td>', page)) for page in pages] == [1, 1]


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


@pytest.mark.parametrize("field", ["withdraw_at", "publish_at"])
@pytest.mark.parametrize("typed", ["9999-12-31T23:59:00-12:00", "0001-01-01T00:00", "1799-12-31T00:00"])
def test_an_hour_of_another_age_is_an_error_of_its_field(as_editor, field, typed):
    article = factories.draft()

    page = as_editor.post(change(article), payload(article, **{field: typed}))

    assert page.context["adminform"].form.errors == {field: ["اختر يومًا بين عامي 1800 و2200."]}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2030-10-27T02:30", datetime(2030, 10, 27, 0, 30, tzinfo=UTC)),
        ("2030-10-27T02:30+01:00", datetime(2030, 10, 27, 1, 30, tzinfo=UTC)),
    ],
    ids=["the first", "named by its offset"],
)
def test_an_hour_that_comes_twice_is_taken(as_editor, settings, typed, stored):
    settings.TIME_ZONE = "Europe/Berlin"
    article = factories.draft()

    as_editor.post(change(article), payload(article, withdraw_at=typed))

    assert Article.objects.get().withdraw_at == stored


def test_an_hour_that_does_not_come_is_an_error_of_its_field(as_editor, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    article = factories.draft()

    page = as_editor.post(change(article), payload(article, withdraw_at="2030-03-31T02:30"))

    assert list(page.context["adminform"].form.errors) == ["withdraw_at"]


def test_a_form_that_shows_a_moment_by_the_minute_keeps_it_whole(as_editor, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    # The second half past two of that night, and some seconds.
    moment = datetime(2030, 10, 27, 1, 30, 12, tzinfo=UTC)
    article = factories.draft(withdraw_at=moment)
    shown = as_editor.get(change(article)).context["adminform"].form["withdraw_at"].value()

    as_editor.post(change(article), payload(article, withdraw_at=shown.strftime("%Y-%m-%dT%H:%M")))

    assert Article.objects.get().withdraw_at == moment


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

    assert [sentence for sentence in told_on(page) if "الشبكة" in sentence] == told


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


@pytest.mark.parametrize("is_by_machine", [True, False])
def test_who_may_only_read_is_shown_words_and_not_how_to_fill_in(as_reporter, reporter, is_by_machine):
    article = factories.draft(by=reporter, machine_translated=is_by_machine)
    publishing.move(article, "submit", by=reporter)

    page = as_reporter.get(change(article)).text

    shown = re.search(r'field-by_machine.*?<div class="readonly">(.*?)</div>', page, re.DOTALL)[1]
    assert shown == ("نعم" if is_by_machine else "لا")
    assert "جملة أو جملتان تحت العنوان" not in page
    assert "icon-no" not in page


def test_a_field_that_is_not_valid_is_named_with_a_link_to_it(as_reporter):
    page = as_reporter.post(ADD, payload(section="", headline="")).text

    (listed,) = re.findall(r'<ul class="invalid-fields".*?</ul>', page, re.DOTALL)
    assert re.findall(r'<li><a href="(.*?)">(.*?)</a>: (.*?)</li>', listed) == [
        ("#id_headline", "العنوان", "هذا الحقل مطلوب."),
        ("#id_section", "القسم", "هذا الحقل مطلوب."),
    ]
