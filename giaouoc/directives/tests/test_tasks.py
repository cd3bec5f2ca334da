"""A directive becomes tasks; each is accepted, reported with evidence, confirmed or returned."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from giaouoc.audit.trail import history_of
from giaouoc.clusters.models import Mandate, Membership, Role
from giaouoc.directives.actions.recording import correct_directive, record_directive
from giaouoc.directives.actions.tasks import (
    accept_task,
    ask_change,
    assign_task,
    cancel_task,
    change_task,
    confirm_task,
    report_task,
    return_task,
)
from giaouoc.directives.models import Directive, DirectiveTask, TaskEntry
from giaouoc.directives.states import TASK_MOVES, TaskState
from giaouoc.directives.todos import todos
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.lib.evidence import media_type_of
from giaouoc.notices.models import Message

PDF = ("bao-cao.pdf", b"%PDF-1.7\n%%EOF\n")
DUE = date(2026, 6, 30)


def spoken(world: Any, by: str = "secretary:CQD") -> Directive:
    return record_directive(
        world.year,
        "Gắn thi đua với thực tiễn.",
        "Phó Trưởng Ban",
        by=world.mandate(by),
        now=world.now,
        given_on=world.now.date(),
    )


def given(world: Any, unit: str = "CA", state: str = "accepted") -> DirectiveTask:
    """A task of a unit, brought to this state through the acts."""
    who = world.mandate
    task = assign_task(
        spoken(world), world.unit(unit), "Mở một lớp", "Một lớp, 50 người", DUE, by=who("observer"), now=world.now
    )
    if state == "change_asked":
        ask_change(task, "Xin lùi hạn", by=who(f"leader:{unit}"), now=world.now)
    elif state == "cancelled":
        cancel_task(task, "Không còn cần", by=who("observer"), now=world.now)
    elif state != "assigned":
        accept_task(task, by=who(f"leader:{unit}"), now=world.now)
    if state in {"reported", "returned", "confirmed"}:
        report_task(task, "Đã mở lớp", [PDF], by=who(f"secretary:{unit}"), now=world.now)
    if state == "returned":
        return_task(task, "Thiếu danh sách", by=who("observer"), now=world.now)
    if state == "confirmed":
        confirm_task(task, by=who("observer"), now=world.now)
    assert task.state == state
    return task


ACTS: dict[str, tuple[str, Any]] = {  # verb of the table: (who may, the act)
    "accept": ("leader:CA", lambda task, by, now: accept_task(task, by=by, now=now)),
    "ask": ("leader:CA", lambda task, by, now: ask_change(task, "Xin lùi hạn", by=by, now=now)),
    "change": ("observer", lambda task, by, now: change_task(task, "Việc khác", "Khác", DUE, by=by, now=now)),
    "report": ("secretary:CA", lambda task, by, now: report_task(task, "Đã làm", [PDF], by=by, now=now)),
    "confirm": ("observer", lambda task, by, now: confirm_task(task, by=by, now=now)),
    "return": ("observer", lambda task, by, now: return_task(task, "Làm tiếp", by=by, now=now)),
    "cancel": ("observer", lambda task, by, now: cancel_task(task, "Thôi", by=by, now=now)),
}
MAY: dict[str, set[str]] = {
    "accept": {"leader:CA"},
    "ask": {"leader:CA"},
    "change": {"secretary:CQD", "observer"},
    "report": {"secretary:CA", "leader:CA"},
    "confirm": {"observer"},
    "return": {"observer"},
    "cancel": {"observer"},
}


@pytest.mark.parametrize("verb", ACTS)
@pytest.mark.parametrize("state", TaskState.values)
def test_each_act_leads_from_its_states_alone(world: Any, verb: str, state: str) -> None:
    task, (who, act) = given(world, state=state), ACTS[verb]
    sources, target = TASK_MOVES[verb]
    if state in sources:
        act(task, world.mandate(who), world.now)
        assert DirectiveTask.objects.get(pk=task.pk).state == target
    else:
        with pytest.raises(WrongState):
            act(task, world.mandate(who), world.now)
        assert DirectiveTask.objects.get(pk=task.pk).state == state


@pytest.mark.parametrize("verb", ACTS)
def test_each_act_is_for_its_people_alone(world: Any, verb: str) -> None:
    task = given(world, state=sorted(TASK_MOVES[verb][0])[0])
    for role in set(world.roles) - MAY[verb]:
        with pytest.raises(NotAllowed):
            ACTS[verb][1](task, world.mandate(role), world.now)


def test_where_the_supervising_body_has_no_account_cum_truong_judges_all_but_the_own(world: Any) -> None:
    ours, own = given(world, "CA", "reported"), given(world, "CQD", "reported")
    Mandate.objects.filter(role=Role.OBSERVER).update(until=date(2026, 1, 31))
    with pytest.raises(NotAllowed):
        confirm_task(own, by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(NotAllowed):
        confirm_task(ours, by=world.mandate("secretary:CQD"), now=world.now)
    confirm_task(ours, by=world.mandate("leader:CQD"), now=world.now)
    assert ours.state == TaskState.CONFIRMED


def test_words_are_corrected_until_a_task_rests_on_them(world: Any) -> None:
    directive = spoken(world)
    correct_directive(
        directive, "Gắn với thực tiễn từng đơn vị.", "Trưởng Ban", by=world.mandate("observer"), now=world.now
    )
    assert "Gắn thi đua với thực tiễn." in history_of(directive)[0].sentence
    assign_task(directive, world.unit("CA"), "Làm", "Xong", DUE, by=world.mandate("observer"), now=world.now)
    with pytest.raises(WrongState, match="nhiệm vụ"):
        correct_directive(directive, "Khác", "Khác", by=world.mandate("observer"), now=world.now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Directive.objects.filter(pk=directive.pk).update(words="Khác")


def test_what_was_said_about_a_task_never_changes(world: Any) -> None:
    task = given(world, state="reported")
    for change in (
        lambda: TaskEntry.objects.update(words="khác"),
        lambda: TaskEntry.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert task.entries.get().files.get().file.read() == PDF[1]


@pytest.mark.parametrize(
    ("field", "given_value"),
    [("text", "  "), ("measure", ""), ("due", date(2026, 2, 4)), ("unit", "BTGDV-TU")],
)
def test_a_task_says_who_does_what_how_it_is_seen_and_by_when(world: Any, field: str, given_value: Any) -> None:
    values = {"unit": "CA", "text": "Làm", "measure": "Xong", "due": DUE} | {field: given_value}
    with pytest.raises(Invalid) as refused:
        assign_task(
            spoken(world),
            world.unit(values["unit"]),
            values["text"],
            values["measure"],
            values["due"],
            by=world.mandate("observer"),
            now=world.now,
        )
    assert refused.value.field == field


def zipped(folder: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{folder}/document.xml", "<w/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "good"),
    [
        ("a.pdf", b"%PDF-1.4", True),
        ("a.PDF", b"%PDF-1.4", True),
        ("a.pdf", b"<html>", False),
        ("a.html", b"%PDF-1.4", False),
        ("a.docx", zipped("word"), True),
        ("a.xlsx", zipped("word"), False),
        ("a.docx", b"PK\x03\x04 broken", False),
        ("a.jpg", b"\xff\xd8\xff\xe0", True),
        ("a.png", b"\xff\xd8\xff\xe0", False),
        ("pdf", b"MZ", False),
        ("a.exe", b"MZ", False),
        ("a.pdf", b"", False),
    ],
)
def test_the_first_bytes_say_what_a_file_is(name: str, data: bytes, good: bool) -> None:
    assert (media_type_of(name, data) is not None) is good


@pytest.mark.parametrize(
    "files",
    [[("a.exe", b"MZ")], [PDF] * 11, [("a.pdf", b"%PDF" + b"x" * (20 * 1024 * 1024))]],
    ids=["kind", "many", "large"],
)
def test_a_report_with_a_bad_file_is_refused_whole(world: Any, files: Any) -> None:
    task = given(world)
    with pytest.raises(Invalid) as refused:
        report_task(task, "Đã làm", files, by=world.mandate("secretary:CA"), now=world.now)
    assert refused.value.field == "evidence"
    assert not task.entries.exists()
    assert DirectiveTask.objects.get(pk=task.pk).state == TaskState.ACCEPTED


def test_overdue_is_computed_by_the_day_in_vietnam(world: Any) -> None:
    task = given(world)
    from giaouoc.lib.clock import at_local

    assert not task.is_overdue(at_local(DUE, 23, 59))
    assert task.is_overdue(at_local(date(2026, 7, 1), 0, 0))
    report_task(task, "Đã làm", by=world.mandate("secretary:CA"), now=world.now)
    assert not task.is_overdue(at_local(date(2026, 7, 1), 0, 0))


@pytest.mark.parametrize(
    ("state", "who", "words"),
    [
        ("assigned", "leader:CA", "Nhận nhiệm vụ"),
        ("accepted", "secretary:CA", "Báo cáo kết quả"),
        ("returned", "leader:CA", "Báo cáo kết quả"),
        ("reported", "observer", "Xác nhận kết quả"),
        ("change_asked", "observer", "Trả lời đề nghị"),
    ],
)
def test_each_state_waits_for_somebody(world: Any, state: str, who: str, words: str) -> None:
    given(world, state=state)
    assert [todo.text.startswith(words) for todo in todos([world.mandate(who)], world.now)] == [True]
    for other in {"leader:UBND", "assessor:CA", "administrator"}:
        assert todos([world.mandate(other)], world.now) == []


def asked(who: Any, world: Any) -> list[str]:
    """What waits for this role, as a page of a new day would ask."""
    fresh = Mandate.objects.select_related("unit", "user", "year__cluster").get(pk=world.mandate(who).pk)
    return [todo.text for todo in todos([fresh], world.now)]


@pytest.mark.parametrize("state", ["assigned", "accepted", "returned", "change_asked"])
def test_the_task_of_a_unit_that_left_waits_for_the_asker_alone(world: Any, client: Any, state: str) -> None:
    task = given(world, state=state)
    Membership.objects.filter(unit__code="CA").update(until=world.now.date())
    world.pass_time(days=1)
    assert asked("leader:CA", world) == asked("secretary:CA", world) == []
    assert asked("observer", world) == ["Rút nhiệm vụ của Công an Thành phố, đơn vị đã rời Cụm"]
    world.sign_in(client, "observer")
    assert "không còn là thành viên của Cụm" in client.get(task.get_absolute_url()).content.decode()
    with pytest.raises(WrongState, match="không nhận lại được"):
        change_task(task, "Khác", "Khác", DUE, by=world.mandate("observer"), now=world.now)
    cancel_task(task, "Đơn vị đã rời Cụm", by=world.mandate("observer"), now=world.now)
    assert asked("observer", world) == []


def test_what_a_unit_that_left_had_reported_is_still_confirmed(world: Any) -> None:
    task = given(world, state="reported")
    Membership.objects.filter(unit__code="CA").update(until=world.now.date())
    world.pass_time(days=1)
    assert asked("observer", world) == ["Xác nhận kết quả của Công an Thành phố"]
    confirm_task(task, by=world.mandate("observer"), now=world.now)


def test_where_the_supervising_body_has_no_account_the_head_unit_is_told_and_asked(world: Any) -> None:
    Mandate.objects.filter(role=Role.OBSERVER).update(until=date(2026, 1, 31))
    who = world.mandate
    for code, act in (("CA", report_task), ("QS", ask_change)):
        task = assign_task(spoken(world), world.unit(code), "Làm", "Xong", DUE, by=who("secretary:CQD"), now=world.now)
        accept_task(task, by=who(f"leader:{code}"), now=world.now)
        act(task, "Lời", by=who(f"leader:{code}"), now=world.now)
        told = set(Message.objects.filter(path=task.get_absolute_url()).values_list("to__email", flat=True))
        assert {"thuky.cqd@giaouoc.test", "lanhdao.cqd@giaouoc.test"} <= told
    assert asked("leader:CQD", world) == ["Xác nhận kết quả của Công an Thành phố"]
    assert asked("secretary:CQD", world) == ["Trả lời đề nghị điều chỉnh của Quân sự Thành phố"]


def test_a_directive_without_task_waits_for_the_head_and_the_supervising_body(world: Any) -> None:
    spoken(world)
    waiting = [role for role in world.roles if todos([world.mandate(role)], world.now)]
    assert waiting == ["secretary:CQD", "observer"]


def test_the_unit_and_the_asker_are_told(world: Any) -> None:
    task = given(world, state="reported")
    told = set(Message.objects.filter(path=task.get_absolute_url()).values_list("to__email", flat=True))
    assert told == {"thuky.ca@giaouoc.test", "lanhdao.ca@giaouoc.test", "theodoi.btgdv@giaouoc.test"}
