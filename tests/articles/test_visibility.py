"""What is scheduled, withdrawn or not published yet is nowhere on the site until its second, with no worker at all."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from articles import publishing, revising, search_index
from articles.models import Article, SitePage
from newsroom.federation import actors
from tests import factories, public_site

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HOUR_OF_PUBLICATION = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
HEADLINE = "انقطاع كابل بحري يبطئ Starlink"
SLUG = "انقطاع-كابل-بحري-يبطئ-starlink"
# No other number of the site is like it.
NUMBER = 7_316_540
OUTBOX = "/fediverse/actors/{actor}/outbox/?page=1"
POST = f"/fediverse/articles/{NUMBER}/"
NOTE = "الصواب أنّ الكابل يخصّ Meta"
UNPUBLISHED = "عنوان لم يُنشر بعد عن Mistral"


def at(moment):
    return time_machine.travel(moment, tick=False)


@pytest.fixture
def site(settings):
    """An article that readers knew, with a comment and a correction, and others beside it; then a draft again."""
    tag, author = factories.tag("كابلات"), factories.author("سلمى الغانم")
    section, series = factories.section("اقتصاد"), factories.series("كابلات البحر")
    with at(HOUR_OF_PUBLICATION - 2 * DAY):
        for _ in range(3):
            factories.published(section=section, tags=[tag], authors=[author], series=series)
    with at(HOUR_OF_PUBLICATION - DAY):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('articles_article', 'id'), %s)", [NUMBER - 1]
            )
        article = factories.published(
            headline=HEADLINE,
            summary=HEADLINE,
            section=section,
            tags=[tag],
            authors=[author],
            series=series,
        )
        comment = factories.approved(article)
        factories.approved(article, parent=comment)
        factories.correction(article, note=NOTE)
        publishing.move(article, "withdraw", by=None)
    assert (article.pk, article.slug) == (NUMBER, SLUG)
    about = SitePage.objects.get(purpose="about")
    settings.FEDERATION = True
    return article, {
        "words": "كابل بحري Starlink Mistral ينشر", "article": NUMBER, "slug": SLUG, "comment": comment.pk,
        "section": section.pk, "section_slug": section.slug,
        "tag": tag.pk, "tag_slug": tag.slug,
        "author": author.pk, "author_slug": author.slug,
        "series": series.pk, "series_slug": series.slug,
        "month": f"{HOUR_OF_PUBLICATION:%Y-%m}",
        "page": about.pk, "page_slug": about.slug, "actor": actors.open_one(None, "news").pk,
        "year": f"{HOUR_OF_PUBLICATION:%Y}", "month_of_year": f"{HOUR_OF_PUBLICATION:%m}",
        "day": f"{HOUR_OF_PUBLICATION:%d}",
    }  # fmt: skip


def shown(answers):
    """Where the article is named, by its headline, address, number or correction."""
    named = public_site.naming(answers, HEADLINE, SLUG, str(NUMBER), NOTE)
    # What is left of a post says which it was, and nothing else.
    is_tombstone = answers[POST][0] == 410 and HEADLINE not in answers[POST][1]
    return named - {POST} if is_tombstone else named


def belongs(values):
    """Where the article belongs once readers may see it."""
    page = f"/article/{NUMBER}/{SLUG}/"
    thread = f"/comments/thread/{values['comment']}/"
    lists = {
        f"/{kind}/{values[kind]}/{values[f'{kind}_slug']}/" for kind in ("section", "tag", "author", "series")
    }
    searches = {
        f"/search/?q={values['words']}", f"/search/?q={values['words']}&section={values['section']}",
        f"/search/suggestions/?q={values['words']}",
    }  # fmt: skip
    month = f"/archive/{values['year']}/{values['month_of_year']}/"
    archive = {month, f"{month}{values['day']}/"}
    subjects = [f"{kind}/{values[kind]}/" for kind in ("section", "tag", "author", "series")]
    feeds = {
        f"{address}{form}"
        for address in ["/feed/", "/corrections/feed/", *(f"/feed/{subject}" for subject in subjects)]
        for form in ("", "atom/", "json/")
    } | {"/corrections/"}
    return (
        {
            "/",
            page,
            thread,
            POST,
            OUTBOX.format(**values),
            "/sitemap-news.xml",
            f"/sitemap-{values['month']}.xml",
        }
        | lists
        | archive
        | searches
        | feeds
    )


def in_english(addresses):
    """Those of the addresses that are pages for people, in English."""
    machines = ("/feed/", "/corrections/feed/", "/sitemap", "/fediverse/")
    return {f"/en{address}" for address in addresses if not address.startswith(machines)}


def crawl(client, values, *languages):
    """What the public site answers, once all words that are to be known are."""
    search_index.refresh()
    return public_site.crawl(client, *languages, **values)


def forms(answers):
    return {
        address.format(article=NUMBER, slug=SLUG): answers[address.format(article=NUMBER, slug=SLUG)][0]
        for address in public_site.ARTICLE
    }


def test_every_public_pattern_is_crawled():
    assert public_site.patterns() == set(public_site.ADDRESSES)


def test_nothing_names_a_scheduled_article_until_its_second_and_then_all_that_should(client, site):
    article, values = site
    with at(HOUR_OF_PUBLICATION - DAY):
        publishing.move(article, "publish", by=None, at=HOUR_OF_PUBLICATION)

    with at(HOUR_OF_PUBLICATION - SECOND):
        before = crawl(client, values, "en")
    with at(HOUR_OF_PUBLICATION):
        after = crawl(client, values, "en")

    assert shown(before) == set()
    assert (belongs(values) | in_english(belongs(values))) - shown(after) == set()
    # It was public once, so that its address says that it is gone for now.
    assert set(forms(before).values()) == {410}
    assert forms(after) == {
        f"/article/{NUMBER}/{SLUG}/": 200, f"/article/{NUMBER}/another-slug/": 301, f"/article/{NUMBER}/{SLUG}": 301,
        f"/article/{NUMBER}/": 301, f"/article/{NUMBER}": 301,
    }  # fmt: skip


def test_all_names_an_article_until_the_second_of_its_withdrawal_and_then_nothing(client, site):
    article, values = site
    with at(HOUR_OF_PUBLICATION - DAY):
        article = Article.objects.get(pk=article.pk)
        article.withdraw_at = HOUR_OF_PUBLICATION
        values |= {"month": "2026-02", "month_of_year": "02", "day": "28"}
        publishing.save(article)
        publishing.move(article, "publish", by=None)

    with at(HOUR_OF_PUBLICATION - SECOND):
        before = crawl(client, values)
    with at(HOUR_OF_PUBLICATION):
        after = crawl(client, values)

    assert belongs(values) - shown(before) == set()
    assert shown(after) == set()
    assert set(forms(after).values()) == {410}


@pytest.mark.parametrize(
    "hour", [HOUR_OF_PUBLICATION - 2 * SECOND, HOUR_OF_PUBLICATION + SECOND], ids=["public", "scheduled"]
)
def test_nothing_names_changes_until_they_are_published(client, site, hour):
    article, values = site
    with at(HOUR_OF_PUBLICATION - DAY):
        publishing.move(article, "publish", by=None, at=hour)
        changed = Article.objects.get(pk=article.pk)
        changed.headline = changed.summary = UNPUBLISHED
        changed.body = f"<p>{UNPUBLISHED}</p>"
        revising.save(
            changed,
            by=factories.superuser(),
            authors=list(changed.authors.all()),
            tags=list(changed.tags.all()),
        )

    with at(max(hour, HOUR_OF_PUBLICATION)):
        before = crawl(client, values)
        publishing.move(changed, "publish_changes", by=None)
        values["slug"] = Article.objects.get(pk=NUMBER).slug
        after = crawl(client, values)

    assert public_site.naming(before, UNPUBLISHED) == set()
    assert belongs(values) - shown(before) == set()
    page = f"/article/{NUMBER}/{values['slug']}/"
    named = public_site.naming(after, UNPUBLISHED)
    assert belongs(values) - {f"/article/{NUMBER}/{SLUG}/", "/sitemap-2026-03.xml"} | {page} <= named
