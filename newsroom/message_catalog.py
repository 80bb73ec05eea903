"""The catalogs of translated messages, kept with Babel alone: GNU gettext need not be installed.

Messages are taken from Python code and templates (domain `django`) and from our scripts (domain `djangojs`).
Those of Django that are to read otherwise are named in `newsroom/django_messages.py` and `.js`.
"""

import ast
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

LANGUAGE = "ar"
DOMAINS = ("django", "djangojs")
PACKAGES = ("newsroom", "articles", "comments")
TEMPLATE_SUFFIXES = (".html", ".txt", ".xml")

SINGULAR, WITH_PLURAL = None, (1, 2)
WITH_CONTEXT, WITH_CONTEXT_AND_PLURAL = ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS: dict[str, Any] = {
    "_": SINGULAR,
    "gettext": SINGULAR,
    "gettext_lazy": SINGULAR,
    "gettext_noop": SINGULAR,
    "ngettext": WITH_PLURAL,
    "ngettext_lazy": WITH_PLURAL,
    "pgettext": WITH_CONTEXT,
    "pgettext_lazy": WITH_CONTEXT,
    "npgettext": WITH_CONTEXT_AND_PLURAL,
    "npgettext_lazy": WITH_CONTEXT_AND_PLURAL,
}

# The six Arabic plural forms of Unicode CLDR: 0, 1, 2, few (3–10), many (11–99), other.
PLURAL_FORMS = (
    "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;"
)
# "لا تعليقات", "تعليق واحد" and "تعليقان" say the number in words.
FORMS_THAT_NEED_NO_NUMBER = 3
HEADER = f"""msgid ""
msgstr ""
"Project-Id-Version: nashra\\n"
"Language: {LANGUAGE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {PLURAL_FORMS}\\n"
"""

# Arabic in code is what is read or stored, and no word of ours to whoever opens a page: lists of words, names of
# languages in themselves, texts that take the place of erased ones.
LISTS = {
    "articles/models/article.py", "comments/erasure.py", "comments/likeness.py", "comments/redaction.py",
    "comments/retention.py", "comments/rules.py", "comments/word_csv.py", "newsroom/settings.py",
}  # fmt: skip
ROOMS_OF_TEXT = ("newsroom/text/", "newsroom/demo/", "newsroom/formats/")
# Written ahead in each language, for when no catalog can be read.
WRITTEN_AHEAD = "500"

ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")
QUOTED = re.compile("“[^”]*”|«[^»]*»|‘[^’]*’")
# Beside an Arabic letter, these are signs of another script: «،», «؛» and «؟» are meant.
LATIN_PUNCTUATION = re.compile(r"[\u0621-\u0652»][,;?]")

PLACEHOLDER = re.compile(r"%\((\w+)\)[a-zA-Z]|%[a-zA-Z]|\{(\w*)\}")

# What a template says to nobody as it stands: messages, which are translated, and comments.
TEMPLATE_SILENCE = re.compile(
    r"{#.*?#}|{% comment.*?endcomment %}|{% blocktrans.*?endblocktrans(?:late)? %}|{% trans(?:late)? .*?%}",
    re.DOTALL,
)

Key = tuple[str | tuple[str, ...], str | None]


class CatalogError(Exception):
    """A catalog cannot be read; the message says which and why."""


