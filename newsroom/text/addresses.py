"""Where URLs, e-mail addresses and mentions begin and end in running text, Arabic or Latin.

Django's urlize and bleach's linkify take Arabic punctuation into the address; bleach's is quadratic besides.
Every search here looks at each character a bounded number of times.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

MAX_URL_LETTERS = 2000
# RFC 5321, section 4.5.3.1.
MAX_LOCAL_PART = 64
MAX_DOMAIN = 255

Kind = Literal["url", "email"]

_URL_START = re.compile(r"(?<![^\W_])(?:https?://|www\.(?=\w))", re.IGNORECASE)
# Quotes, angle brackets and white space never stand in a URL as people type it; controls and bidi characters
# must not be carried into one.
_URL_END = re.compile(
    r"""[\s<>"'`\\{}|«»“”„‘’،؛؟…\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]"""
)
_TRAILING = ".,;:!?*_~'\"\u06d4)]"
_BRACKETS = {")": "(", "]": "["}
_LOCAL = re.compile(r"[\w.!#$%&*+/=?^{|}~-]", re.ASCII)
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_](?:[\w-]{0,61}[^\W_])?")
# Behind a word an @ is that of an address, but behind a clitic: "لـ@OpenAI", "و@OpenAI".
_MENTION = re.compile(r"(?:(?<![\w@.])|(?<=\u0640)|(?<=(?<!\w)[وفبلك]))@\w(?:[\w.-]{0,62}\w)?")


class Address(NamedTuple):
    """A URL or e-mail address at text[start:end]."""

    kind: Kind
    start: int
    end: int


def find_addresses(text: str) -> Iterator[Address]:
    """URLs (http, https, www.) and e-mail addresses, in order, without the punctuation that follows them.

    A closing bracket belongs to a URL only with its opening one.
    """
    # Most texts have none, which is told much faster.
    if "@" not in text and "://" not in text and "www." not in text.lower():
        return
    position = 0
    mails = _find_mails(text)
    mail = next(mails, None)
    for start in _URL_START.finditer(text):
        if start.start() < position:
            continue
        while mail and mail.end <= start.start():
            if mail.start >= position:
                yield mail
            mail = next(mails, None)
        stop = _URL_END.search(text, start.end())
        # What is too long is passed over whole, else a chain of "http://" would be read again from each link.
        position = stop.start() if stop else len(text)
        if position - start.start() <= MAX_URL_LETTERS:
            end = _without_punctuation(text, start.start(), start.end(), position)
            if end > start.end():
                yield Address("url", start.start(), end)
    while mail:
        if mail.start >= position:
            yield mail
        mail = next(mails, None)


def find_mentions(text: str) -> Iterator[tuple[int, int]]:
    """Spans of @names of any script; the @ of an e-mail address is not one."""
    if "@" in text:
        for mention in _MENTION.finditer(text):
            yield mention.span()


def without_addresses(text: str) -> str:
    """The text with addresses and mentions blanked out."""
    pieces, position = [], 0
    for address in find_addresses(text):
        pieces.append(text[position : address.start])
        position = address.end
    rest = " ".join([*pieces, text[position:]])
    return _MENTION.sub(" ", rest) if "@" in rest else rest


def _without_punctuation(text: str, start: int, body: int, end: int) -> int:
    """The end of the URL text[start:end] without what a sentence puts behind it; not before body."""
    counts = {bracket: text.count(bracket, start, end) for bracket in "()[]"}
    while end > body and text[end - 1] in _TRAILING:
        last = text[end - 1]
        if last in _BRACKETS and counts[last] <= counts[_BRACKETS[last]]:
            break
        if last in counts:
            counts[last] -= 1
        end -= 1
    return end


def _find_mails(text: str) -> Iterator[Address]:
    free = 0
    at = text.find("@")
    while at >= 0:
        start = at
        while start > max(free, at - MAX_LOCAL_PART) and _LOCAL.match(text[start - 1]):
            start -= 1
        while start < at and text[start] in ".-":
            start += 1
        domain = _DOMAIN.match(text, at + 1, at + 1 + MAX_DOMAIN)
        if start < at and text[at - 1] != "." and domain:
            free = domain.end()
            yield Address("email", start, free)
        at = text.find("@", max(at + 1, free))
