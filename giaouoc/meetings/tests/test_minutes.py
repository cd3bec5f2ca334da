"""The minutes: everything that happened, in the PDF; fixed by the chair's approval."""

from __future__ import annotations

import html
import io
import re
import subprocess
import zipfile
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import DatabaseError, transaction

from giaouoc.clusters.actions.hiding import hide_words, show_words
from giaouoc.clusters.models import Unit
from giaouoc.directives.actions.tasks import assign_task, change_task
from giaouoc.documents.actions.tabling import table_document, table_without_consultation, withdraw_document
from giaouoc.documents.models import Adoption
from giaouoc.documents.paper.minutes import minutes_data
from giaouoc.documents.paper.minutes_word import render_minutes_word
from giaouoc.documents.tests import stage as texts
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.meetings.actions.attendance import confirm_representation, mark_absent, mark_left, mark_present
from giaouoc.meetings.actions.deciding import (
    add_note,
    cast_vote,
    change_note,
    close_meeting,
    declare_decision,
    follow_note,
    open_meeting,
    void_decision,
)
from giaouoc.meetings.actions.floor import add_floor_edit
from giaouoc.meetings.actions.inviting import convene_meeting
from giaouoc.meetings.actions.minutes import approve_minutes, write_minutes
from giaouoc.meetings.actions.planning import change_meeting, plan_meeting
from giaouoc.meetings.minutes import is_outdated, paper_of
from giaouoc.meetings.models import Meeting
from giaouoc.meetings.states import MeetingState

from . import stage


