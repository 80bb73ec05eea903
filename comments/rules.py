"""The rules that comments are screened by, each a pure function of the draft and what came before it.

A rule never raises, whatever the text, and takes time in proportion to its length. To add one, write the
function, put it into RULES, name it in RULE_LABELS (comments/queue.py), give it words in
`finding_sentences` and test it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any, NamedTuple
from urllib.parse import unquote

from comments.screening import UNJUDGED_WEIGHT, Draft, Evidence, Field, Finding, History, Rule
from newsroom.text.arabic import normalize
from newsroom.text.links import count_links, domains, split_links
from newsroom.text.skeleton import LATIN_LOOKALIKES, fold_letters

# Weights order a comment's findings on the desk and color their places in its text. 90-100: only a program
# does this. 60-80: spam or abuse more often than not. 30-50: as often innocent as not, worth a look. 10-20: a
# matter of style, which tells something only next to others.
HONEYPOT_WEIGHT = 100
EMPTY_WEIGHT = 90
# A moderator has said so of the writer, the network, the name or the site.
SANCTIONED_WEIGHT = 80
# Namesakes exist; who writes in the newsroom's name must not do so unread.
IMPERSONATION_WEIGHT = 50
# Three links and more are nearly always advertising; two are often a claim and its source.
MANY_LINKS_WEIGHT, TWO_LINKS_WEIGHT = 80, 60
# Nobody types a Cyrillic letter into a Latin word by accident; it is done to get past word lists.
LOOKALIKES_WEIGHT = 80
# A sentence that comes twice is copied. «شكرًا» and «أحسنت» are what many readers of one article write.
DUPLICATE_WEIGHT, SHORT_DUPLICATE_WEIGHT = 70, 20
# Three comments in ten minutes is what a lively debate brings, too.
FLOOD_WEIGHT = 50
# The list is the newsroom's own, but it cannot know the sense: «مكافحة المخدرات» is no offer.
WATCHED_WORDS_WEIGHT = 60
# Only to be told of: it must not hold what would be public otherwise (`screening.HOLDING_WEIGHT`).
WATCHED_ONLY_WEIGHT = 25
FOREIGN_SCRIPT_WEIGHT = 50
TOO_LONG_WEIGHT = 30
SHOUTING_WEIGHT = 20
STRETCHING_WEIGHT = 10

LINKS_ALLOWED = 1
FLOOD_COMMENTS = 3
MAX_BODY_LETTERS = 3000
SHORT_WORDING_LETTERS = 12
SHOUTED_LETTERS = 20
SHOUTED_PERCENT = 70
# One foreign letter is a shrug («ツ») or a constant (π).
FOREIGN_LETTERS = 2

# A hostile comment could give a place for each of its letters; a moderator needs no more than these of a
# field.
MAX_PLACES = 20


class _Notice(NamedTuple):
    weight: int
    facts: dict[str, Any]
    evidence: tuple[Evidence, ...] = ()
    rejects: bool = False


_Judge = Callable[[Draft, History], _Notice | None]


@dataclass(frozen=True, slots=True)
class _NamedRule:
    name: str
    judge: _Judge

    def __call__(self, draft: Draft, history: History) -> Finding | None:
        notice = self.judge(draft, history)
        return Finding(self.name, *notice) if notice else None


def _rule(judge: _Judge) -> _NamedRule:
    """Make a rule of a function; its name goes into stored findings, so renaming one takes a migration."""
    return _NamedRule(judge.__name__, judge)


@_rule
def honeypot(draft: Draft, history: History) -> _Notice | None:
    if not draft.honeypot:
        return None
    return _Notice(HONEYPOT_WEIGHT, {})


@_rule
def unidentified(draft: Draft, history: History) -> _Notice | None:
    if draft.has_browser:
        return None
    return _Notice(UNJUDGED_WEIGHT, {})


@_rule
def sanctioned(draft: Draft, history: History) -> _Notice | None:
    if not history.orders:
        return None
    evidence: tuple[Evidence, ...] = ()
    for order in history.orders:
        if order.target == "name":
            evidence += (Evidence("author_name", 0, len(draft.author_name)),)
        elif order.target == "domain":
            evidence += _places("body", _find_links_to(order.domain, draft.body))
            if _leads_to(order.domain, draft.website):
                evidence += (Evidence("website", 0, len(draft.website)),)
    # Only the kinds: whom an order concerns and why is to be forgotten when the order's row is.
    targets = list(dict.fromkeys(order.target for order in history.orders))
    return _Notice(SANCTIONED_WEIGHT, {"count": len(history.orders), "targets": targets}, evidence)


@_rule
def impersonation(draft: Draft, history: History) -> _Notice | None:
    if not _speaks_for(history.newsroom_names, draft.author_name):
        return None
    return _Notice(IMPERSONATION_WEIGHT, {}, (Evidence("author_name", 0, len(draft.author_name)),))


@_rule
def empty(draft: Draft, history: History) -> _Notice | None:
    if any(_is_visible(symbol) for symbol in draft.body):
        return None
    return _Notice(EMPTY_WEIGHT, {})


@_rule
def too_long(draft: Draft, history: History) -> _Notice | None:
    letters = len(draft.body)
    if letters <= MAX_BODY_LETTERS:
        return None
    facts = {"letters": letters, "limit": MAX_BODY_LETTERS}
    return _Notice(TOO_LONG_WEIGHT, facts, (Evidence("body", MAX_BODY_LETTERS, letters),))


@_rule
def many_links(draft: Draft, history: History) -> _Notice | None:
    links = count_links(draft.body)
    if links <= LINKS_ALLOWED:
        return None
    weight = TWO_LINKS_WEIGHT if links == 2 else MANY_LINKS_WEIGHT
    return _Notice(weight, {"links": links}, _places("body", _find_links(draft.body)))


@_rule
def watched_words(draft: Draft, history: History) -> _Notice | None:
    """Look in the body, the author's name and the website; places are whole words as the reader sees them."""
    listed, index = history.watched.by_term, history.watched.index
    found: list[str] = []
    evidence: tuple[Evidence, ...] = ()
    fields: tuple[tuple[Field, str], ...] = (
        ("body", draft.body),
        ("author_name", draft.author_name),
        ("website", draft.website),
    )
    for field, text in fields:
        matches = index.find(text)
        found += [match.term for match in matches]
        evidence += _places(field, ((match.start, match.end) for match in matches))
    # Arabic words in an address are percent-encoded; what they say has no place of its own in the field.
    decoded = unquote(draft.website)
    if decoded != draft.website and (matches := index.find(decoded)):
        found += [match.term for match in matches]
        evidence += (Evidence("website", 0, len(draft.website)),)
    terms = list(dict.fromkeys(found))
    if not terms:
        return None
    levels = {listed[term].level for term in terms}
    weight = WATCHED_ONLY_WEIGHT if levels == {"watch"} else WATCHED_WORDS_WEIGHT
    facts = {"terms": [[term, listed[term].reason] for term in terms]}
    return _Notice(weight, facts, evidence, rejects="reject" in levels)


