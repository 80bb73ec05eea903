"""What pages that are kept say of the newspaper, by name, and what is purged when the newspaper changes.

- `article:7` is on each page that shows anything of article 7: its own, its threads, lists with its card.
- `thread:7` is on each page with comments on article 7; what is only counted is on all that show the article.
- `section:3`, `tag:5` and `series:2` are on pages of articles, whose related stories come from there.
- `lists` is on each page that shows a choice of articles, or counts them.
- `front` is on the front page.
- Names, menus and what stands at the foot are on so many pages that all of them are purged.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.http import HttpRequest

from articles.models import Arrangement, Article, ClockMove, Figure
from newsroom.web import page_names, purges
from newsroom.web.purges import CLOCK, Ahead
from newsroom.web.stored_pages import EVERY_PAGE

LISTS, FRONT = "lists", "front"
# Of so many articles a picture is purged by name; beyond them, everything is.
MOST_NAMED = 500
# How many of the things that the clock will do are known ahead at a time.
_AHEAD = 100


def name_of(number: int) -> str:
    return f"article:{number}"


def thread_of(number: int) -> str:
    return f"thread:{number}"


# What is on a page


def shows(request: HttpRequest, articles: Iterable[Article]) -> None:
    """Tell that the page shows something of these articles."""
    page_names.name(request, *(name_of(article.pk) for article in articles))


def names_of_story(article: Article, others: Iterable[Article]) -> list[str]:
    """The names of what the page of an article loaded with `for_page` shows, with `others` beside it. No query."""
    around = map(name_of, [*article.related, *(story.pk for story in (*others, *article.in_other_languages))])
    return [*_names_around(article), *around]


def _surroundings(article: Article) -> list[str]:
    """From where the page of an article takes other stories. One query, none where its tags were loaded."""
    names = [f"section:{article.section_id}", *(f"tag:{tag.pk}" for tag in article.tags.all())]
    return [*names, f"series:{article.series_id}"] if article.series_id else names


# What is purged


def changed(number: int) -> None:
    """Purge what shows an article as it is stored, or might; where a change may take it elsewhere, before it and after.

    Three queries.
    """
    columns = ("section", "series", "translation_of")
    article = Article.objects.only(*columns).get(pk=number)
    purges.purge(CLOCK, LISTS, *_names_around(article))


def _names_around(article: Article) -> list[str]:
    names = [name_of(article.pk), *_surroundings(article)]
    return [*names, name_of(article.translation_of_id)] if article.translation_of_id else names


def discussed(articles: Iterable[int]) -> None:
    """Purge what shows the comments on articles of these numbers, or how many they are. One query."""
    purges.purge(*map(name_of, articles))


def thread_changed(article: int) -> None:
    """Purge what shows the comments on an article, of which there are as many as before. One query."""
    purges.purge(thread_of(article))


def corrected(number: int) -> None:
    """Purge what shows the notes on an article, and when it was changed. One query."""
    purges.purge(name_of(number), LISTS)


def reordered(series: int) -> None:
    """Purge what shows the parts of a series in their order. One query."""
    purges.purge(f"series:{series}", LISTS)


def pictured(image: int) -> None:
    """Purge what shows a picture. Three queries."""
    heroes = Article.objects.filter(hero=image).values_list("pk", flat=True)
    figures = Figure.objects.filter(image=image, is_unpublished=False).values_list("article", flat=True)
    numbers = {*heroes[:MOST_NAMED], *figures[:MOST_NAMED]}
    purges.purge(LISTS, *([EVERY_PAGE] if len(numbers) >= MOST_NAMED else map(name_of, numbers)))


def arranged(was: Arrangement | None, now: Arrangement) -> None:
    """Purge what an arrangement of the front page changes: of the others, breaking news alone. One query."""
    banners = [(row.banner, row.banner_link, row.banner_ends_at) for row in (was, now) if row is not None]
    is_news_told = any(banner for banner, _link, _until in banners)
    purges.purge(CLOCK, EVERY_PAGE if is_news_told and len(set(banners)) > 1 else FRONT)


def all_changed() -> None:
    """Purge every page. One query."""
    purges.purge(EVERY_PAGE)


# What the clock changes


def ahead(since: float) -> Ahead:
    """When the clock changes what readers see, soonest first, and the names of the pages: the next of such changes
    after `since` (seconds since 1970). Three queries."""
    after = datetime.fromtimestamp(since, UTC)
    moves = ClockMove.objects.filter(at__gt=after).order_by("at").select_related("article")
    moves = moves.only("at", *(f"article__{name}" for name in ("section", "series", "translation_of")))
    hours = [
        (move.at.timestamp(), [LISTS, *_names_around(move.article)])
        for move in moves.prefetch_related("article__tags")[:_AHEAD]
    ]
    arrangement = Arrangement.objects.first()
    if arrangement is not None:
        for pick in arrangement.picks:
            hours += [
                (at, [FRONT]) for at in map(_moment, (pick.get("starts_at"), pick.get("ends_at"))) if at
            ]
        if arrangement.banner_ends_at:
            hours.append((arrangement.banner_ends_at.timestamp(), [EVERY_PAGE]))
    return sorted((hour for hour in hours if hour[0] > since), key=lambda hour: hour[0])


def _moment(text: str | None) -> float | None:
    return datetime.fromisoformat(text).timestamp() if text else None
