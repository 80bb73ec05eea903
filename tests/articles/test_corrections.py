"""Corrections: who may tell what of which article, where readers meet it, and what an article that is gone answers."""

import json
import re
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from lxml import etree

from articles import corrections, publishing, revising, views
from articles.corrections import CorrectionError
from articles.models import Article, Correction
from articles.models.correction import Kind
from tests import factories, public_site

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAGE, FEED = "/corrections/", "/corrections/feed/"


def _seen_for(**since) -> Article:
    return factories.published(at=timezone.now() - timedelta(**since))


# The verbs


@pytest.mark.parametrize("kind", Kind.values)
def test_what_readers_see_takes_every_kind(kind, editor):
    article = factories.published()

    note = corrections.add(article, kind, "الصواب: GPT-4", by=editor)

    stored = Correction.objects.get()
    assert (stored.pk, stored.article, stored.kind, stored.note, stored.by) == (
        note.pk, article, kind, "الصواب: GPT-4", editor,
    )  # fmt: skip


def test_who_may_not_publish_corrects_nothing(reporter):
    article = factories.published(by=reporter)

    with pytest.raises(PermissionDenied):
        corrections.add(article, "correction", "تصحيح", by=reporter)
    note = factories.correction(article)
    with pytest.raises(PermissionDenied):
        corrections.reword(note, "correction", "نص آخر", by=reporter)


@pytest.mark.parametrize("note", ["", " \n ", "\u202e\u200b", "\u200f", "…", "ا" * 1_001])
def test_a_note_that_says_nothing_or_too_much_is_refused(note):
    with pytest.raises(CorrectionError):
        corrections.add(factories.published(), "correction", note, by=None)


@pytest.mark.parametrize("note", ["", "ا" * 1_001])
def test_the_database_refuses_such_a_note_too(note):
    article = factories.published()

    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.create(article=article, note=note)


def test_a_note_holds_no_direction_overrides():
    note = factories.correction(factories.published(), note="قبل \u202eبعد\u202c")

    assert note.note == "قبل بعد"


@pytest.mark.parametrize("kind", Kind.values)
def test_of_what_readers_never_saw_nothing_is_told(kind):
    with pytest.raises(CorrectionError):
        corrections.add(factories.draft(), kind, "تنويه", by=None)


@pytest.mark.parametrize("kind", [kind for kind in Kind.values if kind != "retraction"])
def test_what_readers_no_longer_see_is_only_retracted(kind):
    article = publishing.move(factories.published(), "archive", by=None)

    with pytest.raises(CorrectionError):
        corrections.add(article, kind, "تنويه", by=None)
    assert corrections.add(article, "retraction", "تنويه", by=None).pk


def test_a_note_changes_when_the_article_was_modified_and_nothing_else_of_it():
    article = _seen_for(hours=3)
    before = Article.objects.values().get(pk=article.pk)

    note = factories.correction(article)

    assert Article.objects.values().get(pk=article.pk) == before | {"modified_at": note.at}


def test_a_new_wording_leaves_when_the_article_was_modified():
    article = _seen_for(hours=3)
    note = factories.correction(article)

    corrections.reword(note, "clarification", "صياغة أخرى", by=None)

    assert Article.objects.get(pk=article.pk).modified_at == note.at


def test_every_wording_is_kept(editor):
    note = factories.correction(factories.published(), note="الأولى")

    corrections.reword(note, "clarification", "الثانية", by=editor)

    assert list(note.wordings.values_list("kind", "note", "by")) == [
        ("clarification", "الثانية", editor.pk),
        ("correction", "الأولى", None),
    ]


def test_the_same_wording_again_is_none(editor):
    note = factories.correction(factories.published(), note="الأولى")

    corrections.reword(note, "correction", " الأولى\n", by=editor)

    assert (note.wordings.count(), note.edited_at) == (1, None)


def test_a_retraction_can_take_the_article_with_it(editor):
    article = factories.published()

    corrections.add(article, "retraction", "سُحب لخطأ في المصدر", by=editor, withdraw=True)

    assert article.transitions.values_list("move", "by").first() == ("archive", editor.pk)


@pytest.mark.parametrize("comes_back", [False, True])
def test_what_readers_do_not_see_now_is_taken_back_for_good(comes_back, editor):
    article = publishing.move(factories.published(), "withdraw", by=None)
    if comes_back:
        publishing.move(article, "publish", by=None, at=timezone.now() + timedelta(days=1))

    corrections.add(article, "retraction", "سُحب لخطأ في المصدر", by=editor, withdraw=True)

    assert Article.objects.get().status == "archived"


def test_what_is_taken_back_may_have_unfinished_changes(client, editor):
    article = factories.published()
    article.body = ""
    revising.save(article, by=editor, authors=[], tags=[])
    client.force_login(editor)

    form = {"kind": "retraction", "note": "سُحب لخطأ في المصدر", "withdraw": "on"}
    client.post(f"/admin/articles/correction/add/?article={article.pk}", form)

    assert (Article.objects.get().status, Correction.objects.count()) == ("archived", 1)


