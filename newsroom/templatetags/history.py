"""What the history of a row on the desk says, in the language of whoever reads it."""

import json

from django import template
from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext

register = template.Library()


@register.filter
def change_message(entry: LogEntry) -> str:
    """What was done, with fields under the names that our catalog knows, and the move that was made with it.

    Django keeps the label of a field untranslated: its name with a capital letter, where the catalog has the name.
    """
    if not entry.change_message.startswith("["):
        return entry.get_change_message()
    parts = json.loads(entry.change_message)
    moves = [gettext(told) for part in parts if (told := part.get("moved"))]
    rest = [_named(part) for part in parts if "moved" not in part]
    if moves and not rest:
        return " ".join(moves)
    return " ".join([LogEntry(change_message=json.dumps(rest)).get_change_message(), *moves])


def _named(part: dict) -> dict:
    if "changed" not in part:
        return part
    names = [gettext(field_name(label)) for label in part["changed"]["fields"]]
    # As one: Django would write the Arabic «and» apart from its word.
    return {"changed": part["changed"] | {"fields": [gettext(", ").join(names)]}}


def field_name(label: str) -> str:
    """The message that stands for a field's untranslated label.

    The name comes first: with a capital letter it may be a word of Django's, such as «Summary».
    """
    name = label[:1].lower() + label[1:]
    return name if gettext(name) != name else label
