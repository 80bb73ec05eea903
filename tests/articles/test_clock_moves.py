"""What the clock does to articles gets into their history, and is told, item by item and once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.encoding import iri_to_uri

from articles import clock_moves, publishing
from articles.models import Article, ClockMove, Transition
from newsroom.mail.models import OutgoingMail
from tests import factories
from tests.article_form import LIST, told_on

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAGE = "/admin/articles/clockmove/"


def history(article):
    rows = article.transitions.filter(by=None).exclude(move__in=["publish", "reschedule", "withdraw"])
    return [(row.move, row.from_state, row.to_state, row.at) for row in rows]


def mails():
    return sorted((mail.read()[0], mail.subject) for mail in OutgoingMail.objects.all())


def with_address(group, email):
    user = factories.staff(group)
    user.email = email
    user.save()
    return user


def refuse(article):
    """Have the database itself refuse any history of this article."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE 'أحمد wrote this'; END $$;"
            f" CREATE TRIGGER refuse BEFORE INSERT ON articles_transition FOR EACH ROW"
            f" WHEN (NEW.article_id = {article.pk} AND NEW.move = 'appear') EXECUTE FUNCTION refuse()"
        )


def relent():
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuse ON articles_transition")


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def test_what_appeared_is_noted_and_told_to_its_writer_and_to_who_scheduled_it(clock):
    writer = with_address(factories.REPORTERS, "writer@example.org")
    editor = with_address(factories.EDITORS, "editor@example.org")
    article = factories.draft(by=writer, headline="مايكروسوفت وMistral AI")
    publishing.move(article, "publish", by=editor, at=NOON + HOUR)

    before = clock_moves.note_due()
    clock.move_to(NOON + 3 * HOUR)
    after = clock_moves.note_due()

    assert (before, after, clock_moves.note_due()) == (0, 1, 0)
    assert history(article) == [("appear", "scheduled", "published", NOON + HOUR)]
    subject = "نُشر: \u2067مايكروسوفت وMistral AI\u2069"
    assert mails() == [("editor@example.org", subject), ("writer@example.org", subject)]


def test_a_clock_that_jumps_and_is_set_back_notes_and_tells_once(clock):
    writer = with_address(factories.EDITORS, "writer@example.org")
    article = factories.draft(by=writer)
    publishing.move(article, "publish", by=writer, at=NOON + HOUR)
    seen, noted = [], []

    for hours in (0, 2, -3, 0.5, 1.5, 0, 2):
        clock.move_to(NOON + hours * HOUR)
        noted.append(clock_moves.note_due())
        seen.append(Article.objects.published().filter(pk=article.pk).exists())

    # Readers see it whenever the clock says that its hour has come; what follows of that is done once.
    assert seen == [False, True, False, False, True, False, True]
    assert noted == [0, 1, 0, 0, 0, 0, 0]
    assert history(article) == [("appear", "scheduled", "published", NOON + HOUR)]
    assert len(mails()) == 1


def test_the_mail_says_the_hour_of_the_newsroom_and_leads_to_the_desk(clock, settings):
    writer = with_address(factories.EDITORS, "writer@example.org")
    article = factories.draft(by=writer, headline="خبر")
    publishing.move(article, "publish", by=writer, at=NOON + HOUR)
    clock.move_to(NOON + HOUR)
    clock_moves.note_due()

    text = OutgoingMail.objects.get().read()[1]["text"]

    assert text.split("\n-- \n")[0].splitlines() == [
        "نُشر المقال في موعده:",
        "\u2067خبر\u2069",
        "1 مارس 2026، 16:00",
        "",
        "على الموقع:",
        f"{settings.SITE_URL}{iri_to_uri(article.get_absolute_url())}",
        "",
        "على مكتب التحرير:",
        f"{settings.SITE_URL}{LIST}{article.pk}/change/",
    ]


def test_missed_hours_are_caught_up_each_at_its_own(clock):
    article = factories.draft(withdraw_at=NOON + 2 * HOUR)
    publishing.move(article, "publish", by=None, at=NOON + HOUR)
    clock.move_to(NOON + 9 * HOUR)

    clock_moves.note_due()

    assert history(article) == [
        ("disappear", "published", "withdrawn", NOON + 2 * HOUR),
        ("appear", "scheduled", "published", NOON + HOUR),
    ]


