"""Addresses of comments."""

from django.urls import path

from comments.views import confirming, posting, private, reading, responding

app_name = "comments"
urlpatterns = [
    path("article/<row:article_pk>/", posting.post, name="post"),
    path("reply/<row:pk>/", posting.reply, name="reply"),
    path("<row:pk>/", reading.permalink, name="permalink"),
    path("thread/<row:root_pk>/", reading.thread, name="thread"),
    # what others do with a comment
    path("<row:pk>/report/", responding.report, name="report"),
    path("<row:pk>/reported/", responding.reported, name="reported"),
    path("<row:pk>/useful/", responding.useful, name="useful"),
    path("<row:pk>/counted/", responding.counted, name="counted"),
    # what its writer does with it
    path("mine/<slug:token>/", private.receipt, name="receipt"),
    path("mine/<slug:token>/edit/", private.edit, name="edit"),
    path("mine/<slug:token>/withdraw/", private.withdraw, name="withdraw"),
    path("mine/<slug:token>/confirm/", confirming.ask, name="ask"),
    path("confirm/<slug:token>/", confirming.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", confirming.unsubscribe, name="unsubscribe"),
]
