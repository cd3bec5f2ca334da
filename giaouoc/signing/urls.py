"""Addresses of the public verification."""

from django.urls import path

from . import views

app_name = "signing"
urlpatterns = [
    path("xac-minh/", views.verify, name="verify"),
    path("xac-minh/<slug:code>/kiem-tra-ngoai-tuyen.zip", views.kit, name="kit"),
    path("xac-minh/<slug:code>/<path:name>", views.download, name="download"),
]
