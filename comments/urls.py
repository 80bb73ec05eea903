"""Addresses of comments."""

from django.urls import path

from comments.views import confirming, posting, private, reading, responding

app_name = "comments"
urlpatterns = [
    path("article/<int:article_pk>/", posting.post, name="post"),
    path("reply/<int:pk>/", posting.reply, name="reply"),
    path("<int:pk>/", reading.permalink, name="permalink"),
    path("thread/<int:root_pk>/", reading.thread, name="thread"),
    # what others do with a comment
    path("<int:pk>/report/", responding.report, name="report"),
    path("<int:pk>/reported/", responding.reported, name="reported"),
    path("<int:pk>/useful/", responding.useful, name="useful"),
    path("<int:pk>/counted/", responding.counted, name="counted"),
    # what its writer does with it
    path("mine/<slug:token>/", private.receipt, name="receipt"),
    path("mine/<slug:token>/edit/", private.edit, name="edit"),
    path("mine/<slug:token>/withdraw/", private.withdraw, name="withdraw"),
    path("mine/<slug:token>/confirm/", confirming.ask, name="ask"),
    path("confirm/<slug:token>/", confirming.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", confirming.unsubscribe, name="unsubscribe"),
]
