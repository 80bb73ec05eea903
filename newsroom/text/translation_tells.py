"""The tells of machine translation in an Arabic text, each with its place and, where there is one, its correction.

They are slips that a machine makes by rule and a writer seldom makes: the signs of the source language, its articles
left standing, a clitic apart from its word, a name of which half is translated. Wrong grammar and wrong meaning are
not looked for; a text without tells is not therefore well translated.

Places count code points in the text of the body: its text nodes one after another, character references decoded,
nothing between them. An editor that keeps a document of its own counts the same.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from itertools import islice

from newsroom.text.elements import BLOCKS, VOID
from newsroom.text.markup import MAX_DEPTH
from newsroom.text.product_names import HALF_TRANSLATED, OWNERS
from newsroom.text.tokens import StartTag, Text, tokenize

# Code points shown on each side of a tell.
CONTEXT = 40

# Stands for a character of code, of an address, or in another language: neither Arabic nor a space nor a sign.
_OBJECT = "\ufffc"
_LETTER = "\u0621-\u063a\u0641-\u064a\u0671-\u06d3"
_WORD = f"[{_LETTER}\u0640\u064b-\u0652\u0670]+"
# Marks are no \w.
_NOT_BEHIND_WORD = f"(?<![\\w\u0640\u064b-\u0652\u0670{_OBJECT}])"
_NOT_BEFORE_WORD = f"(?![\\w\u0640\u064b-\u0652\u0670{_OBJECT}])"
_NUMBER = r"\d+(?:[.,٫٬]\d+)*"
_OPAQUE = frozenset(("code", "pre", "kbd", "samp"))


class Kind(StrEnum):
    """What gave the machine away; `label` is what the desk calls it."""

    QUOTES = "quotes", "علامات تنصيص معكوسة"
    ARTICLE = "article", "أداة مترجَمة"
    PUNCTUATION = "punctuation", "علامات ترقيم لاتينية"
    SPACING = "spacing", "مسافات في غير موضعها"
    REPETITION = "repetition", "كلمات مكرّرة"
    NAME = "name", "أسماء نصف مترجَمة"
    UNIT = "unit", "ترتيب العدد ووحدته"

    label: str

    def __new__(cls, value: str, label: str) -> "Kind":
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.label = label
        return kind


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` in place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Tell:
    """A tell at text[start:end]; without edits it takes a person to correct it. No two edits of a text overlap."""

    kind: Kind
    start: int
    end: int
    quoted: str
    sentence: str
    edits: tuple[Edit, ...]
    before: str
    after: str

    @property
    def replacement(self) -> str | None:
        """The quoted words after the edits, or None where there are none."""
        if not self.edits:
            return None
        return apply(self.quoted, self.edits, self.start)


def apply(text: str, edits: tuple[Edit, ...] | list[Edit], offset: int = 0) -> str:
    """The text with the edits made; their places count from `offset` before its beginning."""
    pieces, position = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        pieces += [text[position : edit.start - offset], edit.text]
        position = edit.end - offset
    return "".join([*pieces, text[position:]])


def find(html: str, language: str = "ar", most: int | None = None) -> list[Tell]:
    """The tells of a body in `language`, in the order of the text: all, or no more than `most` of them.

    What is not in Arabic is left alone. Time is proportional to the length. One correction may bring another tell to
    light, such as a word that stands twice once a stray article between is gone; after corrections the text is to be
    read again.
    """
    tells = (tell for start, text in _paragraphs(html, language) for tell in _tells(text, start))
    return list(islice(tells, most))


def _paragraphs(html: str, language: str) -> Iterator[tuple[int, str]]:
    """The paragraphs with their places, each character of what is not to be looked at as an OBJECT.

    Markup nested deeper than the sanitizer ever leaves it is read no further.
    """
    open_elements: list[tuple[str, bool]] = []
    pieces: list[str] = []
    start = position = 0
    for token in tokenize(html):
        if len(open_elements) > MAX_DEPTH:
            return
        is_arabic = open_elements[-1][1] if open_elements else language == "ar"
        if isinstance(token, Text):
            text = unescape(html[token.start : token.end])
            pieces.append(text if is_arabic else _OBJECT * len(text))
            position += len(text)
            continue
        # A footnote, which stands in the middle of a sentence, is a text of its own.
        if token.name in BLOCKS or token.name in VOID or token.name == "small":
            yield start, "".join(pieces)
            pieces, start = [], position
        if token.name in VOID:
            continue
        if isinstance(token, StartTag):
            open_elements.append((token.name, _is_arabic(token, is_arabic)))
        else:
            names = [name for name, _ in open_elements]
            if token.name in names:
                del open_elements[len(names) - 1 - names[::-1].index(token.name) :]
    yield start, "".join(pieces)


def _is_arabic(token: StartTag, around: bool) -> bool:
    if token.name in _OPAQUE or token.attributes.get("dir", "").lower() == "ltr":
        return False
    language = token.attributes.get("lang")
    return around if language is None else language.lower().split("-")[0] == "ar"


_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s،؛؟«»“”<>]*[^\s،؛؟«»“”<>.,;:?!)\]]"
    r"|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+"
    r"|(?<![\w.-])[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}(?:/[^\s،؛؟«»“”<>]*[^\s،؛؟«»“”<>.,;:?!)\]])?(?![\w.])"
    r"|&#?\w{1,32};",
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A tell in a paragraph; places count from its beginning."""

    kind: Kind
    start: int
    end: int
    sentence: str
    edits: tuple[Edit, ...] = ()


