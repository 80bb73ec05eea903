"""Embedding levels of one paragraph by the Unicode bidirectional algorithm (UAX #9, revision 48).

Covers the implicit rules W1-W7, N0-N2 and I1-I2, which is all that text without explicit formatting characters
needs; those are taken for boundary neutrals here, because the project removes them before text is stored.
"""

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
# BD16: the stack of open brackets holds 63; beyond that the paragraph is treated as having no pairs.
_BRACKET_DEPTH = 63

_BOUNDARY = frozenset(("BN", "LRE", "RLE", "LRO", "RLO", "PDF"))
_ISOLATES = frozenset(("LRI", "RLI", "FSI", "PDI"))
_NEUTRAL = frozenset(("B", "S", "WS", "ON"))


def embedding_levels(text: str, base: int) -> list[int]:
    """The level of each character in a paragraph of level base (0 left-to-right, 1 right-to-left).

    Odd levels run right to left. U+FFFC may stand for an isolated run: it is neutral, as an isolate is to its
    surroundings.
    """
    all_types = [_type(char) for char in text]
    # X9: boundary neutrals take no part; they get the level of what stands before them.
    positions = [index for index, kind in enumerate(all_types) if kind != "BN"]
    types = [all_types[index] for index in positions]
    embedding = "R" if base % 2 else "L"

    _resolve_weak(types, embedding)
    _resolve_brackets([text[index] for index in positions], types, embedding)
    _resolve_neutral(types, embedding)

    levels = [base] * len(text)
    for index, kind in zip(positions, types, strict=True):
        if base % 2:
            levels[index] = base if kind == "R" else base + 1
        else:
            levels[index] = {"L": base, "R": base + 1}.get(kind, base + 2)
    for index in range(1, len(text)):
        if all_types[index] == "BN":
            levels[index] = levels[index - 1]
    _reset_white_space(all_types, levels, base)
    return levels


def _type(char: str) -> str:
    kind = unicodedata.bidirectional(char) or "L"
    if kind in _BOUNDARY:
        return "BN"
    return "ON" if kind in _ISOLATES else kind


def _resolve_weak(types: list[str], embedding: str) -> None:
    strong = embedding
    for index in range(len(types)):
        if types[index] == "NSM":  # W1
            types[index] = types[index - 1] if index else embedding
        if types[index] in ("L", "R", "AL"):
            strong = types[index]
        elif types[index] == "EN" and strong == "AL":  # W2
            types[index] = "AN"
    for index, kind in enumerate(types):  # W3
        if kind == "AL":
            types[index] = "R"
    for index in range(1, len(types) - 1):  # W4
        before, kind, after = types[index - 1 : index + 2]
        if before == after and (kind, before) in (("CS", "EN"), ("CS", "AN"), ("ES", "EN")):
            types[index] = before
    index = 0
    while index < len(types):  # W5
        end = index
        while end < len(types) and types[end] == "ET":
            end += 1
        if end > index:
            touches = (index and types[index - 1] == "EN") or (end < len(types) and types[end] == "EN")
            types[index:end] = ["EN" if touches else "ON"] * (end - index)
        index = end + 1
    strong = embedding
    for index, kind in enumerate(types):
        if kind in ("ES", "CS"):  # W6
            types[index] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":  # W7
            types[index] = "L"


def _direction_of(kind: str) -> str:
    """L, R or nothing; numbers count as R for neutrals and brackets."""
    return "L" if kind == "L" else "R" if kind in ("R", "EN", "AN") else ""


def _bracket_pairs(chars: list[str], types: list[str]) -> list[tuple[int, int]]:
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for index, char in enumerate(chars):
        if types[index] != "ON":
            continue
        if char in _PAIRS:
            if len(stack) == _BRACKET_DEPTH:
                return []
            stack.append((_PAIRS[char], index))
        elif char in _CLOSING:
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == char:
                    pairs.append((stack[depth][1], index))
                    del stack[depth:]
                    break
    return sorted(pairs)


def _resolve_brackets(chars: list[str], types: list[str], embedding: str) -> None:
    """N0, with running counts in place of a scan of every pair's content."""
    pairs = _bracket_pairs(chars, types)
    if not pairs:
        return
    opposite = "L" if embedding == "R" else "R"
    same_before = list(accumulate((_direction_of(kind) == embedding for kind in types), initial=0))
    opposite_before = list(accumulate((_direction_of(kind) == opposite for kind in types), initial=0))
    context, seen = embedding, 0
    for opening, closing in pairs:
        while seen < opening:
            context = _direction_of(types[seen]) or context
            seen += 1
        if same_before[closing] > same_before[opening]:
            resolved = embedding
        elif opposite_before[closing] > opposite_before[opening]:
            resolved = opposite if context == opposite else embedding
        else:
            continue
        types[opening] = types[closing] = resolved


def _resolve_neutral(types: list[str], embedding: str) -> None:
    index, before = 0, embedding
    while index < len(types):
        if types[index] not in _NEUTRAL:
            before = _direction_of(types[index])
            index += 1
            continue
        end = index
        while end < len(types) and types[end] in _NEUTRAL:
            end += 1
        after = _direction_of(types[end]) if end < len(types) else embedding
        types[index:end] = [before if before == after else embedding] * (end - index)  # N1, N2
        index = end


def _reset_white_space(types: list[str], levels: list[int], base: int) -> None:
    """L1: white space at the end of the paragraph belongs to the paragraph."""
    for index in range(len(types) - 1, -1, -1):
        if types[index] not in ("WS", "S", "B", "BN"):
            break
        levels[index] = base
