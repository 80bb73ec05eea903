"""Markup that the sanitizer would leave as it is, told by one look: what archives and most writers' texts consist of.

To take a text apart, clean it and put it together again costs thirty times as much as to see that nothing of it needs
that. What is seen here is a small part of what the sanitizer leaves alone, and meant to be: paragraphs, headings, lists
and quotations of ordinary characters, with plain links. All else goes the long way. Whether markup comes from Word
means nothing to these elements, so nobody asks.
"""

import re

from newsroom.text.bidi import is_usual
from newsroom.text.plain_markup import is_plain

# Far within the limits of the sanitizer: the shortest block takes eight letters.
_MAX_LETTERS = 100_000

# What means something else than itself, or is rewritten: references, and signs that are written as such. A bracket of
# no tag is one too.
_NOT_THEMSELVES = ("&", "\xa0", "\t")
# An end of a line that does not stand between blocks of `plain_markup`; one that is not named here costs the long way.
_WITHIN = re.compile(
    r"\n(?<!\n\n)(?<!</p>\n)(?<!</h[234]>\n)(?<!<blockquote>\n)(?<!</blockquote>\n)"
    r"(?<!<[uo]l>\n)(?<!</[uo]l>\n)(?<!</li>\n)"
)


def settled(html: str) -> str | None:
    """The markup without the line ends between its blocks, as the sanitizer would return it; None where that takes the
    long way to tell."""
    if len(html) > _MAX_LETTERS or any(sign in html for sign in _NOT_THEMSELVES):
        return None
    if html.count("<") != html.count(">") or _WITHIN.search(html) or not is_usual(html):
        return None
    html = html.replace("\n", "")
    # What whoever prints it will ask, too.
    return html if is_plain(html) else None
