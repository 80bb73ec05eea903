"""Digits as an edition writes them: in the words of a page, and never in what somebody typed into it."""

import re

from newsroom.text.elements import VOID

# As typed: what runs its own way, what a reader or a machine wrote, what is no text.
_TYPED = {
    "bdi", "blockquote", "code", "kbd", "pre", "q", "samp", "script", "style", "svg", "textarea",
}  # fmt: skip
_PIECE = re.compile(
    r"<!--.*?-->|<!doctype[^>]*>"
    r"|<(?P<close>/?)(?P<name>[a-z][^\s/>]*)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL | re.IGNORECASE,
)
_DIRECTED = re.compile(r"\sdir=", re.IGNORECASE)
_SPOKEN = re.compile(r"""(\s(?:aria-label|title|placeholder)=)("[^"]*"|'[^']*')""", re.IGNORECASE)
# Inserted values stand between isolates where no markup can (`bidi.isolate_plain`).
_INSERTED = re.compile("[\u2066-\u2068][^\u2069]*\u2069")
# A number, and not the digits of a name («GPT4», "user99"), a reference («&#39;») or a number of many points.
_NUMBER = re.compile(r"(?<![A-Za-z0-9_&#.])(\d+(?:,\d{3})*)(\.\d+)?(?![A-Za-z0-9_]|\.\d)(\s?%)?")
_DIGITS = str.maketrans("0123456789,.", "٠١٢٣٤٥٦٧٨٩٬٫")


def arabic_indic(text: str) -> str:
    """The numbers of a sentence of ours in Arabic-Indic digits, with «٬», «٫» and «٪»; inserted values stay."""
    pieces, position = [], 0
    for inserted in _INSERTED.finditer(text):
        pieces += [_written(text[position : inserted.start()]), inserted[0]]
        position = inserted.end()
    return "".join([*pieces, _written(text[position:])])


def arabic_indic_markup(html: str, ours: str) -> str:
    """A page with the numbers of its own words in Arabic-Indic digits, and every other character as it was.

    Left alone is what stands in an element with a direction of its own or in one of _TYPED; in these an element with
    the attribute `ours` speaks for the page again. Time in proportion to the length.
    """
    pieces: list[str] = []
    position = 0
    # For each open element its name, and whether its words are the page's own.
    opened: list[tuple[str, bool]] = [("", True)]
    for piece in _PIECE.finditer(html):
        text = html[position : piece.start()]
        pieces.append(arabic_indic(text) if opened[-1][1] else text)
        position = piece.end()
        name = (piece["name"] or "").lower()
        if not name:
            pieces.append(piece[0])
        elif piece["close"]:
            _close(opened, name)
            pieces.append(piece[0])
        else:
            is_own = _is_own(name, piece["attributes"], ours, within=opened[-1][1])
            if name not in VOID:
                opened.append((name, is_own))
            pieces.append(_SPOKEN.sub(_spoken, piece[0]) if is_own else piece[0])
    text = html[position:]
    pieces.append(arabic_indic(text) if opened[-1][1] else text)
    return "".join(pieces)


def _is_own(name: str, attributes: str, ours: str, *, within: bool) -> bool:
    # The page itself, which Django's admin writes.
    if name == "html" or ours in attributes:
        return True
    return within and name not in _TYPED and not _DIRECTED.search(attributes)


def _close(opened: list[tuple[str, bool]], name: str) -> None:
    """Close the nearest element of that name, with those in it whose end HTML lets one leave out."""
    for place in range(len(opened) - 1, 0, -1):
        if opened[place][0] == name:
            del opened[place:]
            return


def _spoken(attribute: re.Match[str]) -> str:
    return attribute[1] + arabic_indic(attribute[2])


def _written(text: str) -> str:
    return _NUMBER.sub(
        lambda number: f"{number[1]}{number[2] or ''}".translate(_DIGITS) + ("٪" if number[3] else ""), text
    )
