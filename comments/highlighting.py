"""Evidence in its place: a comment's text with what the screening rules pointed at marked."""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from comments.models import Comment, Finding
from newsroom.text.bidi import strip_overrides
from newsroom.text.bidi_runs import Direction, runs_to_isolate

# From this weight a finding is more often abuse than not; see the scale in `comments.rules`.
HEAVY = 60


class _Place(NamedTuple):
    start: int
    end: int
    finding: Finding
    is_whole: bool


def highlighted(comment: Comment, field: str) -> SafeString:
    """Return a field of a comment, marked. No query on a comment loaded with `for_desk`."""
    direction = comment.direction if field == "body" else comment.author_direction
    return marked(getattr(comment, field), field, comment.findings.all(), direction)


def marked(text: str, field: str, findings: Iterable[Finding], direction: Direction) -> SafeString:
    """Return the escaped text of `field` with `<mark>` around evidence; each mark names its findings in its title.

    Runs whose edges would move («C++») are isolated, as on the public page: a moderator has to see what readers will.
    """
    places = [place for finding in findings for place in _places(finding, field, len(text))]
    runs = [] if field == "website" else runs_to_isolate(text, direction)
    opening = {run.start: format_html('<bdi dir="{}">', run.direction) for run in runs}
    closing = {run.end for run in runs}
    edges = {0, len(text), *opening, *closing, *(edge for place in places for edge in place[:2])}
    cuts = sorted(edges)
    parts: list[str] = []
    for start, end in pairwise(cuts):
        parts.append(opening.get(start, ""))
        parts.append(_piece(text[start:end], [p for p in places if p.start <= start and end <= p.end]))
        parts.append("</bdi>" if end in closing else "")
    # Safe: every part is markup written here or the escaped output of format_html.
    return mark_safe("".join(parts))


def _piece(text: str, places: list[_Place]) -> str:
    clean = strip_overrides(text)
    if not places:
        return format_html("{}", clean)
    return format_html(
        '<mark class="{}" title="{}">{}</mark>',
        _strength(places),
        " — ".join(place.finding.sentence for place in places),
        clean,
    )


def _strength(places: list[_Place]) -> str:
    """A finding about all of the text must not drown those about a part of it."""
    weights = [place.finding.weight for place in places if not place.is_whole]
    if not weights:
        return "whole"
    return "heavy" if max(weights) >= HEAVY else "light"


def _places(finding: Finding, field: str, length: int) -> list[_Place]:
    return [
        _Place(span["start"], span["end"], finding, span["end"] - span["start"] == length)
        for span in finding.evidence
        if span["field"] == field and 0 <= span["start"] < span["end"] <= length
    ]
