"""The day, lived in Chromium: from the invitation mail to the verified download, by everybody who has a part in it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from giaouoc.clusters.models import Mandate
from giaouoc.documents.actions.rounds import close_due_rounds
from giaouoc.lib.clock import SetClock, at_local
from giaouoc.programme.models import Pact
from giaouoc.signing.actions.sign import take_lease
from giaouoc.signing.models import Slot

from .conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey"), pytest.mark.django_db(transaction=True)]
YEAR = "/cum/17/2026/"
REGULATION = f"{YEAR}van-ban/quy-che-to-chuc-va-hoat-dong/"
PLAN = f"{YEAR}van-ban/ke-hoach-hoat-dong-nam-2026/"
MEETING = f"{YEAR}hoi-nghi/hoi-nghi-ky-ket-giao-uoc-thi-dua-nam-2026/"
DRAFT_2 = Path(__file__).resolve().parents[2] / "giaouoc" / "demo" / "data" / "quy-che-du-thao-2.docx"
NAMES = {"cqd": "Các cơ quan Đảng", "ubnd": "UBND", "ca": "Công an", "qs": "Quân sự", "dhqg": "Đại học"}
UNITS = ("cqd", "ubnd", "ca", "qs", "dhqg")


def invite_somebody(person: Callable[..., Person]) -> Person:
    """The administrator invites a new secretary of a unit; the mail opens the account."""
    admin = person("quantri").go("/quan-tri/").follow("người của năm 2026").follow("Thêm người Quân sự Thành phố")
    admin.page.fill("[name=email]", "thuky.moi@giaouoc.test")
    admin.page.fill("[name=name]", "Thư ký · Quân sự Thành phố")
    admin.page.select_option("[name=role]", "secretary")
    admin.press("Giao vai trò và gửi lời mời")
    assert admin.reads("Đã giao vai trò")
    letter = next(one for one in mail.outbox if one.to == ["thuky.moi@giaouoc.test"])
    link = re.search(r"\S+/moi/\S+", letter.body)
    assert link
    new = person().go(link.group())
    new.page.fill("[name=password1]", "1234")
    new.page.fill("[name=password2]", "1234")
    new.press("Đặt mật khẩu và đăng nhập")
    assert new.reads("Mật khẩu")
    assert "/moi/" in new.page.url  # refused, on the same page
    new.page.fill("[name=password1]", "quan-su-thi-dua-26")
    new.page.fill("[name=password2]", "quan-su-thi-dua-26")
    new.press("Đặt mật khẩu và đăng nhập")
    new.page.wait_for_url("**/viec-can-lam/")
    assert person("quantri").go(REGULATION).page.title().startswith(("Không", "404"))
    return new


def comment_and_send(person: Callable[..., Person], secretary: Person) -> None:
    """A unit comments at a clause; its leader sends the bundle. Nobody else sees it before."""
    secretary.go(REGULATION)
    secretary.picture("clause")
    secretary.page.get_by_role("link", name=re.compile("^Góp ý.*khoản 1 Điều 7")).first.click()
    secretary.page.fill("[name=reason]", "Nêu rõ ai ủy quyền khi Cụm trưởng vắng.")
    secretary.page.locator("[name=kind][value=ask]").check()
    secretary.press("Lưu ý kiến")
    assert secretary.reads("Nêu rõ ai ủy quyền")
    other = person("thuky.ca").go(REGULATION)
    assert not other.reads("Nêu rõ ai ủy quyền")
    secretary.go(f"{REGULATION}don-vi/").press("Trình lãnh đạo gửi")
    leader = person("lanhdao.qs").go(f"{REGULATION}don-vi/")
    assert leader.reads("Nêu rõ ai ủy quyền")
    leader.press("Gửi góp ý của đơn vị")
    assert leader.reads("Đã gửi")
    leader.go(f"{PLAN}don-vi/thong-nhat/").press("Ghi thống nhất")
    other_leader = person("lanhdao.dhqg").go(f"{REGULATION}don-vi/thong-nhat/").press("Ghi thống nhất")
    other_leader.go(f"{PLAN}don-vi/").press("Gửi góp ý của đơn vị")
    assert not other.go(REGULATION).reads("Nêu rõ ai ủy quyền")  # blind until the close


def answer_and_table(person: Callable[..., Person], hand: SetClock) -> None:
    """The round closes by the clock; each comment is answered; draft 2 comes in; both texts are tabled."""
    hand.set(at_local(date(2026, 2, 28), 17, 1))
    close_due_rounds(now=hand.now())
    secretary = person("thuky.cqd").go(f"{REGULATION}nhap/")
    secretary.page.set_input_files("[type=file]", DRAFT_2)
    secretary.press("Đọc tệp để xem trước").press("Lưu thành dự thảo")
    assert secretary.reads("Dự thảo 2")
    for text in (REGULATION, PLAN):
        for _ in range(10):
            secretary.go(f"{text}tiep-thu/?tra_loi=chua")
            waiting = secretary.page.get_by_role("link", name=re.compile("^Trả lời"))
            if not waiting.count():
                break
            waiting.first.click()
            secretary.page.get_by_label("Không tiếp thu").check()
            secretary.page.fill("[name=explanation]", "Làm rõ khi hướng dẫn thực hiện.")
            secretary.press("Lưu trả lời, chờ lãnh đạo duyệt")
    leader = person("lanhdao.cqd")
    for text in (REGULATION, PLAN):
        leader.go(text)
        if leader.page.get_by_role("button", name="Công bố toàn bộ trả lời").count():
            leader.press("Công bố toàn bộ trả lời")
        leader.go(f"{text}trinh/").press("Trình hội nghị")
        assert leader.reads("Đã trình")


def confer(person: Callable[..., Person], hand: SetClock) -> None:
    """The conference: agenda, presence, quorum, one vote, one consensus, minutes."""
    secretary, leader = person("thuky.cqd"), person("lanhdao.cqd")
    secretary.go(MEETING)
    for place, title in enumerate(("Quy chế tổ chức và hoạt động", "Kế hoạch hoạt động năm 2026")):
        secretary.go(MEETING).page.locator(".agenda__item").nth(place).get_by_role("link", name="Sửa").click()
        secretary.page.select_option("[name=document]", label=title)
        secretary.press("Lưu mục")
    secretary.go(f"{MEETING}giay-moi/").press("Gửi giấy mời")
    hand.set(at_local(date(2026, 3, 6), 14))
    for unit in UNITS:
        secretary.go(MEETING)
        secretary.page.get_by_role("button", name=re.compile(f"^Có mặt.*{NAMES[unit]}")).click()
    leader.go(MEETING).press("Khai mạc hội nghị")
    leader.page.get_by_role("link", name=re.compile("^Đưa ra quyết định")).first.click()
    leader.press("Mở biểu quyết")
    decision = leader.page.url
    for unit in UNITS:
        voter = leader if unit == "cqd" else person(f"lanhdao.{unit}", width=390, height=800)
        voter.go(decision)
        voter.page.locator("form.form").get_by_label("Tán thành", exact=True).check()
        voter.press("Ghi ý kiến của đơn vị")
        assert voter.reads("Đã ghi: tán thành")
    leader.go(decision).press("Công bố kết quả")
    assert leader.reads("5/5 đơn vị có mặt tán thành")
    leader.go(MEETING)
    leader.page.get_by_role("link", name=re.compile("^Đưa ra quyết định")).first.click()
    leader.page.get_by_label("Thống nhất chung").check()
    leader.press("Mở biểu quyết")
    hand.forward(minutes=2)
    leader.press("Công bố kết quả")
    assert leader.reads("Thông qua")
    leader.go(f"{MEETING}be-mac/").press("Bế mạc hội nghị")
    secretary.go(f"{MEETING}bien-ban/")
    secretary.page.fill("[name=conclusion]", "Hội nghị thống nhất Quy chế và Kế hoạch.")
    secretary.press("Lập biên bản")
    leader.go(f"{MEETING}bien-ban/").press("Phê duyệt biên bản")
    assert leader.reads("Đã phê duyệt")


def direct(person: Callable[..., Person]) -> None:
    """The supervising body says what it asks for; a unit takes it on, reports with evidence, and is confirmed."""
    observer = person("theodoi.btgdv").go(f"{YEAR}chi-dao/ghi/")
    observer.page.fill("[name=words]", "Mỗi đơn vị chọn một việc khó để làm trong quý II.")
    observer.page.fill("[name=speaker]", "Phó Trưởng Ban")
    observer.page.fill("[name=given_on]", "2026-03-06")
    observer.page.fill("[name=occasion]", "Hội nghị ký kết giao ước")
    observer.press("Ghi ý kiến").go(observer.page.url).follow("Giao việc")
    observer.page.get_by_label("Công an Thành phố").check()
    observer.page.fill("[name=text]", "Chọn và làm xong một việc khó.")
    observer.page.fill("[name=measure]", "Một sản phẩm có minh chứng")
    observer.page.fill("[name=due]", "2026-06-30")
    observer.press("Giao việc")
    leader = person("lanhdao.ca").go(f"{YEAR}chi-dao/")
    leader.follow("Chọn và làm xong").press("Nhận nhiệm vụ").follow("Báo cáo kết quả")
    task = leader.page.url.removesuffix("bao-cao/")
    leader.page.fill("[name=words]", "Đã rút ngắn một thủ tục từ năm ngày còn hai ngày.")
    leader.page.set_input_files(
        "[type=file]", files=[{"name": "ket-qua.png", "mimeType": "image/png", "buffer": picture()}]
    )
    leader.press("Gửi báo cáo")
    assert leader.reads("chờ cơ quan chỉ đạo xác nhận")
    observer.go(task).follow("Xác nhận kết quả").press("Xác nhận kết quả")
    assert observer.reads("Kết quả đã được xác nhận")
    assert person("thamdinh.ca").go(task).reads("Đã rút ngắn một thủ tục")


def sign(person: Callable[..., Person], hand: SetClock) -> None:
    """Five leaders, each in a browser of their own at the screen of the ceremony, sign in an order of their own; every page
    tells by itself who signs, who waits and how many have signed; the file is sealed with the last."""
    secretary, leader = person("thuky.cqd"), person("lanhdao.cqd")
    secretary.go(f"{YEAR}giao-uoc/").press("Lập dự thảo giao ước")
    assert secretary.reads("Cam kết")
    leader.go(f"{YEAR}giao-uoc/khoa/").press("Khóa giao ước để ký")
    order = ("qs", "cqd", "dhqg", "ca", "ubnd")
    room = {unit: person(f"lanhdao.{unit}", width=390 if unit == "qs" else 1280) for unit in order}
    for one in room.values():
        one.go(f"{YEAR}giao-uoc/").follow("Màn hình lễ ký")
        tells(one, "0/5 chữ ký", order)
    assert len({one.page.url for one in room.values()}) == 1
    prints = {one.page.locator(".hash--whole").inner_text() for one in room.values()}
    pact = Pact.objects.select_related("signing_round").get()
    assert prints == {pact.text_hash}
    somebody_at_it(room, pact, "ca", hand)
    for place, unit in enumerate(order):
        hand.forward(minutes=2)
        ceremony = room[unit].page.url
        room[unit].follow("Ký văn bản")
        assert room[unit].page.locator(".hash--whole").inner_text() == pact.text_hash
        room[unit].page.locator("[type=checkbox]").first.check()
        room[unit].press("Ký văn bản")
        assert room[unit].reads("Đã nhận chữ ký")
        if place == 2:
            room[unit].picture("pact")
        room[unit].go(ceremony)
        watchers = room.values() if place in {0, 4} else [room[order[-1]]]
        for one in watchers:
            tells(one, f"{place + 1}/5 chữ ký", order[place + 1 :])
    for one in room.values():
        one.page.get_by_text("Đã ký đủ và đóng niêm.").wait_for()
        assert not one.page.get_by_role("link", name="Ký văn bản").count()


def tells(one: Person, count: str, waiting: Sequence[str]) -> None:
    """The count comes to the screen by itself, and with it who is still waited for."""
    one.page.get_by_role("heading", name=count).wait_for()
    boxes = one.page.locator(".strip__box[data-state=waiting]").all_inner_texts()
    assert {unit for unit in UNITS if any(NAMES[unit] in box for box in boxes)} == set(waiting)
    if waiting:
        said = one.page.locator("[role=status]").first.inner_text()
        assert all(NAMES[unit] in said for unit in waiting)


def somebody_at_it(room: dict[str, Person], pact: Pact, unit: str, hand: SetClock) -> None:
    """While one leader's key is at work all screens say whose, and nobody else can begin; an abandoned turn ends by itself."""
    slot = Slot.objects.select_related("unit", "round__year__cluster").get(
        round=pact.signing_round_id, unit__code=unit.upper()
    )
    take_lease(slot, by=Mandate.objects.get(user__email=f"lanhdao.{unit}@giaouoc.test"), now=hand.now())
    for who, one in room.items():
        one.page.get_by_text(f"{slot.unit.short_name} đang ký.").wait_for()
        assert one.page.locator(".strip__box[data-state=signing]").count() == 1
        if who != unit:
            assert one.reads("Mời ký sau lượt này")
            assert not one.page.get_by_role("link", name="Ký văn bản").count()
    hand.forward(minutes=3)
    for one in room.values():
        one.page.get_by_role("link", name="Ký văn bản").wait_for()


