"""Pictures in the texts of articles: which there are, and how they are printed.

A text names the master of a picture; what readers get is printed when the text is written, with the renditions that
exist by then, and again when the worker has made them or another file has come in their place. So a page with any
number of pictures asks the database for none of them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles import kept_pages
from articles.models import Article, Figure, FormerFile, Image
from articles.workflow import PublishingError
from newsroom.text import bidi, blocks, reading_time
from newsroom.text.line_breaks import keep_together
from newsroom.text.markup import escape_attribute
from newsroom.text.outline import outlined
from newsroom.text.plain_markup import is_plain
from newsroom.text.sanitizer import MEDIA_URL
from newsroom.text.tokens import StartTag, tokenize

# The width of a text is `--measure` of the style sheet.
SIZES = "(min-width: 45rem) 42rem, 100vw"
# Whether an article, or the working copy of one, has the picture of the outer query; for Image.
IS_USED = Q(Exists(Article.objects.filter(hero=OuterRef("pk")))) | Q(
    Exists(Figure.objects.filter(image=OuterRef("pk")))
)

# Whatever begins like this is a file of one picture: its master or a rendition, with a query behind it or without.
_STEM = re.compile(re.escape(MEDIA_URL) + r"images/[0-9a-f]{2}/([0-9a-f]{32})")


class PictureMissing(PublishingError):
    """An article has pictures that the library does not have; the message says which."""


@dataclass(frozen=True)
class Pictures:
    """The pictures of an article: the main one, and those in its text by the digests that it names, in order."""

    hero: Image | None
    by_digest: dict[str, Image]

    @property
    def in_text(self) -> list[Image]:
        return list(dict.fromkeys(self.by_digest.values()))

    @property
    def all(self) -> list[Image]:
        return list(dict.fromkeys([self.hero] * (self.hero is not None) + self.in_text))


def take(article: Article) -> Pictures:
    """The pictures of an article with a sanitized body, locked in the order of numbers until the transaction ends.

    So nobody deletes or replaces one, or takes its credit away, while the article takes it, and the worker, who says
    of one that it is ready and then looks who shows it, misses nobody. Raises PictureMissing where the main image was
    deleted since it was chosen. One query if there may be any, a second where files were replaced.
    """
    pictures = _find(article.body, article.hero_id, lock=True)
    if pictures.hero is None and article.hero_id is not None:
        raise PictureMissing(_("The main image is no longer in the library. Choose another."))
    return pictures


def in_text(body: str) -> dict[str, Image]:
    """The pictures of the library in sanitized markup, by digest. One query if there may be any."""
    return _find(body).by_digest


def print_body(article: Article, found: dict[str, Image]) -> None:
    """Print the sanitized body into `body_html`, its pictures, which were `found`, with all their renditions; note its
    parts and the number of its words.

    Pictures that are named by a rendition, or in whose place another file was put, are named by their master from then
    on.
    """
    article.body = _replaced(article.body, found, _newest)
    article.words = reading_time.count_words(article.body)
    plain = is_plain(article.body)
    html, article.outline = outlined(article.body, plain=plain)
    if not plain:
        # Words of ours among the writer's are the text's own for good, whoever saves it and reads it.
        own = article.language if article.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(own):
            html = blocks.printed(html, article.direction)
    html = keep_together(bidi.isolate_markup(html, article.direction, plain=plain))
    article.body_html = _replaced(html, found, _printed)


def require(article: Article, pictures: Pictures) -> None:
    """Raise PictureMissing for what stands as a picture in the text and is none of the library: it was deleted, or its
    address was written by hand."""
    names: list[str] = []
    for token in tokenize(article.body) if "<img" in article.body else ():
        if isinstance(token, StartTag) and token.name == "img":
            address = token.attributes.get("src", "")
            if _named(address, pictures.by_digest) is None:
                names.append(token.attributes.get("alt") or address)
    if names:
        raise PictureMissing(_missing(list(dict.fromkeys(names))))


def _missing(names: Sequence[str]) -> str:
    sentence = ngettext(
        "The text has a picture that is not in the library: %(names)s. Take it out, or choose another.",
        "The text has pictures that are not in the library: %(names)s. Take them out, or choose others.",
        len(names),
    )
    return sentence % {"names": _(", ").join(f"«{bidi.isolate_plain(name)}»" for name in names)}


def same_text(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but the files that their pictures had. No query where they have none."""
    found = in_text(one + other)
    return bool(found) and _replaced(one, found, _newest) == _replaced(other, found, _newest)


