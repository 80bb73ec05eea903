"""Where things stand in the fediverse. Ids are for good: they hold numbers alone, and no language."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve, reverse

from articles import seo
from newsroom.federation.models import Actor

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def host() -> str:
    """That of our accounts, as it stands behind their names."""
    return urlsplit(settings.SITE_URL).netloc


def actor(found: Actor) -> str:
    return _at("actor", found.pk)


def key(found: Actor) -> str:
    return f"{actor(found)}#main-key"


def inbox(found: Actor) -> str:
    return _at("inbox", found.pk)


def outbox(found: Actor) -> str:
    return _at("outbox", found.pk)


def followers(found: Actor) -> str:
    return _at("followers", found.pk)


def shared_inbox() -> str:
    return _at("shared_inbox")


def page_of(found: Actor) -> str:
    """The page for people of what an actor stands for."""
    return seo.canonical(
        reverse("articles:home") if found.section is None else found.section.get_absolute_url()
    )


def post(number: int, generation: int = 1) -> str:
    """Of an article as a post."""
    return _at("article", number) if generation == 1 else _at("article", number, generation)


def nodeinfo() -> str:
    return _at("nodeinfo")


def actor_number(address: str) -> int | None:
    """The number of the actor of ours at this address, None where it is none."""
    return _number(address, "federation:actor")


def _number(address: str, name: str) -> int | None:
    path = address.removeprefix(settings.SITE_URL)
    if path == address:
        return None
    try:
        found = resolve(path)
    except Resolver404:
        return None
    return found.kwargs.get("pk") if found.view_name == name else None


def _at(name: str, *numbers: int) -> str:
    return seo.absolute(reverse(f"federation:{name}", args=numbers))
