from django.urls import path

from . import views

app_name = "ui"
urlpatterns = [
    path("mau/", views.patterns, name="patterns"),
    path("mau/man-hinh/", views.pattern_room, name="pattern-room"),
    path("giao-dien/", views.preferences, name="preferences"),
]
