"""Hashtags of what is called in several words."""

import re

# Vowel signs and the stretching of letters: nobody types them when looking for a hashtag.
_SIGNS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")


def hashtag(name: str) -> str:
    """The name in one word, its parts joined by the low line, as Arabic hashtags are; "" where it has no letter."""
    word = re.sub(r"[\W_]+", "_", _SIGNS.sub("", name)).strip("_")
    return word if any(letter.isalpha() for letter in word) else ""
