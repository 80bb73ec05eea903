"""Reading without a connection: the service worker, the page it shows in place of others, and the web app's manifest.

Which pages a browser keeps is said by the pages themselves, in a header: whatever does not say so is not kept. See
`docs/decisions/0027`.
"""

import hashlib
import json

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

HEADER = "X-Keep-Offline"
# Articles that are kept, the last opened; the page says so.
MOST = 20
# What the page shown in place of others is made of.
_FILES = [
    "css/tokens.css",
    "css/fonts.css",
    "css/base.css",
    "css/search.css",
    "css/offline.css",
    "fonts/vazirmatn-arabic-wght-normal.woff2",
    "images/mark.svg",
    "js/offline/list.js",
]


def may_be_kept(response: HttpResponse) -> HttpResponse:
    """Let readers' browsers keep this page for reading without a connection: it is the same for everybody."""
    response[HEADER] = "yes"
    return response


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it serves all pages; its version follows from the files.

    Where reading off line is switched off, one that removes what it kept, and itself. Files without hashes in their
    names would be kept beyond their change, so that DEBUG switches it off, too.
    """
    if not is_on():
        return _script(f'importScripts("{static("js/offline/removal.js")}");\n')
    kept = [static(name) for name in _FILES]
    page = reverse("offline")
    told = {
        "page": page,
        "files": kept,
        "kept": [settings.STATIC_URL, settings.MEDIA_URL],
        "notOurs": [reverse("admin:index")],
        "header": HEADER,
        "most": MOST,
    }
    version = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
    return _script(
        f"self.offline = {json.dumps(told | {'version': version})};\n"
        f'importScripts("{static("js/offline/worker.js")}");\n'
    )


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is shown where a page cannot be reached: which articles this browser keeps."""
    # Kept for weeks, it names neither sections nor news.
    response = render(request, "offline/page.html", {"sections": [], "breaking": None})
    response["X-Robots-Tag"] = "noindex"
    return response


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


def is_on() -> bool:
    return settings.OFFLINE_READING and hasattr(staticfiles_storage, "hashed_files")


def _script(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")
