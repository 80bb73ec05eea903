"""Every move by every role on every road: what is allowed changes the database, and the rest is denied and recorded."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles import bulk, corrections, denials, publishing, reviewing, revising, scopes
from articles.denials import Denied
from articles.models import Article, Editor, Revision, SectionEditor, Transition
from articles.workflow import ACTS, ASSIGN, MOVES, State, Status
from tests import factories
from tests.article_form import ADD, LIST, change, payload

pytestmark = pytest.mark.django_db

ALL = {*MOVES, ASSIGN}
# What is its writer's alone, no right brings.
OF_OTHERS = {act for act in ALL if act == ASSIGN or not MOVES[act].is_writers}
REASON = "من أين رقم GPT-4؟"


def _limited(*names):
    editor = factories.staff(factories.EDITORS)
    for name in names:
        SectionEditor.objects.create(user=Editor.objects.get(pk=editor.pk), section=factories.section(name))
    return editor


# Who it is, whether the article is theirs, and what they may do with one of the section «تقنية».
ROLES = {
    "reporter, own": (lambda: factories.staff(factories.REPORTERS), True, {"submit", "take_back"}),
    "reporter, another's": (lambda: factories.staff(factories.REPORTERS), False, set()),
    "editor": (lambda: factories.staff(factories.EDITORS), False, OF_OTHERS),
    "editor, own": (lambda: factories.staff(factories.EDITORS), True, ALL),
    "editor of this section": (lambda: _limited("رياضة", "تقنية"), False, OF_OTHERS),
    "editor of another section": (lambda: _limited("رياضة"), True, set()),
    "chief editor": (lambda: factories.staff(factories.CHIEF_EDITORS), False, OF_OTHERS),
    "photo editor": (lambda: factories.staff(factories.PHOTO_EDITORS), False, set()),
    "moderator": (lambda: factories.staff(factories.MODERATORS), False, set()),
    "administrator": (lambda: factories.staff(factories.ADMINISTRATORS), False, OF_OTHERS),
}


def _put(article, state, by):
    """Have the article stand in a state, without moves, with changes to publish."""
    now = timezone.now()
    hour, day = timedelta(hours=1), timedelta(days=1)
    columns = {
        State.DRAFT: {"status": Status.DRAFT, "published_at": None},
        State.IN_REVIEW: {"status": Status.IN_REVIEW, "published_at": None},
        State.SCHEDULED: {"status": Status.PUBLISHED, "published_at": now + day},
        State.PUBLISHED: {"status": Status.PUBLISHED, "published_at": now - day},
        State.WITHDRAWN: {"status": Status.PUBLISHED, "published_at": now - day, "withdraw_at": now - hour},
        State.ARCHIVED: {"status": Status.ARCHIVED, "published_at": now - day},
    }[state]
    copy = None
    if state in MOVES["publish_changes"].sources:
        first = article.revisions.earliest("pk")
        content = first.content | {"summary": "ملخّص جديد عن C++."}
        copy = Revision.objects.create(article=article, content=content, base_version=article.version)
    row = Article.objects.filter(pk=article.pk)
    row.update(withdraw_at=None, reviewer=None, working_copy=copy, created_by=by)
    row.update(**columns)
    return row.get()


def _by_form(client, article, act, reviewer):
    if act == ASSIGN:
        return client.post(f"{LIST}{article.pk}/reviewer/", {"reviewer": reviewer.pk})
    move = MOVES[act]
    more = {"note": REASON} if move.needs_note else {}
    more |= {"publish_at": "2099-05-06T07:08"} if move.needs_time else {}
    return client.post(change(article), payload(article, _move=act, **more))


def _by_bare_post(client, article, act, reviewer):
    more = {"note": REASON, "publish_at": "2099-05-06T07:08", "reviewer": reviewer.pk}
    return client.post(change(article), {"_move": act} | more)


def _in_bulk(client, article, act, reviewer):
    sent = {"article": f"{article.pk}:{article.version}", "note": REASON, "reviewer": reviewer.pk}
    return client.post(f"{LIST}bulk/{act}/", sent)


def _by_menu(client, article, act, reviewer):
    return client.post(LIST, {"action": act, "_selected_action": [article.pk]})


def _state(article):
    return (
        Article.objects.values(
            "status", "published_at", "reviewer", "headline", "working_copy", "version"
        ).get(pk=article.pk),
        Transition.objects.count(),
    )


@pytest.mark.slow
@pytest.mark.parametrize("road", [_by_form, _in_bulk])
@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_by_a_road_what_it_may_and_nothing_else(client, role, road):
    make, is_own, allowed = ROLES[role]
    user = make()
    client.force_login(user)
    reviewer = factories.staff(factories.EDITORS)
    article = factories.draft()
    acts = [*MOVES, ASSIGN] if road == _by_form else bulk.ACTS

    done, denied = set(), []
    for act in acts:
        sources = MOVES[act].sources if act in MOVES else reviewing.ASSIGNABLE
        article = _put(article, min(sources), user if is_own else None)
        before = _state(article)
        response = road(client, article, act, reviewer)
        if _state(article) != before:
            done.add(act)
        elif response.status_code == 403:
            denied.append(act)

    assert done == allowed & set(acts)
    assert denied == [act for act in acts if act not in allowed]
    recorded = Transition.attempts.filter(is_denied=True, by=user, article=article).order_by("pk")
    assert list(recorded.values_list("move", flat=True)) == denied


DENIED = [role for role, (_make, _own, allowed) in ROLES.items() if allowed != ALL]


@pytest.mark.parametrize(
    ("role", "road"),
    [
        *((role, _by_bare_post) for role in DENIED),
        # Of an editor the menu shows a page that says what cannot be done; others have no list.
        *((role, _by_menu) for role in DENIED if role.startswith("reporter")),
    ],
)
def test_what_is_forged_is_denied_and_recorded(client, role, road):
    make, is_own, allowed = ROLES[role]
    user = make()
    client.force_login(user)
    article = factories.draft(by=None)
    Article.objects.update(created_by=user if is_own else None)
    acts = [act for act in (MOVES if road == _by_bare_post else bulk.ACTS) if act not in allowed]

    answers = {road(client, article, act, user).status_code for act in acts}

    assert answers == {403}
    recorded = Transition.attempts.filter(is_denied=True, by=user, article=article).order_by("pk")
    assert list(recorded.values_list("move", flat=True)) == acts
    assert not Transition.objects.exists()


@pytest.mark.parametrize("group", [factories.REPORTERS, factories.MODERATORS])
@pytest.mark.parametrize(
    ("road", "act"),
    [
        ("calendar/", "reschedule"),
        ("{article}/preview-links/", "edit"),
        ("{article}/preview-links/revoke/", "edit"),
        ("{article}/similar/apart/", "edit"),
        ("{article}/delete/", "delete"),
        ("{article}/discard-changes/", "edit"),
        ("{article}/revisions/{revision}/name/", "edit"),
        ("{article}/revisions/{revision}/restore/", "edit"),
    ],
)
def test_what_is_sent_beside_the_form_of_an_article_of_others_is_denied_and_recorded(
    client, group, road, act
):
    user = factories.staff(group)
    client.force_login(user)
    article = factories.published(at=timezone.now() + timedelta(days=1))
    address = road.format(article=article.pk, revision=article.revisions.earliest("pk").pk)
    sent = {"article": article.pk, "version": article.version, "at": "2099-05-06T07:08", "post": "yes"}

    response = client.post(f"{LIST}{address}", sent)

    attempts = Transition.attempts.filter(is_denied=True).values_list("move", "article", "by")
    assert (response.status_code, list(attempts)) == (403, [(act, article.pk, user.pk)])


@pytest.mark.parametrize("road", ["calendar/", "{}/preview-links/", "{}/similar/apart/", "{}/delete/"])
def test_of_an_article_that_is_not_there_a_reporter_learns_no_more(client, road):
    client.force_login(factories.staff(factories.REPORTERS))

    assert client.post(f"{LIST}{road.format(7)}", {"article": 7}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_denied_attempt_is_kept_though_all_else_of_it_is_rolled_back():
    client, reporter = Client(), factories.staff(factories.REPORTERS)
    client.force_login(reporter)

    response = client.post(ADD, payload(headline="OpenAI بلا إذن", _move="publish"))

    (attempt,) = Transition.attempts.values_list("is_denied", "move", "headline", "article", "by")
    assert response.status_code == 403
    assert attempt == (True, "publish", "OpenAI بلا إذن", None, reporter.pk)
    assert not Article.objects.exists()


def test_what_was_denied_is_not_taken_for_done():
    reporter = factories.staff(factories.REPORTERS)
    article = factories.draft(by=reporter)
    denials.record(Denied(reporter, "publish", article))

    assert (article.transitions.count(), Article.objects.gone().count()) == (0, 0)


# Sections


def _content_elsewhere(article):
    return article.revisions.earliest("pk").content | {"section": [factories.section("ثقافة").pk, "ثقافة"]}


def _saved(article, editor):
    article.headline = "عنوان آخر"
    revising.save(article, by=editor, authors=[], tags=[])


def _moved_to(article, editor):
    article.section = factories.section("ثقافة")
    _saved(article, editor)


def _restored(article, editor):
    revision = Revision.objects.create(article=article, content=_content_elsewhere(article), base_version=1)
    revising.restore(revision, by=editor)


def _published_elsewhere(article, editor):
    copy = Revision.objects.create(article=article, content=_content_elsewhere(article), base_version=1)
    Article.objects.filter(pk=article.pk).update(working_copy=copy)
    publishing.move(article, "publish_changes", by=editor)


def _corrected(article, editor):
    corrections.add(article, "correction", "الصحيح Mistral AI.", by=editor)


def _named(article, editor):
    revising.name(article.revisions.earliest("pk"), "نسخة العدد", by=editor)


@pytest.mark.parametrize(
    ("section", "verb"),
    [
        ("ثقافة", _saved),
        ("ثقافة", _corrected),
        ("ثقافة", _named),
        ("تقنية", _moved_to),
        ("تقنية", _restored),
        ("تقنية", _published_elsewhere),
    ],
)
def test_a_verb_asks_for_the_section(section, verb):
    editor = _limited("تقنية")
    article = factories.published(section=factories.section(section))

    with pytest.raises(Denied):
        verb(article, editor)


@pytest.mark.parametrize(("start", "end"), [("تقنية", "ثقافة"), ("ثقافة", "تقنية")], ids=["out", "in"])
def test_an_article_is_not_carried_over_the_border_of_a_section(client, start, end):
    editor = _limited("تقنية")
    client.force_login(editor)
    article = factories.draft(section=factories.section(start))

    response = client.post(change(article), payload(article, section=factories.section(end).pk))

    article.refresh_from_db()
    attempt = Transition.attempts.get()
    assert (response.status_code, article.section.name) == (403, start)
    assert (attempt.is_denied, attempt.move, attempt.article) == (True, "edit", article)


def test_an_editor_reads_what_is_in_other_sections(client):
    client.force_login(_limited("رياضة"))
    page = client.get(change(factories.draft()))

    assert page.status_code == 200
    assert "هذا المقال ليس في أقسامك" in page.text
    assert 'name="headline"' not in page.text
    assert 'name="_move"' not in page.text


def test_the_form_offers_the_sections_of_the_editor(client):
    for name in ("رياضة", "ثقافة", "علوم"):
        factories.section(name)
    client.force_login(_limited("رياضة", "علوم"))

    field = client.get(ADD).context["adminform"].form["section"]

    assert [str(label) for value, label in field.field.widget.choices if value] == ["رياضة", "علوم"]


def test_a_chief_editor_limits_an_editor_and_frees_them(client):
    client.force_login(factories.staff(factories.CHIEF_EDITORS))
    editor, section = factories.staff(factories.EDITORS), factories.section("رياضة")
    address = f"/admin/articles/editor/{editor.pk}/change/"

    client.post(address, {"sections": [section.pk]})
    limited = scopes.sections_of(Editor.objects.get(pk=editor.pk))
    client.post(address, {"sections": []})

    assert limited == {section.pk}
    assert scopes.sections_of(Editor.objects.get(pk=editor.pk)) is None


def test_an_editor_does_not_limit_editors(client):
    editor = factories.staff(factories.EDITORS)
    client.force_login(editor)

    response = client.post(f"/admin/articles/editor/{editor.pk}/change/", {"sections": []})

    assert response.status_code == 403


@pytest.mark.parametrize(
    ("group", "status"),
    [
        (factories.REPORTERS, 403),
        (factories.EDITORS, 403),
        (factories.CHIEF_EDITORS, 200),
        (factories.ADMINISTRATORS, 200),
    ],
)
def test_the_record_is_read_by_chief_editors_and_administrators(client, group, status):
    client.force_login(factories.staff(group))

    assert client.get("/admin/articles/transition/").status_code == status


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"outcome": "denied"}, [("publish", True)]),
        ({"outcome": "done"}, [("archive", False), ("submit", False)]),
        ({"move": "submit"}, [("submit", False)]),
        ({"by": "reporter"}, [("publish", True), ("submit", False)]),
        ({"article": "first"}, [("publish", True), ("submit", False)]),
    ],
    ids=["denied", "done", "move", "account", "article"],
)
def test_the_record_is_filtered(client, asked, expected):
    reporter = factories.staff(factories.REPORTERS)
    first, second = factories.draft(by=reporter), factories.draft()
    publishing.move(first, "submit", by=reporter)
    denials.record(Denied(reporter, "publish", first))
    publishing.move(second, "archive", by=None)
    client.force_login(factories.staff(factories.CHIEF_EDITORS))
    numbers = {"reporter": reporter.pk, "first": first.pk}

    page = client.get("/admin/articles/transition/", {k: numbers.get(v, v) for k, v in asked.items()})

    rows = sorted((row.move, row.is_denied) for row in page.context["cl"].result_list)
    assert rows == sorted(expected)


def test_the_record_is_not_searched(client):
    denials.record(Denied(factories.staff(factories.REPORTERS), "publish", factories.draft()))
    client.force_login(factories.staff(factories.CHIEF_EDITORS))

    page = client.get("/admin/articles/transition/", {"q": "a"})

    assert (page.status_code, len(page.context["cl"].result_list)) == (200, 1)


@pytest.mark.parametrize("count", [2, 120])
def test_the_record_costs_the_same_for_any_number(client, django_assert_num_queries, count):
    article, editor = factories.draft(), factories.staff(factories.EDITORS)
    Transition.attempts.bulk_create(
        Transition(
            article=article,
            headline=article.headline,
            move=list(ACTS)[number % len(ACTS)],
            from_state=State.DRAFT,
            to_state=State.DRAFT,
            is_denied=number % 2 == 0,
            by=editor,
        )
        for number in range(count)
    )
    client.force_login(factories.staff(factories.CHIEF_EDITORS))

    # Session, account, two of rights; accounts for the filter, the bounded count, rows.
    with django_assert_num_queries(7):
        page = client.get("/admin/articles/transition/")

    assert len(page.context["cl"].result_list) == min(count, 50)


@pytest.mark.parametrize("name", ["withdraw", "archive"])
def test_an_article_is_taken_back_though_its_changes_lead_to_another_section(name):
    sport = factories.section("رياضة")
    article = factories.published(section=sport)
    article.section = factories.section("تقنية")
    revising.save(article, by=factories.superuser(), authors=[], tags=[])
    editor = _limited("رياضة")

    publishing.move(article, name, by=editor)

    assert (Article.objects.published().exists(), Article.objects.get().section) == (False, sport)


def test_who_publishes_no_more_writes_in_every_section():
    writer = _limited("رياضة")
    writer.groups.set(factories.staff(factories.REPORTERS).groups.all())
    writer = User.objects.get(pk=writer.pk)

    article = factories.draft(by=writer, section=factories.section("تقنية"))

    assert publishing.may_edit(writer, article)
