"""Running the rules that judge a comment: values in, findings with their reasons out, never a verdict.

What follows from the findings is decided elsewhere. Nothing here stops at the first reason: a moderator
sees all.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

from comments.finding_sentences import FAILED, SLOW, sentence_of
from newsroom.text.term_index import Term, TermIndex, TermKind

logger = logging.getLogger(__name__)

Field = Literal["body", "author_name", "website"]
# What follows when a listed word is found: the moderator is told, the comment waits, or it is rejected.
Level = Literal["watch", "hold", "reject"]
# What a sanction looks at: the writer's address, the network, the name, or the links.
Target = Literal["email", "network", "name", "domain"]

# No finding ranks before one of this weight: what a rule could not judge, the moderator sees first.
UNJUDGED_WEIGHT = 100
# From this weight a finding holds the comment, whoever wrote it; below, it is a matter of style.
HOLDING_WEIGHT = 30
# Processor time of one rule. The slowest honest case, 10,000 watched terms prepared anew, takes a third of
# it; what takes longer is a text made to be slow. Not wall time, for a busy machine is not the reader's
# doing.
SECONDS_PER_RULE = 1.0


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment before it is stored, its text cleaned; only a program fills in `honeypot`.

    `has_browser` tells whether the request named a browser and the page it came from, as every browser does.
    """

    author_name: str
    website: str
    body: str
    honeypot: str
    has_browser: bool = True


@dataclass(frozen=True, slots=True)
class WatchedTerm:
    """A word or phrase that moderators want to see, how it may stand in a text, and why; the reason may be empty."""

    term: str
    reason: str
    kind: TermKind = TermKind.PHRASE
    level: Level = "hold"


class WordList:
    """What moderators watch for, prepared for look-up when it is first needed.

    To prepare 10,000 terms takes a third of a second, so that a list is kept for as long as it holds the same words.
    """

    def __init__(self, terms: Iterable[WatchedTerm] = ()) -> None:
        self.by_term = {watched.term: watched for watched in terms}

    @cached_property
    def index(self) -> TermIndex:
        return TermIndex(Term(watched.term, watched.kind) for watched in self.by_term.values())


@dataclass(frozen=True, slots=True)
class Order:
    """A sanction in force that a draft comes under, by what it looks at.

    `domain` is that of an order against links, as `links.domains` spells it.
    """

    target: Target
    domain: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """What came before a draft.

    `is_repeated` says that the same `rules.wording` came to the same article or from the sender's network in the last
    24 hours; `sender_count` counts what came from the same network, or from the same proven writer, in the
    last ten minutes, without the draft; `orders` are the sanctions that it comes under; `newsroom_names` are those of
    staff and authors, as `skeleton.fold_letters` has them.
    """

    is_repeated: bool = False
    sender_count: int = 0
    watched: WordList = field(default_factory=WordList)
    orders: tuple[Order, ...] = ()
    newsroom_names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in the stored text of a field, by offsets."""

    field: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule noticed: how much it weighs (1 to 100), and the facts of which `sentence` tells the moderator.

    `facts` go into JSON. `rejects` says that the newsroom wants no comment with this, which is for a word list alone
    to say.
    """

    rule: str
    weight: int
    facts: dict[str, Any] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    rejects: bool = False

    @property
    def sentence(self) -> str:
        return sentence_of(self.rule, self.facts)


class Rule(Protocol):
    """A judge of one matter; `name` identifies it for good, in stored findings too."""

    @property
    def name(self) -> str: ...

    def __call__(self, draft: Draft, history: History) -> Finding | None: ...


Verdict = Literal["approved", "pending", "rejected"]


def verdict(findings: Iterable[Finding], *, mode: str, is_trusted: bool, is_night: bool) -> Verdict:
    """Decide over all findings and the article's mode what becomes of a comment.

    Nothing goes public at night, nor anything that a rule weighed at HOLDING_WEIGHT or more. Where comments are closed,
    what its writer changes waits.
    """
    found = list(findings)
    if any(finding.rejects for finding in found):
        return "rejected"
    holds = any(finding.weight >= HOLDING_WEIGHT for finding in found)
    is_let_pass = mode == "findings" or (mode == "unproven" and is_trusted)
    return "approved" if is_let_pass and not holds and not is_night else "pending"


def screen(draft: Draft, history: History, rules: Iterable[Rule]) -> list[Finding]:
    """Return what `rules` find, in their order.

    All of them run. One that fails or takes more than SECONDS_PER_RULE leaves a finding that ranks first among the
    comment's: a filter that fails in silence is one that can be switched off from outside.
    """
    findings: list[Finding] = []
    begun = time.thread_time()
    for rule in rules:
        try:
            finding = rule(draft, history)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the moderator must learn of it
            # Only the kind: the message may quote the comment, and readers' words do not belong in logs.
            logger.error("Screening rule %s failed: %s", rule.name, type(error).__name__)
            finding = Finding(rule.name, UNJUDGED_WEIGHT, {"unjudged": FAILED})
        if finding is not None:
            findings.append(finding)
        ended = time.thread_time()
        if ended - begun > SECONDS_PER_RULE:
            findings.append(Finding(rule.name, UNJUDGED_WEIGHT, {"unjudged": SLOW}))
        begun = ended
    return findings
