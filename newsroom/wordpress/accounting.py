"""What is known only when everything has come: which pictures were shown, which names were used, what is sticky."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from articles import front_page
from articles.models import Arrangement, Article, Author, Section, Tag
from articles.slots import Pick
from newsroom.text.bidi import clean_line
from newsroom.text.slug import slugify
from newsroom.wordpress import old_addresses
from newsroom.wordpress.models import ImportedItem, Kind, OldAddress, key_of
from newsroom.wordpress.names import Names
from newsroom.wordpress.old_addresses import Target
from newsroom.wordpress.report import Fate, Outcome, Report
from newsroom.wordpress.survey import Survey
from newsroom.wordpress.taxonomy import CategoryMap
from newsroom.wordpress.wishes import Wishes

# Addresses of the old site that lead to the site as a whole, whatever was in it.
_FEEDS = (
    "/feed/rss", "/feed/rss2", "/feed/rdf", "/rss", "/rss2", "/rdf", "/atom", "/rss.xml", "/feed.xml", "/atom.xml",
    "/comments/feed", "/comments/feed/atom", "/comments/feed/rss2", "/wp-rss.php", "/wp-rss2.php", "/wp-atom.php",
    "/wp-rdf.php", "/wp-feed.php", "?feed=rss2", "?feed=rss", "?feed=atom", "?feed=rdf", "?feed=comments-rss2",
)  # fmt: skip
_AT_ONCE = 2_000


def attachments(found: Survey, rehearsed: set[str], articles: Mapping[int, int], report: Report) -> None:
    """Account for attachments, and keep the addresses of their own pages, which lead to the article they belong to."""
    known = dict(ImportedItem.objects.filter(kind=Kind.IMAGE).values_list("key", "number").iterator())
    wanted = []
    for each in found.attachments.values():
        outcome = Outcome("attachment", each.line, each.number, each.title[:200], Fate.LEFT)
        if each.comments:
            outcome.comments = Counter({"left:comment_of_left": each.comments})
            outcome.comments_left = [(number, "comment_of_left") for number in each.comment_numbers]
        if each.image:
            outcome.fate, outcome.kind, outcome.number = Fate.CAME, Kind.IMAGE.value, each.image
        elif each.is_used:
            outcome.notes.append(("file_missing", each.reason))
            if each.guid in rehearsed:
                outcome.fate, outcome.notes = Fate.CAME, []
        elif key_of(each.guid) in known:
            outcome.fate, outcome.kind, outcome.number = (
                Fate.EARLIER,
                Kind.IMAGE.value,
                known[key_of(each.guid)],
            )
        else:
            outcome.notes.append(("unused", ""))
        report.outcomes.append(outcome)
        article = articles.get(each.parent)
        if article:
            own = [f"?attachment_id={each.number}", f"?p={each.number}", old_addresses.path_of(each.link)]
            wanted += [(address, Target(Kind.ARTICLE.value, article)) for address in own if address]
    _keep(wanted)


def names(
    found: Survey,
    wishes: Wishes,
    category_map: CategoryMap,
    rows: Mapping[type, Names],
    paths: Mapping[str, str],
    report: Report,
) -> None:
    """Account for categories, tags and writers, and keep the addresses of their archives."""
    wanted: list[tuple[str, Target]] = []
    base, tag_base = wishes.category_base.strip("/"), wishes.tag_base.strip("/")
    for slug, term in found.categories.items():
        place = category_map.place(slug)
        row = None
        if place.kind != "leave":
            row = rows[Section if place.kind == "section" else Tag].known(place.name)
        _account(report, "category", term.number, term.name, row, place.kind == "leave")
        if row is not None:
            target = Target(place.kind, row.pk)
            addresses = [f"/{base}/{paths[slug]}", f"/{base}/{slug}", f"?category_name={slug}"]
            wanted += [(address, target) for address in addresses]
            if term.number:
                wanted.append((f"?cat={term.number}", target))
    for slug, term in found.tags.items():
        row = rows[Tag].known(term.name)
        _account(report, "tag", term.number, term.name, row)
        if row is not None:
            target = Target(Kind.TAG.value, row.pk)
            wanted += [(f"/{tag_base}/{slug}", target), (f"?tag={slug}", target)]
    for login, writer in found.writers.items():
        row = rows[Author].known(writer.display_name)
        _account(report, "author", writer.number, writer.display_name, row)
        if row is not None:
            target = Target(Kind.AUTHOR.value, row.pk)
            nicename = slugify(login.replace("@", "-").replace(".", "-"))
            wanted += [(f"/author/{nicename}", target), (f"?author_name={nicename}", target)]
            if writer.number.isdecimal():
                wanted.append((f"?author={writer.number}", target))
    for term in found.others:
        outcome = Outcome("term", 0, 0, term.name[:200], Fate.LEFT, notes=[("taxonomy", term.taxonomy)])
        report.outcomes.append(outcome)
    if OldAddress.objects.exists():
        wanted += [(address, Target(Kind.FEED.value, 0)) for address in _FEEDS]
    _keep(wanted)


def _account(report: Report, source: str, number: str, name: str, row: Any, is_left: bool = False) -> None:
    there = int(number) if number.isascii() and number.isdecimal() and len(number) < 18 else 0
    outcome = Outcome(source, 0, there, clean_line(name)[:200], Fate.LEFT)
    if row is not None:
        outcome.fate = Fate.CAME
        outcome.kind = {Section: Kind.SECTION, Tag: Kind.TAG, Author: Kind.AUTHOR}[type(row)].value
        outcome.number = row.pk
    else:
        outcome.notes.append(("category_left" if is_left else "unused_name", ""))
    report.outcomes.append(outcome)


def _keep(wanted: Sequence[tuple[str, Target]]) -> None:
    with transaction.atomic():
        for start in range(0, len(wanted), _AT_ONCE):
            old_addresses.keep(wanted[start : start + _AT_ONCE])


def arrange(sticky: Sequence[tuple[int, Outcome]], report: Report) -> None:
    """Put sticky posts on the front page, where nobody has arranged it."""
    if not sticky:
        return
    if Arrangement.objects.exists():
        if any(outcome.fate == Fate.CAME for _number, outcome in sticky):
            report.remarks.append(("front_page_kept", ""))
        return
    public = Article.objects.published().filter(pk__in=[number for number, _outcome in sticky])
    newest = {number: place for place, number in enumerate(public.by_date().values_list("pk", flat=True))}
    slots = [front_page.LEAD] * front_page.PLACES[front_page.LEAD]
    slots += [front_page.SECOND] * front_page.PLACES[front_page.SECOND]
    picks = []
    for number, outcome in sorted(sticky, key=lambda pair: newest.get(pair[0], len(newest))):
        if number in newest and len(picks) < len(slots):
            picks.append(Pick(slots[len(picks)], number))
            outcome.notes.append(("sticky", ""))
        else:
            outcome.notes.append(("sticky_left", ""))
    if picks:
        front_page.arrange(front_page.Choice(picks=tuple(picks)), by=None)
