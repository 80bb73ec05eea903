"""Waves through the verb that takes comments, in the database."""

import random
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from comments import likeness, moderation, waves
from comments.models import Comment, Finding, LikenessKey, Mode, Policy, Status, Wave
from comments.queue import Wanted, waves_of
from comments.shown_waves import ShownWave
from comments.submission import NewComment, Sender, submit
from tests import factories
from tests.comment_waves import HEADLINE, genuine, spam
from tests.races import overtaken

LONG = "هذا الكاتب يقبض من الخارج ليشوه صورة بلدنا وعلى الصحيفة أن تعتذر للشعب كله"
OTHER = "زرت المستشفى الجديد أمس فوجدت نصفه مغلقا والطبيب الوحيد في إجازة منذ أسبوعين"
GREETINGS = ("", "يا شباب ", "اسمعوا مني ", "عاجل ", "بصراحة ")


def _variants(article, count, **fields):
    return [factories.sent(article, body=GREETINGS[at] + LONG, **fields) for at in range(count)]


def _waves():
    return sorted(Comment.objects.order_by("pk").values_list("pk", "wave"))


def _keys(comment):
    return set(LikenessKey.objects.filter(comment=comment).values_list("in_wave", flat=True))


def test_the_third_of_a_kind_makes_a_wave_of_all(article):
    comments = _variants(article, 3)

    wave = Wave.objects.get()
    assert _waves() == [(comment.pk, wave.pk) for comment in comments]
    assert [_keys(comment) for comment in comments] == [{True}, {True}, {True}]
    assert (wave.created_at, wave.newest_at) == (comments[0].created_at, wave.newest_at)


def test_two_of_a_kind_are_none(article):
    comments = _variants(article, 2)

    assert _waves() == [(comment.pk, None) for comment in comments]
    assert [_keys(comment) for comment in comments] == [{False}, {False}]


def test_a_further_one_joins_and_is_not_looked_for(article):
    *_, fourth = _variants(article, 4)

    assert fourth.wave == Wave.objects.get()
    assert _keys(fourth) == set()


@time_machine.travel("2026-11-25 11:05:00+00:00", tick=False)
def test_a_member_is_told_apart_by_a_finding(article):
    *_, third, fourth = _variants(article, 4)

    found = Finding.objects.filter(rule="wave").order_by("pk")
    assert [(finding.comment_id, finding.weight, finding.sentence) for finding in found] == [
        (third.pk, 60, "يشبه تعليقين من موجة بدأت في 25 نوفمبر 2026، 14:05."),
        (fourth.pk, 60, "يشبه 3 تعليقات من موجة بدأت في 25 نوفمبر 2026، 14:05."),
    ]


def test_later_members_of_a_wave_of_spam_are_told_so(article):
    moderation.mark_spam(_variants(article, 3), by=None)

    later = factories.sent(article, body=f"يا ناس {LONG}")

    assert (later.status, later.wave) == (Status.PENDING, Wave.objects.get())
    assert later.findings.get(rule="wave").sentence.endswith(" وقد عدّها المشرفون مزعجة.")


def test_members_are_held_where_others_go_public(article):
    Policy.objects.update(mode=Mode.HOLD_FINDINGS)

    statuses = [comment.status for comment in _variants(article, 4)]

    assert statuses == [Status.APPROVED, Status.APPROVED, Status.PENDING, Status.PENDING]


def test_an_approved_original_is_not_dragged_into_a_wave(article):
    original = factories.approved(article, body=LONG)

    first, second, third = _variants(article, 3)

    wave = Wave.objects.get()
    assert _waves() == [(original.pk, None), (first.pk, wave.pk), (second.pk, wave.pk), (third.pk, wave.pk)]


def test_a_wave_goes_through_articles(article):
    for number in range(3):
        factories.sent(factories.published(), body=GREETINGS[number] + LONG)

    assert len(set(Comment.objects.values_list("wave", "article"))) == 3
    assert Comment.objects.exclude(wave=None).count() == 3


def test_three_days_later_a_new_wave_begins(article):
    with time_machine.travel(timezone.now() - timedelta(hours=73)):
        _variants(article, 3)

    later = _variants(article, 3)

    assert Wave.objects.count() == 2
    assert {comment.wave for comment in Comment.objects.filter(pk__in=[c.pk for c in later])} == {
        Wave.objects.latest("pk")
    }


