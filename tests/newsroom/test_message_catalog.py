"""Catalogs of translated messages: what is found in the sources, what an update keeps, what counts as a fault."""

import gettext
import os

import pytest

from newsroom import message_catalog
from newsroom.message_catalog import HEADER, CatalogError

SIX_FORMS = "\n".join(f'msgstr[{index}] "{form}"' for index, form in enumerate(
    ("لا تعليقات", "تعليق واحد", "تعليقان", "%(count)d تعليقات", "%(count)d تعليقًا", "%(count)d تعليق")
))  # fmt: skip
COUNT = f'msgid "%(count)d comment"\nmsgid_plural "%(count)d comments"\n{SIX_FORMS}\n'
COUNTED = 'ngettext("%(count)d comment", "%(count)d comments", count)'


@pytest.fixture
def project(tmp_path):
    """Return a function that writes a file of a small project; `po` stands for its catalog."""

    def write(path, text):
        path = "locale/ar/LC_MESSAGES/django.po" if path == "po" else path
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"{HEADER}\n{text}" if path.endswith("django.po") else text)

    write.base = tmp_path
    write.po = tmp_path / "locale/ar/LC_MESSAGES/django.po"
    write("po", "")
    return write


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        pytest.param("newsroom/a.py", '_("Publish")', "Publish", id="function named by underscore"),
        pytest.param("articles/a.py", 'gettext_lazy("Publish")', "Publish", id="lazy"),
        pytest.param("comments/a.py", COUNTED, "%(count)d comment", id="plural"),
        pytest.param("comments/a.py", 'pgettext("verb", "Reply")', "Reply", id="context"),
        pytest.param(
            "comments/a.py", '_(\n    "In two "\n    "parts"\n)', "In two parts", id="string in parts"
        ),
        pytest.param("templates/a.html", '{% translate "Publish" %}', "Publish", id="template tag"),
        pytest.param("articles/templates/a.html", '{{ _("Publish") }}', "Publish", id="template variable"),
        pytest.param("templates/a.txt", '{% include "b" with x=_("Top") %}', "Top", id="template argument"),
        pytest.param(
            "templates/a.html",
            "<div>\n      <p>it's {% blocktranslate trimmed with name=author %}\n  By {{ name }}\n"
            "    {% endblocktranslate %}\n  </p>\n</div>",
            "By %(name)s",
            id="template block among odd indentation",
        ),
    ],
)
def test_messages_are_found(project, path, text, message):
    project(path, text)

    assert message_catalog.faults(project.base) == [f"django: missing: {message}"]


def test_messages_of_scripts_have_a_catalog_of_their_own(project):
    project("static/js/queue.js", 'button.title = gettext("Undo");')

    assert message_catalog.faults(project.base) == ["djangojs: missing: Undo"]


@pytest.mark.parametrize(
    "path", ["static/vendor/editor.js", "newsroom/migrations/0001_groups.py", "tests/test_a.py"]
)
def test_other_peoples_code_history_and_tests_are_no_source(project, path):
    project(path, 'gettext("Undo")')

    assert message_catalog.faults(project.base) == []


@pytest.mark.parametrize(
    ("source", "entry", "fault"),
    [
        pytest.param(
            '_("Publish")', 'msgid "Publish"\nmsgstr ""\n', "untranslated: Publish", id="untranslated"
        ),
        pytest.param(
            '_("Publish")', '#, fuzzy\nmsgid "Publish"\nmsgstr "نشر"\n', "fuzzy: Publish", id="fuzzy"
        ),
        pytest.param("", 'msgid "Publish"\nmsgstr "نشر"\n', "no longer used: Publish", id="unused"),
        pytest.param(
            '_("By %(name)s")',
            'msgid "By %(name)s"\nmsgstr "بقلم %(author)s"\n',
            "placeholders differ (بقلم %(author)s): By %(name)s",
            id="placeholder renamed",
        ),
        pytest.param(
            '_("By {name}")',
            'msgid "By {name}"\nmsgstr "بقلم"\n',
            "placeholders differ (بقلم): By {name}",
            id="placeholder lost",
        ),
        pytest.param(
            COUNTED,
            COUNT.replace("%(count)d تعليقًا", ""),
            "plural forms missing: %(count)d comment",
            id="one plural form empty",
        ),
        pytest.param(
            COUNTED,
            COUNT.replace("%(count)d تعليقًا", "تعليقًا"),
            "placeholders differ (تعليقًا): %(count)d comment",
            id="number lost from a form that needs it",
        ),
        pytest.param(
            COUNTED,
            'msgid "%(count)d comment"\nmsgstr "تعليق %(count)d"\n',
            "missing: %(count)d comment",
            id="translated before it was a plural",
        ),
        pytest.param(
            'pgettext("verb", "Reply")',
            'msgctxt "noun"\nmsgid "Reply"\nmsgstr "ردّ"\n',
            "missing: Reply",
            id="translated in another context",
        ),
    ],
)
def test_faults(project, source, entry, fault):
    project("comments/a.py", source)
    project("po", entry)

    assert f"django: {fault}" in message_catalog.faults(project.base)


