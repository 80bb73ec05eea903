"""Embedding levels of one paragraph by the Unicode bidirectional algorithm (UAX #9, revision 48).

Covers the implicit rules W1-W7, N0-N2 and I1-I2, which is all that text without explicit formatting characters
needs; those are taken for boundary neutrals here, because the project removes them before text is stored.

The types of the characters are a string of one letter each, so that a rule is a search and not a walk.
"""

import re
import unicodedata
from itertools import accumulate

# Opening brackets of BidiBrackets.txt that running text has, each with its closing one.
_PAIRS = dict(
    zip(
        "([{\u0f3a\u169b\u2045\u207d\u2329\u2768\u276a\u27e6\u27e8\u27ea\u3008\u300a\u300c\u300e\u3010\u3014\uff08\uff3b",
        ")]}\u0f3b\u169c\u2046\u207e\u232a\u2769\u276b\u27e7\u27e9\u27eb\u3009\u300b\u300d\u300f\u3011\u3015\uff09\uff3d",
        strict=True,
    )
)
_CLOSING = {closing: opening for opening, closing in _PAIRS.items()}
_BRACKET = re.compile(f"[{re.escape(''.join([*_PAIRS, *_CLOSING]))}]")
# BD16: the stack of open brackets holds 63; beyond that the paragraph is treated as having no pairs.
_BRACKET_DEPTH = 63

# The letter of each bidirectional class: L, R and AL (A) are strong, numbers are European (E) or Arabic (D), what
# stands in and beside them separates (S, C) or ends (T) them, marks (M) belong to what stands before them, boundary
# neutrals (B) to nothing; white space (W) and all else (N) are neutral.
_LETTERS = {
    "L": "L", "R": "R", "AL": "A", "EN": "E", "AN": "D", "ES": "S", "CS": "C", "ET": "T", "NSM": "M",
    "BN": "B", "LRE": "B", "RLE": "B", "LRO": "B", "RLO": "B", "PDF": "B",
    "B": "W", "S": "W", "WS": "W", "ON": "N", "LRI": "N", "RLI": "N", "FSI": "N", "PDI": "N",
}  # fmt: skip

_MARKS = re.compile("(^|[^M])(M+)")
_BEHIND_ARABIC = re.compile("A[^LR]*")
_SEPARATOR = re.compile("(?<=E)[SC](?=E)|(?<=D)C(?=D)")
# Only whole rows of signs are tried, or a long one would be read again from each of its signs.
_ENDS_NUMBER = re.compile("(?<=E)T+|(?<!T)(?>T+)(?=E)")
_OTHERS = str.maketrans("TSC", "NNN")
# By the direction of the paragraph: what follows an L; neutrals between two of the other direction, and the letter of
# that; what becomes of the other neutrals; the level of each letter that is left.
_BEHIND_LATIN = {"L": re.compile("(?:^|L)[^R]*"), "R": re.compile("L[^R]*")}
_BETWEEN = {"L": re.compile("(?<=[RED])[NW]+(?=[RED])"), "R": re.compile("(?<=L)[NW]+(?=L)")}
_OPPOSITE = {"L": "R", "R": "L"}
_LEVELS = {
    "L": bytes.maketrans(b"LREDNW", bytes((0, 1, 2, 2, 0, 0))),
    "R": bytes.maketrans(b"LREDNW", bytes((2, 1, 2, 2, 1, 1))),
}


_MOST_KEPT = 10_000


class _Types(dict[int, str]):
    """The letter of each character, by its code point; of so many characters as one news site has."""

    def __missing__(self, code: int) -> str:
        letter = _LETTERS[unicodedata.bidirectional(chr(code)) or "L"]
        if len(self) < _MOST_KEPT:
            self[code] = letter
        return letter


_TYPES = _Types()


def embedding_levels(text: str, base: int) -> list[int]:
    """The level of each character in a paragraph of level base (0 left-to-right, 1 right-to-left).

    Odd levels run right to left. U+FFFC may stand for an isolated run: it is neutral, as an isolate is to its
    surroundings.
    """
    types = text.translate(_TYPES)
    embedding = "R" if base else "L"
    resolve = _without_boundaries if "B" in types else _resolved
    levels = resolve(text, types, embedding)
    # L1: white space at the end of the paragraph belongs to the paragraph.
    end = len(types.rstrip("WB"))
    levels[end:] = [base] * (len(types) - end)
    return levels


def _without_boundaries(text: str, types: str, embedding: str) -> list[int]:
    """X9: boundary neutrals take no part; they get the level of what stands before them."""
    positions = [index for index, kind in enumerate(types) if kind != "B"]
    found = iter(_resolved("".join(text[index] for index in positions), types.replace("B", ""), embedding))
    levels: list[int] = []
    last = int(embedding == "R")
    for kind in types:
        last = last if kind == "B" else next(found)
        levels.append(last)
    return levels


def _resolved(text: str, types: str, embedding: str) -> list[int]:
    types = _without_weak(types, embedding)
    if _BRACKET.search(text):
        types = _without_brackets(text, types, embedding)
    opposite = _OPPOSITE[embedding]
    types = _BETWEEN[embedding].sub(lambda found: opposite * len(found[0]), types)  # N1; N2 is in the levels
    return list(types.encode().translate(_LEVELS[embedding]))


def _without_weak(types: str, embedding: str) -> str:
    if "M" in types:  # W1
        types = _MARKS.sub(lambda found: found[1] + (found[1] or embedding) * len(found[2]), types)
    if "E" in types:  # W2
        types = _BEHIND_ARABIC.sub(lambda found: found[0].replace("E", "D"), types)
    types = types.replace("A", "R")  # W3
    types = _SEPARATOR.sub(lambda separator: types[separator.start() - 1], types)  # W4
    types = _ENDS_NUMBER.sub(lambda signs: "E" * len(signs[0]), types).translate(_OTHERS)  # W5, W6
    if "E" in types:  # W7
        types = _BEHIND_LATIN[embedding].sub(lambda found: found[0].replace("E", "L"), types)
    return types


def _direction_of(kind: str) -> str:
    """L, R or nothing; numbers count as R for neutrals and brackets."""
    return "L" if kind == "L" else "R" if kind in "RED" else ""


def _bracket_pairs(text: str, types: str) -> list[tuple[int, int]]:
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for found in _BRACKET.finditer(text):
        index, char = found.start(), found[0]
        if types[index] != "N":
            continue
        if char in _PAIRS:
            if len(stack) == _BRACKET_DEPTH:
                return []
            stack.append((_PAIRS[char], index))
        else:
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == char:
                    pairs.append((stack[depth][1], index))
                    del stack[depth:]
                    break
    return sorted(pairs)


def _without_brackets(text: str, types: str, embedding: str) -> str:
    """N0, with running counts in place of a scan of every pair's content."""
    pairs = _bracket_pairs(text, types)
    if not pairs:
        return types
    opposite = _OPPOSITE[embedding]
    same_before = list(accumulate((_direction_of(kind) == embedding for kind in types), initial=0))
    opposite_before = list(accumulate((_direction_of(kind) == opposite for kind in types), initial=0))
    resolved = list(types)
    context, seen = embedding, 0
    for opening, closing in pairs:
        while seen < opening:
            context = _direction_of(resolved[seen]) or context
            seen += 1
        if same_before[closing] > same_before[opening]:
            direction = embedding
        elif opposite_before[closing] > opposite_before[opening]:
            direction = opposite if context == opposite else embedding
        else:
            continue
        resolved[opening] = resolved[closing] = direction
    return "".join(resolved)
