"""Comments of an item of WordPress as those that come in here: cleaned, in an order in which parents come first."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import unescape

from django.utils.translation import gettext as _
from email_validator import EmailNotValidError

from comments import privacy
from comments.importing import OldComment
from comments.models import BODY_MAX_LENGTH, NAME_MAX_LENGTH, Status
from newsroom.text.bidi import clean_block, clean_line
from newsroom.text.elements import BLOCKS
from newsroom.text.excerpt import ELLIPSIS
from newsroom.text.sanitizer import is_safe_website
from newsroom.text.tokens import StartTag, Text, tokenize
from newsroom.wordpress import wxr

WEBSITE_MAX_LENGTH = 200
_STATUSES = {
    "1": Status.APPROVED,
    "approve": Status.APPROVED,
    "approved": Status.APPROVED,
    "0": Status.PENDING,
    "hold": Status.PENDING,
    "spam": Status.SPAM,
    # A moderator took it away; it can be looked up, and nobody sees it.
    "trash": Status.REJECTED,
    "post-trashed": Status.REJECTED,
}
_UNREAD = frozenset(("script", "style", "iframe", "textarea", "title", "noscript", "template"))


@dataclass
class Discussion:
    """Comments of one article by their numbers there, in the order in which they come in; `left` and `changed` count
    the others by the reason."""

    comments: list[tuple[int, OldComment]] = field(default_factory=list)
    left: list[tuple[int, str]] = field(default_factory=list)
    changed: Counter[str] = field(default_factory=Counter)

    def of(self, article: int) -> list[OldComment]:
        """The comments for the article whose number is known by now."""
        return [replace(each, article=article) for _number, each in self.comments]


@dataclass(slots=True)
class _One:
    source: wxr.OldComment
    status: Status
    at: datetime
    body: str
    parent: int = 0


def read(
    comments: Sequence[wxr.OldComment],
    moment: Callable[[str, str], datetime | None],
    spare: datetime,
    now: datetime,
) -> Discussion:
    """The comments of an item; `moment` reads a date in GMT and one of the site, `spare` stands for a missing one."""
    made = Discussion()
    found: dict[int, _One] = {}
    for comment in comments:
        if reason := _reason_to_leave(comment, found):
            made.left.append((comment.number, reason))
            continue
        body = _body(comment.content, made.changed)
        if not body:
            made.left.append((comment.number, "comment_empty"))
            continue
        status = _STATUSES.get(comment.approved)
        if status is None:
            made.changed["comment_status"] += 1
            status = Status.PENDING
        at = moment(comment.date_gmt, comment.date)
        if at is None or at > now or at.year < 1970:
            made.changed["comment_date"] += 1
            at = min(spare, now)
        found[comment.number] = _One(comment, status, at, body, comment.parent)
    for one in found.values():
        parent = found.get(one.parent)
        if one.parent and parent is None:
            made.changed["comment_orphan"] += 1
            one.parent = 0
        elif parent is not None and parent.status != Status.APPROVED:
            made.changed["comment_unshown"] += 1
            one.parent = 0
    places: dict[int, int] = {}
    for number in _in_order(found, made.changed):
        one = found[number]
        places[number] = len(places)
        made.comments.append((number, _comment(one, places.get(one.parent), made.changed)))
    return made


def _reason_to_leave(comment: wxr.OldComment, found: dict[int, _One]) -> str:
    if comment.kind in ("pingback", "trackback"):
        return "pingback"
    if comment.kind not in ("", "comment"):
        return "comment_kind"
    if not comment.number:
        return "comment_number"
    return "comment_twice" if comment.number in found else ""


def _in_order(found: dict[int, _One], changed: Counter[str]) -> list[int]:
    """The numbers by date, each behind what it answers. What answers itself, by whatever others, answers nothing."""
    by_date = sorted(found, key=lambda number: (found[number].at, number))
    waiting: dict[int, list[int]] = {}
    order: list[int] = []
    done: set[int] = set()

    def take(first: int) -> None:
        ready = [first]
        while ready:
            number = ready.pop()
            order.append(number)
            done.add(number)
            ready += reversed(waiting.pop(number, []))

    for number in by_date:
        parent = found[number].parent
        if parent and parent not in done:
            waiting.setdefault(parent, []).append(number)
        else:
            take(number)
    for number in by_date:
        if number not in done:
            changed["comment_orphan"] += 1
            waiting[found[number].parent].remove(number)
            found[number].parent = 0
            take(number)
    return order


def _comment(one: _One, parent: int | None, changed: Counter[str]) -> OldComment:
    source = one.source
    name = clean_line(unescape(source.author))
    if not name or len(name) > NAME_MAX_LENGTH:
        changed["comment_name"] += 1
        name = name[:NAME_MAX_LENGTH].strip() or _("No name")
    email = ""
    if source.email:
        try:
            email = privacy.parse_email(source.email)
        except EmailNotValidError:
            changed["comment_email"] += 1
    website = source.url if len(source.url) <= WEBSITE_MAX_LENGTH and is_safe_website(source.url) else ""
    return OldComment(0, parent, name, email, one.body, one.at, one.status, website)


def _body(content: str, changed: Counter[str]) -> str:
    """The text of a comment, which WordPress keeps as markup of a few elements."""
    text = content
    if "<" in content:
        text = _read_aloud(content)
    elif "&" in content:
        text = unescape(content)
    text = clean_block(text)
    if len(text) > BODY_MAX_LENGTH:
        changed["comment_cut"] += 1
        text = text[: BODY_MAX_LENGTH - 1].rstrip() + ELLIPSIS
    return text


def _read_aloud(html: str) -> str:
    """The text of markup with its lines; the address of a link stands behind its words, where these do not say it."""
    out: list[str] = []
    links: list[tuple[str, int]] = []
    unread = ""
    for token in tokenize(html):
        if isinstance(token, Text):
            if not unread:
                out.append(unescape(html[token.start : token.end]))
        elif isinstance(token, StartTag):
            unread = unread or (token.name if token.name in _UNREAD else "")
            if token.name == "br":
                if not html.startswith("\n", token.end):
                    out.append("\n")
            elif token.name in BLOCKS:
                out.append("\n\n")
            elif token.name == "a" and len(links) < 50:
                links.append((token.attributes.get("href", ""), len(out)))
        elif token.name == unread:
            unread = ""
        elif token.name == "a" and links:
            address, start = links.pop()
            said = "".join(out[start:]).strip()
            if (
                is_safe_website(address)
                and said.removeprefix("https://").removeprefix("http://") not in address
            ):
                out.append(f" ({address})")
        elif token.name in BLOCKS:
            out.append("\n\n")
    return "".join(out)
