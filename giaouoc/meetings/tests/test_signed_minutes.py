"""Approved minutes are signed by the secretary, then the chair; what is not signed goes back to be written anew."""

from __future__ import annotations

import subprocess
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, transaction
from docx import Document as Word

from giaouoc.audit.trail import check_all
from giaouoc.clusters.actions.hiding import hide_words
from giaouoc.clusters.models import Unit
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import NotAllowed, WrongState
from giaouoc.meetings.actions.minutes import approve_minutes, put_minutes_to_signing, write_minutes
from giaouoc.meetings.models import Meeting
from giaouoc.meetings.states import MeetingState
from giaouoc.signing.actions.close import cancel_round, close_due_rounds, refuse_slot
from giaouoc.signing.actions.sign import sign_slot
from giaouoc.signing.engine.trust import TrustFolder
from giaouoc.signing.engine.verify import verify
from giaouoc.signing.models import SigningRound, Slot
from giaouoc.signing.queries import expected_for

from . import stage


def signing(world: Any) -> Meeting:
    """Until the end of today."""
    meeting, by = stage.approved(world), world.mandate("secretary:CQD")
    put_minutes_to_signing(meeting, by=by, now=world.now, last_day=local_date(world.now))
    return meeting


def test_minutes_of_a_conference_with_a_long_name_are_put_to_signing(world: Any) -> None:
    meeting, by = stage.convened(world), world.mandate("secretary:CQD")
    Meeting.objects.filter(pk=meeting.pk).update(title=("Hội nghị tổng kết phong trào thi đua " * 9)[:299])
    meeting.refresh_from_db()
    stage.written(world, stage.sitting(world, meeting=meeting))
    approve_minutes(meeting, by=world.mandate("leader:CQD"), now=world.now)
    put_minutes_to_signing(meeting, by=by, now=world.now)
    SigningRound.objects.get().clean_fields()


def test_minutes_of_which_words_were_hidden_since_are_not_put_to_signing(world: Any, client: Any) -> None:
    meeting, by = stage.convened(world), world.mandate("secretary:CQD")
    Meeting.objects.filter(pk=meeting.pk).update(title="Hội nghị ở vườn xoài của tỉnh")
    meeting.refresh_from_db()
    stage.written(world, stage.sitting(world, meeting=meeting))
    approve_minutes(meeting, by=world.mandate("leader:CQD"), now=world.now)
    assert "hội nghị ở vườn xoài" in str(Meeting.objects.get(pk=meeting.pk).content)  # as the sentence wants it
    hide_words(meeting, "Có dấu độ mật", by=world.mandate("administrator"), now=world.now)
    assert "vườn xoài" not in str(Meeting.objects.get(pk=meeting.pk).content)
    with pytest.raises(WrongState, match="bị cách ly"):
        put_minutes_to_signing(meeting, by=by, now=world.now)


def slot(meeting: Meeting, role: str) -> Slot:
    rows = Slot.objects.select_related("unit", "round__year__cluster")
    return rows.get(round=meeting.signing_round_id, role=role)


def sign(world: Any, meeting: Meeting, *roles: str) -> None:
    for role in roles:
        world.pass_time(minutes=1)
        sign_slot(slot(meeting, role), by=world.mandate(f"{role}:CQD"), now=world.now)
    meeting.refresh_from_db()


def text_of(pdf: bytes) -> str:
    run = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def test_the_secretary_then_the_chair_sign_what_was_approved_and_it_is_sealed(world: Any, client: Any) -> None:
    cache.clear()
    meeting = stage.approved(world)
    words, page = meeting.text_hash, meeting.url("bien-ban")
    Unit.objects.filter(code="CA").update(name="Tên đặt sau")  # what is renamed later changes nothing
    read = meeting.minutes.read()  # type: ignore[union-attr]
    assert words in text_of(read)
    for key in ("secretary:CA", "observer"):
        with pytest.raises(NotAllowed):
            put_minutes_to_signing(meeting, by=world.mandate(key), now=world.now)
    world.sign_in(client, "secretary:CQD")
    assert "Đưa biên bản ra ký" in client.get(page).content.decode()
    assert client.post(f"{page}dua-ra-ky/", {"last_day": ""}).status_code == 302
    meeting.refresh_from_db()
    round_ = meeting.signing_round
    assert round_ is not None
    assert (meeting.state, round_.text_hash) == (MeetingState.SIGNING, words)
    printed = text_of(client.get(f"{page}bien-ban.pdf").content)
    assert "Tên đặt sau" not in printed
    assert text_of(read).split("Đối chiếu")[0] == printed.split("Xác minh")[0]
    with pytest.raises(WrongState, match="chờ"):
        sign(world, meeting, "leader")
    assert "Ký biên bản" in client.get(page).content.decode()
    sign(world, meeting, "secretary", "leader")
    assert meeting.state == MeetingState.ARCHIVED
    sealed = client.get(f"{page}bien-ban.pdf").content
    assert sealed == round_.head.file.read()
    verdict = verify(sealed, TrustFolder.load(settings.DATA / "trust"), expected_for(round_.code))
    assert (verdict.verdict, verdict.signed, verdict.expected) == ("valid", 2, 2)
    public = client.get(f"/xac-minh/?ma={round_.code}").content.decode()
    assert "Hợp lệ. Đủ 2/2 chữ ký." in public
    assert "(thư ký)" in public
    assert check_all() == []


