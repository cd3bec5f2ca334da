"""Loads the demonstration: Cụm thi đua 17 in the middle of its consultation, which closes in four days.

Every step is an action, in the order in which it would have happened; only the dates are shifted."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from giaouoc.accounts.models import User
from giaouoc.clusters.bootstrap import mark_demonstration
from giaouoc.clusters.models import Mandate, Role
from giaouoc.documents.actions.answers import answer_comment, publish_answer
from giaouoc.documents.actions.comments import add_comment
from giaouoc.documents.actions.imports import read_draft, save_draft
from giaouoc.documents.actions.rounds import open_round
from giaouoc.documents.actions.submissions import send_submission
from giaouoc.documents.models import Comment, DocumentVersion
from giaouoc.lib.clock import at_local, local_date
from giaouoc.meetings.actions.planning import add_item, plan_meeting

from .cast import DATA, Cast, assemble, facts, spoken

CLOSES = date(2026, 2, 28)
DRAFTS = {
    "regulation": ("quy-che-du-thao-1.docx", "Quy chế tổ chức và hoạt động"),
    "plan": ("ke-hoach-2026-du-thao-1.docx", "Kế hoạch hoạt động năm 2026"),
}


def demo_password() -> str:
    """The password of all demonstration accounts."""
    return os.environ.get("GIAOUOC_DEMO_PASSWORD") or "thi-dua-2026"


def import_draft(cast: Cast, kind: str, name: str, title: str, now: datetime, document: Any = None) -> DocumentVersion:
    """Read a Word draft of ours and save it as a version, as the head unit's secretary does."""
    by = cast.mandate(Role.SECRETARY, cast.head)
    draft = read_draft(cast.year, kind, title, (DATA / name).read_bytes(), name, by=by, now=now, document=document)
    return save_draft(draft, by=by, now=now)


def say_comments(
    cast: Cast, kind: str, version: DocumentVersion, now: datetime, *, only: set[str] | None = None
) -> list[tuple[Comment, Any]]:
    """Each unit of the demonstration writes its comments, and its leader sends them; comments with their answers.

    ``only``: codes of the units that are there."""
    made = []
    texts = {text.path: text.provision for text in version.texts.select_related("provision")}
    round_ = version.rounds.get()
    units = [code for code in dict.fromkeys(one["unit"] for one in spoken()[kind]) if only is None or code in only]
    for hours, code in enumerate(units):
        at = now + timedelta(hours=hours)
        submission = round_.submissions.get(unit__code=code)
        for one in (one for one in spoken()[kind] if one["unit"] == code):
            comment = add_comment(
                submission,
                texts[one["at"]] if one["at"] else None,
                by=cast.mandate(Role.SECRETARY, code),
                now=at,
                kind=one["kind"],
                proposed_text=one.get("proposed", ""),
                reason=one.get("reason", ""),
            )
            made.append((comment, one.get("answer")))
        send_submission(submission, by=cast.mandate(Role.LEADER, code), now=at + timedelta(minutes=30))
    return made


def answer(cast: Cast, comment: Comment, words: Any, now: datetime) -> None:
    """The head unit's secretary answers, and its leader publishes the answer."""
    by = cast.mandate(Role.SECRETARY, cast.head)
    decision, explanation, *rest = words
    response = answer_comment(
        comment, by=by, now=now, decision=decision, explanation=explanation, already_at=rest[0] if rest else ""
    )
    publish_answer(response, by=cast.mandate(Role.LEADER, cast.head), now=now)


def load(now: datetime, *, say: Callable[[str], None]) -> None:
    """Load everything into an empty, migrated database."""
    shift = (local_date(now) + timedelta(days=4) - CLOSES).days

    def on(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
        return at_local(date(2026, month, day) + timedelta(days=shift), hour, minute)

    say("Lập Cụm thi đua 17, năm 2026 …")
    cast = assemble(on(1, 12), password=demo_password(), shift_days=shift)
    mark_demonstration(now=now)
    by = cast.mandate(Role.SECRETARY, cast.head)
    say("Đọc hai dự thảo Word …")
    versions = {kind: import_draft(cast, kind, name, title, on(2, 4, 15)) for kind, (name, title) in DRAFTS.items()}
    for version in versions.values():
        open_round(version, by=cast.mandate(Role.LEADER, cast.head), now=on(2, 5, 8), closes_at=on(2, 28, 17))
    say("Ghi góp ý của các đơn vị …")
    for day, kind in ((20, "regulation"), (21, "plan")):
        made = say_comments(cast, kind, versions[kind], on(2, day))
        for minutes, (comment, words) in enumerate(made):
            if words:
                answer(cast, comment, words, on(2, 23) + timedelta(minutes=10 * minutes))
    for one in spoken()["drafts"]:
        version = versions[one["document"]]
        provision = version.texts.get(path=one["at"]).provision
        add_comment(
            version.rounds.get().submissions.get(unit__code=one["unit"]),
            provision,
            by=cast.mandate(Role.SECRETARY, one["unit"]),
            now=on(2, 23, 14),
            kind=one["kind"],
            proposed_text=one["proposed"],
            reason=one["reason"],
        )
    say("Dự kiến hội nghị và các hoạt động …")
    about = facts()["meeting"]
    meeting = plan_meeting(
        cast.year, about["title"], by=by, now=on(2, 6, 10), starts_at=on(3, 6, 14), venue=about["venue"]
    )
    for title in about["agenda"]:
        add_item(meeting, title, by=by, now=on(2, 6, 10))
    plan_activities(cast, on(2, 6, 11), shift)


def plan_activities(cast: Cast, now: datetime, shift: int = 0) -> None:
    """The year's three joint activities, with hosts and months as the draft plan has them."""
    from giaouoc.programme.actions.activities import add_activity

    by = cast.mandate(Role.SECRETARY, cast.head)
    units = {unit.code: unit for unit in cast.units}
    hosts = {"training": ("CA", 5), "seminar": ("DHQG", 8), "exchange": ("QS", 10)}
    results = {
        "training": "100 lượt cán bộ hoàn thành bài thực hành; 01 bộ tài liệu dùng chung",
        "seminar": "Ít nhất 10 tham luận; danh mục giải pháp áp dụng ngay",
        "exchange": "Mỗi đơn vị ít nhất hai tiết mục, 30 cán bộ tham dự",
    }
    for one in facts()["programme"]:
        code, month = hosts[one["kind"]]
        add_activity(
            cast.year,
            by=by,
            now=now,
            kind=one["kind"],
            title=one["title"],
            host=units.get(code),
            planned_on=(date(2026, month, 15) + timedelta(days=shift)).replace(day=1),
            result=results[one["kind"]],
        )


def accounts() -> list[tuple[str, str]]:
    """(who, mail address) of every demonstration account, in protocol order."""
    rows = Mandate.objects.select_related("user", "unit").order_by("pk")
    found = [(row.actor_label, row.user.email) for row in rows]
    return found or [(user.name, user.email) for user in User.objects.order_by("pk")]
