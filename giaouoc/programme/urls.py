"""Addresses of the pact and of the programme, under a year."""

from django.urls import path

from . import views

app_name = "programme"
urlpatterns = [
    path("giao-uoc/", views.pact, name="pact"),
    path("giao-uoc/soan/", views.drafting, name="draft"),
    path("giao-uoc/tu-ke-hoach/", views.taking, name="take"),
    path("giao-uoc/noi-dung/", views.words, name="words"),
    path("giao-uoc/nguoi-ky/", views.signers, name="signers"),
    path("giao-uoc/cam-ket/", views.commitment_new, name="commitment-new"),
    path("giao-uoc/cam-ket/<int:number>/", views.commitment, name="commitment"),
    path("giao-uoc/cam-ket/<int:number>/bo/", views.commitment_removal, name="commitment-removal"),
    path("giao-uoc/cam-ket/<int:number>/vi-tri/", views.commitment_place, name="commitment-place"),
    path("giao-uoc/khoa/", views.freezing, name="freeze"),
    path("giao-uoc/huy/", views.cancelling, name="cancel"),
    path("giao-uoc/ky/", views.signing, name="sign"),
    path("giao-uoc/tu-choi/", views.refusing, name="refuse"),
    path("giao-uoc/dong-niem/", views.sealing, name="seal"),
    path("giao-uoc/giao-uoc.pdf", views.file, name="file"),
    path("giao-uoc/phien-ban/<int:ordinal>/", views.version, name="version"),
    path("giao-uoc/phien-ban/<int:ordinal>/ban-luu/<int:number>.pdf", views.revision, name="revision"),
    path("chuong-trinh/", views.activities, name="activities"),
    path("chuong-trinh/them/", views.activity_new, name="activity-new"),
    path("chuong-trinh/tu-ke-hoach/", views.activities_taking, name="activities-take"),
    path("chuong-trinh/<int:number>/", views.activity, name="activity"),
    path("chuong-trinh/<int:number>/bo/", views.activity_removal, name="activity-removal"),
]
