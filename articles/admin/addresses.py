"""Where the form of an article is; and what became of a typed address, of most signs of which none stays."""

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.models.addresses import Addressed


def form_of(number: int | None) -> str:
    """The address of the form of the article with this number; None is one that is not stored yet."""
    if number is None:
        return reverse("admin:articles_article_add")
    return reverse("admin:articles_article_change", args=[number])


def tell_address(request: HttpRequest, typed: str, row: Addressed) -> None:
    """Say how the address of a stored row reads, if `typed` was another; nothing of one that was left to the site."""
    if typed.strip() not in ("", row.slug):
        messages.info(request, _("The address became “%(slug)s”.") % {"slug": row.slug})
