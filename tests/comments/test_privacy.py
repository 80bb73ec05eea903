import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from comments import privacy
from tests import factories


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("203.0.113.9", "203.0.113.200", True, id="one /24"),
        pytest.param("203.0.113.9", "203.0.114.9", False, id="two /24"),
        pytest.param("2001:db8:1:2::1", "2001:db8:1:ffff::9", True, id="one /48"),
        pytest.param("2001:db8:1::1", "2001:db8:2::1", False, id="two /48"),
        pytest.param("", "", True, id="unknown"),
    ],
)
def test_senders_of_one_network_look_alike(one, other, same):
    assert (privacy.sender_fingerprint(one) == privacy.sender_fingerprint(other)) is same


@pytest.mark.django_db
def test_a_moderator_without_the_right_sees_no_address():
    comment = factories.sent(factories.published())

    with pytest.raises(PermissionDenied):
        privacy.disclose_email(comment, to=factories.staff(factories.MODERATORS))


@pytest.mark.django_db
def test_who_saw_an_address_is_logged_without_it():
    moderator = factories.staff(factories.MODERATORS)
    moderator.user_permissions.add(Permission.objects.get(codename="view_email"))
    comment = factories.sent(factories.published(), email="zoro@example.org")

    assert privacy.disclose_email(comment, to=moderator) == "zoro@example.org"

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (moderator, str(comment.pk))
    assert "zoro" not in entry.change_message + entry.object_repr
