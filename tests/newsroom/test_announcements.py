"""What verbs announce, and who hears of it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from articles import clock_moves, corrections, publishing, revising
from articles.announcing import path_of
from articles.models import Article
from comments import moderation
from newsroom.announcements import telling
from newsroom.announcements.models import Announcement, Event
from tests import factories

pytestmark = pytest.mark.django_db


def announced():
    """What was announced since the last look."""
    found = [(row.event, row.number) for row in Announcement.objects.all()]
    Announcement.objects.all().delete()
    return found


def test_the_life_of_an_article():
    article = factories.draft()
    publishing.save(article)
    assert announced() == []

    publishing.move(article, "publish", by=None)
    assert announced() == [(Event.PUBLISHED, article.pk)]
    article.headline = "عنوان آخر"
    publishing.save(article)
    assert announced() == [(Event.CHANGED, article.pk)]
    corrections.add(article, "correction", "تصحيح", by=None)
    assert announced() == [(Event.CHANGED, article.pk)]
    publishing.move(article, "withdraw", by=None)
    assert announced() == [(Event.WITHDRAWN, article.pk)]
    publishing.save(article)
    assert announced() == []


def test_what_the_clock_shows_and_takes_away():
    now = timezone.now()
    article = factories.published(at=now + timedelta(hours=1), withdraw_at=now + timedelta(hours=2))
    assert announced() == []

    with time_machine.travel(now + timedelta(hours=1, seconds=1)):
        clock_moves.note_due()
        assert announced() == [(Event.PUBLISHED, article.pk)]
    with time_machine.travel(now + timedelta(hours=2, seconds=1)):
        clock_moves.note_due()
        assert announced() == [(Event.WITHDRAWN, article.pk)]


def test_a_deleted_article_is_known_by_where_it_stood():
    article = factories.published(headline="خبر")
    factories.draft()
    path = path_of(article)
    announced()

    publishing.delete(Article.objects.all())

    assert [(row.event, row.number, row.path) for row in Announcement.objects.all()] == [
        (Event.WITHDRAWN, article.pk, path)
    ]


def test_a_withdrawal_does_not_tell_the_headline_of_a_draft():
    article = factories.published(headline="خبر")
    path = path_of(article)
    writer = factories.staff(factories.EDITORS)
    article.headline = article.slug = "سرّ"
    revising.save(article, by=writer, expected_version=article.version, authors=[], tags=[])
    announced()
    publishing.move(article, "withdraw", by=None)

    assert [row.path for row in Announcement.objects.all()] == [path]


def test_comments_that_readers_see_from_now_on():
    article = factories.published()
    first = factories.sent(article)
    moderation.approve([first], by=None)
    first.refresh_from_db()
    answer = factories.sent(article, parent=first)
    announced()

    moderation.approve([answer], by=None)
    assert announced() == [(Event.APPROVED, answer.pk)]
    moderation.mark_spam([first], by=None)
    assert announced() == []
    first.refresh_from_db()
    # What answers it is seen again with it.
    moderation.approve([first], by=None)
    assert sorted(announced()) == [(Event.APPROVED, first.pk), (Event.APPROVED, answer.pk)]


def test_nothing_is_announced_of_what_was_rolled_back():
    with transaction.atomic():
        telling.announce(Event.PUBLISHED, 1)
        transaction.set_rollback(True)

    assert announced() == []


def test_each_listener_hears_of_each_event_once_and_in_order():
    telling.announce(Event.PUBLISHED, 1, "/article/1/a/")
    telling.announce_all(Event.APPROVED, [(2, ""), (3, "")])
    heard = {"first": [], "second": []}
    listeners = {
        name: lambda rows, name=name: heard[name].append([row.number for row in rows]) for name in heard
    }

    assert telling.tell_due(listeners) == 3
    assert telling.tell_due(listeners) == 0

    assert heard == {"first": [[1, 2, 3]], "second": [[1, 2, 3]]}


def test_who_fails_keeps_nobody_else_from_hearing_and_hears_again(caplog):
    for number in range(3):
        telling.announce(Event.PUBLISHED, number)
    heard = []
    good, broken = [], {1}

    def fail(rows):
        telling.announce(Event.CHANGED, 99)
        if broken & {row.number for row in rows}:
            raise ZeroDivisionError
        heard.extend(row.number for row in rows)

    listeners = {"bad": fail, "good": lambda rows: good.extend(row.number for row in rows if row.number < 9)}
    telling._tell_some(listeners)

    assert (heard, good) == ([0, 2], [0, 1, 2])
    # What it wrote before it failed went with it.
    assert Announcement.objects.filter(number=99).count() == 2
    (row,) = Announcement.objects.filter(number=1)
    assert (row.heard_by, row.tries) == (["good"], 1)
    assert "ZeroDivisionError" in caplog.text
    broken.clear()
    Announcement.objects.filter(number=99).delete()
    row.next_at = timezone.now()
    row.save()
    telling._tell_some(listeners)
    assert (heard, good) == ([0, 2, 1], [0, 1, 2])