def test_only_a_retraction_takes_the_article_with_it():
    article = factories.published()

    with pytest.raises(CorrectionError):
        corrections.add(article, "update", "تحديث", by=None, withdraw=True)
    assert article.is_public


def test_an_article_with_a_note_is_not_deleted():
    article = factories.published()
    factories.correction(article)

    with pytest.raises(ProtectedError):
        article.delete()


# Where readers meet them


def test_a_retraction_stands_above_the_text_and_the_rest_below(client):
    article = factories.published()
    kinds = ["update", "retraction", "correction", "clarification"]
    notes = {kind: factories.correction(article, kind).anchor for kind in kinds}

    text = client.get(article.get_absolute_url()).text

    marks = {f'id="{anchor}"': kind for kind, anchor in notes.items()} | {'class="story__body"': "text"}
    places = [marks[mark] for mark in sorted(marks, key=text.index)]
    assert places == ["retraction", "text", "clarification", "correction", "update"]


def test_a_note_is_escaped_and_its_links_are_links(client):
    article = factories.published()
    factories.correction(
        article, note="<script>alert(1)</script> انظر البيان الأصلي على https://example.org/a?b=1&c=2 و C++"
    )

    text = client.get(article.get_absolute_url()).text

    note = re.search(r'class="correction__note">(.*?)</div>', text, re.DOTALL).group(1)
    assert "<script>" not in note
    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="ugc nofollow noopener">' in note
    assert '<bdi dir="ltr">C++</bdi>' in note


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_however_many_notes(client, django_assert_num_queries, count):
    for _ in range(count):
        factories.correction(factories.published())

    # The sections of the menu, and the notes with their articles.
    with django_assert_num_queries(2):
        client.get(PAGE)


@pytest.mark.parametrize("count", [1, 3])
def test_the_feed_takes_one_query_however_many_notes(client, django_assert_num_queries, count):
    for _ in range(count):
        factories.correction(factories.published())

    with django_assert_num_queries(1):
        client.get(FEED)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_article_takes_as_many_queries_however_many_notes(client, django_assert_num_queries, count):
    article = factories.published(tags=[factories.tag()])
    factories.approved(article)
    for _ in range(count):
        factories.correction(article)

    with django_assert_num_queries(9):
        client.get(article.get_absolute_url())


def test_pages_go_on_from_a_note_and_miss_none(client, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    article = factories.published()
    anchors = [factories.correction(article).anchor for _ in range(5)]

    address, shown = PAGE, []
    while address:
        text = client.get(address).text
        shown.append(re.findall(r'id="(correction-\d+)"', text))
        following = re.search(r'rel="next" href="(\?before=\d+)"', text)
        address = following and PAGE + following.group(1)

    assert shown == [anchors[:2:-1], anchors[2:0:-1], anchors[:1]]


@pytest.mark.parametrize("before", ["x", "-1", "٣", "9" * 30])
def test_a_place_that_is_no_number_is_not_found(client, before):
    assert client.get(PAGE, {"before": before}).status_code == 404


def test_the_page_is_linked_in_the_footer(client):
    text = client.get("/").text

    assert f'<a href="{PAGE}">التصحيحات</a>' in text[text.index('class="footer"') :]


def test_the_feed_names_kind_article_and_note(client, settings):
    article = factories.published(headline="خبر عن C++")
    note = factories.correction(article, "clarification", "سطر <b>أول</b>\nوثانٍ")

    item = etree.fromstring(client.get(FEED).content).find("channel/item")

    assert {name: item.findtext(name) for name in ("title", "description", "link", "guid")} == {
        "title": "توضيح: \u2067خبر عن C++\u2069",
        "description": "سطر &lt;b&gt;أول&lt;/b&gt;<br>وثانٍ",
        "link": f"{settings.SITE_URL}{iri_to_uri(article.get_absolute_url())}#{note.anchor}",
        "guid": f"{settings.SITE_URL}{PAGE}#{note.anchor}",
    }


def _structured_data(client, article: Article) -> dict:
    text = client.get(article.get_absolute_url()).text
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return json.loads(data)["@graph"][0]


def test_machines_read_the_notes_with_the_article(client):
    article = _seen_for(hours=3)
    note = factories.correction(article, note="الصواب: Mistral AI")

    facts = _structured_data(client, article)

    at = note.at.isoformat(timespec="seconds")
    assert (facts["dateModified"], facts["correction"]) == (
        at,
        [
            {
                "@type": "CorrectionComment",
                "name": "تصحيح",
                "text": "الصواب: Mistral AI",
                "datePublished": at,
            }
        ],
    )


def test_an_article_without_notes_has_no_correction_for_machines(client):
    assert "correction" not in _structured_data(client, factories.published())


def test_a_note_is_new_in_the_sitemap(client):
    article = _seen_for(days=3)
    note = factories.correction(article)
    address = public_site.sitemap_of_the_month(article.published_at)

    (seen,) = re.findall("<lastmod>(.*?)</lastmod>", client.get(address).text)

    assert datetime.fromisoformat(seen) == note.at.replace(microsecond=0)


# Articles that are gone


def _withdrawn_by_hand() -> Article:
    return publishing.move(factories.published(), "withdraw", by=None)


def _archived() -> Article:
    return publishing.move(factories.published(), "archive", by=None)


def _back_in_the_desk() -> Article:
    return publishing.move(_archived(), "restore", by=None)


def _withdrawn_by_the_clock() -> Article:
    article = _seen_for(hours=3)
    Article.objects.filter(pk=article.pk).update(withdraw_at=timezone.now() - timedelta(hours=1))
    return article


def _seen_on_its_hour_then_archived() -> Article:
    article = factories.published(at=timezone.now() + timedelta(hours=1))
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now() - timedelta(hours=1))
    return publishing.move(article, "archive", by=None)


