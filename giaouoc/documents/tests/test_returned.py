"""A draft that came back as a Word file with remarks in its margin: read, looked over, entered with the file as evidence."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from giaouoc.audit.trail import history_of
from giaouoc.documents.models import Comment, ReturnedFile, UnitSubmission
from giaouoc.documents.rules.docx_margin import MOST, read_margin
from giaouoc.documents.rules.docx_package import UnreadableDraft
from giaouoc.documents.rules.margin_place import Clause, propose
from giaouoc.documents.states import SubmissionState
from giaouoc.notices.models import Message

from . import stage
from .word_files import W, docx, para, run, table

W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
W15 = 'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'


def start(one: int) -> str:
    return f'<w:commentRangeStart w:id="{one}"/>'


def end(one: int) -> str:
    return f'<w:commentRangeEnd w:id="{one}"/><w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:commentReference w:id="{one}"/></w:r>'


def said(one: int, *words: str, author: str = "Thư ký") -> str:
    """A remark as Word writes it, its paragraphs numbered so that answers find it."""
    paragraphs = "".join(
        f'<w:p w14:paraId="{one:07X}{at}"><w:pPr><w:pStyle w:val="CommentText"/></w:pPr>'
        f"<w:r><w:annotationRef/></w:r>{run(text)}</w:p>"
        for at, text in enumerate(words)
    )
    return f'<w:comment w:id="{one}" w:author="{author}" w:date="2026-02-20T09:00:00Z" w:initials="TK">{paragraphs}</w:comment>'


def change(kind: str, text: str) -> str:
    words = run(text)
    if kind == "del":
        words = words.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
    return f'<w:{kind} w:id="900" w:author="CA" w:date="2026-02-20T09:00:00Z">{words}</w:{kind}>'


def file(*blocks: str, comments: str = "", extended: str = "") -> bytes:
    parts: dict[str, str | bytes] = {"word/comments.xml": f"<w:comments {W} {W14}>{comments}</w:comments>"}
    if extended:
        parts["word/commentsExtended.xml"] = f"<w15:commentsEx {W15}>{extended}</w15:commentsEx>"
    return docx(*blocks, extra=parts)


def returned() -> bytes:
    """The regulation of ``stage`` as CA sent it back: every kind of remark and change."""
    body = [
        para("QUY CHẾ", bold=True, centred=True),
        para("Điều 1. Nhiệm vụ của Cụm trưởng", bold=True),
        para(inner=run("1. Cụm trưởng ") + start(0) + run("triệu tập và chủ trì") + end(0) + run(" các hội nghị của Cụm trong năm.")),
        para(inner=start(1) + run("2. Cụm trưởng tổ chức lễ phát động thi đua tại trụ sở của mình.") + end(1)),
        para(inner=run("3. Cụm trưởng đại diện cho Cụm trong quan hệ với ") + change("del", "các cụm khác") + change("ins", "cụm khác, khối khác") + run(".")),
        para(inner=change("ins", "4. Cụm trưởng báo cáo hằng quý."), mark='<w:ins w:id="901" w:author="CA"/>'),
        para("Điều 2. Nhiệm vụ của đơn vị thành viên", bold=True),
        para(inner=run("1. ") + start(3) + run("Đơn vị thành viên có trách nhiệm:")),
        para(inner=run("a) Đăng ký nội dung thi đua trước ngày 15 tháng 02 hằng năm;") + end(3)),
        para(inner=change("del", "b) Cập nhật minh chứng trong tháng phát sinh kết quả."), mark='<w:del w:id="902" w:author="CA"/>'),
        table([["Đoạn của đơn vị thêm"]]),
        para(inner=start(4) + run("Lời cuối không có trong dự thảo") + end(4)),
    ]  # fmt: skip
    comments = "".join(
        (
            said(0, "Ai thay khi vắng?", "Đề nghị ghi rõ."),
            said(1, "Đề nghị luân phiên."),
            said(2, "Đồng ý với ý trên.", author="Lãnh đạo"),
            said(3, "Gộp hai ý này."),
            said(4, "Bổ sung hiệu lực."),
            said(5, "Ý không gắn vào đâu."),
            said(6, "Đã xong từ trước."),
        )
    )
    body[1] = para("Điều 1. Nhiệm vụ của Cụm trưởng", bold=True, inner=start(6) + end(6))
    extended = (
        '<w15:commentEx w15:paraId="00000010" w15:done="0"/>'
        '<w15:commentEx w15:paraId="00000020" w15:paraIdParent="00000010" w15:done="0"/>'
        '<w15:commentEx w15:paraId="00000060" w15:done="1"/>'
    )
    return file(*body, comments=comments, extended=extended)


def test_each_remark_and_change_is_proposed_at_its_clause(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    url = f"{round.version.document.get_absolute_url()}ban-giay/CA/"
    world.sign_in(client, "secretary:CQD")
    sent = returned()
    upload = SimpleUploadedFile("quy-che-gop-y.docx", sent)
    page = client.post(url, {"letter_number": "15-CV/BTGDV", "words": "", "file": upload})
    assert (page.status_code, page.url) == (302, f"{url}nhan-xet/")
    assert not Comment.objects.exists()
    waiting = ReturnedFile.objects.get()
    found = [(one["citation"], one["kind"], one["quote"], one["reason"], one["proposed"]) for one in waiting.proposals]
    assert found == [
        ("Điều 1", "ask", "", "Đã xong từ trước.", ""),
        ("khoản 1 Điều 1", "ask", "triệu tập và chủ trì", "Ai thay khi vắng?\nĐề nghị ghi rõ.", ""),
        ("khoản 2 Điều 1", "ask", "", "Đề nghị luân phiên.\nTrao đổi tiếp: Đồng ý với ý trên.", ""),
        ("khoản 3 Điều 1", "wording", "", "", "Cụm trưởng đại diện cho Cụm trong quan hệ với cụm khác, khối khác."),
        ("khoản 3 Điều 1", "add", "", "", "4. Cụm trưởng báo cáo hằng quý."),
        ("khoản 1 Điều 2", "ask", "", "Gộp hai ý này. (từ khoản 1 Điều 2 đến điểm a khoản 1 Điều 2)", ""),
        ("điểm b khoản 1 Điều 2", "delete", "", "Đơn vị xóa điều khoản này trong tệp gửi lại.", ""),
        ("", "ask", "", "Về đoạn “Lời cuối không có trong dự thảo”: Bổ sung hiệu lực.", ""),
        ("", "ask", "", "Ý không gắn vào đâu.", ""),
    ]
    preview = client.get(page.url).content.decode()
    assert preview.count('name="chon"') == 9
    assert preview.count(" checked") == 8  # what was settled in the file is not
    assert "Không tìm thấy chỗ này trong bản đang lấy ý kiến" in preview
    assert stage.submission(round, "CA").state == SubmissionState.PREPARING

    assert client.post(page.url, {}).status_code == 422
    answer = client.post(page.url, {"chon": ["1", "3", "7", "99"]})
    assert answer.status_code == 302
    rows = Comment.objects.order_by("pk")
    assert [(one.citation, one.kind) for one in rows] == [
        ("khoản 1 Điều 1", "ask"), ("khoản 3 Điều 1", "wording"), ("", "ask"),
    ]  # fmt: skip
    assert (rows[0].quote, rows[0].prefix) == ("triệu tập và chủ trì", "Cụm trưởng ")
    bundle = UnitSubmission.objects.get(round=round, unit__code="CA")
    assert (bundle.state, bundle.letter_number) == (SubmissionState.SENT, "15-CV/BTGDV")
    assert bundle.paper is not None and bundle.paper.read() == sent
    assert Message.objects.filter(to__email="lanhdao.ca@giaouoc.test", subject__contains="bằng giấy").exists()
    assert [event.verb for event in history_of(bundle)][:2] == ["documents.enter_returned", "documents.read_returned"]
    assert client.get(page.url).status_code in {403, 404, 409}
    assert client.post(page.url, {"chon": ["1"]}).status_code in {403, 404, 409}
    assert rows.count() == 3


def test_others_see_no_preview_and_secrets_and_hostile_files_are_refused(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    url = f"{round.version.document.get_absolute_url()}ban-giay/CA/"

    def post(data: bytes, name: str = "a.docx") -> Any:
        return client.post(url, {"letter_number": "15", "words": "", "file": SimpleUploadedFile(name, data)})

    world.sign_in(client, "secretary:CQD")
    one = para(inner=start(0) + run("2. Cụm trưởng tổ chức lễ") + end(0))
    for bad in (
        file(one, comments=said(0, "Tài liệu kèm theo", "TỐI MẬT")),
        file(one, para(inner=change("del", "TUYỆT MẬT")), comments=said(0, "Ý kiến")),
    ):
        page = post(bad)
        assert page.status_code == 422
        assert "dấu độ mật" in page.content.decode()
    entity = f'<!DOCTYPE c [<!ENTITY a "b">]><w:comments {W}>{said(0, "x")}</w:comments>'
    assert post(docx(one, extra={"word/comments.xml": entity})).status_code == 422
    assert post(file(one, comments="".join(said(at, "x") for at in range(2 * MOST + 5)))).status_code == 422
    assert not ReturnedFile.objects.exists()
    assert post(docx(para("Điều 2: đề nghị ghi rõ"))).status_code == 422  # as before: read into the box
    assert post(returned()).status_code == 302
    for who in ("secretary:CA", "leader:QS", "observer"):
        world.sign_in(client, who)
        assert client.get(f"{url}nhan-xet/").status_code in {403, 404}
        assert client.post(f"{url}nhan-xet/", {"chon": ["1"]}).status_code in {403, 404}


def clauses(*texts: str) -> list[Clause]:
    return [Clause(at, "paragraph", str(at + 1), "", text, citation=f"khoản {at + 1}") for at, text in enumerate(texts)]


def test_the_same_words_twice_are_told_apart_by_their_order() -> None:
    data = file(
        para("1. Báo cáo hằng quý."),
        para("2. Tổ chức hội nghị sơ kết."),
        para(inner=start(0) + run("3. Báo cáo hằng quý.") + end(0)),
        comments=said(0, "Nên là hằng tháng"),
    )
    made = propose(read_margin(data), clauses("Báo cáo hằng quý.", "Tổ chức hội nghị sơ kết.", "Báo cáo hằng quý."))
    assert [(one.key, one.reason) for one in made] == [(2, "Nên là hằng tháng")]


def test_a_remark_on_changed_words_finds_its_clause_by_likeness_and_ends_without_a_start_do_no_harm() -> None:
    data = file(
        para("1. Gửi báo cáo năm."),
        para(inner=run("2. Mở ") + change("ins", "mới ") + start(0) + run("lớp tập huấn nghiệp vụ") + end(0) + end(7) + run(" vào quý II cho cán bộ.")),
        para(inner=start(1) + change("ins", "3. Thăm mô hình hay.") + end(1)),
        comments=said(0, "Mấy lớp?") + said(1, "Ở đâu?") + said(8),
    )  # fmt: skip
    made = propose(
        read_margin(data), clauses("Gửi báo cáo năm.", "Mở lớp tập huấn nghiệp vụ vào quý II cho cán bộ cụm.")
    )
    assert [(one.key, one.kind, one.quote) for one in made] == [
        (1, "ask", "lớp tập huấn nghiệp vụ"),
        (1, "wording", ""),
        (1, "ask", ""),
        (1, "add", ""),
    ]
    assert made[2].reason == "Về đoạn “3. Thăm mô hình hay.”: Ở đâu?"


def test_many_open_remarks_over_many_runs_take_no_time() -> None:
    opened = "".join(start(at) for at in range(MOST))
    data = file(para(inner=opened + run("chữ ") * 20_000), comments="".join(said(at, "x") for at in range(MOST)))
    assert len(read_margin(data).remarks) == MOST
    with pytest.raises(UnreadableDraft):
        read_margin(file(para("a"), comments="".join(said(at, "x") for at in range(MOST + 1))))
