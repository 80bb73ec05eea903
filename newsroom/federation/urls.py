"""Addresses of the fediverse. They are for programs, and have one address whatever language a reader's pages are in."""

from django.urls import path

from newsroom.federation import views

app_name = "federation"
urlpatterns = [
    path(".well-known/webfinger", views.webfinger, name="webfinger"),
    path(".well-known/nodeinfo", views.nodeinfo_links, name="nodeinfo_links"),
    path("fediverse/nodeinfo/2.1/", views.nodeinfo, name="nodeinfo"),
    path("fediverse/inbox/", views.receive, name="shared_inbox"),
    path("fediverse/actors/<row:pk>/", views.actor, name="actor"),
    path("fediverse/actors/<row:pk>/inbox/", views.receive, name="inbox"),
    path("fediverse/actors/<row:pk>/outbox/", views.outbox, name="outbox"),
    path("fediverse/actors/<row:pk>/followers/", views.followers, name="followers"),
    path("fediverse/articles/<row:pk>/", views.article, name="article"),
    path("fediverse/articles/<row:pk>/<row:generation>/", views.article, name="article"),
]
