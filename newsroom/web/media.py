"""Uploaded pictures, served by name from wherever they lie. A web server in front may do so, or keep them, instead."""

import errno
import hashlib
import re
from http import HTTPStatus
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from newsroom.web.object_store import KEPT, KINDS, StoreAway

# The store may be there again.
RETRY_SECONDS = 5
# As `articles.images` names its files: no store is asked for anything else, such as what would be too long for it.
_OURS = re.compile(
    r"images/([0-9a-f]{2})/\1[0-9a-f]{30}"
    r"(?:-[0-9]{1,4}|-(?:share|[0-9]{1,2}x[0-9]{1,2})-[0-9]{1,3}-[0-9]{1,3})?\.(?:avif|webp|jpg)"
)
_NOT_THERE = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG}


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of the media storage. Names come from content, so an answer holds for a year, and who has one of that name
    has the file, as long as it is not deleted. 503 while the store is away."""
    if not _OURS.fullmatch(name):
        raise Http404
    kind = KINDS[PurePosixPath(name).suffix]
    # Pictures become no shorter, and without this would go out with their length unknown.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    try:
        response = _answer(request, name)
    except StoreAway:
        told = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
        return HttpResponse(
            "Busy", content_type="text/plain", status=HTTPStatus.SERVICE_UNAVAILABLE, headers=told
        )
    except OSError as error:
        if error.errno not in _NOT_THERE:
            raise
        raise Http404 from None
    response["Content-Type"] = kind
    response["Cache-Control"] = KEPT
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _answer(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file, or as much of an answer as is asked for. One request of the store."""
    # Weak: another version of an encoder would write the same picture in other bytes.
    tag = f'W/"{hashlib.sha256(name.encode()).hexdigest()[:32]}"'
    if (known := get_conditional_response(request, etag=tag)) is not None:
        # Who has it may go on showing it only as long as it is there: caches ask so whether it was deleted.
        default_storage.size(name)
        return known
    response = _whole(request, name)
    response["ETag"] = tag
    return response


def _whole(request: HttpRequest, name: str) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(headers={"Content-Length": str(default_storage.size(name))})
    return FileResponse(default_storage.open(name))
