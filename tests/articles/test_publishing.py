import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from articles import publishing, revising
from articles.models import Article, Tag
from articles.workflow import MOVES, State, Status
from tests import factories
from tests.races import overtaken

pytestmark = pytest.mark.django_db


def test_save_cleans_the_body_and_keeps_the_words():
    article = factories.draft(body='<p onclick="x()">نموذج Mixtral-8x7B</p><script>alert(1)</script>')

    assert article.body == "<p>نموذج Mixtral-8x7B</p>"


def test_save_isolates_what_would_move_in_the_rendered_body_only():
    article = factories.draft(body="<p>لغة C++ أسرع</p>")

    assert article.body == "<p>لغة C++ أسرع</p>"
    assert article.body_html == '<p>لغة <bdi dir="ltr">C++</bdi> أسرع</p>'


def test_save_keeps_a_score_together_in_the_rendered_body_only():
    article = factories.draft(body="<p>فاز الأهلي 3-2 أمس</p>")

    assert article.body == "<p>فاز الأهلي 3-2 أمس</p>"
    assert article.body_html == '<p>فاز الأهلي <span class="together">3-2</span> أمس</p>'


def test_save_drops_bidi_overrides_from_every_line():
    article = factories.draft(
        headline="\u202eعنوان OpenAI", kicker="\u2066خبر", source_name="The\u202e Verge"
    )

    assert (article.headline, article.kicker, article.source_name) == ("عنوان OpenAI", "خبر", "The Verge")


def test_save_again_changes_nothing_but_the_version():
    article = factories.draft(body="<div class=MsoNormal>نصّ <span style='color:red'>ملوّن</span></div>")
    body, html, slug = article.body, article.body_html, article.slug

    publishing.save(article)

    stored = Article.objects.get(pk=article.pk)
    assert (stored.body, stored.body_html, stored.slug, stored.version) == (body, html, slug, 2)


def test_two_articles_of_one_headline_have_two_addresses():
    first, second = factories.draft(headline="خبر عاجل"), factories.draft(headline="خبر عاجل")

    assert (first.slug, second.slug) == ("خبر-عاجل", "خبر-عاجل-2")


@pytest.mark.django_db(transaction=True)
def test_four_of_one_headline_at_the_same_moment_are_all_stored():
    section, author = factories.section(), factories.author()
    gate = threading.Barrier(4)

    def write():
        gate.wait()
        factories.draft(headline="خبر عاجل", section=section, authors=[author])
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert set(Article.objects.values_list("slug", flat=True)) == {
        "خبر-عاجل",
        "خبر-عاجل-2",
        "خبر-عاجل-3",
        "خبر-عاجل-4",
    }


def _save_as(row, slug):
    row.slug = slug
    return publishing.save(row) if isinstance(row, Article) else publishing.save_named(row)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "make",
    [lambda text: factories.draft(headline=text), factories.tag, factories.author],
    ids=["article", "tag", "author"],
)
def test_of_two_rows_given_one_address_at_the_same_moment_the_later_takes_the_next(make):
    first, second = make("اسم أول"), make("اسم ثان")

    overtaken(lambda: _save_as(first, "خبر"), lambda: _save_as(second, "خبر"))

    slugs = [type(row).objects.get(pk=row.pk).slug for row in (first, second)]
    assert slugs == ["خبر", "خبر-2"]


