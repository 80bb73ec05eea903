"""All that the site shows to whoever asks: every address of its patterns, and every one that these answers name.

ADDRESSES says for each public pattern what to ask for, so that one that is added and not thought of fails the tests.
"""

import re
from html import unescape
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import LocalePrefixPattern, URLResolver, get_resolver
from django.utils import timezone

from newsroom.text import short_codes

ARTICLE = [
    "/article/{article}/{slug}/", "/article/{article}/another-slug/", "/article/{article}/{slug}",
    "/article/{article}/", "/article/{article}",
]  # fmt: skip


def _four(kind):
    return {
        f"{kind}/<row:pk>/<str:slug>/": [
            f"/{kind}/{{{kind}}}/{{{kind}_slug}}/",
            f"/{kind}/{{{kind}}}/other/",
        ],
        f"{kind}/<row:pk>/<str:slug>": [f"/{kind}/{{{kind}}}/{{{kind}_slug}}"],
        f"{kind}/<row:pk>/": [f"/{kind}/{{{kind}}}/"],
        f"{kind}/<row:pk>": [f"/{kind}/{{{kind}}}"],
    }


def _feeds(pattern, address=""):
    address = address or f"/{pattern}"
    return {pattern: [address], f"{pattern}<feed_form:form>/": [f"{address}atom/", f"{address}json/"]}