@_rule
def duplicate(draft: Draft, history: History) -> _Notice | None:
    if not history.is_repeated or not (text := wording(draft.body)):
        return None
    weight = SHORT_DUPLICATE_WEIGHT if len(text) < SHORT_WORDING_LETTERS else DUPLICATE_WEIGHT
    return _Notice(weight, {}, (Evidence("body", 0, len(draft.body)),))


@_rule
def flood(draft: Draft, history: History) -> _Notice | None:
    if history.sender_count < FLOOD_COMMENTS:
        return None
    return _Notice(FLOOD_WEIGHT, {"comments": history.sender_count})


@_rule
def foreign_script(draft: Draft, history: History) -> _Notice | None:
    """Notice a body mostly in a script that is neither Arabic nor Latin, and words of look-alike letters."""
    if not _STRANGE.search(draft.body):
        return None
    weight, script, spans = 0, None, []
    mixed = [word.span() for word in _WORD.finditer(draft.body) if _mixes_lookalikes(word[0])]
    if mixed:
        weight = LOOKALIKES_WEIGHT
        spans += mixed
    scripts = [_script(letter) if letter.isalpha() else "" for letter in draft.body]
    foreign = Counter(script for script in scripts if script not in ("", "ARABIC", "LATIN"))
    letters = len(scripts) - scripts.count("")
    if foreign.total() >= FOREIGN_LETTERS and foreign.total() * 2 > letters:
        weight = max(weight, FOREIGN_SCRIPT_WEIGHT)
        script = foreign.most_common(1)[0][0]
        spans += [word.span() for word in _WORD.finditer(draft.body) if scripts[word.start()] in foreign]
    if not mixed and script is None:
        return None
    return _Notice(weight, {"mixed": len(mixed), "script": script}, _places("body", sorted(set(spans))))


