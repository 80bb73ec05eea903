import pytest

from newsroom import encryption


def test_a_text_can_be_read_back():
    assert encryption.decrypt(encryption.encrypt("قارئ@موقع.example")) == "قارئ@موقع.example"


def test_a_text_never_looks_the_same_twice():
    assert encryption.encrypt("zoro@example.org") != encryption.encrypt("zoro@example.org")


def test_a_new_key_is_put_before_the_old_one_which_is_retired_at_last(settings):
    settings.EMAIL_KEYS = ["old"]
    stored, mark = encryption.encrypt("zoro@example.org"), encryption.email_fingerprint("zoro@example.org")

    settings.EMAIL_KEYS = ["new", "old"]
    assert encryption.decrypt(stored) == "zoro@example.org"
    renewed = encryption.renewed(stored)
    settings.EMAIL_KEYS = ["new"]

    assert encryption.decrypt(renewed) == "zoro@example.org"
    assert encryption.email_fingerprint("zoro@example.org") == mark


def test_without_its_key_a_text_is_lost(settings):
    stored = encryption.encrypt("zoro@example.org")
    settings.EMAIL_KEYS = ["another"]

    with pytest.raises(encryption.Unreadable):
        encryption.decrypt(stored)
