"""Pictures of an archive: found in a folder, or fetched where that was asked for, and taken into the library once."""

import errno
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from articles import figures, images, library
from articles.models import Image
from newsroom.text.bidi import clean_line
from newsroom.wordpress.bodies import Placed, Wanted, original_name
from newsroom.wordpress.fetching import NotFetched, fetch
from newsroom.wordpress.models import ImportedItem, Kind, key_of

UPLOADS = "wp-content/uploads/"
# So many pictures are remembered, so that memory does not grow with the archive.
_MOST_KNOWN = 20_000


@dataclass(slots=True)
class Attachment:
    """An attachment of the archive, as the survey noted it, and whether any text that came in shows it."""

    number: int
    guid: str
    address: str
    title: str
    alt: str
    caption: str
    parent: int
    line: int
    link: str
    is_used: bool = False
    image: int = 0
    reason: str = ""
    # Of its own page, which is none here.
    comments: int = 0
    comment_numbers: list[int] = field(default_factory=list)


@dataclass
class Media:
    """Where pictures are looked for. `hosts` are those from which they may be fetched; `credit` is that of those which
    say of nobody whose they are."""

    attachments: dict[int, Attachment] = field(default_factory=dict)
    folder: Path | None = None
    hosts: frozenset[str] = frozenset()
    credit: str = ""
    is_rehearsal: bool = False
    # In a rehearsal, the pictures that there would be.
    rehearsed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._by_path = {_path(each.address): each for each in self.attachments.values() if each.address}
        self._known: dict[str, Image | None] = {}
        self._root = self.folder.resolve() if self.folder else None

    def attachment_of(self, wanted: Wanted) -> Attachment | None:
        if found := self.attachments.get(wanted.number):
            return found
        if not wanted.address:
            return None
        path = _path(wanted.address)
        return self._by_path.get(path) or self._by_path.get(original_name(path))

    def would_come(self, wanted: Wanted) -> bool:
        """Whether a rehearsal found the picture."""
        return self._name(wanted) in self.rehearsed

    def _name(self, wanted: Wanted) -> str:
        attachment = self.attachment_of(wanted)
        return attachment.guid if attachment else f"picture:{original_name(_path(wanted.address))}"

    def image(self, wanted: Wanted, spare: str) -> Image | None:
        """The picture of the library, taken in if it is not there yet; None where there is none.

        `spare` describes one of which the archive says nothing.
        """
        attachment = self.attachment_of(wanted)
        address = attachment.address if attachment and attachment.address else wanted.address
        name = self._name(wanted)
        if attachment:
            attachment.is_used = True
        if name not in self._known:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._known[name] = self._stored(name) or self._taken_in(name, address, attachment, spare)
        image = self._known[name]
        if attachment and image:
            attachment.image = image.pk
        return image

    def _stored(self, name: str) -> Image | None:
        item = ImportedItem.objects.filter(key=key_of(name), kind=Kind.IMAGE).first()
        return Image.objects.filter(pk=item.number).first() if item else None

    def _taken_in(self, name: str, address: str, attachment: Attachment | None, spare: str) -> Image | None:
        try:
            content = self._content(address)
            if self.is_rehearsal:
                self.rehearsed.add(name)
                return None
            image = library.add(
                content,
                alt=_described(attachment, spare),
                caption=_cut(attachment.caption if attachment else "", Image, "caption"),
                spare_credit=self.credit,
            )
        except (NotFetched, images.ImageError) as error:
            if attachment:
                attachment.reason = str(error)
            return None
        digest = hashlib.sha256(content).hexdigest()[:40]
        ImportedItem.objects.get_or_create(
            key=key_of(name),
            defaults={"guid": name, "kind": Kind.IMAGE, "number": image.pk, "digest": digest},
        )
        return image

    def _content(self, address: str) -> bytes:
        for path in self._places(address):
            try:
                if path.is_file():
                    if path.stat().st_size > images.MAX_BYTES:
                        raise NotFetched("The file is too large.")
                    return path.read_bytes()
            except OSError as error:
                # Names may be longer than any of a file: a picture can be written into its address.
                if error.errno != errno.ENAMETOOLONG:
                    raise NotFetched(f"The file cannot be read ({error.strerror}).") from error
        if self.hosts:
            return fetch(address, hosts=self.hosts, most_bytes=images.MAX_BYTES)
        raise NotFetched("The file is not in the folder.")

    def _places(self, address: str) -> Iterator[Path]:
        """Where the file may lie in the folder, which is that of the uploads or one that holds it."""
        if self._root is None:
            return
        path = unquote(_path(address)).lstrip("/")
        below = path.partition(UPLOADS)[2] or path
        for name in dict.fromkeys((original_name(below), below)):
            for start in ("", UPLOADS, "uploads/"):
                try:
                    found = (self._root / f"{start}{name}").resolve()
                except (OSError, ValueError, RuntimeError):
                    continue
                if found.is_relative_to(self._root) and found != self._root:
                    yield found


class Gallery:
    """The pictures that one item shows, gathered while its text is made."""

    def __init__(self, media: Media, headline: str) -> None:
        self._media, self._headline = media, headline
        self._shown: dict[str, Image] = {}
        self.hero: Image | None = None
        # The paths of files, and the pictures that they became.
        self.files: dict[str, int] = {}
        self.lost: list[str] = []

    def place(self, wanted: Wanted) -> Placed | None:
        """Take in a picture of the text. What was another picture of the library already, is that one."""
        image = self._media.image(wanted, self._headline)
        if image is None:
            if not self._media.would_come(wanted):
                self.lost.append(wanted.label)
            return None
        self._shown[image.digest] = image
        attachment = self._media.attachment_of(wanted)
        for address in (wanted.address, attachment.address if attachment else ""):
            if path := _path(address):
                self.files[original_name(path)] = image.pk
        said = (attachment.alt, attachment.caption) if attachment else ("", "")
        return Placed(f"{figures.MEDIA_URL}{images.master_name(image.digest)}", said[0] or image.alt, said[1])

    def lead_with(self, number: int) -> bool:
        """Take in the featured picture; whether it is there."""
        wanted = Wanted("", number)
        if number not in self._media.attachments:
            self.lost.append(wanted.label)
            return False
        self.hero = self._media.image(wanted, self._headline)
        if self.hero is not None:
            self.files[original_name(_path(self._media.attachments[number].address))] = self.hero.pk
        elif not self._media.would_come(wanted):
            self.lost.append(self._media.attachments[number].address[:500] or wanted.label)
        return self.hero is not None

    @property
    def pictures(self) -> figures.Pictures:
        return figures.Pictures(self.hero, dict(self._shown))


def _path(address: str) -> str:
    try:
        return urlsplit(address.strip()).path
    except ValueError:
        return ""


def _described(attachment: Attachment | None, spare: str) -> str:
    """What the library says that a picture shows: its alternative text, caption or title, else what it stands by."""
    said = (attachment.alt, attachment.caption, attachment.title) if attachment else ()
    return next(
        (text for text in (_cut(each, Image, "alt") for each in (*said, spare)) if text), _("Picture")
    )


def _cut(text: str, model: type, column: str) -> str:
    return clean_line(text)[: model._meta.get_field(column).max_length]
