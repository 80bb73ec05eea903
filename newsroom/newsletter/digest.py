"""What a mail of the newsletter says: the stories of an issue, for readers of a language and of sections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import front_page, readings, sharing, stories
from articles.models import Article
from articles.seo import absolute
from newsroom.newsletter.models import Issue
from newsroom.text import bidi
from newsroom.text.excerpt import excerpt
from newsroom.text.numerals import arabic_indic
from newsroom.web import interface_language
from newsroom.web.numerals import are_arabic_indic

# The stories of an issue, and those of a mail; Gmail cuts what is longer than 102 kB, and a mail with these stays
# below 40 with every headline and summary as long as may be.
MOST_OF_ISSUE, MOST, MOST_READ = 60, 12, 3
SUMMARY = 220
# How far the first issue goes back, and how far one at most that comes after a pause.
FIRST, LONGEST = timedelta(days=1), timedelta(days=3)
# In the place of the links that are another for each reader.
LEAVE, CHOOSE = "https://leave.invalid/", "https://choose.invalid/"


@dataclass(frozen=True)
class Mail:
    """A mail for all who chose the same, until `to` puts the links of one reader into it."""

    subject: str
    text: str
    html: str
    language: str

    def to(self, *, leave: str, choose: str) -> "Mail":
        """With the links of a reader."""
        text, html = (part.replace(LEAVE, leave).replace(CHOOSE, choose) for part in (self.text, self.html))
        return Mail(self.subject, text, html, self.language)


def shown(issue: Issue) -> list[int]:
    """Those of the stories of an issue that readers see now. One query."""
    seen = stories.cards(issue.stories)
    return [number for number in issue.stories if number in seen]


def mail(issue: Issue, *, language: str, sections: Sequence[int] = ()) -> Mail | None:
    """The mail of an issue as things are now, with what was taken back left out; None where it has no story for such
    a reader. Two queries."""
    seen = stories.cards(issue.stories)
    told = [
        seen[number]
        for number in issue.stories
        if number in seen
        and seen[number].language == language
        and (not sections or seen[number].section_id in sections)
    ]
    if not told:
        return None
    told = told[:MOST]
    numbers = {article.pk for article in told}
    most_read = [
        article
        for article in readings.most_read(front_page.sections(with_most_read=True))
        if article.pk not in numbers and article.language == language
    ][:MOST_READ]
    with translation.override(language):
        return _written(issue, told, most_read)


def _written(issue: Issue, told: list[Article], most_read: list[Article]) -> Mail:
    lead, *others = told
    language = translation.get_language()
    direction = lead.direction
    more = ngettext("and %(count)d more story", "and %(count)d more stories", len(others))
    more = _digits(more % {"count": len(others)}) if others else ""
    context = {
        "day": _digits(date_format(issue.day, "l، j F Y" if language == "ar" else "l, j F Y")),
        "direction": direction,
        "start": "right" if direction == "rtl" else "left",
        "end": "left" if direction == "rtl" else "right",
        "language": language,
        "stories": [_told(article) for article in told],
        "most_read": [_told(article) for article in most_read],
        "preheader": f"{excerpt(lead.summary, 90)} {more}".strip(),
        "site": absolute(interface_language.in_language("/", language)),
        "leave": LEAVE,
        "choose": CHOOSE,
    }
    subject = _("Nashra today: %(headline)s") % {
        "headline": bidi.isolate_plain(excerpt(lead.headline, 120), direction)
    }
    context["subject"] = subject
    text = render_to_string("newsletter/digest.txt", context)
    return Mail(subject, text, render_to_string("newsletter/digest.html", context), language)


def _digits(text: str) -> str:
    """Words of ours with the digits of the edition: nothing exchanges them in a finished mail, which is full of
    addresses."""
    return arabic_indic(text) if are_arabic_indic() else text


def _told(article: Article) -> dict[str, str]:
    return {
        "headline": article.headline,
        "summary": excerpt(article.summary, SUMMARY),
        "section": article.section.name,
        "direction": article.direction,
        "url": sharing.short_link(article),
    }


def list_id() -> str:
    """RFC 2919: what names the list, whoever sends it."""
    return f"<newsletter.{urlsplit(settings.SITE_URL).hostname}>"


def today() -> Issue:
    """The issue that would go out now, which is not stored: for whoever looks at it, or tries it. Two queries."""
    last = Issue.objects.first()
    return compose(last.until if last else None)


def compose(last: datetime | None) -> Issue:
    """An issue of what appeared since `last` (aware), or in the day before now, and readers see. One query."""
    now = timezone.now()
    since = max(last, now - LONGEST) if last else now - FIRST
    found = Article.objects.published().filter(published_at__gt=since, published_at__lte=now).by_date()
    return Issue(
        day=timezone.localdate(),
        since=since,
        until=now,
        stories=list(found.values_list("pk", flat=True)[:MOST_OF_ISSUE]),
    )
