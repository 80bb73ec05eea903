"""Look-up fields of the admin that work without scripts, too: there they take a name, typed or out of a short list."""

import re
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

from newsroom.text import arabic

# A list is there to be glanced through; what is not on it can be typed.
LISTED = 100
_NUMBERED = re.compile(r"\((\d{1,18})\)\s*$")


class TypedNames:
    """Adds to a look-up field, where no script runs, lines for names (`template_name` draws them into `<noscript>`).

    A row is named by what it is called, in any spelling, or by the number in parentheses that the list puts behind.
    Text that names no row, or several, goes on to the field, which refuses it, and comes back to be mended.
    """

    template_name = "admin/widgets/lookup.html"
    lines: int
    # Whoever may not look rows up is shown none of their names either.
    may_look_up = False

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        values = value if isinstance(value, (list, tuple)) else [value]
        typed = [text for text in values if isinstance(text, str) and text and not text.isdecimal()]
        context["widget"] |= {
            "typed_name": _typed(name),
            "typed": (typed + [""] * self.lines)[: max(self.lines, len(typed))],
            "listed": self._rows()[:LISTED] if self.may_look_up else (),
        }
        return context

    def optgroups(self, name: str, value: list, attr: dict | None = None) -> list:
        return super().optgroups(name, [text for text in value if str(text).isdecimal()], attr)

    def value_from_datadict(self, data, files, name: str) -> Any:
        chosen = super().value_from_datadict(data, files, name)
        typed = [text.strip() for text in data.getlist(_typed(name))] if hasattr(data, "getlist") else []
        found = [self._row_named(text) for text in typed if text]
        if self.allow_multiple_selected:
            return list(dict.fromkeys([*(chosen or []), *found]))
        return found[0] if found else chosen

    def value_omitted_from_data(self, data, files, name: str) -> bool:
        return super().value_omitted_from_data(data, files, name) and _typed(name) not in data

    def _rows(self):
        return self.field.remote_field.model._default_manager.all()

    def _row_named(self, text: str) -> str:
        """The number of the row that `text` names, else `text`. Two queries at most."""
        if not self.may_look_up:
            return text
        number = _NUMBERED.search(text)
        if number and self._rows().filter(pk=number[1]).exists():
            return number[1]
        admin = self.admin_site.get_model_admin(self.field.remote_field.model)
        found, _may_repeat = admin.get_search_results(None, self._rows(), text)
        wanted = arabic.normalize(text)
        named = [row for row in found[:LISTED] if arabic.normalize(str(row)) == wanted]
        if len(named) == 1:
            return str(named[0].pk)
        # Digits that name nothing must not pass for a row's number.
        return f"“{text}”" if text.isdecimal() else text


class Lookup(TypedNames, AutocompleteSelect):
    lines = 1


class LookupMultiple(TypedNames, AutocompleteSelectMultiple):
    lines = 3

    def build_attrs(self, base_attrs: dict, extra_attrs: dict | None = None) -> dict:
        # Each choice can be taken away by itself; the button that clears them all would stand within their list.
        return super().build_attrs(base_attrs, extra_attrs) | {"data-allow-clear": "false"}


def _typed(name: str) -> str:
    return f"{name}__typed"
