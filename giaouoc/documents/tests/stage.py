"""A small regulation and its way through the slice, for the tests: each step is the real act."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from giaouoc.documents.actions.answers import answer_comment, publish_answers
from giaouoc.documents.actions.comments import add_comment
from giaouoc.documents.actions.imports import WORD, save_draft
from giaouoc.documents.actions.rounds import close_round, open_round
from giaouoc.documents.actions.submissions import send_submission
from giaouoc.documents.actions.tabling import adopt_document, table_without_consultation
from giaouoc.documents.models import (
    Comment,
    ConsultationRound,
    Document,
    DocumentVersion,
    DraftImport,
    Provision,
    UnitSubmission,
)
from giaouoc.documents.rules.skeletons import skeleton
from giaouoc.files.storage import store
from giaouoc.lib.clock import local_date

HEAD, MEMBER, OTHER = "CQD", "CA", "QS"


def node(kind: str, number: str | None, text: str = "", heading: str | None = None, *children: Any) -> dict[str, Any]:
    return {"kind": kind, "number": number, "heading": heading, "text": text, "children": list(children)}


def regulation(*, second: bool = False) -> list[dict[str, Any]]:
    """Three articles. The second draft strikes khoản 2 Điều 1, rewords Điều 2, puts a new Điều 2 before it."""
    articles = [
        node(
            "article",
            "1",
            "",
            "Nhiệm vụ của Cụm trưởng",
            node("paragraph", "1", "Cụm trưởng triệu tập và chủ trì các hội nghị của Cụm trong năm."),
            *(
                []
                if second
                else [node("paragraph", "2", "Cụm trưởng tổ chức lễ phát động thi đua tại trụ sở của mình.")]
            ),
            node("paragraph", "2" if second else "3", "Cụm trưởng đại diện cho Cụm trong quan hệ với các cụm khác."),
        ),
        node(
            "article",
            "3" if second else "2",
            "",
            "Nhiệm vụ của đơn vị thành viên",
            node(
                "paragraph",
                "1",
                "Đơn vị thành viên có trách nhiệm:",
                None,
                node("point", "a", "Đăng ký nội dung thi đua trước ngày 15 tháng 02 hằng năm;"),
                node(
                    "point",
                    "b",
                    "Cập nhật minh chứng ngay trong tháng phát sinh kết quả."
                    if second
                    else "Cập nhật minh chứng trong tháng phát sinh kết quả.",
                ),
            ),
        ),
    ]
    if second:
        articles.insert(
            1, node("article", "2", "Tổ thư ký gồm cán bộ đầu mối của các đơn vị, do Cụm trưởng lập.", "Tổ thư ký")
        )
    return [node("preamble", None, "Căn cứ Luật Thi đua, khen thưởng;", "QUY CHẾ\ntổ chức và hoạt động"), *articles]


def imported(
    world: Any, tree: list[dict[str, Any]], *, by: str = f"secretary:{HEAD}", document: Document | None = None
) -> DraftImport:
    """A draft as the reader leaves it, without the Word file's trouble."""
    return DraftImport.objects.create(
        year=world.year,
        document=document,
        kind="regulation",
        title="Quy chế tổ chức và hoạt động",
        file=store(repr(tree).encode(), "quy-che.docx", WORD, now=world.now),
        tree=tree,
        warnings=[],
        made_by=world.mandate(by),
        made_at=world.now,
    )


def draft(world: Any, tree: list[dict[str, Any]] | None = None, *, document: Document | None = None) -> DocumentVersion:
    """A saved draft."""
    made = imported(world, tree or regulation(), document=document)
    return save_draft(made, by=world.mandate(f"secretary:{HEAD}"), now=world.now)


def consulting(world: Any, *, days: int = 20) -> ConsultationRound:
    """A round that is open."""
    return open_round_on(world, draft(world), days=days)


def open_round_on(world: Any, version: DocumentVersion, *, days: int = 20) -> ConsultationRound:
    closes = world.now + timedelta(days=days)
    return open_round(version, by=world.mandate(f"leader:{HEAD}"), now=world.now, closes_at=closes)


def round_after_silence(world: Any) -> ConsultationRound:
    """CA prepared a comment and never sent it, QS was heard; a second round is open on the next draft."""
    first = consulting(world)
    say(world, first)
    said(world, first, "QS")
    closed(world, first)
    document = first.version.document
    answer(world, Comment.objects.get(submission__unit__code="QS"))
    publish_answers(document, by=world.mandate(f"leader:{HEAD}"), now=world.now)
    draft(world, regulation(second=True), document=document)
    version = DocumentVersion.objects.select_related("document__year__cluster").get(document=document, ordinal=2)
    return open_round_on(world, version)


def submission(round: ConsultationRound, code: str) -> UnitSubmission:
    """The unit's bundle of the round."""
    found = UnitSubmission.objects.select_related("round__version__document__year__cluster", "unit")
    return found.get(round=round, unit__code=code, supplement_of=None)


def provision(round: ConsultationRound, path: str) -> Provision:
    return round.version.texts.get(path=path).provision


def say(world: Any, round: ConsultationRound, code: str = MEMBER, path: str = "1/2", **words: Any) -> Comment:
    """A unit's secretary writes a comment; unsent."""
    words = {"reason": "Lễ phát động là hình thức.", "kind": "delete"} | words
    at = provision(round, path) if path else None
    return add_comment(submission(round, code), at, by=world.mandate(f"secretary:{code}"), now=world.now, **words)


def send(world: Any, round: ConsultationRound, code: str = MEMBER) -> UnitSubmission:
    """The unit's leader sends."""
    bundle = submission(round, code)
    send_submission(bundle, by=world.mandate(f"leader:{code}"), now=world.now)
    return bundle


def said(world: Any, round: ConsultationRound, code: str = MEMBER, path: str = "1/2", **words: Any) -> Comment:
    """A comment that was sent."""
    comment = say(world, round, code, path, **words)
    send(world, round, code)
    return again(comment)


def again(comment: Comment) -> Comment:
    """The comment as it is in the database now."""
    return Comment.objects.select_related(
        "submission__round__version__document__year__cluster", "submission__unit"
    ).get(pk=comment.pk)


def closed(world: Any, round: ConsultationRound) -> ConsultationRound:
    """The round after its hour."""
    world.now = max(world.now, round.closes_at)
    close_round(round, by=world.mandate(f"secretary:{HEAD}"), now=world.now)
    return round


def answer(world: Any, comment: Comment, decision: str = "not_accepted", explanation: str = "Giữ như dự thảo.") -> Any:
    return answer_comment(
        again(comment), by=world.mandate(f"secretary:{HEAD}"), now=world.now, decision=decision, explanation=explanation
    )


def responded(world: Any) -> Document:
    """A text whose one comment was answered after the close."""
    round = consulting(world)
    comment = said(world, round)
    closed(world, round)
    answer(world, comment)
    document = round.version.document
    publish_answers(document, by=world.mandate(f"leader:{HEAD}"), now=world.now)
    return document


def adopted(world: Any) -> Document:
    """A resolution that the conference adopted."""
    tree = skeleton("resolution", "Nghị quyết", "về nhân rộng mô hình", world.cluster.name, world.year.number)
    document, by = draft(world, tree).document, world.mandate("leader:CQD")
    version = table_without_consultation(document, by=by, now=world.now, reason="Cần gấp")
    day = local_date(world.now)
    adopt_document(document, version, version.content_hash, "Hội nghị", day, "5/5", by=by, now=world.now)
    return document