ADDRESSES = {
    "": ["/"],
    "article/<row:pk>/<str:slug>/": ["/article/{article}/{slug}/", "/article/{article}/another-slug/"],
    "article/<row:pk>/<str:slug>": ["/article/{article}/{slug}"],
    "article/<row:pk>/": ["/article/{article}/"],
    "article/<row:pk>": ["/article/{article}"],
    **_four("section"),
    **_four("tag"),
    **_four("author"),
    **_four("series"),
    **_four("page"),
    "authors/": ["/authors/"],
    "archive/": ["/archive/"],
    "archive/<year:year>/": ["/archive/{year}/"],
    "archive/<year:year>/<month:month>/": ["/archive/{year}/{month_of_year}/"],
    "archive/<year:year>/<month:month>/<day:day>/": ["/archive/{year}/{month_of_year}/{day}/"],
    "corrections/": ["/corrections/"],
    "feeds/": ["/feeds/"],
    **_feeds("feed/"),
    **_feeds("feed/section/<row:pk>/", "/feed/section/{section}/"),
    **_feeds("feed/tag/<row:pk>/", "/feed/tag/{tag}/"),
    **_feeds("feed/author/<row:pk>/", "/feed/author/{author}/"),
    **_feeds("feed/series/<row:pk>/", "/feed/series/{series}/"),
    **_feeds("corrections/feed/"),
    **_feeds("feed/comments/<row:pk>/", "/feed/comments/{article}/"),
    "oembed": ["/oembed?url={site}/article/{article}/", "/oembed?url={site}/article/{article}/&format=xml"],
    "embed/article/<row:pk>/": ["/embed/article/{article}/"],
    "<slug:key>.txt": ["/no-such-key.txt"],
    "readings/<int:pk>/": ["/readings/{article}/"],
    "saved/": ["/saved/"],
    "search/": ["/search/", "/search/?q={words}", "/search/?q={words}&section={section}"],
    "search/suggestions/": ["/search/suggestions/?q={words}"],
    # Who has a link reads before the hour; nobody else does.
    "preview/<str:token>": ["/preview/nobody"],
    "preview/<str:token>/": ["/preview/nobody/"],
    "comments/article/<row:article_pk>/": ["/comments/article/{article}/"],
    "comments/reply/<row:pk>/": ["/comments/reply/{comment}/"],
    "comments/<row:pk>/": ["/comments/{comment}/"],
    "comments/thread/<row:root_pk>/": [
        "/comments/thread/{comment}/",
        "/comments/thread/{comment}/?order=newest",
    ],
    "comments/<row:pk>/report/": ["/comments/{comment}/report/"],
    "comments/<row:pk>/reported/": ["/comments/{comment}/reported/"],
    "comments/<row:pk>/useful/": ["/comments/{comment}/useful/"],
    "comments/<row:pk>/counted/": ["/comments/{comment}/counted/"],
    # Only who wrote a comment on the article has its page, and read the article then.
    "comments/mine/<slug:token>/": ["/comments/mine/nobody/"],
    "comments/mine/<slug:token>/edit/": ["/comments/mine/nobody/edit/"],
    "comments/mine/<slug:token>/withdraw/": ["/comments/mine/nobody/withdraw/"],
    "comments/mine/<slug:token>/confirm/": ["/comments/mine/nobody/confirm/"],
    "comments/confirm/<slug:token>/": ["/comments/confirm/nobody/"],
    "comments/unsubscribe/<str:token>/": ["/comments/unsubscribe/nobody/"],
    "s/<code:pk>": ["/s/{code}"],
    "s/<code:pk>/": ["/s/{code}/"],
    "newsletter/": ["/newsletter/"],
    "newsletter/subscribe/": ["/newsletter/subscribe/"],
    "newsletter/asked/": ["/newsletter/asked/"],
    # Only who was mailed has a link.
    "newsletter/confirm/<str:token>/": ["/newsletter/confirm/nobody/"],
    "newsletter/preferences/<str:token>/": ["/newsletter/preferences/nobody/"],
    "newsletter/unsubscribe/<str:token>/": ["/newsletter/unsubscribe/nobody/"],
    "api/v1/docs/": ["/api/v1/docs/"],
    "api/v1/openapi.json": ["/api/v1/openapi.json"],
    "api/v1/articles/": [
        "/api/v1/articles/",
        "/api/v1/articles/?section={section}&tag={tag}&author={author}",
    ],
    "api/v1/articles/<row:number>/": ["/api/v1/articles/{article}/"],
    "api/v1/articles/<row:number>/comments/": ["/api/v1/articles/{article}/comments/"],
    "api/v1/sections/": ["/api/v1/sections/"],
    "api/v1/tags/": ["/api/v1/tags/"],
    "api/v1/authors/": ["/api/v1/authors/"],
    "api/v1/search/": ["/api/v1/search/?q={words}", "/api/v1/search/?q={words}&section={section}"],
    # With a token alone.
    "api/v1/drafts/": ["/api/v1/drafts/"],
    "api/v1/drafts/<row:number>/": ["/api/v1/drafts/{article}/"],
    "api/v1/images/": ["/api/v1/images/"],
    "api/v1/held-comments/": ["/api/v1/held-comments/"],
    "api/v1/held-comments/<row:number>/decision/": ["/api/v1/held-comments/{comment}/decision/"],
    "api/v1/": ["/api/v1/", "/api/v1/nothing"],
    "media/<path:name>": ["/media/nothing.jpg"],
    "sitemap.xml": ["/sitemap.xml"],
    "sitemap-<str:name>.xml": [
        "/sitemap-pages.xml",
        "/sitemap-news.xml",
        "/sitemap-archive.xml",
        "/sitemap-site-pages.xml",
        "/sitemap-sections.xml",
        "/sitemap-series.xml",
        "/sitemap-tags.xml",
        "/sitemap-authors.xml",
        "/sitemap-{month}.xml",
    ],
    ".well-known/webfinger": ["/.well-known/webfinger?resource=acct:news@127.0.0.1:8000"],
    ".well-known/nodeinfo": ["/.well-known/nodeinfo"],
    "fediverse/nodeinfo/2.1/": ["/fediverse/nodeinfo/2.1/"],
    "fediverse/inbox/": ["/fediverse/inbox/"],
    "fediverse/actors/<row:pk>/": ["/fediverse/actors/{actor}/"],
    "fediverse/actors/<row:pk>/inbox/": ["/fediverse/actors/{actor}/inbox/"],
    "fediverse/actors/<row:pk>/outbox/": [
        "/fediverse/actors/{actor}/outbox/",
        "/fediverse/actors/{actor}/outbox/?page=1",
    ],
    "fediverse/actors/<row:pk>/followers/": ["/fediverse/actors/{actor}/followers/"],
    "fediverse/articles/<row:pk>/": ["/fediverse/articles/{article}/"],
    "fediverse/articles/<row:pk>/<row:generation>/": ["/fediverse/articles/{article}/2/"],
    "offline/": ["/offline/"],
    "sw.js": ["/sw.js"],
    "manifest.webmanifest": ["/manifest.webmanifest"],
    "speculation-rules.json": ["/speculation-rules.json"],
    "robots.txt": ["/robots.txt"],
    "ads.txt": ["/ads.txt"],
    "humans.txt": ["/humans.txt"],
    ".well-known/security.txt": ["/.well-known/security.txt"],
    "admin/password_reset/": ["/admin/password_reset/"],
    "admin/password_reset/done/": ["/admin/password_reset/done/"],
    "admin/reset/<uidb64>/<token>/": ["/admin/reset/MQ/x-y/"],
    "admin/reset/done/": ["/admin/reset/done/"],
    "healthz": ["/healthz"],
    "healthz/live": ["/healthz/live"],
    "metrics": ["/metrics"],
}
_LINK = re.compile(
    r"""(?:href|src|action|content)=["']([^"']+)["']|<(?:loc|link|guid|comments)[^>]*>([^<]+)<"""
)


