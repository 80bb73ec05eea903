"""Uploaded pictures, served by name. A web server in front may serve the same folder in its place."""

from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

YEAR_SECONDS = 31_536_000
# What the site writes itself; of AVIF not every version of Python has heard.
KINDS = {".avif": "image/avif", ".webp": "image/webp", ".jpg": "image/jpeg"}


@require_safe
def media(request: HttpRequest, name: str) -> FileResponse:
    """A file of the media storage. Names come from content, so an answer holds for a year."""
    kind = KINDS.get(PurePosixPath(name).suffix)
    if kind is None or ".." in name or not default_storage.exists(name):
        raise Http404
    response = FileResponse(default_storage.open(name), content_type=kind)
    response["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
