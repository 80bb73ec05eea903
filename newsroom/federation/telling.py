"""What followers are told of articles: that there is one, that it changed, that it was taken away.

A listener to announcements. It looks at what readers see by now, and at what was told, and writes what follows of both
into the outbox of deliveries, in one transaction.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from articles.models import Article
from newsroom.announcements.models import Announcement, Event
from newsroom.federation import documents, posting
from newsroom.federation.documents import Document
from newsroom.federation.models import Actor, Post
from newsroom.text.timestamps import rfc3339

_OF_ARTICLES = {Event.PUBLISHED, Event.CHANGED, Event.WITHDRAWN}
# What was published longer ago is an archive that came in, of which nobody is to hear as of news.
NEWS_FOR = timedelta(days=2)


def hear(announcements: Sequence[Announcement]) -> None:
    """Tell followers what became of these articles. Two queries, and for each article five at most."""
    site = Actor.objects.of_site() if settings.FEDERATION else None
    if site is None:
        return
    numbers = dict.fromkeys(row.number for row in announcements if row.event in _OF_ARTICLES)
    seen = {article.pk: article for article in Article.objects.published().filter(pk__in=numbers).for_feed()}
    for number in numbers:
        post = Post.objects.select_for_update().filter(number=number, ended_at__isnull=True).first()
        if article := seen.get(number):
            _show(article, post, site)
        elif post is not None:
            _take_away(post, site)


def _show(article: Article, post: Post | None, site: Actor) -> None:
    section = Actor.objects.open().filter(section=article.section_id).first()
    if post is None:
        if timezone.now() - article.published_at <= NEWS_FOR:
            _begin(article, section, site)
        return
    note = documents.note(article, site, post.generation)
    if _digest(note) != post.digest:
        post.digest, post.told_at = _digest(note), timezone.now()
        changed = note | {"updated": rfc3339(post.told_at)}
        activity = documents.update(changed, _moment_of(post))
        _send(activity, post, by=site, to=[site, post.shared_by])
    if section != post.shared_by:
        _share(article, post, section, site)
    post.save(update_fields=["digest", "told_at", "shared_by"])


def _begin(article: Article, section: Actor | None, site: Actor) -> None:
    generation = Post.objects.generation_of(article.pk)
    note = documents.note(article, site, generation)
    post = Post.objects.create(number=article.pk, generation=generation, digest=_digest(note))
    _send(documents.create(note), post, by=site, to=[site])
    if section is not None:
        _share(article, post, section, site)
        post.save(update_fields=["shared_by"])


def _share(article: Article, post: Post, section: Actor | None, site: Actor) -> None:
    """Let the actor of the section pass the post on, and that of the one before take that back."""
    if post.shared_by is not None:
        activity = documents.unshare(post, post.shared_by, _moment_of(post))
        _send(activity, post, by=post.shared_by, to=[post.shared_by])
    if section is not None:
        _send(documents.share(article, section, site, post.generation), post, by=section, to=[section])
    post.shared_by = section


def _take_away(post: Post, site: Actor) -> None:
    post.ended_at = timezone.now()
    post.save(update_fields=["ended_at"])
    _send(documents.delete(post, site), post, by=site, to=[site, post.shared_by])


def _send(activity: Document, post: Post, *, by: Actor, to: Sequence[Actor | None]) -> None:
    """Tell the followers of these actors, each server once; what is told of one post comes in order."""
    # The part of the id behind the address of the post says what it is.
    what = f"{post}:{activity['id'].partition('#')[2]}"
    followed = [actor for actor in to if actor is not None]
    posting.send(posting.inboxes(followed), activity, by=by, key=what, lane=f"post:{post}")


def _digest(note: Document) -> str:
    """Of what followers see: not of the hour of the change."""
    seen = {name: value for name, value in note.items() if name != "updated"}
    return hashlib.sha256(documents.written(seen)).hexdigest()


def _moment_of(post: Post) -> int:
    """A number for what is told of a post now, later than all before."""
    return int(post.told_at.timestamp() * 1000)