def end_by_refusal(world: Any, meeting: Meeting) -> None:
    refuse_slot(slot(meeting, "leader"), by=world.mandate("leader:CQD"), now=world.now, reason="Sai kết luận")


def end_by_stop(world: Any, meeting: Meeting) -> None:
    round_ = SigningRound.objects.get(pk=meeting.signing_round_id)
    cancel_round(round_, by=world.mandate("leader:CQD"), now=world.now, reason="Sai kết luận")


def end_by_day(world: Any, meeting: Meeting) -> None:
    close_due_rounds(now=world.pass_time(days=1))


@pytest.mark.parametrize("end", [end_by_refusal, end_by_stop, end_by_day])
def test_what_is_not_signed_goes_back_to_be_written_and_approved_anew(world: Any, client: Any, end: Any) -> None:
    meeting = signing(world)
    first = meeting.signing_round
    sign(world, meeting, "secretary")
    end(world, meeting)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CLOSED
    assert first is not None
    assert first.revisions.count() == 2  # the signature stays as evidence
    first.refresh_from_db()
    page = world.sign_in(client, "secretary:CQD").get(meeting.url("bien-ban")).content.decode()
    assert first.reason in page
    assert "Lập lại biên bản" in page
    write_minutes(meeting, by=world.mandate("secretary:CQD"), now=world.now, conclusion="Câu đúng.")
    approve_minutes(meeting, by=world.mandate("leader:CQD"), now=world.now)
    put_minutes_to_signing(meeting, by=world.mandate("secretary:CQD"), now=world.now)
    sign(world, meeting, "secretary", "leader")
    assert meeting.state == MeetingState.ARCHIVED
    assert meeting.signing_round_id != first.pk


def test_minutes_whose_signed_file_no_seal_fits_are_written_anew_too(world: Any) -> None:
    meeting = signing(world)
    Meeting.objects.update(state=MeetingState.SIGNED)  # all have signed; the seal fails
    end_by_stop(world, meeting)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CLOSED


def test_only_approved_minutes_are_put_to_signing_and_only_once(world: Any) -> None:
    by = world.mandate("secretary:CQD")
    meeting = stage.written(world)
    with pytest.raises(WrongState, match="đã được phê duyệt"):
        put_minutes_to_signing(meeting, by=by, now=world.now)
    approve_minutes(meeting, by=world.mandate("leader:CQD"), now=world.now)
    put_minutes_to_signing(meeting, by=by, now=world.now)
    with pytest.raises(WrongState):
        put_minutes_to_signing(meeting, by=by, now=world.now)


def test_who_wrote_and_chaired_alone_does_not_sign_twice(world: Any) -> None:
    meeting, leader = stage.closed(world), world.mandate("leader:CQD")
    write_minutes(meeting, by=leader, now=world.now)
    Meeting.objects.update(secretary=leader)
    meeting.refresh_from_db()
    approve_minutes(meeting, by=leader, now=world.now)
    with pytest.raises(WrongState, match="hai người"):
        put_minutes_to_signing(meeting, by=leader, now=world.now)


def test_without_a_signing_service_the_page_says_so(world: Any, settings: Any) -> None:
    meeting = stage.approved(world)
    settings.TRIAL_SIGNING = False
    with pytest.raises(WrongState, match="chưa có dịch vụ ký số"):
        put_minutes_to_signing(meeting, by=world.mandate("secretary:CQD"), now=world.now)


def test_i08_the_database_keeps_minutes_that_are_being_signed(world: Any) -> None:
    meeting = signing(world)
    for change in ({"conclusion": "Khác"}, {"text_hash": "0" * 64}, {"state": "open"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Meeting.objects.update(**change)
    sign(world, meeting, "secretary", "leader")
    with pytest.raises(DatabaseError), transaction.atomic():
        Meeting.objects.update(state="closed")


def test_the_word_file_says_what_the_paper_says(world: Any, client: Any) -> None:
    note = stage.noted(world)
    meeting = stage.written(world, note.item.meeting)
    pdf = text_of(meeting.minutes.read())  # type: ignore[union-attr]
    answer = world.sign_in(client, "observer").get(f"{meeting.url('bien-ban')}bien-ban.docx")
    paper = Word(BytesIO(answer.content))
    words = [one.text for one in paper.paragraphs if one.text]
    for part in ("I. THÀNH PHẦN", "Thống nhất Quy chế.", "- Trưởng Ban, Công an Thành phố: Đề nghị ghi rõ thời hạn."):
        assert part in words
        assert part in pdf
    assert any(meeting.text_hash in one for one in words)
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in " ".join(cells)
    assert any(cell.startswith("NGƯỜI GHI BIÊN BẢN") for cell in cells)
    assert world.unit("DHQG").name in cells
