"""What machines read about an article: description and structured data (schema.org NewsArticle)."""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article, Correction
from articles.models.addresses import Addressed
from newsroom.text.excerpt import excerpt, html_excerpt

DESCRIPTION_LENGTH = 160
# As Django's json_script does: a closing tag inside the data cannot end the element. U+2028 and U+2029 end lines
# in old script parsers.
_ESCAPES = str.maketrans(
    {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
# By language; the names are those of Facebook, whose format Open Graph is, so that Sorani is not "ckb".
_LOCALES = {
    "ar": "ar_AR",
    "en": "en_US",
    "fr": "fr_FR",
    "tr": "tr_TR",
    "fa": "fa_IR",
    "ur": "ur_PK",
    "ckb": "cb_IQ",
    "he": "he_IL",
}


def absolute(path: str) -> str:
    """The full address of one of our paths, from SITE_URL and never from a request's Host."""
    return f"{settings.SITE_URL}{path}"


def feed_address(subject: Addressed | str, form: str = "rss") -> str:
    """The path of a feed in one of its forms: of a section, tag, author or series, of "corrections", of all by ""."""
    if isinstance(subject, str):
        name, number = (f"{subject}_feed" if subject else "feed"), []
    else:
        name, number = f"{subject._meta.model_name}_feed", [subject.pk]
    return reverse(f"articles:{name}", args=[*number, form] if form != "rss" else number)


def open_graph_locale(language: str) -> str:
    return _LOCALES[language]


def description(article: Article) -> str:
    """The beginning of the summary or, without one, of the body, as plain text of one line."""
    if article.summary:
        return excerpt(article.summary, DESCRIPTION_LENGTH)
    return html_excerpt(article.body_html, DESCRIPTION_LENGTH)


def news_article(article: Article, site_name: str) -> dict[str, Any]:
    """schema.org NewsArticle. No query on an article loaded with `for_page`."""
    url = absolute(article.get_absolute_url())
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.headline,
        "description": description(article),
        "inLanguage": article.language,
        "url": url,
        "mainEntityOfPage": url,
        "datePublished": article.published_at.isoformat(timespec="seconds") if article.published_at else None,
        "dateModified": article.updated_at.isoformat(timespec="seconds"),
        "articleSection": article.section.name,
        "keywords": [tag.name for tag in article.tags.all()],
        "author": [
            {"@type": "Person", "name": byline.author.name, "url": absolute(byline.author.get_absolute_url())}
            for byline in article.bylines.all()
        ],
        "publisher": {"@type": "NewsMediaOrganization", "name": site_name, "url": settings.SITE_URL},
        "isAccessibleForFree": True,
    }
    if article.hero:
        facts["image"] = [absolute(article.hero.share_card["src"]), absolute(article.hero.fallback)]
    if article.series:
        facts["isPartOf"] = {
            "@type": "CreativeWorkSeries",
            "name": article.series.name,
            "url": absolute(article.series.get_absolute_url()),
        }
    if notes := article.notes:
        facts["correction"] = [_correction_comment(note) for note in notes]
    if article.source_name:
        facts["isBasedOn"] = article.source_url or article.source_name
    return facts


def _correction_comment(note: Correction) -> dict[str, Any]:
    """schema.org CorrectionComment, as https://schema.org/correction takes it."""
    comment = {
        "@type": "CorrectionComment",
        "name": note.get_kind_display(),
        "text": note.note,
        "datePublished": note.at.isoformat(timespec="seconds"),
    }
    if note.edited_at:
        comment["dateModified"] = note.edited_at.isoformat(timespec="seconds")
    return comment


def json_ld(facts: dict[str, Any]) -> SafeString:
    """JSON for a data block, in which no character can end the element."""
    # Safe: every character that means something in HTML is escaped.
    return mark_safe(json.dumps(facts, ensure_ascii=False).translate(_ESCAPES))
