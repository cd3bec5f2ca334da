"""The pages of the pact and of the programme, as each role meets them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from giaouoc.programme.actions.activities import add_activity
from giaouoc.programme.models import Activity, Pact
from giaouoc.programme.states import PactState
from giaouoc.signing.actions.sign import take_lease
from giaouoc.signing.models import Slot

from .pacts import adopt_both, drafted, frozen, sealed, sign


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def words(page: Any) -> str:
    return " ".join(page.content.decode().replace("\u00a0", " ").split())


def get(world: Any, client: Any, key: str, rest: str = "giao-uoc/") -> Any:
    return world.sign_in(client, key).get(world.url(rest))


def post(world: Any, client: Any, key: str, rest: str, **data: Any) -> Any:
    return world.sign_in(client, key).post(world.url(rest), data)


def at_round(rest: str) -> str:
    """A page of the signing of the pact: 'ky-so/CODE/ky/'."""
    round_ = Pact.objects.select_related("signing_round").get().signing_round
    assert round_ is not None
    return f"ky-so/{round_.code}/{rest}"


def test_before_the_conference_the_page_says_what_is_missing(world: Any, client: Any) -> None:
    text = words(get(world, client, "leader:CA"))
    assert "Quy chế chưa được hội nghị thông qua." in text
    assert "Kế hoạch chưa được hội nghị thông qua." in text
    assert "Lập dự thảo giao ước" not in text
    assert "Lập dự thảo giao ước" in words(get(world, client, "secretary:CQD"))


def test_a_stranger_is_sent_to_sign_in(world: Any, client: Any) -> None:
    for rest in ("giao-uoc/", "giao-uoc/giao-uoc.pdf", "chuong-trinh/", "chuong-trinh/them/"):
        page = client.get(world.url(rest))
        assert page.status_code == 302
        assert page.url.startswith("/dang-nhap/?next=")


def test_the_secretary_drafts_by_one_button(world: Any, client: Any) -> None:
    adopt_both(world)
    page = post(world, client, "secretary:CQD", "giao-uoc/soan/")
    assert page.status_code == 302
    text = words(get(world, client, "secretary:CQD"))
    assert "Đủ điều kiện khóa để ký." in text
    assert "Khai thông thể chế" in text


@pytest.mark.parametrize("key", ["secretary:CA", "leader:UBND", "observer"])
def test_i05_others_see_only_that_a_draft_is_being_written(world: Any, client: Any, key: str) -> None:
    pact = drafted(world)
    page = get(world, client, key)
    assert "Đơn vị Cụm trưởng đang soạn giao ước." in words(page)
    assert "Mỗi đơn vị gửi" not in words(page)
    number = pact.commitments.all()[0].pk
    for rest in (
        "giao-uoc.pdf",
        "phien-ban/1/",
        f"cam-ket/{number}/",
        "noi-dung/",
        "khoa/",
        "phien-ban/1/ban-luu/0.pdf",
    ):
        assert get(world, client, key, f"giao-uoc/{rest}").status_code == 404, rest


def test_the_draft_is_printed_and_marked_as_a_draft(world: Any, client: Any) -> None:
    drafted(world)
    page = get(world, client, "secretary:CQD", "giao-uoc/giao-uoc.pdf")
    assert page["Content-Type"] == "application/pdf"
    assert page.content.startswith(b"%PDF-")


def test_a_commitment_is_added_changed_moved_and_taken_out_on_pages(world: Any, client: Any) -> None:
    pact = drafted(world)
    key = "secretary:CQD"
    bad = post(world, client, key, "giao-uoc/cam-ket/", text="", measure="Giữ lại chữ này")
    assert bad.status_code == 422
    assert 'href="#id_text"' in bad.content.decode()
    assert "Giữ lại chữ này" in words(bad)
    post(world, client, key, "giao-uoc/cam-ket/", text="Việc mới", measure="Đủ", unit=world.unit("CA").pk)
    third = pact.commitments.get(text="Việc mới")
    post(world, client, key, f"giao-uoc/cam-ket/{third.pk}/vi-tri/", huong="len")
    post(world, client, key, f"giao-uoc/cam-ket/{third.pk}/", text="Việc sửa")
    assert [one.text for one in pact.commitments.all()][1] == "Việc sửa"
    assert "Việc sửa" in words(get(world, client, key, f"giao-uoc/cam-ket/{third.pk}/bo/"))
    post(world, client, key, f"giao-uoc/cam-ket/{third.pk}/bo/")
    assert pact.commitments.count() == 2


def test_day_measures_and_reports_are_saved(world: Any, client: Any) -> None:
    pact = drafted(world)
    words_ = {"signing_date": "2026-03-06", "measures": "Một\r\n\r\n Hai ", "reporting": "Trước 20-6"}
    assert post(world, client, "secretary:CQD", "giao-uoc/noi-dung/", **words_).status_code == 302
    pact.refresh_from_db()
    assert (pact.measures, pact.reporting) == ("Một\nHai", "Trước 20-6")
    late = post(world, client, "secretary:CQD", "giao-uoc/noi-dung/", **(words_ | {"signing_date": "2031-01-01"}))
    assert late.status_code == 422


def test_the_signer_is_chosen_where_a_unit_has_two_leaders(world: Any, client: Any) -> None:
    pact = drafted(world)
    deputy = world.mandate("assessor:CA")
    deputy.role, deputy.post, deputy.capacity, deputy.delegation_number = "leader", "Phó Trưởng Ban", "K/T", "12-CV"
    deputy.save()
    assert "K/T Trưởng Ban, Phó Trưởng Ban" in words(get(world, client, "secretary:CQD", "giao-uoc/nguoi-ky/"))
    post(world, client, "secretary:CQD", "giao-uoc/nguoi-ky/", **{f"unit-{world.unit('CA').pk}": deputy.pk})
    pact.refresh_from_db()
    assert pact.signers == {"CA": deputy.pk}


def test_freezing_is_confirmed_first_and_says_what_follows(world: Any, client: Any) -> None:
    drafted(world)
    text = words(get(world, client, "leader:CQD", "giao-uoc/khoa/"))
    assert "không ai sửa được nữa" in text
    assert "Quân sự Thành phố" in text
    assert Pact.objects.get().state == PactState.DRAFT
    assert post(world, client, "leader:CQD", "giao-uoc/khoa/").status_code == 302
    assert Pact.objects.get().state == PactState.SIGNING


def test_the_leader_reads_confirms_and_signs(world: Any, client: Any) -> None:
    pact = frozen(world)
    page = get(world, client, "leader:CA", at_round("ky/"))
    text = words(page)
    assert pact.text_hash in text
    assert "van-ban.pdf" in text
    assert "THỬ NGHIỆM" in text
    unread = post(world, client, "leader:CA", at_round("ky/"), text_hash=pact.text_hash)
    assert unread.status_code == 422
    other = post(world, client, "leader:CA", at_round("ky/"), text_hash="0" * 64, read="on")
    assert other.status_code == 409
    assert Slot.objects.get(unit__code="CA").state == "waiting"
    assert post(world, client, "leader:CA", at_round("ky/"), text_hash=pact.text_hash, read="on").status_code == 302
    assert Slot.objects.get(unit__code="CA").state == "signed"
    assert "Đang ký, 1/5 đơn vị" in words(get(world, client, "observer"))


@pytest.mark.parametrize(
    ("key", "status"),
    [("secretary:CA", 403), ("assessor:CA", 403), ("observer", 404), ("administrator", 404), ("leader:CA", 200)],
)
def test_only_the_leader_reaches_the_signing_page(world: Any, client: Any, key: str, status: int) -> None:
    frozen(world)
    assert get(world, client, key, at_round("ky/")).status_code == status


def test_while_another_signs_the_button_says_who_and_until_when(world: Any, client: Any) -> None:
    pact = frozen(world)
    slot = Slot.objects.select_related("unit", "round__year__cluster").get(round=pact.signing_round_id, unit__code="QS")
    take_lease(slot, by=world.mandate("leader:QS"), now=world.now)
    text = words(get(world, client, "leader:CA"))
    assert "Đang có người ký: Quân sự Thành phố, đến 08:02." in text
    assert "còn 02:00 để xác nhận" in text
    assert get(world, client, "leader:CA", at_round("ky/")).status_code == 409


def test_a_refusal_needs_its_reason_and_closes_the_version(world: Any, client: Any) -> None:
    frozen(world)
    assert post(world, client, "leader:CA", at_round("tu-choi/"), reason=" ").status_code == 422
    assert post(world, client, "leader:CA", at_round("tu-choi/"), reason="Chỉ tiêu chưa sát").status_code == 302
    for key in ("secretary:QS", "observer"):
        text = words(get(world, client, key))
        assert "Phiên bản 1 đã khép: có đơn vị từ chối ký. Lý do: Chỉ tiêu chưa sát" in text
        assert "Chỉ tiêu chưa sát" in words(get(world, client, key, "giao-uoc/phien-ban/1/"))
    assert "Lập phiên bản mới, cùng nội dung" in words(get(world, client, "secretary:CQD"))
    assert post(world, client, "secretary:CQD", "giao-uoc/soan/").status_code == 302
    assert "Nháp, phiên bản 2" in words(get(world, client, "secretary:CQD"))
    assert "Phiên bản 1" in words(get(world, client, "secretary:QS"))


def test_the_head_unit_stops_the_signing_with_a_reason(world: Any, client: Any) -> None:
    pact = frozen(world)
    sign(world, pact, "CA")
    assert get(world, client, "leader:CA", "giao-uoc/huy/").status_code == 403
    assert post(world, client, "leader:CQD", "giao-uoc/huy/", reason="Sai ngày ký").status_code == 302
    pact.refresh_from_db()
    assert pact.state == PactState.CANCELLED


def test_the_sealed_pact_shows_its_verdict_and_its_files(world: Any, client: Any) -> None:
    pact = sealed(world)
    text = words(get(world, client, "secretary:DHQG"))
    assert "Hợp lệ. Đủ 5/5 chữ ký." in text
    assert "bin/giaouoc verify" in text
    round_ = pact.signing_round
    assert round_ is not None
    assert get(world, client, "secretary:DHQG", "giao-uoc/giao-uoc.pdf").content == round_.head.file.read()
    second = get(world, client, "secretary:DHQG", "giao-uoc/phien-ban/1/ban-luu/1.pdf").content
    assert second == round_.revisions.get(number=1).file.read()
    assert get(world, client, "secretary:DHQG", "giao-uoc/phien-ban/1/ban-luu/99.pdf").status_code == 404
    assert client.get(f"/xac-minh/{round_.code}/giao-uoc.pdf").status_code == 200


def test_the_administrator_sees_no_text_of_the_pact(world: Any, client: Any) -> None:
    sealed(world)
    for rest in ("giao-uoc/", "giao-uoc/giao-uoc.pdf", "giao-uoc/phien-ban/1/ban-luu/1.pdf", "chuong-trinh/"):
        assert get(world, client, "administrator", rest).status_code in {403, 404}


def test_without_a_signing_service_the_page_says_what_is_to_be_done(world: Any, client: Any, settings: Any) -> None:
    drafted(world)
    settings.TRIAL_SIGNING = False
    text = words(get(world, client, "secretary:CQD"))
    assert "chưa có dịch vụ ký số" in text
    assert "Quản trị hệ thống cần nối dịch vụ ký" in text
    assert get(world, client, "secretary:CQD", "giao-uoc/khoa/").status_code == 409


def test_a_round_that_waits_for_its_seal_is_sealed_by_hand(
    world: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from giaouoc.lib.errors import Invalid
    from giaouoc.signing import provision

    pact = frozen(world)
    with monkeypatch.context() as patch:

        def down(self: Any, head: bytes, now: Any, expected: Any) -> bytes:
            raise Invalid("Không lấy được dấu thời gian.")

        patch.setattr(provision.TrialServices, "seal", down)
        sign(world, pact, "CQD", "UBND", "CA", "QS", "DHQG")
    assert "Đóng niêm lại" in words(get(world, client, "secretary:CQD"))
    assert "Đóng niêm lại" not in words(get(world, client, "secretary:CA"))
    assert post(world, client, "secretary:CA", at_round("dong-niem/")).status_code == 403
    assert post(world, client, "secretary:CQD", at_round("dong-niem/")).status_code == 302
    pact.refresh_from_db()
    assert pact.state == PactState.SEALED


def test_activities_are_entered_and_changed_on_pages(world: Any, client: Any) -> None:
    key = "secretary:CQD"
    bad = post(world, client, key, "chuong-trinh/them/", kind="seminar", title="", result="Mười tham luận")
    assert bad.status_code == 422
    assert "Mười tham luận" in words(bad)
    good = {"kind": "seminar", "title": "Tọa đàm", "planned_on": "2026-08", "host": world.unit("CA").pk}
    assert post(world, client, key, "chuong-trinh/them/", **good).status_code == 302
    made = Activity.objects.get()
    assert "tháng 8" in words(get(world, client, "observer", "chuong-trinh/"))
    post(world, client, key, f"chuong-trinh/{made.pk}/", **(good | {"title": "Tọa đàm lớn"}))
    assert "Tọa đàm lớn" in words(get(world, client, key, "chuong-trinh/"))
    assert get(world, client, "secretary:CA", f"chuong-trinh/{made.pk}/").status_code == 403
    assert get(world, client, key, f"chuong-trinh/{made.pk + 1}/").status_code == 404
    post(world, client, key, f"chuong-trinh/{made.pk}/bo/")
    assert "Năm này chưa có hoạt động chung nào." in words(get(world, client, key, "chuong-trinh/"))


def test_the_plans_activities_are_taken_by_one_button(world: Any, client: Any) -> None:
    adopt_both(world)
    assert post(world, client, "secretary:CQD", "chuong-trinh/tu-ke-hoach/").status_code == 302
    assert Activity.objects.count() == 2
    assert post(world, client, "secretary:CA", "chuong-trinh/tu-ke-hoach/").status_code == 403


@pytest.mark.parametrize("rows", [1, 5, 30])
def test_the_programme_costs_the_same_for_any_length(
    world: Any, client: Any, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        by = world.mandate("secretary:CQD")
        add_activity(
            world.year, by=by, now=world.now, kind="other", title=f"Việc {number}", co_hosts=[world.unit("CA")]
        )
    world.sign_in(client, "secretary:CQD")
    client.get(world.url("chuong-trinh/"))
    with django_assert_num_queries(10):
        client.get(world.url("chuong-trinh/"))


@pytest.mark.parametrize("signed", [0, 4])
def test_the_pact_costs_the_same_however_many_have_signed(
    world: Any, client: Any, signed: int, django_assert_max_num_queries: Any
) -> None:
    pact = frozen(world)
    sign(world, pact, *["CQD", "UBND", "QS", "DHQG"][:signed])
    world.sign_in(client, "leader:CA")
    client.get(world.url("giao-uoc/"))
    with django_assert_max_num_queries(16):
        client.get(world.url("giao-uoc/"))
