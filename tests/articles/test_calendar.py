"""The editorial calendar: its periods, what stands on its days, and moving what is scheduled."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from articles import calendar, contents, publishing, revising, scopes
from articles.models import Article, Editor, Transition
from tests import factories

CALENDAR = reverse("admin:articles_article_calendar")
# A Sunday; in Riyadh it is three hours later.
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SATURDAY, SUNDAY, MONDAY = 5, 6, 0
RIYADH, BERLIN, CAIRO = ZoneInfo("Asia/Riyadh"), ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Cairo")


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.mark.parametrize(
    ("zone", "weekday"),
    [
        ("Asia/Riyadh", SUNDAY),
        ("Africa/Cairo", SATURDAY),
        ("Africa/Casablanca", MONDAY),
        ("Europe/Berlin", MONDAY),
        ("UTC", MONDAY),
    ],
)
def test_a_week_begins_as_where_the_newsroom_is(zone, weekday):
    assert calendar.first_weekday(zone) == weekday


@pytest.mark.parametrize(
    ("view", "weekday", "first", "end", "before", "after"),
    [
        pytest.param("day", SUNDAY, (2026, 3, 4), (2026, 3, 5), (2026, 3, 3), (2026, 3, 5), id="day"),
        pytest.param("week", SUNDAY, (2026, 3, 1), (2026, 3, 8), (2026, 2, 28), (2026, 3, 8), id="week"),
        pytest.param(
            "week",
            SATURDAY,
            (2026, 2, 28),
            (2026, 3, 7),
            (2026, 2, 27),
            (2026, 3, 7),
            id="week from Saturday",
        ),
        pytest.param("month", SUNDAY, (2026, 3, 1), (2026, 4, 5), (2026, 2, 28), (2026, 4, 1), id="month"),
        pytest.param(
            "month",
            SATURDAY,
            (2026, 2, 28),
            (2026, 4, 4),
            (2026, 2, 28),
            (2026, 4, 1),
            id="month from Saturday",
        ),
    ],
)
def test_the_days_of_a_view(view, weekday, first, end, before, after):
    shown = calendar.period(view, date(2026, 3, 4), weekday)

    assert (shown.first, shown.end, shown.before, shown.after) == (
        date(*first), date(*end), date(*before), date(*after),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "wall", "at", "exists", "twice"),
    [
        pytest.param(RIYADH, "2026-03-29T02:30", "2026-03-28T23:30", True, False, id="no summer time"),
        pytest.param(
            BERLIN, "2026-03-29T02:30", "2026-03-29T01:30", False, False, id="hour put forward over"
        ),
        pytest.param(BERLIN, "2026-10-25T02:30", "2026-10-25T00:30", True, True, id="hour that comes twice"),
        pytest.param(BERLIN, "2026-10-25T03:00", "2026-10-25T02:00", True, False, id="hour after both"),
        pytest.param(
            CAIRO,
            "2026-04-24T00:00",
            "2026-04-23T22:00",
            False,
            False,
            id="midnight that does not come",
        ),
    ],
)
def test_hours_where_clocks_are_put_forward_and_back(zone, wall, at, exists, twice):
    wall = datetime.fromisoformat(wall)

    found = calendar.moment(wall, zone)

    assert found.astimezone(UTC) == datetime.fromisoformat(f"{at}Z")
    assert (calendar.exists(wall, zone), calendar.comes_twice(wall, zone)) == (exists, twice)


def entries(view="week", day=date(2026, 3, 1)):
    shown = calendar.period(view, day, SUNDAY)
    return {
        found.date.day: [(entry.kind, entry.article.pk) for entry in found.entries]
        for found in calendar.days(Article.objects.all(), shown)
        if found.entries
    }


@pytest.mark.django_db
def test_what_appears_and_what_is_withdrawn_stands_on_its_day_of_the_newsroom(clock):
    # In UTC it is Monday still.
    late = factories.published(at=NOON + timedelta(days=1, hours=10))
    both = factories.published(at=NOON + HOUR, withdraw_at=NOON + timedelta(days=2))
    factories.published(at=NOON - timedelta(days=1))
    factories.published(at=NOON + timedelta(days=7))
    factories.draft(withdraw_at=NOON + HOUR)

    assert entries() == {1: [("appear", both.pk)], 3: [("appear", late.pk), ("disappear", both.pk)]}


@pytest.mark.django_db
def test_a_full_day_shows_the_last_ones_and_how_many_were_before(clock):
    articles = [factories.published(at=NOON + timedelta(minutes=number)) for number in range(7)]

    day = calendar.days(Article.objects.all(), calendar.period("month", date(2026, 3, 1), SUNDAY))[0]

    assert [entry.article.pk for entry in day.entries] == [article.pk for article in articles[2:]]
    assert day.left_out == 2


# On the desk


def scheduled(**fields):
    return factories.published(at=NOON + HOUR, **fields)


def move(client, article, at, query="", **fields):
    version = Article.objects.get(pk=article.pk).version
    return client.post(f"{CALENDAR}?{query}", {"article": article.pk, "version": version, "at": at} | fields)


def hour(article):
    return Article.objects.get(pk=article.pk).published_at


@pytest.mark.django_db
def test_of_an_hour_that_comes_twice_the_one_that_it_was_comes_back(clock, as_editor, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    # The second half past two of that night.
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    article = factories.published(at=second)

    there = move(as_editor, article, "2026-10-26T09:00")
    move(as_editor, article, as_editor.get(there["Location"]).context["moved"]["was"])

    assert hour(article) == second


@pytest.mark.django_db
def test_an_editor_moves_what_is_scheduled_and_takes_it_back(clock, as_editor):
    article = scheduled()

    there = move(as_editor, article, "2026-03-05T09:30", "view=month&day=2026-03-01")
    page = as_editor.get(there["Location"])
    moved = hour(article)
    undo = page.context["moved"]
    move(as_editor, article, undo["was"])

    assert there["Location"].startswith(f"{CALENDAR}?view=month&day=2026-03-01&moved={article.pk}&")
    assert moved == datetime(2026, 3, 5, 6, 30, tzinfo=UTC)
    assert hour(article) == NOON + HOUR


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "fields", "status", "sentence"),
    [
        pytest.param("2026-03-01T14:59", {}, 422, "مضى هذا الموعد. اختر موعدًا لم يحن بعد.", id="passed"),
        pytest.param(
            "2026-03-05T09:30",
            {"version": 1},
            409,
            "غيّر شخص آخر هذا المقال في هذه الأثناء، والتقويم يعرضه كما هو الآن.",
            id="changed",
        ),
        pytest.param("غدًا", {}, 422, "اختر الموعد الجديد. وللنشر فورًا اضغط «نشر الآن».", id="no hour"),
    ],
)
def test_what_cannot_be_is_refused_in_words(clock, as_editor, at, fields, status, sentence):
    article = scheduled()

    page = move(as_editor, article, at, **fields)

    assert (page.status_code, page.context["problem"]) == (status, sentence)
    assert hour(article) == NOON + HOUR


@pytest.mark.django_db
def test_an_hour_that_clocks_skip_is_refused_and_one_that_comes_twice_is_told(as_editor, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    with time_machine.travel(NOON, tick=False):
        article = scheduled()
        skipped = move(as_editor, article, "2026-03-29T02:30")
        twice = as_editor.get(move(as_editor, article, "2026-10-25T02:30")["Location"])

    assert skipped.status_code == 422
    assert (
        skipped.context["problem"] == "لا وجود لهذه الساعة في ذلك اليوم، إذ تُقدَّم الساعات فيه. اختر ساعة أخرى."
    )
    assert (hour(article), twice.context["moved"]["comes_twice"]) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        True,
    )


@pytest.mark.django_db
def test_what_is_published_is_not_moved(clock, as_editor):
    article = factories.published()

    page = move(as_editor, article, "2026-03-05T09:30")

    assert (page.status_code, hour(article)) == (422, NOON)
    assert "data-wall" not in page.text


@pytest.mark.django_db
def test_a_reporter_sees_their_own_and_moves_none(clock, as_reporter, reporter):
    own = publishing.move(factories.draft(by=reporter), "publish", by=None, at=NOON + HOUR)
    others = scheduled()

    page = as_reporter.get(CALENDAR)

    assert (f"appear-{own.pk}" in page.text, f"appear-{others.pk}" in page.text) == (True, False)
    assert "data-wall" not in page.text
    assert [move(as_reporter, article, "2026-03-05T09:30").status_code for article in (own, others)] == [
        403,
        403,
    ]
    # Not told either that this hour cannot be.
    assert move(as_reporter, own, "").status_code == 403
    assert (hour(own), hour(others)) == (NOON + HOUR, NOON + HOUR)


@pytest.mark.django_db
def test_who_has_nothing_to_do_with_articles_has_no_calendar(client):
    client.force_login(factories.staff(factories.MODERATORS))

    assert client.get(CALENDAR).status_code == 403


@pytest.mark.django_db
def test_a_section_alone(clock, as_editor):
    here, elsewhere = scheduled(), scheduled(section=factories.section("رياضة"))

    page = as_editor.get(f"{CALENDAR}?section={here.section_id}").text

    assert (f"appear-{here.pk}" in page, f"appear-{elsewhere.pk}" in page) == (True, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["view=year", "day=2026-02-31", "day=9999-12-31", "section=x", "moved=x&was=y&version=z"]
)
def test_an_address_that_names_nothing_shows_this_week(clock, as_editor, query):
    page = as_editor.get(f"{CALENDAR}?{query}")

    assert (page.status_code, page.context["shown"].first) == (200, date(2026, 3, 1))


@pytest.mark.django_db
@pytest.mark.parametrize("view", ["week", "month", "day"])
@pytest.mark.parametrize("rows", [1, 300])
def test_the_page_takes_the_same_queries_for_many(clock, as_editor, django_assert_num_queries, view, rows):
    waiting = publishing.move(factories.draft(), "submit", by=None)
    article = scheduled(withdraw_at=NOON + 2 * HOUR)
    columns = {field.attname for field in Article._meta.concrete_fields} - {"id", "slug"}
    copies = [
        Article(**{name: getattr(row, name) for name in columns}, slug=f"{row.pk}-{number}")
        for row in (waiting, article)
        for number in range(rows)
    ]
    Article.objects.bulk_create(copies)

    # Session, account, its rights, those of its groups and its sections; what appears, what is withdrawn, sections,
    # what waits.
    with django_assert_num_queries(9):
        page = as_editor.get(f"{CALENDAR}?view={view}")

    assert page.status_code == 200


# Withdrawals


def leaving(**fields):
    """Is withdrawn on the next Tuesday at noon, which is three hours later in Riyadh."""
    return factories.published(at=NOON - HOUR, withdraw_at=NOON + timedelta(days=2), **fields)


def move_withdrawal(client, article, at, **fields):
    return move(client, article, at, kind="disappear", **fields)


def withdrawal(article):
    return Article.objects.get(pk=article.pk).withdraw_at


@pytest.mark.django_db
def test_a_withdrawal_is_moved_recorded_and_taken_back(clock, as_editor, editor):
    article = leaving()

    there = move_withdrawal(as_editor, article, "2026-03-05T09:30")
    page = as_editor.get(there["Location"])
    moved = withdrawal(article)
    undo = page.context["moved"]
    move_withdrawal(as_editor, article, undo["was"])

    assert (moved, withdrawal(article)) == (datetime(2026, 3, 5, 6, 30, tzinfo=UTC), NOON + timedelta(days=2))
    assert (undo["before"], undo["at"]) == (NOON + timedelta(days=2), moved)
    rows = article.transitions.filter(move="set_withdrawal").order_by("pk")
    assert list(rows.values_list("withdraw_at", "by")) == [
        (moved, editor.pk),
        (NOON + timedelta(days=2), editor.pk),
    ]
    assert list(article.clock_moves.filter(kind="disappear").values_list("at", flat=True)) == [
        NOON + timedelta(days=2)
    ]


@pytest.mark.django_db
def test_a_withdrawal_is_a_revision_and_readers_are_told_of_no_change(clock, as_editor):
    article = leaving()
    before = Article.objects.get(pk=article.pk)

    move_withdrawal(as_editor, article, "2026-03-05T09:30")

    after = Article.objects.get(pk=article.pk)
    assert (after.modified_at, after.version) == (before.modified_at, before.version + 1)
    revision = article.revisions.order_by("-pk").first()
    assert (revision.content, revision.applied_at) == (contents.of(after), NOON)


@pytest.mark.django_db
def test_a_working_copy_follows_and_is_published_with_the_new_hour(clock, as_editor):
    article = leaving()
    article.headline = "عنوان آخر عن OpenAI"
    revising.save(article, by=None, authors=[factories.author()], tags=[])

    move_withdrawal(as_editor, article, "2026-03-05T09:30")
    unseen = Article.objects.get(pk=article.pk).headline
    publishing.move(article, "publish_changes", by=None)

    after = Article.objects.get(pk=article.pk)
    assert unseen != after.headline == "عنوان آخر عن OpenAI"
    assert after.withdraw_at == datetime(2026, 3, 5, 6, 30, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "fields", "status", "sentence"),
    [
        pytest.param("2026-03-01T14:59", {}, 422, "مضى هذا الموعد. اختر موعدًا لم يحن بعد.", id="passed"),
        pytest.param(
            "2026-03-01T13:30", {}, 422, "يجب أن يكون موعد السحب بعد موعد النشر.", id="before it appeared"
        ),
        pytest.param("غدًا", {}, 422, "اختر الموعد الجديد.", id="no hour"),
        pytest.param(
            "2026-03-05T09:30",
            {"version": 1},
            409,
            "غيّر شخص آخر هذا المقال في هذه الأثناء، والتقويم يعرضه كما هو الآن.",
            id="changed",
        ),
    ],
)
def test_a_withdrawal_that_cannot_be_is_refused_in_words(clock, as_editor, at, fields, status, sentence):
    article = leaving()

    page = move_withdrawal(as_editor, article, at, **fields)

    assert (page.status_code, page.context["problem"]) == (status, sentence)
    assert withdrawal(article) == NOON + timedelta(days=2)


@pytest.mark.django_db
def test_an_hour_of_the_unpublished_changes_is_not_written_over(clock, as_editor):
    article = leaving()
    article.withdraw_at = NOON + timedelta(days=3)
    revising.save(article, by=None, authors=[factories.author()], tags=[])

    page = move_withdrawal(as_editor, article, "2026-03-05T09:30")

    assert page.status_code == 422
    assert page.context["problem"].startswith("في التغييرات التي لم تُنشر موعد سحب آخر.")
    assert withdrawal(article) == NOON + timedelta(days=2)


@pytest.mark.django_db
def test_who_may_not_publish_it_moves_no_withdrawal_and_that_is_recorded(clock, client):
    reporter, elsewhere = factories.staff(factories.REPORTERS), factories.staff(factories.EDITORS)
    article = leaving(section=factories.section("رياضة"), by=reporter)
    scopes.limit(Editor.objects.get(pk=elsewhere.pk), [factories.section("تقنية")], by=None)
    answers = []
    for user in (reporter, elsewhere):
        client.force_login(user)
        answers.append(
            (move_withdrawal(client, article, "").status_code, "data-wall" in client.get(CALENDAR).text)
        )

    assert answers == [(403, False), (403, False)]
    assert withdrawal(article) == NOON + timedelta(days=2)
    denied = Transition.attempts.filter(is_denied=True).order_by("pk").values_list("move", "by")
    assert list(denied) == [("set_withdrawal", reporter.pk), ("set_withdrawal", elsewhere.pk)]


@pytest.mark.django_db
def test_unpublished_changes_stay_those_of_their_writer_when_the_withdrawal_is_moved(
    clock, as_editor, editor
):
    writer = factories.staff(factories.EDITORS)
    article = leaving()
    article.headline = "عنوان آخر عن OpenAI"
    revising.save(article, by=writer, authors=[factories.author()], tags=[], note="للعنوان")

    move_withdrawal(as_editor, article, "2026-03-05T09:30")

    changes = Article.objects.get(pk=article.pk).working_copy
    assert (changes.by, changes.note) == (writer, "للعنوان")


@pytest.mark.django_db
def test_an_offset_that_the_database_does_not_know_is_no_fault(clock, as_editor):
    article = factories.published(at=NOON + HOUR)

    page = move(as_editor, article, "2026-03-05T00:00:00+23:00")

    assert page.status_code == 302
    assert Article.objects.get().published_at == datetime(2026, 3, 4, 1, tzinfo=UTC)