def _tells(text: str, start: int) -> Iterator[Tell]:
    readable = _ADDRESS.sub(lambda address: _OBJECT * len(address[0]), text)
    quotes = list(_mirrored_quotes(readable))
    # As long as before. What is judged beside a quotation mark is judged as it will stand.
    readable = apply(readable, [edit for found in quotes for edit in found.edits])
    others = [found for rule in _RULES for found in rule(readable)]
    taken: set[int] = set()
    kept = []
    for found in [*quotes, *others]:
        touched = {place for edit in found.edits for place in range(edit.start, edit.end)}
        if touched.isdisjoint(taken):
            taken |= touched
            kept.append(found)
    for found in sorted(kept, key=lambda found: (found.start, found.end)):
        yield Tell(
            found.kind,
            start + found.start,
            start + found.end,
            text[found.start : found.end],
            found.sentence,
            tuple(Edit(start + edit.start, start + edit.end, edit.text) for edit in found.edits),
            _words_before(text, found.start),
            _words_after(text, found.end),
        )


def _words_before(text: str, place: int) -> str:
    cut = text[max(place - CONTEXT, 0) : place]
    return cut if place <= CONTEXT else cut.partition(" ")[2]


def _words_after(text: str, place: int) -> str:
    cut = text[place : place + CONTEXT]
    return cut if place + CONTEXT >= len(text) else cut.rpartition(" ")[0]


# Quotation marks

_QUOTATION_MARK = re.compile("[“”«»]")


def _mirrored_quotes(text: str) -> Iterator[_Found]:
    """Pairs of ”…“. CLDR gives them for Arabic in this order, but newspapers write «…» or “…”.

    A ” behind an open “ closes it, and so does one with a space behind it whose opening is a paragraph back.
    """
    opened: re.Match[str] | None = None
    guillemets = 0
    for mark in _QUOTATION_MARK.finditer(text):
        match mark[0]:
            case "«":
                guillemets += 1
            case "»":
                guillemets = max(guillemets - 1, 0)
            case "”" if opened and opened[0] == "“":
                opened = None
            case "”":
                opened = mark if re.match(rf"[\w{_OBJECT}]", text[mark.end() : mark.end() + 1]) else None
            case _ if opened and opened[0] == "”" and not text[mark.start() - 1].isspace():
                nested = guillemets or "«" in text[opened.start() : mark.start()]
                left, right = "“”" if nested else "«»"
                yield _Found(
                    Kind.QUOTES,
                    opened.start(),
                    mark.end(),
                    f"علامتا التنصيص معكوستان؛ تُكتبان هكذا: {left}…{right}.",
                    (
                        Edit(opened.start(), opened.end(), left),
                        Edit(mark.start(), mark.end(), right),
                    ),
                )
                opened = None
            case _:
                opened = mark


# Articles of the source language

