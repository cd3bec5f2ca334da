"""Màn hình hội nghị: a read-only link for the projector, what it shows now, its timer."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate
from giaouoc.documents.queries import lock
from giaouoc.lib.errors import Invalid
from giaouoc.lib.verdict import require

from ..access import can_run_room
from ..models import AgendaItem, Meeting

LONGEST = 180  # minutes of the timer


@transaction.atomic
def open_room(meeting: Meeting, *, by: Mandate, now: datetime) -> None:
    """Make the screen's link. Whoever has it sees the screen and nothing else. Done again it changes nothing."""
    lock(meeting, "state", "room_key")
    require(can_run_room(by, meeting, now))
    if meeting.room_key:
        return
    meeting.room_key = secrets.token_urlsafe(20)
    meeting.save(update_fields=["room_key"])
    record("meetings.open_room", meeting, by=by, now=now)


@transaction.atomic
def close_room(meeting: Meeting, *, by: Mandate, now: datetime) -> None:
    """Void the link; another opening makes another one."""
    lock(meeting, "state", "room_key")
    require(can_run_room(by, meeting, now))
    if not meeting.room_key:
        return
    meeting.room_key, meeting.timer_until = "", None
    meeting.save(update_fields=["room_key", "timer_until"])
    record("meetings.close_room", meeting, by=by, now=now)


@transaction.atomic
def show_item(item: AgendaItem, *, by: Mandate, now: datetime) -> None:
    """Put an item of the agenda on the screen. A decision that is open is shown before it."""
    meeting = item.meeting
    lock(meeting)
    require(can_run_room(by, meeting, now))
    meeting.on_now = item
    meeting.save(update_fields=["on_now"])
    record("meetings.show_item", meeting, by=by, now=now, item=item.title)


@transaction.atomic
def set_timer(meeting: Meeting, minutes: int, *, by: Mandate, now: datetime) -> None:
    """Run the screen's timer for so many minutes; 0 stops it. Raises Invalid."""
    lock(meeting)
    require(can_run_room(by, meeting, now))
    if not 0 <= minutes <= LONGEST:
        raise Invalid(_("Đồng hồ chạy từ 1 đến %(most)s phút.") % {"most": LONGEST}, field="phut")
    meeting.timer_until = now + timedelta(minutes=minutes) if minutes else None
    meeting.save(update_fields=["timer_until"])
    if minutes:
        record("meetings.set_timer", meeting, by=by, now=now, minutes=minutes)
    else:
        record("meetings.stop_timer", meeting, by=by, now=now)
