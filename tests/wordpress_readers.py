"""How WordPress reads WXR: its importer by a parser of XML, and where there is none by regular expressions.

Both follow `src/parsers/` of https://github.com/WordPress/wordpress-importer (0.9), `class-wxr-parser-simplexml.php`
and `class-wxr-parser-regex.php`, in what they look for and in what they make of it.
"""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

_WP = "{http://wordpress.org/export/1.2/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_EXCERPT = "{http://wordpress.org/export/1.2/excerpt/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
OF_POST = (
    "post_id", "post_date", "post_date_gmt", "comment_status", "ping_status", "status", "post_name", "post_parent",
    "menu_order", "post_type", "post_password", "is_sticky",
)  # fmt: skip
OF_COMMENT = (
    "comment_id", "comment_author", "comment_author_email", "comment_author_IP", "comment_author_url", "comment_date",
    "comment_date_gmt", "comment_content", "comment_approved", "comment_type", "comment_parent", "comment_user_id",
)  # fmt: skip
_TERMS = {
    "category": ("term_id", "category_nicename", "category_parent", "cat_name", "category_description"),
    "tag": ("term_id", "tag_slug", "tag_name", "tag_description"),
}
Read = dict[str, Any]


def by_parser(path: Path) -> Read:
    channel = ElementTree.parse(path).getroot().find("channel")
    return {
        "version": channel.findtext(f"{_WP}wxr_version"),
        "base_url": channel.findtext(f"{_WP}base_site_url"),
        "authors": [
            {
                name: author.findtext(f"{_WP}{name}", "")
                for name in ("author_id", "author_login", "author_display_name")
            }
            for author in channel.findall(f"{_WP}author")
        ],
        **{
            kind: [
                {name: term.findtext(f"{_WP}{name}", "") for name in names}
                for term in channel.findall(_WP + kind)
            ]
            for kind, names in _TERMS.items()
        },
        "posts": [_post_of(item) for item in channel.findall("item")],
    }


def _post_of(item: ElementTree.Element) -> Read:
    return {
        "post_title": item.findtext("title", ""),
        "guid": item.findtext("guid", ""),
        "post_author": item.findtext(_CREATOR, ""),
        "post_content": item.findtext(_CONTENT, ""),
        "post_excerpt": item.findtext(_EXCERPT, ""),
        **{name: item.findtext(_WP + name, "") for name in OF_POST},
        "attachment_url": item.findtext(f"{_WP}attachment_url", ""),
        "terms": [
            (term.get("domain"), term.get("nicename"), term.text or "")
            for term in item.findall("category")
            if term.get("nicename")
        ],
        "postmeta": _meta_of(item, "postmeta"),
        "comments": [
            {name: comment.findtext(_WP + name, "") for name in OF_COMMENT}
            | {"commentmeta": _meta_of(comment, "commentmeta")}
            for comment in item.findall(f"{_WP}comment")
        ],
    }


def _meta_of(element: ElementTree.Element, kind: str) -> list[tuple[str, str]]:
    return [
        (meta.findtext(f"{_WP}meta_key", ""), meta.findtext(f"{_WP}meta_value", ""))
        for meta in element.findall(_WP + kind)
    ]


def by_expressions(path: Path) -> Read:
    read: Read = {"version": "", "base_url": "", "authors": [], "category": [], "tag": [], "posts": []}
    within, held = "", ""
    for line in path.read_text().split("\n"):
        line = line.rstrip()
        if found := re.search(r"<wp:wxr_version>(\d+\.\d+)</wp:wxr_version>", line):
            read["version"] = read["version"] or found[1]
        if found := re.search(r"<wp:base_site_url>(.*?)</wp:base_site_url>", line):
            read["base_url"] = found[1]
            continue
        if found := re.search(r"<wp:author>(.*?)</wp:author>", line):
            names = ("author_id", "author_login", "author_display_name")
            read["authors"].append({name: _tag(found[1], f"wp:{name}") for name in names})
            continue
        begins = False
        for tag, name in (("item", "posts"), ("wp:category", "category"), ("wp:tag", "tag")):
            if f"<{tag}>" in line:
                within, begins, held = tag, True, line.partition(f"<{tag}>")[2].strip()
            elif f"</{tag}>" in line:
                within, held = "", held + line.partition(f"</{tag}>")[0].strip()
                read[name].append(
                    _post(held)
                    if tag == "item"
                    else {part: _tag(held, f"wp:{part}") for part in _TERMS[name]}
                )
        if within and not begins:
            held += line + "\n"
    return read


def _post(text: str) -> Read:
    return {
        "post_title": _tag(text, "title"),
        "guid": _tag(text, "guid"),
        "post_author": _tag(text, "dc:creator"),
        "post_content": _tag(text, "content:encoded"),
        "post_excerpt": _tag(text, "excerpt:encoded"),
        **{name: _tag(text, f"wp:{name}") for name in OF_POST},
        "attachment_url": _tag(text, "wp:attachment_url"),
        "terms": [
            (domain, nicename, name.replace("<![CDATA[", "").replace("]]>", ""))
            for domain, nicename, name in re.findall(
                r'<category domain="([^"]+?)" nicename="([^"]+?)">(.+?)</category>',
                text,
                re.IGNORECASE | re.DOTALL,
            )
        ],
        "postmeta": _meta(text, "wp:postmeta"),
        "comments": [
            {name: _tag(comment, f"wp:{name}") for name in OF_COMMENT}
            | {"commentmeta": _meta(comment, "wp:commentmeta")}
            for comment in re.findall(r"<wp:comment>(.+?)</wp:comment>", text, re.IGNORECASE | re.DOTALL)
        ],
    }


def _meta(text: str, tag: str) -> list[tuple[str, str]]:
    found = re.findall(f"<{tag}>(.+?)</{tag}>", text, re.IGNORECASE | re.DOTALL)
    return [(_tag(meta, "wp:meta_key"), _tag(meta, "wp:meta_value")) for meta in found]


def _tag(text: str, tag: str) -> str:
    found = re.search(f"<{tag}.*?>(.*?)</{tag}>", text, re.IGNORECASE | re.DOTALL)
    if not found:
        return ""
    value = found[1]
    if not value.startswith("<![CDATA["):
        return value
    if "]]]]><![CDATA[>" in value:
        return "".join(re.findall(r"<!\[CDATA\[(.*?)\]\]>", value, re.DOTALL))
    return re.sub(r"^<!\[CDATA\[(.*)\]\]>$", r"\1", value, flags=re.DOTALL)
