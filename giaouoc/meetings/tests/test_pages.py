"""The pages of a conference, as each role meets them; every act by its button."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from giaouoc.documents.models import Document
from giaouoc.lib.clock import local
from giaouoc.lib.dates import clock_seconds
from giaouoc.meetings.actions.attendance import mark_left
from giaouoc.meetings.actions.deciding import add_note
from giaouoc.meetings.actions.planning import add_item, plan_meeting
from giaouoc.meetings.models import AgendaNote, Attendance, Meeting, MeetingDecision, Vote
from giaouoc.meetings.states import MeetingState

from . import stage

HEAD, CHAIR, MEMBER, LEADER = "secretary:CQD", "leader:CQD", "secretary:CA", "leader:CA"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def words(page: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+([.,:;)])", r"\1", " ".join(text.replace("\u00a0", " ").split()))


def get(world: Any, client: Any, key: str, rest: str = "") -> Any:
    return world.sign_in(client, key).get(world.url(f"hoi-nghi/{rest}"))


def post(world: Any, client: Any, key: str, rest: str, **data: Any) -> Any:
    return world.sign_in(client, key).post(world.url(f"hoi-nghi/{rest}"), data)


def red(page: Any) -> list[str]:
    """What the red buttons of the page say."""
    return re.findall(r'class="button button--act"[^>]*>([^<]+)<', page.content.decode())


def test_the_list_says_what_to_do_when_it_is_empty(world: Any, client: Any) -> None:
    page = get(world, client, HEAD)
    assert "Chưa có hội nghị nào" in words(page)
    assert red(page) == ["Dự kiến hội nghị"]
    assert "Dự kiến hội nghị" not in words(get(world, client, LEADER))


def test_a_stranger_signs_in_and_the_administrator_finds_nothing(world: Any, client: Any) -> None:
    stage.deciding(world)
    number = MeetingDecision.objects.get().pk
    for rest in (f"{stage.SLUG}/", f"{stage.SLUG}/bieu-quyet/{number}/", f"{stage.SLUG}/bien-ban/bien-ban.pdf"):
        page = client.get(world.url(f"hoi-nghi/{rest}"))
        assert page.status_code == 302
        assert page.url.startswith("/dang-nhap/?next=")
    for rest in (f"{stage.SLUG}/", f"{stage.SLUG}/bieu-quyet/{number}/"):
        assert get(world, client, "administrator", rest).status_code == 404


def test_a_conference_is_planned_corrected_and_convened_on_pages(world: Any, client: Any) -> None:
    wrong = post(world, client, HEAD, "moi/", title="", venue="Giữ chữ này")
    assert wrong.status_code == 422
    assert "Giữ chữ này" in wrong.content.decode()
    starts = local(world.now + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")
    facts = {"title": "Hội nghị sơ kết", "starts_at": starts, "venue": "", "guests": "Thành ủy\nMTTQ"}
    made = post(world, client, HEAD, "moi/", **facts)
    assert made.url == world.url("hoi-nghi/hoi-nghi-so-ket/")
    page = get(world, client, HEAD, "hoi-nghi-so-ket/")
    assert "Chương trình chưa có mục nào." in words(page)
    assert "Chưa ghi địa điểm hoặc liên kết họp trực tuyến." in words(page)
    assert red(page) == []  # the act is there with its reasons, and cannot be pressed
    refused = post(world, client, HEAD, "hoi-nghi-so-ket/giay-moi/")
    assert refused.status_code == 302
    assert Meeting.objects.get().state == MeetingState.PLANNED
    post(world, client, HEAD, "hoi-nghi-so-ket/sua/", **facts | {"venue": "Hội trường B"})
    post(world, client, HEAD, "hoi-nghi-so-ket/muc/moi/", title="Báo cáo sáu tháng")
    page = get(world, client, HEAD, "hoi-nghi-so-ket/")
    assert red(page) == ["Gửi giấy mời"]
    confirm = words(get(world, client, HEAD, "hoi-nghi-so-ket/giay-moi/"))
    assert "5 đơn vị: Các cơ quan Đảng Thành phố, UBND Thành phố" in confirm
    assert post(world, client, HEAD, "hoi-nghi-so-ket/giay-moi/").status_code == 302
    assert Meeting.objects.get().state == MeetingState.CONVENED
    assert "Chưa điểm danh" in words(get(world, client, LEADER, "hoi-nghi-so-ket/"))


def test_the_hour_typed_is_the_hour_of_vietnam(world: Any, client: Any) -> None:
    day = local(world.now + timedelta(days=30)).strftime("%Y-%m-%d")
    post(world, client, HEAD, "moi/", title="Họp", starts_at=f"{day}T14:30", venue="A", guests="")
    assert local(Meeting.objects.get().starts_at).strftime("%H:%M") == "14:30"
    assert "14:30 ngày 07-3-2026" in words(get(world, client, LEADER, "hop/"))


def test_a_late_invitation_warns_with_the_clause(world: Any, client: Any) -> None:
    stage.rule(world, "convene.min_days", 5, "khoản 4 Điều 14 Quy chế")
    stage.planned(world, days=6)
    assert "Quá hạn gửi giấy mời: hạn là ngày 04-02-2026 (khoản 4 Điều 14 Quy chế)" in words(
        get(world, client, HEAD, f"{stage.SLUG}/")
    )
    assert "Gửi muộn: hạn là ngày 04-02-2026" in words(get(world, client, HEAD, f"{stage.SLUG}/giay-moi/"))


def test_the_agenda_is_worked_on_with_buttons(world: Any, client: Any) -> None:
    meeting = stage.planned(world)
    post(world, client, HEAD, f"{stage.SLUG}/muc/moi/", title="Kết luận")
    last = meeting.agenda.get(title="Kết luận")
    post(world, client, HEAD, f"{stage.SLUG}/muc/{last.pk}/", viec="len")
    assert [one.title for one in meeting.agenda.all()] == ["Kết luận", "Thông qua Quy chế"]
    post(world, client, HEAD, f"{stage.SLUG}/muc/{last.pk}/", title="Kết luận, giao việc")
    assert "Kết luận, giao việc" in words(get(world, client, LEADER, f"{stage.SLUG}/"))
    assert "không còn trong chương trình" in words(get(world, client, HEAD, f"{stage.SLUG}/muc/{last.pk}/bo/"))
    assert meeting.agenda.count() == 2
    post(world, client, HEAD, f"{stage.SLUG}/muc/{last.pk}/bo/")
    assert meeting.agenda.count() == 1
    assert get(world, client, HEAD, f"{stage.SLUG}/muc/{last.pk}/").status_code == 404


def test_the_text_under_an_item_shows_its_version_and_hash_to_everybody(world: Any, client: Any) -> None:
    meeting = stage.convened(world)
    code = stage.item(meeting).version.content_hash
    short = f"{code[:4]} {code[4:8]}".upper()
    for key in (HEAD, LEADER, "observer", "assessor:CA"):
        text = words(get(world, client, key, f"{stage.SLUG}/"))
        assert f"dự thảo 1, mã {short}" in text, key


def test_a_text_tabled_anew_is_shown_as_stale_until_the_item_takes_it(world: Any, client: Any) -> None:
    from giaouoc.documents.actions.tabling import send_back_document, table_without_consultation
    from giaouoc.documents.tests import stage as texts

    meeting = stage.planned(world)
    document, chair = Document.objects.get(), world.mandate(CHAIR)
    document.year = world.year
    version = document.versions.get()
    send_back_document(document, version, version.content_hash, "sửa", by=chair, now=world.now)
    texts.draft(world, texts.regulation(second=True), document=document)
    table_without_consultation(document, by=chair, now=world.now, reason="Đã sửa")
    page = get(world, client, HEAD, f"{stage.SLUG}/")
    assert "mục này còn ghi bản cũ" in words(page)
    item = stage.item(meeting)
    post(world, client, HEAD, f"{stage.SLUG}/muc/{item.pk}/", title=item.title, document=document.pk)
    assert stage.item(meeting).version.ordinal == 2
    assert "bản cũ" not in words(get(world, client, HEAD, f"{stage.SLUG}/"))


def test_a_unit_says_who_comes_on_a_form_that_keeps_what_was_typed(world: Any, client: Any) -> None:
    stage.rule(world, "representation", "leader_or_delegate", "khoản 3 Điều 14")
    stage.convened(world)
    rest = f"{stage.SLUG}/dai-dien/CA/"
    assert "Ủy quyền biểu quyết trên hệ thống" not in words(get(world, client, MEMBER, rest))
    bad = post(world, client, MEMBER, rest, representative="Phó Trưởng Ban Nguyễn", delegation="")
    assert bad.status_code == 422
    assert "Phó Trưởng Ban Nguyễn" in bad.content.decode()
    assert "khoản 3 Điều 14" in words(bad)
    assert "Ủy quyền biểu quyết trên hệ thống" in words(get(world, client, LEADER, rest))
    person = world.mandate("assessor:CA").pk
    done = post(
        world, client, LEADER, rest, representative="Phó Trưởng Ban", delegation="05-UQ ngày 02-3", delegate=person
    )
    assert done.status_code == 302
    assert Attendance.objects.get(unit__code="CA").delegate_id == person
    assert "thôi ủy quyền biểu quyết" in words(get(world, client, MEMBER, rest))
    assert get(world, client, MEMBER, f"{stage.SLUG}/dai-dien/QS/").status_code == 403
    assert get(world, client, HEAD, f"{stage.SLUG}/dai-dien/KHONG/").status_code == 404


def test_the_day_runs_on_pages_from_the_roll_to_the_approved_minutes(world: Any, client: Any) -> None:
    stage.rule(world, "quorum", {"share": "4/5", "strict": False, "base": "roll"}, "khoản 3 Điều 14")
    meeting = stage.day(world, stage.convened(world), ["CQD", "UBND"])
    base = f"{stage.SLUG}/"
    page = get(world, client, CHAIR, base)
    assert "từ 4/5 tổng số đơn vị thành viên: 4 trên 5 đơn vị (khoản 3 Điều 14)" in words(page)
    assert "Còn thiếu 2 đơn vị có mặt." in words(page)
    assert red(page) == []
    assert post(world, client, CHAIR, f"{base}khai-mac/").status_code == 409
    for code in ("CA", "QS"):
        post(world, client, HEAD, f"{base}diem-danh/{code}/", viec="co")
    post(world, client, HEAD, f"{base}vang-mat/DHQG/", reason="Đi công tác")
    assert red(get(world, client, CHAIR, base)) == ["Khai mạc hội nghị"]
    assert red(get(world, client, HEAD, base)) == []
    assert post(world, client, CHAIR, f"{base}khai-mac/").status_code == 302
    item = stage.item(meeting)
    post(
        world, client, HEAD, f"{base}muc/{item.pk}/y-kien/", unit=world.unit("CA").pk, speaker="Trưởng Ban", text="Rõ."
    )
    note = AgendaNote.objects.get()
    post(world, client, HEAD, f"{base}muc/{item.pk}/y-kien/{note.pk}/", text="Rõ hơn.")
    assert AgendaNote.objects.get().text == "Rõ hơn."
    asked = words(get(world, client, CHAIR, f"{base}muc/{item.pk}/bieu-quyet/"))
    assert "trên 2/3 số đơn vị có mặt: 3 trên 4 đơn vị" in asked
    post(world, client, CHAIR, f"{base}muc/{item.pk}/bieu-quyet/", method="vote", purpose="text")
    decision = MeetingDecision.objects.get()
    ballot = f"{base}bieu-quyet/{decision.pk}/"
    assert red(get(world, client, LEADER, ballot)) == ["Ghi ý kiến của đơn vị"]
    for code in ("CA", "CQD", "UBND"):
        post(world, client, f"leader:{code}", f"{ballot}phieu/{code}/", choice="yes")
    post(world, client, HEAD, f"{ballot}phieu/QS/", choice="no", words="Đề nghị lùi thời hạn.")
    shown = words(get(world, client, "observer", ballot))
    assert "Đề nghị lùi thời hạn." in shown
    assert "giơ tay, thư ký ghi" in shown
    assert f"theo giơ tay hoặc phiếu giấy: {world.unit('QS').short_name}. Người chủ trì công bố là xác nhận" in shown
    assert decision.text_hash in shown
    assert red(get(world, client, CHAIR, ballot)) == ["Công bố kết quả"]
    assert post(world, client, HEAD, f"{ballot}cong-bo/").status_code == 403
    post(world, client, CHAIR, f"{ballot}cong-bo/")
    assert "3/4 đơn vị có mặt tán thành, 1 không tán thành" in words(get(world, client, "observer", ballot))
    assert post(world, client, LEADER, f"{ballot}phieu/CA/", choice="no").status_code == 409
    assert red(get(world, client, CHAIR, base)) == ["Bế mạc hội nghị"]
    assert "không đổi được nữa" in words(get(world, client, CHAIR, f"{base}be-mac/"))
    post(world, client, CHAIR, f"{base}be-mac/")
    assert post(world, client, HEAD, f"{base}bien-ban/", conclusion="Thống nhất.").status_code == 302
    pdf = get(world, client, "observer", f"{base}bien-ban/bien-ban.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    page = get(world, client, CHAIR, f"{base}bien-ban/")
    assert red(page) == ["Phê duyệt biên bản"]
    read = re.search(r'name="doc" value="([0-9a-f]{64})"', page.content.decode())
    assert read
    post(world, client, CHAIR, f"{base}bien-ban/phe-duyet/", doc=read[1])
    assert Meeting.objects.get().state == MeetingState.RECORDED
    assert "Biên bản đã được phê duyệt." in words(get(world, client, LEADER, base))


def test_without_quorum_the_button_says_why_it_cannot_be_pressed(world: Any, client: Any) -> None:
    meeting = stage.sitting(world)
    for code in ("CA", "QS"):
        mark_left(meeting, world.unit(code), by=world.mandate(HEAD), now=world.now)
    text = words(get(world, client, CHAIR, f"{stage.SLUG}/"))
    assert "Không còn đủ túc số: có mặt 3/5 đơn vị, cần 4." in text
    assert "Chưa đủ túc số: có mặt 3, cần 4." in text
    assert "Chưa quyết định được việc gì khi vắng: Công an Thành phố, Quân sự Thành phố." in text
    number = stage.item(meeting).pk
    assert (
        post(world, client, CHAIR, f"{stage.SLUG}/muc/{number}/bieu-quyet/", method="vote", purpose="text").status_code
        == 409
    )


def test_a_consensus_asks_for_the_other_opinion_in_words(world: Any, client: Any) -> None:
    decision = stage.deciding(world, method="consensus")
    ballot = f"{stage.SLUG}/bieu-quyet/{decision.pk}/"
    page = get(world, client, LEADER, ballot)
    assert "Không có ý kiến khác" in words(page)
    waits = f"Nếu không đơn vị nào có ý kiến khác đến {clock_seconds(decision.until)} thì được coi là đồng ý"
    assert waits in words(page)
    bad = post(world, client, LEADER, f"{ballot}phieu/CA/", choice="no", words="")
    assert bad.status_code == 422
    assert "Ghi ý kiến khác của đơn vị" in words(bad)
    post(world, client, LEADER, f"{ballot}phieu/CA/", choice="no", words="Chưa rõ Điều 1.")
    assert Vote.objects.get().words == "Chưa rõ Điều 1."


def test_a_decision_is_given_up_on_a_page_that_says_what_follows(world: Any, client: Any) -> None:
    decision = stage.deciding(world)
    ballot = f"{stage.SLUG}/bieu-quyet/{decision.pk}/"
    assert "Lý do được in trong biên bản." in words(get(world, client, CHAIR, f"{ballot}huy/"))
    assert post(world, client, CHAIR, f"{ballot}huy/", reason="").status_code == 422
    post(world, client, CHAIR, f"{ballot}huy/", reason="Đọc nhầm bản")
    assert "Đọc nhầm bản" in words(get(world, client, LEADER, ballot))


def test_an_undeclared_vote_of_nobody_comes_back_with_the_reason(world: Any, client: Any) -> None:
    decision = stage.deciding(world)
    ballot = f"{stage.SLUG}/bieu-quyet/{decision.pk}/"
    world.sign_in(client, CHAIR)
    page = client.post(world.url(f"hoi-nghi/{ballot}cong-bo/"), follow=True)
    assert "Chưa đơn vị nào biểu quyết." in words(page)


@pytest.mark.parametrize("key", [LEADER, MEMBER, "observer", "assessor:CA"])
def test_who_only_reads_has_no_tools(world: Any, client: Any, key: str) -> None:
    stage.noted(world)
    page = get(world, client, key, f"{stage.SLUG}/").content.decode()
    for tool in ("Sửa thông tin", "Thêm mục chương trình", "Ghi rời", "Ghi ý kiến", "Đưa ra quyết định", "Bế mạc"):
        assert tool not in page


def test_an_open_decision_refreshes_itself_and_a_closed_one_does_not(world: Any, client: Any) -> None:
    decision = stage.votes(world, stage.deciding(world), **dict.fromkeys(stage.ALL, "yes"))
    ballot = f"{stage.SLUG}/bieu-quyet/{decision.pk}/"
    assert "data-follow" in get(world, client, LEADER, ballot).content.decode()
    post(world, client, CHAIR, f"{ballot}cong-bo/")
    assert "data-follow" not in get(world, client, LEADER, ballot).content.decode()


def test_a_decision_of_another_conference_is_not_found_under_this_one(world: Any, client: Any) -> None:
    decision = stage.deciding(world)
    plan_meeting(world.year, "Khác", by=world.mandate(HEAD), now=world.now, starts_at=world.now)
    assert get(world, client, CHAIR, f"khac/bieu-quyet/{decision.pk}/").status_code == 404
    assert get(world, client, CHAIR, f"khac/muc/{decision.item_id}/").status_code == 404


@pytest.mark.parametrize("count", [1, 6])
def test_pages_cost_the_same_for_any_length(
    world: Any, client: Any, count: int, django_assert_max_num_queries: Any
) -> None:
    decision = stage.deciding(world)
    meeting, by = decision.item.meeting, world.mandate(HEAD)
    for place in range(count):
        item = add_item(meeting, f"Mục {place}", by=by, now=world.now)
        item.meeting = meeting
        add_note(item, "Ý kiến.", by=by, now=world.now, unit=world.unit("CA"))
    world.sign_in(client, HEAD).get(world.url())  # what the bar counts is kept for a while
    with django_assert_max_num_queries(21):
        client.get(world.url(f"hoi-nghi/{stage.SLUG}/"))
    with django_assert_max_num_queries(16):
        client.get(world.url(f"hoi-nghi/{stage.SLUG}/bieu-quyet/{decision.pk}/"))
    with django_assert_max_num_queries(7):
        client.get(world.url("hoi-nghi/"))
