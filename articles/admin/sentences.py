"""Sentences of the desk that are made of several parts."""

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _


def who_writes(names: list[str]):
    """Who has the form of an article open, by their names."""
    listed = format_html_join(_(", "), "<bdi>{}</bdi>", ((name,) for name in names))
    return format_html(_("Open for editing at %(names)s") % {"names": "{}"}, listed)
