"""People and members change in mid-year; what was stays readable, rights follow the dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from giaouoc.accounts.actions.invite import accept_invitation, close_account, open_invitation
from giaouoc.accounts.models import Invitation, User
from giaouoc.audit.models import AuditEvent
from giaouoc.clusters.access import can_manage_people, can_manage_year, can_open_year, is_head_secretary
from giaouoc.clusters.actions.people import end_mandate, invite_person
from giaouoc.clusters.actions.years import (
    add_member,
    change_member_role,
    change_theme,
    create_cluster,
    create_unit,
    end_membership,
    open_year,
    open_year_from_last,
    set_rule,
)
from giaouoc.clusters.models import Mandate, MemberRole, Membership, Role
from giaouoc.clusters.queries import Member, mandate_in, mandates_of, members_of, proposed_members, rules_of
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import Invalid, NotAllowed, NotFound, WrongState


def invite(world: Any, **changes: Any) -> Mandate:
    given: dict[str, Any] = {
        "role": Role.SECRETARY,
        "email": "moi.ca@giaouoc.test",
        "name": "Thư ký mới · Công an Thành phố",
        "since": local_date(world.now),
    } | changes
    by = given.pop("by", world.mandate("secretary:CQD"))
    unit = given.pop("unit", world.unit("CA"))
    role, email, name = (given.pop(key) for key in ("role", "email", "name"))
    return invite_person(world.year, unit, role, email, name, by=by, now=world.now, **given)


def token_in(message: Any) -> str:
    return message.body.split("/moi/")[1].split("/")[0]


def test_an_invited_person_opens_the_account_by_the_link_once(
    world: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mandate = invite(world)
    assert mail.outbox[0].to == ["moi.ca@giaouoc.test"]
    token = token_in(mail.outbox[0])
    assert not Invitation.objects.filter(token_sha256=token).exists()
    user = accept_invitation(open_invitation(token, now=world.now), "mot-mat-khau-dai", now=world.now)
    assert user.check_password("mot-mat-khau-dai")
    assert mandate_in(world.year, user, world.now) == mandate
    with pytest.raises(WrongState, match="đã được dùng"):
        open_invitation(token, now=world.now)


def test_an_old_or_wrong_link_says_what_to_do(world: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invite(world)
    with pytest.raises(WrongState, match="hết hạn"):
        open_invitation(token_in(mail.outbox[0]), now=world.pass_time(days=15))
    with pytest.raises(NotFound):
        open_invitation("x" * 40, now=world.now)


def test_somebody_with_an_account_gets_the_role_without_a_new_link(world: Any) -> None:
    invite(world, email="thuky.qs@giaouoc.test", unit=world.unit("QS"), role=Role.ASSESSOR)
    assert not Invitation.objects.exists()


def test_a_role_ends_with_its_day_and_its_history_stays(world: Any) -> None:
    old = world.mandate("secretary:CA")
    end_mandate(old, by=world.mandate("leader:CA"), now=world.now, until=local_date(world.now))
    assert mandate_in(world.year, old.user, world.now) == old
    assert mandate_in(world.year, old.user, world.pass_time(days=1)) is None
    assert Mandate.objects.filter(pk=old.pk).exists()
    assert AuditEvent.objects.filter(verb="clusters.end_mandate").exists()
    with pytest.raises(WrongState):
        end_mandate(old, by=world.mandate("leader:CA"), now=world.now, until=local_date(world.now))


def test_who_signs_in_another_s_place_needs_the_written_delegation(world: Any) -> None:
    with pytest.raises(Invalid, match="ủy quyền"):
        invite(world, by=world.mandate("leader:CA"), role=Role.LEADER, capacity="K/T")
    paper = {"delegation_number": "05-UQ/ĐU", "delegation_date": date(2026, 2, 1)}
    mandate = invite(world, by=world.mandate("leader:CA"), role=Role.LEADER, capacity="K/T", **paper)
    assert mandate.delegation_number == "05-UQ/ĐU"
    assert AuditEvent.objects.filter(verb="clusters.delegate").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"role": Role.ADMINISTRATOR},
        {"role": Role.OBSERVER},
        {"role": Role.SECRETARY, "capacity": "K/T", "delegation_number": "1"},
    ],
)
def test_a_role_that_does_not_fit_the_unit_is_refused(world: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        invite(world, **changes)


def test_a_closed_account_has_no_mandate(world: Any) -> None:
    user = world.mandate("secretary:CA").user
    close_account(user, by=world.mandate("administrator"), now=world.now)
    assert mandate_in(world.year, user, world.now) is None
    with pytest.raises(Invalid):
        close_account(world.mandate("administrator").user, by=world.mandate("administrator"), now=world.now)


def test_a_new_head_takes_over_from_a_day_on(world: Any) -> None:
    by = world.mandate("leader:CQD")
    row = Membership.objects.get(unit__code="UBND")
    day = local_date(world.now) + timedelta(days=5)
    change_member_role(row, MemberRole.HEAD, by=by, now=world.now, since=day)
    assert is_head_secretary(world.mandate("secretary:CQD"), world.year, world.now)
    later = world.pass_time(days=5)
    new = mandate_in(world.year, world.mandate("secretary:UBND").user, later)
    old = mandate_in(world.year, world.mandate("secretary:CQD").user, later)
    assert is_head_secretary(new, world.year, later)
    assert not is_head_secretary(old, world.year, later)
    assert Membership.objects.get(unit__code="CQD", until=day - timedelta(days=1)).role == MemberRole.HEAD


def test_a_unit_leaves_and_no_longer_acts(world: Any) -> None:
    row = Membership.objects.get(unit__code="DHQG")
    end_membership(row, by=world.mandate("leader:CQD"), now=world.now, until=local_date(world.now))
    later = world.pass_time(days=1)
    assert [member.unit.code for member in members_of(world.year, later)] == ["CQD", "UBND", "CA", "QS"]
    gone = mandate_in(world.year, world.mandate("secretary:DHQG").user, later)
    assert gone is not None
    assert gone.membership_role(later) is None


def test_the_head_cannot_leave(world: Any) -> None:
    row = Membership.objects.get(unit__code="CQD")
    with pytest.raises(Invalid):
        end_membership(row, by=world.mandate("leader:CQD"), now=world.now, until=local_date(world.now))


def test_a_unit_joins_in_july(world: Any) -> None:
    admin = world.mandate("administrator")
    unit = create_unit("MOI", "Ban mới", "Đơn vị mới", by=admin, now=world.now)
    add_member(world.year, unit, by=world.mandate("leader:CQD"), now=world.now, since=date(2026, 7, 1))
    assert len(members_of(world.year, world.now)) == 5
    assert len(members_of(world.year, world.pass_time(days=200))) == 6
    with pytest.raises(Invalid):
        add_member(world.year, unit, by=world.mandate("leader:CQD"), now=world.now, since=date(2026, 8, 1))


def test_a_year_opens_from_the_last_with_roles_rotated(world: Any) -> None:
    set_rule(world.year, "quorum", {"share": "2/3", "base": "roll"}, by=world.mandate("leader:CQD"), now=world.now,
             basis="khoản 3 Điều 14", confirmed=True)  # fmt: skip
    world.pass_time(days=300)
    new = open_year_from_last(world.year, by=world.mandate("secretary:CQD"), now=world.now)
    assert (new.number, new.starts_on, new.ends_on) == (2027, date(2027, 1, 1), date(2027, 12, 31))
    rows = list(new.memberships.select_related("unit"))
    assert [(row.unit.code, row.role) for row in rows][:2] == [("UBND", "head"), ("CA", "deputy")]
    assert rows[-1].unit.code == "CQD"
    assert [area.text for area in new.focus_areas.all()] == ["Khai thông thể chế"]
    assert rules_of(new)["quorum"].value == {"share": "2/3", "base": "roll"}
    assert not rules_of(new)["quorum"].confirmed
    assert mandate_in(new, world.mandate("leader:QS").user, world.now) is not None
    with pytest.raises(Invalid, match="đã mở"):
        open_year_from_last(world.year, by=world.mandate("secretary:CQD"), now=world.now)


def test_what_is_corrected_wins_over_what_is_carried(world: Any) -> None:
    members = [
        Member(one.unit, "head" if one.unit.code == "QS" else "member")
        for one in proposed_members(world.year, world.now)
    ]
    new = open_year_from_last(
        world.year, by=world.mandate("administrator"), now=world.now, members=members[:4], theme="Khác", people=False
    )
    assert new.theme == "Khác"
    assert new.memberships.count() == 4
    assert not new.mandates.exists()


def test_a_year_has_exactly_one_head(world: Any) -> None:
    admin = world.mandate("administrator")
    cluster = create_cluster("18", "Cụm 18", world.cluster.supervising_body, by=admin, now=world.now)
    units = [world.unit("CA"), world.unit("QS")]
    for roles in (["member", "member"], ["head", "head"]):
        with pytest.raises(Invalid, match="đúng một"):
            open_year(
                cluster, 2026, [Member(*pair) for pair in zip(units, roles, strict=True)], by=admin, now=world.now
            )


def test_a_rule_without_its_clause_is_not_confirmed(world: Any) -> None:
    with pytest.raises(Invalid, match="căn cứ"):
        set_rule(world.year, "silence", "consent", by=world.mandate("leader:CQD"), now=world.now, confirmed=True)


HEAD, ADMIN = {"secretary:CQD", "leader:CQD"}, {"administrator"}


@pytest.mark.parametrize(
    ("question", "allowed"),
    [
        (lambda w, by: can_manage_year(by, w.year, w.now), HEAD | ADMIN),
        (lambda w, by: can_open_year(by, w.cluster, w.now), HEAD | ADMIN),
        (
            lambda w, by: can_manage_people(by, w.year, w.unit("CA"), w.now),
            HEAD | ADMIN | {"secretary:CA", "leader:CA"},
        ),
    ],
)
def test_who_may(world: Any, question: Any, allowed: set[str]) -> None:
    answers = {role for role in world.roles if question(world, world.mandate(role))}
    assert answers == allowed
    verdict = question(world, None)
    assert not verdict
    assert str(verdict.reason).endswith(".")


def test_others_cannot_change_what_is_not_theirs(world: Any) -> None:
    by = world.mandate("secretary:CA")
    with pytest.raises(NotAllowed):
        change_theme(world.year, by=by, now=world.now, theme_of="", theme="", focus_areas=[])
    with pytest.raises(NotAllowed):
        create_unit("X", "X", "X", by=by, now=world.now)
    with pytest.raises(NotAllowed):
        invite(world, by=by, unit=world.unit("QS"))
    assert not User.objects.filter(email="moi.ca@giaouoc.test").exists()


def test_an_empty_installation_leads_its_administrator_to_the_set_up(db: None) -> None:
    from giaouoc.accounts.models import User
    from giaouoc.clusters.todos import todos
    from giaouoc.lib.clock import at_local

    now = at_local(date(2026, 1, 5), 8)
    user = User.objects.create_user("quantri@giaouoc.test", "x", name="Quản trị")
    by = Mandate.objects.create(user=user, role=Role.ADMINISTRATOR, since=now.date())
    assert [one.url for one in todos([by], now)] == ["/quan-tri/"]


def test_once_there_is_a_year_nothing_waits_for_the_administrator(world: Any) -> None:
    from giaouoc.clusters.todos import todos

    assert todos([world.mandate("administrator")], world.now) == []


@pytest.mark.parametrize("who", ["secretary:CQD", "leader:CQD", "secretary:CA", "administrator"])
def test_i05_nobody_gives_a_role_to_oneself(world: Any, who: str) -> None:
    """Else the head would read another unit's unsent comments, and a secretary would send as a leader."""
    with pytest.raises(Invalid, match="chính mình"):
        invite(world, by=world.mandate(who), email=f" {world.mandate(who).user.email.upper()} ")


