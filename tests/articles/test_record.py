"""The record of an article: a line for all that was done with it, and what a line says."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles import calendar, corrections, publishing, reviewing, revising
from articles.models import Transition
from articles.models.correction import Kind
from newsroom.text import bidi
from tests import factories
from tests.article_form import LIST, change, payload

pytestmark = pytest.mark.django_db

RECORD = "/admin/articles/transition/"
NOON, EVENING = datetime(2099, 5, 6, 9, tzinfo=UTC), datetime(2099, 5, 7, 15, tzinfo=UTC)
# By the clocks of Riyadh.
FROM_NOON_TO_EVENING = "من 6 مايو 2099، 12:00 إلى 7 مايو 2099، 18:00"


@pytest.fixture
def as_chief(client):
    client.force_login(factories.staff(factories.CHIEF_EDITORS))
    return client


def _lines(client, article):
    """What the form of an article says of it, newest first, without who and when."""
    page = client.get(change(article)).text
    rows = re.findall(r"<li>\s*<p>(.*?)</p>", page[page.index('id="transitions-heading"') :], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]


def _row(client):
    """The newest line of the record of all, without who and when."""
    page = client.get(RECORD)
    row = re.search(r"<tr>(<td.*?)</tr>", page.text, re.DOTALL)[1]
    cells = re.findall(r'<td class="field-(\w+)[^"]*">(.*?)</td>', row, re.DOTALL)
    return {name: " ".join(re.sub(r"<[^>]*>", " ", text).split()) for name, text in cells}


def _scheduled(**fields):
    return factories.published(at=NOON, **fields)


# The lines


def _corrected(article, editor):
    corrections.add(article, Kind.CORRECTION, "الصحيح GPT-4.", by=editor)


def _reworded(article, editor):
    note = corrections.add(article, Kind.CORRECTION, "الصحيح GPT-3.", by=editor)
    corrections.reword(note, Kind.CORRECTION, "الصحيح GPT-4.", by=editor)


def _noted(article, editor):
    reviewing.add_note(article, "راجع الرقم مع Sam", by=editor)


@pytest.mark.parametrize(
    ("verb", "line", "act", "remark"),
    [
        (_corrected, "أُضيف تنويه", "كتابة تنويه", "الصحيح GPT-4."),
        (_reworded, "أُعيدت صياغة تنويه", "إعادة صياغة تنويه", "الصحيح GPT-4."),
        (_noted, "ملاحظة بين المحرّرين", "كتابة ملاحظة للمحرّرين", "-"),
    ],
)
def test_what_leaves_the_state_has_its_line_in_both_records(as_chief, editor, verb, line, act, remark):
    article = factories.published()

    verb(article, editor)

    assert _lines(as_chief, article)[0] == line
    row = _row(as_chief)
    assert (row["act"], row["states"], row["remark"]) == (act, "منشور", remark)
    assert Transition.objects.first().by == editor


def test_a_correction_that_takes_the_article_away_has_two_lines(editor):
    article = factories.published()
    article.transitions.all().delete()

    corrections.add(article, Kind.RETRACTION, "لا يصحّ.", by=editor, withdraw=True)

    assert list(article.transitions.order_by("pk").values_list("move", flat=True)) == ["correct", "archive"]


def test_a_reviewer_has_a_line_with_the_name(as_chief, editor):
    article = factories.draft()

    reviewing.assign(article, editor, by=editor)

    assert _lines(as_chief, article) == [f"للمراجعة عند {bidi.isolate_plain(editor.username)}"]


def test_the_same_wording_again_leaves_no_line(editor):
    note = corrections.add(factories.published(), Kind.CORRECTION, "الصحيح GPT-4.", by=editor)
    count = Transition.objects.count()

    corrections.reword(note, Kind.CORRECTION, "الصحيح GPT-4.", by=editor)

    assert Transition.objects.count() == count


def test_a_note_that_is_refused_leaves_no_line(editor):
    article = factories.draft()

    with pytest.raises(reviewing.NoteRefused):
        reviewing.add_note(article, " \n", by=editor)

    assert not Transition.objects.exists()


def test_writers_do_not_learn_of_notes_from_the_record(as_reporter, reporter, editor):
    article = factories.draft(by=reporter)
    _noted(article, editor)
    publishing.move(article, "submit", by=reporter)

    assert _lines(as_reporter, article) == ["مسوّدة صار قيد المراجعة"]


# Hours


def _by_the_form(client, article):
    client.post(change(article), payload(article, _move="reschedule", publish_at="2099-05-07T18:00"))


def _in_the_calendar(client, article):
    sent = {"article": article.pk, "version": article.version, "at": "2099-05-07T18:00"}
    client.post(f"{LIST}calendar/", sent)


@pytest.mark.parametrize("road", [_by_the_form, _in_the_calendar])
def test_another_hour_is_recorded_with_the_one_before_by_the_newsrooms_clock(as_chief, road):
    article = _scheduled()

    road(as_chief, article)

    line = article.transitions.first()
    assert (line.move, line.previous_hour, line.published_at) == ("reschedule", NOON, EVENING)
    assert _lines(as_chief, article)[0] == f"تغيّر الموعد {FROM_NOON_TO_EVENING}"
    assert _row(as_chief)["hours"] == FROM_NOON_TO_EVENING


@pytest.mark.parametrize("move", ["publish_now", "withdraw", "archive"])
def test_an_hour_that_was_given_up_is_recorded(as_chief, editor, move):
    article = _scheduled()

    publishing.move(article, move, by=editor)

    assert _row(as_chief)["hours"] == "كان موعده 6 مايو 2099، 12:00"


def test_published_changes_set_no_hour(editor):
    article = _scheduled()
    article.headline = "عنوان آخر"
    revising.save(article, by=editor, authors=[], tags=[])

    publishing.move(article, "publish_changes", by=editor)

    assert article.transitions.first().previous_hour is None


def test_an_hour_that_has_passed_leaves_no_line(editor):
    article = _scheduled()
    count = Transition.objects.count()

    with pytest.raises(publishing.PublishingError):
        calendar.reschedule(
            article, timezone.now() - timedelta(days=1), by=editor, expected_version=article.version
        )

    assert Transition.objects.count() == count