_STRAY_A = re.compile(rf"{_NOT_BEHIND_WORD}أ\s+(?=[{_LETTER}]{{2}})")
_STRAY_THE = re.compile(rf"{_NOT_BEHIND_WORD}ال\s+(?=(?P<article>ال)?[{_LETTER}]{{2}})")
# What is called «أ»: «فيتامين أ», «المجموعة أ».
_LABELED = re.compile(
    r"(?:^|\s)(?:(?:و|ب|ل|ف)?(?:ال|لل)?(?:فيتامين|مجموعة|فئة|قسم|درجة|نقطة|خيار|مستوى|تصنيف|صف|فصل|بوابة|مبنى|منتخب"
    r"|ملحق|جدول|شكل|بند|فقرة|حرف|نوع|نموذج|منطقة|خطة|فريق|سلسلة|طبقة|هوية|إنفلونزا|التهاب الكبد|رمز|باب|جزء|لجنة"
    r"|مرحلة|زمرة|فصيلة|دوري|قائمة)|من|إلى|بين|همزة)\s+[«(\"“]?$"
)


def _stray_articles(text: str) -> Iterator[_Found]:
    for match in _STRAY_A.finditer(text):
        if _LABELED.search(text[max(match.start() - 40, 0) : match.start()]):
            continue
        if text.startswith(("إلى ", "حتى "), match.end()):
            continue
        yield _Found(
            Kind.ARTICLE,
            match.start(),
            match.start() + 1,
            "«أ» وحدها ترجمة حرفية لأداة التنكير «a»، ولا مكان لها في العربية.",
            (Edit(match.start(), match.end(), ""),),
        )
    for match in _STRAY_THE.finditer(text):
        yield _Found(
            Kind.ARTICLE,
            match.start(),
            match.start() + 2,
            "«ال» وحدها بقيت من أداة التعريف «the»؛ تُحذف أو توصل بالاسم الذي بعدها.",
            # Before a verb it goes, before a noun it is joined; which of them it is takes a reader.
            (Edit(match.start(), match.end(), ""),) if match["article"] else (),
        )


# Signs and spaces

# Tried once for a run of spaces, not from each of them on.
_SIGN = re.compile(r"(?<![ \u00a0])(?P<lead>[ \u00a0]*)(?P<sign>[,;?،؛؟.])")
_ARABIC_SIGN = {",": "،", ";": "؛", "?": "؟"}
_SIGN_NAMES = {",": "الفاصلة", ";": "الفاصلة المنقوطة", "?": "علامة الاستفهام"}
_ARABIC = re.compile(f"[{_LETTER}\u064b-\u0652\u0640]")
_BEHIND_SIGN = re.compile(rf"[\w«({_OBJECT}]")
_SENTENCE_END = re.compile(rf"[{_LETTER}]{{2}}[\u064b-\u0652]?$")
_SENTENCE_START = re.compile(rf"[{_LETTER}]{{2}}")
# How far the next letter is looked for beyond brackets, quotation marks and spaces.
_REACH = 8


def _signs(text: str) -> Iterator[_Found]:
    for match in _SIGN.finditer(text):
        place, sign = match.start("sign"), match["sign"]
        behind, ahead = (
            text[max(match.start() - _REACH, 0) : match.start()],
            text[place + 1 : place + 1 + _REACH],
        )
        if not behind:
            continue
        if behind[-1].isdigit() and ahead[:1].isdigit() and not match["lead"]:
            continue
        in_arabic = _is_arabic_letter(_nearest(behind[::-1])) or _is_arabic_letter(_nearest(ahead))
        if sign in _ARABIC_SIGN and (not in_arabic or (match["lead"] and re.match(r"-?[)(]", ahead))):
            continue
        written = _ARABIC_SIGN.get(sign, sign)
        if sign == ".":
            is_apart = (
                bool(match["lead"])
                and in_arabic
                and behind[-1] not in ".…"
                and re.match(r"\s|$|[»”)]", ahead) is not None
            )
            is_close = bool(
                _SENTENCE_END.search(behind) and _SENTENCE_START.match(ahead) and not match["lead"]
            )
        else:
            is_apart = bool(match["lead"]) and behind[-1] not in "«([“-–—\n"
            is_close = _BEHIND_SIGN.match(ahead) is not None
        start = match.start() if is_apart else place
        text_after = written + (" " if is_close else "")
        if text_after == text[start : place + 1]:
            continue
        if sign in _ARABIC_SIGN:
            kind, sentence = (
                Kind.PUNCTUATION,
                f"{_SIGN_NAMES[sign]} لاتينية؛ في النصّ العربي تُكتب «{written}».",
            )
        elif is_apart:
            kind, sentence = Kind.SPACING, f"لا مسافة قبل «{sign}»."
        else:
            kind, sentence = Kind.SPACING, f"بعد «{sign}» مسافة."
        yield _Found(kind, start, place + 1, sentence, (Edit(start, place + 1, text_after),))