def test_i05_nobody_of_another_unit_and_no_administrator_gets_a_role(world: Any) -> None:
    with pytest.raises(Invalid, match="UBND"):
        invite(world, email="thuky.ubnd@giaouoc.test")
    with pytest.raises(Invalid, match="quản trị"):
        invite(world, email="quantri@giaouoc.test")
    end_mandate(
        world.mandate("secretary:UBND"),
        by=world.mandate("leader:UBND"),
        now=world.now,
        until=local_date(world.now) - timedelta(days=1),
    )
    assert invite(world, email="thuky.ubnd@giaouoc.test").unit.code == "CA"


def test_i05_a_secretary_does_not_name_a_leader(world: Any) -> None:
    for who in ("secretary:CA", "secretary:CQD", "leader:CQD", "administrator"):
        with pytest.raises(NotAllowed):
            invite(world, by=world.mandate(who), role=Role.LEADER)
    end_mandate(
        world.mandate("leader:CA"),
        by=world.mandate("secretary:CQD"),
        now=world.now,
        until=local_date(world.now) - timedelta(days=1),
    )
    with pytest.raises(NotAllowed):
        invite(world, by=world.mandate("secretary:CA"), role=Role.LEADER)
    assert invite(world, by=world.mandate("secretary:CQD"), role=Role.LEADER).role == Role.LEADER


