"""What a reader typed into the search field: words, phrases in quotation marks, and words that must not occur."""

import re
from dataclasses import dataclass

from newsroom.text import arabic, bidi, search_words

# Of what is typed; nobody types more, and what is asked by machines need not be answered in full.
MAX_LETTERS = 300
MAX_WORDS = 24
_MAX_PHRASES = 4
# Who writes more words beside a phrase asks a question in which something is called by its name; names are spelled in
# many ways, and words that stand as they were typed come first anyway.
_MOST_BESIDE = 3

_PHRASE = re.compile('[«“”„"]([^«»“”„"]*)[»“”"]')
# «بدون:نفط» besides «-نفط»: on an Arabic keyboard, and in a line from right to left, the sign is easily lost.
_EXCLUDED = re.compile(r"(?:(?<=\s)|^)(?:[-\u2212\u2013](?=\w)|(?:بدون|without)\s*:\s*)(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """All folded: `words` are those of the phrases too, in their order; a phrase is the parts of its words, divided by
    single spaces."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words)


def clean(typed: str) -> str:
    """What was typed as it is shown and asked again: one line, without what no text holds."""
    return bidi.clean_line(typed[:MAX_LETTERS]).strip()


def parse(typed: str) -> SearchQuery:
    """Read what was typed. A sign that makes no sense is left out, so that nothing typed is wrong."""
    line = clean(typed)
    phrases = [" ".join(_parts(quoted)) for quoted in _PHRASE.findall(line)]
    # What is quoted is asked for, whatever begins with a dash in it.
    unquoted = _PHRASE.sub(" ", line)
    excluded = [word for found in _EXCLUDED.findall(unquoted) for word in _words(found)]
    line = _EXCLUDED.sub(" ", line) if excluded else line
    words = [word for word in _words(line) if word not in excluded]
    if len(_words(_EXCLUDED.sub(" ", unquoted))) > _MOST_BESIDE:
        phrases = []
    return SearchQuery(
        words=tuple(words[:MAX_WORDS]),
        phrases=tuple(dict.fromkeys(phrase for phrase in phrases[:_MAX_PHRASES] if phrase)),
        excluded=tuple(dict.fromkeys(excluded))[:MAX_WORDS],
    )


def _words(text: str) -> list[str]:
    return [word[0] for word in search_words.words(arabic.normalize(text))]


def _parts(text: str) -> list[str]:
    return [part for word in _words(text) for part in search_words.parts(word)]
