"""What our actors and articles are in the fediverse, as JSON (ActivityStreams 2.0)."""

import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.templatetags.static import static
from django.utils.html import format_html, linebreaks
from django.utils.translation import gettext as _

from articles import seo
from articles.models import Article
from newsroom.federation import addresses, notes
from newsroom.federation.addresses import PUBLIC
from newsroom.federation.models import Actor, Post
from newsroom.text import bidi
from newsroom.text.timestamps import rfc3339

MEDIA_TYPE = "application/activity+json"
CONTEXT = [
    "https://www.w3.org/ns/activitystreams",
    "https://w3id.org/security/v1",
    {
        "Hashtag": "as:Hashtag",
        "sensitive": "as:sensitive",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "schema": "http://schema.org#",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
        "toot": "http://joinmastodon.org/ns#",
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
    },
]

Document = dict[str, Any]


def written(document: Document) -> bytes:
    """As it is sent, with its context."""
    return json.dumps({"@context": CONTEXT, **document}, ensure_ascii=False, separators=(",", ":")).encode()


def answer(document: Document, status: int = 200) -> HttpResponse:
    return HttpResponse(written(document), status=status, content_type=f"{MEDIA_TYPE}; charset=utf-8")


def actor(found: Actor) -> Document:
    """The profile of an actor, whose section is loaded."""
    section, page = found.section, addresses.page_of(found)
    name = _("Nashra")
    if section is not None:
        name = _("Nashra: %(section)s") % {"section": bidi.isolate_plain(section.name)}
    about = (section.description if section is not None else "") or _("The latest news")
    return {
        "id": addresses.actor(found),
        # Not «Application» or «Service», whose posts Mastodon calls automated and people hide, nor «Group», which
        # passes on what others write.
        "type": "Organization",
        "preferredUsername": found.handle,
        "name": name,
        "summary": linebreaks(about, autoescape=True),
        "url": page,
        "inbox": addresses.inbox(found),
        "outbox": addresses.outbox(found),
        "followers": addresses.followers(found),
        "endpoints": {"sharedInbox": addresses.shared_inbox()},
        "icon": _picture("images/icon-512.png"),
        "image": _picture("images/share.png"),
        "attachment": [
            {
                "type": "PropertyValue",
                "name": _("Website"),
                "value": format_html(
                    '<a href="{}" rel="me nofollow noopener" target="_blank">{}</a>', page, page
                ),
            }
        ],
        "published": rfc3339(found.opened_at),
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "indexable": True,
        "publicKey": {
            "id": addresses.key(found),
            "owner": addresses.actor(found),
            "publicKeyPem": found.public_key,
        },
    }


def _picture(name: str) -> Document:
    return {"type": "Image", "mediaType": "image/png", "url": seo.absolute(static(name))}


def note(article: Article, site: Actor, generation: int = 1) -> Document:
    """An article that was loaded with `for_feed`, as a post of the site's actor.

    A «Note», for Mastodon takes changes of nothing else: of an «Article» readers there would see no correction.
    """
    content = notes.content(article)
    found: Document = {
        "id": addresses.post(article.pk, generation),
        "type": "Note",
        "attributedTo": addresses.actor(site),
        "content": content,
        "contentMap": {article.language: content},
        "url": seo.canonical(article.get_absolute_url()),
        "published": rfc3339(article.published_at),
        "to": [PUBLIC],
        "cc": [addresses.followers(site)],
        "sensitive": False,
        "attachment": notes.pictures(article),
        "tag": notes.tags(article),
    }
    if article.was_modified:
        found["updated"] = rfc3339(article.updated_at)
    return found


def create(found: Document) -> Document:
    return _about(found, "Create", f"{found['id']}#create", published=found["published"])


def update(found: Document, number: int) -> Document:
    """That a post or a profile changed; `number` tells this change from others of the same thing."""
    return _about(found, "Update", f"{found['id']}#update-{number}")


def _about(found: Document, kind: str, address: str, **more: Any) -> Document:
    """An activity of whoever the post or the profile is, for all whom that is for."""
    return {
        "id": address,
        "type": kind,
        "actor": found.get("attributedTo", found["id"]),
        "to": [PUBLIC],
        "cc": found.get("cc", []),
        "object": found,
        **more,
    }


def delete(post: Post, site: Actor) -> Document:
    return _deletion(addresses.post(post.number, post.generation), site, {"object": tombstone(post)})


def tombstone(post: Post) -> Document:
    """What is left of a post."""
    found = {"id": addresses.post(post.number, post.generation), "type": "Tombstone", "formerType": "Note"}
    return found if post.ended_at is None else found | {"deleted": rfc3339(post.ended_at)}


def close(found: Actor) -> Document:
    """That an actor is gone."""
    return _deletion(addresses.actor(found), found, {"object": addresses.actor(found)})


def _deletion(address: str, by: Actor, about: Document) -> Document:
    return {
        "id": f"{address}#delete",
        "type": "Delete",
        "actor": addresses.actor(by),
        "to": [PUBLIC],
        **about,
    }


def share(article: Article, section: Actor, site: Actor, generation: int = 1) -> Document:
    """That the actor of a section passes on a post of the site's."""
    post = addresses.post(article.pk, generation)
    return {
        "id": f"{post}#share-{section.pk}",
        "type": "Announce",
        "actor": addresses.actor(section),
        "published": rfc3339(article.published_at),
        "to": [PUBLIC],
        "cc": [addresses.followers(section), addresses.actor(site)],
        "object": post,
    }


def unshare(post: Post, section: Actor, number: int) -> Document:
    address = addresses.post(post.number, post.generation)
    return {
        "id": f"{address}#unshare-{section.pk}-{number}",
        "type": "Undo",
        "actor": addresses.actor(section),
        "to": [PUBLIC],
        "object": {
            "id": f"{address}#share-{section.pk}",
            "type": "Announce",
            "actor": addresses.actor(section),
            "object": address,
        },
    }


def reply_to_follow(kind: str, found: Actor, follower: str, activity_id: str, mark: str) -> Document:
    """An «Accept» or a «Reject» of what asked to follow; `mark` tells it from others."""
    address = addresses.actor(found)
    return {
        "id": f"{address}#{kind.lower()}-{mark}",
        "type": kind,
        "actor": address,
        "object": {"id": activity_id, "type": "Follow", "actor": follower, "object": address},
    }


def followers(found: Actor, count: int) -> Document:
    """How many follow, and not who."""
    return {"id": addresses.followers(found), "type": "OrderedCollection", "totalItems": count}


def outbox(found: Actor, count: int) -> Document:
    address = addresses.outbox(found)
    return {
        "id": address,
        "type": "OrderedCollection",
        "totalItems": count,
        "first": f"{address}?page=1",
    }


def outbox_page(found: Actor, number: int, items: Iterable[Document], *, has_next: bool) -> Document:
    address = addresses.outbox(found)
    page: Document = {
        "id": f"{address}?page={number}",
        "type": "OrderedCollectionPage",
        "partOf": address,
        "orderedItems": list(items),
    }
    if number > 1:
        page["prev"] = f"{address}?page={number - 1}"
    if has_next:
        page["next"] = f"{address}?page={number + 1}"
    return page