def test_the_stamp_is_given_by_the_leader_into_another_hand(world: Any) -> None:
    for who in ("secretary:CA", "secretary:CQD", "administrator"):
        with pytest.raises(NotAllowed, match="giao con dấu"):
            invite(world, by=world.mandate(who), role=Role.CLERK)
    leader = world.mandate("leader:CA")
    assert invite(world, by=leader, role=Role.CLERK, email="vanthu@x.vn").role == Role.CLERK
    with pytest.raises(Invalid, match="đang là văn thư"):
        invite(world, by=leader, role=Role.LEADER, email="vanthu@x.vn")
    invite(world, by=leader, role=Role.LEADER, email="pho@x.vn")
    with pytest.raises(Invalid, match="đang là lãnh đạo"):
        invite(world, by=leader, role=Role.CLERK, email="pho@x.vn")


def test_the_leader_of_the_unit_is_told_of_each_new_role(world: Any) -> None:
    from giaouoc.notices.models import Message

    invite(world)
    assert list(Message.objects.values_list("to__email", flat=True)) == ["lanhdao.ca@giaouoc.test"]


def test_an_invitation_that_was_lost_is_sent_again_by_the_same_form(
    world: Any, django_capture_on_commit_callbacks: Any
) -> None:
    def down(_mail: Any) -> None:
        raise ConnectionRefusedError

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", down)
        with pytest.raises(WrongState, match="chưa gửi được"), django_capture_on_commit_callbacks(execute=True):
            first = invite(world)
    with django_capture_on_commit_callbacks(execute=True):
        again = invite(world)
    assert again == first and len(mail.outbox) == 1
    assert mail.outbox[0].to == ["moi.ca@giaouoc.test"]


