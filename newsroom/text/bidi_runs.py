"""Finding the runs of a paragraph whose edges the bidirectional algorithm would move to the wrong side."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple, Protocol

from newsroom.text.addresses import find_addresses, find_mentions
from newsroom.text.embedding_levels import embedding_levels
from newsroom.text.phones import find_phones

Direction = Literal["rtl", "ltr"]


class Run(NamedTuple):
    """text[start:end] is to be isolated; text[core_start:core_end] is the least of it that has to be."""

    start: int
    end: int
    core_start: int
    core_end: int
    direction: Direction


# Stands for an isolated run, an image or an element that isolates its content: neutral, as UAX #9 sees it.
OBJECT = "\ufffc"
# Isolating one run can free the edge of another; two rounds are usual, the bound is for made-up input.
_MAX_ROUNDS = 12

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_LTR = rf"[^\W{_RTL}]"
# A word, name, number or path with the punctuation inside it ("AT&T", "Mixtral-8x7B", "3-2", "a/b"), and the signs
# that touch it. Atomic, so that the search never goes back over a long token.
_TOKEN = re.compile(
    rf"(?P<lead>[#№@$€£¥.+/~\\_−±-]{{0,2}})"
    rf"(?P<core>(?>(?!_){_LTR}+(?:[.,'’_&/+#@:=\\~*|-]{{1,3}}{_LTR}+)*))"
    rf"(?P<trail>\+{{1,3}}|\#|[™®©℠]|\(\)|/|(?:(?<=Yahoo)|(?<=Joomla)|(?<=Jeopardy)|(?<=Yum))!)?"
)
# No token begins with anything else, which is most of an Arabic text.
_TOKEN_START = re.compile(rf"[^\s{_RTL}]")
# Where a token may have signs at its edges, or be followed by a number: in a line without any of these, as most are,
# the tokens need not be looked at one by one. A sign within a word is none of them, save those that no word has within.
_EDGE_SIGNS = r"#№@$€£¥.+/~\\_−±™®©℠(!0-9-"
_AT_EDGE = (
    rf"(?<=[№$€£¥−±])(?={_LTR})|(?<=[#@.+/~\\_-])(?={_LTR})(?<![^\W_{_RTL}].)"
    rf"|(?<=[+#/])(?<={_LTR}.)(?!{_LTR})|(?<={_LTR}[™®©℠])|(?<={_LTR}\()\)"
    rf"|(?<=Yahoo!)|(?<=Joomla!)|(?<=Jeopardy!)|(?<=Yum!)|(?<=(?:{_LTR}|[ \u00a0])[ \u00a0][0-9])"
)
_EDGE = re.compile(rf"[{_EDGE_SIGNS}](?:{_AT_EDGE})")
_NUMBER_SIGNS = ("+", "-", "−", "±")
_TAG_SIGNS = ("#", "№", "$", "€", "£", "¥")
_NAME_SIGNS = (".", "/", "~/", "\\", "\\\\", "_", "__", "$", "+", "--")
# What may stand before a sign that belongs to the word after it. The tatweel is that of a clitic: "لـ.NET".
_FREE = frozenset(" \t\u00a0\u202f([{«“”„‘\"'/\u0640\u200e\u200f\u061c" + OBJECT)
# A clitic of one letter is the only Arabic letter after which a sign belongs to what follows: "و.NET", "و-5".
_CLITIC = re.compile(r"(?<!\w)[وفبلك]\Z")
_SIGNED_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*[A-Za-z]{0,3}")
_DASHES = frozenset("-–—/")
_UNIT = re.compile(r"[%‰]|°[CF]?")
# A name that ends in a digit takes the number after it into its run: "user99 3 تعليقات".
_NUMBER_OF_THINGS = re.compile(
    rf"[ \u00a0]{{1,3}}[0-9]{{1,15}}(?:[.,][0-9]{{1,15}}){{0,4}}(?=[ \u00a0]{{1,3}}[{_RTL}])"
)
# What addresses and mentions begin with.
_ADDRESS = re.compile(r"@|://|www\.", re.IGNORECASE)
# A comma right beside an Arabic letter is held by it, as nearly all are.
_ARABIC_LETTER = "[\u0621-\u063a\u0641-\u064a]"
_COMMA = re.compile(f"،(?<!{_ARABIC_LETTER}،)(?! ?{_ARABIC_LETTER})")
# Around a full stop: what may be a name, and how much of the line is looked at for it.
_AROUND_STOP = rf"(?<={_LTR}[.!?])(?=[ \u00a0]{{1,3}}{_LTR})"
_STOP = re.compile(rf"[.!?]{_AROUND_STOP}")
# Either of the two, for a text is passed over once for both.
_EDGE_OR_STOP = re.compile(rf"[?{_EDGE_SIGNS}](?:{_AT_EDGE}|{_AROUND_STOP})")
_NOT_IN_NAME = re.compile(rf"[{_RTL}«»“”()\[\]:;\ufffc]|[.!?,] ")
_NAME_REACH = 60
# Characters; punctuation does not stand in longer rows, and what is made up is computed.
_NEAR = 16
_MAX_NAME_WORDS = 4
_MIN_NAME_LETTERS = 4
_ABBREVIATIONS = frozenset(("assn", "capt", "corp", "dept", "prof", "sept", "univ"))
_RTL_TAG = re.compile(rf"(?<!\w)[#@](?=[{_RTL}])[\w\u0610-\u061a\u064b-\u065f\u200c]+")
_RTL_LETTER = re.compile(rf"[{_RTL}]")
_NUMBER_AFTER_RTL = re.compile(rf"(?<=[{_RTL}])(?:[^\w{OBJECT}]{{1,8}}[0-9]{{1,15}}){{1,8}}(?![\w])")


def lines_to_look_at(text: str) -> list[int]:
    """Which lines of right-to-left paragraphs, from 0 on, may hold a run to isolate; of the others none does.

    All that `_ltr_runs` begins with is looked for in the whole text at once: for most lines of most texts that is all
    there is to do. No pattern of these looks beyond an end of a line.
    """
    signs = [found.start() for pattern in (_EDGE_OR_STOP, _COMMA) for found in pattern.finditer(text)]
    signs += [start for start, _end in find_phones(text)]
    if "@" in text or "://" in text or "w." in text or "W." in text:
        signs += [found.start() for found in _ADDRESS.finditer(text)]
    lines: list[int] = []
    number = counted = 0
    # From one to the next: to count from the beginning for each would take the square of the length.
    for place in sorted(signs):
        number += text.count("\n", counted, place)
        counted = place
        if lines[-1:] != [number]:
            lines.append(number)
    return lines


def runs_to_isolate(text: str, base: Direction = "rtl") -> list[Run]:
    """The runs to isolate in a text of one or more paragraphs (lines) of direction base, in order."""
    runs: list[Run] = []
    offset = 0
    for line in text.split("\n"):
        for run in settle(line, base, lambda run: run):
            start, end, core_start, core_end = (position + offset for position in run[:4])
            runs.append(Run(start, end, core_start, core_end, run.direction))
        offset += len(line) + 1
    return runs


class _Isolate(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def direction(self) -> Direction: ...


def edges(isolates: Iterable[_Isolate]) -> list[tuple[int, Direction | Literal[""]]]:
    """Where each of them opens, with its direction, and where one closes, with none; in order, the inner ones within
    the outer: isolating one run can make another around it necessary."""
    found: list[tuple[int, bool, int, Direction | Literal[""]]] = []
    for isolate in isolates:
        # Of those that open together the longest is the first.
        found += [(isolate.start, True, -isolate.end, isolate.direction), (isolate.end, False, 0, "")]
    return [(offset, direction) for offset, _opens, _length, direction in sorted(found)]


def settle(line: str, base: Direction, accept: Callable[[Run], Run | None]) -> list[Run]:
    """The runs of one paragraph as accept grants them, searched until isolating them leaves nothing to isolate.

    The fixed point is what makes isolating isolated markup change nothing. Accept may narrow a run to its core
    or refuse it (None).
    """
    settled: list[Run] = []
    refused: set[Run] = set()
    for _ in range(_MAX_ROUNDS):
        new = [run for run in _find_runs(line, base) if run not in refused]
        if not new:
            break
        granted = []
        for run in new:
            grant = accept(run)
            if grant:
                granted.append(grant)
            else:
                refused.add(run)
        settled += granted
        line = _masked(line, granted)
    return sorted(settled)


def _masked(line: str, runs: list[Run]) -> str:
    pieces, position = [], 0
    for run in runs:
        pieces += [line[position : run.start], OBJECT * (run.end - run.start)]
        position = run.end
    return "".join([*pieces, line[position:]])


def _find_runs(line: str, base: Direction) -> list[Run]:
    return _merged(_ltr_runs(line) if base == "rtl" else _rtl_runs(line))


def _merged(runs: list[Run]) -> list[Run]:
    merged: list[Run] = []
    for run in sorted(runs):
        if merged and run.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = last._replace(end=max(last.end, run.end), core_end=max(last.core_end, run.core_end))
        else:
            merged.append(run)
    return merged


def _ltr_runs(line: str) -> list[Run]:
    addresses = [(address.start, address.end) for address in find_addresses(line)]
    addresses += [span for span in find_mentions(line) if not _RTL_LETTER.search(line, *span)]
    edged: list[tuple[int, int]] = []
    numbers: list[tuple[int, int]] = []
    for token in _tokens(line) if _EDGE.search(line) else ():
        lead, core, trail = token.groups()
        if (lead or trail) and (span := _edged_span(line, token)):
            edged.append(span)
        if core[-1].isdigit() and not trail and any(map(str.isalpha, core)):
            number = _NUMBER_OF_THINGS.match(line, token.end())
            if number:
                numbers.append(number.span())
    edged += find_phones(line)
    breaks = numbers + _breaks(line)
    if not (addresses or edged or breaks):
        return []

    levels = embedding_levels(line, 1)
    for start, end in breaks:
        if levels[start] > 1:
            behind = _skip_space(line, end)
            levels[start:behind] = [1] * (behind - start)
            last = start - 1
            while line[last].isspace():
                last -= 1
            addresses.append((last, last + 1))
    spans = addresses + [span for span in edged if min(levels[slice(*span)]) < 2]
    return _with_neighbors(spans, [level > 1 for level in levels], "ltr")


def _tokens(line: str) -> Iterator[re.Match[str]]:
    """What `_TOKEN` finds, in a third of the time."""
    position = 0
    while start := _TOKEN_START.search(line, position):
        if token := _TOKEN.match(line, start.start()):
            yield token
            position = token.end()
        else:
            position = start.end()


def _with_neighbors(spans: list[tuple[int, int]], together: list[bool], direction: Direction) -> list[Run]:
    """The spans, widened over what runs together with them; taken out of that, the order would turn round."""
    starts, ends = list(range(len(together))), list(range(1, len(together) + 1))
    for index in range(1, len(together)):
        if together[index] and together[index - 1]:
            starts[index] = starts[index - 1]
    for index in range(len(together) - 2, -1, -1):
        if together[index] and together[index + 1]:
            ends[index] = ends[index + 1]
    runs = []
    for start, end in spans:
        wide_start = starts[start - 1] if start and together[start - 1] else starts[start]
        wide_end = ends[end] if end < len(ends) and together[end] else ends[end - 1]
        runs.append(Run(wide_start, wide_end, start, end, direction))
    return runs


def _breaks(line: str) -> list[tuple[int, int]]:
    """Punctuation of the Arabic text that runs on both sides would take in, changing places around it.

    An Arabic comma always is; a full stop is one between names ("بـ OpenAI. Le Chat هي"), not within an English
    passage and not after an abbreviation.
    """
    if not _RTL_LETTER.search(line):
        return []
    breaks = []
    for match in _COMMA.finditer(line) if "،" in line else ():
        around = line[max(match.start() - 1, 0) : match.end() + 1]
        is_number = around[0].isdigit() and around[-1].isdigit()
        if not is_number and not _is_held(line, match.start()):
            breaks.append(match.span())
    for match in _STOP.finditer(line):
        before = _NOT_IN_NAME.split(line[max(match.start() - _NAME_REACH, 0) : match.start()])[-1]
        after = _NOT_IN_NAME.split(line[match.end() : match.end() + _NAME_REACH], maxsplit=1)[0]
        last = before.split()[-1]
        long = len(last) >= _MIN_NAME_LETTERS and last.lower() not in _ABBREVIATIONS
        if (long or not last.isalpha()) and _are_names(before) and _are_names(after):
            breaks.append(match.span())
    return breaks


def _is_held(line: str, place: int) -> bool:
    """Whether an Arabic letter or an edge of the line is next to the sign there: no run takes it in, and the levels of
    the line need not be computed for it. Only what is near is looked at."""
    for step in (-1, 1):
        at = place + step
        while abs(at - place) <= _NEAR and 0 <= at < len(line) and not line[at].isalnum():
            at += step
        if not 0 <= at < len(line) or _RTL_LETTER.match(line[at]):
            return True
    return False


def _are_names(text: str) -> bool:
    words = text.split()
    return len(words) <= _MAX_NAME_WORDS and not any(word.isalpha() and word.islower() for word in words)


def _skip_space(line: str, position: int) -> int:
    while position < len(line) and line[position].isspace():
        position += 1
    return position


def _edged_span(line: str, token: re.Match[str]) -> tuple[int, int] | None:
    """The token with those signs at its edges that belong to it, or None if none does."""
    core, trail = token["core"], token["trail"] or ""
    start, end = token.span("core")
    lead = _lead(line, token["lead"], start, core)
    following = line[token.end() : token.end() + 1]
    if lead in _NUMBER_SIGNS and core[0].isdigit():
        unit = _UNIT.match(line, end)
        return start - len(lead), unit.end() if unit else end
    if trail == "/" and following and not (following.isspace() or following in ".,،؛؟!)]»”"):
        trail = ""
    if not any(map(str.isalpha, core)) and trail != "+":
        trail = ""
    return (start - len(lead), end + len(trail)) if lead or trail else None


def _lead(line: str, lead: str, start: int, core: str) -> str:
    """The part of the signs before a core that belongs to it, or nothing."""
    for sign in (lead, lead[1:]):
        before = line[start - len(sign) - 1] if start > len(sign) else " "
        if sign in _TAG_SIGNS and not (before.isascii() and before.isalnum()) and before not in "&#":
            return sign
        if before not in _FREE and not _is_behind_clitic(line, sign, start, core):
            continue
        if core[0].isalpha() and sign in _NAME_SIGNS:
            return sign
        after = line[start + len(core) : start + len(core) + 1]
        # After a digit the sign is that of a range or a sum; before another dash it opens an aside.
        previous = line[max(start - 5, 0) : start - len(sign)].rstrip()[-1:]
        is_signed = sign in _NUMBER_SIGNS and _SIGNED_NUMBER.fullmatch(core) and after not in _DASHES
        if is_signed and not (previous.isdigit() or previous == OBJECT):
            return sign
    return ""


def _is_behind_clitic(line: str, sign: str, start: int, core: str) -> bool:
    clitic = _CLITIC.search(line, max(start - 3, 0), start - 1)
    if clitic is None or core[0].isalpha():
        return clitic is not None and sign == "."
    # "ب-52" and "ف-16" are names of airplanes: there the hyphen is a minus only in a quantity, such as "ب-5%".
    is_minus = sign != "-" or clitic[0] == "و" or _UNIT.match(line, start + len(core)) is not None
    return sign in _NUMBER_SIGNS and is_minus


def _rtl_runs(line: str) -> list[Run]:
    spans = [tag.span() for tag in _RTL_TAG.finditer(line)]
    numbers = [number.span() for number in _NUMBER_AFTER_RTL.finditer(line)]
    addresses = [(a.start, a.end) for a in find_addresses(line) if _RTL_LETTER.search(line, a.start, a.end)]
    if not (spans or numbers or addresses):
        return []

    if addresses:
        # The rest is looked at in the next round, with the addresses as neutral objects.
        return [Run(start, end, start, end, "ltr") for start, end in addresses]
    levels = embedding_levels(line, 0)
    moved = [span for span in spans if 0 in levels[slice(*span)]]
    for start, end in numbers:
        # A number between Arabic words is theirs; at their end it is drawn over to their far side.
        if min(levels[start:end]) > 0 and not (end < len(line) and levels[end]):
            levels[start:end] = [0] * (end - start)
            moved.append((start - 1, start))
    return _with_neighbors(moved, [level > 0 for level in levels], "rtl")
