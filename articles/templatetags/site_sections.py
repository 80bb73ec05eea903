"""What the pages' furniture needs of the newspaper."""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import translate_url
from django.utils.encoding import uri_to_iri
from django.utils.translation import get_language, get_language_info

from articles import front_page, kept_pages, oembed, seo, sharing, site_pages, stories
from articles.models import Article, Section, SitePage
from articles.models.addresses import Addressed
from articles.models.article import LANGUAGES
from newsroom.web import interface_language, page_names
from newsroom.web.syndication import FORMS

register = template.Library()

STORIES_SHOWN = 4


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


@register.simple_tag(takes_context=True)
def latest_stories(context: Context) -> list[Article]:
    """The newest stories that readers see, with all that a card shows. One query; none for what is no page of a
    reader, such as a picture that is gone."""
    request = context["request"]
    is_page = request.method in ("GET", "HEAD") and not request.path.startswith(
        (settings.STATIC_URL, settings.MEDIA_URL)
    )
    if not is_page:
        return []
    found = stories.newest(None, STORIES_SHOWN)
    page_names.name(request, kept_pages.LISTS)
    kept_pages.shows(request, found)
    return found


@register.simple_tag
def feeds_of(subject: Addressed | str = "") -> list[dict[str, Any]]:
    """The feeds of a section, tag, author or series, of "corrections", or else of the whole site: `form`, `address`."""
    return [{"form": form, "address": seo.feed_address(subject, name)} for name, form in FORMS.items()]


@register.simple_tag
def other_languages(here: str) -> list[dict[str, str]]:
    """The page at a path with its chrome in the other languages: `code`, its `name` and `direction`, and `address`."""
    names = dict(LANGUAGES)
    return [
        {
            "code": code,
            "name": names[code],
            "direction": "rtl" if get_language_info(code)["bidi"] else "ltr",
            "address": _in_language(here, code),
        }
        for code, _name in settings.LANGUAGES
        if code != get_language()
    ]


def _in_language(here: str, language: str) -> str:
    """Where the page is in another language; the front page in it for what is no page in several."""
    there = translate_url(here, language)
    if there == here:
        return interface_language.in_language("/", language)
    path, mark, query = there.partition("?")
    return f"{uri_to_iri(path)}{mark}{query}"


@register.filter
def absolute(path: str) -> str:
    """The full address of one of our paths, for what leaves the site."""
    return seo.absolute(path)


register.filter("canonical", seo.canonical)
register.filter("open_graph_locale", seo.open_graph_locale)
register.filter("description", seo.description)
register.filter("article_page", seo.article_page)
register.filter("share_links", sharing.links)
register.filter("short_link", sharing.short_link)


@register.simple_tag
def oembed_of(article: Article) -> str:
    """The full address that tells of an article as a card for other sites."""
    return oembed.address_of(article)
