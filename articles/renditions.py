"""Renditions: a picture in the sizes and formats that pages serve, made by the worker, one picture at a time."""

import io
from collections.abc import Iterator
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image as Picture
from PIL import ImageOps

from articles import figures, images, library
from articles.models import Image, RenditionState
from newsroom.web.object_store import StoreAway

# AVIF and WebP come as near to the original as JPEG does (34 to 35 dB over photographs of benchmarks/renditions.py).
# AVIF at speed 6 takes twice the time for 5 % fewer bytes.
# One thread, so that a small machine goes on serving.
OPTIONS = {
    "avif": {"quality": 50, "speed": 8, "max_threads": 1},
    "webp": {"quality": 75, "method": 4},
    "jpg": {"quality": 78, "progressive": True, "optimize": True},
}
# How long a picture rests after an attempt that failed, or that the worker did not live to see the end of.
PAUSES = (timedelta(minutes=1), timedelta(minutes=10))
MAX_ATTEMPTS = len(PAUSES) + 1


def make_due() -> None:
    """Make all renditions that are due, each picture in transactions of its own. May be killed at any moment. Raises
    StoreAway where their store is."""
    while image := _take():
        if image.attempts > MAX_ATTEMPTS:
            _fail(image, _("The worker was ended each time while it made them."))
        else:
            _attend(image)


@transaction.atomic
def retry(pictures: QuerySet[Image]) -> int:
    """Have the renditions made anew of those pictures that have none; returns of how many."""
    # In the order in which articles lock their pictures.
    lacking = pictures.exclude(state=RenditionState.READY).order_by("pk").select_for_update(no_key=True)
    numbers = list(lacking.values_list("pk", flat=True))
    return Image.objects.filter(pk__in=numbers).update(
        state=RenditionState.PENDING, due_at=timezone.now(), attempts=0, failure=""
    )


def _take() -> Image | None:
    """The next picture, with this attempt counted: what ends the process would else be tried for ever."""
    with transaction.atomic():
        image = Image.objects.due().select_for_update(skip_locked=True).first()
        if image is None:
            return None
        image.attempts += 1
        image.due_at = timezone.now() + PAUSES[min(image.attempts, len(PAUSES)) - 1]
        image.save(update_fields=["attempts", "due_at"])
    return image


def _attend(image: Image) -> None:
    try:
        fallback_bytes = _store_files(image)
    except StoreAway as error:
        # Nothing is wrong with the picture. It is tried until the store is there, and so are the others: the worker
        # rests before its next turn.
        tried = Image.objects.filter(pk=image.pk, digest=image.digest)
        tried.update(attempts=image.attempts - 1, failure=_reason(error))
        raise
    except Exception as error:  # noqa: BLE001 - a picture that cannot be made must not keep the next from it
        _fail(image, _reason(error))
        return
    done = Image.objects.filter(
        pk=image.pk, digest=image.digest, focal_x=image.focal_x, focal_y=image.focal_y
    )
    x, y = image.focal_point
    # Ready before the texts are printed, done when they are: whatever is cut off is done again.
    # Whoever put another file in its place in the meantime made it due again.
    if not done.update(
        state=RenditionState.READY, failure="", share_x=x, share_y=y, fallback_bytes=fallback_bytes
    ):
        return
    figures.print_again(image)
    done.update(due_at=None, attempts=0)


def _store_files(image: Image) -> int:
    """Make and store its files; return the bytes of what browsers show that know nothing newer than JPEG."""
    fallback = images.rendition_name(image.digest, images.widths(image.width)[-1], "jpg")
    sizes = {}
    try:
        for name, content in files(image):
            images.store(name, content)
            sizes[name] = len(content)
        return sizes[fallback]
    finally:
        # The picture may have been deleted while they were made, and all files that it had until then.
        library.remove_files([image.digest])


def _fail(image: Image, reason: str) -> None:
    tried = Image.objects.filter(pk=image.pk, digest=image.digest)
    if image.attempts < MAX_ATTEMPTS:
        tried.update(failure=reason)
    else:
        tried.update(failure=reason, state=RenditionState.FAILED, due_at=None)


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return _("The file of the picture is missing.")
    if isinstance(error, StoreAway):
        return _("The store of pictures does not answer.")
    return f"{type(error).__name__}: {error}"[:200]


def files(image: Image) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of all renditions, what is cropped first, then the widest; JPEG, WebP and AVIF.

    At most 32 bytes of memory a pixel of the widest, which is what AVIF takes.
    """
    with default_storage.open(images.master_name(image.digest)) as file:
        master = Picture.open(io.BytesIO(file.read()), formats=("JPEG",))
    master.load()
    for name, size in image.cuts:
        x, y = image.focal_point
        cut = ImageOps.fit(master, size, Picture.Resampling.LANCZOS, centering=(x / 100, y / 100))
        yield name, images.encode(cut, "jpg", **OPTIONS["jpg"])
    for width in reversed(images.widths(image.width)):
        height = max(1, round(image.height * width / image.width))
        pixels = master.resize((width, height), Picture.Resampling.LANCZOS, reducing_gap=2.0)
        for kind in images.KINDS:
            name = images.rendition_name(image.digest, width, kind)
            yield name, images.encode(pixels, kind, **OPTIONS[kind])