def test_quotations_of_the_headline_and_of_the_parent_are_no_wave(db):
    article = factories.published(headline=f"{HEADLINE} وقرارات أخرى")
    parent = factories.approved(article, body=LONG)

    replies = [
        factories.sent(article, body=f"{text} {HEADLINE} {LONG}", parent=parent)
        for text in ("من أين لك هذا", "أعرفه شخصيا وهو صادق", "عيب والله")
    ]

    assert [reply.wave for reply in replies] == [None] * 3


def test_links_to_our_own_site_make_nobody_alike(article, settings):
    bodies = (
        "متجرنا يقدم ساعات أصلية بأسعار مناسبة لكل بيت في المدينة",
        "متجرنا يقدم ساعات أصلية ومفاجآت كثيرة تنتظر زبائن الأسبوع",
        "متجرنا يقدم ساعات أصلية لمن يبحث عن الجودة وسط التقليد",
    )
    settings.SITE_URL = "https://nashra.example"

    comments = [factories.sent(article, body=f"{body} https://nashra.example/1") for body in bodies]

    assert [comment.wave for comment in comments] == [None] * 3


def _changed(comment, body):
    sketch = waves.sketch(body, "", comment.sender_fingerprint, quotable=[])
    place = waves.look_up(sketch, of=comment)
    comment.body, comment.wave, comment.likeness = body, place.wave, sketch.to_bytes()
    comment.save(update_fields=["body", "wave", "likeness"])
    waves.settle(comment, place, is_changed=True)
    return place


def test_a_changed_comment_is_found_by_its_new_text(article):
    first, second = _variants(article, 2)
    other = factories.sent(article, body=OTHER)

    _changed(first, OTHER)
    third = factories.sent(article, body=f"عاجل {LONG}")
    fourth = factories.sent(article, body=f"عاجل {OTHER}")

    wave = Wave.objects.get()
    assert _waves() == [
        (first.pk, wave.pk), (second.pk, None), (other.pk, wave.pk), (third.pk, None), (fourth.pk, wave.pk)
    ]  # fmt: skip


def test_changing_a_comment_into_a_variant_joins_the_wave(article):
    other = factories.sent(article, body=OTHER)
    _variants(article, 3)

    place = _changed(other, f"يا ناس {LONG}")

    assert (other.wave, place.finding.rule) == (Wave.objects.get(), "wave")


def test_nobody_writes_himself_out_of_a_wave(article):
    member, *others = _variants(article, 3)
    member.refresh_from_db()

    place = _changed(member, OTHER)

    assert (member.wave, place.finding.weight) == (Wave.objects.get(), waves.WEIGHT)
    assert [_keys(comment) for comment in (member, *others)] == [set(), {True}, {True}]


def test_a_comment_costs_the_same_queries_however_long_its_wave(article, django_assert_num_queries):
    _variants(article, 4)
    near = waves.sketch(LONG, "", "a", quotable=[])

    with django_assert_num_queries(3):
        place = waves.look_up(near)

    assert place.wave == Wave.objects.get()


def test_a_comment_of_its_own_costs_three_queries(article, django_assert_num_queries):
    comment = factories.sent(article, body=OTHER)
    sketch = waves.sketch(LONG, "", "a", quotable=[])

    with django_assert_num_queries(3):
        waves.settle(comment, waves.look_up(sketch))


def test_old_keys_are_purged_and_those_of_living_waves_kept(article):
    with time_machine.travel(timezone.now() - timedelta(hours=74)):
        single = factories.sent(article, body=OTHER)
        ended = _variants(article, 3)
    with time_machine.travel(timezone.now() - timedelta(hours=70)):
        living = [
            factories.sent(article, body=f"{text} ابني تخرّج مهندسا ولا يزال بلا وظيفة والوزارة صامتة كعادتها")
            for text in ("", "يا شباب", "عاجل")
        ]

    purged = waves.purge()

    assert purged == sum(len(_sketch(comment).keys) for comment in [single, *ended])
    assert [_keys(comment) for comment in [single, *ended, *living]] == [set()] * 4 + [{True}] * 3


def test_founders_of_a_wave_that_grows_are_still_found(article):
    founders = _variants(article, 3)
    LikenessKey.objects.update(created_at=timezone.now() - timedelta(days=30))

    assert waves.purge() == 0
    assert [_keys(founder) for founder in founders] == [{True}] * 3


def _sketch(comment):
    return waves.Sketch.from_bytes(bytes(comment.likeness), comment.sender_fingerprint)


