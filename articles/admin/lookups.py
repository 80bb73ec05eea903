"""Look-up fields of the admin that work without scripts, too: there they take a name, typed or out of a short list."""

import re
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import Model, QuerySet, Value

from newsroom.text import arabic
from newsroom.web.isolation import isolate_runs

# A list is there to be glanced through; what is not on it can be typed.
LISTED = 100
# Lines that a form may send for one field: each is looked up.
MOST_TYPED = 12
# As a key of the database is written, and no longer than one can be.
NUMBER = re.compile("[1-9][0-9]{0,17}")
_NUMBERED = re.compile(r"(.*)\((\d{1,18})\)", re.DOTALL)


class Unresolved(str):
    """Typed text that names no row, or several: for the field it is no number, whatever it looks like."""

    __slots__ = ()

    def __int__(self) -> int:
        raise ValueError("A name is not a number.")


class Listing:
    """What the look-up fields of one form list: a number and a name a row. All are read with the first: one query."""

    def __init__(self) -> None:
        self._queries: dict[type[Model], QuerySet] = {}
        self._found: dict[str, list[tuple[int, str]]] | None = None

    def add(self, rows: QuerySet) -> None:
        """List the first of `rows`, whose model says in `NAME` by which column or expression they are called."""
        rows = rows.order_by(*(rows.query.order_by or rows.model._meta.ordering))
        kind = Value(rows.model._meta.label)
        self._queries.setdefault(rows.model, rows.values_list(kind, "pk", rows.model.NAME)[:LISTED])

    def of(self, model: type[Model]) -> list[tuple[int, str]]:
        if self._found is None:
            self._found = {}
            first, *others = self._queries.values()
            for kind, number, name in first.union(*others, all=True):
                self._found.setdefault(kind, []).append((number, name))
        return self._found.get(model._meta.label, [])


class TypedNames:
    """Adds to a look-up field, where no script runs, lines for names (`template_name` draws them into `<noscript>`).

    A row is named by what it is called, in any spelling, or by that and the number in parentheses that the list puts
    behind. Text that names no row, or several, goes on to the field, which refuses it, and comes back to be mended.
    """

    template_name = "admin/widgets/lookup.html"
    lines: int
    # Whoever may not look rows up is shown none of their names either.
    may_look_up = False
    # What the form lists, where it does.
    listing: Listing | None = None

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        values = value if isinstance(value, (list, tuple)) else [value]
        typed = [text for text in values if isinstance(text, Unresolved)]
        chosen = [row for row in values if not isinstance(row, Unresolved)]
        context = super().get_context(name, chosen, attrs)
        context["widget"] |= {
            "typed_name": _typed(name),
            "typed": (typed + [""] * self.lines)[: max(self.lines, len(typed))],
            "listed": self.listing.of(self.field.remote_field.model)
            if self.listing and self.may_look_up
            else (),
        }
        return context

    def optgroups(self, name: str, value: list[str], attr: dict | None = None) -> list:
        # What else was sent the field has refused; the database would do it less politely.
        groups = super().optgroups(name, [text for text in value if NUMBER.fullmatch(text)], attr)
        for _label, options, _index in groups:
            for option in options:
                option["label"] = isolate_runs(option["label"])
        return groups

    def value_from_datadict(self, data, files, name: str) -> Any:
        chosen = super().value_from_datadict(data, files, name)
        typed = (
            [text.strip() for text in data.getlist(_typed(name))[:MOST_TYPED]]
            if hasattr(data, "getlist")
            else []
        )
        found = [self._row_named(text) for text in typed if text]
        if self.allow_multiple_selected:
            return list(dict.fromkeys([*(chosen or []), *found]))
        return found[0] if found else chosen

    def value_omitted_from_data(self, data, files, name: str) -> bool:
        return super().value_omitted_from_data(data, files, name) and _typed(name) not in data

    def _rows(self):
        return self.field.remote_field.model._default_manager.all()

    def _row_named(self, text: str) -> str:
        """The number of the one row that `text` names, else `text`. Two queries at most."""
        named = self._rows_named(text) if self.may_look_up else set()
        return str(named.pop()) if len(named) == 1 else Unresolved(text)

    def _rows_named(self, text: str) -> set[int]:
        named = {row.pk for row in self._rows().called(text)}
        if numbered := _NUMBERED.fullmatch(text):
            name, number = numbered.groups()
            row = self._rows().filter(pk=int(number)).first()
            # A number that was meant for part of a name must not bring up a stranger.
            if row and arabic.normalize(str(row)) == arabic.normalize(name):
                named.add(row.pk)
        return named


class Lookup(TypedNames, AutocompleteSelect):
    lines = 1


class LookupMultiple(TypedNames, AutocompleteSelectMultiple):
    lines = 3

    def build_attrs(self, base_attrs: dict, extra_attrs: dict | None = None) -> dict:
        # Each choice can be taken away by itself; the button that clears them all would stand within their list.
        return super().build_attrs(base_attrs, extra_attrs) | {"data-allow-clear": "false"}


def _typed(name: str) -> str:
    return f"{name}__typed"
