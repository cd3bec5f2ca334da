from django.urls import path

from . import admin_words as views

app_name = "hiding"
urlpatterns = [
    path("", views.words_list, name="list"),
    path("<str:kind>/<str:number>/", views.words, name="words"),
]
