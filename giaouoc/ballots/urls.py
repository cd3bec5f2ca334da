"""Addresses of blind ballots, open to whoever has them: the list, and the box."""

from django.urls import path

from . import views

app_name = "ballots"
urlpatterns = [
    path("phieu-kin/<uuid:pk>/", views.public, name="public"),
    path("phieu-kin/<uuid:pk>/trang-thai/", views.state, name="state"),
    path("phieu-kin/<uuid:pk>/bo/", views.drop, name="drop"),
    path("phieu-kin/<uuid:pk>/phieu.json", views.file, name="file"),
]
