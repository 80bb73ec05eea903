"""How a comment is judged: when it is sent, and again when its writer changes it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from django.contrib.auth import get_user_model
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from articles.models import Article, Author
from comments import rules, sanctions, screening, word_list
from comments.models import Cause, Comment, Effect, Finding, Sanction, Status
from comments.terms import Terms
from comments.trust import is_trusted
from newsroom import encryption
from newsroom.text.skeleton import fold_letters

RATE_WINDOW = timedelta(minutes=10)
DUPLICATE_WINDOW = timedelta(hours=24)


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


def judge(
    article: Article,
    draft: screening.Draft,
    terms: Terms,
    *,
    writer: str,
    network: str,
    is_proven: bool,
    without: int | None = None,
) -> Judgement:
    """Judge `draft` by all rules, against what came before it `without` the comment itself where it is judged anew.

    `writer` and `network` are fingerprints. Seven queries at most.
    """
    orders = sanctions.against(
        email_fingerprint=writer,
        network_fingerprint=network,
        author_name=draft.author_name,
        website=draft.website,
        body=draft.body,
    )
    others = Comment.objects.exclude(pk=without)
    # Compared by fingerprints: folding the recent texts anew, made to be slow, would hold up every later comment.
    repeated = others.filter(
        Q(article=article) | Q(sender_fingerprint=network),
        wording_fingerprint=wording_fingerprint(draft.body),
        created_at__gte=timezone.now() - DUPLICATE_WINDOW,
    ).exists()
    # The pace is that of the address where it is proven, else that of the network.
    pace = Q(email_fingerprint=writer, is_proven=True) if is_proven else Q(sender_fingerprint=network)
    history = screening.History(
        is_repeated=repeated,
        sender_count=others.filter(pace, created_at__gte=timezone.now() - RATE_WINDOW).count(),
        watched=word_list.watched(),
        orders=tuple(sanctions.as_order(sanction) for sanction in orders),
        newsroom_names=_newsroom_names(),
    )
    return Judgement(
        findings=screening.screen(draft, history, rules.RULES),
        sanction=orders[0] if orders else None,
        is_trusted=is_proven and is_trusted(writer, terms.policy.approvals_for_trust),
        terms=terms,
    )


def screen_alone(drafts: Iterable[screening.Draft]) -> Iterator[list[screening.Finding]]:
    """What the rules find in old comments, each by itself: of what came before it and of its sender nothing is known.
    Two queries."""
    history = screening.History(watched=word_list.watched(), newsroom_names=_newsroom_names())
    for draft in drafts:
        yield screening.screen(draft, history, rules.RULES)


def wording_fingerprint(body: str) -> str:
    """Return what is equal for bodies of the same wording; keyed, for a short text is soon guessed."""
    return encryption.fingerprint("wording", rules.wording(body))


def _newsroom_names() -> frozenset[str]:
    """The names that staff and authors go by. One query."""
    staff = get_user_model().objects.filter(is_staff=True, is_active=True)
    full_name = Concat("first_name", Value(" "), "last_name")
    names = staff.values_list(full_name, "username").union(Author.objects.values_list("name", "slug"))
    return frozenset(_folded(name) for row in names for name in row) - {""}


@lru_cache(maxsize=8192)
def _folded(name: str) -> str:
    return fold_letters(name)


def finding_rows(findings: Iterable[screening.Finding], comment: Comment | None = None) -> list[Finding]:
    """What screening found, as the rows that keep it."""
    return [
        Finding(
            comment=comment,
            rule=finding.rule,
            weight=finding.weight,
            facts=finding.facts,
            evidence=[
                {"field": span.field, "start": span.start, "end": span.end} for span in finding.evidence
            ],
        )
        for finding in findings
    ]
