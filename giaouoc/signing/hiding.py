"""What an administrator can hide here: the name of a signing round and why it ended."""

from django.utils.translation import gettext_lazy

from giaouoc.clusters.hideable import Kind, register

from .models import SigningRound, Slot

register(
    Kind("vong-ky", gettext_lazy("Vòng ký"), SigningRound, ("title", "reason"), find=("title", "code"), year="year"),
    Kind("cho-ky", gettext_lazy("Lý do từ chối ký"), Slot, ("reason",), about="round", find=("round__title",)),
)
