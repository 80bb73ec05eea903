"""Columns of the desk's lists."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.template.defaultfilters import linebreaksbr
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from newsroom.web.isolation import isolate


def isolated_column(field: str, label: str | Promise) -> Callable[[Any], SafeString | None]:
    """A column of the desk with a stored text, sorted by its field. Django's own isolates nothing."""

    @admin.display(description=label, ordering=field)
    def column(row: Any) -> SafeString | None:
        # Where there is nothing, Django says so.
        value = getattr(row, field)
        return linebreaksbr(isolate(value)) if value else None

    # Of it Django makes the class of the cells.
    column.__name__ = field
    return column
