import pytest

from comments.models import QueueSubscription
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/admin/comments/queuesubscription/"


def test_a_moderator_chooses_for_himself_alone(client):
    moderator, colleague = factories.staff(factories.MODERATORS), factories.staff(factories.MODERATORS)
    QueueSubscription.objects.create(user=colleague, frequency="never")
    client.force_login(moderator)

    client.post(PAGE, {"frequency": "daily", "hour": "7"})

    rows = QueueSubscription.objects.order_by("user").values_list("user", "frequency", "hour")
    assert list(rows) == sorted([(moderator.pk, "daily", 7), (colleague.pk, "never", 8)])


def test_a_wrong_choice_is_told(client):
    client.force_login(factories.staff(factories.MODERATORS))

    assert client.post(PAGE, {"frequency": "hourly", "hour": "25"}).status_code == 422
    assert QueueSubscription.objects.count() == 0


def test_who_does_not_moderate_has_no_such_page(client):
    client.force_login(factories.staff(factories.EDITORS))

    assert client.get(PAGE).status_code == 403
