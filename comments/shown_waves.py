"""What a moderator was shown of a wave, and what of it a decision moves."""

import json
from collections.abc import Mapping
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import NamedTuple

from django.db.models import Q

from comments import rules
from comments.models import Comment, Finding

# The card of a wave names so many of its writers, the first ones.
NAMES_SHOWN = 30
# Rules that every member after the first may come under, for being like the others.
SIGNS_OF_A_WAVE = ("wave", "duplicate", "flood")


class ShownWave(NamedTuple):
    """The member on a wave's card, and how far the wave went. Numbers of comments."""

    first: int
    through: int


NO_WAVES: Mapping[int, ShownWave] = MappingProxyType({})


def waiting(waves: Mapping[int, ShownWave]) -> dict[int, int]:
    """The comments that wait of these waves up to the last ones shown, each with its wave. One query, or none."""
    if not waves:
        return {}
    shown = reduce(or_, (Q(wave=wave, pk__lte=shown.through) for wave, shown in waves.items()))
    return dict(Comment.objects.held().filter(shown).order_by("pk").values_list("pk", "wave"))


def unlike(wave_of: Mapping[int, int], waves: Mapping[int, ShownWave]) -> set[int]:
    """Of these comments, each with its wave, in the order of their numbers, those that nobody can be said to have read
    who read the card.

    They have another wording or website than the member that was read, bear a name that the card does not show, or a
    rule found in them what it did not find in that one. All of them are, where that one was changed: nobody knows which
    of its texts was read. Two queries, none without comments.
    """
    if not wave_of:
        return set()
    columns = Comment.objects.only("wave_id", "edited_at", "author_name", "website", "body")
    rows = columns.in_bulk({shown.first for shown in waves.values()}.union(wave_of))
    found: dict[int, set[tuple[str, int, str]]] = {pk: set() for pk in rows}
    findings = Finding.objects.filter(comment__in=rows).exclude(rule__in=SIGNS_OF_A_WAVE)
    for pk, rule, weight, facts in findings.values_list("comment", "rule", "weight", "facts"):
        found[pk].add((rule, weight, json.dumps(facts, sort_keys=True)))
    members: dict[int, list[Comment]] = {}
    for pk, wave in wave_of.items():
        members.setdefault(wave, []).append(rows[pk])
    left = set()
    for wave, its_members in members.items():
        read = rows.get(waves[wave].first)
        if read is None or read.wave_id != wave or read.edited_at is not None:
            left.update(member.pk for member in its_members)
            continue
        says = _says(read)
        names = {read.author_name} | {member.author_name for member in its_members[:NAMES_SHOWN]}
        left.update(
            member.pk
            for member in its_members
            if member.author_name not in names or _says(member) != says or found[member.pk] - found[read.pk]
        )
    return left


def _says(comment: Comment) -> tuple[str, str]:
    """The same for comments between which it makes no difference which one was read: spaces, signs and dress apart."""
    return rules.wording(comment.body), comment.website
