"""Addresses of the site that was left: kept when its items come in, looked up where there would be no page.

An address is kept once, as `folded` writes it: WordPress writes Arabic slugs percent-encoded, in digits of either case,
and cuts them off after 200 bytes, which may be in the middle of a letter; a slash at the end means nothing. What stands
behind the address of an item (its feed, a page of its comments) leads to the item.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db.models import TextField
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from articles import images, library
from articles.models import Article, Author, Image, Section, SitePage, Tag
from newsroom import row_copy
from newsroom.prepared_statements import Parameter, Prepared
from newsroom.web.canonical_host import comes_by_another_name
from newsroom.wordpress.models import Kind, OldAddress, key_of

MOST_LETTERS = 2_000
_KEPT = Prepared(
    lambda: OldAddress.objects.filter(key__any_of=Parameter("keys", ArrayField(TextField()))).order_by()
)
# By which WordPress finds an item where addresses are not made of words; the first that is there counts.
PARAMETERS = (
    "p",
    "page_id",
    "attachment_id",
    "cat",
    "tag",
    "category_name",
    "author",
    "author_name",
    "feed",
    "m",
)
_NUMBERS = frozenset(("p", "page_id", "attachment_id", "cat", "author", "m"))
# Every item has these below its own address.
_BEHIND = re.compile(
    rb"/(?:(?P<feed>feed(?:/(?:feed|rss|rss2|atom|rdf))?)|amp|embed|trackback|comment-page-\d{1,6}(?:/feed)?"
    rb"|page/\d{1,6}|\d{1,4})$"
)
_SIZE = re.compile(rb"-(?:\d{1,5}x\d{1,5}|scaled|rotated)(?=\.[a-z]{3,5}$)")
_ORDINARY = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/")


class Target(NamedTuple):
    """A row whose page an old address leads to."""

    kind: str
    number: int


def folded(address: str) -> str:
    """A path, or `?name=value`, in the one form in which it is kept."""
    if address.startswith("?"):
        name, _equals, value = address[1:].partition("=")
        return f"?{name}={_encoded(unquote_to_bytes(value.replace('+', ' ')))}"
    return _encoded(_trimmed(unquote_to_bytes(address)))


def _trimmed(path: bytes) -> bytes:
    return b"/" + re.sub(rb"/{2,}", b"/", path).strip(b"/")


def _encoded(text: bytes) -> str:
    # Latin letters of either case lead to the same page of WordPress.
    return "".join(chr(byte) if byte in _ORDINARY else f"%{byte:02x}" for byte in text.lower())


def path_of(address: str) -> str:
    """What is kept of an address as an export has it: its path, or the parameter by which the item is found; "" for
    what is no address."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    if parts.path.strip("/") in ("", "index.php") and parts.query:
        return _parameter(parts.query.encode("utf-8", "replace").decode("latin-1"))
    return parts.path if parts.path.strip("/") and len(parts.path) <= MOST_LETTERS else ""


def _parameter(query: str) -> str:
    """The parameter of a query, as WSGI has it, by which WordPress finds an item; percent-encoded, "" for none."""
    if len(query) > MOST_LETTERS:
        return ""
    given = {}
    for name, value in parse_qsl(query, keep_blank_values=True, encoding="latin-1"):
        given.setdefault(name, value)
    for name in PARAMETERS:
        if value := given.get(name, ""):
            if name in _NUMBERS and not (value.isascii() and value.isdecimal()):
                return ""
            return f"?{name}={quote(value.encode('latin-1'))}"
    return ""


# Keeping


def keep(addresses: Iterable[tuple[str, Target]]) -> list[str]:
    """Keep addresses that are not kept yet, and return those that lead elsewhere already. At most two queries.

    To be called in a transaction, by one at a time.
    """
    wanted: dict[str, tuple[str, Target]] = {}
    clashing = []
    for address, target in addresses:
        short = folded(address)
        key = key_of(short)
        if wanted.setdefault(key, (short, target))[1] != target:
            clashing.append(short)
    there = OldAddress.objects.filter(key__in=wanted).values_list("key", "kind", "number")
    for key, kind, number in there:
        short, target = wanted.pop(key)
        if target != (kind, number):
            clashing.append(short)
    row_copy.copy(
        OldAddress,
        ("key", "address", "kind", "number"),
        ((key, short, target.kind, target.number) for key, (short, target) in wanted.items()),
    )
    return clashing


