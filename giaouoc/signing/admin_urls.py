"""Addresses of the units' accounts at signing services, for the administrator."""

from django.urls import path

from . import account_pages as pages

app_name = "accounts"
urlpatterns = [
    path("", pages.accounts_list, name="accounts"),
    path("<str:holder>/", pages.account, name="account"),
    path("<str:holder>/thu/", pages.trial, name="trial"),
    path("<str:holder>/xoa/", pages.removal, name="removal"),
]
