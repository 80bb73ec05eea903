"""The verbs of the picture library: take in, describe, put another file in its place, take out."""

import hashlib
import json
import logging
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import figures, images, kept_pages
from articles.models import Article, Figure, FormerFile, Image, RenditionState, Rights
from articles.publishing import CreditMissing
from articles.workflow import Status
from newsroom.text import arabic
from newsroom.web.object_store import StoreAway

logger = logging.getLogger(__name__)

# What a save writes. How far the worker is belongs to the worker, unless there is something new to make.
WORDS = (
    "title",
    "alt",
    "decorative",
    "caption",
    "credit",
    "rights",
    "focal_x",
    "focal_y",
    "search_key",
)
FILE = ("digest", "width", "height", "share_x", "share_y", "fallback_bytes")
PROGRESS = ("state", "due_at", "attempts", "failure")


def stamp(image: Image) -> str:
    """What is another when anything else was saved of a picture: its words, its focal point or its file."""
    said = [getattr(image, name) for name in (*WORDS, "digest")]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class PictureInUse(ValueError):
    """The picture stands in articles; the message is for the person who tried."""


@transaction.atomic
def save(image: Image, accepted: images.Accepted | None = None, *, by: Any = None) -> Image:
    """Write what is said of a picture and, where `accepted` is given, the picture itself, in place of any other.

    Its renditions are due when the file is new, its share card when the focal point is. Articles go on showing it,
    whichever file it has. Raises IntegrityError for a picture that another row has, CreditMissing where the credit is
    taken from a picture that readers see.
    """
    image.search_key = arabic.normalize(" ".join([image.title, image.alt, image.caption, image.credit]))
    if image.pk is None:
        _take_file(image, accepted)
        image.uploaded_by = by
        image.save(force_insert=True)
        return image
    stored = Image.objects.select_for_update().get(pk=image.pk)
    if not image.credit and stored.credit and is_published(stored):
        raise CreditMissing([stored])
    fields = [*WORDS]
    if accepted is not None and accepted.digest != stored.digest:
        FormerFile.objects.create(digest=stored.digest, image=image)
        _take_file(image, accepted)
        fields += [*FILE, *PROGRESS]
        # Articles are locked before pictures, so not in this transaction. If it never comes to this, the worker does
        # it when the renditions are made; until then readers see the former file.
        transaction.on_commit(lambda: figures.print_again(image))
    elif image.focal_point != stored.focal_point:
        image.due_at, image.attempts = timezone.now(), 0
        fields += ["due_at", "attempts"]
    image.save(update_fields=fields)
    kept_pages.pictured(image.pk)
    return image


def _take_file(image: Image, accepted: images.Accepted) -> None:
    _hold_files(accepted.digest)
    images.store(images.master_name(accepted.digest), accepted.content)
    # What takes the place of another may have been replaced itself before.
    FormerFile.objects.filter(digest=accepted.digest).delete()
    image.digest, image.width, image.height = accepted.digest, accepted.width, accepted.height
    image.state, image.due_at, image.attempts, image.failure = RenditionState.PENDING, timezone.now(), 0, ""
    image.share_x = image.share_y = None
    image.fallback_bytes = len(accepted.content)


def add(
    content: bytes,
    *,
    alt: str,
    caption: str = "",
    credit: str = "",
    rights: str = Rights.UNKNOWN,
    spare_credit: str = "",
    by: Any = None,
) -> Image:
    """Take in a picture (see `images.accept` for what is refused). The same picture again is the same row.

    With a `spare_credit` one without credit has that which the file names, or this one.
    """
    accepted = images.accept(content)
    try:
        with transaction.atomic():
            if spare_credit and not credit:
                credit = accepted.credit or spare_credit
            image = Image(alt=alt, caption=caption, credit=credit, rights=rights)
            return known(accepted.digest) or save(image, accepted, by=by)
    except IntegrityError:
        # Somebody else took in the same picture at the same moment.
        return Image.objects.get(digest=accepted.digest)


@transaction.atomic
def known(digest: str) -> Image | None:
    """The picture with this file, when whoever is deleting or replacing it at this moment is done."""
    return Image.objects.select_for_update(no_key=True).filter(digest=digest).first()


@transaction.atomic
def delete(image: Image) -> None:
    """Take a picture and its files out of the library. Raises PictureInUse while any article has it.

    Nothing happens to one that somebody else has deleted.
    """
    # Locked before it is asked who has it: an article that takes it at this moment locks it as well.
    stored = Image.objects.select_for_update().filter(pk=image.pk).first()
    if stored is None:
        return
    digests = [stored.digest, *stored.former_files.values_list("digest", flat=True)]
    try:
        stored.delete()
    except ProtectedError as error:
        raise PictureInUse(
            _("«%(picture)s» is used in articles, so it was not deleted.") % {"picture": image}
        ) from error
    transaction.on_commit(lambda: _remove_if_possible(digests))


def _remove_if_possible(digests: list[str]) -> None:
    """Take away the files of a picture that is deleted already; what the store does not answer to, stays in it."""
    try:
        remove_files(digests)
    except StoreAway:
        logger.warning("Files stay in the store of media that no picture has: %s", ", ".join(digests))


def remove_files(digests: Iterable[str]) -> None:
    """Take the files of those digests away that no picture has, nor had before."""
    for digest in digests:
        with transaction.atomic():
            _hold_files(digest)
            owners = (Image.objects.filter(digest=digest), FormerFile.objects.filter(digest=digest))
            if not any(rows.exists() for rows in owners):
                images.remove(digest)


def _hold_files(digest: str) -> None:
    """Keep others who store or remove the files of a digest waiting until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"picture:{digest}"])


def is_published(image: Image) -> bool:
    """Whether an article that is published, or will be at its hour, has the picture."""
    stands = Figure.objects.filter(article=OuterRef("pk"), image=image, is_unpublished=False)
    shows = Q(hero=image) | Exists(stands)
    return Article.objects.filter(shows, status=Status.PUBLISHED).exists()
