"""Sanitizing article HTML: what an editor or an import may bring into a page.

bleach decides what may pass. Around it stand our own rules, because it lets "javascript:1" and other
"scheme:digits" links through, keeps the text of scripts, mixes up threads that share a Cleaner, takes seconds
for hostile nesting, and does not reach a fixed point. This is the only module that imports it.
"""

import re
from html import unescape

import bleach  # type: ignore[import-untyped]
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsroom.text.bidi import clean_characters, clean_line
from newsroom.text.blocks import CLASSES, shaped
from newsroom.text.content_model import tidy
from newsroom.text.elements import VOID
from newsroom.text.excerpt import plain_text
from newsroom.text.markup import Child, Element, TooDeep, is_blank, parse, serialize
from newsroom.text.paste import is_from_word, meant
from newsroom.text.pasted_notes import notes_in_place
from newsroom.text.settled_markup import settled
from newsroom.text.word_runs import isolate_runs

# The setting of the same name, written here because no operator chooses it: stored articles hold it, and what may
# stand in one must not hang on the surroundings in which it is asked.
MEDIA_URL = "/media/"

MAX_BYTES = 1_000_000
MAX_TAGS = 20_000
# bleach takes time in the square of the character references in one text.
MAX_REFERENCES = 20_000
MAX_URL_LETTERS = 4000
# One round cleans, a second confirms; more are needed only for markup made to need them.
MAX_ROUNDS = 6

TAGS = frozenset(
    """
    p br h2 h3 h4 ul ol li dl dt dd blockquote q cite strong b em i u s del ins mark sub sup small
    code pre kbd samp abbr a figure figcaption img table caption thead tbody tfoot tr th td hr bdi
    bdo span time wbr aside
    """.split()  # noqa: SIM905 - the formatter would give each word of a list a line
)
PROTOCOLS = frozenset(("http", "https", "mailto"))

# Controls, white space, quotes and brackets that end attributes, the backslash that browsers read as a slash,
# and the bidi and zero-width characters that make one address look like another.
_NOT_IN_URL = re.compile(
    r"""[\x00-\x20\x7f-\xa0"'<>`\\\u00ad\u034f\u061c\u115f\u1160\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"""
    r"""\u0600-\u0605\u06dd\u070f\u180b-\u180f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff"""
    r"""\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"""
)
_HOST = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){0,20}[^\W_](?:[\w-]{0,61}[^\W_])?\.?"
_SAFE_URL = re.compile(
    rf"(?:https?://{_HOST}(?::[0-9]{{1,5}})?(?:[/?#].*)?|/(?!/).*|#.*|mailto:[\w.!#$%&*+=^{{|}}~-]{{1,64}}@{_HOST})",
    re.IGNORECASE,
)
_SAFE_WEBSITE = re.compile(
    rf"https?://(?=[^/?#:]*\.[^\W\d_][\w-]*[^\W_]\.?(?:[/?#:]|\Z)){_HOST}(?::[0-9]{{1,5}})?(?:[/?#].*)?",
    re.IGNORECASE,
)
_UP = re.compile(r"(?:^|/|%2f)(?:\.|%2e){1,2}(?:/|%2f|$)|//|%2f|%5c|%00", re.IGNORECASE)

_ASCII_SPACE = " \t\n\r\f"

_NUMBER = re.compile(r"[0-9]{1,4}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}")
_TIME = re.compile(r"[0-9TtZzPWYMDHSs:+\-., ]{1,40}")
_VALUES: dict[tuple[str, str], re.Pattern[str]] = {
    **{("img", name): _NUMBER for name in ("width", "height")},
    **{(tag, name): _NUMBER for tag in ("td", "th") for name in ("colspan", "rowspan")},
    **{(tag, "datetime"): _TIME for tag in ("time", "ins", "del")},
    ("th", "scope"): re.compile("row|col|rowgroup|colgroup"),
    ("ol", "start"): _NUMBER,
    ("ol", "reversed"): re.compile("(?:reversed)?"),
    ("ol", "type"): re.compile("[1aAiI]"),
    ("li", "value"): _NUMBER,
    **{(tag, "class"): re.compile("|".join(sorted(names))) for tag, names in CLASSES.items()},
}
_FREE_TEXT = frozenset((("a", "title"), ("img", "alt"), ("img", "title")))
_URLS = frozenset((("a", "href"), ("blockquote", "cite"), ("q", "cite")))


