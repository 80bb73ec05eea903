"""The sitemap: every page that search engines should know, and no other."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap

from articles.models import Article, Section


class _OwnAddresses(Sitemap):
    """Addresses from SITE_URL: neither the sites framework nor a request's Host is asked."""

    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class ArticleSitemap(_OwnAddresses):
    limit = 5_000

    def items(self):
        return Article.objects.published().by_date().only("pk", "slug", "modified_at", "published_at")

    def lastmod(self, article: Article):
        return article.modified_at


class SectionSitemap(_OwnAddresses):
    def items(self):
        return Section.objects.all()


SITEMAPS = {"articles": ArticleSitemap, "sections": SectionSitemap}
