"""All that has to be known of the moment in which a comment is judged, asked in one statement.

What is prepared from rows (words, names, the model of triage) is kept by the process, and the statement brings the
edition that is in force; so a change works at once in every process, and nothing is read that is at hand.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from operator import itemgetter
from typing import Any

from django.db.models import BigIntegerField, DateTimeField
from django.utils import timezone

from articles.models import Article
from comments import learning, rules, sanctions, screening, terms, word_list
from comments.models import Sanction
from comments.newsroom_names import NAMES
from comments.terms import Terms
from newsroom import encryption
from newsroom.prepared_statements import Parameter, Prepared, fetch_all
from newsroom.shared_statements import Shared
from newsroom.web import rate_limit

RATE_WINDOW = timedelta(minutes=10)
DUPLICATE_WINDOW = timedelta(hours=24)


# What of an article is needed to take a comment.
_ARTICLE = Prepared(
    lambda: (
        Article.objects.published(at=Parameter("now", DateTimeField()))
        .filter(pk=Parameter("article", BigIntegerField()))
        .only("headline", "summary", "body", "published_at")
        .order_by()
    )
)


class NotPublished(LookupError):
    """Readers see no article of that number."""


@dataclass(frozen=True)
class Circumstances:
    """`number` is drawn for the comment, `earlier` that of the same submission; `counts` are those of the rate limits.

    `wording` is the fingerprint of the text's wording, and `triage` the edition of the model that is to score it.
    """

    article: Article
    terms: Terms
    number: int
    earlier: int | None
    counts: Mapping[str, int]
    sanctions: list[Sanction]
    history: screening.History
    wording: str
    triage: uuid.UUID | None


def ask(
    article: Article | int,
    draft: screening.Draft,
    *,
    writer: str,
    network: str,
    is_proven: bool,
    submission: str = "",
    rate_keys: Sequence[str] = (),
    without: int | None = None,
) -> Circumstances:
    """Ask what came before `draft`, `without` the comment itself where it is judged anew.

    `article` may be the number of one that readers see; raises NotPublished where they see none. `writer`, `network`
    and `submission` are fingerprints. One query, one more for each list that has changed.
    """
    wording = wording_fingerprint(draft.body)
    row = _ASKING(
        {
            "article": article if isinstance(article, int) else article.pk,
            "now": timezone.now().isoformat(),
            "writer": writer,
            "network": network,
            "is_proven": is_proven,
            "domains": sanctions.domains_in(draft.author_name, draft.website, draft.body),
            "wording": wording,
            "submission": submission,
            "rate_keys": list(rate_keys),
            "without": without,
        }
    )
    stated, of_article = row[: terms.COLUMNS], row[-_ARTICLE.width :]
    number, earlier, counts, concerned, is_repeated, pace, words, names, triage = row[
        terms.COLUMNS : -_ARTICLE.width
    ]
    if isinstance(article, int):
        if of_article[0] is None:
            raise NotPublished
        article = _ARTICLE.read(of_article)
    met = sanctions.met(
        [(int(pk), target, value, effect) for pk, target, value, effect in concerned], draft.author_name
    )
    return Circumstances(
        article=article,
        terms=terms.read(stated, article),
        number=number,
        earlier=earlier,
        counts=counts or {},
        sanctions=met,
        history=screening.History(
            is_repeated=is_repeated,
            sender_count=pace,
            watched=word_list.WATCHED.of(words),
            orders=tuple(sanctions.as_order(sanction) for sanction in met),
            newsroom_names=NAMES.of(names),
        ),
        wording=wording,
        triage=triage,
    )


def wording_fingerprint(body: str) -> str:
    """Return what is equal for bodies of the same wording; keyed, for a short text is soon guessed."""
    return encryption.fingerprint("wording", rules.wording(body))


def _ask_together(asked: Sequence[Mapping[str, Any]]) -> list[tuple]:
    values = {
        "asked": json.dumps([{"place": place, **one} for place, one in enumerate(asked)], ensure_ascii=False),
        "duplicate_window": DUPLICATE_WINDOW,
        "rate_window": RATE_WINDOW,
        "enough": learning.ENOUGH_DECISIONS,
    }
    told = fetch_all(_statement(), values)
    return [row for _place, *row in sorted(told, key=itemgetter(0))]


_ASKING: Shared[Mapping[str, Any], tuple] = Shared(_ask_together)

# What differs from comment to comment.
_ASKED = {
    "article": "bigint",
    "now": "timestamptz",
    "writer": "text",
    "network": "text",
    "is_proven": "boolean",
    "domains": "text[]",
    "wording": "text",
    "submission": "text",
    "rate_keys": "text[]",
    "without": "bigint",
}


@cache
def _statement() -> str:
    # Comments are compared by fingerprints: folding the recent texts anew, made to be slow, would hold up every later
    # one. The pace is that of the address where it is proven, else that of the network. Times have an end too: of a
    # range without one a kept plan expects a third of all rows, and would read the table. What is asked for each has an
    # OFFSET, or the plan could join tables for all at once that it should look up single rows in.
    columns = ", ".join(f"{name} {kind}" for name, kind in _ASKED.items())
    of_one = f"""
SELECT
    stated.*,
    nextval('comments_comment_id_seq'),
    (SELECT id FROM comments_comment WHERE submission_fingerprint = %(submission)s),
    (SELECT json_object_agg(key, count) FROM ({rate_limit.COUNTED}) AS counted),
    ARRAY(SELECT ARRAY[id::text, target, value, effect] FROM ({sanctions.CONCERNED.sql}) AS concerned),
    EXISTS (
        SELECT FROM comments_comment
        WHERE wording_fingerprint = %(wording)s
            AND created_at BETWEEN %(now)s - %(duplicate_window)s AND %(now)s + interval '1 day'
            AND (article_id = %(article)s OR sender_fingerprint = %(network)s)
            AND id IS DISTINCT FROM %(without)s
    ),
    CASE WHEN %(is_proven)s THEN (
        SELECT count(*) FROM comments_comment
        WHERE email_fingerprint = %(writer)s AND is_proven
            AND created_at BETWEEN %(now)s - %(rate_window)s AND %(now)s + interval '1 day'
            AND id IS DISTINCT FROM %(without)s
    ) ELSE (
        SELECT count(*) FROM comments_comment
        WHERE sender_fingerprint = %(network)s
            AND created_at BETWEEN %(now)s - %(rate_window)s AND %(now)s + interval '1 day'
            AND id IS DISTINCT FROM %(without)s
    ) END,
    {word_list.WATCHED.in_force},
    {NAMES.in_force},
    ({learning.EDITION.sql}),
    article.*
FROM ({terms.RULES.sql}) AS stated
LEFT JOIN ({_ARTICLE.sql}) AS article ON true
OFFSET 0
"""  # noqa: S608 - all of it is written here
    for name in _ASKED:
        of_one = of_one.replace(f"%({name})s", f"asked.{name}")
    return f"""
SELECT asked.place, told.* FROM jsonb_to_recordset(%(asked)s::jsonb) AS asked (place int, {columns})
CROSS JOIN LATERAL ({of_one}) AS told
"""  # noqa: S608 - all of it is written here