def note(article: Article, pictures: Iterable[Image], *, unpublished: bool = False) -> None:
    """Keep which pictures stand in the text of an article, which has no working copy then, or in its working copy.

    Two queries, a third if there are new ones.
    """
    numbers = {image.pk for image in pictures}
    noted = article.figures.filter(is_unpublished=True) if unpublished else article.figures
    noted.exclude(image__in=numbers, is_unpublished=unpublished).delete()
    kept = noted.values_list("image_id", flat=True)
    Figure.objects.bulk_create(
        Figure(article=article, image_id=number, is_unpublished=unpublished)
        for number in sorted(numbers.difference(kept))
    )


def print_again(image: Image) -> None:
    """Print anew the texts with a picture, article by article; nothing else of them changes.

    Pages that show it are purged at the end: its files, or which of them there are, are others by now.
    """
    shown = Figure.objects.filter(image=image, is_unpublished=False).order_by("article_id")
    for number in shown.values_list("article_id", flat=True):
        with transaction.atomic():
            # Articles are locked before pictures, as a save does.
            locked = Article.objects.select_for_update().filter(pk=number)
            article = locked.only("body", "language", "hero").first()
            # It may have been deleted meanwhile.
            if article is not None:
                print_body(article, take(article).by_digest)
                article.save(update_fields=["body", "body_html"])
    kept_pages.pictured(image.pk)


def _find(body: str, hero: int | None = None, *, lock: bool = False) -> Pictures:
    digests = list(dict.fromkeys(_STEM.findall(body)))
    if not digests and hero is None:
        return Pictures(None, {})
    former = FormerFile.objects.filter(digest__in=digests)
    named = Image.objects.filter(
        Q(digest__in=digests) | Q(pk__in=former.values("image")) | Q(pk=hero)
    ).order_by("pk")
    by_number = {image.pk: image for image in (named.select_for_update(no_key=True) if lock else named)}
    current = {image.digest: image for image in by_number.values()}
    if lacking := [digest for digest in digests if digest not in current]:
        for file in FormerFile.objects.filter(digest__in=lacking):
            if file.image_id not in by_number:
                # It was replaced between the two queries, or while the first waited for it.
                return _find(body, hero, lock=lock)
            current[file.digest] = by_number[file.image_id]
    return Pictures(by_number.get(hero), {digest: current[digest] for digest in digests if digest in current})


def _named(address: str, found: dict[str, Image]) -> Image | None:
    """The picture of which this is the address of a file."""
    stem = _STEM.match(address)
    return found.get(stem[1]) if stem else None


def _replaced(
    html: str, found: dict[str, Image], written: Callable[[str, dict[str, str], Image | None], str]
) -> str:
    """The markup with each picture as `written(tag, its attributes, its row or None)`; nothing else is touched."""
    if "<img" not in html:
        return html
    pieces, position = [], 0
    for token in tokenize(html):
        if isinstance(token, StartTag) and token.name == "img":
            image = _named(token.attributes.get("src", ""), found)
            tag = html[token.start : token.end]
            pieces += [html[position : token.start], written(tag, token.attributes, image)]
            position = token.end
    return "".join([*pieces, html[position:]])


def _newest(tag: str, attributes: dict[str, str], image: Image | None) -> str:
    if image is None:
        return tag
    told = attributes | {"src": image.src, "width": str(image.width), "height": str(image.height)}
    return "<img{}>".format("".join(f' {name}="{escape_attribute(value)}"' for name, value in told.items()))


def _printed(tag: str, attributes: dict[str, str], image: Image | None) -> str:
    if image is None:
        return f'{tag[:-1]} loading="lazy" decoding="async">'
    told = {name: attributes.get(name, "") for name in ("alt", "title", "lang", "dir")}
    return render_to_string("articles/_picture.html", {"image": image, "sizes": SIZES, **told}).strip()
