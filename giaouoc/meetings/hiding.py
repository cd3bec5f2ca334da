"""What an administrator can hide here: the conference's own words, its agenda, what was said, moved and voted."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from giaouoc.clusters.hideable import Holds, Kind, register, register_papers
from giaouoc.files.models import StoredFile
from giaouoc.signing.models import Revision

from .models import (
    AgendaItem,
    AgendaNote,
    Attendance,
    FloorEdit,
    ItemBallot,
    Meeting,
    MeetingDecision,
    ReturnedText,
    Vote,
)


def _minutes(meeting: Meeting) -> Iterator[StoredFile]:
    """The minutes and their signed copies."""
    if meeting.minutes is not None:
        yield meeting.minutes
    for revision in Revision.objects.filter(round__meeting=meeting).select_related("file"):
        yield revision.file


def _papers(holds: Holds) -> Iterator[StoredFile]:
    for meeting in Meeting.objects.select_related("minutes"):
        if holds(meeting.content):
            yield from _minutes(meeting)


register(
    Kind(
        "hoi-nghi",
        gettext_lazy("Tên, địa điểm, khách mời, kết luận của hội nghị"),
        Meeting,
        ("title", "venue", "guests", "conclusion"),
        names=("venue", "guests"),
        about="year",
        find=("title",),
        year="year",
        files=_minutes,
    ),
    Kind(
        "muc",
        gettext_lazy("Mục chương trình hội nghị"),
        AgendaItem,
        ("title", "reason"),
        about="meeting",
        find=("title", "meeting__title"),
        year="meeting__year",
    ),
    Kind(
        "phat-bieu",
        gettext_lazy("Phát biểu ở hội nghị"),
        AgendaNote,
        ("text", "speaker"),
        names=("speaker",),
        about="item__meeting",
        find=("item__meeting__title", "item__title"),
        year="item__meeting__year",
    ),
    Kind(
        "du-hop",
        gettext_lazy("Người dự, giấy ủy quyền, lý do vắng"),
        Attendance,
        ("representative", "delegation", "absence_reason"),
        about="meeting",
        find=("meeting__title", "unit__short_name"),
        year="meeting__year",
    ),
    Kind(
        "chinh-sua",
        gettext_lazy("Chỉnh sửa tại hội nghị"),
        FloorEdit,
        ("text",),
        about="item__meeting",
        find=("item__meeting__title",),
        year="item__meeting__year",
    ),
    Kind(
        "tra-lai",
        gettext_lazy("Lý do không chốt bản cuối"),
        ReturnedText,
        ("reason",),
        about="item__meeting",
        find=("item__meeting__title",),
        year="item__meeting__year",
    ),
    Kind(
        "bieu-quyet",
        gettext_lazy("Nội dung biểu quyết"),
        MeetingDecision,
        ("motion", "reason"),
        about="item__meeting",
        find=("item__meeting__title",),
        year="item__meeting__year",
    ),
    Kind(
        "bao-luu",
        gettext_lazy("Ý kiến khi biểu quyết"),
        Vote,
        ("words",),
        about="decision__item__meeting",
        find=("decision__item__meeting__title",),
        year="decision__item__meeting__year",
    ),
    Kind(
        "huy-phieu",
        gettext_lazy("Lý do hủy bỏ phiếu kín"),
        ItemBallot,
        ("reason",),
        about="item__meeting",
        find=("item__meeting__title",),
        year="item__meeting__year",
    ),
)
register_papers(_papers)
