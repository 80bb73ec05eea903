"""Links in readers' plain text: made clickable where they are safe, counted where they hide.

Our own linker, because Django's urlize takes Arabic punctuation into the address and bleach's linkify is
quadratic and takes every "OpenAI.com" for a link.
"""

import re
import unicodedata
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from newsroom.text.addresses import Address, find_addresses
from newsroom.text.bidi_runs import Direction, runs_to_isolate
from newsroom.text.sanitizer import is_safe_url, is_safe_website

# A direction mark inside an address makes it look like another; behind it, it only sets the punctuation.
_DIRECTION_MARKS = frozenset("\u200e\u200f\u061c")
_DISGUISING = re.compile("[\\\\\u202a-\u202e\u2060-\u206f\u200b-\u200d\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f]")

_SCHEME = re.compile(r"(?:h[tx]{2}ps?|ftp)\s{0,3}:\s{0,3}[/\\]{1,3}\s{0,3}|www\.", re.IGNORECASE)
_HOST = re.compile(rf"(?:{_SCHEME.pattern})?(?:www\.)?(?:[^\s/\\?#@]*@)?([\w.-]*)", re.IGNORECASE)
_REST_OF_URL = re.compile(r"[^\s<>\"'«»“”„‘’،؛؟…]*")
# All but ASCII and the letters and signs of Arabic, which are what they look like.
_NOT_PLAIN = re.compile("[^\x00-\x7f\u060c\u061b\u061f\u0621-\u063a\u0641-\u064a]")
_LOOKALIKE_DOTS = str.maketrans(dict.fromkeys("。．｡․﹒", "."))
_IN_BRACKETS = r"[ \t]{0,3}[\[({][ \t]{0,3}(?:\.|dot|دوت|نقطة)[ \t]{0,3}[\])}][ \t]{0,3}"
# Before an address it ends what stands there.
_SPELLED_END = re.compile(rf"{_IN_BRACKETS}(?=www\b|(?:h[tx]{{2}}ps?|ftp)\s{{0,3}}:)", re.IGNORECASE)
_SPELLED_DOT = re.compile(
    rf"{_IN_BRACKETS}"
    r"|[ \t]{1,3}(?:dot|دوت|نقطة)[ \t]{1,3}(?=(?:com|net|org|info|كوم|نت|اورج)\b)",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?<![\w@.-])(?>[\w-]+(?:\.[\w-]+)+)(?P<path>/)?(?!@)")
# Endings that are taken for a domain wherever they stand, and those that are also words or common typing errors
# ("done.it", «وصل.مصر») and count only with a path behind them.
_ENDINGS = frozenset(
    """
    com net org info biz edu gov mil io co ai tv xyz top online site shop store club live app dev
    link click news blog website space fun icu vip win bid loan work tech pro mobi cc ws su ru cn uk
    de fr tr ir pk eu ly gg sa ae eg jo lb sy iq kw qa bh om ye ps ma dz tn sd mr كوم شبكة
    """.split()  # noqa: SIM905 - the formatter would give each word of a list a line
)
_ENDINGS_BEFORE_PATH = frozenset(
    """
    me in it is to us be at am my by so no do as id la السعودية امارات مصر الاردن فلسطين قطر سوريا
    سورية عمان تونس المغرب الجزائر العراق السودان موريتانيا موقع بازار عرب ایران پاکستان
    """.split()  # noqa: SIM905 - the formatter would give each word of a list a line
)
# Readers' links lend no reputation to what they lead to.
_REL = "ugc nofollow noopener"
# RFC 1035
MAX_HOST_LETTERS = 253
_NOT_DOMAINS = frozenset(("asp.net", "ado.net", "vb.net", "ml.net"))


class _Link(NamedTuple):
    start: int
    end: int
    href: str


def link_urls(text: str, base: Direction = "rtl") -> str:
    """Plain text as escaped HTML with safe URLs and mail addresses linked and moving edges isolated.

    Line ends stay as they are. Linked are http, https and www addresses of named hosts, without user
    information, backslashes or invisible characters; punctuation after an address stays outside.
    """
    # Tags to insert at an offset, in the order in which they have to stand there.
    tags: list[tuple[int, int, str]] = []
    runs = runs_to_isolate(text, base)
    for run in runs:
        tags += [(run.start, 2, f'<bdi dir="{run.direction}">'), (run.end, 1, "</bdi>")]
    crossed = {edge for run in runs for edge in (run.start, run.end)}
    for link in _links(text):
        # Runs hold whole addresses; were one ever to end inside, its text would stay unlinked rather than the
        # tags cross.
        if crossed.isdisjoint(range(link.start + 1, link.end)):
            tags += [
                (link.start, 3, f'<a href="{escape(link.href)}" rel="{_REL}">'),
                (link.end, 0, "</a>"),
            ]
    pieces, position = [], 0
    for offset, _, tag in sorted(tags):
        pieces += [escape(text[position:offset]), tag]
        position = offset
    return "".join([*pieces, escape(text[position:])])


