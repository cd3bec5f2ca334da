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
        about="year",
        find=("title",),
        year="year",
    )
)
