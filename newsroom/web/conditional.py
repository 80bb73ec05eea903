"""Answers that need not be sent twice (RFC 9110, 13)."""

import hashlib
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag


class Tagged(NamedTuple):
    """What an answer says and its tag, which is that of the bytes: it changes with whatever is taken out, too."""

    content: bytes
    tag: str


def tagged(content: bytes) -> Tagged:
    return Tagged(content, quote_etag(hashlib.sha256(content).hexdigest()[:32]))


def answer(request: HttpRequest, told: Tagged, content_type: str) -> HttpResponse:
    """The content, or 304 for who has it already.

    No moment of a last change is told: nothing is newer where an article was withdrawn, and who asks by that would keep
    it. It is to be asked for each time: what readers see is decided by the clock.
    """
    response = HttpResponse(told.content, content_type=f"{content_type}; charset=utf-8")
    response["ETag"] = told.tag
    response["Cache-Control"] = "no-cache"
    return get_conditional_response(request, told.tag, None, response)
