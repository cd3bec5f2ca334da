"""Addresses of a signing round under its year: the room's screen, and the file that is signed elsewhere."""

from django.urls import path

from . import ceremony

app_name = "ceremony"
urlpatterns = [
    path("<slug:code>/", ceremony.screen, name="ceremony"),
    path("<slug:code>/tep/", ceremony.file, name="file"),
    path("<slug:code>/tep/bat-dau/", ceremony.begin, name="begin"),
    path("<slug:code>/tep/thoi/", ceremony.release, name="release"),
    path("<slug:code>/tep/ban-can-ky.pdf", ceremony.base, name="base"),
]
