"""Collected files hold what they import."""

import io
import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command

from newsroom.web.joined_files import JoinedFilesStorage, joined_text

STATIC = Path(__file__).parents[3] / "static"


@pytest.fixture
def joined(tmp_path):
    """What the first of some files is, all of them given by name and text."""

    def joined(**files):
        names = [name.replace("_", ".") for name in files]
        for name, text in zip(names, files.values(), strict=True):
            (tmp_path / name).write_text(text, "utf-8")
        storage = FileSystemStorage(tmp_path)
        return joined_text(f"css/{names[0]}", {f"css/{name}": (storage, name) for name in names})

    return joined


def test_a_sheet_holds_those_it_imports_in_their_order(joined):
    text = joined(
        all_css='/* Both */\n@import "b.css";\n@import "a.css";\n',
        a_css="/* One */\np {\n  margin: 0;\n}\n",
        b_css="q { color: red } /* Two,\n  on lines */\n",
    )

    assert text == "q { color: red }\np {\nmargin: 0;\n}\n"


def test_names_and_failures_of_a_joined_script_are_its_own(joined):
    text = joined(
        all_js='// Both\nimport "./a.js";\nimport "./b.js";\n',
        a_js='// One\nconst name = "https://example.org"; // kept\n/* Over\n   lines */\nname();\n',
        b_js="const name = 2;\n",
    )

    caught = "} catch (e) { queueMicrotask(() => { throw e; }); }\n"
    assert text == (
        f'try {{\nconst name = "https://example.org"; // kept\nname();\n{caught}try {{\nconst name = 2;\n{caught}'
    )


def test_what_stands_between_comments_of_a_script_is_kept(joined):
    text = joined(all_js='import "./a.js";\n', a_js="/* a */ one();\ntwo();\n/* b */\nthree();\n")

    assert "one();\ntwo();\nthree();" in text


@pytest.mark.parametrize("text", ["p { margin: 0 }", "/* @import */", '@import "b.css" print;'])
def test_a_file_that_imports_nothing_stays_as_it_is(joined, text):
    assert joined(all_css=text) is None


@pytest.mark.parametrize(
    "files",
    [
        {"all_css": '@import "gone.css";'},
        {"all_css": '@import "a.css";\np { margin: 0 }', "a_css": ""},
        {"all_css": '@import "a.css";', "a_css": '@import "b.css";', "b_css": ""},
        {"all_js": 'import "./a.js";', "a_js": "export const name = 1;"},
        {"all_js": 'import "./a.js";', "a_js": 'import { name } from "./b.js";'},
    ],
    ids=["missing", "more than imports", "imports in imports", "export", "import by name"],
)
def test_what_would_be_lost_when_joined_is_refused(joined, files):
    with pytest.raises(ImproperlyConfigured):
        joined(**files)


def test_files_are_collected_joined_with_and_without_a_hash(settings, tmp_path):
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "all.css").write_text('@import "a.css";\n')
    (sources / "a.css").write_text("p { background: url(dot.svg) }\n")
    (sources / "dot.svg").write_text("<svg/>")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [sources]
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("collectstatic", interactive=False, stdout=io.StringIO())
    # What is imported changes alone.
    (sources / "a.css").write_text("q { background: url(dot.svg) }\n")

    call_command("collectstatic", interactive=False, stdout=io.StringIO())

    assert (settings.STATIC_ROOT / "all.css").read_text() == "q { background: url(dot.svg) }\n"
    newest = max(settings.STATIC_ROOT.glob("all.*.css"), key=lambda path: path.stat().st_mtime_ns)
    assert re.fullmatch(r'q \{ background: url\("?dot\.[0-9a-f]{12}\.svg"?\) \}\n', newest.read_text())


def test_an_address_is_that_of_what_was_collected_last(settings, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], tmp_path / "collected"
    storage = JoinedFilesStorage()
    addresses = []
    for text in "p { margin: 0 }", "p { margin: 1px }":
        (source / "a.css").write_text(text, "utf-8")
        name = storage.save("a.css", ContentFile(text))
        list(storage.post_process({name: (storage, name)}))
        addresses += [storage.url("a.css"), storage.url("a.css")]
        storage.delete("a.css")

    assert addresses[0] == addresses[1] != addresses[2] == addresses[3]


def test_what_browsers_ask_for_is_compressed(settings, tmp_path):
    sources = tmp_path / "sources"
    sources.mkdir()
    for name in ("own.css", "own.css.map"):
        (sources / name).write_text("p { color: red }\n" * 100)
    settings.STATICFILES_DIRS = [sources]
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("collectstatic", interactive=False, stdout=io.StringIO())

    compressed = {
        re.sub(r"\.[0-9a-f]{12}\.", ".#.", path.name)
        for folder in (settings.STATIC_ROOT, settings.STATIC_ROOT / "admin" / "css")
        for path in folder.glob("*.br")
    }
    assert {name for name in compressed if "own" in name} == {"own.css.br", "own.#.css.br"}
    assert {name for name in compressed if "base" in name} == {"base.#.css.br"}


def _imported(name):
    """What a file of ours imports."""
    pattern = r'^@import "(.+)";' if name.endswith(".css") else r'^import "\./(.+)";'
    folder = STATIC / name.rpartition("/")[0]
    return [folder / found for found in re.findall(pattern, (STATIC / name).read_text("utf-8"), re.MULTILINE)]


@pytest.mark.parametrize("name", ["js/every_page.js", "js/article_page.js"])
def test_no_text_of_a_script_that_is_joined_runs_over_lines(name):
    # Lines that look like comments, and spaces before a line, go.
    texts = {path.name: path.read_text("utf-8") for path in _imported(name)}

    assert texts
    assert {
        file for file, text in texts.items() if any(line.count("`") % 2 for line in text.splitlines())
    } == set()
