"""Addresses of a signing round under its year: the room's screen, signing at once, refusing, the file that is
signed elsewhere, the phone; and the picture in one's own frame."""

from django.urls import path

from . import ceremony, phone, picture

app_name = "ceremony"
urlpatterns = [
    path("hinh-trong-khung/", picture.page, name="picture"),
    path("hinh-trong-khung/xem.png", picture.shown, name="picture-shown"),
    path("hinh-trong-khung/bo/", picture.removal, name="picture-removal"),
    path("<slug:code>/", ceremony.screen, name="ceremony"),
    path("<slug:code>/van-ban.pdf", ceremony.document, name="document"),
    path("<slug:code>/ky/", ceremony.sign, name="sign"),
    path("<slug:code>/tu-choi/", ceremony.refuse, name="refuse"),
    path("<slug:code>/dung-ky/", ceremony.cancel, name="cancel"),
    path("<slug:code>/dong-niem/", ceremony.seal, name="seal"),
    path("<slug:code>/tep/", ceremony.file, name="file"),
    path("<slug:code>/tep/bat-dau/", ceremony.begin, name="begin"),
    path("<slug:code>/tep/thoi/", ceremony.release, name="release"),
    path("<slug:code>/tep/ban-can-ky.pdf", ceremony.base, name="base"),
    path("<slug:code>/dien-thoai/", phone.phone, name="phone"),
    path("<slug:code>/dien-thoai/xem/", phone.look, name="look"),
]
