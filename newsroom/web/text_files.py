"""What machines look for at fixed addresses, as plain text: robots.txt, ads.txt, humans.txt, security.txt.

The last three are there where a setting says what stands in them; else 404.
"""

from datetime import UTC, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from newsroom.text.timestamps import rfc3339
from newsroom.web import interface_language

# RFC 9116, 2.5.5: less than a year. The contact is that of the running site, so that the date moves on with it.
_SECURITY_CONTACT_HOLDS = timedelta(days=90)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """RFC 9309; the line about the sitemap is from https://www.sitemaps.org/protocol.html."""
    closed = [
        interface_language.in_language(path, language)
        for language, _name in settings.LANGUAGES
        for path in ("/comments/", "/preview/", "/search/")
    ]
    return _lines(
        "User-agent: *",
        "Disallow: /admin/",
        *(f"Disallow: {path}" for path in closed),
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    )


@require_safe
def ads(request: HttpRequest) -> HttpResponse:
    """Who may sell the site's advertising: https://iabtechlab.com/ads-txt/. Where nobody may, no file says so too."""
    return _written(settings.ADS_TXT)


@require_safe
def humans(request: HttpRequest) -> HttpResponse:
    """Who made the site: https://humanstxt.org/."""
    return _written(settings.HUMANS_TXT)


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a hole in the site: RFC 9116."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    # At midnight, so that the file is the same all day.
    today = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return _lines(
        *(f"Contact: {contact}" for contact in settings.SECURITY_CONTACT),
        f"Expires: {rfc3339(today + _SECURITY_CONTACT_HOLDS)}",
        "Preferred-Languages: ar, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    )


@require_safe
def indexnow_key(request: HttpRequest, key: str) -> HttpResponse:
    """That who names this key to search engines speaks for the site: https://www.indexnow.org/documentation."""
    if not settings.INDEXNOW_KEY or key != settings.INDEXNOW_KEY:
        raise Http404
    return HttpResponse(settings.INDEXNOW_KEY, content_type="text/plain; charset=utf-8")


def _written(text: str) -> HttpResponse:
    if not text.strip():
        raise Http404
    return _lines(*text.strip().splitlines())


def _lines(*lines: str) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
