from django.urls import path

from . import admin_views as views

app_name = "administration"
urlpatterns = [
    path("", views.home, name="home"),
    path("don-vi/", views.new_unit, name="new-unit"),
    path("don-vi/<str:unit>/loai/", views.unit_kind, name="unit-kind"),
    path("cum/", views.new_cluster, name="new-cluster"),
    path("cum/<slug:code>/the-thuc/", views.papers_kind, name="papers-kind"),
    path("cum/<slug:code>/mo-nam/", views.first_year, name="first-year"),
    path("cum/<slug:code>/<int:number>/", views.year_people, name="year"),
    path("cum/<slug:code>/<int:number>/moi/<str:unit>/", views.invite, name="invite"),
    path("tep/", views.files, name="files"),
    path("tep/<int:number>/", views.file, name="file"),
    path("thoi-han/", views.retention, name="retention"),
    path("thoi-han/<str:kind>/", views.retention_change, name="retention-change"),
    path("tai-khoan/", views.accounts, name="accounts"),
    path("tai-khoan/<int:number>/", views.account, name="account"),
]