def publish_and_verify(person: Callable[..., Person], tmp_path: Path) -> None:
    """The news is published; a stranger reads it, downloads the pact and verifies the very file."""
    secretary = person("thuky.cqd").go(f"{YEAR}tin-tuc/viet/")
    secretary.page.fill("[name=title]", "Năm đơn vị Cụm thi đua 17 ký kết giao ước thi đua năm 2026")
    secretary.page.fill("[name=lead]", "Mỗi cam kết có thước đo, minh chứng và người chịu trách nhiệm.")
    secretary.page.fill(
        "[name=body]", "Chiều 06-3, hội nghị thông qua hai văn bản.\n\nNgay sau đó, lãnh đạo các đơn vị ký số."
    )
    secretary.page.fill("[name=tags]", "Thi đua, Dân vận")
    secretary.page.select_option("[name=pact]", index=1)
    secretary.press("Lưu nháp")
    secretary.page.set_input_files(
        "[name=picture]", files=[{"name": "anh.png", "mimeType": "image/png", "buffer": picture()}]
    )
    secretary.page.fill("[name=caption]", "Lễ ký kết")
    secretary.page.fill("[name=alt]", "Lãnh đạo các đơn vị ký giao ước")
    secretary.press("Thêm ảnh").press("Đăng tin")
    stranger = person().go("/tin-tuc/")
    stranger.follow("Năm đơn vị Cụm thi đua 17").picture("article")
    assert stranger.reads("5/5")
    stranger.follow("Giao ước thi đua 2026")
    assert stranger.reads("Hợp lệ")
    address = stranger.page.get_by_role("link", name=re.compile("Tải")).first.get_attribute("href")
    file = tmp_path / "giao-uoc.pdf"
    file.write_bytes(stranger.context.request.get(stranger.base + str(address)).body())
    assert file.read_bytes().startswith(b"%PDF-")
    stranger.go("/xac-minh/")
    stranger.page.set_input_files("[type=file]", file)
    stranger.press("Kiểm tra tệp")
    assert stranger.reads("Hợp lệ")
    assert stranger.reads("5/5") or stranger.reads("5 trên 5")
    stranger.picture("verify")
    damaged = tmp_path / "hong.pdf"
    damaged.write_bytes(file.read_bytes() + b"%them\n")
    stranger.go("/xac-minh/")
    stranger.page.set_input_files("[type=file]", damaged)
    stranger.press("Kiểm tra tệp")
    assert not re.search(r"(?m)^Hợp lệ", stranger.page.inner_text("main"))