def words(data: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    return " ".join(done.stdout.decode().replace("\u00a0", " ").split())


def word_words(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return html.unescape(re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode()))


def test_the_minutes_say_each_thing_that_happened(world: Any) -> None:
    stage.rule(world, "quorum", {"share": "3/5", "strict": False, "base": "roll"}, "khoản 3 Điều 14")
    stage.rule(world, "adopt.text", {"share": "1/2", "strict": True, "base": "present"}, "khoản 2 Điều 15")
    secretary, leader = world.mandate("secretary:CQD"), world.mandate("leader:CQD")
    meeting = stage.convened(world)
    confirm_representation(
        meeting,
        world.unit("CA"),
        by=world.mandate("leader:CA"),
        now=world.now,
        representative="Phó Trưởng Ban",
        delegation="05-UQ ngày 02-3-2026",
    )
    mark_absent(meeting, world.unit("QS"), by=secretary, now=world.now, reason="Trực sẵn sàng chiến đấu")
    stage.sitting(world, ["CQD", "UBND", "CA"], meeting=meeting)
    item = stage.item(meeting)
    add_note(
        item, "Đề nghị nêu rõ thời hạn.", by=secretary, now=world.now, unit=world.unit("CA"), speaker="Phó Trưởng Ban"
    )
    body = world.cluster.supervising_body
    add_note(item, "Mỗi đơn vị có một mô hình hay.", by=secretary, now=world.now, unit=body, speaker="Trưởng Ban")
    world.pass_time(minutes=20)
    mark_present(meeting, world.unit("DHQG"), by=secretary, now=world.now)
    first = stage.deciding(world, meeting=meeting)
    void_decision(first, by=leader, now=world.now, reason="Máy chiếu hỏng")
    decision = stage.deciding(world, meeting=meeting)
    stage.votes(world, decision, CQD="yes", UBND="yes")
    stage.vote(world, decision, "CA", "no", "Bảo lưu về khoản 2 Điều 1.")
    cast_vote(decision, world.unit("DHQG"), "yes", by=secretary, now=world.now)
    declare_decision(decision, by=leader, now=world.now)
    mark_left(meeting, world.unit("DHQG"), by=secretary, now=world.pass_time(minutes=5))
    close_meeting(meeting, by=leader, now=world.pass_time(minutes=30))
    stage.rule(world, "quorum", {"share": "1", "strict": False, "base": "roll"}, "khoản khác")  # later, so of no matter
    file = write_minutes(meeting, by=secretary, now=world.now, conclusion="Giao các đơn vị triển khai Quy chế.")
    text = words(file.read())
    for fact in (
        "BIÊN BẢN",
        "Vào hồi 8 giờ 00 phút, ngày 07 tháng 3 năm 2026, tại Hội trường A",
        "có mặt: 4/5 (80%); túc số ít nhất 3 đơn vị (3/5, khoản 3 Điều 14)",
        "Trực sẵn sàng chiến đấu",
        "Phó Trưởng Ban (theo văn bản ủy quyền 05-UQ ngày 02-3-2026)",
        "đến lúc 08:20, rời lúc 08:25",
        "Ban Tuyên giáo và Dân vận Thành ủy TPHCM",
        "1. Thông qua Quy chế",
        "trình không qua lấy ý kiến, lý do: Cần gấp",
        "Phó Trưởng Ban, Công an Thành phố: Đề nghị nêu rõ thời hạn.",
        "Mỗi đơn vị có một mô hình hay.",
        "hủy: Máy chiếu hỏng",
        decision.text_hash,
        "tán thành 3; không tán thành 1; không có ý kiến 0",
        "3/4 (75%)",
        "ít nhất 3 đơn vị (quá 1/2, khoản 2 Điều 15)",
        "Bảo lưu về khoản 2 Điều 1.",
        "được thông qua",
        "Giao các đơn vị triển khai Quy chế.",
        "kết thúc lúc 8 giờ 55 phút cùng ngày",
    ):
        assert fact in text, fact
    assert "giơ tay" in text
    assert "khoản khác" not in text


def test_a_failed_consensus_a_tie_and_a_rejection_are_called_so(world: Any) -> None:
    stage.rule(world, "adopt.text", {"share": "1/2", "strict": True, "base": "present"})
    stage.rule(world, "tie", "repeat")
    meeting = stage.sitting(world, ["CQD", "UBND", "CA", "QS"])
    leader = world.mandate("leader:CQD")
    one = stage.deciding(world, meeting=meeting, method="consensus")
    stage.vote(world, one, "CA", "no", "Chưa đồng ý.")
    declare_decision(one, by=leader, now=world.now)
    two = stage.votes(world, stage.deciding(world, meeting=meeting), CQD="yes", UBND="yes", CA="no", QS="no")
    declare_decision(two, by=leader, now=world.now)
    three = stage.votes(world, stage.deciding(world, meeting=meeting), CQD="yes", UBND="no", CA="no", QS="no")
    declare_decision(three, by=leader, now=world.now)
    stage.closed(world, meeting)
    outcomes = [row.outcome for row in paper_of(meeting, leader, world.now).agenda[0].decisions]
    assert outcomes[0] == "chưa đạt thống nhất chung"
    assert "ngang nhau" in outcomes[1]
    assert outcomes[2] == "không được thông qua"


def test_each_decision_names_who_was_away_who_was_silent_and_who_did_not_vote(world: Any) -> None:
    leader = world.mandate("leader:CQD")
    meeting = stage.sitting(world, ["CQD", "UBND", "CA", "QS"])
    dropped = stage.votes(world, stage.deciding(world, meeting=meeting), CQD="yes")
    void_decision(dropped, by=leader, now=world.now, reason="Hỏi sai câu.")
    one = stage.deciding(world, meeting=meeting, method="consensus")
    stage.vote(world, one, "CA", "no", "Chưa đồng ý.")
    declare_decision(one, by=leader, now=world.now)
    two = stage.votes(world, stage.deciding(world, meeting=meeting), CQD="yes", UBND="yes", CA="yes")
    declare_decision(two, by=leader, now=world.now)
    stage.closed(world, meeting)
    data = minutes_data(paper_of(meeting, leader, world.now))
    void, agreed, voted = [dict(row["rows"]) for row in data["agenda"][0]["decisions"]]
    away = f"4/5 đơn vị (vắng: {world.unit('DHQG').short_name}); túc số"
    assert all(rows["Có mặt khi biểu quyết"].startswith(away) for rows in (void, agreed, voted))
    assert "Kết quả biểu quyết" not in void and "Hỏi sai câu" in data["agenda"][0]["decisions"][0]["outcome"]
    silent = [world.unit(code).short_name for code in ("CQD", "UBND", "QS")]
    assert agreed["Không nói ý kiến khác, coi là thống nhất"] == ", ".join(silent)
    assert voted["Có mặt, không biểu quyết"] == world.unit("QS").short_name


def test_minutes_without_a_conclusion_claim_none(world: Any) -> None:
    meeting = stage.closed(world)
    text = words(write_minutes(meeting, by=world.mandate("secretary:CQD"), now=world.now).read())
    assert "KẾT LUẬN" not in text


def test_the_secretary_states_that_they_were_read_and_takes_it_back(world: Any) -> None:
    secretary, meeting = world.mandate("secretary:CQD"), stage.closed(world)
    assert "đọc trước" not in words(write_minutes(meeting, by=secretary, now=world.now).read())
    stated = words(write_minutes(meeting, by=secretary, now=world.now, read_out=True).read())
    assert "Biên bản đã được đọc trước hội nghị và được thống nhất." in stated
    assert "đọc trước" in words(write_minutes(meeting, by=secretary, now=world.now, conclusion="Câu khác.").read())
    assert "đọc trước" not in words(write_minutes(meeting, by=secretary, now=world.now, read_out=False).read())
    approve_minutes(meeting, by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Meeting.objects.update(read_out=True)


def test_minutes_are_written_after_the_close_and_again_until_approved(world: Any) -> None:
    secretary = world.mandate("secretary:CQD")
    meeting = stage.sitting(world)
    with pytest.raises(WrongState, match="sau khi bế mạc"):
        write_minutes(meeting, by=secretary, now=world.now)
    stage.closed(world, meeting)
    first = write_minutes(meeting, by=secretary, now=world.now, conclusion="Một.")
    second = write_minutes(meeting, by=secretary, now=world.now, conclusion="Hai.")
    assert first.sha256 != second.sha256
    approve_minutes(meeting, by=world.mandate("leader:CQD"), now=world.now)
    assert Meeting.objects.get().state == MeetingState.RECORDED
    with pytest.raises(WrongState, match="đã được phê duyệt"):
        write_minutes(meeting, by=secretary, now=world.now, conclusion="Ba.")
    assert Meeting.objects.get().minutes == second


def test_the_chair_approves_only_what_was_read(world: Any) -> None:
    meeting, leader = stage.written(world), world.mandate("leader:CQD")
    read = meeting.minutes.sha256
    world.pass_time(minutes=1)
    write_minutes(meeting, by=world.mandate("secretary:CQD"), now=world.now, conclusion="Câu khác.")
    with pytest.raises(WrongState, match="lập lại"):
        approve_minutes(meeting, by=leader, now=world.now, read=read)
    approve_minutes(meeting, by=leader, now=world.now, read=meeting.minutes.sha256)


def test_a_corrected_note_calls_for_new_minutes(world: Any) -> None:
    note = stage.noted(world)
    meeting = stage.written(world, note.item.meeting)
    note.item.meeting = meeting
    change_note(note, "Câu đúng.", by=world.mandate("secretary:CQD"), now=world.now)
    assert Meeting.objects.get().minutes is None
    with pytest.raises(WrongState, match="Chưa có biên bản"):
        approve_minutes(meeting, by=world.mandate("leader:CQD"), now=world.now)


def test_the_secretary_of_the_head_unit_approves_nothing(world: Any) -> None:
    meeting = stage.written(world)
    for key in ("secretary:CQD", "leader:CA", "observer"):
        with pytest.raises(NotAllowed):
            approve_minutes(meeting, by=world.mandate(key), now=world.now)


def test_i08_the_database_keeps_approved_minutes(world: Any) -> None:
    meeting = stage.written(world)
    approve_minutes(meeting, by=world.mandate("leader:CQD"), now=world.now)
    for change in ({"conclusion": "Khác"}, {"state": "closed"}, {"minutes": None}, {"content": None}, {"content": {}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Meeting.objects.update(**change)
    with pytest.raises(WrongState):
        stage.noted(world, meeting)


def test_a_unit_that_leaves_the_cluster_later_stays_in_the_minutes(world: Any) -> None:
    from giaouoc.clusters.models import Membership

    meeting = stage.closed(world)
    Membership.objects.filter(unit__code="DHQG").update(until=world.now.date())
    world.pass_time(days=3)
    paper = paper_of(meeting, world.mandate("secretary:CQD"), world.now)
    assert len(paper.present) == 5


def test_the_table_of_answers_is_fixed_with_the_minutes(world: Any, client: Any) -> None:
    document = texts.responded(world)
    table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    meeting = stage.sitting(world, meeting=stage.convened(world, document=document))
    decision = stage.deciding(world, meeting=meeting)
    stage.votes(world, decision, CQD="yes", UBND="yes", CA="yes", QS="yes")
    declare_decision(decision, by=world.mandate("leader:CQD"), now=world.now)
    stage.written(world, meeting)
    url = f"{document.get_absolute_url()}tiep-thu/word/"
    client.force_login(world.mandate("secretary:CA").user)
    approve_minutes(meeting, by=world.mandate("leader:CQD"), now=world.now)
    fixed = client.get(url).content
    assert fixed == Adoption.objects.get(document=document).table_word.read()
    Unit.objects.update(short_name="Tên khác")  # what is renamed later changes the live table, not the fixed one
    assert client.get(url).content == fixed
    assert "đã khóa cùng biên bản" in client.get(f"{document.get_absolute_url()}tiep-thu/").content.decode()


@pytest.mark.parametrize("said", ["Đồng ý 😀", "漢字", "1️⃣ khoản", "tái\u202edẫn", "✓ ☑ ½ ≥", "a\x0bb\ufffe"])
def test_a_sign_that_the_font_lacks_stops_no_minutes(world: Any, said: str) -> None:
    """A vote that was declared is never typed anew, so what was said with it must be printed somehow."""
    meeting = stage.sitting(world)
    decision = stage.deciding(world, meeting=meeting)
    stage.votes(world, decision, CQD="yes", UBND="yes", QS="yes", DHQG="yes")
    stage.vote(world, decision, "CA", "no", f"Bảo lưu {said}")
    declare_decision(decision, by=world.mandate("leader:CQD"), now=world.now)
    stage.written(world, meeting)
    assert "Bảo lưu" in words(meeting.minutes.read())
    ElementTree.fromstring(f"<x>{html.escape(word_words(render_minutes_word(meeting.content)))}</x>")
    if "😀" in said:
        assert "Bảo lưu Đồng ý [U+1F600]" in words(meeting.minutes.read())
    approve_minutes(meeting, by=world.mandate("leader:CQD"), now=world.now)


def test_a_sign_of_the_conclusion_is_refused_while_it_is_typed(world: Any) -> None:
    meeting = stage.closed(world)
    with pytest.raises(Invalid, match="😀") as refused:
        write_minutes(meeting, by=world.mandate("secretary:CQD"), now=world.now, conclusion="Tốt 😀")
    assert refused.value.field == "conclusion"


def test_a_task_given_after_the_minutes_were_written_calls_for_new_ones(world: Any, client: Any) -> None:
    secretary, leader = world.mandate("secretary:CQD"), world.mandate("leader:CQD")
    note = stage.asked(world)
    directive = follow_note(note, by=secretary, now=world.now)
    meeting = stage.written(world, note.item.meeting)
    task = assign_task(
        directive, world.unit("CA"), "Mở một lớp", "Một lớp", date(2026, 6, 30), by=secretary, now=world.now
    )
    world.sign_in(client, "leader:CQD")
    page = client.get(meeting.url("bien-ban")).content.decode()
    assert "biên bản chưa ghi" in page and "Phê duyệt biên bản</button>" not in page
    with pytest.raises(WrongState, match="nhiệm vụ được giao"):
        approve_minutes(meeting, by=leader, now=world.now)
    write_minutes(meeting, by=secretary, now=world.now)
    assert "Giao Công an Thành phố: Mở một lớp" in words(meeting.minutes.read())
    change_task(task, "Mở hai lớp", "Hai lớp", task.due, by=world.mandate("observer"), now=world.now)
    with pytest.raises(WrongState, match="nhiệm vụ được giao"):
        approve_minutes(meeting, by=leader, now=world.now)
    write_minutes(meeting, by=secretary, now=world.now)
    approve_minutes(meeting, by=leader, now=world.now)


def test_words_hidden_after_the_minutes_were_written_do_not_call_for_new_ones(world: Any) -> None:
    meeting = stage.sitting(world)
    note = stage.noted(world, meeting)
    stage.written(world, meeting)
    hide_words(note, "Có dấu độ mật", by=world.mandate("administrator"), now=world.now)
    approve_minutes(Meeting.objects.get(), by=world.mandate("leader:CQD"), now=world.now)


def test_minutes_written_while_words_are_hidden_are_approved_so_and_written_anew_once_they_are_shown(
    world: Any,
) -> None:
    meeting, administrator = stage.sitting(world), world.mandate("administrator")
    note = stage.noted(world, meeting)
    hide_words(note, "Có dấu độ mật", by=administrator, now=world.now)
    stage.written(world, Meeting.objects.get())
    assert not is_outdated(Meeting.objects.get(), world.now)
    show_words(note, "Không mật", by=administrator, now=world.now)
    assert is_outdated(Meeting.objects.get(), world.now)
    hide_words(note, "Có dấu độ mật", by=administrator, now=world.now)
    approve_minutes(Meeting.objects.get(), by=world.mandate("leader:CQD"), now=world.now)


def _opening(world: Any, meeting: Meeting) -> str:
    stage.closed(world, meeting)
    found: str = minutes_data(paper_of(meeting, world.mandate("secretary:CQD"), world.now))["opening"]
    return found


@pytest.mark.parametrize(
    ("venue", "link", "words_of_it"),
    [
        ("Hội trường A", "", "tại Hội trường A, Cụm"),
        ("Hội trường A", "https://hop.example/1", "tại Hội trường A, kết hợp họp trực tuyến, Cụm"),
        ("", "https://hop.example/1", "năm 2026, bằng hình thức họp trực tuyến, Cụm"),
    ],
)
def test_the_minutes_say_that_the_conference_was_held_online(
    world: Any, venue: str, link: str, words_of_it: str
) -> None:
    meeting = stage.planned(world)
    change_meeting(
        meeting,
        by=world.mandate("secretary:CQD"),
        now=world.now,
        title=meeting.title,
        starts_at=meeting.starts_at,
        venue=venue,
        guests="",
        link=link,
    )
    convene_meeting(meeting, by=world.mandate("secretary:CQD"), now=world.now)
    assert words_of_it in _opening(world, stage.sitting(world, meeting=meeting))


def test_the_minutes_say_that_the_invitation_was_late_or_not_sent(world: Any) -> None:
    stage.rule(world, "convene.min_days", 5, "khoản 1 Điều 9")
    late = stage.convened(world, days=3)
    said = _opening(world, stage.sitting(world, meeting=late))
    assert "Giấy mời gửi ngày 05-02-2026, muộn so với hạn ngày " in said and "(khoản 1 Điều 9)." in said
    other = plan_meeting(
        world.year, "Họp gấp", by=world.mandate("secretary:CQD"), now=world.now, starts_at=world.now, venue="A"
    )
    assert "không có giấy mời gửi trước" in _opening(world, stage.sitting(world, meeting=other))


def test_a_rule_that_the_conference_gave_itself_makes_no_invitation_late(world: Any) -> None:
    meeting = stage.written(world, stage.sitting(world))
    stage.rule(world, "convene.min_days", 60, "khoản 1 Điều 9")
    assert not is_outdated(Meeting.objects.get(), world.now)
    assert "muộn so với hạn" not in paper_of(meeting, meeting.secretary, world.now).invitation


def test_who_leads_by_written_authority_and_who_took_the_chair_over_stands_in_the_minutes(world: Any) -> None:
    deputy, leader = world.mandate("leader:UBND"), world.mandate("leader:CQD")
    deputy.delegation_number, deputy.delegation_date = "07-UQ/BTGDV", date(2026, 3, 2)
    deputy.save()
    meeting = stage.day(world, stage.convened(world), stage.ALL)
    open_meeting(meeting, by=deputy, now=world.now)
    decision = stage.votes(world, stage.deciding(world, meeting=meeting), CQD="yes", UBND="yes", CA="yes", QS="yes")
    declare_decision(decision, by=leader, now=world.now)
    stage.written(world, meeting)
    for text in (words(meeting.minutes.read()), word_words(render_minutes_word(meeting.content))):
        assert "theo văn bản ủy quyền 07-UQ/BTGDV ngày 02-3-2026" in text
        assert f"Người điều hành, công bố{leader.actor_label}" in text.replace("công bố ", "công bố")


def test_what_became_of_the_text_after_the_conference_changes_nothing_in_its_minutes(world: Any) -> None:
    leader = world.mandate("leader:CQD")
    meeting = stage.sitting(world)
    document = stage.item(meeting).document
    decision = stage.votes(world, stage.deciding(world, meeting=meeting), CQD="no", UBND="no", CA="no", QS="no")
    declare_decision(decision, by=leader, now=world.now)
    stage.written(world, meeting)
    document.refresh_from_db()
    table_without_consultation(document, by=leader, now=world.now, reason="Lần này vì lý do khác")
    assert not is_outdated(meeting, world.now)
    withdraw_document(document, by=leader, now=world.now, reason="Không cần nữa")
    write_minutes(meeting, by=world.mandate("secretary:CQD"), now=world.now)
    text = words(meeting.minutes.read())
    assert "trình không qua lấy ý kiến, lý do: Cần gấp" in text
    assert "lý do khác" not in text and "Không cần nữa" not in text


def test_a_text_without_a_decision_and_edits_without_a_vote_are_told(world: Any) -> None:
    meeting = stage.sitting(world)
    item, by = stage.item(meeting), {"by": world.mandate("secretary:CQD"), "now": world.now}
    add_floor_edit(item, item.version.texts.get(path="1/2"), "reword", "Lời được nêu.", **by)
    stage.closed(world, meeting)
    said = [one.text for one in paper_of(meeting, by["by"], world.now).agenda[0].said]
    assert said[-2].startswith("Chỉnh sửa được nêu, không đưa ra biểu quyết: Sửa lời khoản 2 Điều 1")
    assert said[-1] == f"Hội nghị chưa quyết định về {item.document.title}."
