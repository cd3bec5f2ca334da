"""Addresses of the pact and of the programme, under a year."""

from django.urls import path

from .views import activities, drafting, pact, versions

app_name = "programme"
urlpatterns = [
    path("giao-uoc/", pact.pact, name="pact"),
    path("giao-uoc/soan/", drafting.drafting, name="draft"),
    path("giao-uoc/tu-ke-hoach/", drafting.taking, name="take"),
    path("giao-uoc/noi-dung/", drafting.words, name="words"),
    path("giao-uoc/nguoi-ky/", drafting.signers, name="signers"),
    path("giao-uoc/cam-ket/", drafting.commitment_new, name="commitment-new"),
    path("giao-uoc/cam-ket/<int:number>/", drafting.commitment, name="commitment"),
    path("giao-uoc/cam-ket/<int:number>/bo/", drafting.commitment_removal, name="commitment-removal"),
    path("giao-uoc/cam-ket/<int:number>/vi-tri/", drafting.commitment_place, name="commitment-place"),
    path("giao-uoc/khoa/", drafting.freezing, name="freeze"),
    path("giao-uoc/huy/", drafting.cancelling, name="cancel"),
    path("giao-uoc/giao-uoc.pdf", versions.file, name="file"),
    path("giao-uoc/phien-ban/<int:ordinal>/", versions.version, name="version"),
    path("giao-uoc/phien-ban/<int:ordinal>/ban-luu/<int:number>.pdf", versions.revision, name="revision"),
    path("chuong-trinh/", activities.activities, name="activities"),
    path("chuong-trinh/them/", activities.activity_new, name="activity-new"),
    path("chuong-trinh/tu-ke-hoach/", activities.activities_taking, name="activities-take"),
    path("chuong-trinh/<int:number>/", activities.activity, name="activity"),
    path("chuong-trinh/<int:number>/bo/", activities.activity_removal, name="activity-removal"),
]
