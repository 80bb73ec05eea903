"""The scripts that install, upgrade and remove: what can be told of them without root."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.deploy.env_file import DEPLOY

BASE_DIR = DEPLOY.parent
SCRIPTS = ["install", "upgrade", "uninstall"]
ALL = [*SCRIPTS, "steps.sh", "nashra"]


def steps(command, *arguments, folder=BASE_DIR, root=None):
    """What a function of steps.sh says."""
    done = subprocess.run(
        [
            "bash",
            "-euo",
            "pipefail",
            "-c",
            f'. "$0"; root=${{ROOT:-$root}}; {command}',
            DEPLOY / "steps.sh",
            *arguments,
        ],
        cwd=folder,
        env=os.environ | ({"ROOT": str(root)} if root else {}),
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


@pytest.fixture
def tree(tmp_path):
    """A release in small."""
    tree = tmp_path / "tree"
    for name in (
        "articles",
        "comments",
        "newsroom",
        "templates",
        "static",
        "locale",
        "requirements",
        "deploy",
        "docs",
    ):
        (tree / name).mkdir(parents=True)
        (tree / name / "a file.txt").write_text(name)
    for name in ("manage.py", "LICENSE", "CHANGELOG.md", "docs/operations.md"):
        (tree / name).write_text(name)
    (tree / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    return tree


@pytest.mark.parametrize("name", ALL)
def test_a_script_can_be_read(name):
    shell = "sh" if (DEPLOY / name).read_text().startswith("#!/bin/sh") else "bash"

    subprocess.run([shell, "-n", DEPLOY / name], check=True)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_ends_at_the_first_thing_that_fails(name):
    assert re.search(r"^set -euo pipefail$", (DEPLOY / name).read_text(), re.MULTILINE)
    assert (DEPLOY / name).stat().st_mode & stat.S_IXUSR


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_tells_how_it_is_called(name):
    done = subprocess.run([DEPLOY / name, "--help"], check=False, capture_output=True, text=True)

    assert done.returncode == 64
    text = (DEPLOY / name).read_text()
    assert f"sudo deploy/{name}" in done.stderr
    # Each option that it knows.
    known = set(re.findall(r"^        (--[\w -]+(?:\| --[\w-]+ ?)*)\)", text, re.MULTILINE))
    for option in {word for line in known for word in re.findall(r"--[\w-]+", line)}:
        assert option in done.stderr, option


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_fetched_and_run(name):
    assert not re.search(r"\b(?:curl|wget)\b", (DEPLOY / name).read_text())


def test_a_release_is_called_for_what_is_in_it(tree):
    first = steps('release_name "$1"', tree).strip()
    copied = shutil.copytree(tree, tree.with_name("copy"))
    (copied / "newsroom" / "a.pyc").write_text("compiled")
    same = steps('release_name "$1"', copied).strip()
    (copied / "static" / "a file.txt").write_text("changed")
    other = steps('release_name "$1"', copied).strip()

    assert re.fullmatch(r"1\.2\.3-[0-9a-f]{8}", first)
    assert (same == first, other == first) == (True, False)


def test_a_release_holds_all_that_the_site_imports():
    shipped = {Path(name) for name in steps("contents").split("\0") if name}

    for package in ("newsroom", "articles", "comments"):
        assert {path.relative_to(BASE_DIR) for path in (BASE_DIR / package).rglob("*.py")} <= shipped
    for name in ("manage.py", "deploy/nashra", "deploy/answers.py", "deploy/systemd/nashra@.service"):
        assert Path(name) in shipped
    assert not {
        path for path in shipped if path.suffix in {".pyc", ".mo"} or path.parts[0] in {"tests", ".venv"}
    }


def test_links_lead_to_releases_and_only_old_ones_are_forgotten(tmp_path):
    for age, name in enumerate(["5", "4", "3", "2", "1"]):
        folder = tmp_path / "releases" / name
        folder.mkdir(parents=True)
        os.utime(folder, (1_000_000 + age, 1_000_000 + age))
    for link, name in {"current": "1", "previous": "5", "8000": "1"}.items():
        steps('lead "$1" "releases/$2"', link, "2", root=tmp_path)
        steps('lead "$1" "releases/$2"', link, name, root=tmp_path)

    steps("forget_old_releases", root=tmp_path)

    assert steps("led current; led previous; led 8001", root=tmp_path).split() == ["1", "5"]
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == ["1", "2", "3", "5"]


def test_settings_are_read_as_systemd_reads_them(tmp_path):
    bin_dir = tmp_path / "bin"
    bin_dir.mkdir()
    # Nobody here is root, and nobody becomes anybody.
    (bin_dir / "id").write_text("#!/bin/sh\necho 0\n")
    (bin_dir / "setpriv").write_text('#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n')
    for program in bin_dir.iterdir():
        program.chmod(0o755)
    settings = tmp_path / "env"
    settings.write_text(
        "# نشرة\n\nPLAIN=a=b\nEMPTY=\nARABIC='نشرة <noreply@news.example>'\nDOUBLE=\"two words\"\n"
        "ADS_TXT='one\\ntwo'\nCOMMAND=$(false)`false`\nLAST=no line end"
    )
    names = ["PLAIN", "EMPTY", "ARABIC", "DOUBLE", "ADS_TXT", "COMMAND", "LAST"]

    said = subprocess.run(
        [
            "sh",
            DEPLOY / "nashra",
            "--run",
            "sh",
            "-c",
            "".join(f'printf "%s\\n" "${name}";' for name in names),
        ],
        env={"PATH": f"{bin_dir}:{os.environ['PATH']}", "NASHRA_SETTINGS": str(settings)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert said.splitlines() == [
        "a=b", "", "نشرة <noreply@news.example>", "two words", "one\\ntwo", "$(false)`false`", "no line end",
    ]  # fmt: skip


def test_the_settings_of_an_installation_are_those_of_the_example():
    written = set(
        re.findall(
            r'"([A-Z_]+)"', re.search(r"^names = \[.*\]$", (DEPLOY / "install").read_text(), re.MULTILINE)[0]
        )
    )
    example = (DEPLOY / "env.example").read_text()

    assert {name for name in written if f"\n{name}=" not in example} == set()


@pytest.mark.parametrize(
    ("servers", "goes_on"),
    [
        (None, True),
        ("# Written by install.\nserver 127.0.0.1:8001;\n", True),
        ("server 127.0.0.1:8000;\nserver 10.0.0.1:8000;\n", False),
        ("  server 127.0.0.1:8000 max_fails=3;\n", False),
    ],
)
def test_nothing_is_done_where_nginx_passes_on_to_other_machines(tmp_path, servers, goes_on):
    (tmp_path / "nginx").mkdir()
    if servers:
        (tmp_path / "nginx" / "upstream.conf").write_text(servers)

    told = steps("etc=$1; (must_serve_alone && echo on) || echo ended", tmp_path)

    assert told.split() == ["on" if goes_on else "ended"]


@pytest.mark.parametrize(
    ("written", "given", "goes_on"),
    [
        (None, "https://news.example", True),
        ("SITE_URL=https://news.example", "https://news.example", True),
        ("SITE_URL='https://news.example'", "", True),
        ("SITE_URL=https://news.example", "https://other.example", False),
        ("SITE_URL=", "https://news.example", False),
    ],
    ids=["nothing written", "the same", "no option", "another", "written empty"],
)
def test_an_option_that_says_something_else_than_the_settings_is_refused(tmp_path, written, given, goes_on):
    if written:
        (tmp_path / "env").write_text(written)

    told = steps('etc=$1; (as_set SITE_URL "$2" && echo on) || echo ended', tmp_path, given)

    assert told.split() == ["on" if goes_on else "ended"]


@pytest.mark.parametrize(("seconds", "said"), [(30, "gone"), (1, "there")])
def test_the_old_site_is_left_alone_until_the_processes_of_nginx_have_ended(seconds, said):
    lives = 0.3 if said == "gone" else 30
    waits = f"sleep {lives} & sleep 0.1 & drain_seconds={seconds}; await_end_of $(jobs -p)"

    told = steps(f"{waits}; if kill -0 %1 2>/dev/null; then echo there; kill %1; else echo gone; fi")

    assert told.split() == [said]
