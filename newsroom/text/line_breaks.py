"""Where a line may not end: Unicode lets it end behind any hyphen (UAX #14), a result has to stay in one piece."""

import re

from newsroom.text.tokens import Text, tokenize

# A score or a range. Browsers break a line after its hyphen, and on two lines «3-2» is no longer a result.
_SCORE = re.compile(r"(?<![\w.,/-])\d{1,3}(?:[.,]\d{1,2})?[-–]\d{1,3}(?:[.,]\d{1,2})?(?![\w/-])")


def keep_scores_together(html: str) -> str:
    """Safe HTML with its scores in <span class="together">; nothing else of it is touched, no attribute either."""
    pieces, position = [], 0
    for token in tokenize(html):
        if isinstance(token, Text):
            pieces += [html[position : token.start], _together(html[token.start : token.end])]
            position = token.end
    return "".join([*pieces, html[position:]])


def _together(text: str) -> str:
    return _SCORE.sub(r'<span class="together">\g<0></span>', text)
