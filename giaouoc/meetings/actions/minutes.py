"""Biên bản: written from what happened, approved by the chair, then fixed and signed."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import move, record
from giaouoc.clusters.models import Mandate, Role
from giaouoc.documents.actions.fixing import fix_response_table
from giaouoc.documents.paper.minutes import minutes_data, print_minutes, render_minutes
from giaouoc.documents.paper.parts import checked_at
from giaouoc.documents.proofs import verified_by
from giaouoc.documents.queries import lock
from giaouoc.files.models import StoredFile
from giaouoc.files.storage import store, unreadable
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.fields import kept_value
from giaouoc.lib.language import official
from giaouoc.lib.typst import Unprintable
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import shortened
from giaouoc.signing.actions.open_round import SlotPlan, open_signing_round
from giaouoc.signing.queries import new_code
from giaouoc.signing.rules.codes import in_groups

from ..access import can_approve_minutes, can_put_minutes_to_signing, can_write_minutes
from ..minutes import is_outdated, paper_of
from ..models import Meeting
from ..states import MEETING_MOVES


@transaction.atomic
def write_minutes(
    meeting: Meeting, *, by: Mandate, now: datetime, conclusion: str | None = None, read_out: bool | None = None
) -> StoredFile:
    """Put the minutes together as PDF; may be done again until the chair approves them. ``conclusion``: the prose.

    ``read_out``: they were read to the conference and agreed; the paper says so only then. None leaves either as it was.

    Raises NotAllowed, WrongState; Invalid for letters of the prose that the paper cannot print."""
    lock(meeting, "state", "minutes", "secretary", "conclusion", "read_out")
    require(can_write_minutes(by, meeting, now))
    if conclusion is not None:
        meeting.conclusion = conclusion.strip()
    if read_out is not None:
        meeting.read_out = read_out
    if by.role == Role.SECRETARY or meeting.secretary is None:
        meeting.secretary = by
    try:
        meeting.content, pdf = print_minutes(
            minutes_data(paper_of(meeting, by, now)), checked_at(settings.BASE_URL + meeting.url("bien-ban"))
        )
    except Unprintable as error:
        raise Invalid(str(error), field="conclusion") from error
    meeting.text_hash = meeting.content["text_hash"]
    with official():
        name = _("Biên bản %(title)s.pdf") % {"title": meeting.title}
    meeting.minutes, meeting.minutes_at = store(pdf, name, "application/pdf", now=now), now
    fields = ["conclusion", "read_out", "secretary", "minutes", "minutes_at", "content", "text_hash"]
    meeting.save(update_fields=fields)
    act = "meetings.write_minutes_read_out" if meeting.read_out else "meetings.write_minutes"
    record(act, meeting, by=by, now=now, hash=meeting.minutes.sha256[:8].upper())
    return meeting.minutes


@transaction.atomic
def approve_minutes(meeting: Meeting, *, by: Mandate, now: datetime, read: str = "") -> None:
    """The chair approves; nothing of the conference changes any more. Refused while a text that was adopted with edits is
    neither confirmed nor returned, or something came that they do not say. ``read``: SHA-256 of the file that the chair has read; if the minutes were written anew
    since, they are not approved. Raises NotAllowed, WrongState."""
    lock(meeting, "state", "minutes")
    require(can_approve_minutes(by, meeting, now))
    if meeting.minutes is None or (read and meeting.minutes.sha256 != read):
        raise WrongState(_("Biên bản đã được lập lại sau khi mở trang này; mời đọc bản mới rồi phê duyệt."))
    if is_outdated(meeting, now):
        raise WrongState(
            _("Sau khi lập biên bản đã có thay đổi mà biên bản chưa ghi, như nhiệm vụ được giao hoặc điều chỉnh."),
            _("Thư ký lập lại biên bản; người chủ trì đọc bản mới rồi phê duyệt."),
        )
    for item in meeting.agenda.exclude(document=None).select_related("document__year__cluster"):
        if item.document is not None:
            fix_response_table(item.document, by=by, now=now)
    move(
        meeting,
        "record",
        MEETING_MOVES,
        by=by,
        now=now,
        act="meetings.approve_minutes",
        hash=meeting.minutes.sha256[:8].upper(),
    )


@transaction.atomic
def put_minutes_to_signing(meeting: Meeting, *, by: Mandate, now: datetime, last_day: date | None = None) -> None:
    """Put the approved minutes before the secretary, then the chair, to be signed; printed from what was kept when they were
    written, with the same fingerprint. Raises NotAllowed, WrongState, Invalid."""
    lock(meeting, "state", "content", "text_hash")
    require(can_put_minutes_to_signing(by, meeting, now))
    if meeting.content != kept_value(meeting, "content"):
        raise unreadable()
    code = new_code()
    pdf, boxes = render_minutes(meeting.content, verified_by(code), signed=True)
    plans = [
        SlotPlan(
            unit=who.unit,
            post=who.post or who.role_label,
            page=box.page - 1,
            rect=(box.x0, box.y0, box.x1, box.y1),
            capacity=who.capacity,
            role=who.role,
        )
        for who, box in zip((meeting.secretary, meeting.chair), boxes, strict=True)
        if who is not None and who.unit is not None
    ]
    meeting.signing_round = open_signing_round(
        meeting.year,
        by=by,
        now=now,
        title=shortened(meeting.content["title"], 300),  # longer than the conference's own by the cluster's name
        pdf=pdf,
        slots=plans,
        text_hash=meeting.text_hash,
        code=code,
        in_order=True,  # the stamp goes on the chair's signature, which comes last
        last_day=last_day,
        address=meeting.url("bien-ban"),
    )
    move(
        meeting,
        "put_to_signing",
        MEETING_MOVES,
        by=by,
        now=now,
        act="meetings.put_minutes_to_signing",
        fields={"signing_round_id": meeting.signing_round.pk},
        hash=in_groups(meeting.text_hash),
    )
