"""What an administrator can hide here: news, drafted or published, and the words at its figures."""

from django.utils.translation import gettext_lazy

from giaouoc.clusters.hideable import Kind, register

from .models import Article, Figure

register(
    Kind(
        "tin-tuc",
        gettext_lazy("Tin"),
        Article,
        ("title", "lead", "body", "tag_lines", "byline"),
        names=("tag_lines", "byline"),
        about="year",
        find=("title", "slug"),
        year="year",
    ),
    Kind(
        "anh",
        gettext_lazy("Ảnh của tin"),
        Figure,
        ("caption", "alt"),
        about="article",
        find=("article__title", "article__slug"),
        year="article__year",
        files=lambda one: [one.file],
    ),
)
