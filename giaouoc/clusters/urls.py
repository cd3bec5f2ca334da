from django.urls import path

from . import views

app_name = "clusters"
urlpatterns = [
    path("", views.people, name="people"),
    path("don-vi/them/", views.join, name="join"),
    path("don-vi/<int:number>/vai-tro/", views.change_role, name="change-role"),
    path("don-vi/<int:number>/roi-cum/", views.leave, name="leave"),
    path("moi/<str:unit>/", views.invite, name="invite"),
    path("tu-cach/<int:number>/ket-thuc/", views.end_mandate, name="end-mandate"),
    path("tu-cach/<int:number>/uy-quyen.pdf", views.delegation, name="delegation"),
    path("quy-dinh/", views.rules, name="rules"),
    path("quy-dinh/<str:key>/", views.rule, name="rule"),
    path("chu-de/", views.theme, name="theme"),
    path("nam-moi/", views.next_year, name="next-year"),
]
