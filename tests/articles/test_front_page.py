"""The front page: what was arranged, what readers see of it by the clock, and how editors arrange it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from articles import front_page, publishing, scopes
from articles.denials import Denied
from articles.front_page import ArrangementConflict, ArrangementRefused, Choice
from articles.models import Arrangement, Article, Editor, Transition
from articles.slots import Pick
from tests import factories

pytestmark = pytest.mark.django_db

SCREEN = "/admin/articles/arrangement/"
HOUR = timedelta(hours=1)


def _arrange(*picks, **fields):
    return front_page.arrange(Choice(picks=tuple(picks), **fields), by=None)


def _articles(count, **fields):
    """Published an hour apart, the newest first."""
    now = timezone.now()
    return [factories.published(at=now - HOUR * number, **fields) for number in range(1, count + 1)]


def _lead(client):
    return re.findall(r'front__lead.*?href="/article/(\d+)/', client.get("/").text, re.DOTALL)[0]


def _numbers(client):
    """The stories on the page in their order, the articles of the menu left out."""
    return [
        int(number)
        for number in re.findall(r'card__headline[^>]*><a href="/article/(\d+)/', client.get("/").text)
    ]


# What readers see


def test_no_story_stands_twice_however_it_was_picked(client):
    articles = _articles(12) + _articles(6, section=factories.section("رياضة"))
    _arrange(Pick("lead", articles[10].pk), Pick("missed", articles[1].pk))

    numbers = _numbers(client)

    assert numbers[0] == articles[10].pk
    assert len(numbers) == len(set(numbers)) == 18


def test_a_pick_comes_and_goes_by_the_clock(client):
    newest, older = _articles(2)
    at = timezone.now().replace(microsecond=0) + HOUR
    _arrange(Pick("lead", older.pk, starts_at=at, ends_at=at + HOUR))
    second = timedelta(seconds=1)
    shown = []
    for moment in (at - second, at, at + HOUR - second, at + HOUR):
        with time_machine.travel(moment, tick=False):
            shown.append(int(_lead(client)))

    assert shown == [newest.pk, older.pk, older.pk, newest.pk]


def test_a_pick_that_is_withdrawn_makes_room_and_one_that_is_due_takes_its_place(client):
    newest, older = _articles(2)
    ahead = factories.published(at=timezone.now() + HOUR)
    _arrange(Pick("lead", ahead.pk), Pick("lead", older.pk))
    before = int(_lead(client))
    publishing.move(older, "withdraw", by=None)
    after = int(_lead(client))
    with time_machine.travel(ahead.published_at, tick=False):
        due = int(_lead(client))

    assert (before, after, due) == (older.pk, newest.pk, ahead.pk)


def test_the_section_of_opinion_has_its_slot_and_neither_leads_nor_has_a_strip(client):
    news = _articles(2)
    opinion = factories.section("رأي")
    views = [factories.published(section=opinion) for _ in range(2)]
    _arrange(opinion_section=opinion.pk)

    page = client.get("/").text

    assert (int(_lead(client)), f'id="section-{opinion.pk}"' in page) == (news[0].pk, False)
    (slot,) = re.findall(r'id="opinion".*?</section>', page, re.DOTALL)
    assert all(f"/article/{view.pk}/" in slot for view in views)


def test_the_banner_stands_on_every_page_until_its_hour(client):
    article = factories.published()
    at = timezone.now() + HOUR
    _arrange(banner="عاجل عن OpenAI", banner_link=f"/article/{article.pk}/", banner_ends_at=at)
    pages = ["/", article.get_absolute_url(), article.section.get_absolute_url(), "/corrections/"]

    def told():
        return [page for page in pages if 'class="breaking"' in client.get(page).text]

    before = told()
    with time_machine.travel(at, tick=False):
        after = told()

    assert (before, after) == (pages, [])


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//example.org/", "/\t/example.org/"])
def test_a_banner_that_nobody_checked_leads_nowhere_else(client, link):
    factories.published()
    _arrange(banner="عاجل عن OpenAI", banner_link="/", banner_ends_at=timezone.now() + HOUR)
    Arrangement.objects.update(banner_link=link)

    banner = client.get("/").text.partition('class="breaking"')[2].partition("</div>")[0]

    assert "عاجل" in banner
    assert link not in banner


@pytest.mark.parametrize("count", [3, 300])
def test_home_takes_as_many_queries_whatever_was_picked(client, django_assert_num_queries, count):
    model = factories.published()
    rows = [
        Article(
            section=model.section, headline=f"عنوان {number}", slug=f"عنوان-{number}", status=model.status,
            published_at=model.published_at - HOUR * number,
        )
        for number in range(count)
    ]  # fmt: skip
    made = Article.objects.bulk_create(rows)
    picks = [Pick("second", article.pk) for article in made[: front_page.MAX_PICKS]]
    _arrange(*picks, banner="عاجل", banner_ends_at=timezone.now() + HOUR)

    # Sections with the arrangement, numbers, cards, their authors, counts of comments.
    with django_assert_num_queries(4):
        client.get("/")


# The verb


def test_only_who_may_arrange_the_page_does():
    with pytest.raises(PermissionDenied):
        front_page.arrange(Choice(), by=factories.staff(factories.REPORTERS))

    assert front_page.arrange(Choice(), by=factories.staff(factories.EDITORS)).version == 1


def test_who_comes_too_late_is_told_and_changes_nothing():
    editor = factories.staff(factories.EDITORS)
    front_page.arrange(Choice(banner=""), by=editor, expected_version=0)

    with pytest.raises(ArrangementConflict):
        front_page.arrange(Choice(), by=editor, expected_version=0)

    assert list(Arrangement.objects.values_list("version", "by")) == [(1, editor.pk)]


@pytest.mark.parametrize(
    "choice",
    [
        {"banner": "عاجل"},
        {"banner": "عاجل", "banner_ends_at": timedelta(hours=25)},
        {"banner": "عاجل", "banner_ends_at": -HOUR},
        {"banner": "عاجل", "banner_ends_at": HOUR, "banner_link": "https://example.org/"},
        {"banner": "عاجل", "banner_ends_at": HOUR, "banner_link": "//example.org/"},
        {"banner": "عاجل", "banner_ends_at": HOUR, "banner_link": "/\u2066/example.org/"},
        {"banner": "عاجل", "banner_ends_at": HOUR, "banner_link": "/\u200b/example.org/"},
        {"banner": "عاجل", "banner_ends_at": HOUR, "banner_link": "/\x01/example.org/"},
        {"banner": "عاجل", "banner_ends_at": HOUR, "banner_link": "javascript:alert(1)"},
        {"picks": (Pick("lead", 1), Pick("second", 1))},
        {"picks": tuple(Pick("second", number) for number in range(81))},
    ],
    ids=[
        "no end",
        "too long",
        "over",
        "elsewhere",
        "elsewhere by slashes",
        "behind a mark",
        "behind a space",
        "behind a control",
        "script",
        "twice",
        "too many",
    ],
)
def test_what_cannot_be_is_refused(choice):
    if "banner_ends_at" in choice:
        choice = choice | {"banner_ends_at": timezone.now() + choice["banner_ends_at"]}

    with pytest.raises(ArrangementRefused):
        _arrange(**choice) if "picks" not in choice else _arrange(*choice["picks"])

    assert Arrangement.objects.count() == 0


def test_the_database_refuses_a_banner_without_an_end():
    with pytest.raises(IntegrityError), transaction.atomic():
        Arrangement.objects.create(version=1, banner="عاجل")


# The screen


def _posted(do, *picks, version=0, **fields):
    return {
        "do": do,
        "version": version,
        "pick": [f"{slot}:{article.pk}" for slot, article in picks],
    } | fields


def _shown(response, slot):
    """The stories of a slot with why they stand there."""
    (section,) = re.findall(rf'data-slot="{slot}".*?</section>', response.text, re.DOTALL)
    numbers = re.findall(r'data-article="(\d+)"', section)
    return list(zip(map(int, numbers), re.findall(r"front-why[^>]*>([^<]+)<", section), strict=True))


@pytest.mark.parametrize(
    ("group", "status"), [(factories.REPORTERS, 403), (factories.MODERATORS, 403), (factories.EDITORS, 200)]
)
def test_the_screen_is_for_those_who_arrange(client, group, status):
    client.force_login(factories.staff(group))
    answers = [
        client.get(SCREEN), client.post(SCREEN, _posted("show")), client.post(f"{SCREEN}preview/", _posted("")),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [status] * 3
    assert client.post(SCREEN, _posted("save")).status_code == (302 if status == 200 else 403)


def test_it_says_what_each_slot_shows_and_why(as_editor):
    newest, older = _articles(2)
    withdrawn = factories.draft()
    _arrange(Pick("lead", older.pk), Pick("lead", withdrawn.pk), Pick("second", newest.pk, place=1))

    response = as_editor.get(SCREEN)

    assert _shown(response, "lead") == [(older.pk, "مختار"), (withdrawn.pk, "لا يراه القرّاء")]
    assert _shown(response, "second") == [(newest.pk, "مثبَّت في موضعه")]


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("add:second:{2}", [2, 0, 1]), ("down:{0}", [1, 0]), ("up:{1}", [1, 0]), ("up:{0}", [0, 1]),
        ("remove:{0}", [1]), ("place:second:{2}:1", [0, 2, 1]), ("nonsense:{0}", [0, 1]), ("add:latest:{2}", [0, 1]),
        ("remove:999999999999999999999", [0, 1]),
    ],
)  # fmt: skip
def test_its_buttons_change_what_is_on_the_screen_and_nothing_else(as_editor, do, expected):
    articles = _articles(3)
    picked = [("second", articles[0]), ("second", articles[1])]

    page = as_editor.post(SCREEN, _posted(do.format(*[article.pk for article in articles]), *picked)).text

    picks = re.findall(r'name="pick" value="second:(\d+)"', page)
    assert picks == [str(articles[number].pk) for number in expected]
    assert Arrangement.objects.count() == 0


def test_everything_is_saved_in_one_step_with_hours_of_the_newsroom(as_editor, editor, settings):
    lead, second = _articles(2)
    section = factories.section("رأي")
    times = {f"pick-{lead.pk}-starts_at": "2026-01-02T09:30", f"pick-{second.pk}-place": "2"}

    response = as_editor.post(
        SCREEN, _posted("save", ("lead", lead), ("second", second), opinion_section=section.pk, **times)
    )

    stored = Arrangement.objects.get()
    assert (response.status_code, stored.by, stored.opinion_section) == (302, editor, section)
    assert stored.picks == [
        {"slot": "lead", "article": lead.pk, "starts_at": "2026-01-02T09:30:00+03:00"},
        {"slot": "second", "article": second.pk, "place": 2},
    ]


@pytest.mark.parametrize("field", ["starts_at", "ends_at"])
@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_an_hour_of_another_age_is_not_saved(as_editor, field, typed):
    (lead,) = _articles(1)

    response = as_editor.post(SCREEN, _posted("save", ("lead", lead), **{f"pick-{lead.pk}-{field}": typed}))

    assert "اختر يومًا بين عامي 1800 و2200." in response.text
    assert Arrangement.objects.count() == 0


def test_the_loser_is_told_by_whom_and_keeps_what_was_chosen(as_editor):
    mine, theirs = _articles(2)
    other = factories.staff(factories.EDITORS, "sara")
    front_page.arrange(Choice(picks=(Pick("lead", theirs.pk),)), by=other)

    late = as_editor.post(SCREEN, _posted("save", ("lead", mine), version=0))
    again = as_editor.post(SCREEN, _posted("save", ("lead", mine), version=1))

    (note,) = re.findall(r'<div class="errornote".*?</div>\s*<p>', late.text, re.DOTALL)
    assert (late.status_code, "sara" in note, theirs.headline in re.sub("<.*?>", "", note)) == (
        409,
        True,
        True,
    )
    assert _shown(late, "lead") == [(mine.pk, "مختار")]
    assert 'name="version" value="1"' in late.text
    assert (again.status_code, Arrangement.objects.first().picks[0]["article"]) == (302, mine.pk)


def test_what_cannot_be_saved_comes_back_as_it_was_typed(as_editor):
    (article,) = _articles(1)

    response = as_editor.post(
        SCREEN, _posted("save", ("lead", article), banner="عاجل", **{f"pick-{article.pk}-ends_at": "غدًا"})
    )

    assert (response.status_code, Arrangement.objects.count()) == (422, 0)
    assert 'value="غدًا"' in response.text


def test_a_story_is_found_in_any_spelling(as_editor):
    found = factories.published(headline="القَمْحُ يعود إلى OpenAI", section=factories.section("اقتصاد"))
    factories.draft(headline="القمح في مسودة")
    factories.published(headline="خبر آخر")

    page = as_editor.post(SCREEN, _posted("find:lead", **{"find-lead": "القمــح openai"})).text

    assert re.findall(r'value="add:lead:(\d+)" class="front', page) == []
    assert re.findall(r'id="add-lead-(\d+)"', page) == [str(found.pk)]


def test_the_page_is_seen_as_of_a_later_hour(as_editor):
    _articles(1)
    ahead = factories.published(at=timezone.now() + HOUR)
    at = timezone.localtime(timezone.now() + 2 * HOUR).strftime("%Y-%m-%dT%H:%M")

    now, later = (as_editor.post(f"{SCREEN}preview/", _posted("", **said)) for said in ({}, {"at": at}))

    assert [f"/article/{ahead.pk}/" in response.text for response in (now, later)] == [False, True]
    assert _shown(as_editor.post(SCREEN, _posted("show", at=at)), "lead") == [(ahead.pk, "تلقائي")]


def test_the_preview_shows_what_is_on_the_screen_in_a_frame_of_the_desk(as_editor):
    _newest, older = _articles(2)

    response = as_editor.post(f"{SCREEN}preview/", _posted("", ("lead", older)))

    assert re.findall(r'front__lead.*?href="/article/(\d+)/', response.text, re.DOTALL) == [str(older.pk)]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert re.findall("<form|<script", response.text) == []


@pytest.mark.parametrize("count", [1, 12])
def test_the_screen_takes_as_many_queries_with_twelve_picks_as_with_one(
    as_editor, django_assert_num_queries, count
):
    articles = _articles(count)
    _arrange(*[Pick("second", article.pk, ends_at=timezone.now()) for article in articles])

    with django_assert_num_queries(11):
        as_editor.get(SCREEN)


def test_the_record_tells_who_changed_what(as_editor, editor):
    first, second = _articles(2)
    as_editor.post(SCREEN, _posted("save", ("lead", first)))
    as_editor.post(SCREEN, _posted("save", ("lead", second), version=1))

    page = as_editor.get(reverse("admin:articles_arrangement_changelist")).text

    (latest,) = re.findall(r'<div class="front-change">.*?</div>', page, re.DOTALL)[:1]
    told = [
        re.sub(r"\s+", " ", re.sub("<.*?>", "", line)).strip()
        for line in re.findall("<li>(.*?)</li>", latest)
    ]
    assert told == [f"اختير لموضع «الخبر الرئيس»: {second.headline}", f"لم يعد مختارًا: {first.headline}"]


# An editor who is limited to sections


@pytest.fixture
def sports():
    return factories.section("رياضة")


@pytest.fixture
def of_sports(sports):
    limited = factories.staff(factories.EDITORS)
    scopes.limit(Editor.objects.get(pk=limited.pk), [sports], by=None)
    return limited


def _attempts(user):
    return list(Transition.attempts.filter(by=user, is_denied=True).values_list("move", "article"))


def test_a_limited_editor_picks_for_the_strips_of_the_own_sections(client, of_sports, sports):
    lead, match = factories.published(), factories.published(section=sports)
    strip, ends_at = front_page.strip(sports), timezone.now() + HOUR
    _arrange(Pick("lead", lead.pk), banner="عاجل عن OpenAI", banner_ends_at=ends_at)
    before = front_page.stored()
    client.force_login(of_sports)

    screen = client.get(SCREEN).text
    saved = client.post(SCREEN, _posted("save", (strip, match), version=1))

    assert re.findall(r'data-slot="([^"]+)" data-takes-picks', screen) == [strip]
    assert re.findall('name="(banner[a-z_]*|opinion_section)"', screen) == []
    assert 'تختار مواد أشرطة أقسامك: <bdi dir="rtl">رياضة</bdi>' in re.sub(
        r"[\u2066-\u2069]|\s+(?= )", "", screen
    )
    assert saved.status_code == 302
    after = front_page.stored()
    assert sorted(after.picks, key=lambda pick: pick.slot) == [Pick("lead", lead.pk), Pick(strip, match.pk)]
    assert (after.banner, after.banner_ends_at) == (before.banner, before.banner_ends_at)


@pytest.mark.parametrize(
    "changed",
    [
        lambda choice, story: {"picks": (*choice.picks, Pick("lead", story.pk))},
        lambda choice, story: {"picks": (*choice.picks, Pick("second", story.pk))},
        lambda choice, story: {"picks": ()},
        lambda choice, story: {"picks": (Pick("second", choice.picks[0].article, place=2),)},
        lambda choice, story: {"picks": (*choice.picks, Pick(front_page.strip(story.section), story.pk))},
        lambda choice, story: {"opinion_section": story.section_id},
        lambda choice, story: {"banner": "عاجل", "banner_ends_at": timezone.now() + HOUR},
    ],
    ids=["lead", "second", "removal", "place", "strip of others", "opinion", "banner"],
)
def test_a_limited_editor_changes_nothing_else(of_sports, changed):
    picked, story = _articles(2)
    _arrange(Pick("second", picked.pk))
    choice = front_page.stored()

    with pytest.raises(Denied):
        front_page.arrange(replace(choice, **changed(choice, story)), by=of_sports)

    assert front_page.stored() == choice


def test_a_limited_editor_picks_no_story_of_another_section(of_sports, sports):
    stranger = factories.published()
    pick = Pick(front_page.strip(sports), stranger.pk)

    with pytest.raises(Denied):
        front_page.arrange(Choice(picks=(pick,)), by=of_sports)

    # What an editor of all sections picked there may stay.
    _arrange(pick)
    assert front_page.arrange(Choice(picks=(pick,)), by=of_sports).version == 2


@pytest.mark.parametrize(
    ("do", "fields"),
    [
        ("save", {"pick": ["lead:{0}"]}), ("add:lead:{0}", {}), ("remove:{1}", {}), ("place:second:{0}:0", {}),
        ("save", {"banner": "عاجل", "banner_lasts": "30"}), ("save", {"opinion_section": ""}),
    ],
    ids=["save", "add", "remove", "drag", "banner", "opinion"],
)  # fmt: skip
def test_what_a_limited_editor_sends_beyond_that_is_denied_and_recorded(client, of_sports, do, fields):
    story, picked = _articles(2)
    _arrange(Pick("second", picked.pk))
    client.force_login(of_sports)
    numbers = story.pk, picked.pk
    said = _posted(do.format(*numbers), version=1) | fields
    said["pick"] = [text.format(*numbers) for text in said["pick"]]

    response = client.post(SCREEN, said)

    assert (response.status_code, Arrangement.objects.count()) == (403, 1)
    assert [move for move, _article in _attempts(of_sports)] == ["arrange"]


def test_the_record_shows_who_was_denied_the_front_page(client, of_sports):
    client.force_login(of_sports)
    client.post(SCREEN, _posted("save", banner="عاجل"))
    client.force_login(factories.staff(factories.CHIEF_EDITORS))

    page = client.get(reverse("admin:articles_transition_changelist"))

    assert page.status_code == 200
    assert _attempts(of_sports) == [("arrange", None)]
    (row,) = re.findall(r"<tr><t.*?</tr>", page.text, re.DOTALL)
    assert "ترتيب الصفحة الأولى" in row


def test_a_limited_editor_saves_after_others_without_losing_theirs(client, of_sports, sports):
    lead, match = factories.published(), factories.published(section=sports)
    strip = front_page.strip(sports)
    client.force_login(of_sports)
    _arrange(Pick("lead", lead.pk))

    late = client.post(SCREEN, _posted("save", (strip, match), version=0))
    again = client.post(SCREEN, _posted("save", (strip, match), version=1))

    assert (late.status_code, again.status_code) == (409, 302)
    assert {(pick.slot, pick.article) for pick in front_page.stored().picks} == {
        ("lead", lead.pk),
        (strip, match.pk),
    }


# Breaking news


@pytest.mark.parametrize("minutes", [30, 60, 120, 360])
def test_breaking_news_stands_for_as_long_as_was_chosen(as_editor, minutes):
    now = timezone.now().replace(second=20, microsecond=0)
    with time_machine.travel(now, tick=False):
        as_editor.post(SCREEN, _posted("save", banner="عاجل", banner_lasts=minutes, banner_ends_at="غدًا"))

    assert Arrangement.objects.get().banner_ends_at == now.replace(second=0) + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({}, "banner_ends_at", "لا بدّ من موعد ينتهي عنده الخبر العاجل."),
        ({"banner_lasts": 30, "banner_link": "//example.org/"}, "banner_link", "يقود الخبر العاجل إلى صفحة"),
    ],
    ids=["end", "link"],
)  # fmt: skip
def test_what_is_wrong_with_breaking_news_is_told_at_its_field(as_editor, fields, field, sentence):
    page = as_editor.post(SCREEN, _posted("save", banner="عاجل عن OpenAI", **fields)).text

    (marked,) = re.findall(r"<[^<>]*\bautofocus\b[^<>]*>", page)
    assert (f'name="{field}"' in marked, 'aria-invalid="true"' in marked) == (True, True)
    (errors,) = re.findall(rf'<ul class="errorlist" id="id_{field}_error">.*?</ul>', page, re.DOTALL)
    assert sentence in errors
    assert "عاجل عن OpenAI" in page


def test_who_began_from_an_older_page_is_told_so_and_not_denied(of_sports, sports):
    began = front_page.stored()
    _arrange(Pick("lead", factories.published().pk))

    with pytest.raises(front_page.ArrangementConflict):
        front_page.arrange(began, by=of_sports, expected_version=began.version)
