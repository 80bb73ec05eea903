"""Writing: what readers see of a save, what is kept of it, and what becomes of two who write at once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles import contents, publishing, revising
from articles.models import Article, Draft, Presence, Revision
from tests import factories
from tests.factories import write
from tests.races import overtaken

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.staff(factories.EDITORS)


def stored(article):
    return Article.objects.get(pk=article.pk)


# Working copy

SCHEDULED = {"at": timezone.now() + timedelta(days=9_000)}


@pytest.mark.parametrize("when", [{}, SCHEDULED], ids=["public", "scheduled"])
def test_a_published_article_is_not_changed_by_a_save(when):
    article = factories.published(**when)
    before = contents.of(article)

    write(article, headline="عنوان جديد", authors=[factories.author("سامر Haddad")], tags=[factories.tag()])

    assert contents.of(stored(article)) == before
    assert stored(article).working_copy.content == before | {
        "headline": "عنوان جديد",
        "authors": [[factories.author("سامر Haddad").pk, "سامر Haddad"]],
        "tags": [[factories.tag().pk, "OpenAI"]],
    }


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_what_readers_do_not_see_is_saved_as_it_is(state):
    article = factories.draft()
    if state == "in_review":
        publishing.move(article, "submit", by=None)

    write(article, headline="عنوان جديد")

    assert (stored(article).headline, stored(article).working_copy) == ("عنوان جديد", None)


def test_changes_are_published_by_their_own_move_with_authors_and_tags(editor):
    article = factories.published(hero=factories.image())
    writer, tag = factories.author("سامر Haddad"), factories.tag("Mistral")
    write(article, by=editor, body="<p>لغة C++</p>", authors=[writer], tags=[tag])

    publishing.move(article, "publish_changes", by=editor)

    now = stored(article)
    assert (now.body, now.body_html) == ("<p>لغة C++</p>", '<p>لغة <bdi dir="ltr">C++</bdi></p>')
    assert now.working_copy is None
    assert ([byline.author for byline in now.bylines.all()], list(now.tags.all())) == ([writer], [tag])
    assert now.hero == article.hero


def test_a_change_is_told_to_readers_and_a_minor_one_is_not(settings):
    times = {}
    for is_minor in (False, True):
        article = factories.published(at=timezone.now() - timedelta(days=1))
        write(article, headline="عنوان جديد")
        publishing.move(article, "publish_changes", by=None, is_minor=is_minor)
        now = stored(article)
        times[is_minor] = {
            now.modified_at > now.published_at,
            now.was_modified,
            now.updated_at > now.published_at,
        }

    assert times == {False: {True}, True: {False}}
    assert set(Article.objects.values_list("headline", flat=True)) == {"عنوان جديد"}


def test_nothing_is_published_where_nothing_was_changed():
    article = factories.published()
    write(article)

    with pytest.raises(publishing.PublishingError):
        publishing.move(article, "publish_changes", by=None)

    assert stored(article).version == article.version


@pytest.mark.parametrize(
    ("name", "when", "takes"),
    [
        ("withdraw", {}, True),
        ("archive", {}, True),
        ("publish_now", SCHEDULED, True),
        ("reschedule", SCHEDULED, False),
    ],
)
def test_another_move_takes_the_changes_along_unless_readers_wait_for_the_article(name, when, takes):
    article = factories.published(**when)
    write(article, headline="عنوان جديد")

    publishing.move(article, name, by=None, at=timezone.now() + timedelta(days=1) if not takes else None)

    now = stored(article)
    assert (now.headline == "عنوان جديد", now.working_copy is None) == (takes, takes)


def test_a_working_copy_that_would_be_withdrawn_before_its_hour_is_not_published():
    article = factories.published(at=timezone.now() + timedelta(days=1))
    write(article, withdraw_at=timezone.now() + timedelta(days=2))
    publishing.move(article, "reschedule", by=None, at=timezone.now() + timedelta(days=3))

    with pytest.raises(publishing.PublishingError):
        publishing.move(article, "publish_changes", by=None)

    assert stored(article).withdraw_at is None


def test_discarded_changes_are_kept_as_a_revision_and_the_form_goes_back(editor):
    article = factories.published()
    before = contents.of(article)
    write(article, headline="عنوان جديد")

    revising.discard_changes(article, by=editor)

    assert (stored(article).working_copy, revising.current(article)) == (None, before)
    rows = article.revisions.order_by("pk").values_list("kind", "content__headline")
    assert list(rows) == [
        ("saved", article.headline),
        ("saved", "عنوان جديد"),
        ("restored", article.headline),
    ]


def test_a_reporter_touches_no_working_copy():
    reporter = factories.staff(factories.REPORTERS)
    article = publishing.move(factories.draft(by=reporter), "publish", by=None)

    with pytest.raises(PermissionDenied):
        write(article, by=reporter, headline="مزوّر")
    write(article, headline="عنوان جديد")
    with pytest.raises(PermissionDenied):
        revising.discard_changes(article, by=reporter)
    with pytest.raises(PermissionDenied):
        publishing.move(article, "publish_changes", by=reporter)

    assert (stored(article).headline, article.revisions.count()) == (article.headline, 2)


# Revisions


def test_each_save_is_a_revision_with_who_and_why(editor):
    article = factories.draft(by=editor)

    write(article, by=editor, summary="ملخّص", note="صحّحت رقم GPT-4")

    rows = article.revisions.order_by("pk").values_list("kind", "by", "note", "base_version")
    assert list(rows) == [("saved", editor.pk, "", None), ("saved", editor.pk, "صحّحت رقم GPT-4", 1)]


@pytest.mark.parametrize("has_changes", [False, True], ids=["as published", "with changes"])
def test_a_note_on_a_published_text_that_was_not_changed_is_kept(editor, has_changes):
    article = factories.published()
    typed = {"summary": "ملخّص جديد"} if has_changes else {}
    write(article, **typed)
    before = revising.current(article)

    write(article, by=editor, note="راجعته مع سامر Haddad", **typed)

    last = article.revisions.first()
    assert (last.note, last.by, last.content) == ("راجعته مع سامر Haddad", editor, before)
    assert (stored(article).working_copy == last, last.applied_at is None) == (has_changes, has_changes)


def test_restoring_is_a_new_revision_that_leaves_the_address(editor):
    article = factories.draft(headline="العنوان الأول")
    write(article, headline="العنوان الثاني", slug="عنوان-آخر")
    first = article.revisions.order_by("pk").first()

    revising.restore(first, by=editor)

    now, last = stored(article), article.revisions.first()
    assert (now.headline, now.slug) == ("العنوان الأول", "عنوان-آخر")
    assert (last.kind, last.restored_from, last.by) == ("restored", first, editor)


def test_restoring_changes_a_published_article_for_readers_only_once_it_is_published():
    article = factories.published(headline="العنوان الأول")
    write(article, headline="العنوان الثاني")
    publishing.move(article, "publish_changes", by=None)

    revising.restore(article.revisions.order_by("pk").first(), by=None)

    now = stored(article)
    assert (now.headline, now.working_copy.content["headline"]) == ("العنوان الثاني", "العنوان الأول")


def test_what_is_gone_since_is_left_out_of_what_is_restored():
    gone, stays = factories.author("إيمان زهراء"), factories.author()
    image = factories.image()
    article = factories.draft(authors=[gone, stays], hero=image)
    write(article, authors=[stays], hero=None)
    first = article.revisions.order_by("pk").first()
    gone.delete()
    image.delete()

    revising.restore(first, by=None)

    now = stored(article)
    assert ([byline.author for byline in now.bylines.all()], now.hero) == ([stays], None)


def test_a_revision_keeps_the_names_of_what_it_refers_to():
    author, tag, image = factories.author("Émile Zola"), factories.tag(), factories.image("مقر OpenAI")
    article = factories.draft(authors=[author], tags=[tag], hero=image)

    content = article.revisions.get().content

    assert {name: content[name] for name in ("authors", "tags", "hero", "section")} == {
        "authors": [[author.pk, "Émile Zola"]],
        "tags": [[tag.pk, "OpenAI"]],
        "hero": [image.pk, "مقر OpenAI"],
        "section": [article.section_id, "تقنية"],
    }


def test_an_article_is_deleted_with_its_revisions_and_its_changes():
    article = factories.published()
    write(article, headline="عنوان جديد")

    stored(article).delete()

    assert not Revision.objects.exists()


# Two at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make", [factories.draft, factories.published], ids=["draft", "published"])
def test_of_two_who_save_at_the_same_moment_the_later_is_refused(make):
    article = make()

    def save(headline):
        return write(article, headline=headline, expected_version=article.version)

    with pytest.raises(publishing.EditConflict):
        overtaken(lambda: save("الأول"), lambda: save("الثاني"))

    assert revising.current(article)["headline"] == "الأول"


def test_what_both_began_from_is_found_by_its_version():
    article = factories.draft(headline="الأول")
    publishing.move(article, "publish", by=None)
    write(article, headline="الثاني")
    revising.discard_changes(article, by=None)

    headlines = [revising.at_version(article, version)["headline"] for version in (1, 2, 3, 4)]

    assert headlines == ["الأول", "الأول", "الثاني", "الأول"]


def test_of_a_text_that_came_too_late_what_was_chosen_is_taken(editor):
    article = factories.draft(by=editor)
    late = Article.objects.get()
    late.headline, late.summary = "عنواني", "ملخّصي"
    revision = revising.keep_unapplied(late, by=editor, base_version=1, authors=[], tags=[])
    write(article, headline="عنوان زميلي", summary="ملخّص زميلي")

    revising.settle_conflict(revision, ["summary"], by=editor)

    assert (stored(article).headline, stored(article).summary) == ("عنوان زميلي", "ملخّصي")
    assert not Revision.objects.left_over(editor).exists()


def test_what_another_wrote_too_late_is_not_ones_own_to_settle(editor):
    article = factories.draft()
    late = Article.objects.get()
    revision = revising.keep_unapplied(late, by=editor, base_version=1, authors=[], tags=[])

    with pytest.raises(PermissionDenied):
        revising.settle_conflict(revision, [], by=factories.staff(factories.EDITORS))

    assert article.revisions.left_over(editor).get() == revision


# Drafts


def test_a_draft_takes_the_place_of_the_one_before_and_changes_nothing_else(editor):
    article = factories.published()
    before = contents.of(article)

    for headline in ("أ", "ب"):
        revising.keep_draft(editor, article, {"headline": headline}, key="k", based_on_version=2)

    assert [draft.values for draft in Draft.objects.all()] == [{"headline": "ب"}]
    assert (contents.of(stored(article)), stored(article).version) == (before, article.version)
    assert article.revisions.count() == 1


@pytest.mark.parametrize("bytes_over", [0, 1])
def test_a_draft_may_be_as_large_as_said(editor, bytes_over, monkeypatch):
    monkeypatch.setattr(revising, "MAX_DRAFT_BYTES", len('{"body": "ب"}'.encode()) - bytes_over)

    if bytes_over:
        with pytest.raises(revising.DraftRefused):
            revising.keep_draft(editor, None, {"body": "ب"}, key="k")
    else:
        revising.keep_draft(editor, None, {"body": "ب"}, key="k")

    assert Draft.objects.count() == 1 - bytes_over


def test_the_oldest_of_too_many_texts_that_were_never_saved_makes_room(editor, monkeypatch):
    monkeypatch.setattr(revising, "MAX_DRAFTS", 2)
    for key in ("a", "b", "a", "c"):
        revising.keep_draft(editor, None, {}, key=key)

    assert [draft.key for draft in revising.drafts_of(editor, None)] == ["c", "a"]


# Presence


def test_somebody_is_there_for_a_minute_after_the_last_sign(editor):
    article = factories.draft()
    other = factories.staff(factories.EDITORS)
    revising.arrive(other, article)
    revising.arrive(editor, article)

    assert revising.others_at(editor, article) == [other]

    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert revising.others_at(editor, article) == []