def compile_stale(locale: Path) -> list[Path]:
    """Compile each .po below `locale` whose .mo is missing or older; return the .mo files written.

    Raises CatalogError for a .po that cannot be read, OSError where a .mo cannot be written.
    """
    written = []
    for po in sorted(locale.rglob("LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        draft = mo.with_name(f".{mo.name}.{os.getpid()}")
        try:
            with draft.open("wb") as file:
                write_mo(file, _read(po))
            # Renamed into place, so that a process starting now reads either the old file or the new one.
            draft.replace(mo)
        finally:
            draft.unlink(missing_ok=True)
        written.append(mo)
    return written


def update(base: Path) -> None:
    """Bring the .po files up to the code: new messages empty, unused ones gone, the others as they were."""
    for domain in DOMAINS:
        messages = _extract(base, domain)
        path = _path(base, domain)
        if not messages and not path.exists():
            continue
        old = _read(path) if path.exists() else Catalog(locale=LANGUAGE)
        new = Catalog(locale=LANGUAGE)
        for (msgid, context), comments in messages.items():
            known = _find(old, msgid, context)
            new.add(
                msgid,
                known.string if known else None,
                auto_comments=comments,
                user_comments=known.user_comments if known else (),
                flags={"fuzzy"} if known and known.fuzzy else (),
                context=context,
            )
        text = io.BytesIO()
        # Neither places nor wrapping: a message moved or reworded then changes no other line.
        write_po(text, new, width=0, no_location=True, omit_header=True, sort_output=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{HEADER}\n{text.getvalue().decode().lstrip()}")


def faults(base: Path) -> list[str]:
    """Return a line for each message that is missing, unused, fuzzy, untranslated, in another language or without one
    of its placeholders, and for each Arabic text in the code, which no catalog can translate."""
    extracted = {domain: _extract(base, domain) for domain in DOMAINS}
    known = {
        text for messages in extracted.values() for msgid, _context in messages for text in _forms(msgid)
    }
    found = [f"not translatable: {place}" for place in _fixed_texts(base, known)]
    for domain, messages in extracted.items():
        path = _path(base, domain)
        catalog = _read(path) if path.exists() else Catalog(locale=LANGUAGE)
        for msgid, context in messages:
            message = _find(catalog, msgid, context)
            fault = "missing" if message is None else _fault(message)
            if any(ARABIC_LETTER.search(QUOTED.sub("", text)) for text in _forms(msgid)):
                fault = "not in English"
            if fault:
                found.append(f"{domain}: {fault}: {_shown(msgid)}")
        found += [
            f"{domain}: no longer used: {_shown(message.id)}"
            for message in catalog
            if message.id and (_frozen(message.id), message.context) not in messages
        ]
    return found


def _fault(message: Message) -> str | None:
    """Return what is wrong with a translation, None if nothing is."""
    if message.fuzzy:
        return "fuzzy"
    ids, forms = _forms(message.id), _forms(message.string)
    if not all(forms):
        return "plural forms missing" if any(forms) else "untranslated"
    if any(LATIN_PUNCTUATION.search(form) for form in forms):
        return "Latin punctuation"
    wanted = _placeholders(ids[-1])
    for index, form in enumerate(forms):
        given = _placeholders(form)
        in_words = len(ids) > 1 and index < FORMS_THAT_NEED_NO_NUMBER
        if given != wanted and not (in_words and given < wanted):
            return f"placeholders differ ({form})"
    return None


def _forms(text: Any) -> tuple[str, ...]:
    """Return the forms of a plural, or the one of a message without."""
    return tuple(text) if isinstance(text, (tuple, list)) else (text or "",)


def _placeholders(text: str) -> set[str]:
    return {match.group() for match in PLACEHOLDER.finditer(text.replace("%%", ""))}


def _extract(base: Path, domain: str) -> dict[Key, list[str]]:
    """Return the messages of `domain` with their translator comments, sorted."""
    sources = _script_messages(base) if domain == "djangojs" else _site_messages(base)
    found: dict[Key, list[str]] = {}
    for msgid, comments, context in sources:
        known = found.setdefault((_frozen(msgid), context), [])
        known += [comment for comment in comments if comment not in known]
    return dict(sorted(found.items(), key=lambda item: (_shown(item[0][0]), item[0][1] or "")))


def _fixed_texts(base: Path, known: set[str]) -> Iterator[str]:
    """The places of Arabic texts in code and templates that stand there as they are, as file and line; `known` are the
    messages, which are told of by themselves."""
    for package in PACKAGES:
        for path in sorted((base / package).rglob("*.py")):
            name = path.relative_to(base).as_posix()
            if "migrations" in path.parts or name in LISTS or name.startswith(ROOMS_OF_TEXT):
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                    continue
                # What is quoted is an example.
                if node.value not in known and ARABIC_LETTER.search(QUOTED.sub("", node.value)):
                    yield f"{name}:{node.lineno}: {node.value.strip()[:60]}"
    for path in _files(base, "templates", TEMPLATE_SUFFIXES):
        if path.name.startswith(WRITTEN_AHEAD):
            continue
        text = TEMPLATE_SILENCE.sub(lambda part: "\n" * part[0].count("\n"), path.read_text())
        for number, line in enumerate(text.splitlines(), start=1):
            if ARABIC_LETTER.search(line):
                yield f"{path.relative_to(base).as_posix()}:{number}: {line.strip()[:60]}"


def _site_messages(base: Path) -> Iterator[tuple[Any, list[str], str | None]]:
    for package in PACKAGES:
        for path in sorted((base / package).rglob("*.py")):
            # Names kept in migrations are history, the models say what is shown.
            if "migrations" not in path.parts:
                yield from _messages("python", path.read_text())
    for path in _files(base, "templates", TEMPLATE_SUFFIXES):
        yield from _messages("python", _template_as_python(path))


def _script_messages(base: Path) -> Iterator[tuple[Any, list[str], str | None]]:
    for path in _files(base, "static", (".js",)):
        if "vendor" not in path.parts:
            yield from _messages("javascript", path.read_text())
    for path in sorted((base / "newsroom").glob("*.js")):
        yield from _messages("javascript", path.read_text())


def _files(base: Path, folder: str, suffixes: tuple[str, ...]) -> list[Path]:
    roots = [base / folder, *(base / package / folder for package in PACKAGES)]
    return sorted(path for root in roots for path in root.rglob("*") if path.suffix in suffixes)


def _template_as_python(path: Path) -> str:
    # Needs configured settings, which reading and compiling catalogs does not.
    from django.utils.translation.template import templatize

    python: str = templatize(path.read_text(), origin=str(path))
    # What templatize leaves of the page keeps its indentation, which no Python program may have.
    return "\n".join(line.lstrip() for line in python.splitlines())


def _messages(language: str, text: str) -> Iterator[tuple[Any, list[str], str | None]]:
    source = io.BytesIO(text.encode())
    options = {"encoding": "utf-8"}
    for _line, msgid, comments, context in extract(
        language, source, KEYWORDS, ["Translators:"], options, strip_comment_tags=True
    ):
        if msgid and msgid != ("", ""):
            yield msgid, comments, context


def _find(catalog: Catalog, msgid: str | tuple[str, ...], context: str | None) -> Message | None:
    """Return the entry of exactly this message: one that became a plural since needs a new translation."""
    message = catalog.get(msgid[0] if isinstance(msgid, tuple) else msgid, context)
    return message if message is not None and _frozen(message.id) == msgid else None


def _frozen(msgid: Any) -> str | tuple[str, ...]:
    return msgid if isinstance(msgid, str) else tuple(msgid)


def _shown(msgid: Any) -> str:
    return msgid if isinstance(msgid, str) else str(msgid[0])


def _path(base: Path, domain: str) -> Path:
    return base / "locale" / LANGUAGE / "LC_MESSAGES" / f"{domain}.po"


def _read(path: Path) -> Catalog:
    try:
        with path.open("rb") as file:
            return read_po(file, locale=path.parent.parent.name, ignore_obsolete=True, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path}: {error}") from error
