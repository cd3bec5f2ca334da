from django.urls import path

from .views import hiding

app_name = "hiding"
urlpatterns = [
    path("", hiding.words_list, name="list"),
    path("<str:kind>/<int:number>/", hiding.words, name="words"),
]
