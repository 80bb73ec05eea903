"""A story as a card on other sites: what they are told of it (https://oembed.com/), and the card, which any site may
frame. It runs no script and takes nothing."""

from collections.abc import Callable
from urllib.parse import unquote, urlencode, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from csp.constants import NONE
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from articles import kept_pages, seo
from articles.models import Article
from newsroom.text import bidi
from newsroom.web import interface_language, page_names
from newsroom.web.syndication import only_xml

# In pixels: what the card takes where nobody says less, and what it needs at least to be read.
WIDTH, HEIGHT = 600, 220
# How long others may show what they were told, in seconds; of the card itself they have what is true now.
_HOLDS = 3600
_ADDRESSES = {"articles:detail", "articles:short"}
# The card shows a link; whoever presses it leaves the frame.
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
_NOT_IN_CARDS = ("script-src", "connect-src", "manifest-src", "worker-src", "form-action")


def address_of(article: Article) -> str:
    """The full address that tells of an article, for the head of its page: by its number, which takes fewer bytes."""
    url = seo.canonical(reverse("articles:short", args=[article.pk]))
    return f"{seo.absolute(reverse('oembed'))}?{urlencode({'url': url}, safe=':/')}"


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """What `url`, the address of an article, is: as JSON or XML by `format`, no larger than `maxwidth`, `maxheight`.

    404 for what is no article that readers see, 501 for another format, 400 for what is no number. Three queries.
    """
    writes = _FORMS.get(request.GET.get("format", "json"))
    if writes is None:
        return HttpResponse(status=501)
    found = Article.objects.published().select_related("hero").prefetch_related("bylines__author")
    article = get_object_or_404(found, pk=_number_of(request.GET.get("url", "")))
    width, height = _at_most(request, "maxwidth", WIDTH), _at_most(request, "maxheight", HEIGHT)
    response = writes(_told(article, width, height))
    # Whatever stands here is public, whoever asks, and from whichever page.
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Robots-Tag"] = "noindex"
    return response


def _number_of(url: str) -> int:
    """The number of the article at an address of ours; raises Http404."""
    try:
        wanted = urlsplit(url)
        match = resolve(interface_language.in_edition(unquote(wanted.path)))
    except (ValueError, Resolver404):
        raise Http404 from None
    own = urlsplit(settings.SITE_URL)
    if (wanted.scheme, wanted.netloc) != (own.scheme, own.netloc) or match.view_name not in _ADDRESSES:
        raise Http404
    number: int = match.kwargs["pk"]
    return number


def _at_most(request: HttpRequest, name: str, usual: int) -> int:
    asked = request.GET.get(name, "")
    if not asked:
        return usual
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 7 and int(asked)):
        raise BadRequest(f"{name} must be a number of pixels.")
    return min(int(asked), usual)


def _told(article: Article, width: int, height: int) -> dict[str, str | int]:
    title = bidi.strip_overrides(article.headline)
    frame = format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" sandbox="{}" loading="lazy" frameborder="0"'
        ' referrerpolicy="strict-origin-when-cross-origin"></iframe>',
        seo.absolute(reverse("embed", args=[article.pk])), width, height, title, _SANDBOX,
    )  # fmt: skip
    told: dict[str, str | int] = {
        "type": "rich",
        "version": "1.0",
        "title": title,
        "provider_name": str(_("Nashra")),
        "provider_url": f"{settings.SITE_URL}/",
        "cache_age": _HOLDS,
        "html": frame,
        "width": width,
        "height": height,
    }
    if authors := [byline.author for byline in article.bylines.all()]:
        told["author_name"] = _(", ").join(author.name for author in authors)
        told["author_url"] = seo.canonical(authors[0].get_absolute_url())
    if article.hero:
        picture = article.hero.share_card
        told |= {
            "thumbnail_url": seo.absolute(picture["src"]),
            "thumbnail_width": picture["width"],
            "thumbnail_height": picture["height"],
        }
    return told


def _as_xml(told: dict[str, str | int]) -> HttpResponse:
    root = Element("oembed")
    for name, value in told.items():
        SubElement(root, name).text = only_xml(str(value))
    return HttpResponse(
        tostring(root, encoding="utf-8", xml_declaration=True), content_type="text/xml; charset=utf-8"
    )


def _as_json(told: dict[str, str | int]) -> HttpResponse:
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


_FORMS: dict[str, Callable[[dict[str, str | int]], HttpResponse]] = {"json": _as_json, "xml": _as_xml}


@page_names.kept()
@xframe_options_exempt
@require_safe
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """An article as a card to be framed; 404 for what readers do not see. One query."""
    page_names.name(request, kept_pages.name_of(pk))
    found = Article.objects.published().select_related("hero")
    article = get_object_or_404(found, pk=pk)
    response = render(request, "articles/embed.html", {"article": article})
    response._csp_replace = {"frame-ancestors": ["*"]} | {name: [NONE] for name in _NOT_IN_CARDS}
    response["X-Robots-Tag"] = "noindex"
    # Pages that let in what allows it alone (Cross-Origin-Embedder-Policy) may frame it, too.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