def _nearest(text: str) -> str:
    """The first letter, digit or object of a text, or an empty one."""
    return next((char for char in text if char.isalnum() or char == _OBJECT), "")


def _is_arabic_letter(char: str) -> bool:
    return _ARABIC.match(char) is not None


# A clitic with tatweel before a Latin name is good style; «و» apart before one is common, and nobody misreads it.
_APART = re.compile(
    rf"{_NOT_BEHIND_WORD}(?P<clitic>و|[لبكف]ـ+)[ \u00a0]+(?P<article>ال)?(?=[{_LETTER}]{{2}})(?!ال\s)(?P<rest>{_WORD})"
)


def _clitics_apart(text: str) -> Iterator[_Found]:
    for match in _APART.finditer(text):
        clitic, article = match["clitic"][0], match["article"] or ""
        joined = "لل" if clitic == "ل" and article else clitic + article
        yield _Found(
            Kind.SPACING,
            match.start(),
            match.end(),
            f"«{clitic}» توصل بالكلمة التي بعدها.",
            (Edit(match.start(), match.start("rest"), joined),),
        )


# Words

_DOUBLED = re.compile(rf"{_NOT_BEHIND_WORD}(?P<word>{_WORD})(?:\s+(?P=word))+{_NOT_BEFORE_WORD}")
_ENDS_IN_TANWIN = re.compile("(?:[اى]\u064b?|\u064b[اى]?|ةً)$")
# End in an alef without being accusatives.
_PLAIN_ALEF = frozenset(
    """
    ما هذا إذا كما لما إلا أما إنما بينما عندما كلما لماذا ماذا أيضا أيضًا أيضاً هنا مما فيما بما عما ربما حينما أنها إنها
    لكنها منها عليها فيها بها لها كانا هما على إلى حتى لدى متى سوى
    """.split()  # noqa: SIM905 - the formatter would give each word of a list a line
)
# Said twice on purpose; what stands in the accusative («خطوةً خطوة», «رويدا رويدا») is known by its ending.
_SAID_TWICE = frozenset(
    """
    لا نعم كلا هو هي مرة خطوة كلمة حرف بيت باب يوم ليلة قطرة حبة دقيقة لحظة فقرة جملة سنة الله يا آه ها هيا مهلا هلم
    آمين حذار صه أهل مثنى ثلاث رباع واحد واحدة بقعة شبر رويد سواء تسي بينغ يو دوم زم شوي شوية حبيبي
    """.split()  # noqa: SIM905
)


def _doubled_words(text: str) -> Iterator[_Found]:
    for match in _DOUBLED.finditer(text):
        word = match["word"]
        if len(word) < 2 or word in _SAID_TWICE:
            continue
        if word not in _PLAIN_ALEF and _ENDS_IN_TANWIN.search(word):
            continue
        yield _Found(
            Kind.REPETITION,
            match.start(),
            match.end(),
            f"«{word}» مكرّرة.",
            # The last one stays: what comes behind belongs to it.
            (Edit(match.start(), match.end() - len(word), ""),),
        )


_HALF_TRANSLATED = re.compile(
    rf"{_NOT_BEHIND_WORD}(?P<clitic>[وفبلك]{{0,2}})(?P<name>"
    + "|".join(re.escape(name) for name in sorted(HALF_TRANSLATED, key=len, reverse=True)).replace(
        r"\ ", r"\s+"
    )
    + rf"){_NOT_BEFORE_WORD}"
)
_GENITIVE = re.compile(
    rf"{_NOT_BEHIND_WORD}(?P<owner>[A-Za-z]+)[’']s[ \u00a0]+(?P<owned>[A-Z][\w.-]*\w(?:[ \u00a0][A-Z0-9][\w.-]*\w)*)"
)
_NAME = re.compile(r"\s+")
# «شركة ميسترال الكبيرة» says of the company that it is large.
_DESCRIBED = re.compile(r"(?:شركة|لشركة|مجموعة)\s+$")


def _broken_names(text: str) -> Iterator[_Found]:
    for match in _HALF_TRANSLATED.finditer(text):
        if _DESCRIBED.search(text[max(match.start() - 12, 0) : match.start()]):
            continue
        name = HALF_TRANSLATED[_NAME.sub(" ", match["name"])]
        yield _Found(
            Kind.NAME,
            match.start("name"),
            match.end(),
            f"اسم تُرجم نصفه؛ المعروف: {name}.",
            (Edit(match.start("name"), match.end(), _after_clitic(match["clitic"], name)),),
        )
    for match in _GENITIVE.finditer(text):
        if match["owner"] in OWNERS:
            yield _Found(
                Kind.NAME,
                match.start(),
                match.end(),
                "إضافة إنجليزية بقيت كما هي (’s).",
                (Edit(match.start(), match.end(), f"{match['owned']} من {match['owner']}"),),
            )


