"""What the pages' furniture needs of the newspaper."""

from django import template

from articles import seo
from articles.models import Section

register = template.Library()


@register.simple_tag
def sections() -> list[Section]:
    """All sections, in their order. One query."""
    return list(Section.objects.all())


@register.filter
def absolute(path: str) -> str:
    """The full address of one of our paths, for what leaves the site: canonical links, share cards."""
    return seo.absolute(path)


register.filter("open_graph_locale", seo.open_graph_locale)
