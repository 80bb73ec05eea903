"""Addresses of comments."""

from django.urls import path

from comments.views import posting

app_name = "comments"
urlpatterns = [
    path("article/<int:article_pk>/", posting.post, name="post"),
    path("reply/<int:pk>/", posting.reply, name="reply"),
    path("mine/<slug:token>/", posting.receipt, name="receipt"),
    path("<int:pk>/", posting.permalink, name="permalink"),
]
