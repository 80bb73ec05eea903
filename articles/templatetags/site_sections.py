"""What the pages' furniture needs of the newspaper."""

from typing import Any

from django import template
from django.template import Context

from articles import front_page, seo, site_pages
from articles.models import Section, SitePage
from articles.models.addresses import Addressed
from newsroom.web.syndication import FORMS

register = template.Library()


@register.simple_tag(takes_context=True)
def sections(context: Context) -> list[Section]:
    """All sections, in their order. One query, or none where the view has put them into `sections`."""
    known: list[Section] | None = context.get("sections")
    return front_page.sections() if known is None else known


@register.simple_tag(takes_context=True)
def breaking_news(context: Context, menu: list[Section]) -> front_page.Choice | None:
    """The breaking news that came along with the sections, or what a preview puts into `breaking`. No query."""
    return context["breaking"] if "breaking" in context else front_page.banner_of(menu)


@register.simple_tag
def pages_of_the_site(menu: list[Section]) -> list[SitePage]:
    """The pages that came along with the sections. No query, and one where there are no sections."""
    return site_pages.at_the_foot(menu)


@register.simple_tag
def feeds_of(subject: Addressed | str = "") -> list[dict[str, Any]]:
    """The feeds of a section, tag, author or series, of "corrections", or else of the whole site: `form`, `address`."""
    return [{"form": form, "address": seo.feed_address(subject, name)} for name, form in FORMS.items()]


@register.filter
def absolute(path: str) -> str:
    """The full address of one of our paths, for what leaves the site: canonical links, share cards."""
    return seo.absolute(path)


register.filter("open_graph_locale", seo.open_graph_locale)
