"""Each page as each role that reaches it, and as those who do not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from giaouoc.documents.actions.imports import read_draft, save_draft
from giaouoc.documents.actions.submissions import agree_without_comment, hand_to_leader
from giaouoc.documents.actions.tabling import table_document
from giaouoc.documents.models import Comment, ConsultationRound, Document, DraftImport, UnitSubmission

from . import stage
from .word_files import docx, para, run

DOC = "van-ban/quy-che-to-chuc-va-hoat-dong/"


def get(world: Any, client: Any, who: str, rest: str, status: int = 200) -> str:
    world.sign_in(client, who)
    answer = client.get(world.url(rest))
    assert answer.status_code == status, (who, rest, answer.status_code)
    return answer.content.decode().replace("\u00a0", " ")


def post(world: Any, client: Any, who: str, rest: str, data: dict[str, Any] | None = None, status: int = 302) -> Any:
    world.sign_in(client, who)
    answer = client.post(world.url(rest), data or {})
    assert answer.status_code == status, (who, rest, answer.status_code, answer.content.decode()[:2000])
    return answer


def test_the_empty_list_says_what_comes_first_to_whoever_can_do_it(world: Any, client: Any) -> None:
    assert "Nhập dự thảo từ tệp Word" in get(world, client, "secretary:CQD", "van-ban/")
    page = get(world, client, "secretary:CA", "van-ban/")
    assert "chưa có văn bản nào" in page
    assert "Nhập dự thảo từ tệp Word" not in page


def test_a_stranger_is_sent_to_sign_in_and_the_administrator_sees_no_text(world: Any, client: Any) -> None:
    stage.consulting(world)
    answer = client.get(world.url(DOC))
    assert answer.status_code == 302
    assert "/dang-nhap/" in answer["Location"]
    assert "triệu tập" not in get(world, client, "administrator", DOC, 404)


def test_a_draft_that_nobody_was_asked_about_is_known_to_the_head_alone(world: Any, client: Any) -> None:
    stage.draft(world)
    assert "Mở lấy ý kiến" in get(world, client, "leader:CQD", DOC)
    for who in ("secretary:CA", "leader:QS", "observer"):
        get(world, client, who, DOC, 404)
        get(world, client, who, DOC + "du-thao/1/", 404)
        get(world, client, who, DOC + "du-thao/1/pdf/", 404)
        get(world, client, who, DOC + "du-thao/1/tep-goc/", 404)
        assert "Quy chế tổ chức" not in get(world, client, who, "van-ban/")


@pytest.mark.parametrize("who", ["secretary:CQD", "leader:CQD", "secretary:CA", "leader:CA", "assessor:CA", "observer"])
def test_the_text_reads_as_a_document_for_everybody_who_works_in_the_year(world: Any, client: Any, who: str) -> None:
    stage.consulting(world)
    page = get(world, client, who, DOC)
    assert "Cụm trưởng triệu tập và chủ trì các hội nghị" in page
    assert "Đang lấy ý kiến" in page
    assert page.count("<h1") == 1
    for rest in ("tiep-thu/", "tiep-thu/word/", "du-thao/1/", "du-thao/1/tep-goc/"):
        world.sign_in(client, who)
        assert client.get(world.url(DOC + rest)).status_code == 200, rest


def test_the_way_of_a_draft_through_the_pages(world: Any, client: Any) -> None:
    draft = stage.imported(world, stage.regulation())
    page = get(world, client, "secretary:CQD", f"van-ban/nhap/{draft.pk}/")
    assert "Lưu thành dự thảo" in page
    post(world, client, "secretary:CQD", f"van-ban/nhap/{draft.pk}/", {"kind": "regulation", "title": ""}, 422)
    post(world, client, "secretary:CQD", f"van-ban/nhap/{draft.pk}/", {"kind": "plan", "title": "Kế hoạch năm"})
    post(world, client, "secretary:CQD", f"van-ban/nhap/{draft.pk}/bo/")
    assert "Lấy lại bản xem trước" in get(world, client, "secretary:CQD", f"van-ban/nhap/{draft.pk}/")
    post(world, client, "secretary:CQD", f"van-ban/nhap/{draft.pk}/lay-lai/")
    answer = post(world, client, "secretary:CQD", f"van-ban/nhap/{draft.pk}/luu/")
    assert answer["Location"].endswith("/van-ban/ke-hoach-nam/")
    post(world, client, "secretary:CQD", f"van-ban/nhap/{draft.pk}/luu/", status=409)


def test_another_units_preview_is_not_found(world: Any, client: Any) -> None:
    draft = stage.imported(world, stage.regulation())
    for who in ("secretary:CA", "leader:UBND", "observer", "assessor:CQD"):
        get(world, client, who, f"van-ban/nhap/{draft.pk}/", 404)
        for rest in ("luu/", "bo/", "lay-lai/"):
            post(world, client, who, f"van-ban/nhap/{draft.pk}/{rest}", status=404)
    assert DraftImport.objects.get().saved_at is None


def test_the_round_is_opened_on_the_page_with_a_warning_when_it_is_short(world: Any, client: Any) -> None:
    stage.draft(world)
    get(world, client, "secretary:CA", DOC + "lay-y-kien/", 403)
    assert "Mời góp ý: " in get(world, client, "leader:CQD", DOC + "lay-y-kien/")
    day = (world.now + timedelta(days=3)).strftime("%Y-%m-%d")
    answer = post(world, client, "leader:CQD", DOC + "lay-y-kien/", {"day": day, "hour": "17:00"}, 200)
    page = answer.content.decode()
    assert "ngắn hơn 10 ngày" in page
    assert 'name="xac_nhan" value="1"' in page
    assert not ConsultationRound.objects.exists()
    post(world, client, "leader:CQD", DOC + "lay-y-kien/", {"day": day, "hour": "17:00", "xac_nhan": "1"})
    assert ConsultationRound.objects.get().state == "open"


def test_a_round_that_would_end_in_the_past_is_refused_on_the_form(world: Any, client: Any) -> None:
    stage.draft(world)
    answer = post(world, client, "leader:CQD", DOC + "lay-y-kien/", {"day": "2026-01-01", "hour": "17:00"}, 422)
    assert "Hạn góp ý phải sau lúc mở" in answer.content.decode()
    assert "2026-01-01" in answer.content.decode()


def test_the_unit_comments_hands_over_and_sends_on_the_pages(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    clause = stage.provision(round, "1/1")
    page = get(world, client, "secretary:CA", DOC)
    assert f"gop-y/moi/?dk={clause.pk}" in page
    form = get(world, client, "secretary:CA", f"{DOC}gop-y/moi/?dk={clause.pk}&trich=chủ trì các hội nghị")
    assert "Cụm trưởng triệu tập và chủ trì các hội nghị của Cụm trong năm." in form
    assert "bí mật nhà nước" in form
    empty = {"kind": "ask", "proposed_text": "", "reason": ""}
    back = post(world, client, "secretary:CA", f"{DOC}gop-y/moi/?dk={clause.pk}", empty, 422).content.decode()
    assert "Ghi ý kiến, lý do" in back
    words = {
        "kind": "wording",
        "proposed_text": "Cụm trưởng triệu tập, chủ trì hội nghị.",
        "reason": "Gọn hơn.",
        "quote": "chủ trì",
    }
    post(world, client, "secretary:CA", f"{DOC}gop-y/moi/?dk={clause.pk}", words)
    comment = Comment.objects.get()
    assert (comment.citation, comment.quote) == ("khoản 1 Điều 1", "chủ trì")
    page = get(world, client, "secretary:CA", DOC)
    assert "<ins>" in page
    assert "<del>" in page
    assert "nháp" in page
    post(world, client, "secretary:CA", f"{DOC}gop-y/{comment.pk}/sua/", words | {"reason": "Ngắn gọn hơn."})
    post(world, client, "secretary:CA", f"{DOC}gop-y/{comment.pk}/bo/")
    assert "Lấy lại" in get(world, client, "secretary:CA", DOC + "don-vi/")
    post(world, client, "secretary:CA", f"{DOC}gop-y/{comment.pk}/lay-lai/")
    post(world, client, "secretary:CA", DOC + "don-vi/gui/", status=403)
    post(world, client, "secretary:CA", DOC + "don-vi/trinh/")
    bundle = get(world, client, "leader:CA", DOC + "don-vi/")
    assert "Gửi góp ý của đơn vị" in bundle
    assert "Ngắn gọn hơn." in bundle
    late = {"letter_number": "15-CV/BTGDV", "letter_date": "2099-01-01"}
    kept = post(world, client, "leader:CA", DOC + "don-vi/gui/", late, 422).content.decode()
    assert "15-CV/BTGDV" in kept
    post(world, client, "leader:CA", DOC + "don-vi/gui/", {"letter_number": "15-CV/BTGDV", "letter_date": "2026-02-04"})
    assert stage.submission(round, "CA").state == "sent"
    assert "15-CV/BTGDV" in get(world, client, "secretary:CQD", f"{DOC}gop-y/{comment.pk}/")


def test_a_whole_text_comment_and_agreement(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    post(world, client, "secretary:CA", f"{DOC}gop-y/moi/", {"kind": "add", "reason": "Bổ sung phụ lục mẫu biểu."})
    assert "Ý kiến về toàn văn bản" in get(world, client, "leader:CA", DOC)
    assert "Ghi nhận" in get(world, client, "leader:QS", DOC + "don-vi/thong-nhat/")
    get(world, client, "secretary:QS", DOC + "don-vi/thong-nhat/", 403)
    post(world, client, "leader:QS", DOC + "don-vi/thong-nhat/")
    assert stage.submission(round, "QS").state == "agreed"
    back = post(world, client, "leader:CA", DOC + "don-vi/thong-nhat/", status=422).content.decode()
    assert "1 ý kiến đã soạn" in back


def test_the_head_answers_publishes_and_tables_on_the_pages(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    comment = stage.said(world, round)
    assert "Còn 1 ý kiến chưa trả lời" in get(world, client, "secretary:CQD", DOC)
    table = get(world, client, "secretary:CQD", DOC + "tiep-thu/?tra_loi=chua")
    assert "Lễ phát động là hình thức." in table
    get(world, client, "secretary:CA", f"{DOC}gop-y/{comment.pk}/tra-loi/", 403)
    page = get(world, client, "secretary:CQD", f"{DOC}gop-y/{comment.pk}/tra-loi/")
    assert "Trả lời ý kiến" in page
    clause = comment.submission.round.version.texts.get(provision=comment.provision_id)
    assert clause.text and clause.text[:20] in page.replace("\xa0", " ").replace("&nbsp;", " ")
    bare = {"decision": "not_accepted", "explanation": "", "luu": ""}
    back = post(world, client, "secretary:CQD", f"{DOC}gop-y/{comment.pk}/tra-loi/", bare, 422)
    assert "Ghi giải trình" in back.content.decode()
    good = {"decision": "not_accepted", "explanation": "Lễ phát động có ý nghĩa.", "luu": ""}
    post(world, client, "secretary:CQD", f"{DOC}gop-y/{comment.pk}/tra-loi/", good)
    assert "Lễ phát động có ý nghĩa." not in get(world, client, "secretary:CA", DOC)
    post(world, client, "leader:CQD", f"{DOC}gop-y/{comment.pk}/cong-bo/")
    assert "Lễ phát động có ý nghĩa." in get(world, client, "secretary:CA", DOC)
    get(world, client, "leader:CQD", DOC + "trinh/", 409)
    world.now = round.closes_at
    assert "Khép đợt lấy ý kiến" in get(world, client, "secretary:CQD", DOC)
    post(world, client, "secretary:CQD", DOC + "khep/")
    post(world, client, "leader:CQD", DOC + "tiep-thu/cong-bo/")
    assert "Trình hội nghị" in get(world, client, "leader:CQD", DOC)
    assert "được khóa" in get(world, client, "leader:CQD", DOC + "trinh/")
    post(world, client, "leader:CQD", DOC + "trinh/")
    assert Document.objects.get().state == "tabled"
    assert "Đã trình hội nghị" in get(world, client, "secretary:QS", DOC)


def test_the_second_draft_shows_the_comments_of_the_first_at_their_clauses(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    stage.say(world, round, path="1/2", reason="Bỏ lễ phát động.")
    stage.said(
        world, round, path="2/1/b", kind="wording", proposed_text="Cập nhật minh chứng hằng tuần.", reason="Sớm hơn."
    )
    stage.closed(world, round)
    world.pass_time(days=1)
    stage.draft(world, stage.regulation(second=True), document=round.version.document)
    page = get(world, client, "secretary:CQD", DOC)
    assert "<del>Cụm trưởng tổ chức lễ phát động thi đua tại trụ sở của mình.</del>" in page
    assert page.index("Cụm trưởng triệu tập") < page.index("tổ chức lễ phát động") < page.index("Cụm trưởng đại diện")
    assert page.index("Cập nhật minh chứng ngay") < page.index("Sớm hơn.")
    assert "khi là điểm b khoản 1 Điều 2" in page
    assert "dự thảo 1" in page
    compared = get(world, client, "secretary:CQD", DOC + "du-thao/2/so-sanh/")
    assert "thêm mới" in compared
    assert "bỏ" in compared
    get(world, client, "secretary:CQD", DOC + "du-thao/1/so-sanh/", 404)
    assert "đánh lại số" in get(world, client, "secretary:CQD", DOC + "du-thao/2/so-sanh/?tat-ca=1")


def test_the_response_table_filters_sorts_and_has_the_clause_then_and_now(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    stage.said(world, round, path="2/1/b", reason="Ý của Công an.")
    stage.said(world, round, stage.OTHER, path="1/2", reason="Ý của Quân sự.")
    stage.closed(world, round)
    stage.draft(world, stage.regulation(second=True), document=round.version.document)
    page = get(world, client, "secretary:CQD", DOC + "tiep-thu/")
    assert page.index("Ý của Quân sự.") < page.index("Ý của Công an.")
    assert "→ điểm b khoản 1 Điều 3" in page
    assert "→ đã bỏ" in page
    only = get(world, client, "secretary:CQD", DOC + "tiep-thu/?don_vi=CA")
    assert "Ý của Công an." in only
    assert "Ý của Quân sự." not in only
    only = get(world, client, "secretary:CQD", DOC + "tiep-thu/?dieu=Điều 1")
    assert "Ý của Quân sự." in only
    assert "Ý của Công an." not in only
    assert "Không có ý kiến nào khớp" in get(world, client, "secretary:CQD", DOC + "tiep-thu/?tra_loi=accepted")
    turned = get(world, client, "secretary:CQD", DOC + "tiep-thu/?sap-xep=-dieu")
    assert turned.index("Ý của Công an.") < turned.index("Ý của Quân sự.")


def test_withdrawing_and_tabling_without_consultation_need_a_reason_on_the_page(world: Any, client: Any) -> None:
    stage.draft(world)
    for rest in ("trinh-thang/", "rut/"):
        get(world, client, "secretary:CQD", DOC + rest, 403)
        get(world, client, "leader:CQD", DOC + rest)
        post(world, client, "leader:CQD", DOC + rest, {"reason": " "}, 422)
    post(world, client, "leader:CQD", DOC + "trinh-thang/", {"reason": "Chỉ sửa lỗi chính tả."})
    assert "Chỉ sửa lỗi chính tả." in get(world, client, "secretary:CA", DOC)
    post(world, client, "leader:CQD", DOC + "rut/", {"reason": "Không ban hành nữa."})
    assert "Văn bản đã rút: Không ban hành nữa." in get(world, client, "secretary:CA", DOC)


def test_extending_on_the_page(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    day = (round.closes_at + timedelta(days=4)).strftime("%Y-%m-%d")
    get(world, client, "secretary:CA", DOC + "gia-han/", 403)
    get(world, client, "secretary:CQD", DOC + "gia-han/")
    post(world, client, "secretary:CQD", DOC + "gia-han/", {"day": day, "hour": "17:00", "reason": ""}, 422)
    post(world, client, "secretary:CQD", DOC + "gia-han/", {"day": day, "hour": "17:00", "reason": "Thêm thời gian."})
    round.refresh_from_db()
    assert round.closes_at.strftime("%Y-%m-%d") == day


def test_a_supplement_after_the_close_is_begun_on_the_page(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    stage.said(world, round)
    stage.closed(world, round)
    assert "Góp ý bổ sung" in get(world, client, "secretary:CA", DOC)
    post(world, client, "secretary:CA", DOC + "don-vi/bo-sung/")
    assert UnitSubmission.objects.filter(unit__code="CA").count() == 2
    assert "gửi sau hạn" in get(world, client, "secretary:CA", DOC)


@pytest.mark.parametrize("rows", [1, 6])
def test_the_clause_view_costs_the_same_for_any_number_of_comments(
    world: Any, client: Any, rows: int, django_assert_num_queries: Any
) -> None:
    round = stage.consulting(world)
    for number in range(rows):
        stage.say(world, round, path="1/2", reason=f"Ý {number}")
    stage.send(world, round)
    world.sign_in(client, "secretary:CQD")
    client.get(world.url(DOC))
    with django_assert_num_queries(15):
        client.get(world.url(DOC))
    with django_assert_num_queries(15):
        client.get(world.url(DOC + "tiep-thu/"))


@pytest.mark.parametrize("rows", [1, 5])
def test_the_list_costs_the_same_for_any_number_of_texts(
    world: Any, client: Any, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        made = stage.imported(world, stage.regulation())
        made.title = f"Văn bản {number}"
        made.save()
        save_draft(made, by=world.mandate("secretary:CQD"), now=world.now)
    world.sign_in(client, "secretary:CQD")
    client.get(world.url("van-ban/"))
    with django_assert_num_queries(13):
        assert f"Văn bản {rows - 1}" in client.get(world.url("van-ban/")).content.decode()


def test_a_tabled_text_stays_readable_with_its_unit_bundles(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    agree_without_comment(stage.submission(round, "QS"), by=world.mandate("leader:QS"), now=world.now)
    stage.say(world, round)
    hand_to_leader(stage.submission(round, "CA"), by=world.mandate("secretary:CA"), now=world.now)
    assert "chờ lãnh đạo" in get(world, client, "secretary:CA", DOC)
    stage.closed(world, round)
    assert "Thống nhất, không có ý kiến: Quân sự Thành phố." in get(world, client, "secretary:CA", DOC + "tiep-thu/")
    document = stage.again(Comment.objects.get()).submission.round.version.document
    post(world, client, "leader:CQD", DOC + "tiep-thu/cong-bo/")
    document.refresh_from_db()
    table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    get(world, client, "leader:CA", DOC + "don-vi/")


def test_a_draft_leaves_as_pdf_and_as_the_word_file_that_came_in(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    world.sign_in(client, "observer")
    paper = client.get(world.url(DOC + "du-thao/1/pdf/"))
    assert paper.content.startswith(b"%PDF-")
    assert "quy-che-to-chuc-va-hoat-dong-du-thao-1.pdf" in paper["Content-Disposition"]
    source = client.get(world.url(DOC + "du-thao/1/tep-goc/"))
    assert source.content == round.version.source.read()
    assert "sandbox" in source["Content-Security-Policy"]


def test_old_codes_become_unicode_only_after_a_look_and_go_back(world: Any, client: Any) -> None:
    font = '<w:rFonts w:ascii=".VnTime"/>'
    data = docx(para(inner=run("§iÒu 1. Ph¹m vi", font)), para(inner=run("Quy chÕ nµy quy ®Þnh.", font)))
    by = world.mandate("secretary:CQD")
    draft = read_draft(world.year, "regulation", "", data, "quy-che.docx", by=by, now=world.now)
    page = get(world, client, "secretary:CQD", f"van-ban/nhap/{draft.pk}/")
    assert "Xem thử bản chuyển sang Unicode" in page and "Điều 1" not in page
    shown = get(world, client, "secretary:CQD", f"van-ban/nhap/{draft.pk}/chuyen-ma/")
    assert "Quy chÕ nµy quy ®Þnh." in shown and "Quy chế này quy định." in shown
    assert "Quy chế này" not in str(DraftImport.objects.get().tree)
    post(world, client, "secretary:CQD", f"van-ban/nhap/{draft.pk}/chuyen-ma/", {"viec": "chuyen"})
    assert "Quy chế này quy định." in str(DraftImport.objects.get().tree)
    post(world, client, "secretary:CQD", f"van-ban/nhap/{draft.pk}/chuyen-ma/", {"viec": "giu"})
    assert DraftImport.objects.get().tree == draft.tree