def _close_after(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    return threading.Thread(target=run)


@pytest.mark.django_db(transaction=True)
def test_one_like_another_that_comes_at_this_moment_is_compared_with_it(monkeypatch):
    new, article = factories.new_comment(body=LONG), factories.published()
    seen = []
    judge = likeness.judge
    monkeypatch.setattr(likeness, "judge", lambda *asked: seen.append([*asked[1]]) or judge(*asked))

    overtaken(
        lambda: submit(article, new, Sender("10.1.1.7", "Firefox")),
        lambda: submit(article, replace(new, email="robin@example.org"), Sender("10.1.2.7", "Firefox")),
    )

    ((candidate,),) = seen
    assert candidate.comment == Comment.objects.earliest("pk").pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_copies_sent_at_one_moment_are_one_wave():
    news = [factories.new_comment(body=f"{text}{LONG}") for text in GREETINGS * 2]
    # Those of one article wait for each other anyway, for the count of its comments.
    articles = [factories.published() for _ in news]
    barrier = threading.Barrier(len(news))

    def send(number):
        barrier.wait()
        submit(articles[number], news[number], Sender(f"10.1.{number}.7", "Firefox"))

    threads = [_close_after(lambda number=number: send(number)) for number in range(len(news))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Wave.objects.count() == 1
    assert Comment.objects.filter(wave=Wave.objects.get()).count() == len(news)


@pytest.mark.django_db(transaction=True)
def test_one_that_is_being_decided_stays_out_and_nobody_waits():
    article = factories.published()
    first, second = _variants(article, 2)
    is_locked, may_go = threading.Event(), threading.Event()

    def decide():
        with transaction.atomic():
            moderation.approve([first], by=None)
            is_locked.set()
            may_go.wait(10)

    moderator = _close_after(decide)
    moderator.start()
    assert is_locked.wait(30)
    third = factories.sent(article, body=f"عاجل {LONG}")
    assert moderator.is_alive()
    may_go.set()
    moderator.join()

    wave = Wave.objects.get()
    assert _waves() == [(first.pk, None), (second.pk, wave.pk), (third.pk, wave.pk)]


# Of five thousand, sorted in memory: benchmarks/waves.py.
SPAM, HONEST = 1_500, 300


@pytest.fixture
def morning(transactional_db):
    """SPAM comments and HONEST ones, sent through the verb over one day; the numbers of either."""
    source = random.Random(3)
    mixed = [(True, comment) for comment in spam(3, SPAM)]
    mixed += [(False, comment) for comment in source.sample(genuine(3), HONEST)]
    source.shuffle(mixed)
    networks, numbers = {}, {True: [], False: []}
    begun = timezone.now() - timedelta(days=1)
    Policy.objects.update(network_limit=32_000, writer_limit=32_000, article_limit=32_000)
    articles = [factories.published(headline=f"{HEADLINE} {number}") for number in range(5)]
    for second, (is_spam, (body, website, network)) in zip(
        sorted(source.sample(range(86_400), len(mixed))), mixed, strict=True
    ):
        place = networks.setdefault(network, len(networks))
        sender = Sender(f"10.{place // 250}.{place % 250}.7", "Firefox")
        new = NewComment(f"قارئ {place}", f"reader{place}@example.org", website, body)
        with time_machine.travel(begun + timedelta(seconds=second), tick=False):
            numbers[is_spam].append(submit(source.choice(articles), new, sender).pk)
        if len(numbers[True]) in (100, 1_000):
            # As the database does by itself for rows that are committed.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE comments_comment, comments_wave, comments_likenesskey")
    return numbers[True], numbers[False]


@pytest.mark.slow
def test_a_flood_is_cleared_with_few_cards_and_sweeps_nobody(morning):
    sent_spam, sent_honest = morning
    # Whoever thanks twice within ten minutes has sent one comment.
    spam_numbers, honest_numbers = set(sent_spam), set(sent_honest)
    moderator = factories.staff(factories.MODERATORS)
    held = Wanted().all_comments()
    cards = waves_of(held)
    decisions = 0

    for first in held:
        if card := cards.get(first.wave_id):
            moderation.decide(
                {},
                Status.SPAM,
                waves={card.wave: ShownWave(first.pk, card.through)},
                by=moderator,
            )
        elif first.pk in spam_numbers:
            moderation.mark_spam([first], by=moderator)
        else:
            continue
        decisions += 1

    decided = set(Comment.objects.filter(status=Status.SPAM).values_list("pk", flat=True))
    assert (len(spam_numbers), len(sent_honest)) == (SPAM, HONEST)
    assert decisions <= 20
    assert (decided == spam_numbers, decided & honest_numbers) == (True, set())
    assert set(Comment.objects.held().values_list("pk", flat=True)) == honest_numbers
