"""The form of an article as tests post it."""

from django.urls import reverse

from articles.models import Article
from tests import factories

ADD = "/admin/articles/article/add/"


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def payload(article=None, **fields):
    """What the form posts for `article` as it is stored, or for a new one."""
    known = article or Article(
        headline="OpenAI تطلق نموذجًا", body="<p>نص عن C++.</p>", section=factories.section()
    )
    names = [
        "kicker",
        "headline",
        "summary",
        "body",
        "language",
        "source_name",
        "source_url",
        "translated_from",
        "slug",
    ]
    form = {name: getattr(known, name) for name in names} | {
        "section": known.section_id,
        "opened_version": known.version if article else "",
        "bylines": [byline.author_id for byline in article.bylines.all()] if article else [],
        "tags": [tag.pk for tag in article.tags.all()] if article else [],
    }
    if article:
        form |= {"thread-TOTAL_FORMS": 0, "thread-INITIAL_FORMS": 0}
    return form | fields
