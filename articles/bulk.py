"""One act on many articles: each by its own verb in a transaction of its own, so that none holds up the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from articles import denials, publishing, reviewing
from articles.denials import Denied
from articles.models import Article, Figure
from articles.models.article import TEXTS
from articles.workflow import ASSIGN, MOVES, PUBLISH

# As many as a list shows on one page at the most.
MOST = 200
# What is done with many at once, in the order of the list's menu. A time is chosen for one article at a time.
ACTS = ["submit", "take_back", ASSIGN, "return", "publish", "publish_changes", "archive", "restore"]
# Those after which readers see what they did not.
TO_READERS = {name for name, move in MOVES.items() if move.shows_text}


@dataclass
class Outcome:
    """What became of each article: done, or why not in a sentence for the person who tried."""

    done: list[Article] = field(default_factory=list)
    failed: list[tuple[Article, str]] = field(default_factory=list)
    denied: list[Denied] = field(default_factory=list)


def may_ever(user: Any, act: str) -> bool:
    """Whether there can be an article with which `user` may do it."""
    return user.has_perm(PUBLISH if act == ASSIGN else MOVES[act].permission)


def prospects(
    articles: Iterable[Article], act: str, *, by: Any
) -> tuple[list[Article], list[tuple[Article, str]]]:
    """Which of `articles` the act can be done with as they are now, and of the others why not. One query at most.

    What is foreseen is not promised: `act_on_each` finds out.
    """
    articles = list(articles)
    lacking = _without_credit(articles) if act in TO_READERS else set()
    in_hands = publishing.in_hands(articles) if act == "take_back" else set()
    able, unable = [], []
    for article in articles:
        reason = _obstacle(article, act, by)
        if not reason and article.pk in lacking:
            reason = _("A picture in it has no credit.")
        if not reason and article.pk in in_hands:
            reason = str(publishing.IN_HANDS)
        if reason:
            unable.append((article, reason))
        else:
            able.append(article)
    return able, unable


def _obstacle(article: Article, act: str, by: Any) -> str:
    if not may_ever(by, act) or not publishing.works_on(by, article):
        return _("It is not in your sections.") if by.has_perm(PUBLISH) else _("It is not yours.")
    if act != ASSIGN and not publishing.may_ever_move(by, article, MOVES[act]):
        return _("It is not yours.")
    sources = reviewing.ASSIGNABLE if act == ASSIGN else MOVES[act].sources
    if article.state not in sources:
        return _("Its state is “%(state)s”.") % {"state": article.state.label}
    if act == "publish_changes" and article.working_copy_id is None:
        return _("It has no changes to publish.")
    return ""


def _without_credit(articles: Iterable[Article]) -> set[int]:
    figures = Figure.objects.filter(article=OuterRef("pk"), image__credit="")
    numbers = [article.pk for article in articles if article.working_copy_id is None]
    found = Article.objects.filter(Q(hero__credit="") | Exists(figures), pk__in=numbers)
    return set(found.values_list("pk", flat=True))


def act_on_each(
    versions: Mapping[int, int], act: str, *, by: Any, note: str = "", reviewer: Any = None
) -> Outcome:
    """Do `act`, one of ACTS, with the articles of these numbers, each if its version is still the given one.

    What is denied is recorded. An article that is gone is passed over.
    """
    outcome = Outcome()
    found = Article.objects.defer(*TEXTS).in_bulk(list(versions))
    for number, version in versions.items():
        if (article := found.get(number)) is None:
            continue
        try:
            _act_on(article, act, by=by, note=note, reviewer=reviewer, version=version)
        except Denied as denied:
            denials.record(denied)
            outcome.denied.append(denied)
            outcome.failed.append((article, _("You may not do this with it.")))
        except publishing.PublishingError as error:
            outcome.failed.append((article, str(error)))
        else:
            outcome.done.append(article)
    return outcome


def _act_on(article: Article, act: str, *, by: Any, note: str, reviewer: Any, version: int) -> None:
    if act == "submit":
        reviewing.submit(article, by=by, reviewer=reviewer or article.reviewer, expected_version=version)
    elif act == "take_back":
        reviewing.take_back(article, by=by, expected_version=version)
    elif act == ASSIGN:
        reviewing.assign(article, reviewer, by=by, expected_version=version)
    else:
        publishing.move(article, act, by=by, note=note, expected_version=version)