def picture() -> bytes:
    """A plain 16:9 picture."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (1280, 720), "#8a6410").save(out, "PNG")
    return out.getvalue()


def test_the_day_from_the_invitation_to_the_verified_pact(
    person: Callable[..., Person], hand: SetClock, tmp_path: Path, settings: Any
) -> None:
    head = person("thuky.cqd")
    assert head.go("/viec-can-lam/").reads("Việc cần làm")
    head.picture("todo")
    head.go(YEAR).picture("year")
    assert head.reads("17 ý kiến")
    assert head.reads("3 ý kiến chưa trả lời")
    for account in ("theodoi.btgdv", "thamdinh.ca"):
        assert person(account).go(YEAR).reads("Đang ở đâu")
    assert not person().go(YEAR).reads("Đang ở đâu")
    secretary = invite_somebody(person)
    comment_and_send(person, secretary)
    answer_and_table(person, hand)
    confer(person, hand)
    direct(person)
    sign(person, hand)
    publish_and_verify(person, tmp_path)
    assert person("lanhdao.cqd").go(YEAR).reads("Đã ký đủ")
    for account in ("theodoi.btgdv", "thamdinh.ca"):  # who watches and who weighs read what was agreed and signed
        assert person(account).go(f"{REGULATION}tiep-thu/").reads("Tiếp thu một phần")
        assert person(account).go(f"{YEAR}giao-uoc/").reads("đóng niêm")
    assert person("quantri").go(f"{YEAR}giao-uoc/").page.title().startswith(("Không", "404"))
