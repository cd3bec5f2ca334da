"""What an administrator can hide here: what a secret ballot asks."""

from django.utils.translation import gettext_lazy

from giaouoc.clusters.hideable import Kind, register

from .models import Ballot

register(
    Kind(
        "phieu-kin",
        gettext_lazy("Nội dung phiếu kín"),
        Ballot,
        ("title", "questions", "reason"),
        said=lambda one: {
            "title": one.title,
            "questions": "\n".join(question["title"] for question in one.questions),
            "reason": one.reason,
        },
        about="year",
        find=("title",),
        year="year",
    )
)
