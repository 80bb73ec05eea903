"""Rotation of the keys that encrypt readers' addresses."""

import pytest
from django.core.management import CommandError, call_command

from comments.models import Comment
from newsroom import encryption, key_rotation
from newsroom.mail import outbox
from newsroom.mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return factories.published()


def _sent(article, settings, *keys):
    """A comment that came while these were the keys, and the settings of today again."""
    today = settings.EMAIL_KEYS
    settings.EMAIL_KEYS = list(keys)
    comment = factories.sent(article)
    settings.EMAIL_KEYS = today
    return comment


def _addresses():
    return [encryption.decrypt(row.email_encrypted) for row in Comment.objects.order_by("pk")]


def test_all_rows_are_read_by_the_newest_key_alone_afterwards(article, settings, monkeypatch):
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    for keys in (["a"], ["b", "a"], ["c", "b", "a"], ["a"], ["a"]):
        _sent(article, settings, *keys)
    settings.EMAIL_KEYS = ["c", "b", "a"]
    before = _addresses()

    rotation, *_of_mails = key_rotation.rotate()

    settings.EMAIL_KEYS = ["c"]
    assert (_addresses(), rotation.renewed, dict(rotation.needed)) == (before, 4, {0: 5})


def test_mails_are_read_by_the_newest_key_alone_afterwards(settings):
    settings.EMAIL_KEYS = ["a"]
    outbox.enqueue(key="letter:1", to="zoro@example.org", subject="رسالة", text="نصّ الرسالة")
    settings.EMAIL_KEYS = ["b", "a"]

    key_rotation.rotate()

    settings.EMAIL_KEYS = ["b"]
    message = OutgoingMail.objects.get().message()
    assert (message.to, message.body) == (["zoro@example.org"], "نصّ الرسالة")


def test_rows_under_the_newest_key_are_left_as_they_are(article, settings):
    _sent(article, settings, "b", "a")
    settings.EMAIL_KEYS = ["b", "a"]
    before = Comment.objects.values_list("email_encrypted", flat=True).get()

    rotation, *_of_mails = key_rotation.rotate()

    assert (Comment.objects.values_list("email_encrypted", flat=True).get(), rotation.renewed) == (before, 0)


def test_an_erased_address_needs_no_key(article, settings):
    _sent(article, settings, "a")
    Comment.objects.update(email_encrypted="")
    settings.EMAIL_KEYS = ["b", "a"]

    rotation, *_of_mails = key_rotation.rotate()

    assert (rotation.renewed, dict(rotation.needed), rotation.unreadable) == (0, {}, [])


def test_what_changed_since_it_was_read_is_not_overwritten(article, settings):
    comment = _sent(article, settings, "a")
    settings.EMAIL_KEYS = ["b", "a"]
    read = {comment.pk: Comment.objects.values_list("email_encrypted", flat=True).get()}
    Comment.objects.update(email_encrypted="")

    assert key_rotation._renew(Comment, "email_encrypted", read) == 0
    assert Comment.objects.values_list("email_encrypted", flat=True).get() == ""


@pytest.mark.parametrize("rows", [1, 20])
def test_a_batch_takes_the_same_queries_whatever_its_size(rows, article, settings, django_assert_num_queries):
    for _number in range(rows):
        _sent(article, settings, "a")
    settings.EMAIL_KEYS = ["b", "a"]

    # Rows, savepoint, lock, update, its release, no more rows; a second pass of two finds nothing to do. No mails, no
    # subscriptions, no deliveries, no webhooks, no authenticators, no actors.
    with django_assert_num_queries(17):
        key_rotation.rotate()


def test_the_command_says_which_keys_can_be_retired(article, settings, capsys):
    for keys in (["a"], ["b", "a"]):
        _sent(article, settings, *keys)
    settings.EMAIL_KEYS = ["b", "a"]

    call_command("rotate_keys")

    assert capsys.readouterr().out == (
        "comments.Comment.email_encrypted: 1 encrypted anew, 2 in all.\n"
        "newsletter.Subscription.email_encrypted: 0 encrypted anew, 0 in all.\n"
        "mail.OutgoingMail.recipient_encrypted: 0 encrypted anew, 0 in all.\n"
        "mail.OutgoingMail.content_encrypted: 0 encrypted anew, 0 in all.\n"
        "deliveries.Delivery.content_encrypted: 0 encrypted anew, 0 in all.\n"
        "webhooks.Endpoint.url_encrypted: 0 encrypted anew, 0 in all.\n"
        "webhooks.Endpoint.secret_encrypted: 0 encrypted anew, 0 in all.\n"
        "webhooks.Endpoint.former_secret_encrypted: 0 encrypted anew, 0 in all.\n"
        "staff.Authenticator.secret_encrypted: 0 encrypted anew, 0 in all.\n"
        "federation.Actor.private_key_encrypted: 0 encrypted anew, 0 in all.\n"
        f"Newest key: mark {encryption.mark_of_key('b')}.\n"
        f"Key 2: mark {encryption.mark_of_key('a')}: no row needs it; it can be retired once all of the site was"
        " started again with the newest and no backup needs it.\n"
    )


def test_rows_that_no_key_reads_are_told_and_the_others_renewed(article, settings, capsys):
    lost = _sent(article, settings, "lost")
    _sent(article, settings, "a")
    settings.EMAIL_KEYS = ["b", "a"]

    with pytest.raises(CommandError, match="not among EMAIL_KEYS"):
        call_command("rotate_keys")

    told = capsys.readouterr()
    assert "1 encrypted anew, 1 in all" in told.out
    assert told.err == (
        f"comments.Comment.email_encrypted: 1 rows can be read with none of the keys: {lost.pk}.\n"
    )


def test_a_new_key_stands_first_in_the_file(settings, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("EMAIL_KEYS", raising=False)
    settings.EMAIL_KEYS_FILE = tmp_path / "email-key"
    settings.EMAIL_KEYS_FILE.write_text("old")

    call_command("rotate_keys", "--new")

    new, old = settings.EMAIL_KEYS_FILE.read_text().split()
    assert (old, len(new), settings.EMAIL_KEYS_FILE.stat().st_mode & 0o777) == ("old", 67, 0o600)
    assert new not in capsys.readouterr().out


def test_a_new_key_for_the_environment_is_printed(settings, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EMAIL_KEYS", "old")
    settings.EMAIL_KEYS_FILE = tmp_path / "email-key"

    call_command("rotate_keys", "--new")

    assert len(capsys.readouterr().out.strip()) == 67
    assert not settings.EMAIL_KEYS_FILE.exists()
