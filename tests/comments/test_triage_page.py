"""The page on which triage is reset: for whom it is, and what it leaves alone."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from comments import learning
from comments.models import Decision, Lesson, TriageState
from tests import factories

PAGE = "/admin/comments/triagestate/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    manager = factories.staff(factories.MODERATORS)
    manager.user_permissions.add(Permission.objects.get(codename="manage_triage"))
    client.force_login(manager)
    return manager


@pytest.fixture
def learned():
    article = factories.published()
    for _ in range(3):
        factories.approved(article)
    learning.learn_new()


def _act(client, act):
    return client.post(f"{PAGE}act/", {"act": act}, follow=True)


def test_before_anything_was_learned_it_opens(client, manager):
    page = client.get(PAGE)

    assert page.status_code == 200
    assert "يتعلّم" in page.content.decode()


@pytest.mark.usefixtures("learned")
@pytest.mark.parametrize(
    ("act", "is_on", "learned_next", "told"),
    [
        ("reset", True, 0, "حُذف ما تعلّمه الفرز، وهو يبدأ من جديد."),
        ("relearn", True, 3, "يتعلّم الفرز القرارات كلّها من جديد."),
        ("stop", False, 0, "حُذف ما تعلّمه الفرز، وتوقّف عن التعلّم."),
    ],
)
def test_what_was_learned_is_deleted_and_decisions_stay(client, manager, act, is_on, learned_next, told):
    before = list(Decision.objects.values())

    page = _act(client, act)

    state = TriageState.objects.get()
    assert (state.is_on, state.decisions, bytes(state.data), Lesson.objects.count()) == (is_on, 0, b"", 0)
    assert list(Decision.objects.values()) == before
    assert told in page.content.decode()
    assert LogEntry.objects.get().get_change_message() == told
    assert learning.learn_new() == learned_next


def test_another_act_does_nothing(client, manager, learned):
    page = _act(client, "explode")

    assert page.status_code == 200
    assert TriageState.objects.get().decisions == 3


@pytest.mark.parametrize("group", [factories.MODERATORS, factories.EDITORS, factories.REPORTERS])
def test_it_takes_the_permission(client, learned, group):
    client.force_login(factories.staff(group))

    assert client.get(PAGE).status_code == 403
    assert _act(client, "reset").status_code == 403
    assert TriageState.objects.get().decisions == 3