# Looking up


def old_addresses(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. Where there is no page, an old address is answered by one redirect to the page that has it now.

    It stands around `canonical_host`, so that one redirect is enough for who comes by another name of the site. Of
    pages that there are nothing is asked; the front page is asked by WordPress's parameters alone.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return get_response(request)
        if request.META.get("QUERY_STRING") and request.path_info in ("/", "/index.php"):
            place = _place_of_parameter(request)
            if place:
                return _redirect(request, place)
        response = get_response(request)
        # Who comes by another name is sent on, whatever there is.
        if response.status_code == 404 or (response.status_code == 301 and comes_by_another_name(request)):
            place = find(request.path_info)
            # A picture whose file is missing may have had the address that it has.
            if place and place != request.path_info:
                return _redirect(request, place)
        return response

    return respond


def _redirect(request: HttpRequest, place: str) -> HttpResponse:
    site = settings.SITE_URL if comes_by_another_name(request) else ""
    return HttpResponsePermanentRedirect(site + place)


def _place_of_parameter(request: HttpRequest) -> str:
    # The search of WordPress, whatever moved in.
    if words := request.GET.get("s", "").strip():
        return f"{reverse('articles:search')}?{urlencode({'q': words[:MOST_LETTERS]})}"
    address = _parameter(request.META["QUERY_STRING"])
    return _first_place([key_of(folded(address))]) if address else ""


def find(path_info: str) -> str:
    """The path of the page that an old path leads to; "" where none is kept or readers see none.

    Of bytes that are no text Django writes the percent-encoding, as an export does.

    At most three queries, one where nothing is kept.
    """
    if not 1 < len(path_info) <= MOST_LETTERS:
        return ""
    path = _trimmed(unquote_to_bytes(path_info)).lower()
    shorter, is_feed = path, False
    keys = [key_of(_encoded(path))]
    if behind := _BEHIND.search(path):
        shorter = path[: behind.start()]
        is_feed = behind["feed"] is not None
    else:
        shorter = _SIZE.sub(b"", path)
    if shorter not in (path, b""):
        keys.append(key_of(_encoded(shorter)))
    return _first_place(keys, is_feed=is_feed)


def _first_place(keys: Sequence[str], *, is_feed: bool = False) -> str:
    """Where the first of the kept addresses leads. The second is what a feed stands behind."""
    rows = {row.key: row for row in _KEPT.rows(keys=list(keys))}
    for position, key in enumerate(keys):
        if row := rows.get(key):
            return _place(Target(row.kind, row.number), is_feed=is_feed and position > 0)
    return ""


def _place(target: Target, *, is_feed: bool) -> str:
    """The path of the page of a row, or of its feed; "" where readers see none."""
    kind, number = target
    if kind == Kind.ARTICLE:
        found = Article.objects.filter(pk=number)
        # What readers saw once tells them at its address that it is gone.
        article = found.published().only("slug").first() or found.gone().only("slug").first()
        return article.get_absolute_url() if article else ""
    if kind == Kind.PAGE:
        page = SitePage.objects.published().filter(pk=number).only("slug").first()
        return page.get_absolute_url() if page else ""
    if kind == Kind.IMAGE:
        image = Image.objects.filter(pk=number).first()
        if image is None or not library.is_published(image):
            return ""
        return f"{settings.MEDIA_URL}{images.master_name(image.digest)}"
    if kind == Kind.ARCHIVE:
        digits = str(number)
        parts = [digits[:4], digits[4:6], digits[6:8]]
        return "/archive/" + "".join(f"{part}/" for part in parts if part)
    if kind == Kind.FEED:
        return reverse("feeds:site")
    rows = {
        Kind.SECTION: Section.objects.all,
        # A name may say what is not to be known yet.
        Kind.TAG: Tag.objects.published,
        Kind.AUTHOR: Author.objects.published,
    }[Kind(kind)]()
    row = rows.filter(pk=number).only("slug").first()
    if row is None:
        return ""
    return reverse(f"feeds:{kind}", args=[number]) if is_feed else row.get_absolute_url()
