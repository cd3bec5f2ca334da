"""Adopted texts, and pacts at each of their stages, for the tests of this slice."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from giaouoc.documents.models import Adoption, Document, DocumentVersion, Provision, ProvisionText
from giaouoc.lib.clock import local_date
from giaouoc.programme.actions.drafting import add_commitment, draft_pact
from giaouoc.programme.actions.freezing import freeze_pact
from giaouoc.programme.models import Pact
from giaouoc.signing.actions.sign import sign_slot
from giaouoc.signing.models import Slot


def node(
    kind: str, number: str | None, heading: str | None, text: str = "", *children: Any, rows: Any = None
) -> dict[str, Any]:
    """A node of a clause tree."""
    return {"kind": kind, "number": number, "heading": heading, "text": text, "rows": rows, "children": list(children)}


PLAN = [
    node("section", "I", "MỤC ĐÍCH, YÊU CẦU", "", node("paragraph", "1", None, "Mỗi đơn vị nắm vững mục đích.")),
    node(
        "section",
        "II",
        "NỘI DUNG",
        "",
        node(
            "paragraph",
            "1",
            "Phát động thi đua",
            "Các đơn vị đăng ký:",
            node("point", "a", None, "Khai thông thể chế: mỗi đơn vị gửi ít nhất hai kiến nghị."),
            node("point", "b", None, "Trả lời đúng hạn toàn bộ kiến nghị được chuyển đến."),
        ),
        node("paragraph", "2", "Nhân rộng mô hình hay", "Các đơn vị giúp nhau áp dụng mô hình hay."),
    ),
    node(
        "section",
        "III",
        "TỔ CHỨC THỰC HIỆN",
        "",
        node("paragraph", "1", "Chế độ báo cáo", "Báo cáo trước ngày 20 tháng 6."),
    ),
    node(
        "table",
        None,
        None,
        "PHỤ LỤC",
        rows=[
            ["TT", "Nội dung", "Chủ trì", "Phối hợp", "Thời gian", "Sản phẩm"],
            ["QUÝ II", "", "", "", "", ""],
            [
                "1",
                "Lớp tập huấn xử lý thông tin xấu, độc",
                "Đảng ủy Công an Thành phố",
                "Các đơn vị",
                "Tháng 5",
                "100 lượt",
            ],
            [
                "2",
                "Tọa đàm chuyển đổi số",
                "Đại học Quốc gia",
                "UBND Thành phố; Quân sự Thành phố",
                "8/2026",
                "10 tham luận",
            ],
        ],
    ),
]


def adopt(world: Any, kind: str, title: str, tree: list[Any] = ()) -> Adoption:  # type: ignore[assignment]
    """A text of the year as if the conference had adopted it."""
    text_hash = hashlib.sha256(json.dumps([kind, title], ensure_ascii=False).encode()).hexdigest()
    document = Document.objects.create(
        year=world.year,
        kind=kind,
        title=title,
        slug=kind,
        drafting_unit=world.unit("CQD"),
        state="adopted",
        made_at=world.now,
    )
    version = DocumentVersion.objects.create(
        document=document, ordinal=1, content_hash=text_hash, made_at=world.now, made_by=world.mandate("secretary:CQD")
    )
    _texts(version, list(tree), None, [0])
    DocumentVersion.objects.filter(pk=version.pk).update(frozen_at=world.now)
    return Adoption.objects.create(
        document=document,
        version=version,
        text_hash=text_hash,
        meeting_title="Hội nghị ký kết giao ước thi đua năm 2026",
        meeting_date=local_date(world.now),
        result="5/5 đơn vị tán thành",
        adopted_at=world.now,
    )


def _texts(version: Any, nodes: list[Any], parent: Any, place: list[int]) -> None:
    for one in nodes:
        place[0] += 1
        text = ProvisionText.objects.create(
            version=version,
            provision=Provision.objects.create(document=version.document),
            parent=parent,
            position=place[0],
            depth=0 if parent is None else parent.depth + 1,
            kind=one["kind"],
            number=one["number"],
            heading=one["heading"],
            text=one["text"],
            rows=one["rows"],
        )
        _texts(version, one["children"], text, place)


def adopt_both(world: Any) -> None:
    """The regulation and the plan are adopted."""
    adopt(world, "regulation", "Quy chế tổ chức và hoạt động")
    adopt(world, "plan", "Kế hoạch hoạt động năm 2026", PLAN)


def drafted(world: Any) -> Pact:
    """A draft of the pact over two adopted texts."""
    adopt_both(world)
    return draft_pact(world.year, by=world.mandate("secretary:CQD"), now=world.now)


def frozen(world: Any) -> Pact:
    """A pact that waits for its signatures."""
    pact = drafted(world)
    add_commitment(pact, by=world.mandate("secretary:CQD"), now=world.now, text="Báo cáo đúng hạn")
    freeze_pact(pact, by=world.mandate("leader:CQD"), now=world.now)
    return pact


def sign(world: Any, pact: Pact, *codes: str) -> None:
    """The leaders of these units sign."""
    for code in codes:
        world.pass_time(minutes=1)
        slot = Slot.objects.select_related("unit", "round__year__cluster").get(
            round=pact.signing_round_id, unit__code=code
        )
        sign_slot(slot, by=world.mandate(f"leader:{code}"), now=world.now)
    pact.refresh_from_db()


def sealed(world: Any) -> Pact:
    """A pact with all signatures."""
    pact = frozen(world)
    sign(world, pact, "CQD", "UBND", "CA", "QS", "DHQG")
    return pact
