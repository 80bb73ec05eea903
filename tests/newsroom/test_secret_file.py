import pytest
from django.core.exceptions import ImproperlyConfigured

from newsroom import secret_file


def test_a_secret_is_made_once(tmp_path):
    made = secret_file.read_or_create(tmp_path / "key")

    assert secret_file.read_or_create(tmp_path / "key") == made


def test_an_empty_secret_is_refused(tmp_path):
    (tmp_path / "key").touch()

    with pytest.raises(ImproperlyConfigured, match="is empty"):
        secret_file.read_or_create(tmp_path / "key")


def test_a_new_secret_stands_before_the_others(tmp_path):
    path = tmp_path / "key"
    path.write_text("b\na\n")

    secret_file.prepend(path, "c")

    assert path.read_text() == "c\nb\na\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["key"]
