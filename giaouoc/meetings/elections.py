"""Bầu Cụm trưởng, Cụm phó năm sau: which posts the conference fills, and who may be elected to each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from giaouoc.clusters.models import MemberRole, Unit
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.lib.errors import Invalid
from giaouoc.lib.language import official
from giaouoc.lib.vietnamese import shortened

from .models import Meeting, MeetingDecision


@dataclass(frozen=True)
class Post:
    """A post of next year. ``units``: who may be elected, in alphabetic order; ``seats``: how many hold this role."""

    role: MemberRole
    title: str
    units: tuple[Unit, ...]
    seats: int


def posts_of(meeting: Meeting, now: datetime) -> list[Post]:
    """Head (when the year's rules have it elected) and each deputy; by rotation the head unit is not head two years running.

    Nothing when the rules leave nothing to elect."""
    year, rules = meeting.year, rules_of(meeting.year)
    members = sorted(members_of(year, now), key=lambda member: member.unit.short_name)
    following, found = year.number + 1, []
    everybody = tuple(member.unit for member in members)
    if rules["head.choice"].value == "rotation":
        others = tuple(member.unit for member in members if member.role != MemberRole.HEAD)
        found.append(Post(MemberRole.HEAD, f"Cụm trưởng năm {following}", others, 1))
    seats = int(rules["deputy.count"].value)
    for number in range(1, seats + 1):
        title = f"Cụm phó năm {following}" if seats == 1 else f"Cụm phó thứ {number} năm {following}"
        found.append(Post(MemberRole.DEPUTY, title, everybody, seats))
    return found


def put_up(meeting: Meeting, role: str, code: str, now: datetime) -> dict[str, Any]:
    """One candidate for one post, as a show of hands is asked: {"motion", "post", "candidate"}.

    Raises Invalid for a post that is not filled by the conference and for who may not hold it, or holds another."""
    post = next((one for one in posts_of(meeting, now) if one.role == role), None)
    if post is None:
        raise Invalid(_("Chọn chức danh cần bầu."), field="post")
    unit = next((one for one in post.units if one.code == code), None)
    if unit is None:
        raise Invalid(_("Chọn đơn vị có thể được bầu vào chức danh này."), field="candidate")
    if (other := meeting.year.elected.get(code, role)) != role:
        label = MemberRole(other).label
        raise Invalid(_("%(unit)s đã được bầu làm %(post)s.") % {"unit": unit, "post": label}, field="candidate")
    with official():
        words = f"Bầu {unit} làm {post.role.label} năm {meeting.year.number + 1}"
    return {"motion": shortened(words, 300), "post": post.role, "candidate": unit}


def elected_with(decision: MeetingDecision, now: datetime) -> dict[str, str]:
    """Who holds the post once the candidate has it: with free seats the earlier ones stay. {unit code: role}"""
    assert decision.candidate is not None
    meeting, role = decision.item.meeting, decision.post
    seats = next((one.seats for one in posts_of(meeting, now) if one.role == role), 1)
    before = [code for code, held in meeting.year.elected.items() if held == role]
    kept = before if len(before) < seats or decision.candidate.code in before else []
    return dict.fromkeys([*kept, decision.candidate.code], role)