@pytest.mark.parametrize(
    ("name", "left"),
    [
        pytest.param("publish_now", [("disappear", NOON + 3 * HOUR)], id="published at once"),
        pytest.param("withdraw", [], id="withdrawn to draft"),
        pytest.param("archive", [], id="archived"),
        pytest.param(
            "reschedule", [("appear", NOON + 2 * HOUR), ("disappear", NOON + 3 * HOUR)], id="rescheduled"
        ),
    ],
)
def test_what_a_move_by_hand_gives_up_does_not_happen(clock, name, left):
    article = factories.draft(withdraw_at=NOON + 3 * HOUR)
    publishing.move(article, "publish", by=None, at=NOON + HOUR)

    publishing.move(article, name, by=None, at=NOON + 2 * HOUR if name == "reschedule" else None)

    assert list(ClockMove.objects.values_list("kind", "at")) == left


def test_what_happened_before_a_move_by_hand_is_noted_still(clock):
    article = factories.draft()
    publishing.move(article, "publish", by=None, at=NOON + HOUR)
    clock.move_to(NOON + 2 * HOUR)
    publishing.move(article, "withdraw", by=None)

    clock_moves.note_due()

    assert history(article) == [("appear", "scheduled", "published", NOON + HOUR)]
    assert list(article.transitions.values_list("move", flat=True)) == ["withdraw", "appear", "publish"]


def test_one_that_fails_stops_no_other_and_is_told_on_the_desk(clock, as_editor):
    articles = [factories.published(at=NOON + HOUR) for _ in range(3)]
    refuse(articles[0])
    clock.move_to(NOON + HOUR)

    clock_moves.note_due()

    assert [len(history(article)) for article in articles] == [0, 1, 1]
    failing = ClockMove.objects.get()
    assert (failing.article, failing.attempts, failing.failure, failing.next_at) == (
        articles[0], 1, "ProgrammingError P0001", NOON + HOUR + timedelta(minutes=1),
    )  # fmt: skip
    index, page = as_editor.get("/admin/").text, as_editor.get(f"{PAGE}?late=1").text
    assert f'href="{PAGE}?late=1"' in index
    assert "ProgrammingError P0001" in page
    assert "أحمد" not in page


def test_a_second_run_changes_nothing(clock):
    articles = [factories.published(at=NOON + HOUR) for _ in range(3)]
    refuse(articles[0])
    clock.move_to(NOON + HOUR)
    clock_moves.note_due()
    stored = [
        list(model.objects.order_by("pk").values())
        for model in (Transition, ClockMove, OutgoingMail, Article)
    ]

    clock_moves.note_due()

    assert stored == [
        list(model.objects.order_by("pk").values())
        for model in (Transition, ClockMove, OutgoingMail, Article)
    ]


def test_pauses_grow_up_to_an_hour(clock):
    refuse(factories.published(at=NOON + HOUR))
    clock.move_to(NOON + HOUR)
    pauses = []

    for _ in range(9):
        clock_moves.note_due()
        failing = ClockMove.objects.get()
        pauses.append(int((failing.next_at - datetime.now(UTC)).total_seconds() / 60))
        clock.move_to(failing.next_at)

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_an_editor_has_one_tried_again(clock, as_editor):
    article = factories.published(at=NOON + HOUR)
    refuse(article)
    clock.move_to(NOON + HOUR)
    clock_moves.note_due()
    relent()
    move = ClockMove.objects.get()

    page = as_editor.post(PAGE, {"action": "try_again", "_selected_action": [move.pk]}, follow=True)
    clock_moves.note_due()

    assert told_on(page) == ["تُعاد محاولة واحدة بعد قليل."]
    assert history(article) == [("appear", "scheduled", "published", NOON + HOUR)]


def test_who_may_not_publish_has_nothing_tried_again(as_reporter, reporter):
    with pytest.raises(PermissionDenied):
        clock_moves.try_again(ClockMove.objects.all(), by=reporter)

    assert as_reporter.get(PAGE).status_code == 403


def test_the_start_page_says_when_no_worker_came(clock, as_editor):
    factories.published(at=NOON + HOUR)
    clock.move_to(NOON + HOUR)
    in_time = as_editor.get("/admin/").text
    clock.move_to(NOON + HOUR + timedelta(minutes=6))

    assert ("late=1" in in_time, "late=1" in as_editor.get("/admin/").text) == (False, True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_moves_takes_six_queries(clock, as_editor, django_assert_num_queries, count):
    for _ in range(count):
        factories.published(at=NOON + HOUR)

    with django_assert_num_queries(6):
        as_editor.get(PAGE)
