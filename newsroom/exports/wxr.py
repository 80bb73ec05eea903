"""WXR 1.2, the format that WordPress writes and reads (`wp-admin/includes/export.php`), made of rows in files.

Elements stand as WordPress writes them, line by line: one of the readers of its importer finds them by regular
expressions. What WordPress has no place for stands in `wp:postmeta`, under names that begin with `nashra_`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from newsroom.exports.row_files import Beside, Row, RowFiles
from newsroom.text.standalone import in_full
from newsroom.text.tokens import EndTag, StartTag, Text, tokenize
from newsroom.web.syndication import only_xml

VERSION = "1.2"
FILE = "site.xml"
_PARTS = ("image", "page", "article")
_BESIDE = ("correction", "thread", "comment")
# By what an article is here, what it is there. Who is not signed in sees nothing that is private.
_STATUS = {"draft": "draft", "in_review": "pending", "published": "publish", "archived": "private"}
_COMMENT_STATUS = {"approved": "1", "pending": "0", "spam": "spam", "rejected": "trash", "deleted": "trash"}
# As WordPress has it for what has no hour yet.
_NO_MOMENT = "0000-00-00 00:00:00"
_SHORTCODE = re.compile(r"\[(?=/?[A-Za-z])")
_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="Nashra" created="{created}" -->
<rss version="2.0"
\txmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
\txmlns:content="http://purl.org/rss/1.0/modules/content/"
\txmlns:wfw="http://wellformedweb.org/CommentAPI/"
\txmlns:dc="http://purl.org/dc/elements/1.1/"
\txmlns:wp="http://wordpress.org/export/1.2/"
>

<channel>
\t<title>{title}</title>
\t<link>{url}</link>
\t<description></description>
\t<pubDate>{date}</pubDate>
\t<language>{language}</language>
\t<wp:wxr_version>1.2</wp:wxr_version>
\t<wp:base_site_url>{url}</wp:base_site_url>
\t<wp:base_blog_url>{url}</wp:base_blog_url>

"""
_FOOT = "</channel>\n</rss>\n"

Piece = tuple[bytes, Any]


@dataclass(frozen=True)
class Site:
    """Whose export it is: its address, name, language and zone, and when its rows were taken (aware)."""

    url: str
    title: str
    language: str
    zone: str
    taken_at: datetime


def pieces(files: RowFiles, site: Site, place: Any = None) -> Iterator[Piece]:
    """The document in pieces, each with the place behind it from which it can be gone on with, or None."""
    writer = _Writer(files, site)
    if place is None:
        yield writer.head().encode(), None
        yield from _encoded(writer.terms())
        place = {"part": _PARTS[0], "at": 0, "beside": {}}
        yield b"", place
    for part in _PARTS[_PARTS.index(place["part"]) :]:
        is_here = part == place["part"]
        offsets = place["beside"] if is_here else {}
        yield from writer.items(part, place["at"] if is_here else 0, offsets)
    yield _FOOT.encode(), {"part": _PARTS[-1], "at": files.path(_PARTS[-1]).stat().st_size, "beside": {}}


def _encoded(texts: Iterator[str]) -> Iterator[Piece]:
    for text in texts:
        yield text.encode(), None


