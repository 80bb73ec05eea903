"""Addresses that an item had on the old site, by its link and by the structures that were in use."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from newsroom.wordpress.old_addresses import path_of
from newsroom.wordpress.wxr import Item, Term

_PART = re.compile(r"%([a-z_]+)%")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?")
_DATED = ("year", "monthnum", "day", "hour", "minute", "second")


class NoStructure(ValueError):
    """What was given is no structure of permalinks; the message says why."""


def check(structure: str) -> str:
    """The structure, such as /%year%/%monthnum%/%postname%/. Raises NoStructure."""
    if not structure.startswith("/"):
        raise NoStructure(f"A structure of addresses begins with /, such as /%year%/%postname%/: {structure}")
    parts = _PART.findall(structure)
    known = {*_DATED, "postname", "post_id", "category", "author"}
    if unknown := [part for part in parts if part not in known]:
        raise NoStructure(
            f"%{unknown[0]}% is no part of addresses that is known: {', '.join(sorted(known))}."
        )
    if "postname" not in parts and "post_id" not in parts:
        raise NoStructure(f"A structure of addresses holds %postname% or %post_id%: {structure}")
    return structure


def addresses_of(item: Item, structures: Sequence[str], categories: dict[str, str]) -> Iterator[str]:
    """The addresses of an item, each as a path or ?name=number; `categories` are the paths of these by their slugs."""
    if item.number:
        yield f"?p={item.number}"
        if item.kind != "post":
            name = "attachment_id" if item.kind == "attachment" else "page_id"
            yield f"?{name}={item.number}"
    link = path_of(item.link)
    if link.startswith("/"):
        yield link
        yield from _former(item, link)
    if item.kind == "post":
        for structure in structures:
            if made := _made(structure, item, categories):
                yield made


def _former(item: Item, link: str) -> Iterator[str]:
    """Where it was before its slug was changed."""
    end = link.rstrip("/").rpartition("/")
    if not item.name or not end[2]:
        return
    for slug in item.meta.get("_wp_old_slug", ()):
        if slug and "/" not in slug and len(slug) < 400:
            yield f"{end[0]}/{slug}/"


def _made(structure: str, item: Item, categories: dict[str, str]) -> str:
    date = _DATE.match(item.date)
    values = dict(zip(_DATED, date.groups(default="00"), strict=True)) if date else {}
    values |= {"postname": item.name, "post_id": str(item.number or ""), "author": item.creator.lower()}
    own = [slug for domain, slug, _name in item.terms if domain == "category"]
    values["category"] = categories.get(own[0], own[0]) if own else "uncategorized"
    parts = _PART.findall(structure)
    if any(not values.get(part) for part in parts):
        return ""
    return _PART.sub(lambda match: values[match[1]], structure)


def archives_of(item: Item) -> Iterator[tuple[str, int]]:
    """The addresses of the archives by date in which a post stood, and the number that each leads to."""
    date = _DATE.match(item.date)
    if not date:
        return
    year, month, day = date[1], date[2], date[3]
    for parts in ((year,), (year, month), (year, month, day)):
        number = int("".join(parts))
        yield "/" + "/".join(parts), number
        yield f"?m={number}", number


def path_of_category(term: Term, categories: dict[str, Term]) -> str:
    """The slugs of a category and those above it, divided by slashes."""
    slugs = [term.slug]
    above = term.parent
    while above and above in categories and above not in slugs and len(slugs) < 20:
        slugs.append(above)
        above = categories[above].parent
    return "/".join(reversed(slugs))


def host_of(address: str) -> str:
    try:
        return urlsplit(address.strip()).netloc.lower()
    except ValueError:
        return ""
