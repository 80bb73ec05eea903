"""What machines read about pages: addresses, descriptions, and structured data of schema.org."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles.models import Article, Author, Correction, Image, Section, Series, SitePage, Tag
from articles.models.addresses import Addressed
from articles.models.site_page import Purpose
from newsroom.text.excerpt import excerpt, html_excerpt
from newsroom.web import interface_language

DESCRIPTION_LENGTH = 160
# Properties of NewsMediaOrganization (https://schema.org/NewsMediaOrganization), and the types of pages that have one.
_POLICIES = {
    Purpose.PRINCIPLES: "publishingPrinciples",
    Purpose.ETHICS: "ethicsPolicy",
    Purpose.CORRECTIONS: "correctionsPolicy",
    Purpose.VERIFICATION: "verificationFactCheckingPolicy",
    Purpose.FEEDBACK: "actionableFeedbackPolicy",
    Purpose.SOURCES: "unnamedSourcesPolicy",
    Purpose.DIVERSITY: "diversityPolicy",
    Purpose.OWNERSHIP: "ownershipFundingInfo",
    Purpose.MASTHEAD: "masthead",
}
_PAGES = {Purpose.ABOUT: "AboutPage", Purpose.CONTACT: "ContactPage"}
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
    """The full address of one of our paths, as a URI, from SITE_URL and never from a request's Host."""
    return f"{settings.SITE_URL}{iri_to_uri(path)}"


def canonical(path: str) -> str:
    """The full address under which machines know one of our pages, whatever language it is read in."""
    return absolute(interface_language.in_edition(path))


def _iri(path: str) -> str:
    """The same as JSON-LD has it, which takes letters as they are: Arabic ones weigh a third of that."""
    return f"{settings.SITE_URL}{interface_language.in_edition(path)}"


def feed_address(subject: Addressed | str, form: str = "rss") -> str:
    """The path of a feed in one of its forms: of a section, tag, author or series, of "corrections", of all by ""."""
    if isinstance(subject, str):
        name, number = subject or "site", []
    else:
        name, number = subject._meta.model_name, [subject.pk]
    return reverse(f"feeds:{name}", args=[*number, form] if form != "rss" else number)


def open_graph_locale(language: str) -> str:
    return _LOCALES[language]


def description(article: Article) -> str:
    """The beginning of the summary or, without one, of the body, as plain text of one line."""
    if article.summary:
        return excerpt(article.summary, DESCRIPTION_LENGTH)
    return html_excerpt(article.body_html, DESCRIPTION_LENGTH)


def front_page(pages: Iterable[SitePage] = ()) -> SafeString:
    """`pages` are those of the site, by which the organization is told."""
    return graph(
        {
            "@type": "WebSite",
            "@id": _iri("/#website"),
            "name": _("Nashra"),
            "url": _iri("/"),
            "inLanguage": settings.LANGUAGE_CODE,
            "publisher": {"@id": _publisher()},
        },
        organization(pages),
    )


def article_page(article: Article) -> SafeString:
    """No query on an article loaded with `for_page`."""
    trail = breadcrumbs(article.section, article)
    return graph(news_article(article), trail, organization())


def site_page(page: SitePage, pages: Iterable[SitePage]) -> SafeString:
    """A page of the newspaper's own, by its purpose; `pages` are all of them."""
    facts = _page("WebPage", page) | {"inLanguage": page.language}
    facts |= {
        "@type": _PAGES.get(page.purpose, "WebPage"),
        "dateModified": page.modified_at.isoformat(timespec="seconds"),
    }
    if page.purpose == Purpose.ABOUT:
        facts["mainEntity"] = {"@id": _publisher()}
    return graph(facts, breadcrumbs(page), organization(pages))


@dataclass(frozen=True)
class Listed:
    """A page that is no row: its name, and where it is."""

    name: str
    address: str

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.address


def list_of_authors() -> Listed:
    return Listed(_("Our writers"), reverse("articles:authors"))


def authors_page() -> SafeString:
    page = list_of_authors()
    return graph(_page("CollectionPage", page), breadcrumbs(page), organization())


def archive_page(period: Any) -> SafeString:
    """A year, a month or a day (`articles.archive.Period`), or the front of the archive."""
    return graph(_page("CollectionPage", period), breadcrumbs(*period.above, period), organization())


def listing_page(subject: Section | Tag | Author | Series) -> SafeString:
    """The page of an author is about a person; the others collect articles."""
    facts = _page("CollectionPage", subject)
    if isinstance(subject, Author):
        person = {"@type": "Person", "name": subject.name, "url": facts["url"]}
        if subject.role:
            person["jobTitle"] = subject.role
        if subject.biography:
            person["description"] = excerpt(subject.biography, DESCRIPTION_LENGTH)
        facts |= {"@type": "ProfilePage", "mainEntity": person}
    elif told := getattr(subject, "description", ""):
        facts["description"] = told
    return graph(facts, breadcrumbs(*above(subject), subject), organization())