class _Writer:
    """What is the same for all items: numbers that are free there, and who is called how."""

    def __init__(self, files: RowFiles, site: Site) -> None:
        self._files, self._site = files, site
        self._zone = ZoneInfo(site.zone)
        # One count there for what has a count each here; articles keep their numbers.
        self._first_page = files.highest("article")
        self._first_image = self._first_page + files.highest("page")
        self._first_tag = files.highest("section")
        # By name and by slug: so many as there are names, whatever the number of articles.
        self._logins = {row["name"]: _login(row) for row, _at in files.read("author")}
        self._tags = {row["name"]: row["slug"] for row, _at in files.read("tag")}
        self._sections = {row["slug"]: row["name"] for row, _at in files.read("section")}

    def head(self) -> str:
        return _HEAD.format(
            created=f"{self._site.taken_at.astimezone(UTC):%Y-%m-%d %H:%M}",
            title=escape(only_xml(self._site.title)),
            url=escape(self._site.url),
            date=format_datetime(self._site.taken_at.astimezone(UTC)),
            language=self._site.language,
        )

    def terms(self) -> Iterator[str]:
        """Authors, sections and tags, a line each."""
        for row, _at in self._files.read("author"):
            yield (
                f"\t<wp:author><wp:author_id>{row['number']}</wp:author_id>"
                f"<wp:author_login>{_cdata(_login(row))}</wp:author_login>"
                f"<wp:author_email>{_cdata('')}</wp:author_email>"
                f"<wp:author_display_name>{_cdata(row['name'])}</wp:author_display_name>"
                f"<wp:author_first_name>{_cdata('')}</wp:author_first_name>"
                f"<wp:author_last_name>{_cdata('')}</wp:author_last_name></wp:author>\n"
            )
        for row, _at in self._files.read("section"):
            yield (
                f"\t<wp:category>\n\t\t<wp:term_id>{row['number']}</wp:term_id>\n"
                f"\t\t<wp:category_nicename>{_cdata(row['slug'])}</wp:category_nicename>\n"
                f"\t\t<wp:category_parent>{_cdata('')}</wp:category_parent>\n"
                f"\t\t<wp:cat_name>{_cdata(_html(row['name']))}</wp:cat_name>\n"
                f"\t\t<wp:category_description>{_cdata(_html(row['description']))}</wp:category_description>\n"
                "\t</wp:category>\n"
            )
        for row, _at in self._files.read("tag"):
            yield (
                f"\t<wp:tag>\n\t\t<wp:term_id>{self._first_tag + row['number']}</wp:term_id>\n"
                f"\t\t<wp:tag_slug>{_cdata(row['slug'])}</wp:tag_slug>\n"
                f"\t\t<wp:tag_name>{_cdata(_html(row['name']))}</wp:tag_name>\n\t</wp:tag>\n"
            )

    def items(self, part: str, offset: int, offsets: dict[str, int]) -> Iterator[Piece]:
        beside = {
            kind: Beside(self._files, kind, offsets.get(kind, 0))
            for kind in (_BESIDE if part == "article" else ())
        }
        for row, after in self._files.read(part, offset):
            match part:
                case "image":
                    yield self._image(row).encode(), None
                case "page":
                    yield self._page(row).encode(), None
                case "article":
                    number = row["number"]
                    corrections = list(beside["correction"].of(number))
                    thread = next(iter(list(beside["thread"].of(number))), None)
                    yield self._article(row, corrections, thread).encode(), None
                    for comment in beside["comment"].of(number):
                        yield self._comment(comment).encode(), None
            places = {kind: rows.offset for kind, rows in beside.items()}
            yield b"\t</item>\n", {"part": part, "at": after, "beside": places}

    def _image(self, row: Row) -> str:
        name = row["file"].removeprefix("media/")
        meta = {
            "_wp_attached_file": name,
            "_wp_attachment_image_alt": row["alt"],
            "nashra_credit": row["credit"],
            "nashra_rights": row["rights"],
            "nashra_decorative": row["decorative"],
            "nashra_focal_point": [row["focal_x"], row["focal_y"]],
            "nashra_former_digests": row["former_digests"],
        }
        return self._item(
            number=self._first_image + row["number"],
            guid=self._url(f"/{row['file']}"),
            link=self._url(f"/{row['file']}"),
            title=row["title"] or row["alt"],
            author="",
            body="",
            excerpt=_html(row["caption"]),
            at=row["created_at"],
            modified_at=row["created_at"],
            slug=f"image-{row['number']}",
            status="inherit",
            kind="attachment",
            takes_comments=False,
            attachment=self._url(f"/{row['file']}"),
            meta=meta,
        )

    def _page(self, row: Row) -> str:
        return self._item(
            number=self._first_page + row["number"],
            guid=self._url(f"/page/{row['number']}/"),
            link=self._url(f"/page/{row['number']}/{quote(row['slug'])}/"),
            title=row["title"],
            author="",
            body=self._body(row["body_html"]),
            excerpt="",
            at=row["modified_at"],
            modified_at=row["modified_at"],
            slug=row["slug"],
            status="publish" if row["is_published"] else "draft",
            kind="page",
            takes_comments=False,
            order=row["position"],
            meta={"nashra_language": row["language"], "nashra_purpose": row["purpose"]},
        )

    def _article(self, row: Row, corrections: list[Row], thread: Row | None) -> str:
        said = [{key: note[key] for key in ("kind", "note", "at", "edited_at")} for note in corrections]
        meta = {
            "_thumbnail_id": row["hero"] and str(self._first_image + row["hero"]),
            "nashra_kicker": row["kicker"],
            "nashra_language": row["language"],
            "nashra_authors": row["authors"],
            "nashra_series": row["series"],
            "nashra_related": row["related"],
            "nashra_source": row["source_name"],
            "nashra_source_url": row["source_url"],
            "nashra_translated_from": row["translated_from"],
            "nashra_translation_of": row["translation_of"],
            "nashra_machine_translated": row["machine_translated"],
            "nashra_translation_reviewer": row["translation_reviewer"],
            "nashra_status": row["status"],
            "nashra_published_at": row["published_at"],
            "nashra_withdraw_at": row["withdraw_at"],
            "nashra_modified_at": row["modified_at"],
            "nashra_corrections": said,
            "nashra_old_addresses": row["old_addresses"],
            "nashra_comments": thread
            and {key: thread[key] for key in ("mode", "closes_after_days", "night")},
        }
        categories = [("category", row["section"], self._sections[row["section"]])]
        categories += [("post_tag", self._tags[name], name) for name in row["tags"]]
        return self._item(
            number=row["number"],
            guid=self._url(f"/article/{row['number']}/"),
            link=self._url(f"/article/{row['number']}/{quote(row['slug'])}/"),
            title=row["title"],
            author=self._logins[row["authors"][0]] if row["authors"] else "",
            body=self._body(row["body_html"]),
            excerpt=_html(row["summary"]),
            at=row["published_at"],
            modified_at=row["modified_at"],
            slug=row["slug"],
            status=self._status(row),
            kind="post",
            takes_comments=thread is None or thread["mode"] != "closed",
            categories=categories,
            meta=meta,
            old_slugs=row["former_slugs"],
        )

    def _status(self, row: Row) -> str:
        """By the clock of the moment when the rows were taken: what readers do not see then is not public there."""
        status = _STATUS[row["status"]]
        if status == "publish" and _moment(row["published_at"]) > self._site.taken_at:
            return "future"
        if status == "publish" and row["withdraw_at"] and _moment(row["withdraw_at"]) <= self._site.taken_at:
            return "private"
        return status

    def _item(
        self,
        *,
        number: int,
        guid: str,
        link: str,
        title: str,
        author: str,
        body: str,
        excerpt: str,
        at: str | None,
        modified_at: str,
        slug: str,
        status: str,
        kind: str,
        takes_comments: bool,
        meta: dict[str, Any],
        order: int = 0,
        attachment: str = "",
        categories: list[tuple[str, str, str]] | None = None,
        old_slugs: list[str] | None = None,
    ) -> str:
        """An item that is left open, for its comments."""
        local, universal = self._moments(at)
        changed, changed_universally = self._moments(modified_at)
        lines = [
            "\t<item>",
            f"<title>{_cdata(_html(title))}</title>",
            f"<link>{escape(link)}</link>",
            f"<pubDate>{format_datetime(_moment(at).astimezone(UTC)) if at else ''}</pubDate>",
            f"<dc:creator>{_cdata(author)}</dc:creator>",
            f'<guid isPermaLink="false">{escape(guid)}</guid>',
            "<description></description>",
            f"<content:encoded>{_cdata(body)}</content:encoded>",
            f"<excerpt:encoded>{_cdata(excerpt)}</excerpt:encoded>",
            f"<wp:post_id>{number}</wp:post_id>",
            # Without an hour WordPress would take the present one for that of the publication.
            f"<wp:post_date>{_cdata(local if at else changed)}</wp:post_date>",
            f"<wp:post_date_gmt>{_cdata(universal)}</wp:post_date_gmt>",
            f"<wp:post_modified>{_cdata(changed)}</wp:post_modified>",
            f"<wp:post_modified_gmt>{_cdata(changed_universally)}</wp:post_modified_gmt>",
            f"<wp:comment_status>{_cdata('open' if takes_comments else 'closed')}</wp:comment_status>",
            f"<wp:ping_status>{_cdata('closed')}</wp:ping_status>",
            f"<wp:post_name>{_cdata(slug)}</wp:post_name>",
            f"<wp:status>{_cdata(status)}</wp:status>",
            "<wp:post_parent>0</wp:post_parent>",
            f"<wp:menu_order>{order}</wp:menu_order>",
            f"<wp:post_type>{_cdata(kind)}</wp:post_type>",
            f"<wp:post_password>{_cdata('')}</wp:post_password>",
            "<wp:is_sticky>0</wp:is_sticky>",
        ]
        if attachment:
            lines.append(f"<wp:attachment_url>{_cdata(attachment)}</wp:attachment_url>")
        lines += [
            f'<category domain="{domain}" nicename="{escape(nicename)}">{_cdata(_html(name))}</category>'
            for domain, nicename, name in categories or ()
        ]
        lines += [_meta("wp:postmeta", "_wp_old_slug", slug) for slug in old_slugs or ()]
        lines += [_meta("wp:postmeta", name, value) for name, value in meta.items() if _says_something(value)]
        return "\n\t\t".join(lines) + "\n"

    def _comment(self, row: Row) -> str:
        local, universal = self._moments(row["created_at"])
        # Nobody sees it here, for it answers what nobody sees; there it would be shown without that.
        is_hidden = row["status"] == "approved" and not row["is_shown"]
        approved = "0" if is_hidden else _COMMENT_STATUS[row["status"]]
        meta = {
            # Of two that are one there.
            "nashra_status": row["status"] if row["status"] in ("rejected", "deleted") or is_hidden else None,
            "nashra_edited_at": row["edited_at"],
            "nashra_picked_at": row["picked_at"],
            "nashra_useful": row["useful"],
            "nashra_staff": row["staff"],
            "nashra_placeholder": row["is_placeholder"],
        }
        lines = [
            "\t\t<wp:comment>",
            f"<wp:comment_id>{row['number']}</wp:comment_id>",
            f"<wp:comment_author>{_cdata(_html(row['name']))}</wp:comment_author>",
            f"<wp:comment_author_email>{_cdata(row['email'] or '')}</wp:comment_author_email>",
            f"<wp:comment_author_url>{escape(only_xml(row['website']))}</wp:comment_author_url>",
            f"<wp:comment_author_IP>{_cdata('')}</wp:comment_author_IP>",
            f"<wp:comment_date>{_cdata(local)}</wp:comment_date>",
            f"<wp:comment_date_gmt>{_cdata(universal)}</wp:comment_date_gmt>",
            f"<wp:comment_content>{_cdata(_html(row['body']))}</wp:comment_content>",
            f"<wp:comment_approved>{_cdata(approved)}</wp:comment_approved>",
            f"<wp:comment_type>{_cdata('comment')}</wp:comment_type>",
            f"<wp:comment_parent>{row['in_reply_to'] or 0}</wp:comment_parent>",
            "<wp:comment_user_id>0</wp:comment_user_id>",
            *(_meta("wp:commentmeta", name, value) for name, value in meta.items() if _says_something(value)),
        ]
        return "\n\t\t\t".join(lines) + "\n\t\t</wp:comment>\n"

    def _body(self, html: str) -> str:
        return _as_classic(in_full(html, f"{self._site.url}/"))

    def _url(self, path: str) -> str:
        return f"{self._site.url}{path}"

    def _moments(self, at: str | None) -> tuple[str, str]:
        """A moment on the newsroom's clock, and in UTC."""
        if at is None:
            return _NO_MOMENT, _NO_MOMENT
        moment = _moment(at)
        return (
            f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M:%S}",
            f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        )


