"""Addresses of comments."""

from django.urls import path

from comments.views import confirming, posting

app_name = "comments"
urlpatterns = [
    path("article/<int:article_pk>/", posting.post, name="post"),
    path("reply/<int:pk>/", posting.reply, name="reply"),
    path("mine/<slug:token>/", posting.receipt, name="receipt"),
    path("mine/<slug:token>/confirm/", confirming.ask, name="ask"),
    path("confirm/<slug:token>/", confirming.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", confirming.unsubscribe, name="unsubscribe"),
    path("<int:pk>/", posting.permalink, name="permalink"),
]
