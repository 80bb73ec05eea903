"""Putting the demo content into a site: every row by the verb that makes it on a real one."""

import secrets
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone

from articles import corrections, front_page, library, publishing, readings, reviewing, scopes
from articles.models import Article, Author, Editor, Image, Rights, Section, SectionEditor, Series, Tag
from articles.models.front_page import ARRANGE
from articles.slots import Pick
from articles.workflow import PUBLISH, WRITE
from comments import moderation, responses, sanctions, submission
from comments.models import Comment, Effect, Sanction, WatchedWord
from newsroom import text_import
from newsroom.text import bidi, text_page
from newsroom.text.slug import slugify

FOLDER = Path(__file__).parent
# The imported article goes by this name in comments.toml, as the others by those of their files.
SEED = "seed"
PASSWORD_BYTES = 12
# The moderator looks into the queue this often.
SITTINGS = timedelta(minutes=30)

Row = TypeVar("Row", Section, Series, Tag, Author)


@dataclass(frozen=True)
class Added:
    """How many rows of each kind a first run made."""

    articles: int
    images: int
    comments: int


class OtherContent(Exception):
    """The site has articles and none of them is ours: they are somebody's own."""


@transaction.atomic
def seed(*, force: bool = False) -> Added | None:
    """Add the demo content and its accounts, all or nothing; None where it is there already (one query).

    Raises OtherContent where the site has articles of its own, unless `force`.
    """
    if Article.objects.filter(slug__in=_slugs()).exists():
        return None
    if not force and Article.objects.exists():
        raise OtherContent
    newsroom = _newsroom()
    staff = {account["username"]: _account(**account) for account in newsroom["accounts"]}
    for number, section in enumerate(newsroom["sections"], start=1):
        _named(Section, position=10 * number, **section)
    for account in newsroom["accounts"]:
        _limit(staff[account["username"]], account.get("sections", []), by=staff["chief"])
    for author in newsroom["authors"]:
        fields = {column: author[column] for column in ("role", "biography") if column in author}
        _named(Author, name=author["name"], user=staff.get(author.get("account", "")), **fields)
    for series in newsroom["series"]:
        _named(Series, **series)
    articles = _write_articles(staff)
    _read(articles)
    _arrange_front_page(articles, by=_if_allowed(staff["editor"], ARRANGE))
    for word in _comments()["watched"]:
        WatchedWord.objects.get_or_create(term=word["term"], defaults=word)
    moderator = _if_allowed(staff["moderator"], moderation.PERMISSION)
    sanctioner = _if_allowed(staff["moderator"], sanctions.IMPOSE)
    _impose([fields for fields in _comments()["sanctions"] if "writer" not in fields], by=sanctioner)
    comments = _write_comments(articles, by=moderator)
    _impose([fields for fields in _comments()["sanctions"] if "writer" in fields], by=sanctioner)
    return Added(
        len(articles), Image.objects.filter(articles__in=articles.values()).distinct().count(), comments
    )


# Accounts


def accounts_file() -> Path:
    """Where the passwords of the demo accounts are kept, for its owner alone: a user name and a password a line."""
    return settings.VAR_DIR / "demo-accounts.txt"


def passwords() -> dict[str, str]:
    """The passwords that the demo accounts began with, by user name; empty where there is no file."""
    try:
        lines = accounts_file().read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split() for line in lines)


def _account(username: str, group: str = "", sections: object = None, **fields: Any) -> User:
    """An account of the staff; `_limit` is for its sections. One that exists is left as it is, password and rights."""
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User(username=username, is_staff=True, **fields)
        user.set_password(_password(username))
        user.save()
        if group:
            user.groups.add(Group.objects.get(name=group))
    return user


def _limit(user: User, names: list[str], *, by: User) -> None:
    """Limit an editor to the sections of these names; one who has limits of somebody's own keeps them."""
    if names and not SectionEditor.objects.filter(user=user.pk).exists():
        sections = Section.objects.filter(name__in=names)
        scopes.limit(Editor.objects.get(pk=user.pk), sections, by=_if_allowed(by, scopes.OVERSEE))


def _if_allowed(user: User, permission: str) -> User | None:
    """The account, or None for the site itself: an account that was here before us may have other rights."""
    return user if user.has_perm(permission) else None


def _password(username: str) -> str:
    """The password from the file, else a new one, which is in the file before it is in the database."""
    known = passwords()
    if username not in known:
        known[username] = secrets.token_urlsafe(PASSWORD_BYTES)
        path = accounts_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{username} {known[username]}\n")
    return known[username]


# Articles


def _write_articles(staff: dict[str, User]) -> dict[str, Article]:
    """Write all articles, oldest first, and return them by name."""
    now = timezone.now()
    articles = {}
    for name, fields in sorted(_articles().items(), key=lambda item: _hours_from_now(item[1])):
        at = now + timedelta(hours=_hours_from_now(fields))
        articles[name] = _write_seed(at, fields) if name == SEED else _write_article(at, fields, staff)
    return articles


def _hours_from_now(fields: dict[str, Any]) -> int:
    return fields.get("hours_ahead", 0) - fields.get("hours_ago", 0)


