"""Addresses of directives and tasks, under a year's chi-dao/."""

from django.urls import path

from . import views

app_name = "directives"
urlpatterns = [
    path("", views.directives, name="list"),
    path("ghi/", views.recording, name="record"),
    path("<int:number>/", views.directive, name="directive"),
    path("<int:number>/sua/", views.correction, name="correct"),
    path("<int:number>/giao/", views.assignment, name="assign"),
    path("nhiem-vu/<int:number>/", views.task, name="task"),
    path("nhiem-vu/<int:number>/nhan/", views.acceptance, name="accept"),
    path("nhiem-vu/<int:number>/de-nghi/", views.asking, name="ask"),
    path("nhiem-vu/<int:number>/dieu-chinh/", views.change, name="change"),
    path("nhiem-vu/<int:number>/bao-cao/", views.report, name="report"),
    path("nhiem-vu/<int:number>/xac-nhan/", views.confirmation, name="confirm"),
    path("nhiem-vu/<int:number>/lam-tiep/", views.returning, name="return"),
    path("nhiem-vu/<int:number>/rut/", views.cancelling, name="cancel"),
    path("tep/<int:number>/", views.file, name="file"),
]
