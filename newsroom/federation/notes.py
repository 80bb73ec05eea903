"""What a post says of an article: headline, summary, link and hashtags, in what Mastodon keeps of HTML."""

import mimetypes
from typing import Any
from urllib.parse import urlsplit

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles import seo
from articles.models import Article, Tag
from newsroom.text import bidi
from newsroom.text.hashtags import hashtag

MOST_TAGS = 8
# Programs set a paragraph by its first strong letter, which may be that of a Latin name.
RIGHT_TO_LEFT_MARK = "\u200f"


def content(article: Article) -> SafeString:
    """The text of the post: elements and classes that Mastodon lets through (sanitize_config.rb), and no others."""
    mark = RIGHT_TO_LEFT_MARK if article.direction == "rtl" else ""
    paragraphs = [format_html("<p><strong>{}{}</strong></p>", mark, bidi.strip_overrides(article.headline))]
    if summary := article.summary or seo.description(article):
        lines = format_html_join(
            SafeString("<br>"), "{}", ((line,) for line in bidi.strip_overrides(summary).splitlines())
        )
        paragraphs.append(format_html("<p>{}{}</p>", mark, lines))
    paragraphs.append(format_html("<p>{}</p>", _link(seo.canonical(article.get_absolute_url()))))
    if found := hashtags(article):
        links = format_html_join(
            " ",
            '<a href="{}" class="mention hashtag" rel="tag">#<span>{}</span></a>',
            ((seo.canonical(tag.get_absolute_url()), word) for tag, word in found),
        )
        paragraphs.append(format_html("<p>{}</p>", links))
    return format_html_join("", "{}", ((paragraph,) for paragraph in paragraphs))


def _link(address: str) -> SafeString:
    """A link of which programs show the beginning: the rest of an Arabic address is percent signs."""
    scheme, netloc, path, *_rest = urlsplit(address)
    number, slash, slug = path.strip("/").rpartition("/")
    shown = f"{netloc}/{number}"
    return format_html(
        '<a href="{}" rel="nofollow noopener" target="_blank"><span class="invisible">{}://</span>'
        '<span class="ellipsis">{}</span><span class="invisible">{}{}/</span></a>',
        address,
        scheme,
        shown,
        slash,
        slug,
    )


def hashtags(article: Article) -> list[tuple[Tag, str]]:
    """The tags of an article that can be hashtags, as such: no spaces, no signs, a letter at least."""
    found = ((tag, hashtag(tag.name)) for tag in article.tags.all())
    return [(tag, word) for tag, word in found if word][:MOST_TAGS]


def tags(article: Article) -> list[dict[str, str]]:
    return [
        {"type": "Hashtag", "href": seo.canonical(tag.get_absolute_url()), "name": f"#{word}"}
        for tag, word in hashtags(article)
    ]


def pictures(article: Article) -> list[dict[str, Any]]:
    """The main image, with what it shows and whose it is: no picture of ours goes anywhere without its credit."""
    image = article.hero
    if image is None:
        return []
    file = image.fallback_file
    return [
        {
            "type": "Image",
            "mediaType": mimetypes.guess_type(file["src"])[0] or "image/jpeg",
            "url": seo.absolute(file["src"]),
            "name": "\n".join(filter(None, [image.alt, image.credit])),
            "width": file["width"],
            "height": file["height"],
            # From the middle, to the right and upwards; ours is in percent from the left and from the top.
            "focalPoint": [round(image.focal_x / 50 - 1, 2), round(1 - image.focal_y / 50, 2)],
        }
    ]
