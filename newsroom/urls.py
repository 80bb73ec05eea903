"""All addresses of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_safe

from articles import oembed, sitemaps
from newsroom import health, metrics, staff_pages
from newsroom.api import documentation
from newsroom.web import offline, page_names, prefetching, text_files
from newsroom.web.media import media

urlpatterns = [
    # readers: in the language of the edition, and in others below /<language>/
    *i18n_patterns(
        # First, for below their prefix nothing else is looked through.
        path("comments/", include("comments.urls")),
        path("api/v1/docs/", page_names.kept()(require_safe(documentation.page)), name="api_docs"),
        path("newsletter/", include("newsroom.newsletter.urls")),
        path("", include("articles.urls")),
        prefix_default_language=False,
    ),
    # Below the names that Django's templates know.
    path("admin/password_reset/", staff_pages.AskForPassword.as_view(), name="admin_password_reset"),
    path("admin/password_reset/done/", staff_pages.PasswordAskedFor.as_view(), name="password_reset_done"),
    path(
        "admin/reset/<uidb64>/<token>/", staff_pages.ChoosePassword.as_view(), name="password_reset_confirm"
    ),
    path("admin/reset/done/", staff_pages.PasswordChosen.as_view(), name="password_reset_complete"),
    path("admin/", admin.site.urls),
    path("media/<path:name>", media, name="media"),
    path("api/v1/", include("newsroom.api.urls")),
    # reading off line
    path("offline/", offline.page, name="offline"),
    path("sw.js", offline.worker, name="worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("speculation-rules.json", prefetching.rules, name="speculation_rules"),
    # machines
    path("", include("articles.feed_urls")),
    path("", include("newsroom.federation.urls")),
    path("", include("comments.feed_urls")),
    path("oembed", oembed.oembed, name="oembed"),
    path("embed/article/<row:pk>/", oembed.card, name="embed"),
    path("sitemap.xml", sitemaps.index),
    path("sitemap-<str:name>.xml", sitemaps.part, name="sitemap"),
    path("robots.txt", text_files.robots),
    path("ads.txt", text_files.ads),
    path("humans.txt", text_files.humans),
    path("<slug:key>.txt", text_files.indexnow_key, name="indexnow_key"),
    path(".well-known/security.txt", text_files.security),
    path("healthz", health.ready, name="health"),
    path("healthz/live", health.live, name="live"),
    path("metrics", metrics.metrics, name="metrics"),
]

handler400 = "newsroom.errors.bad_request"
handler500 = "newsroom.errors.server_error"
