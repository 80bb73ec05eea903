"""Running the rules that judge a comment: values in, findings with their reasons out, never a verdict.

What follows from the findings is decided elsewhere. Nothing here stops at the first reason: a moderator
sees all.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

logger = logging.getLogger(__name__)

Field = Literal["body", "author_name", "website"]

# A finding of this weight means that a person has to look.
HOLD = 100
# Processor time of one rule. The slowest honest case, 10,000 watched terms prepared anew, takes a fifth of
# it; what takes longer is a text made to be slow. Not wall time, for a busy machine is not the reader's
# doing.
SECONDS_PER_RULE = 1.0


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment before it is stored, its text cleaned; only a program fills in `honeypot`."""

    author_name: str
    email_fingerprint: str
    website: str
    body: str
    honeypot: str


@dataclass(frozen=True, slots=True)
class WatchedTerm:
    """A word or phrase that moderators want to see, and why; the reason may be empty."""

    term: str
    reason: str


@dataclass(frozen=True, slots=True)
class History:
    """What came before a draft.

    `recent_bodies` are of the same article or the same sender in the last 24 hours, a body perhaps twice;
    `sender_count` counts the sender's comments of the last ten minutes, without the draft.
    """

    recent_bodies: tuple[str, ...]
    sender_count: int
    watched: tuple[WatchedTerm, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in the stored text of a field, by offsets."""

    field: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule noticed: how much it weighs (1 to 100), and in an Arabic sentence for the moderator."""

    rule: str
    weight: int
    sentence: str
    evidence: tuple[Evidence, ...] = ()


class Rule(Protocol):
    """A judge of one matter; `name` identifies it for good, in stored findings too."""

    @property
    def name(self) -> str: ...

    def __call__(self, draft: Draft, history: History) -> Finding | None: ...


def screen(draft: Draft, history: History, rules: Iterable[Rule]) -> list[Finding]:
    """Return what `rules` find, in their order.

    All of them run. One that fails or takes more than SECONDS_PER_RULE leaves a finding that holds the
    comment: a filter that fails open is one that can be switched off from outside.
    """
    findings: list[Finding] = []
    for rule in rules:
        begun = time.thread_time()
        try:
            finding = rule(draft, history)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the comment must be held
            # Only the kind: the message may quote the comment, and readers' words do not belong in logs.
            logger.error("Screening rule %s failed: %s", rule.name, type(error).__name__)
            sentence = f"تعذّر تشغيل القاعدة «{rule.name}» على هذا التعليق، فلا بدّ أن يراجعه أحد المشرفين."
            finding = Finding(rule.name, HOLD, sentence)
        if finding is not None:
            findings.append(finding)
        if time.thread_time() - begun > SECONDS_PER_RULE:
            sentence = f"طال عمل القاعدة «{rule.name}» على هذا التعليق، فلا بدّ أن يراجعه أحد المشرفين."
            findings.append(Finding(rule.name, HOLD, sentence))
    return findings
