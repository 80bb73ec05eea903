"""Where a line may not end: Unicode lets it end behind any space or hyphen (UAX #14), but a result, a telephone number
and a number with its unit have to stay in one piece."""

import re
from collections.abc import Iterator

from newsroom.text.elements import BLOCKS, VOID
from newsroom.text.phones import find_phones
from newsroom.text.tokens import Text, tokenize

# A score or a range. Browsers break a line after its hyphen, and on two lines «3-2» is no longer a result.
# Here and below what stands before is looked at behind the first sign: a search for that passes over all else faster.
_SCORE = re.compile(r"\d(?<![\w.,/-]\d)\d{0,2}(?:[.,]\d{1,2})?[-–]\d{1,3}(?:[.,]\d{1,2})?(?![\w/-])")
# A dash between digits, without which there is none; each is searched for by itself, which passes over the rest faster.
_DASHED = [re.compile(rf"{dash}(?<=\d{dash})\d") for dash in "-–"]
# Symbols, which say nothing without their number; a word such as «درجة» may begin a line. The space with them is what
# may not break, so the number itself can be isolated or emphasized.
_SYMBOL = (
    r"(?:[%٪‰€$£¥]|°[CF]?|(?:[kcmnµ]?m|[kmMµ]?g|[kMGTP]?B|[kMGT]?Wh?|[kMG]?Hz|km/h|ms"
    r"|كم|كلم|سم|ملم|كغ|كلغ|ملغ)(?!\w))"
)
_UNIT = re.compile(rf" (?<=\d ){_SYMBOL}")
# Fifteen digits (ITU-T E.164), and what stands between them; what is longer could be wider than a telephone.
_LONGEST_PHONE = 24
# The space before a unit, behind its number or behind a tag.
_PERHAPS_UNIT = re.compile(rf" (?<=[\d>] ){_SYMBOL}")


def keep_together(html: str) -> str:
    """Safe HTML with what may not be divided in <span class="together">; nothing else of it is touched."""
    # Whatever a text of it holds, all of it does; most markup holds nothing.
    if not (_has_score(html) or find_phones(html) or _PERHAPS_UNIT.search(html)):
        return html
    pieces, position = [], 0
    # A unit may stand outside the element in which its number does.
    before = ""
    for token in tokenize(html):
        if isinstance(token, Text):
            pieces += [html[position : token.start], _together(html[token.start : token.end], before)]
            position = token.end
            before = html[token.end - 1]
        elif token.name in BLOCKS or token.name in VOID:
            before = ""
    return "".join([*pieces, html[position:]])


def _has_score(text: str) -> bool:
    return any(dashed.search(text) for dashed in _DASHED) and _SCORE.search(text) is not None


def _together(text: str, before: str) -> str:
    pieces, position = [], 0
    for start, end in sorted(_spans(text, before)):
        # A score at the end of a telephone number is a part of that.
        if start >= position:
            pieces += [text[position:start], '<span class="together">', text[start:end], "</span>"]
            position = end
    return "".join([*pieces, text[position:]])


def _spans(text: str, before: str) -> Iterator[tuple[int, int]]:
    yield from (phone for phone in find_phones(text) if phone[1] - phone[0] <= _LONGEST_PHONE)
    yield from (score.span() for score in _SCORE.finditer(text))
    shift = len(before)
    yield from ((unit.start() - shift, unit.end() - shift) for unit in _UNIT.finditer(before + text))


def places(text: str) -> list[int]:
    """Where a line of plain text may end: the spaces in it that no result, number or unit holds together."""
    held = list(_spans(text, ""))
    return [
        index
        for index, char in enumerate(text)
        if char == " " and not any(start <= index < end for start, end in held)
    ]