@_rule
def shouting(draft: Draft, history: History) -> _Notice | None:
    if sum(map(str.isupper, draft.body)) < SHOUTED_LETTERS:
        return None
    latin = [letter for letter in draft.body if letter.isalpha() and _script(letter) == "LATIN"]
    capitals = sum(letter.isupper() for letter in latin)
    percent = 100 * capitals // max(len(latin), 1)
    if capitals < SHOUTED_LETTERS or percent < SHOUTED_PERCENT:
        return None
    words = (
        word.span()
        for word in _WORD.finditer(draft.body)
        if word[0].isupper() and _script(word[0][0]) == "LATIN"
    )
    return _Notice(SHOUTING_WEIGHT, {"percent": percent}, _places("body", words))


@_rule
def stretching(draft: Draft, history: History) -> _Notice | None:
    """Notice a letter four times in a row (tatweel too, laughter not), or as many exclamation marks."""
    words = [word.span() for word in _WORD.finditer(draft.body) if _is_stretched(word[0])]
    marks = [run.span() for run in _EXCLAMATION.finditer(draft.body)]
    if not words and not marks:
        return None
    facts = {"letters": bool(words), "marks": bool(marks)}
    return _Notice(STRETCHING_WEIGHT, facts, _places("body", sorted(words + marks)))


RULES: list[Rule] = [
    honeypot,
    unidentified,
    sanctioned,
    impersonation,
    empty,
    too_long,
    many_links,
    watched_words,
    duplicate,
    flood,
    foreign_script,
    shouting,
    stretching,
]

# What a link is written in: no white space, no quotes, no Arabic punctuation.
_UNBROKEN = re.compile(r"[^\s<>\"'«»“”،؛؟…]+")
_WORD = re.compile(r"[^\W\d_]+")
# All but ASCII, and the letters, signs and punctuation of Arabic texts: what most comments have none of.
_STRANGE = re.compile(
    "[^\t\n -~\u00ab\u00bb\u060c\u061b\u061f\u0621-\u063a\u0640-\u0652\u0660-\u0669\u2013-\u2026]"
)
_STRETCHED = re.compile(r"([^\W\d_])\1{3,}", re.IGNORECASE)
_EXCLAMATION = re.compile("[!?\u061f\uff01\uff1f]{4,}")
# Laughter by its letter, with the letters that may stand beside it: ههههه, هههاي, خخخخ, hhhh, haahhhha, kkkk.
_LAUGHTER = {"ه": frozenset("هاوي"), "خ": frozenset("خ"), "h": frozenset("ha"), "k": frozenset("k")}
# Greek letters that science writes next to Latin ones: «TNFα», «NFκB».
_SYMBOLS = frozenset("ακνρτχ")
# Nothing is drawn for these, though their category says letter or symbol: tatweel alone, Hangul fillers,
# empty Braille.
_BLANKS = frozenset("\u0640\u115f\u1160\u3164\uffa0\u2800")
# Who speaks for a newsroom, wherever it stands in a name: «من هيئة التحرير», «الأدمن علي».
_OFFICES = frozenset(
    map(
        fold_letters,
        (
            *("هيئة التحرير", "هيئة تحرير", "رئيس التحرير", "رئيسة التحرير", "رئيس تحرير", "رئيسة تحرير"),
            *("مدير التحرير", "مديرة التحرير", "مدير تحرير", "مديرة تحرير", "فريق التحرير", "فريق تحرير"),
            *("مدير الموقع", "مديرة الموقع", "فريق الموقع", "مدير الصفحة"),
            *("الإدارة", "المشرف", "المشرفة", "المحرر", "المحررة", "أدمن", "الأدمن"),
            *("فريق نشرة", "موقع نشرة", "صحيفة نشرة", "مكتب نشرة", "حساب نشرة", "nashra"),
            *("admin", "administrator", "newsroom", "webmaster"),
        ),
    )
)
# Family names and professions, too: «برويز مشرف», «طالب إدارة أعمال», "Video Editor". They speak for the newsroom
# alone, beside each other, or beside what tells whose they are.
_ROLES = frozenset(
    map(
        fold_letters,
        (
            *("مشرف", "مشرفة", "محرر", "محررة", "مراسل", "مراسلة", "إدارة"),
            *("editor", "moderator"),
        ),
    )
)
_PUBLICATION = fold_letters("نشرة")
_WHOSE = _ROLES | frozenset(
    map(
        fold_letters,
        (
            *("نشرة", "الموقع", "الصحيفة", "الجريدة", "الصفحة", "التحرير", "التعليقات"),
            *("site", "website", "page", "comments"),
        ),
    )
)
# Marks and format characters stand inside words.
_INSIDE_WORDS = frozenset(("Mn", "Me", "Mc", "Cf"))
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_WORDS_OF_A_NAME = 4


