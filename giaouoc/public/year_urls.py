"""News of one year, as its writers work on them."""

from django.urls import path

from . import views

app_name = "news"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("viet/", views.new, name="new"),
    path("<slug:slug>/", views.edit, name="edit"),
    path("<slug:slug>/dang/", views.publication, name="publication"),
    path("<slug:slug>/anh/", views.figures, name="figures"),
    path("<slug:slug>/anh/<int:number>/", views.figure_words, name="figure-words"),
]
