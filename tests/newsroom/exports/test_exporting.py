"""`manage.py export`: what is in each form, what is in none, and what becomes of an export that is killed."""

import json
import os
import re
import sqlite3
import subprocess
from contextlib import closing
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from urllib.parse import unquote, urldefrag

import jsonschema_rs
import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.models import Article
from comments import privacy, subject_access
from newsroom.exports import exporting, folder, rows, static_copy
from newsroom.exports.models import Form
from newsroom.web import whole_files
from tests import canaries, factories
from tests.newsroom.exports.conftest import DRAFT, HELD

pytestmark = pytest.mark.django_db(transaction=True)

SCHEMA = json.loads(exporting.SCHEMA.read_bytes())
CANARIES = 7


def export(form, target, **options):
    out = StringIO()
    call_command("export", form, str(target), stdout=out, **options)
    return out.getvalue()


def texts(target):
    """By their names, all files that hold text."""
    return {
        path.relative_to(target).as_posix(): path.read_text()
        for path in sorted(target.rglob("*"))
        if path.is_file() and path.suffix in {".jsonl", ".json", ".xml", ".html", ""}
    }


def contents(target):
    return {
        path.relative_to(target).as_posix(): path.read_bytes()
        for path in sorted(target.rglob("*"))
        if path.is_file()
    }


def lines(target, kind):
    return [json.loads(line) for line in (target / f"{kind}.jsonl").read_text().splitlines()]


def test_json_lines_are_as_their_schema_says(newspaper, tmp_path):
    jsonschema_rs.meta.validate(SCHEMA)

    export("jsonl", tmp_path / "made")

    validators = {
        kind: jsonschema_rs.Draft202012Validator(told, validate_formats=True)
        for kind, told in SCHEMA["$defs"].items()
    }
    manifest = json.loads((tmp_path / "made" / "manifest.json").read_text())
    for kind in rows.KINDS:
        found = lines(tmp_path / "made", kind)
        assert manifest["counts"][kind] == len(found)
        for row in found:
            validators[kind].validate(row)
    assert set(SCHEMA["$defs"]) == set(rows.KINDS)
    assert manifest["counts"]["comment"] == 6
    assert [row["parent"] for row in lines(tmp_path / "made", "comment")] == [None, 0, 1, None, None, None]


def test_every_field_is_described(newspaper):
    for told in SCHEMA["$defs"].values():
        assert all(field.get("description") for name, field in told["properties"].items() if name != "type")


def test_whole_exports_hold_drafts_and_no_address_network_or_fingerprint(newspaper, tmp_path):
    find = canaries.Search(CANARIES)

    for form in ("jsonl", "wxr"):
        export(form, tmp_path / form)

        whole = "\n".join(texts(tmp_path / form).values())
        assert DRAFT in whole
        assert HELD in whole
        assert find(whole) == set()
        assert re.findall(r"[0-9a-f]{64}", (tmp_path / form / "SHA256SUMS").read_text()) == re.findall(
            r"\b[0-9a-f]{64}\b",
            "\n".join(text for name, text in texts(tmp_path / form).items() if name == "SHA256SUMS"),
        )
        for name, text in texts(tmp_path / form).items():
            if name not in ("SHA256SUMS", "manifest.json"):
                assert not re.search(r"\b[0-9a-f]{64}\b", text)
        paths = [tmp_path / form, *(tmp_path / form).rglob("*")]
        assert {
            path.stat().st_mode & 0o077 for path in paths if path.is_file() or path == tmp_path / form
        } == {0}


def test_the_sums_are_those_of_the_files(newspaper, tmp_path):
    export("wxr", tmp_path / "made")

    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"],
        check=False,
        cwd=tmp_path / "made",
        capture_output=True,
        text=True,
    )
    assert (checked.returncode, checked.stdout) == (0, "")
    manifest = json.loads((tmp_path / "made" / "manifest.json").read_text())
    assert manifest["sha256_of_sums"] == folder.digest(tmp_path / "made" / "SHA256SUMS")
    assert (manifest["counts"]["media"], manifest["counts"]["media_missing"]) == (1, 0)


