"""Answers that need not be sent twice (RFC 9110, 13)."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag


def answer(request: HttpRequest, content: bytes, content_type: str) -> HttpResponse:
    """`content`, or 304 for who has it already.

    The tag is that of the bytes, so that it changes with whatever is taken out, too. No moment of a last change is
    told: nothing is newer where an article was withdrawn, and who asks by that would keep it. It is to be asked for
    each time: what readers see is decided by the clock.
    """
    response = HttpResponse(content, content_type=f"{content_type}; charset=utf-8")
    response["ETag"] = etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    response["Cache-Control"] = "no-cache"
    return get_conditional_response(request, etag, None, response)
