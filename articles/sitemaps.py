"""The sitemap: every page that search engines should know, and no other."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.models import Article, Section, Series
from articles.seo import absolute


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
        return article.updated_at


class SectionSitemap(_OwnAddresses):
    def items(self):
        return Section.objects.all()


class SeriesSitemap(_OwnAddresses):
    def items(self):
        return Series.objects.published()


SITEMAPS = {"articles": ArticleSitemap, "sections": SectionSitemap, "series": SeriesSitemap}


@require_safe
def index(request: HttpRequest) -> TemplateResponse:
    """The list of sitemaps. Django's own view would take its addresses from the request's Host."""
    addresses = []
    for name, sitemap in SITEMAPS.items():
        address = absolute(reverse("sitemap", args=[name]))
        pages = sitemap().paginator.num_pages
        addresses += [address, *(f"{address}?p={page}" for page in range(2, pages + 1))]
    context = {"sitemaps": [{"location": address} for address in addresses]}
    return TemplateResponse(request, "sitemap_index.xml", context, content_type="application/xml")
