"""How a comment is judged: when it is sent, and again when its writer changes it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from comments import rules, screening, word_list
from comments.circumstances import Circumstances
from comments.models import Cause, Comment, Effect, Finding, Sanction, Status
from comments.newsroom_names import NAMES
from comments.terms import Terms
from comments.trust import is_trusted


@dataclass(frozen=True)
class Judgement:
    """All that was found, the strongest sanction that the writer comes under, and whether he is trusted."""

    findings: list[screening.Finding]
    sanction: Sanction | None
    is_trusted: bool
    terms: Terms

    @property
    def is_refused(self) -> bool:
        return self.sanction is not None and self.sanction.effect == Effect.BLOCK

    @property
    def is_shadowed(self) -> bool:
        return self.sanction is not None and self.sanction.effect == Effect.SHADOW

    def status(self, more: Iterable[screening.Finding] = ()) -> str:
        """What becomes of the comment, with what else was found."""
        # A writer who is held in silence is told of a rejection like everybody: its absence would tell him.
        return screening.verdict(
            [*self.findings, *more],
            mode=self.terms.mode,
            is_trusted=self.is_trusted,
            is_night=self.terms.is_night,
        )

    def cause(self, status: str) -> Cause:
        """Why a comment is `status` though no moderator read it."""
        if status == Status.REJECTED:
            return Cause.RULE
        return Cause.TRUST if self.is_trusted else Cause.CLEAN


def judge(draft: screening.Draft, known: Circumstances, *, writer: str, is_proven: bool) -> Judgement:
    """Judge `draft` by all rules; `writer` is the fingerprint of its address. One query where that is proven."""
    return Judgement(
        findings=screening.screen(draft, known.history, rules.RULES),
        sanction=known.sanctions[0] if known.sanctions else None,
        is_trusted=is_proven and is_trusted(writer, known.terms.policy.approvals_for_trust),
        terms=known.terms,
    )


def screen_alone(drafts: Iterable[screening.Draft]) -> Iterator[list[screening.Finding]]:
    """What the rules find in old comments, each by itself: of what came before it and of its sender nothing is known.

    Two queries, two more for lists that have changed.
    """
    history = screening.History(watched=word_list.WATCHED.now(), newsroom_names=NAMES.now())
    for draft in drafts:
        yield screening.screen(draft, history, rules.RULES)


def finding_rows(findings: Iterable[screening.Finding], comment: Comment | None = None) -> list[Finding]:
    """What screening found, as the rows that keep it."""
    return [
        Finding(
            comment=comment,
            rule=finding.rule,
            weight=finding.weight,
            facts=finding.facts,
            evidence=evidence(finding),
        )
        for finding in findings
    ]


def evidence(finding: screening.Finding) -> list[dict[str, Any]]:
    """The places of a finding, as its row keeps them."""
    return [{"field": span.field, "start": span.start, "end": span.end} for span in finding.evidence]
