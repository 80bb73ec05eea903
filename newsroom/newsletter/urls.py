"""Addresses of the newsletter."""

from django.urls import path

from newsroom.newsletter import views

app_name = "newsletter"
urlpatterns = [
    path("", views.page, name="page"),
    path("subscribe/", views.subscribe, name="subscribe"),
    path("asked/", views.asked, name="asked"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("preferences/<str:token>/", views.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
