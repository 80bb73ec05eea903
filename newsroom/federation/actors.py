"""The verbs of our own actors: open one, let it take followers or not, tell that its profile changed, close it."""

import hashlib
import re

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from articles.models import Section
from newsroom.federation import documents, keys, posting
from newsroom.federation.models import Actor, Post
from newsroom.text import handles
from newsroom.web import purges

# The name of what is kept of actors.
KEPT = "fediverse"


class ActorError(ValueError):
    """Why it cannot be done, for whoever wants it."""


def open_one(section: Section | None, handle: str) -> Actor:
    """Let the newspaper, or a section, be followed under this handle. Raises ActorError."""
    handle = handle.strip().lstrip("@").lower()
    if not re.fullmatch(handles.HANDLE, handle):
        raise ActorError(_("The name has one to thirty letters a to z, digits and low lines."))
    if Actor.objects.filter(handle=handle).exists():
        raise ActorError(_("This name is or was that of another account; servers would take them for one."))
    actor = Actor(section=section, handle=handle)
    keys.give(actor)
    try:
        with transaction.atomic():
            actor.save(force_insert=True)
            # Its followers have yet to come, and will read it then.
            actor.profile_digest = _digest(actor)
            actor.save(update_fields=["profile_digest"])
            purges.purge(KEPT)
    except IntegrityError:
        raise ActorError(_("It can be followed already.")) from None
    return actor


@transaction.atomic
def take_followers(actor: Actor, *, does: bool) -> None:
    """From now on accept who wants to follow, or refuse them; who follows already stays."""
    Actor.objects.filter(pk=actor.pk).update(takes_followers=does)


@transaction.atomic
def close(actor: Actor) -> None:
    """Tell its followers that the actor is gone, and forget them. It cannot be opened again under its name.

    With that of the newspaper, whose posts they pass on, those of all sections are closed.
    """
    stored = Actor.objects.select_for_update().get(pk=actor.pk)
    if stored.closed_at is not None:
        return
    if stored.section_id is None:
        for other in Actor.objects.open().filter(section__isnull=False):
            close(other)
        Post.objects.filter(ended_at__isnull=True).update(ended_at=timezone.now())
    stored.closed_at = timezone.now()
    stored.save(update_fields=["closed_at"])
    posting.send(
        posting.inboxes([stored]),
        documents.close(stored),
        by=stored,
        key=f"close:{stored.pk}",
        lane=f"actor:{stored.pk}",
    )
    stored.follows.all().delete()
    posting.forget_who_follows_nobody()
    purges.purge(KEPT)


def tell_changes() -> int:
    """Tell followers of those whose profile is another than they were told, for a section may have another name by
    now; return how many."""
    if not settings.FEDERATION:
        return 0
    return sum(map(_tell_change, Actor.objects.open().select_related("section")))


@transaction.atomic
def _tell_change(actor: Actor) -> bool:
    digest = _digest(actor)
    if not Actor.objects.filter(pk=actor.pk).exclude(profile_digest=digest).update(profile_digest=digest):
        return False
    profile = documents.actor(actor)
    number = int(timezone.now().timestamp() * 1000)
    posting.send(
        posting.inboxes([actor]),
        documents.update(profile, number),
        by=actor,
        key=f"profile:{actor.pk}:{number}",
        lane=f"actor:{actor.pk}",
    )
    return True


def _digest(actor: Actor) -> str:
    """Of the profile as it is told, whatever language whoever opens it has the desk in."""
    with translation.override(settings.LANGUAGE_CODE):
        return hashlib.sha256(documents.written(documents.actor(actor))).hexdigest()
