"""Addresses of the newspaper's pages; every one holds a number that finds the row and a slug for people."""

from django.urls import path

from articles import feeds, views

app_name = "articles"
urlpatterns = [
    path("", views.home, name="home"),
    path("article/<int:pk>/", views.detail, name="short"),
    path("article/<int:pk>/<str:slug>/", views.detail, name="detail"),
    path("section/<int:pk>/<str:slug>/", views.section, name="section"),
    path("tag/<int:pk>/<str:slug>/", views.tag, name="tag"),
    path("author/<int:pk>/<str:slug>/", views.author, name="author"),
    # feeds
    path("feed/", feeds.LatestFeed(), name="feed"),
    path("feed/section/<int:pk>/", feeds.SectionFeed(), name="section_feed"),
]