@pytest.mark.django_db(transaction=True)
def test_a_name_that_is_taken_at_the_same_moment_is_not_tried_again():
    with pytest.raises(IntegrityError):
        overtaken(
            lambda: factories.tag("OpenAI"), lambda: publishing.save_named(Tag(name="OpenAI", slug="x"))
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_one_article_at_the_same_moment_the_later_is_refused():
    article = factories.draft()

    def save():
        return publishing.save(Article.objects.get(pk=article.pk), expected_version=1)

    with pytest.raises(publishing.EditConflict):
        overtaken(save, save)


def test_save_refuses_a_version_that_is_no_longer_the_stored_one():
    article = factories.draft()
    publishing.save(Article.objects.get(pk=article.pk), expected_version=1)
    article.headline = "عنوان متأخر"

    with pytest.raises(publishing.EditConflict):
        publishing.save(article, expected_version=1)

    assert Article.objects.get(pk=article.pk).headline != "عنوان متأخر"


def test_authors_keep_their_order():
    names = ["سامر قاسم", "Sarah Keller", "ليلى حدّاد"]

    article = factories.draft(authors=[factories.author(name) for name in names])

    assert [byline.author.name for byline in article.bylines.all()] == names


@pytest.mark.parametrize(
    ("status", "published_in", "withdraw_in", "visible"),
    [
        pytest.param(Status.PUBLISHED, -1, None, True, id="published"),
        pytest.param(Status.PUBLISHED, 1, None, False, id="scheduled"),
        pytest.param(Status.PUBLISHED, -2, -1, False, id="withdrawn"),
        pytest.param(Status.PUBLISHED, -2, 1, True, id="to be withdrawn"),
        pytest.param(Status.DRAFT, -1, None, False, id="draft"),
        pytest.param(Status.IN_REVIEW, -1, None, False, id="in review"),
        pytest.param(Status.ARCHIVED, -1, None, False, id="archived"),
    ],
)
def test_what_readers_may_see_is_decided_by_the_clock(status, published_in, withdraw_in, visible):
    article = factories.draft()
    now = timezone.now()
    article.status = status
    article.published_at = now + timedelta(hours=published_in)
    article.withdraw_at = now + timedelta(hours=withdraw_in) if withdraw_in else None
    article.save()

    assert Article.objects.published().exists() is visible
    assert article.is_public is visible


def _in_state(state):
    """A stored article in that state, by the clock where it decides."""
    now, day = timezone.now(), timedelta(days=1)
    dates = {
        State.SCHEDULED: {"published_at": now + day},
        State.WITHDRAWN: {"published_at": now - 2 * day, "withdraw_at": now - day},
    }
    status = Status.PUBLISHED if state in dates else Status(state)
    article = factories.draft()
    Article.objects.filter(pk=article.pk).update(
        **{"status": status, "published_at": now} | dates.get(state, {})
    )
    article.refresh_from_db()
    return article


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("state", State)
def test_a_move_is_made_from_its_own_states_only(name, state):
    article = _in_state(state)
    assert article.state == state
    at = timezone.now() + timedelta(days=2) if MOVES[name].needs_time else None
    note = "راجع رقم GPT-4." if MOVES[name].needs_note else ""
    if name == "publish_changes" and article.status == Status.PUBLISHED:
        article.headline = "عنوان جديد"
        revising.save(article, by=None, authors=[], tags=[])

    if state in MOVES[name].sources:
        publishing.move(article, name, by=None, at=at, note=note)
        expected = MOVES[name].target
    else:
        expected = article.status
        with pytest.raises(publishing.PublishingError):
            publishing.move(article, name, by=None, at=at, note=note)

    assert Article.objects.get(pk=article.pk).status == expected


def test_a_move_is_recorded_with_who_made_it():
    editor = factories.staff(factories.EDITORS)
    article = factories.draft()

    publishing.move(article, "publish", by=editor, note="عاجل")

    transition = article.transitions.get()
    assert (transition.from_state, transition.to_state, transition.by, transition.note) == (
        State.DRAFT,
        State.PUBLISHED,
        editor,
        "عاجل",
    )


def test_a_schedule_its_change_and_its_end_are_recorded_as_such():
    first, second = (timezone.now() + timedelta(days=days) for days in (1, 2))
    article = factories.published(at=first)

    publishing.move(article, "reschedule", by=None, at=second)
    publishing.move(article, "withdraw", by=None)

    rows = article.transitions.order_by("pk").values_list("from_state", "to_state", "published_at")
    assert list(rows) == [
        (State.DRAFT, State.SCHEDULED, first),
        (State.SCHEDULED, State.SCHEDULED, second),
        (State.SCHEDULED, State.DRAFT, None),
    ]


def test_an_article_is_moved_to_another_hour_without_being_withdrawn():
    article = factories.published(at=timezone.now() + timedelta(days=1))
    later = timezone.now() + timedelta(days=2)

    publishing.move(article, "reschedule", by=None, at=later)

    assert [found.published_at for found in Article.objects.scheduled()] == [later]


def test_an_article_is_not_moved_to_no_hour():
    tomorrow = timezone.now() + timedelta(days=1)
    article = factories.published(at=tomorrow)

    with pytest.raises(publishing.PublishingError):
        publishing.move(article, "reschedule", by=None)

    assert [found.published_at for found in Article.objects.scheduled()] == [tomorrow]


def test_a_scheduled_article_is_published_now():
    article = factories.published(at=timezone.now() + timedelta(days=1))

    publishing.move(article, "publish_now", by=None)

    assert list(Article.objects.published()) == [article]


@pytest.mark.parametrize("name", ["publish", "archive"])
def test_a_reporter_cannot_publish_or_archive(name):
    reporter = factories.staff(factories.REPORTERS)
    article = factories.draft(by=reporter)

    with pytest.raises(PermissionDenied):
        publishing.move(article, name, by=reporter)

    assert Article.objects.get(pk=article.pk).status == Status.DRAFT


def test_a_reporter_submits_their_own_draft_and_can_then_no_longer_edit_it():
    reporter = factories.staff(factories.REPORTERS)
    article = factories.draft(by=reporter)

    publishing.move(article, "submit", by=reporter)

    assert not publishing.may_edit(reporter, article)


def test_a_reporter_cannot_submit_the_draft_of_another():
    article = factories.draft(by=factories.staff(factories.REPORTERS))

    with pytest.raises(PermissionDenied):
        publishing.move(article, "submit", by=factories.staff(factories.REPORTERS))


@pytest.mark.parametrize("case", ["of another", "in review", "said to be their own"])
def test_a_reporter_cannot_save_what_is_not_their_own_draft(case):
    reporter = factories.staff(factories.REPORTERS)
    article = factories.draft(by=reporter if case == "in review" else factories.staff(factories.REPORTERS))
    changed = Article.objects.get(pk=article.pk)
    changed.headline = "عنوان آخر"
    if case == "in review":
        # After the reporter opened it.
        publishing.move(article, "submit", by=None)
    if case == "said to be their own":
        changed.created_by = reporter

    with pytest.raises(PermissionDenied):
        publishing.save(changed, by=reporter)

    stored = Article.objects.get(pk=article.pk)
    assert (stored.headline, stored.version) == (article.headline, article.version)


def test_a_moderator_cannot_write_a_new_article():
    with pytest.raises(PermissionDenied):
        factories.draft(by=factories.staff(factories.MODERATORS))

    assert not Article.objects.exists()


def test_an_article_without_a_body_is_not_published():
    article = factories.draft(body="<p> </p>")

    with pytest.raises(publishing.PublishingError):
        publishing.move(article, "publish", by=None)


def test_scheduling_leaves_the_article_unseen_until_its_hour():
    article = factories.draft()

    publishing.move(article, "publish", by=None, at=timezone.now() + timedelta(hours=1))

    assert article.is_scheduled
    assert not Article.objects.published().exists()
    assert list(Article.objects.scheduled()) == [article]


def test_withdrawing_hides_at_once():
    article = factories.published()

    publishing.move(article, "withdraw", by=None, note="خطأ في الرقم")

    assert not Article.objects.published().exists()


def _without_a_body(article):
    article.body = ""


def _withdrawn_before_it_appeared(article):
    article.withdraw_at = article.published_at - timedelta(days=1)


@pytest.mark.parametrize("name", ["withdraw", "archive"])
@pytest.mark.parametrize("change", [_without_a_body, _withdrawn_before_it_appeared])
def test_what_is_taken_back_may_have_unfinished_changes(change, name, editor):
    article = factories.published()
    change(article)
    revising.save(article, by=editor, authors=[], tags=[])

    publishing.move(article, name, by=editor)

    assert not Article.objects.published().exists()


@pytest.mark.parametrize("year", [1799, 2201, 9999])
def test_nothing_is_published_in_a_year_that_is_not_counted(year):
    with pytest.raises(publishing.PublishingError):
        publishing.move(factories.draft(), "publish", by=None, at=datetime(year, 6, 1, tzinfo=UTC))


def test_no_row_has_an_hour_that_could_not_be_read_again():
    article = factories.draft()

    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(withdraw_at="9999-12-31T23:59:00-12:00")

    assert Article.objects.get().withdraw_at is None


def test_saving_a_copy_read_earlier_does_not_undo_a_move():
    article = factories.draft()
    earlier = Article.objects.get(pk=article.pk)
    publishing.move(article, "publish", by=None)

    publishing.save(earlier)

    assert Article.objects.published().exists()


@pytest.mark.parametrize("save_again", [False, True], ids=["scheduled", "scheduled and saved"])
def test_a_scheduled_article_was_modified_when_it_was_saved(save_again):
    article = factories.published(at=timezone.now() + timedelta(days=1))
    if save_again:
        publishing.save(article)

    assert Article.objects.get().modified_at <= timezone.now()


def test_readers_get_the_text_of_a_scheduled_article_when_it_is_published():
    article = factories.published(at=timezone.now() + timedelta(days=1))

    assert Article.objects.get().updated_at == article.published_at


def test_readers_get_a_changed_text_when_it_is_saved():
    article = factories.published(at=timezone.now() - timedelta(days=1))

    publishing.save(article)

    assert article.updated_at == article.modified_at > article.published_at