class SanitizerError(ValueError):
    """The markup is too large or too deep to be an article; the message is for the editor."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)


def sanitize_article(html: str) -> str:
    """Article HTML that is safe to show unescaped, made of well-formed blocks; sanitizing it again changes nothing.

    Content of scripts and styles goes, Word's and Google Docs' markup becomes the elements it stands for, images
    stay only from below MEDIA_URL. Raises SanitizerError for more than MAX_BYTES, MAX_TAGS or 100 nested elements.
    """
    if (short := settled(html)) is not None:
        return short
    current = html
    for _round in range(MAX_ROUNDS):
        _check_size(current)
        cleaned = _clean(current)
        if cleaned == current:
            return current
        current = cleaned
    # Markup that keeps changing was not written to be read; its text stays.
    lines = map(clean_characters, plain_text(current).split("\n"))
    text = serialize([Element("p", {}, [line]) for line in lines if not is_blank(line)])
    _check_size(text)
    return text


def is_safe_url(url: str) -> bool:
    """Whether a decoded URL may stand in a link: http(s), an absolute path, a fragment or a mail address.

    No user information (http://editor@evil.example), no //host, no backslash, no invisible characters.
    """
    return len(url) <= MAX_URL_LETTERS and not _NOT_IN_URL.search(url) and bool(_SAFE_URL.fullmatch(url))


def is_safe_image_url(url: str) -> bool:
    """Whether a decoded URL is a file below our own MEDIA_URL: images of others would report our readers to them."""
    if not url.startswith(MEDIA_URL) or len(url) == len(MEDIA_URL) or len(url) > MAX_URL_LETTERS:
        return False
    return not _NOT_IN_URL.search(url) and not _UP.search("/" + url[len(MEDIA_URL) :])


def is_safe_website(url: str) -> bool:
    """Whether a URL is an absolute http(s) address of a named host, as for a writer's site or a source."""
    return len(url) <= MAX_URL_LETTERS and not _NOT_IN_URL.search(url) and bool(_SAFE_WEBSITE.fullmatch(url))


def _check_size(html: str) -> None:
    too_many = html.count("<") > MAX_TAGS or html.count("&") > MAX_REFERENCES
    if too_many or len(html.encode(errors="surrogatepass")) > MAX_BYTES:
        raise SanitizerError(_("This text is too large for one article."))


def _clean(html: str) -> str:
    html = html.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    try:
        from_word = is_from_word(html)
        parsed = notes_in_place(parse(html))
        nodes = meant(isolate_runs(parsed) if from_word else parsed, from_word=from_word)
        prepared = serialize(shaped(tidy(_permitted(nodes))))
        # Escaping makes text longer.
        _check_size(prepared)
        checked = _bleached(prepared)
        # bleach parses as browsers do, so a first newline of <pre> is gone already.
        nodes = parse(checked, drops_first_newline=False)
    except TooDeep:
        raise SanitizerError(_("This text is nested too deeply; paste it as plain text.")) from None
    return serialize(shaped(tidy(_permitted(nodes))))


def _bleached(html: str) -> str:
    def allows(tag: str, name: str, value: str) -> bool:
        # bleach hands over the value as written, entities and all.
        return _allows(tag, name, unescape(value))

    # A Cleaner shared by threads hands out one user's text in another's.
    cleaner = bleach.Cleaner(
        tags=TAGS, attributes=allows, protocols=PROTOCOLS, strip=True, strip_comments=True
    )
    return str(cleaner.clean(html))


def _allows(tag: str, name: str, value: str) -> bool:
    if name == "dir":
        return value in ("ltr", "rtl", "auto")
    if name == "lang":
        return _LANGUAGE.fullmatch(value) is not None
    if (tag, name) in _URLS:
        return is_safe_url(value)
    if (tag, name) == ("img", "src"):
        return is_safe_image_url(value)
    if (tag, name) in _FREE_TEXT:
        return True
    pattern = _VALUES.get((tag, name))
    return pattern is not None and pattern.fullmatch(value) is not None


def _permitted(nodes: list[Child]) -> list[Child]:
    """The nodes with only permitted elements and attributes; other elements give way to their content."""
    permitted: list[Child] = []
    for node in nodes:
        if isinstance(node, str):
            permitted.append(clean_characters(node))
            continue
        attributes = {}
        for name, written in node.attributes.items():
            # A URL is judged as it came: taking the hidden characters out would mend what is to be refused.
            is_url = (node.tag, name) in _URLS or name == "src"
            value = written.strip(_ASCII_SPACE) if is_url else clean_line(written)
            value = value.lower() if name == "dir" else value
            if _allows(node.tag, name, value):
                attributes[name] = value
        children = _permitted(node.children)
        if node.tag not in TAGS or _is_idle(node.tag, attributes):
            permitted += children
        elif node.tag in VOID:
            permitted.append(Element(node.tag, attributes))
        else:
            permitted.append(Element(node.tag, attributes, children))
    return permitted


def _is_idle(tag: str, attributes: dict[str, str]) -> bool:
    """Whether an element says nothing without the attribute it lacks."""
    needed = {
        "a": ("href",),
        "img": ("src",),
        "span": ("lang", "dir"),
        "bdo": ("dir",),
        "aside": ("class",),
    }.get(tag)
    return needed is not None and not any(name in attributes for name in needed)
