from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("viec-can-lam/", views.todo, name="todo"),
    path("viec-can-lam/lich.ics", views.calendar, name="calendar"),
    path("tai-khoan/", views.account, name="account"),
    path("du-lieu-ca-nhan/", views.privacy, name="privacy"),
    path("tu-cach/", views.act_as, name="act-as"),
]
