"""Reading without a connection: the service worker, the page it shows in place of others, and the web app's manifest.

Which pages a browser keeps is said by the pages themselves, in a header: whatever does not say so is not kept. See
`docs/decisions/0027`.
"""

import hashlib
import json
import re
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from newsroom.web import page_names

HEADER = "X-Keep-Offline"
# Articles that are kept, the last opened; the page says so.
MOST = 20
# The page shown in place of others is kept for weeks, and names neither sections nor news.
_NAMED = {"sections": [], "breaking": None}
# What a page is made of: style, scripts, pictures, and the type that is asked for ahead.
_FILES = re.compile(rf'(?:href|src)="({re.escape(settings.STATIC_URL)}[^"]+)"')


def may_be_kept(response: HttpResponse) -> HttpResponse:
    """Let readers' browsers keep this page for reading without a connection: it is the same for everybody."""
    response[HEADER] = "yes"
    return response


@page_names.kept()
@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it serves all pages. Its version follows from the page that it shows in
    place of others, and from the files of that.

    Where reading off line is switched off, one that removes what it kept, and itself. Files without hashes in their
    names would be kept beyond their change, so that DEBUG switches it off, too.
    """
    if not is_on():
        return _script(f'importScripts("{static("js/offline/removal.js")}");\n')
    shown = _shown(get_language())
    told = {
        "page": reverse("offline"),
        "files": list(dict.fromkeys(_FILES.findall(shown))),
        "kept": [settings.STATIC_URL, settings.MEDIA_URL],
        "notOurs": [reverse("admin:index")],
        "header": HEADER,
        "most": MOST,
    }
    version = hashlib.sha256((json.dumps(told) + shown).encode()).hexdigest()[:12]
    return _script(
        f"self.offline = {json.dumps(told | {'version': version})};\n"
        f'importScripts("{static("js/offline/worker.js")}");\n'
    )


@page_names.kept()
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is shown where a page cannot be reached: which articles this browser keeps."""
    response = render(request, "offline/page.html", _NAMED)
    response["X-Robots-Tag"] = "noindex"
    return response


@page_names.kept()
@require_safe
@cache_control(no_cache=True)
def manifest(request: HttpRequest) -> JsonResponse:
    """How the site is installed: https://www.w3.org/TR/appmanifest/."""
    icons = [
        {"src": static(f"images/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    maskable = {"src": static("images/icon-maskable-512.png"), "sizes": "512x512", "type": "image/png"}
    return JsonResponse(
        {
            "id": "/",
            "name": _("Nashra"),
            "short_name": _("Nashra"),
            "description": _("Nashra: the news of the day, and what stands behind it."),
            "lang": settings.LANGUAGE_CODE,
            "dir": "rtl" if get_language_bidi() else "ltr",
            "start_url": reverse("articles:home"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#fffefb",
            "theme_color": "#fffefb",
            "icons": [*icons, maskable | {"purpose": "maskable"}],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


@cache
def _shown(language: str) -> str:
    """The page shown in place of others, for the worker: every page that is opened asks for that, and what this one
    says and is made of changes with a new process alone."""
    with translation.override(language):
        return render_to_string("offline/page.html", _NAMED)


def is_on() -> bool:
    return settings.OFFLINE_READING and hasattr(staticfiles_storage, "hashed_files")


def _script(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")