def _arrange_front_page(articles: dict[str, Article], *, by: User | None) -> None:
    """Pick the stories that newsroom.toml names for each slot; one of a section is named after it."""
    arranged = _newsroom()["front_page"]
    strips = {section.name: front_page.strip(section) for section in Section.objects.all()}
    picks = [
        Pick(strips.get(slot, slot), articles[name].pk)
        for slot, names in arranged["picks"].items()
        for name in names
    ]
    ends_at = timezone.now() + timedelta(hours=arranged["banner_hours"])
    front_page.arrange(
        front_page.Choice(
            picks=tuple(picks),
            opinion_section=Section.objects.get(name=arranged["opinion_section"]).pk,
            banner=arranged["banner"],
            banner_link=articles[arranged["banner_article"]].get_absolute_url(),
            # As an editor would choose it, whose field knows no seconds.
            banner_ends_at=ends_at.replace(second=0, microsecond=0),
        ),
        by=by,
    )


def _read(articles: dict[str, Article]) -> None:
    """Let them be read as often as newsroom.toml says, each time from a network of its own (RFC 3849)."""
    for name, times in _newsroom()["readings"].items():
        for number in range(times):
            readings.note(articles[name].pk, network=f"2001:db8:{number:x}::/48")
    readings.count_new()
    readings.rank()


def _write_article(at: datetime, fields: dict[str, Any], staff: dict[str, User]) -> Article:
    authors = _authors(fields)
    reviewer = fields.get("translation_reviewer")
    columns = (
        "kicker",
        "headline",
        "summary",
        "body",
        "language",
        "source_name",
        "source_url",
        "translated_from",
    )
    article = Article(
        section=Section.objects.get(name=fields["section"]),
        series=Series.objects.get(name=fields["series"]) if "series" in fields else None,
        hero=_hero(fields["image"]) if "image" in fields else None,
        machine_translated=fields.get("machine_translated", False),
        translation_reviewer=Author.objects.get(name=reviewer) if reviewer else None,
        **{column: fields[column] for column in columns if column in fields},
    )
    writer = authors[0].user or staff["editor"]
    publishing.save(
        article, by=writer, authors=authors, tags=[_named(Tag, name=name) for name in fields["tags"]]
    )
    editor = _if_allowed(staff["editor"], PUBLISH)
    match fields.get("status", "published"):
        case "published" | "scheduled":
            publishing.move(article, "publish", by=editor, at=at)
        case "in_review":
            reviewer = staff[fields["reviewer"]] if "reviewer" in fields else None
            reviewing.submit(article, by=_if_allowed(writer, WRITE), reviewer=reviewer)
        case "draft" if "returned" in fields:
            publishing.move(article, "submit", by=_if_allowed(writer, WRITE))
            publishing.move(article, "return", by=editor, note=fields["returned"])
        case "archived":
            publishing.move(article, "publish", by=editor, at=at)
            publishing.move(article, "archive", by=editor)
    if fields.get("updated"):
        publishing.save(article)
    for note in fields.get("desk_notes", []):
        if reviewing.may_read_notes(staff[note["by"]]):
            reviewing.add_note(article, note["text"], by=staff[note["by"]])
    for note in fields.get("corrections", []):
        corrections.add(article, note["kind"], note["note"], by=editor)
    return article


def _write_seed(at: datetime, fields: dict[str, Any]) -> Article:
    columns = ("source_name", "source_url", "translated_from", "machine_translated")
    imported = text_import.import_text(
        (FOLDER / fields["file"]).read_text("utf-8"),
        section=Section.objects.get(name=fields["section"]),
        authors=fields["authors"],
        tags=fields["tags"],
        **{column: fields[column] for column in columns},
    )
    return publishing.move(imported.article, "publish", by=None, at=at)


def _authors(fields: dict[str, Any]) -> list[Author]:
    return [Author.objects.get(name=name) for name in fields["authors"]]


def _hero(name: str) -> Image:
    about = _newsroom()["images"]
    return library.add(
        (FOLDER / "images" / f"{name}.webp").read_bytes(),
        credit=about["credit"],
        rights=Rights.OWN,
        **about[name],
    )


def _named(kind: type[Row], *, name: str, **fields: Any) -> Row:
    """The row of that name; there may be one on a site with content of its own."""
    return kind.objects.filter(name=name).first() or publishing.save_named(kind(name=name, **fields))


# Comments