@pytest.mark.parametrize(
    ("source", "entry", "fault"),
    [
        ('_("ردّ")', 'msgid "ردّ"\nmsgstr "ردّ"\n', "not in English: ردّ"),
        (
            '_("Wait, please")',
            'msgid "Wait, please"\nmsgstr "انتظر, رجاءً"\n',
            "Latin punctuation: Wait, please",
        ),
    ],
    ids=["an Arabic message", "a comma of another script"],
)
def test_messages_are_in_their_language(project, source, entry, fault):
    project("comments/a.py", source)
    project("po", entry)

    assert message_catalog.faults(project.base) == [f"django: {fault}"]


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        ("comments/a.py", 'LABEL = "ردّ"\n', "comments/a.py:1: ردّ"),
        ("comments/a.py", 'f"في {place}"\n', "comments/a.py:1: في"),
        ("templates/a.html", "<p>\nردّ</p>\n", "templates/a.html:2: ردّ</p>"),
    ],
    ids=["a constant", "a part of a string", "a template"],
)
def test_arabic_that_no_catalog_can_translate_is_a_fault(project, path, text, place):
    project(path, text)

    assert message_catalog.faults(project.base) == [f"not translatable: {place}"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("comments/a.py", '"""Words such as «ردّ»."""\n# ردّ\n'),
        ("templates/a.html", "{# ردّ #}{% comment %}\nردّ{% endcomment %}"),
        ("templates/500.html", "<p>ردّ</p>"),
        ("newsroom/text/a.py", 'WORDS = "ردّ"'),
    ],
    ids=["examples and comments of code", "comments of templates", "a page written ahead", "lists of words"],
)
def test_arabic_that_nobody_reads_as_ours_is_none(project, path, text):
    project(path, text)

    assert message_catalog.faults(project.base) == []


def test_a_complete_catalog_has_no_fault(project):
    project("comments/a.py", f'{COUNTED}\n_("By %(name)s, 100%%")\npgettext("verb", "Reply")')
    project(
        "po",
        f'{COUNT}\nmsgid "By %(name)s, 100%%"\nmsgstr "100%% بقلم %(name)s"\n\n'
        'msgctxt "verb"\nmsgid "Reply"\nmsgstr "أجب"\n',
    )

    assert message_catalog.faults(project.base) == []


def test_update_keeps_adds_drops_and_sorts(project):
    project("comments/a.py", '# Translators: a button\n_("Reply")\n_("Approve")')
    project("po", 'msgid "Reply"\nmsgstr "أجب"\n\nmsgid "Old"\nmsgstr "قديم"\n')

    message_catalog.update(project.base)

    assert project.po.read_text() == (
        f'{HEADER}\nmsgid "Approve"\nmsgstr ""\n\n#. a button\nmsgid "Reply"\nmsgstr "أجب"\n\n'
    )


def test_update_of_an_updated_catalog_changes_nothing(project):
    project("comments/a.py", f'{COUNTED}\n_("Reply")')
    project("po", COUNT)
    message_catalog.update(project.base)
    before = project.po.read_text()

    message_catalog.update(project.base)

    assert project.po.read_text() == before


@pytest.mark.parametrize(
    ("count", "translation"),
    [
        (0, "لا تعليقات"),
        (1, "تعليق واحد"),
        (2, "تعليقان"),
        (3, "%(count)d تعليقات"),
        (110, "%(count)d تعليقات"),
        (11, "%(count)d تعليقًا"),
        (99, "%(count)d تعليقًا"),
        (100, "%(count)d تعليق"),
        (102, "%(count)d تعليق"),
    ],
)
def test_compiled_plurals(project, count, translation):
    project("po", COUNT)
    (compiled,) = message_catalog.compile_stale(project.base / "locale")

    with compiled.open("rb") as file:
        catalog = gettext.GNUTranslations(file)

    assert catalog.ngettext("%(count)d comment", "%(count)d comments", count) == translation


def test_only_stale_catalogs_are_compiled(project):
    first = message_catalog.compile_stale(project.base / "locale")
    second = message_catalog.compile_stale(project.base / "locale")
    os.utime(first[0], ns=(0, 0))
    third = message_catalog.compile_stale(project.base / "locale")

    assert (first, second, third) == ([project.po.with_suffix(".mo")], [], first)


def test_a_broken_catalog_is_named(project):
    project("po", '<<<<<<< HEAD\nmsgid "Reply"\nmsgstr "أجب"\n')

    with pytest.raises(CatalogError, match=r"django\.po"):
        message_catalog.compile_stale(project.base / "locale")
