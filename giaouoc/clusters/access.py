"""Who may do what with people, units and years; and the questions about a mandate that the slices above share."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from giaouoc.lib.clock import local_date
from giaouoc.lib.verdict import YES, Verdict, no

from .models import Cluster, Mandate, MemberRole, Role, Unit, Year


def works_in(by: Mandate | None, year: Year) -> Verdict:
    """Whether the mandate is one of this year's: a member unit's or the supervising body's. Not an administrator's."""
    if by is None or by.year_id != year.pk or by.role == Role.ADMINISTRATOR:
        return no(_("Trang này chỉ dành cho các đơn vị của Cụm và cơ quan theo dõi."))
    return YES


def acts_for_member(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """Whether the mandate acts for a unit that is a member of the year now."""
    if not (verdict := works_in(by, year)):
        return verdict
    if by is None or by.membership_role(now) is None:
        return no(_("Chỉ đơn vị thành viên của Cụm trong năm này được làm việc này."))
    return YES


def is_head_secretary(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """The secretary of the head unit: prepares the cluster's papers."""
    if by is not None and by.role == Role.SECRETARY and by.year_id == year.pk:
        if by.membership_role(now) == MemberRole.HEAD:
            return YES
    return no(_("Chỉ thư ký của đơn vị Cụm trưởng được làm việc này."))


def has_head_secretary(year: Year, now: datetime) -> bool:
    """Whether somebody is the secretary of the head unit now."""
    day = local_date(now)
    heads = year.memberships.on(day).filter(role=MemberRole.HEAD).values("unit")
    return Mandate.objects.on(day).filter(year=year, role=Role.SECRETARY, unit__in=heads).exists()


def is_head_leader(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """The leader of the head unit: Cụm trưởng."""
    if by is not None and by.role == Role.LEADER and by.year_id == year.pk:
        if by.membership_role(now) == MemberRole.HEAD:
            return YES
    return no(_("Chỉ lãnh đạo đơn vị Cụm trưởng được làm việc này."))


def is_head(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """Secretary or leader of the head unit."""
    if is_head_secretary(by, year, now) or is_head_leader(by, year, now):
        return YES
    return no(_("Chỉ đơn vị Cụm trưởng được làm việc này."))


def chairs(by: Mandate | None, year: Year, now: datetime) -> bool:
    """Whether this person leads conferences: the head unit's leader, or the deputy unit's by written delegation."""
    if is_head_leader(by, year, now):
        return True
    if by is None or by.role != Role.LEADER or by.year_id != year.pk or not by.delegation_number:
        return False
    return by.membership_role(now) == MemberRole.DEPUTY


def people_who_chair(year: Year, now: datetime) -> set[int]:
    """Accounts of those who lead conferences of the year now. One statement."""
    day = local_date(now)
    leaders = Mandate.objects.on(day).with_member_role(day).filter(year=year, role=Role.LEADER)
    return {one.user_id for one in leaders if chairs(one, year, now)}


def can_note_elected(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """Who was elected is noted by whoever declares the election."""
    return YES if chairs(by, year, now) else no(_("Chỉ người chủ trì hội nghị ghi kết quả bầu."))


def is_administrator(by: Mandate | None) -> Verdict:
    """The technical administrator: accounts and set-up, nothing inside a document, a vote or a score."""
    return (
        YES if by is not None and by.role == Role.ADMINISTRATOR else no(_("Chỉ quản trị hệ thống được làm việc này."))
    )


def can_create_clusters(by: Mandate | None, obj: object, now: datetime) -> Verdict:
    """Units and clusters are written down by the technical administrator."""
    return is_administrator(by)


def can_open_year(by: Mandate | None, cluster: Cluster, now: datetime) -> Verdict:
    """The administrator, or the head unit of one of the cluster's years."""
    if is_administrator(by):
        return YES
    if by is not None and by.year is not None and by.year.cluster_id == cluster.pk and is_head(by, by.year, now):
        return YES
    return no(_("Chỉ đơn vị Cụm trưởng hoặc quản trị hệ thống được mở năm mới."))


def can_manage_year(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """Members, roles, theme and rules of a year: its head unit, or the administrator at set-up."""
    if is_administrator(by) or is_head(by, year, now):
        return YES
    return no(_("Chỉ đơn vị Cụm trưởng hoặc quản trị hệ thống được sửa thông tin của năm."))


def can_manage_people(by: Mandate | None, year: Year, unit: Unit, now: datetime) -> Verdict:
    """People of a unit: the unit's own secretary and leader, the head unit, the administrator."""
    if can_manage_year(by, year, now):
        return YES
    if by is not None and by.role in {Role.SECRETARY, Role.LEADER} and by.unit_id == unit.pk:
        if acts_for_member(by, year, now):
            return YES
    return no(_("Chỉ thư ký, lãnh đạo của chính đơn vị, đơn vị Cụm trưởng hoặc quản trị hệ thống được đổi nhân sự."))


def can_name_leader(by: Mandate | None, year: Year, unit: Unit, now: datetime) -> Verdict:
    """A unit's leader sends, votes and signs for it, so its secretary does not name one: a leader of the unit does; where
    there is none, the head unit or the administrator."""
    if by is not None and by.role == Role.LEADER and by.unit_id == unit.pk and acts_for_member(by, year, now):
        return YES
    if not can_manage_year(by, year, now):
        return no(
            _(
                "Chỉ lãnh đạo của chính đơn vị, hoặc khi đơn vị chưa có lãnh đạo thì đơn vị Cụm trưởng, được cử lãnh đạo."
            )
        )
    leaders = Mandate.objects.on(local_date(now)).filter(year=year, unit=unit, role=Role.LEADER)
    if leaders.exists():
        return no(_("%(unit)s đang có lãnh đạo; người ấy cử người khác của đơn vị.") % {"unit": unit.short_name})
    return YES


def can_name_clerk(by: Mandate | None, year: Year, unit: Unit, now: datetime) -> Verdict:
    """The stamp speaks for the body as a signature does: who names the leader gives it into somebody's hands."""
    if can_name_leader(by, year, unit, now):
        return YES
    return no(_("Chỉ lãnh đạo của chính đơn vị giao con dấu cho văn thư."))