def count_links(text: str) -> int:
    """How many links a text holds, as a reader would count them: also "hxxp", bare domains and disguised dots."""
    text = _undisguised(text)
    if _holds_none(text):
        return 0
    count, position = 0, 0
    rest: list[str] = []
    for scheme in _SCHEME.finditer(text):
        inside = scheme.start() < position
        count += not inside or scheme.group().lower() != "www."
        if not inside:
            rest.append(text[position : scheme.start()])
            end = _REST_OF_URL.match(text, scheme.end())
            position = end.end() if end else scheme.end()
    rest.append(text[position:])
    return count + sum(_is_domain(dotted) for part in rest for dotted in _DOTTED.finditer(part))


def split_links(text: str) -> tuple[str, frozenset[str]]:
    """Return the text undisguised and without its links, and the hosts that these lead to.

    What is a link is what `count_links` counts.
    """
    text = _undisguised(text)
    if _holds_none(text):
        return text, frozenset()
    hosts: set[str] = set()
    for beginning in (_SCHEME, _DOTTED):
        pieces: list[str] = []
        position = 0
        for begun in beginning.finditer(text):
            if begun.start() < position or (beginning is _DOTTED and not _is_domain(begun)):
                continue
            pieces.append(text[position : begun.start()])
            rest = _REST_OF_URL.match(text, begun.end())
            position = rest.end() if rest else begun.end()
            hosts.add(host(text[begun.start() : position]))
        text = " ".join([*pieces, text[position:]])
    return text, frozenset(hosts - {""})


def _holds_none(text: str) -> bool:
    """Whether there is neither a dot nor a colon, of which every link has one."""
    return "." not in text and ":" not in text


def host(url: str) -> str:
    """Return the host that a URL names, lower-case and without "www.", or nothing; the scheme may be missing."""
    named = _HOST.match(url.lower())
    return named[1].strip(".") if named else ""


def domains(host: str) -> list[str]:
    """Return `host` and the domains that it lies in, down to two labels, as DNS spells them (RFC 3490).

    "a.b.example.com" gives itself, "b.example.com" and "example.com"; «موقع.السعودية» is "xn--…". What is longer than
    a host can be gives nothing.
    """
    if len(host) > MAX_HOST_LETTERS:
        return []
    labels = _dns_spelling(host).split(".")
    return [".".join(labels[at:]) for at in range(len(labels) - 1)]


def _dns_spelling(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _undisguised(text: str) -> str:
    text = _NOT_PLAIN.sub(lambda char: _plain(char[0]), text).translate(_LOOKALIKE_DOTS)
    return _SPELLED_DOT.sub(".", _SPELLED_END.sub(" ", text))


def _links(text: str) -> Iterator[_Link]:
    for address in find_addresses(text):
        href = _href(text, address)
        if href:
            yield _Link(address.start, address.end, href)


def _href(text: str, address: Address) -> str:
    """What an address links to, or nothing if it is not to be linked."""
    written = text[address.start : address.end]
    if address.kind == "email":
        href = f"mailto:{written}"
        return href if is_safe_url(href) else ""
    following = text[address.end : address.end + 2]
    if _DISGUISING.match(following):
        return ""
    if (
        following[:1] in _DIRECTION_MARKS
        and following[1:]
        and following[1:].isascii()
        and following[1:].isalnum()
    ):
        return ""
    href = f"https://{written}" if written[:4].lower() == "www." else written
    return href if is_safe_website(href) else ""


def _is_domain(dotted: re.Match[str]) -> bool:
    name = dotted.group().rstrip("/").lower()
    labels = name.split(".")
    if name in _NOT_DOMAINS or len(labels[0]) < 2:
        return False
    return any(label in _ENDINGS for label in labels[1:]) or bool(
        dotted["path"] and labels[-1] in _ENDINGS_BEFORE_PATH
    )


def _plain(char: str) -> str:
    """The ordinary letter behind a full-width or mathematical one; nothing for an invisible character."""
    if char.isascii():
        return char
    if unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return ""
    plain = unicodedata.normalize("NFKC", char)
    return plain if plain.isascii() and len(plain) <= 3 else char
