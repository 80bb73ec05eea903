"""What programs of the fediverse ask for, and where they send to. All of it answers 404 while FEDERATION is off."""

import json
import logging
import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from articles import kept_pages, seo
from articles.models import Article
from newsroom.federation import actors, addresses, documents, following, inbox, negotiation
from newsroom.federation.models import Actor, Follow, Post
from newsroom.federation.signatures import Request
from newsroom.web import page_names
from newsroom.web.client_address import client_address, network_at
from newsroom.web.numbers import row_number

logger = logging.getLogger(__name__)

PAGE_SIZE = 20
MAX_PAGES = 100
_TAKEN = {"application/activity+json", "application/ld+json", "application/json"}
SOFTWARE = "nashra"
_BEFORE_ACCOUNT = re.compile("^(?:acct:|@)+")

View = Callable[..., HttpResponseBase]


def where_on(view: View) -> View:
    """The view, where the site takes part in the fediverse; else there is nothing."""

    @wraps(view)
    def respond(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.FEDERATION:
            raise Http404
        return view(request, *args, **kwargs)

    return respond


# Finding


def _resource(value: str) -> str:
    """The form of what is looked for: an account may be named in many ways."""
    if value.startswith(settings.SITE_URL):
        return value
    account = _BEFORE_ACCOUNT.sub("", value)
    return f"acct:{account.lower()}" if "@" in account else value


# Which relations are asked for changes nothing: all are told.
@page_names.kept(actors.KEPT, parameters={"resource": _resource, "rel": page_names.one_of()})
@require_safe
@where_on
def webfinger(request: HttpRequest) -> HttpResponseBase:
    """Which actor is meant by @name@host, or by the address of a page of ours (RFC 7033). Two queries."""
    resource = _resource(request.GET.get("resource", ""))
    if not resource:
        return HttpResponse("resource is missing\n", status=400, content_type="text/plain; charset=utf-8")
    found = _meant(resource)
    if found is None:
        raise Http404
    actor, page = addresses.actor(found), addresses.page_of(found)
    document = {
        "subject": f"acct:{found.address.removeprefix('@')}",
        "aliases": [actor, page],
        "links": [
            {"rel": "self", "type": documents.MEDIA_TYPE, "href": actor},
            {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page},
        ],
    }
    return _for_all(document, "application/jrd+json")


def _meant(resource: str) -> Actor | None:
    found = Actor.objects.open().select_related("section")
    if resource.startswith(settings.SITE_URL):
        number = addresses.actor_number(resource)
        if number is not None:
            return found.filter(pk=number).first()
        return next((actor for actor in found if _is_page_of(actor, resource)), None)
    name, _at, host = resource.removeprefix("acct:").rpartition("@")
    return found.filter(handle=name).first() if host == addresses.host() else None


def _is_page_of(actor: Actor, address: str) -> bool:
    page = addresses.page_of(actor)
    return address in {page, page.removesuffix("/")}


def _for_all(document: Any, media_type: str) -> HttpResponse:
    """What scripts of other sites may read, too."""
    response = HttpResponse(
        json.dumps(document, ensure_ascii=False), content_type=f"{media_type}; charset=utf-8"
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


@page_names.kept(actors.KEPT)
@require_safe
@where_on
def nodeinfo_links(request: HttpRequest) -> HttpResponseBase:
    schema = "http://nodeinfo.diaspora.software/ns/schema/2.1"
    return _for_all({"links": [{"rel": schema, "href": addresses.nodeinfo()}]}, "application/json")


@page_names.kept(actors.KEPT, kept_pages.LISTS)
@require_safe
@where_on
def nodeinfo(request: HttpRequest) -> HttpResponseBase:
    """What this server is: https://nodeinfo.diaspora.software/. Two queries."""
    document = {
        "version": "2.1",
        "software": {"name": SOFTWARE, "version": "0.1.0"},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": ["atom1.0", "rss2.0"]},
        "openRegistrations": False,
        "usage": {
            "users": {"total": Actor.objects.open().count()},
            "localPosts": Article.objects.published().count(),
        },
        "metadata": {},
    }
    profile = 'profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"'
    return _for_all(document, f"application/json; {profile}")


# Reading


def _actor(pk: int) -> Actor:
    return get_object_or_404(Actor.objects.select_related("section"), pk=pk)


def _gone() -> HttpResponse:
    return HttpResponse(status=HTTPStatus.GONE, content_type="text/plain; charset=utf-8")


@page_names.kept(actors.KEPT)
@require_safe
@where_on
def actor(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The profile of an actor; 410 for one that was closed. One query."""
    found = _actor(pk)
    if found.closed_at is not None:
        return _gone()
    if negotiation.is_for_people(request):
        return negotiation.other_form(addresses.page_of(found))
    return documents.answer(documents.actor(found))


@page_names.kept(actors.KEPT)
@require_safe
@where_on
def followers(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How many follow. Two queries."""
    found = _open(pk)
    page_names.name(request, following.name_of_count(found.pk))
    return documents.answer(documents.followers(found, Follow.objects.filter(actor=found).count()))


def _open(pk: int) -> Actor:
    return get_object_or_404(Actor.objects.open().select_related("section"), pk=pk)


@page_names.kept(actors.KEPT, kept_pages.LISTS, parameters={"page": page_names.row})
@require_safe
@where_on
def outbox(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What readers see, newest first: posts of the site's actor, and what that of a section passes on. Four queries."""
    found, site = _open(pk), Actor.objects.of_site()
    if site is None:
        raise Http404
    articles = Article.objects.published().by_date()
    if found.section is not None:
        articles = articles.filter(section=found.section)
    asked = request.GET.get("page", "")
    if not asked:
        return documents.answer(documents.outbox(found, articles.count()))
    number = row_number(asked) or 0
    try:
        page = Paginator(articles.for_feed(), PAGE_SIZE).page(number)
    except InvalidPage:
        raise Http404 from None
    if number > MAX_PAGES:
        raise Http404
    shown = list(page.object_list)
    kept_pages.shows(request, shown)
    posts = Post.objects.filter(number__in=[article.pk for article in shown], ended_at__isnull=True)
    generations = dict(posts.values_list("number", "generation"))
    items = [
        documents.create(documents.note(article, site, generations.get(article.pk, 1)))
        if found == site
        else documents.share(article, found, site, generations.get(article.pk, 1))
        for article in shown
    ]
    has_next = page.has_next() and number < MAX_PAGES
    return documents.answer(documents.outbox_page(found, number, items, has_next=has_next))


@page_names.kept()
@require_safe
@where_on
def article(request: HttpRequest, pk: int, generation: int = 1) -> HttpResponseBase:
    """An article as a post, 410 with a tombstone for one that readers cannot see any more. Four queries at most."""
    site = Actor.objects.of_site()
    if site is None:
        raise Http404
    page_names.name(request, kept_pages.name_of(pk), actors.KEPT)
    last = Post.objects.filter(number=pk).order_by("-generation").first()
    found = Article.objects.published().for_feed().filter(pk=pk).first()
    current = 1 if last is None else last.next_generation
    if found is None or generation != current:
        if not _was_there(pk, generation, last):
            raise Http404
        post = Post(number=pk, generation=generation, ended_at=last and last.ended_at)
        return documents.answer(documents.tombstone(post), HTTPStatus.GONE)
    page_names.ends(request, found.withdraw_at)
    if negotiation.is_for_people(request):
        return negotiation.other_form(seo.canonical(found.get_absolute_url()))
    return documents.answer(documents.note(found, site, generation))


def _was_there(number: int, generation: int, last: Post | None) -> bool:
    """Whether there was such a post, or might have been one, which is no more. One query, none after it was told."""
    if last is not None:
        return generation <= last.generation
    return generation == 1 and Article.objects.gone().filter(pk=number).exists()


# Being told


@csrf_exempt
@require_POST
@where_on
def receive(request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
    """The inboxes, that of each actor and the one of all: whom something is about, it says itself."""
    if request.content_type not in _TAKEN:
        return HttpResponse(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    length = row_number(request.headers.get("Content-Length", "")) or 0
    if length > inbox.MOST_BYTES:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    sent = Request(
        method="POST",
        url=f"{settings.SITE_URL}{request.get_full_path()}",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
    )
    try:
        inbox.receive(sent, network=network_at(client_address(request)))
    except inbox.Refused as refused:
        logger.info("An inbox refused what was sent: %s", refused.reason)
        response = HttpResponse(status=refused.status)
        if refused.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
            response["Retry-After"] = "60"
        return response
    return HttpResponse(status=HTTPStatus.ACCEPTED)
