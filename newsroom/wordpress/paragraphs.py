"""Paragraphs as WordPress's classic editor means them: empty lines divide them, and a line end is a line break.

In place of the twenty rounds of substitution of `wpautop` one pass over the tokens of the markup.
"""

import re

from newsroom.text.elements import BLOCKS
from newsroom.text.tokens import EndTag, StartTag, Text, tokenize

# In these a line end means nothing, or just what it is.
_VERBATIM = frozenset(("pre", "script", "style", "textarea", "svg", "iframe"))
# What holds no paragraphs; lines in it end where they end.
_OF_LINES = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "caption", "dt", "summary", "legend")
)
# What holds a text as it is, unless there are several paragraphs of it.
_OF_ONE = frozenset(("li", "dd", "td", "th", "figure", "address"))
# Between the tags of these there is nothing but other tags.
_OF_BLOCKS = frozenset(("ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr", "colgroup"))
_NO_BLOCK = frozenset(("br",))
_EMPTY_LINE = re.compile(r"\n[ \t\xa0]*(?:\n[ \t\xa0]*)+")
_LINE_END = re.compile(r"(?:<br ?/?>)?\n")


def with_paragraphs(html: str) -> str:
    """The markup with <p> and <br> where the classic editor's readers see them; comments are gone."""
    html = html.replace("\r\n", "\n").replace("\r", "\n")
    if "<" not in html:
        return _settled(html, "")
    out: list[str] = []
    waiting: list[str] = []
    above: list[str] = []
    verbatim = ""

    def flush() -> None:
        text = "".join(waiting)
        waiting.clear()
        if text.strip():
            out.append(_settled(text, above[-1] if above else ""))
        elif text and out and not out[-1].endswith("\n"):
            out.append("\n")

    for token in tokenize(html):
        source = html[token.start : token.end]
        if verbatim:
            waiting.append(
                source if isinstance(token, Text) and verbatim != "pre" else source.replace("\n", "\0")
            )
            if isinstance(token, EndTag) and token.name == verbatim:
                verbatim = ""
                if token.name in BLOCKS:
                    out += [piece.replace("\0", "\n") for piece in waiting]
                    waiting.clear()
            continue
        if isinstance(token, Text):
            waiting.append(source)
            continue
        is_block = token.name in BLOCKS and token.name not in _NO_BLOCK
        if isinstance(token, StartTag):
            if is_block:
                flush()
                out.append(source)
                if token.name not in ("hr", "col"):
                    above.append(token.name)
            else:
                waiting.append(source.replace("\n", " "))
            if token.name in _VERBATIM:
                verbatim = token.name
                if is_block:
                    above.pop()
        elif is_block:
            flush()
            out.append(source)
            # What is not open is not closed; of what is, browsers close whatever stands in it.
            if token.name in above[-50:]:
                while above.pop() != token.name:
                    pass
        else:
            waiting.append(source)
    flush()
    return "".join(out).replace("\0", "\n")


def _settled(text: str, parent: str) -> str:
    if parent in _OF_BLOCKS:
        return text
    if parent in _OF_LINES:
        return _with_breaks(text.strip("\n"))
    parts = [part.strip() for part in _EMPTY_LINE.split(text.strip())]
    parts = [part for part in parts if part]
    if parent in _OF_ONE and len(parts) <= 1:
        return _with_breaks("".join(parts))
    return "\n".join(f"<p>{_with_breaks(part)}</p>" for part in parts)


def _with_breaks(text: str) -> str:
    return _LINE_END.sub("<br>\n", text)
