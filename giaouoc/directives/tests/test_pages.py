"""The pages of directives: the flow by pages, what was typed stays, the list filters, evidence is served safely."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from giaouoc.directives.models import Directive, DirectiveTask, EntryFile
from giaouoc.lib.clock import at_local
from giaouoc.meetings.actions.deciding import add_note, change_note, follow_note
from giaouoc.meetings.tests.stage import item, sitting
from tests.world import World

from .test_tasks import DUE, PDF, given


def test_the_words_become_tasks_and_results_on_pages(world: World, client: Any) -> None:
    world.sign_in(client, "observer")
    posted = client.post(
        world.url("chi-dao/ghi/"),
        {"words": "Hướng về cơ sở.", "speaker": "Trưởng Ban", "given_on": "2026-02-05", "occasion": "Buổi làm việc"},
    )
    directive = Directive.objects.get()
    assert posted["Location"] == directive.get_absolute_url()
    task_form = {
        "units": [world.unit("CA").pk, world.unit("QS").pk],
        "text": "Về cơ sở",
        "measure": "2 lần",
        "due": "2026-06-30",
    }
    client.post(f"{directive.get_absolute_url()}giao/", task_form)
    task = DirectiveTask.objects.get(unit__code="CA")
    assert DirectiveTask.objects.count() == 2
    world.sign_in(client, "leader:CA")
    client.post(f"{task.get_absolute_url()}nhan/")
    world.sign_in(client, "secretary:CA")
    evidence = [SimpleUploadedFile(name, data) for name, data in (PDF, ("ảnh lớp.pdf", PDF[1]))]
    client.post(f"{task.get_absolute_url()}bao-cao/", {"words": "Đã về 2 lần", "evidence": evidence})
    world.sign_in(client, "observer")
    page = client.get(task.get_absolute_url()).content.decode()
    assert "Đã về 2 lần" in page and "ảnh lớp.pdf" in page
    client.post(f"{task.get_absolute_url()}xac-nhan/", {"words": ""})
    task.refresh_from_db()
    assert task.state == "confirmed"
    assert "1/2 nhiệm vụ" in client.get(world.url("chi-dao/")).content.decode()


def test_what_was_typed_stays_when_a_file_is_refused(world: World, client: Any) -> None:
    task = given(world)
    world.sign_in(client, "secretary:CA")
    answer = client.post(
        f"{task.get_absolute_url()}bao-cao/",
        {"words": "Kết quả dài đã gõ", "evidence": [SimpleUploadedFile("a.exe", b"MZ")]},
    )
    assert answer.status_code == 422
    assert "Kết quả dài đã gõ" in answer.content.decode()
    assert "a.exe" in answer.content.decode()


def test_the_list_shows_what_is_late_and_filters(world: World, client: Any) -> None:
    late, other = given(world), given(world, "QS", "confirmed")
    world.now = at_local(date(2026, 7, 2), 9)
    world.sign_in(client, "secretary:DHQG")
    everything = client.get(world.url("chi-dao/")).content.decode()
    assert "1 nhiệm vụ quá hạn: Công an Thành phố." in everything
    overdue = client.get(world.url("chi-dao/?tinh_trang=qua-han")).content.decode()
    assert late.get_absolute_url() in overdue
    assert other.get_absolute_url() not in overdue
    assert client.get(world.url("chi-dao/?don_vi=khong-co&tinh_trang=%00")).status_code == 200


def test_evidence_is_a_download_that_runs_nothing(world: World, client: Any) -> None:
    given(world, state="reported")
    row = EntryFile.objects.get()
    world.sign_in(client, "leader:DHQG")
    answer = client.get(world.url(f"chi-dao/tep/{row.pk}/"))
    assert answer.content == PDF[1]
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_words_of_a_conference_are_followed_up_and_stand_in_its_minutes(world: World) -> None:
    from giaouoc.directives.actions.tasks import assign_task
    from giaouoc.lib.errors import Invalid, WrongState
    from giaouoc.meetings.minutes import _said

    meeting = sitting(world)
    first = item(meeting)
    by, body = world.mandate("secretary:CQD"), world.cluster.supervising_body
    note = add_note(first, "Đổi mới cách làm.", by=by, now=world.now, unit=body, speaker="Phó Trưởng Ban")
    directive = follow_note(note, by=by, now=world.now)
    assert (directive.words, directive.speaker) == ("Đổi mới cách làm.", "Phó Trưởng Ban")
    assert directive.path == meeting.get_absolute_url() and meeting.title in directive.occasion
    with pytest.raises(WrongState):
        follow_note(note, by=by, now=world.now)
    with pytest.raises(Invalid):
        change_note(note, "Khác", by=by, now=world.now, unit=world.unit("CA"))
    change_note(note, "Đổi mới cách làm, hướng về cơ sở.", by=by, now=world.now, unit=body, speaker="Trưởng Ban")
    directive.refresh_from_db()
    assert (directive.words, directive.speaker) == ("Đổi mới cách làm, hướng về cơ sở.", "Trưởng Ban")
    assign_task(directive, world.unit("CA"), "Mở một lớp.", "Một lớp", DUE, by=by, now=world.now)
    said = [one.text for one in _said(note)]
    assert said == [
        "Đổi mới cách làm, hướng về cơ sở.",
        "Giao Công an Thành phố: Mở một lớp; dấu hiệu hoàn thành: Một lớp; hạn ngày 30-6-2026.",
    ]
    with pytest.raises(WrongState):
        change_note(note, "Khác", by=by, now=world.now, unit=body)
    other = add_note(first, "Thống nhất.", by=by, now=world.now, unit=world.unit("CA"))
    with pytest.raises(WrongState):
        follow_note(other, by=by, now=world.now)


@pytest.mark.parametrize("rows", [1, 5])
def test_the_list_costs_the_same_for_any_length(
    world: World, client: Any, rows: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(rows):
        given(world)
    world.sign_in(client, "secretary:CA")
    client.get(world.url("chi-dao/"))
    with django_assert_max_num_queries(8):
        client.get(world.url("chi-dao/"))
