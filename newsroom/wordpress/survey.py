"""What there is in the files of an archive, by one reading ahead: items refer to others that stand behind them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from newsroom.wordpress.media import Attachment
from newsroom.wordpress.permalinks import host_of
from newsroom.wordpress.wxr import Entry, Item, Site, Term, Writer, WxrError

Reader = Callable[[BinaryIO, Callable[[int, int], Any]], Iterator[Entry]]
# Of what stands between items, so that a file of nothing else does not fill the memory.
MOST_NAMES = 200_000
MOST_REUSABLE = 1_000


class TooMuch(ValueError):
    """The archive has more of something than any site; the message says of what."""


@dataclass
class Survey:
    """What was counted, by type, and what items refer to."""

    site: Site | None = None
    writers: dict[str, Writer] = field(default_factory=dict)
    categories: dict[str, Term] = field(default_factory=dict)
    tags: dict[str, Term] = field(default_factory=dict)
    others: list[Term] = field(default_factory=list)
    attachments: dict[int, Attachment] = field(default_factory=dict)
    children: dict[int, list[int]] = field(default_factory=dict)
    reusable: dict[int, str] = field(default_factory=dict)
    posts_of_category: Counter[str] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)
    comments: int = 0
    replaced: int = 0
    broken: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    has_revisions: bool = False

    def note(self, entry: Entry) -> None:
        if isinstance(entry, Item):
            self._note_item(entry)
        elif isinstance(entry, Site):
            self.site = self.site or entry
            self.hosts |= {
                host for host in map(host_of, (entry.link, entry.base_site_url, entry.base_blog_url)) if host
            }
        elif isinstance(entry, Writer):
            if entry.login not in self.writers:
                self.writers[entry.login] = entry
                self.counted["author"] += 1
        else:
            self._note_term(entry)
        if len(self.writers) + len(self.categories) + len(self.tags) + len(self.others) > MOST_NAMES:
            raise TooMuch("The archive has more categories, tags and writers than any site.")

    def _note_term(self, term: Term) -> None:
        known = {"category": self.categories, "post_tag": self.tags}.get(term.taxonomy)
        if known is None:
            self.others.append(term)
            self.counted["term"] += 1
        elif term.slug not in known:
            known[term.slug] = term
            self.counted["category" if term.taxonomy == "category" else "tag"] += 1

    def _note_item(self, item: Item) -> None:
        self.counted[item.kind or "post"] += 1
        self.comments += len(item.comments) + item.comments_beyond
        if item.kind == "attachment" and item.number:
            self.attachments.setdefault(
                item.number,
                Attachment(
                    number=item.number,
                    guid=guid_of(item),
                    address=item.attachment_url,
                    title=item.title[:300],
                    alt=next(iter(item.meta.get("_wp_attachment_image_alt", ())), "")[:300],
                    caption=item.excerpt[:500],
                    parent=item.parent,
                    line=item.line,
                    link=item.link,
                ),
            )
            # A gallery that names none shows no others, there and here.
            if item.parent and item.status in ("inherit", ""):
                self.children.setdefault(item.parent, []).append(item.number)
        elif (
            item.kind == "wp_block"
            and item.number
            and _is_public(item)
            and len(self.reusable) < MOST_REUSABLE
        ):
            self.reusable[item.number] = item.content[:200_000]
        elif item.kind == "revision":
            self.has_revisions = True
        self.posts_of_category.update(
            slug for domain, slug, _name in item.terms if domain == "category" and item.kind == "post"
        )


def _is_public(item: Item) -> bool:
    return item.status in ("publish", "") and not item.password


def guid_of(item: Item) -> str:
    """By which an item is known again; where the file has none, by its address or its number."""
    return item.guid or item.link or f"{item.kind}:{item.number}:{item.title}"


def entries(
    paths: Iterable[Path], read: Reader, told: Callable[[int, int], Any], broken: list[str]
) -> Iterator[Entry]:
    """The entries of all files in turn. What makes a file unreadable ends that file, and goes to `broken`."""
    done = 0
    for path in paths:
        with path.open("rb") as file:
            size = path.stat().st_size
            try:
                yield from read(file, lambda count, replaced, before=done: told(before + count, replaced))
            except WxrError as error:
                broken.append(f"{path.name}, {error}")
        done += size


def of(paths: Iterable[Path], read: Reader, told: Callable[[int], Any]) -> Survey:
    """Read all files once. Raises TooMuch, OSError."""
    survey = Survey()
    last = 0

    def tell(done: int, replaced: int) -> None:
        nonlocal last
        survey.replaced += max(0, replaced - last) if replaced >= last else replaced
        last = replaced
        told(done)

    for entry in entries(paths, read, tell, survey.broken):
        survey.note(entry)
    return survey
