"""What an administrator can hide here: what a secret ballot asks."""

from django.utils.translation import gettext_lazy

from giaouoc.clusters.hideable import Kind, register

from .models import Ballot

register(
    Kind(
        "phieu-kin",
        gettext_lazy("Nội dung phiếu kín"),
        Ballot,
        ("title", "questions", "reason", "one_stamp_why"),
        said=lambda one: {
            "title": one.title,
            "questions": "\n".join(question["title"] for question in one.questions),
            "reason": one.reason,
            "one_stamp_why": one.one_stamp_why,
        },
        about="year",
        find=("title",),
        year="year",
    )
)
