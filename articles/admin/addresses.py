"""What becomes of a typed address is told: of most signs none stays."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from articles.models.addresses import Addressed


def tell_address(request: HttpRequest, typed: str, row: Addressed) -> None:
    """Say how the address of a stored row reads, if `typed` was another; nothing of one that was left to the site."""
    if typed.strip() not in ("", row.slug):
        messages.info(request, _("The address became “%(slug)s”.") % {"slug": row.slug})