def _after_clitic(clitic: str, name: str) -> str:
    """A Latin name behind a clitic: «بـ OpenAI», but «وOpenAI»."""
    return f"ـ {name}" if clitic and clitic[-1] in "بلك" and name.isascii() else name


# Numbers

_SCALE = "(?:ألف|آلاف|مليون|ملايين|مليار|مليارات|تريليون)"
_CURRENCIES = {
    "$": ("دولار", "دولارات", "دولارًا"),
    "€": ("يورو", "يورو", "يورو"),
    "£": ("جنيه إسترليني", "جنيهات إسترلينية", "جنيهًا إسترلينيًا"),
}
_SYMBOL_FIRST = re.compile(
    rf"(?<![\w$€£{_OBJECT}])(?P<symbol>[$€£])[ \u00a0]?(?P<number>{_NUMBER})(?P<scale>\s+{_SCALE})?{_NOT_BEFORE_WORD}"
    # «$13 مليار دولار» says it twice.
    r"(?P<again>\s+(?:دولار|يورو|جنيه)\w*)?"
)
_SCALE_FIRST = re.compile(
    rf"{_NOT_BEHIND_WORD}(?P<scale>مليون|مليار|تريليون)\s+(?P<number>{_NUMBER})\s+(?=(?:دولار|يورو|ريال|درهم|جنيه|دينار))"
)
_PERCENT_FIRST = re.compile(rf"(?<![\w%٪.,{_OBJECT}])(?P<sign>[%٪])[ \u00a0]?(?P<number>{_NUMBER})(?![\w%٪])")
_UNIT_FIRST = re.compile(
    rf"{_NOT_BEHIND_WORD}(?P<unit>(?:كيلو|ميغا|ميجا|غيغا|جيجا|تيرا)(?:بايت|هرتز))\s+(?P<number>{_NUMBER})"
    r"(?=\s*(?:$|[.،؛؟)]))"
)
_ENDS_IN_NUMBER = re.compile(r"\d\s*$")


def _units_first(text: str) -> Iterator[_Found]:
    sentence = "العدد قبل وحدته."
    for match in _SYMBOL_FIRST.finditer(text):
        currency = _currency(match["symbol"], match["number"], match["scale"])
        written = f"{match['number']}{match['scale'] or ''} {currency}"
        edits = (Edit(match.start(), match.end(), written),) if currency else ()
        yield _Found(
            Kind.UNIT, match.start(), match.end(), "رمز العملة قبل العدد؛ تُكتب العملة بعده بالعربية.", edits
        )
    for match in _SCALE_FIRST.finditer(text):
        end = match.end("number")
        yield _Found(
            Kind.UNIT,
            match.start(),
            end,
            sentence,
            (Edit(match.start(), end, f"{match['number']} {match['scale']}"),),
        )
    for match in _PERCENT_FIRST.finditer(text):
        edit = Edit(match.start(), match.end(), f"{match['number']}{match['sign']}")
        yield _Found(Kind.UNIT, match.start(), match.end(), "علامة النسبة بعد العدد.", (edit,))
    for match in _UNIT_FIRST.finditer(text):
        if not _ENDS_IN_NUMBER.search(text[max(match.start() - 6, 0) : match.start()]):
            written = f"{match['number']} {match['unit']}"
            yield _Found(
                Kind.UNIT, match.start(), match.end(), sentence, (Edit(match.start(), match.end(), written),)
            )


def _currency(symbol: str, number: str, scale: str | None) -> str:
    """The currency as it is counted, empty where its form hangs on the sentence (one and two)."""
    one, few, many = _CURRENCIES[symbol]
    if scale or not number.isdigit():
        return one
    count = int(number[-6:])
    if count in (1, 2):
        return ""
    rest = count % 100
    return few if 3 <= rest <= 10 else many if rest > 10 else one


_RULES: tuple[Callable[[str], Iterator[_Found]], ...] = (
    _broken_names,
    _units_first,
    _doubled_words,
    _stray_articles,
    _clitics_apart,
    _signs,
)