GONE = [
    _withdrawn_by_hand, _archived, _back_in_the_desk, _withdrawn_by_the_clock, _seen_on_its_hour_then_archived,
]  # fmt: skip


def _scheduled() -> Article:
    return factories.published(at=timezone.now() + timedelta(hours=1))


def _archived_before_its_hour() -> Article:
    return publishing.move(_scheduled(), "archive", by=None)


def _withdrawn_before_its_hour() -> Article:
    return publishing.move(_scheduled(), "withdraw", by=None)


def _in_review() -> Article:
    return publishing.move(factories.draft(), "submit", by=None)


def _archived_draft() -> Article:
    return publishing.move(factories.draft(), "archive", by=None)


NEVER_SEEN = [
    factories.draft, _in_review, _scheduled, _archived_before_its_hour, _withdrawn_before_its_hour, _archived_draft,
]  # fmt: skip


def _addresses(article: Article) -> list[str]:
    return [
        article.get_absolute_url(),
        f"/article/{article.pk}/",
        f"/article/{article.pk}",
        f"/article/{article.pk}/عنوان-سابق/",
    ]


@pytest.mark.parametrize("make", GONE)
def test_what_readers_once_saw_is_gone_under_every_address(client, make):
    assert [client.get(url).status_code for url in _addresses(make())] == [410] * 4


@pytest.mark.parametrize("make", NEVER_SEEN)
def test_what_readers_never_saw_is_not_found_under_any_address(client, make):
    assert [client.get(url).status_code for url in _addresses(make())] == [404] * 4


def test_an_article_that_came_back_is_there(client):
    article = publishing.move(_back_in_the_desk(), "publish", by=None)

    assert client.get(article.get_absolute_url()).status_code == 200


def test_the_page_of_a_gone_article_holds_nothing_of_it(client):
    article = factories.published(
        headline="عنوان سري", summary="ملخص سري", body="<p>متن سري</p>", kicker="وسم سري"
    )
    factories.correction(article, note="تصحيح سري")
    publishing.move(article, "withdraw", by=None, note="سبب سري")

    text = client.get(article.get_absolute_url()).text

    assert "سري" not in text
    assert article.slug not in text
    assert "لم يعد هذا المقال متاحًا" in text


def test_the_page_of_a_gone_article_is_not_indexed(client):
    response = client.get(_archived().get_absolute_url())

    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.text
    assert "canonical" not in response.text


def test_a_retraction_stands_where_the_article_was(client):
    article = factories.published(headline="عنوان سري")
    factories.correction(article, "retraction", "سُحب لأن مصدره مختلق.", withdraw=True)

    response = client.get(article.get_absolute_url())

    assert (response.status_code, "سُحب لأن مصدره مختلق." in response.text) == (410, True)
    assert "عنوان سري" not in response.text


@pytest.mark.parametrize("make", [_withdrawn_by_hand, _withdrawn_by_the_clock])
@pytest.mark.parametrize("url", [PAGE, FEED])
def test_notes_on_a_gone_article_are_nowhere(client, url, make):
    gone = make()
    factories.correction(gone, "retraction", "سُحب لأن مصدره مختلق.")
    factories.correction(factories.published(), note="تصحيح ظاهر")

    text = client.get(url).text

    assert ("مختلق" in text, "تصحيح ظاهر" in text) == (False, True)


def test_a_gone_article_costs_five_queries(client, django_assert_num_queries):
    url = _archived().get_absolute_url()
    factories.published()

    # Whether it is public, whether it was, its retractions, the menu, the latest stories and who wrote them.
    with django_assert_num_queries(5):
        client.get(url)
