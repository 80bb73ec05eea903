"""Pictures in the texts of articles: which there are, and how they are printed.

A text names the master of a picture; what readers get is printed when the text is written, with the renditions that
exist by then, and again when the worker has made them or another file has come in their place. So a page with any
number of pictures asks the database for none of them.
"""

import re
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string

from articles.models import Article, Figure, FormerFile, Image
from newsroom.text import bidi, blocks
from newsroom.text.line_breaks import keep_scores_together
from newsroom.text.markup import escape_attribute
from newsroom.text.sanitizer import MEDIA_URL
from newsroom.text.tokens import StartTag, tokenize

# The width of a text is `--measure` of the style sheet.
SIZES = "(min-width: 45rem) 42rem, 100vw"
# Whether an article has the picture of the outer query; for Image.
IS_USED = Q(Exists(Article.objects.filter(hero=OuterRef("pk")))) | Q(
    Exists(Figure.objects.filter(image=OuterRef("pk")))
)

_MASTER = re.compile(re.escape(MEDIA_URL) + r"images/[0-9a-f]{2}/([0-9a-f]{32})\.jpg")


def pictures_in(body: str) -> list[Image]:
    """The pictures of the library in sanitized markup, in order. One query if there may be any."""
    return list(dict.fromkeys(_by_digest(body).values()))


def print_body(article: Article, *, lock: bool = True) -> list[Image]:
    """Print the sanitized body into `body_html`, its pictures with all their renditions, and return these pictures.

    Pictures in whose place another file was put are named by the new one from then on. To be stored, the rows of the
    pictures are locked until the transaction ends, so that the worker, who says of one that it is ready and then looks
    who shows it, misses nobody. One query if there may be pictures.
    """
    found = _by_digest(article.body, lock=lock)
    article.body = _replaced(article.body, found, _newest)
    html = blocks.printed(article.body, article.direction)
    html = keep_scores_together(bidi.isolate_markup(html, article.direction))
    article.body_html = _replaced(html, found, _printed)
    return list(dict.fromkeys(found.values()))


def note(article: Article, pictures: Iterable[Image]) -> None:
    """Keep which pictures stand in the text of an article. Two queries, a third if there are new ones."""
    numbers = {image.pk for image in pictures}
    article.figures.exclude(image__in=numbers).delete()
    new = numbers - set(article.figures.values_list("image_id", flat=True))
    Figure.objects.bulk_create(Figure(article=article, image_id=number) for number in sorted(new))


def print_again(image: Image) -> None:
    """Print anew the texts with a picture, article by article; nothing else of them changes."""
    for number in (
        Figure.objects.filter(image=image).order_by("article_id").values_list("article_id", flat=True)
    ):
        with transaction.atomic():
            # Articles are locked before pictures, as a save does.
            article = Article.objects.select_for_update().only("body", "language").get(pk=number)
            print_body(article)
            article.save(update_fields=["body", "body_html"])


def _by_digest(body: str, *, lock: bool = False) -> dict[str, Image]:
    """Pictures by the digests that the text names, in the order of the text."""
    digests = list(dict.fromkeys(_MASTER.findall(body)))
    if not digests:
        return {}
    former = FormerFile.objects.filter(digest__in=digests)
    named = Image.objects.filter(Q(digest__in=digests) | Q(pk__in=former.values("image"))).order_by("pk")
    images = list(named.select_for_update(no_key=True) if lock else named)
    current = {image.digest: image for image in images}
    if lacking := [digest for digest in digests if digest not in current]:
        by_number = {image.pk: image for image in images}
        for file in FormerFile.objects.filter(digest__in=lacking):
            current[file.digest] = by_number[file.image_id]
    return {digest: current[digest] for digest in digests if digest in current}


def _replaced(
    html: str, found: dict[str, Image], written: Callable[[str, dict[str, str], Image | None], str]
) -> str:
    """The markup with each picture as `written(tag, its attributes, its row or None)`; nothing else is touched."""
    pieces, position = [], 0
    for token in tokenize(html):
        if isinstance(token, StartTag) and token.name == "img":
            master = _MASTER.fullmatch(token.attributes.get("src", ""))
            image = found.get(master[1]) if master else None
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