class _Links(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found, self.tags = [], set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        attributes = dict(attrs)
        if tag == "link" and attributes.get("rel") == "canonical":
            return
        self.found += [attributes[name] for name in ("href", "src") if attributes.get(name)]


def test_the_static_copy_is_what_readers_see_and_leads_nowhere_but_into_itself(newspaper, tmp_path):
    target = tmp_path / "copy"

    export("static", target)

    whole = texts(target)
    page = whole[f"article/{newspaper.article.pk}/index.html"]
    assert "R&amp;D" in page
    assert "هدى &amp; سامي" in page
    assert DRAFT not in "".join(whole.values())
    assert HELD not in "".join(whole.values())
    assert canaries.Search(CANARIES)("".join(whole.values())) == set()
    for name, text in whole.items():
        if not name.endswith(".html"):
            continue
        links = _Links(text)
        assert links.tags.isdisjoint({"script", "form", "button", "input"}), name
        for link in links.found:
            to, _fragment = urldefrag(link)
            if not to or to.startswith(("https://wa.me", "https://example.org/", "data:")):
                continue
            assert (target / Path(name).parent / unquote(to)).resolve().is_file(), (name, link)
    for sheet in target.rglob("*.css"):
        for named in re.findall(r"url\([\"']?([^\"')]+)", sheet.read_text()):
            if not named.startswith(("data:", "#")):
                assert (sheet.parent / named.partition("#")[0].partition("?")[0]).is_file(), (sheet, named)


def _dies(step, at):
    def tell(told, done, _total):
        if (told, done) == (step, at):
            raise KeyboardInterrupt

    return tell


@pytest.mark.parametrize(
    ("form", "step", "at"),
    [
        pytest.param(Form.WXR, "article", 1, id="wxr, while rows are taken"),
        pytest.param(Form.WXR, "wxr", 3, id="wxr, within the file"),
        pytest.param(Form.JSONL, "media", 1, id="jsonl, among the pictures"),
        pytest.param(Form.STATIC, "pages", 5, id="static, among the pages"),
    ],
)
def test_what_was_killed_goes_on_and_is_the_same(newspaper, tmp_path, monkeypatch, form, step, at):
    for module, name in ((exporting, "_TOLD"), (folder, "_NOTED_BYTES"), (static_copy, "_NOTED")):
        monkeypatch.setattr(module, name, 1)
    with time_machine.travel(timezone.now(), tick=False):
        exporting.export(form, tmp_path / "uninterrupted")

        with pytest.raises(KeyboardInterrupt):
            exporting.export(form, tmp_path / "made", tell=_dies(step, at))
        assert not (tmp_path / "made").exists()
        exporting.export(form, tmp_path / "made")

    assert contents(tmp_path / "made") == contents(tmp_path / "uninterrupted")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "uninterrupted"]


def test_an_export_that_goes_on_tells_of_the_moment_when_its_rows_were_taken(
    newspaper, tmp_path, monkeypatch
):
    monkeypatch.setattr(exporting, "_TOLD", 1)
    with pytest.raises(KeyboardInterrupt):
        exporting.export(Form.WXR, tmp_path / "made", tell=_dies("wxr", 2))
    Article.objects.filter(pk=newspaper.article.pk).update(headline="عنوان أحدث")
    factories.published(headline="خبر أحدث")

    exporting.export(Form.WXR, tmp_path / "made")

    assert "أحدث" not in (tmp_path / "made" / "site.xml").read_text()


def test_another_export_does_not_go_on_in_its_place(newspaper, tmp_path, monkeypatch):
    monkeypatch.setattr(static_copy, "_NOTED", 1)
    with pytest.raises(KeyboardInterrupt):
        exporting.export(Form.STATIC, tmp_path / "made", tell=_dies("pages", 1))
    with pytest.raises(CommandError, match="begun for another export"):
        export("wxr", tmp_path / "made")
    export("static", tmp_path / "made")
    with pytest.raises(CommandError, match="there already"):
        export("static", tmp_path / "made")


