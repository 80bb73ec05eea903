import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsroom import secret_file

BASE_DIR = Path(__file__).parents[2]


def test_a_secret_is_made_once(tmp_path):
    made = secret_file.read_or_create(tmp_path / "key")

    assert secret_file.read_or_create(tmp_path / "key") == made


def test_an_empty_secret_is_refused(tmp_path):
    (tmp_path / "key").touch()

    with pytest.raises(ImproperlyConfigured, match="is empty"):
        secret_file.read_or_create(tmp_path / "key")


@pytest.mark.parametrize("case", ["a new secret", "one before the others"])
def test_a_full_disk_leaves_no_part_of_a_secret_behind(tmp_path, case):
    path = tmp_path / "key"
    if case == "one before the others":
        path.write_text("a\n")
    before = list(tmp_path.iterdir())

    # A process of its own: a limit on the size of files holds for all that follows.
    program = (
        "import resource, signal\n"
        "from pathlib import Path\n"
        "from newsroom import secret_file\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))\n"
        f"path = Path({str(path)!r})\n"
        "secret_file.prepend(path, 'new') if path.exists() else secret_file.read_or_create(path)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, cwd=BASE_DIR
    )

    assert "File too large" in ended.stderr
    assert list(tmp_path.iterdir()) == before


def test_a_draft_that_a_killed_process_left_is_in_nobodys_way(tmp_path):
    (tmp_path / f".key.{os.getpid()}").touch()

    made = secret_file.read_or_create(tmp_path / "key")

    assert secret_file.read_or_create(tmp_path / "key") == made


def test_a_new_secret_stands_before_the_others(tmp_path):
    path = tmp_path / "key"
    path.write_text("b\na\n")

    secret_file.prepend(path, "c")

    assert path.read_text() == "c\nb\na\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["key"]