def _write_comments(articles: dict[str, Article], *, by: User | None) -> int:
    """Send all comments and decide over most of them; return how many there are.

    An answer can be sent when what it answers is approved, so they go generation by generation.
    """
    waiting = sorted([*_comments()["comments"], *_crowd()], key=lambda fields: fields["after"])
    answered_at = _first_answers(articles, waiting)
    sent: dict[str, int] = {}
    dated: list[Comment] = []
    while waiting:
        generation = [fields for fields in waiting if fields.get("reply_to", "") in {"", *sent}]
        waiting = [fields for fields in waiting if fields.get("reply_to", "") not in {"", *sent}]
        if not generation:
            raise LookupError(f"No comment has the key {waiting[0]['reply_to']}.")
        acts: dict[tuple[str, str, datetime], list[Comment]] = {}
        for fields in generation:
            article = articles[fields["on"]]
            parent = Comment.objects.get(pk=sent[fields["reply_to"]]) if "reply_to" in fields else None
            comment = submission.submit(article, _new_comment(fields, parent), _sender(fields, len(dated)))
            comment.created_at = _sent_at(articles, fields)
            dated.append(comment)
            if "key" in fields:
                sent[fields["key"]] = comment.pk
            if "status" in fields:
                before = answered_at.get(fields.get("key", ""), timezone.now())
                act = (
                    fields["status"],
                    fields.get("reason", ""),
                    min(_next_sitting(comment.created_at), before),
                )
                acts.setdefault(act, []).append(comment)
        for (status, reason, at), comments in acts.items():
            versions = {comment.pk: comment.version for comment in comments}
            moderation.decide(versions, status, by=by, reason=reason, at=at)
    for number, fields in enumerate(_comments()["reports"]):
        reported = Comment.objects.get(pk=sent[fields["on"]])
        address = f"2001:db8:{0xF000 + number:x}::1"
        responses.report(reported, fields["complaint"], fields.get("text", ""), address=address)
    # No verb sends a comment in the past. Done last, for the rules look at what came today.
    Comment.objects.bulk_update(dated, ["created_at"])
    return len(dated)


def _sent_at(articles: dict[str, Article], fields: dict[str, Any]) -> datetime:
    return articles[fields["on"]].published_at + timedelta(minutes=fields["after"])


def _next_sitting(sent_at: datetime) -> datetime:
    begun = datetime.fromtimestamp(0, tz=UTC)
    return sent_at + SITTINGS - (sent_at - begun) % SITTINGS


def _first_answers(articles: dict[str, Article], all_fields: list[dict[str, Any]]) -> dict[str, datetime]:
    """When comments are answered first, by their keys: nobody can before they are approved. `all_fields` come oldest
    first."""
    return {
        fields["reply_to"]: _sent_at(articles, fields)
        for fields in reversed(all_fields)
        if "reply_to" in fields
    }


def _impose(all_fields: list[dict[str, Any]], *, by: User | None) -> None:
    """Impose sanctions, unless nobody is there to answer for them."""
    if by is None:
        return
    for fields in all_fields:
        sanction = sanctions.impose(
            _whom(fields),
            effect=fields.get("effect", Effect.HOLD),
            reason=fields["reason"],
            days=fields.get("days"),
            by=by,
        )
        match fields.get("ended"):
            case "lifted":
                sanctions.lift([sanction.pk], by=by)
            case "expired":
                # No verb imposes one in the past.
                began = sanction.created_at - timedelta(days=2 * fields["days"])
                Sanction.objects.filter(pk=sanction.pk).update(
                    created_at=began, expires_at=began + timedelta(days=fields["days"])
                )


def _whom(fields: dict[str, Any]) -> sanctions.Whom:
    if "writer" in fields:
        return sanctions.writer_of(Comment.objects.filter(author_name=fields["writer"]).earliest("pk"))
    if "name" in fields:
        return sanctions.name_like(fields["name"])
    return sanctions.domain_named(fields["domain"])


def _new_comment(fields: dict[str, Any], parent: Comment | None) -> submission.NewComment:
    name = fields["by"]
    readers = _comments()["readers"]
    return submission.NewComment(
        author_name=name,
        email=fields.get("email") or f"reader{readers.index(name) + 1}@example.org",
        website=fields.get("website", ""),
        body=bidi.clean_block(fields["text"]),
        honeypot=fields.get("honeypot", ""),
        parent=parent,
    )


def _sender(fields: dict[str, Any], number: int) -> submission.Sender:
    """A network of its own for each, of those kept for documentation (RFC 3849); one could not send so many."""
    return submission.Sender(
        f"2001:db8:{fields.get('network', number):x}::1",
        "Demo",
        has_browser=fields.get("has_browser", True),
    )


def _crowd() -> list[dict[str, Any]]:
    """The many short comments on one article, each from the next reader."""
    crowd, readers = _comments()["crowd"], _comments()["readers"]
    return [
        {
            "on": crowd["on"],
            "by": readers[number % len(readers)],
            "text": text,
            "after": crowd["every"] * (number + 1),
            "status": "approved",
        }
        for number, text in enumerate(crowd["texts"])
    ]


# Files


@cache
def _newsroom() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "newsroom.toml").read_text("utf-8"))


@cache
def _comments() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "comments.toml").read_text("utf-8"))


@cache
def _articles() -> dict[str, dict[str, Any]]:
    """The articles by name, which for those of the folder is that of their file."""
    files = sorted((FOLDER / "articles").glob("*.toml"))
    written = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in files}
    return written | {SEED: _newsroom()["seed"]}


def _slugs() -> set[str]:
    seed_page = text_page.parse((FOLDER / _newsroom()["seed"]["file"]).read_text("utf-8"))
    return {slugify(fields.get("headline", seed_page.headline)) for fields in _articles().values()}
