"""What the pages' furniture needs of the newspaper."""

from django import template

from articles.models import Section

register = template.Library()


@register.simple_tag
def sections() -> list[Section]:
    """All sections, in their order. One query."""
    return list(Section.objects.all())
