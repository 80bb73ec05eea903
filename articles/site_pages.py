"""Pages of the newspaper itself: the verb that writes them, and how every page comes by those at its foot."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import kept_pages
from articles.models import PageEdition, Section, SitePage
from articles.models.addresses import loaded
from newsroom.text import bidi, blocks
from newsroom.text.line_breaks import keep_together
from newsroom.text.sanitizer import sanitize_article
from newsroom.text.tokens import StartTag, tokenize

# A foot with more of them helps nobody; the rest is found by links in texts, and in the sitemap.
MOST_AT_THE_FOOT = 30
_COLUMNS = ("id", "slug", "title", "language", "purpose")


class PageRefused(ValueError):
    """A page that is not kept; the message is for who wrote it."""


class PageConflict(PageRefused):
    """Somebody else saved the page since it was opened. `stored` is what they made of it."""

    def __init__(self, stored: SitePage) -> None:
        super().__init__(_("Somebody else changed this page since you opened it."))
        self.stored = stored


@transaction.atomic
def save(page: SitePage, *, by: Any, expected_version: int | None = None) -> SitePage:
    """Write a page and keep what it says as an edition.

    `by` is an account, or None for the site itself. `expected_version` is that of the stored page which the writer
    began from: PageConflict when it has another. Raises PageRefused for pictures, which pages do not take, and
    SanitizerError for a text that is too large.
    """
    if page.pk is not None:
        stored = SitePage.objects.select_for_update().get(pk=page.pk)
        if expected_version is not None and stored.version != expected_version:
            raise PageConflict(stored)
        page.version = stored.version
    page.title = SitePage._meta.get_field("title").to_python(page.title)
    print_body(page)
    page.version += 1
    page.modified_at = timezone.now()
    page.save_with_free_slug(page.title)
    PageEdition.objects.create(
        page=page, version=page.version, title=page.title, body=page.body, by=by, at=page.modified_at
    )
    kept_pages.all_changed()
    return page


@transaction.atomic
def delete(pages: QuerySet[SitePage]) -> None:
    """Delete pages with all their editions."""
    pages.delete()
    kept_pages.all_changed()


def print_body(page: SitePage) -> None:
    """Sanitize the body, and print what readers get. Raises as `save` does. No query."""
    page.body = sanitize_article(page.body)
    for token in tokenize(page.body):
        # Pictures are noted by article, so that the library keeps what they show; frames need a policy of their own.
        if isinstance(token, StartTag) and (
            token.name == "img" or "embed" in token.attributes.get("class", "").split()
        ):
            raise PageRefused(_("Pages take no pictures and no cards of other sites. Take them out."))
    html = blocks.printed(page.body, page.direction)
    page.body_html = keep_together(bidi.isolate_markup(html, page.direction))


# Reading


def rows() -> ArraySubquery:
    """The pages at the foot as a column of another query, for `at_the_foot`."""
    columns = {name: name for name in _COLUMNS}
    found = SitePage.objects.published().in_order()[:MOST_AT_THE_FOOT]
    return ArraySubquery(found.values(row=JSONObject(**columns)))


def at_the_foot(sections: Sequence[Section]) -> list[SitePage]:
    """The published pages in their order, from what `front_page.sections` returned. One query without sections."""
    if not sections:
        return list(SitePage.objects.published().in_order().only(*_COLUMNS)[:MOST_AT_THE_FOOT])
    return loaded(SitePage, _COLUMNS, sections[0].pages)