def sitemap_of_the_month(at=None):
    """The address of the sitemap that names what was published at that moment, else now."""
    return f"/sitemap-{timezone.localtime(at):%Y-%m}.xml"


def patterns():
    """The public patterns of the site, as they read from its root."""
    return set(_patterns(get_resolver().url_patterns))


def spoken_patterns():
    """Those of pages for people, which are there in every language of the interface."""
    in_languages = [
        pattern for pattern in get_resolver().url_patterns if isinstance(pattern.pattern, LocalePrefixPattern)
    ]
    return set(_patterns(in_languages))


def _patterns(found, before=""):
    for pattern in found:
        route = before + str(pattern.pattern)
        if not isinstance(pattern, URLResolver):
            yield route
        elif route != "admin/":
            yield from _patterns(pattern.url_patterns, route)


def crawl(client, *languages, **values):
    """The answers of the public site by address, headers of redirects in them, as (status, text).

    It is asked for ADDRESSES with `values` put in, and for what the answers link to, on and on; for pages in other
    languages than that of the edition only if `languages` name them.
    """
    prefixes = tuple(f"/{language}" for language in languages)
    others = tuple(
        f"/{code}/" for code, _name in settings.LANGUAGES if code not in {settings.LANGUAGE_CODE, *languages}
    )
    spoken = spoken_patterns()
    values["code"] = short_codes.encode(values["article"])
    waiting = [
        f"{prefix}{address.format(site=settings.SITE_URL, **values)}"
        for pattern, addresses in ADDRESSES.items()
        for prefix in ["", *(prefixes if pattern in spoken else ())]
        for address in addresses
    ]
    return follow(client, waiting, others)


def follow(client, waiting, others=()):
    """The answers to these addresses, and to what they link to, on and on, but below the paths `others`."""
    answers = {}
    while waiting:
        address = waiting.pop()
        if address in answers or address.startswith(others):
            continue
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = unquote(response.get("Location", "")) + unescape(unquote(body.decode(errors="replace")))
        # What was searched is marked in headlines, and they are headlines all the same.
        text = re.sub("</?mark>", "", text)
        answers[address] = (response.status_code, text)
        is_page = response.get("Content-Type", "").partition(";")[0].endswith(("html", "xml"))
        linked = [response.get("Location", "")]
        linked += (
            [first or second for first, second in _LINK.findall(body.decode(errors="replace"))]
            if is_page
            else []
        )
        waiting += [own for link in linked if (own := _own(unescape(link)))]
    return answers


def _own(link):
    """The address on this site that a link names, without its fragment; None where it leads elsewhere or to a file."""
    site, found = urlsplit(settings.SITE_URL), urlsplit(link.strip())
    if found.netloc not in {"", site.netloc} or found.scheme not in {"", site.scheme}:
        return None
    path = unquote(found.path)
    if not path.startswith("/") or path.startswith(("/static/", "/media/", "/admin/")):
        return None
    return f"{path}?{found.query}" if found.query else path


def naming(answers, *words):
    """The addresses of the answers in which any of the words is, those of 404 and 410 too."""
    return {address for address, (_status, text) in answers.items() if any(word in text for word in words)}
