"""Addresses of feeds of comments, which are one whatever language a reader's pages are in."""

from django.urls import path

from comments import feeds

app_name = "comment_feeds"
urlpatterns = [
    path("feed/comments/<row:pk>/", feeds.article, name="article"),
    path("feed/comments/<row:pk>/<feed_form:form>/", feeds.article, name="article"),
]