@pytest.mark.parametrize("days", [-400, 400])
def test_a_role_begins_in_or_before_its_year(world: Any, days: int) -> None:
    with pytest.raises(Invalid) as refused:
        invite(world, since=local_date(world.now) + timedelta(days=days * 2))
    assert refused.value.field == "since"


def test_a_unit_that_left_joins_again_only_after_it_has_left(world: Any) -> None:
    by, today = world.mandate("secretary:CQD"), local_date(world.now)
    row = Membership.objects.get(unit__code="CA")
    end_membership(row, by=by, now=world.now, until=today)
    with pytest.raises(Invalid) as refused:
        add_member(world.year, world.unit("CA"), by=by, now=world.now, since=today)
    assert refused.value.field == "since"
    add_member(world.year, world.unit("CA"), by=by, now=world.now, since=today + timedelta(days=1))
    for day in range(3):
        codes = [one.unit.code for one in members_of(world.year, world.now + timedelta(days=day))]
        assert len(codes) == len(set(codes)) == 5
    with pytest.raises(Invalid):
        add_member(world.year, world.unit("BTGDV-TU"), by=by, now=world.now, since=date(2030, 1, 1))


def test_on_every_day_there_is_exactly_one_head(world: Any) -> None:
    by, today = world.mandate("secretary:CQD"), local_date(world.now)
    later = today + timedelta(days=30)
    change_member_role(Membership.objects.get(unit__code="QS"), "head", by=by, now=world.now, since=later)
    for since in (today + timedelta(days=1), date(2030, 1, 1), date(2025, 12, 31)):
        with pytest.raises(Invalid) as refused:
            change_member_role(Membership.objects.get(unit__code="UBND"), "head", by=by, now=world.now, since=since)
        assert refused.value.field == "since"
    for day in (today, later - timedelta(days=1), later, date(2026, 12, 31)):
        assert Membership.objects.on(day).filter(year=world.year, role="head").count() == 1


def test_who_signs_by_a_paper_of_the_old_year_is_not_carried_over(world: Any) -> None:
    by = world.mandate("leader:CQD")
    paper = {"delegation_number": "05-UQ/ĐU", "delegation_date": date(2026, 2, 1)}
    invite(world, by=world.mandate("leader:CA"), role=Role.LEADER, email="pho.ca@giaouoc.test", capacity="K/T", **paper)
    end_mandate(world.mandate("secretary:CA"), by=by, now=world.now, until=local_date(world.now))
    invite(world, email="thuky.ca@giaouoc.test")  # ended and given again on one day: one role
    year = open_year_from_last(world.year, by=by, now=world.now)
    rows = Mandate.objects.filter(year=year, unit__code="CA")
    assert sorted(rows.values_list("user__email", "role")) == [
        ("lanhdao.ca@giaouoc.test", "leader"),
        ("thamdinh.ca@giaouoc.test", "assessor"),
        ("thuky.ca@giaouoc.test", "secretary"),
    ]


def test_a_person_acts_by_the_mandate_that_was_chosen_else_by_the_first_of_its_roles(world: Any) -> None:
    user = world.mandate("administrator").user
    given = {"user": user, "year": world.year, "unit": world.unit("CA"), "since": world.year.starts_on}
    secretary, leader = (Mandate.objects.create(role=role, **given) for role in (Role.SECRETARY, Role.LEADER))
    assert mandate_in(world.year, user, world.now) == leader
    assert mandate_in(world.year, user, world.now, chosen=secretary.pk) == secretary
    assert mandate_in(world.year, user, world.now, chosen=world.mandate("leader:QS").pk) == leader  # another's
    assert mandates_of(user, world.now) == [leader, secretary, world.mandate("administrator")]
    Mandate.objects.filter(pk=secretary.pk).update(until=local_date(world.now))
    world.pass_time(days=1)
    assert mandate_in(world.year, user, world.now, chosen=secretary.pk) == leader
