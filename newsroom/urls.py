"""All addresses of the site."""

from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from articles import sitemaps
from newsroom.web import health
from newsroom.web.media import media
from newsroom.web.robots import robots

urlpatterns = [
    path("", include("articles.urls")),
    path("comments/", include("comments.urls")),
    path("admin/", admin.site.urls),
    path("media/<path:name>", media, name="media"),
    # machines
    path("sitemap.xml", sitemaps.index),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": sitemaps.SITEMAPS}, name="sitemap"),
    path("robots.txt", robots),
    path("healthz", health.healthz, name="health"),
]

handler400 = "newsroom.errors.bad_request"
