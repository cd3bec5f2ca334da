from django.urls import path

from . import views

app_name = "meetings"
urlpatterns = [
    path("", views.meetings, name="list"),
    path("moi/", views.new, name="new"),
    path("<slug:slug>/", views.meeting, name="meeting"),
    path("<slug:slug>/sua/", views.change, name="change"),
    path("<slug:slug>/man-hinh/", views.room_link, name="room-link"),
    path("<slug:slug>/man-hinh/dong/", views.room_closing, name="room-closing"),
    path("<slug:slug>/man-hinh/dong-ho/", views.room_timer, name="room-timer"),
    path("<slug:slug>/muc/<int:number>/len-man-hinh/", views.room_item, name="room-item"),
    path("<slug:slug>/giay-moi/", views.convene, name="convene"),
    path("<slug:slug>/khai-mac/", views.opening, name="opening"),
    path("<slug:slug>/be-mac/", views.closing, name="closing"),
    path("<slug:slug>/dai-dien/<str:unit>/", views.representation, name="representation"),
    path("<slug:slug>/diem-danh/<str:unit>/", views.present, name="present"),
    path("<slug:slug>/vang-mat/<str:unit>/", views.absent, name="absent"),
    path("<slug:slug>/muc/moi/", views.new_item, name="new-item"),
    path("<slug:slug>/muc/<int:number>/", views.item, name="item"),
    path("<slug:slug>/muc/<int:number>/bo/", views.item_removal, name="item-removal"),
    path("<slug:slug>/muc/<int:number>/y-kien/", views.note, name="note"),
    path("<slug:slug>/muc/<int:number>/y-kien/<int:note>/", views.note_change, name="note-change"),
    path("<slug:slug>/muc/<int:number>/y-kien/<int:note>/chi-dao/", views.following, name="follow-note"),
    path("<slug:slug>/muc/<int:number>/bieu-quyet/", views.put_to_decision, name="put-to-decision"),
    path("<slug:slug>/bieu-quyet/<int:number>/", views.decision, name="decision"),
    path("<slug:slug>/bieu-quyet/<int:number>/phieu/<str:unit>/", views.vote, name="vote"),
    path("<slug:slug>/bieu-quyet/<int:number>/cong-bo/", views.declaration, name="declaration"),
    path("<slug:slug>/bieu-quyet/<int:number>/huy/", views.voiding, name="voiding"),
    path("<slug:slug>/bien-ban/", views.minutes, name="minutes"),
    path("<slug:slug>/bien-ban/bien-ban.pdf", views.minutes_pdf, name="minutes-pdf"),
    path("<slug:slug>/bien-ban/phe-duyet/", views.approval, name="approval"),
]
