"""Addresses of the newspaper's pages; every one holds a number that finds the row and a slug for people."""

from django.urls import path

from articles import feeds, views


def _addresses(kind: str, view, name: str, short: str | None = None) -> list:
    """One kind of page. Forms that the view redirects are listed too, so that each answers one redirect."""
    return [
        path(f"{kind}/<int:pk>/<str:slug>/", view, name=name),
        path(f"{kind}/<int:pk>/<str:slug>", view),
        path(f"{kind}/<int:pk>/", view, name=short),
        path(f"{kind}/<int:pk>", view),
    ]


app_name = "articles"
urlpatterns = [
    path("", views.home, name="home"),
    *_addresses("article", views.detail, name="detail", short="short"),
    *_addresses("section", views.section, name="section"),
    *_addresses("tag", views.tag, name="tag"),
    *_addresses("author", views.author, name="author"),
    path("preview/<str:token>/", views.shared_preview, name="preview"),
    # Not redirected: that answer would be kept on the way, with the token in it.
    path("preview/<str:token>", views.shared_preview),
    *_addresses("series", views.series, name="series"),
    path("corrections/", views.correction_notes, name="corrections"),
    path("search/", views.search_results, name="search"),
    path("search/suggestions/", views.suggestions, name="suggestions"),
    path("feeds/", feeds.listing, name="feeds"),
]
