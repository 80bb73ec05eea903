"""Addresses of comments."""

from django.urls import path

from comments import views

app_name = "comments"
urlpatterns = [
    path("article/<int:article_pk>/", views.post, name="post"),
    path("reply/<int:pk>/", views.reply, name="reply"),
    path("mine/<slug:token>/", views.receipt, name="receipt"),
    path("<int:pk>/", views.permalink, name="permalink"),
]
