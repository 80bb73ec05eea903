"""RSS of the whole site, of each section, and of the corrections."""

from django.contrib.syndication.views import Feed
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import seo
from articles.models import Article, Correction, Section
from newsroom.text import bidi

ITEM_COUNT = 30
RIGHT_TO_LEFT_MARK = "\u200f"


class LatestFeed(Feed):
    """The latest articles. Addresses come from SITE_URL, so that a request's Host cannot poison a kept feed."""

    feed_type = Rss201rev2Feed
    language = "ar"
    title = gettext_lazy("Nashra")
    description = gettext_lazy("The latest news")

    def link(self) -> str:
        return seo.absolute("/")

    def feed_url(self) -> str:
        return seo.absolute(reverse("articles:feed"))

    def items(self):
        return Article.objects.published().for_feed().by_date()[:ITEM_COUNT]

    def item_title(self, article: Article) -> str:
        # Reader programs set a line by its first strong letter, which may be that of a Latin name.
        mark = RIGHT_TO_LEFT_MARK if article.direction == "rtl" else ""
        return f"{mark}{bidi.strip_overrides(article.headline)}"

    def item_description(self, article: Article) -> str:
        # A description is HTML by the RSS specification, and ours is text.
        return escape(bidi.strip_overrides(article.summary or seo.description(article)))

    def item_link(self, article: Article) -> str:
        return seo.absolute(article.get_absolute_url())

    def item_guid(self, article: Article) -> str:
        return seo.absolute(reverse("articles:short", args=[article.pk]))

    item_guid_is_permalink = False

    def item_pubdate(self, article: Article):
        return article.published_at

    def item_updateddate(self, article: Article):
        return article.updated_at

    def item_author_name(self, article: Article) -> str:
        return _(", ").join(byline.author.name for byline in article.bylines.all())

    def item_categories(self, article: Article) -> list[str]:
        return [article.section.name]


class SectionFeed(LatestFeed):
    def get_object(self, request, pk: int) -> Section:
        return get_object_or_404(Section, pk=pk)

    def title(self, section: Section) -> str:
        return _("Nashra: %(section)s") % {"section": section.name}

    def description(self, section: Section) -> str:
        return section.description or section.name

    def link(self, section: Section) -> str:
        return seo.absolute(section.get_absolute_url())

    def feed_url(self, section: Section) -> str:
        return seo.absolute(reverse("articles:section_feed", args=[section.pk]))

    def items(self, section: Section):
        return section.articles.published().for_feed().by_date()[:ITEM_COUNT]


class CorrectionsFeed(Feed):
    """The latest notes on what readers may see."""

    feed_type = Rss201rev2Feed
    language = "ar"
    title = gettext_lazy("Nashra: corrections")
    description = gettext_lazy("What we corrected, clarified, updated and retracted")

    def link(self) -> str:
        return seo.absolute(reverse("articles:corrections"))

    def feed_url(self) -> str:
        return seo.absolute(reverse("articles:corrections_feed"))

    def items(self):
        return Correction.objects.published().for_list()[:ITEM_COUNT]

    def item_title(self, correction: Correction) -> str:
        headline = bidi.isolate_plain(correction.article.headline, correction.article.direction)
        return _("%(kind)s: %(headline)s") % {"kind": correction.get_kind_display(), "headline": headline}

    def item_description(self, correction: Correction) -> str:
        # A description is HTML by the RSS specification, and ours is text.
        return linebreaksbr(bidi.strip_overrides(correction.note))

    def item_link(self, correction: Correction) -> str:
        return seo.absolute(correction.get_absolute_url())

    def item_guid(self, correction: Correction) -> str:
        return seo.absolute(f"{reverse('articles:corrections')}#{correction.anchor}")

    item_guid_is_permalink = False

    def item_pubdate(self, correction: Correction):
        return correction.at

    def item_updateddate(self, correction: Correction):
        return correction.edited_at or correction.at
