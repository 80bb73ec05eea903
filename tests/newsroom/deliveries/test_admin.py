"""The outbox of requests on the desk: who sees it, what of it, and who has it tried again."""

import pytest
from django.contrib.auth.models import Permission

from newsroom.deliveries import outbox
from newsroom.deliveries.models import Delivery, State
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/deliveries/delivery/"


@pytest.fixture
def delivery():
    url = "https://hooks.example/services/secret-token"
    outbox.enqueue(kind="webhook", key="webhook:1:1", url=url, body="سرّ".encode())
    Delivery.objects.update(state=State.FAILED, tries=3, status=500)
    return Delivery.objects.get()


def staff_with(*codenames):
    user = factories.staff(factories.MODERATORS)
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return user


def press_try_again(client, delivery):
    client.post(LIST, {"action": "try_again", "_selected_action": [delivery.pk]})
    delivery.refresh_from_db()


def test_who_may_see_it_sees_the_site_and_the_answer_and_nothing_of_what_was_sent(client, delivery):
    client.force_login(staff_with("view_delivery"))

    for address in (LIST, f"{LIST}{delivery.pk}/change/"):
        page = client.get(address).text
        assert [word in page for word in ("hooks.example", "500", "إشعار برمجي")] == [True] * 3
        assert [word for word in ("secret-token", "سرّ", delivery.content_encrypted) if word in page] == []


def test_others_see_nothing_of_it(client, delivery):
    client.force_login(staff_with())

    assert client.get(LIST).status_code == 403


@pytest.mark.parametrize(
    ("rights", "state"),
    [(("view_delivery",), State.FAILED), (("view_delivery", "retry_delivery"), State.WAITING)],
)
def test_it_is_tried_again_by_who_may(client, delivery, rights, state):
    client.force_login(staff_with(*rights))

    press_try_again(client, delivery)

    assert delivery.state == state


@pytest.mark.parametrize(("kind", "count"), [("webhook", 1), ("indexnow", 0), ("'", 1)])
def test_it_is_filtered_by_what_it_is_for(client, delivery, kind, count):
    client.force_login(staff_with("view_delivery"))

    assert client.get(LIST, {"kind": kind}).text.count("hooks.example") == count


def test_the_list_cannot_be_asked_for_what_was_sent(client, delivery):
    client.force_login(staff_with("view_delivery"))

    assert client.get(LIST, {"content_encrypted__startswith": "g"}).status_code == 400
