"""The demo content: that it fills every page and queue, comes once, and leaves what is not its own alone."""

import stat
from collections import Counter
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, Max
from django.test import override_settings
from django.utils import timezone

from articles import front_page
from articles.models import Arrangement, Article, Author, Correction, Section, Tag
from articles.workflow import Status
from comments.models import Comment, Decision, Effect, Finding, Kind, Level, Sanction, WatchedWord
from comments.rules import RULES
from newsroom.demo import seeding
from newsroom.text.excerpt import plain_text
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OWN_PASSWORD = "kept as it was 1"
LARGEST_PICTURE = 40_000


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker, tmp_path_factory):
    """A site with an article and an administrator of its own: what it was told, then the demo content by force."""
    folder = tmp_path_factory.mktemp("demo")
    with (
        override_settings(VAR_DIR=folder, MEDIA_ROOT=folder / "media"),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        User.objects.create_superuser("admin", password=OWN_PASSWORD)
        factories.published(headline="مقال ليس من العرض", section=factories.section("مطبخ"))
        out = StringIO()
        call_command("seed_demo", stdout=out)
        names = list(User.objects.values_list("username", flat=True))
        after_refusal = (Article.objects.count(), names, list(folder.iterdir()))
        yield SimpleNamespace(
            refusal=out.getvalue(), after_refusal=after_refusal, added=seeding.seed(force=True)
        )
        transaction.set_rollback(True)


def demo_articles():
    return Article.objects.exclude(headline="مقال ليس من العرض")


def test_seed_counts_what_it_added(seeded):
    assert seeded.added == seeding.Added(articles=47, images=35, comments=145)


def test_articles_stand_at_every_place_of_the_workflow(seeded):
    counts = dict(demo_articles().order_by().values_list("status").annotate(Count("pk")))

    assert counts == {Status.DRAFT: 2, Status.IN_REVIEW: 2, Status.PUBLISHED: 42, Status.ARCHIVED: 1}
    assert demo_articles().scheduled().count() == 2


def test_readers_find_corrections_by_the_editor(seeded):
    shown = Correction.objects.published().values_list("kind", "by__username")

    assert Counter(shown) == {("correction", "editor"): 1, ("update", "editor"): 1}


@pytest.mark.parametrize(
    "kind",
    [pytest.param(Section, id="section"), pytest.param(Tag, id="tag"), pytest.param(Author, id="author")],
)
def test_no_page_is_empty(seeded, kind):
    listed = kind.objects.filter(articles__in=Article.objects.published())

    assert list(kind.objects.exclude(pk__in=listed)) == []


def test_sections_keep_the_order_of_the_file(seeded):
    names = Section.objects.exclude(name="مطبخ").values_list("name", flat=True)

    assert list(names) == ["سياسة", "اقتصاد", "تقنية", "علوم", "ثقافة", "رياضة", "رأي"]


def test_the_front_page_is_arranged_by_the_editor_and_every_slot_shows_something(seeded):
    arrangement = Arrangement.objects.get()
    sections = front_page.sections(with_picks=True)
    front = front_page.compose(front_page.choice_of(sections), sections)

    lead = front.stories(front_page.LEAD)[0]
    assert (arrangement.by.username, lead.headline) == (
        "editor",
        "الترام يعود إلى وسط المرسى بعد ستين عامًا من الغياب",
    )
    ours = [slot for slot in front.page.shown if slot != front_page.strip(Section.objects.get(name="مطبخ"))]
    assert [slot for slot in ours if not front.page.shown[slot]] == []


def test_the_imported_article_is_that_of_the_text_file(seeded):
    article = Article.objects.get(headline__startswith="انتقل إلى OpenAI")

    lines = (seeding.FOLDER / "seed-article.txt").read_text("utf-8").split("\n")
    assert [article.headline, *plain_text(article.body).split("\n")] == [
        line for line in lines if line.strip()
    ][:-3]
    assert (article.section.name, article.machine_translated, article.is_public) == ("تقنية", True, True)


def test_comments_are_in_every_state(seeded):
    counts = dict(Comment.objects.order_by().values_list("status").annotate(Count("pk")))

    assert counts == {"approved": 114, "pending": 23, "rejected": 5, "spam": 3}


def test_one_article_has_more_than_a_page_of_threads_and_one_a_deep_one(seeded):
    roots = Comment.objects.shown().filter(depth=0).values("article").annotate(number=Count("pk"))

    assert roots.aggregate(Max("number"))["number__max"] > 60
    assert Comment.objects.shown().aggregate(Max("depth"))["depth__max"] == 6


def test_every_rule_found_something_but_those_on_the_length(seeded):
    found = set(Finding.objects.values_list("rule", flat=True))

    assert found == {rule.name for rule in RULES} - {"empty", "too_long"}


def test_readers_reported_some(seeded):
    assert sorted(Comment.objects.reported().values_list("open_reports", flat=True)) == [1, 2]


def test_sanctions_stand_in_every_state(seeded):
    states = {
        "in force": Sanction.objects.in_force().count(),
        "expired": Sanction.objects.filter(lifted_at=None, expires_at__lte=timezone.now()).count(),
        "lifted": Sanction.objects.exclude(lifted_at=None).count(),
    }

    assert states == {"in force": 3, "expired": 1, "lifted": 1}
    assert set(Sanction.objects.values_list("effect", flat=True)) == set(Effect.values)


@pytest.mark.parametrize(("column", "choices"), [("kind", Kind), ("level", Level)])
def test_words_are_of_every_kind_and_level(seeded, column, choices):
    assert set(WatchedWord.objects.values_list(column, flat=True)) == set(choices.values)


def test_decisions_are_the_moderators(seeded):
    assert set(Decision.objects.values_list("by__username", flat=True)) == {"moderator"}


def test_decisions_follow_their_comments_over_the_days(seeded):
    decisions = Decision.objects.select_related("comment")

    early = [decision for decision in decisions if decision.at <= decision.comment.created_at]
    late = [decision for decision in decisions if decision.at > timezone.now()]
    most_in_an_hour = Counter(
        decision.at.replace(minute=0, second=0, microsecond=0) for decision in decisions
    )
    assert (early, late) == ([], [])
    assert max(most_in_an_hour.values()) < len(decisions) / 4
    assert len(decisions.datetimes("at", "day")) >= 5


def test_nobody_answers_a_comment_that_is_not_approved_yet(seeded):
    approvals = Decision.objects.filter(to_status="approved").select_related("comment")

    assert not [
        approval
        for approval in approvals
        if approval.comment.replies.filter(created_at__lt=approval.at).exists()
    ]


def test_no_comment_is_older_than_its_article_or_what_it_answers(seeded):
    comments = Comment.objects.select_related("article", "parent")

    early = [
        c
        for c in comments
        if c.created_at < (c.parent or c).created_at or c.created_at < c.article.published_at
    ]
    assert early == []


def test_the_queue_has_an_age_and_nothing_comes_from_the_future(seeded):
    oldest = Comment.objects.pending().earliest("created_at").created_at
    newest = Comment.objects.latest("created_at").created_at

    assert (timezone.now() - oldest > timedelta(days=3), newest < timezone.now()) == (True, True)


def test_the_reporter_has_drafts_of_her_own(seeded):
    reporter = User.objects.get(username="reporter")

    own = Article.objects.editable_by(reporter).values_list("status", flat=True)
    assert {Status.DRAFT, Status.IN_REVIEW, Status.PUBLISHED} <= set(own)


def test_new_accounts_sign_in_with_the_passwords_of_a_file_that_only_its_owner_reads(seeded):
    passwords = seeding.passwords()

    signed_in = {
        name for name, password in passwords.items() if authenticate(username=name, password=password)
    }
    assert signed_in == {"reporter", "editor", "chief", "sports", "moderator"}
    assert stat.S_IMODE(seeding.accounts_file().stat().st_mode) == 0o600


def test_an_account_that_was_there_keeps_its_password(seeded):
    assert User.objects.get(username="admin").check_password(OWN_PASSWORD)


def test_a_second_run_adds_nothing(seeded, django_assert_num_queries):
    # The savepoint, the question, the end of the savepoint.
    with django_assert_num_queries(3):
        assert seeding.seed() is None


def test_each_run_prints_the_same_accounts(seeded):
    runs = [StringIO(), StringIO()]
    for out in runs:
        call_command("seed_demo", stdout=out)

    expected = [f"Demo accounts, also in {seeding.accounts_file()}:"]
    people = {
        "reporter": "هالة إبراهيم · مراسل",
        "editor": "ماجد الخوري · محرّر",
        "chief": "بشرى السالم · رئيس تحرير",
        "sports": "كريم منصور · محرّر",
        "moderator": "سناء الطاهر · مشرف تعليقات",
    }
    expected += [
        f"  {name:<10} {password:<18} {people[name]}" if name in people else f"  {name:<10} {password}"
        for name, password in seeding.passwords().items()
    ]
    assert [out.getvalue().splitlines() for out in runs] == [expected, expected]


def test_a_site_with_articles_of_its_own_is_left_alone(seeded):
    assert seeded.refusal == "The site has articles of its own, so no demo content was added.\n"
    assert seeded.after_refusal == (1, ["admin"], [])


def test_a_password_in_the_file_is_used_again(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    (tmp_path / "demo-accounts.txt").write_text("editor from-an-earlier-database\n")

    assert (seeding._password("editor"), len(seeding._password("moderator"))) == (
        "from-an-earlier-database",
        16,
    )


def test_each_picture_is_small():
    pictures = list((seeding.FOLDER / "images").glob("*.webp"))

    assert len(pictures) >= 14
    assert all(0 < picture.stat().st_size <= LARGEST_PICTURE for picture in pictures)
