"""What whoever imports asks for."""

from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings


class ImportRefused(ValueError):
    """Nothing was begun; the message is for whoever asked."""


@dataclass(frozen=True)
class Wishes:
    """What whoever imports asked for. `section_map` is the text of that file; `permalinks` are structures of addresses
    beside those that the archive tells; `zone` is that of the old site."""

    media: Path | None = None
    hosts: frozenset[str] = frozenset()
    section_map: str | None = None
    zone: tzinfo = field(default_factory=lambda: ZoneInfo(settings.TIME_ZONE))
    permalinks: tuple[str, ...] = ()
    category_base: str = "category"
    tag_base: str = "tag"
    credit: str = ""
    as_posts: frozenset[str] = frozenset()
    with_revisions: bool = False
    is_rehearsal: bool = False