def above(subject: Section | Tag | Author | Series) -> list[Listed]:
    """What stands between the front page and the page of `subject`."""
    return [list_of_authors()] if isinstance(subject, Author) else []


def _page(kind: str, subject: Any) -> dict[str, Any]:
    """What is told of every page; `subject` has a name and an address."""
    return {
        "@type": kind,
        "name": subject.name,
        "url": _iri(subject.get_absolute_url()),
        "inLanguage": settings.LANGUAGE_CODE,
        "isPartOf": {"@id": _iri("/#website")},
        "publisher": {"@id": _publisher()},
    }


def graph(*nodes: dict[str, Any]) -> SafeString:
    return json_ld({"@context": "https://schema.org", "@graph": nodes})


def organization(pages: Iterable[SitePage] = ()) -> dict[str, Any]:
    """schema.org NewsMediaOrganization, with what it binds itself to where `pages` of the site say so."""
    facts = {
        "@type": "NewsMediaOrganization",
        "@id": _publisher(),
        "name": _("Nashra"),
        "url": _iri("/"),
        "logo": absolute(static("images/mark-180.png")),
        "correctionsPolicy": _iri(reverse("articles:corrections")),
    }
    # Of pages in several languages the first one in order stands for all.
    for page in reversed(list(pages)):
        address = _iri(page.get_absolute_url())
        if page.purpose == Purpose.CONTACT:
            facts["contactPoint"] = {"@type": "ContactPoint", "contactType": "newsroom", "url": address}
        elif name := _POLICIES.get(page.purpose):
            facts[name] = address
    return facts


def breadcrumbs(*subjects: Addressed) -> dict[str, Any]:
    """schema.org BreadcrumbList, from the front page to the last of `subjects`, which is the page itself. That one is
    told where the list would have less than two steps without it, and needs no address:
    https://developers.google.com/search/docs/appearance/structured-data/breadcrumb"""
    names = [_("Home"), *map(str, subjects)]
    if len(names) > 2:
        del names[-1]
    steps = [
        {"@type": "ListItem", "position": position, "name": name}
        for position, name in enumerate(names, start=1)
    ]
    for step, path in zip(steps, ["/", *(above.get_absolute_url() for above in subjects[:-1])], strict=False):
        step["item"] = _iri(path)
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def _publisher() -> str:
    """The name by which the facts of a page refer to the newsroom."""
    return _iri("/#publisher")


def news_article(article: Article) -> dict[str, Any]:
    """schema.org NewsArticle, without what the head of the page tells anyway (description, tags). No query on an
    article loaded with `for_page`."""
    url = _iri(article.get_absolute_url())
    facts: dict[str, Any] = {
        "@type": "NewsArticle",
        "headline": article.headline,
        "inLanguage": article.language,
        "url": url,
        "datePublished": article.published_at.isoformat(timespec="seconds") if article.published_at else None,
        "dateModified": article.updated_at.isoformat(timespec="seconds"),
        "articleSection": article.section.name,
        "author": [
            {
                "@type": "Person",
                "name": byline.author.name,
                "url": _iri(byline.author.get_absolute_url()),
            }
            for byline in article.bylines.all()
        ],
        "publisher": {"@id": _publisher()},
        "isAccessibleForFree": True,
    }
    if article.hero:
        files = article.hero.crops or [article.hero.share_card, article.hero.fallback_file]
        facts["image"] = [_image(article.hero, file) for file in files]
    if article.series:
        facts["isPartOf"] = {
            "@type": "CreativeWorkSeries",
            "name": article.series.name,
            "url": _iri(article.series.get_absolute_url()),
        }
    for other in article.in_other_languages:
        name = "translationOfWork" if other.pk == article.translation_of_id else "workTranslation"
        facts.setdefault(name, []).append(
            {"@type": "NewsArticle", "inLanguage": other.language, "url": _iri(other.get_absolute_url())}
        )
    if notes := article.notes:
        facts["correction"] = [_correction_comment(note) for note in notes]
    if article.source_name:
        facts["isBasedOn"] = article.source_url or article.source_name
    return facts


def _image(image: Image, file: dict[str, Any]) -> dict[str, Any]:
    facts = {
        "@type": "ImageObject",
        "url": absolute(file["src"]),
        "width": file["width"],
        "height": file["height"],
    }
    return facts | {"creditText": image.credit} if image.credit else facts


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
    written = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(written.translate(_ESCAPES))
