"""Bidirectional text for mail programs: Outlook sets mails with Word, which knows neither <bdi> nor isolates, and Gmail
takes unknown elements out.

What pages isolate stands in <span dir>, which is an embedding to programs of HTML 4, between two marks of the direction
around it: these hold what a mere embedding would draw along, such as the comma between two Latin names.
"""

from html import escape

from newsroom.text.bidi import strip_overrides
from newsroom.text.bidi_runs import Direction, edges, runs_to_isolate

_MARKS = {"rtl": "&rlm;", "ltr": "&lrm;"}


def isolate_by_marks(text: str, base: Direction) -> str:
    """A line as escaped HTML in which each run with moving edges stands between marks."""
    text = strip_overrides(text)
    pieces, position = [], 0
    around: list[Direction] = [base]
    for offset, direction in edges(runs_to_isolate(text, base)):
        pieces.append(escape(text[position:offset]))
        if direction:
            pieces.append(f'{_MARKS[around[-1]]}<span dir="{direction}">')
            around.append(direction)
        else:
            around.pop()
            pieces.append(f"</span>{_MARKS[around[-1]]}")
        position = offset
    return "".join([*pieces, escape(text[position:])])