def _login(row: Row) -> str:
    """Of letters that WordPress leaves in a name by which an account signs in."""
    return f"author-{row['number']}"


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _cdata(text: str) -> str:
    return "<![CDATA[" + only_xml(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _html(text: str) -> str:
    """Plain text as WordPress keeps it: titles, names and comments are markup there."""
    return escape(text, quote=False)


def _meta(element: str, name: str, value: Any) -> str:
    """What is no text stands as JSON."""
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return (
        f"<{element}>\n\t\t\t<wp:meta_key>{_cdata(name)}</wp:meta_key>\n"
        f"\t\t\t<wp:meta_value>{_cdata(written)}</wp:meta_value>\n\t\t</{element}>"
    )


def _says_something(value: Any) -> bool:
    return value not in (None, "", False, 0, [], [50, 50])


def _as_classic(html: str) -> str:
    """Markup that WordPress leaves as it is: it makes a line break of each end of a line in a text without blocks, and
    takes a word in brackets for one of its codes."""
    written, in_pre = [], 0
    for token in tokenize(html):
        text = html[token.start : token.end]
        if isinstance(token, Text):
            text = _SHORTCODE.sub("&#91;", text if in_pre else text.replace("\n", " "))
        elif token.name == "pre":
            in_pre += 1 if isinstance(token, StartTag) else -1 if isinstance(token, EndTag) and in_pre else 0
        written.append(text)
    return "".join(written)
