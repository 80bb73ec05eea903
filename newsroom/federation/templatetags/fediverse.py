"""Where programs of the fediverse find what a page shows."""

from django import template
from django.conf import settings

from articles.models import Article
from newsroom.federation import addresses
from newsroom.federation.models import Post

register = template.Library()


@register.simple_tag
def fediverse_document(article: Article) -> str:
    """The address of an article as a post, "" where the site takes no part. One query where it does."""
    if not settings.FEDERATION:
        return ""
    return addresses.post(article.pk, Post.objects.generation_of(article.pk))