def test_a_full_disk_stops_it_and_it_goes_on_once_there_is_room(newspaper, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(whole_files, "LEAST_FREE_BYTES", 10**18)
        with pytest.raises(CommandError, match="nearly full"):
            export("jsonl", tmp_path / "made")

    export("jsonl", tmp_path / "made")

    assert (tmp_path / "made" / "manifest.json").exists()


def test_a_folder_of_somebody_else_is_left_alone(newspaper, tmp_path):
    (tmp_path / "made.part").mkdir()
    (tmp_path / "made.part" / "mine.txt").write_text("mine")

    with pytest.raises(CommandError, match="not made by an export"):
        export("wxr", tmp_path / "made")

    assert (tmp_path / "made.part" / "mine.txt").read_text() == "mine"


def test_nothing_is_written_into_a_folder_that_somebody_else_can_change(tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / ".work").mkdir(parents=True)
    (elsewhere / ".work" / "notes.json").write_text('{"asked": {}, "disclosed": true}')
    (tmp_path / "made.part").symlink_to(elsewhere)

    with pytest.raises(folder.ExportError, match="not made by an export"):
        folder.Folder(tmp_path / "made", {})

    (tmp_path / "made.part").unlink()
    elsewhere.rename(tmp_path / "made.part")
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(folder.ExportError, match="not made by an export"):
        folder.Folder(tmp_path / "made", {})


def test_nobody_else_goes_on_with_one_that_is_being_finished(tmp_path, monkeypatch):
    made = folder.Folder(tmp_path / "made", {})
    made.write_file("a.txt", b"a")
    digest = folder.digest

    def meanwhile(path):
        with pytest.raises(folder.ExportError, match="Another export"):
            folder.Folder(tmp_path / "made", {})
        return digest(path)

    monkeypatch.setattr(folder, "digest", meanwhile)
    made.finish({})

    assert (tmp_path / "made" / "manifest.json").exists()


# Addresses


def may_have_emails(user):
    user.user_permissions.add(Permission.objects.get(codename="export_emails"))
    # Its rights were asked for before, and are remembered.
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("form", ["jsonl", "wxr"])
def test_addresses_are_exported_for_who_may_have_them_and_put_on_record(newspaper, tmp_path, form):
    may_have_emails(newspaper.editor)

    export(form, tmp_path / "made", with_emails=True, by="editor", reason="انتقال إلى خادم آخر")

    whole = "".join(texts(tmp_path / "made").values())
    assert all(canaries.address(number) in whole for number in range(1, CANARIES))
    entry = privacy.disclosures_of_all().get()
    assert (entry.user, entry.change_message) == (newspaper.editor, "انتقال إلى خادم آخر")
    told = json.loads("".join(subject_access.export(canaries.address(1))))
    assert len(told["comments"][0]["address_seen_by_the_newsroom"]) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"by": "editor", "reason": "سبب"}, "الحق", id="without the right"),
        pytest.param({"by": "nobody", "reason": "سبب"}, "--by", id="by nobody"),
        pytest.param({"by": "root", "reason": " "}, "لأي غرض", id="without a reason"),
    ],
)
def test_addresses_are_refused(newspaper, tmp_path, options, message):
    root = factories.superuser()
    root.username = "root"
    root.save()

    with pytest.raises(CommandError):
        export("jsonl", tmp_path / "made", with_emails=True, **options)

    assert list(tmp_path.iterdir()) == []
    assert not privacy.disclosures_of_all().exists()


def test_who_was_killed_is_on_record_once(newspaper, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "_TOLD", 1)
    taker = may_have_emails(newspaper.editor)
    asked = {"with_emails": True, "by": taker, "reason": "سبب"}
    with pytest.raises(KeyboardInterrupt):
        exporting.export(Form.JSONL, tmp_path / "made", tell=_dies("comment", 1), **asked)

    exporting.export(Form.JSONL, tmp_path / "made", **asked)

    assert privacy.disclosures_of_all().count() == 1


# As writers and readers may write them.
LINKS = [
    "/media/%2e%2e/%2e%2e/etc/passwd",
    "/static/%2e%2e/%2e%2e/etc/passwd",
    "/media/",
    "/static/",
    "/static/css",
    f"/media/{'a' * 300}",
    f"/static/{'a' * 300}",
    "/media/a%00b",
    "/static/a%00b",
    "/articles/1-a%3Fb/",
    "http://ex℀mple.com/",
    "https://[::1/",
]


def test_no_link_that_somebody_wrote_ends_the_static_copy(tmp_path):
    with closing(sqlite3.connect(":memory:")) as queue:
        made = folder.Folder(tmp_path / "made", {}, mode=0o644)
        copy = static_copy._Copy(made, queue)

        for address in LINKS:
            copy._link("article/1/index.html", "/articles/1/", address, "")
            copy._asset("article/1/index.html", "/articles/1/", address)

    assert {path.name for path in made.path.iterdir()} == {".work"}
    made.close()