def _speaks_for(newsroom_names: Set[str], author_name: str) -> bool:
    """Whether the name is one of the newsroom's, or words beside each other in it are an office or a full name."""
    whole = fold_letters(author_name)
    if whole == _PUBLICATION or whole in _OFFICES or whole in _ROLES or whole in newsroom_names:
        return True
    words = _words_of_name(author_name)
    for first in range(len(words)):
        for end in range(first + 1, min(len(words), first + _WORDS_OF_A_NAME) + 1):
            run = "".join(words[first:end])
            # One word of a newsroom name is anybody's first name.
            if _OFFICES & {run, _without_and(run)} or (end - first > 1 and run in newsroom_names):
                return True
    return any(
        _ROLES & {word, _without_and(word)} and _WHOSE & {beside, _without_and(beside)}
        for pair in pairwise(words)
        for word, beside in (pair, pair[::-1])
    )


def _words_of_name(name: str) -> list[str]:
    """The words as `fold_letters` has them."""
    shown = "".join(symbol for symbol in name if unicodedata.category(symbol) not in _INSIDE_WORDS)
    return [word for piece in _BETWEEN_WORDS.split(shown) if (word := fold_letters(piece))]


def _without_and(word: str) -> str:
    """A word without the «و» that is written together with it."""
    return word.removeprefix("و")


def _find_links(text: str) -> Iterator[tuple[int, int]]:
    """Yield where links stand that are written in one piece; «example dot com» counts, but has no place."""
    return (piece.span() for piece in _UNBROKEN.finditer(text) if count_links(piece[0]))


def _find_links_to(domain: str, text: str) -> Iterator[tuple[int, int]]:
    return (piece.span() for piece in _UNBROKEN.finditer(text) if _leads_to(domain, piece[0]))


def _leads_to(domain: str, text: str) -> bool:
    return any(domain in domains(host) for host in split_links(text)[1])


def _places(field: Field, spans: Iterable[tuple[int, int]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(field, start, end) for start, end in islice(spans, MAX_PLACES))


def wording(body: str) -> str:
    """Return what is equal for bodies of the same text, however it is spelled and dressed: folded, without white space,
    punctuation and emoji.
    """
    key = normalize(body)
    return re.sub(r"[\W_]+", "", key) or key


def script_of(text: str) -> str:
    """Return what `text` is mostly written in: "arabic", "latin" or "other"; without letters, "arabic"."""
    # Letters are counted first: a text has few different ones.
    scripts: dict[str, int] = {}
    for letter, count in Counter(text).items():
        if letter.isalpha() and (script := _script(letter)):
            scripts[script] = scripts.get(script, 0) + count
    most = max(scripts, key=scripts.__getitem__, default="ARABIC")
    return most.lower() if most in ("ARABIC", "LATIN") else "other"


def _is_visible(symbol: str) -> bool:
    # Unassigned characters (Cn) count as visible: they are next year's emoji.
    category = unicodedata.category(symbol)
    return category[0] not in "ZM" and category not in ("Cc", "Cf", "Cs", "Co") and symbol not in _BLANKS


@lru_cache(maxsize=8192)
def _script(letter: str) -> str:
    """Return the first word of the letter's Unicode name, which is its script, or "" where it is none."""
    script = unicodedata.name(unicodedata.normalize("NFKD", letter)[0], "UNNAMED").partition(" ")[0]
    return "" if script == "MODIFIER" else script


def _mixes_lookalikes(word: str) -> bool:
    """Tell whether Latin letters and letters of another script that pass for Latin ones stand in one word."""
    if word.isascii():
        return False
    doubles = any(ord(letter) in LATIN_LOOKALIKES and letter not in _SYMBOLS for letter in word)
    return doubles and any(letter.isascii() for letter in word)


def _is_stretched(word: str) -> bool:
    for run in _STRETCHED.finditer(word):
        letter = run[1].casefold()
        laughter = _LAUGHTER.get(letter)
        if _script(letter) in ("ARABIC", "LATIN") and not (laughter and laughter.issuperset(word.casefold())):
            return True
    return False
