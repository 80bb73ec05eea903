"""Markup of plain blocks, told by one look: what need not be taken apart to be understood, as most texts.

Paragraphs, headings, lists and quotations with plain links, and nothing else. Whether characters mean something else
than themselves, such as references, is for whoever asks to see.
"""

import re
from functools import lru_cache

# No user, port, query or fragment, no letters beyond ASCII, and no detour of a search engine.
_LINK = r'<a href="https?://[a-z0-9]+(?:\.[a-z0-9]+)+(?:/[A-Za-z0-9._~/-]*)?">(?! )[^<\n]++(?<! )</a>'
# It begins and ends with what can be seen.
_LINE = rf"(?! )(?>(?:[^<\n]++|{_LINK})+)(?<! )"
_PARAGRAPHS = rf"\n*(?>(?:<p>{_LINE}</p>\n*)+)"
_ENTRIES = rf"\n*(?>(?:<li>{_LINE}</li>\n*)+)"


def _pattern(name: str) -> re.Pattern[str]:
    """Of such markup; its headings have a `name` in them."""
    blocks = (
        rf"<p>{_LINE}</p>",
        *(rf"<{tag}{name}>{_LINE}</{tag}>" for tag in ("h2", "h3")),
        rf"<h4>{_LINE}</h4>",
        rf"<blockquote>{_PARAGRAPHS}</blockquote>",
        *(rf"<{tag}>{_ENTRIES}</{tag}>" for tag in ("ul", "ol")),
    )
    return re.compile(rf"(?>(?:(?:{'|'.join(blocks)})\n*)+)")


_SETTLED = _pattern("")
_NAMED = _pattern(r' id="[^"<>]*+"')


# The sanitizer asks, and whoever prints what it returned.
@lru_cache(maxsize=8)
def is_plain(html: str) -> bool:
    """Whether markup is made of paragraphs, headings, lists and quotations with plain links; headings stand in none."""
    return _SETTLED.fullmatch(html) is not None


def is_plain_and_named(html: str) -> bool:
    """The same of markup whose headings <h2> and <h3> have their names, as `outline` gives them."""
    return _NAMED.fullmatch(html) is not None
