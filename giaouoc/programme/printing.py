"""The pact's content on paper: plain data in, PDF and the places of its signatures out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings

from giaouoc.documents.paper import pact as paper
from giaouoc.documents.proofs import verified_by
from giaouoc.documents.rules.layout import LayoutStyle, style_for
from giaouoc.lib.typst import Box


def print_pact(content: Mapping[str, Any], *, code: str, text_hash: str) -> tuple[bytes, list[Box]]:
    """The pact as PDF/A with one box for each member, in the order of ``content["members"]``; then, where its bodies set
    their stamps (``content["stamps"]``), as many for these in the same order.

    ``code``: for /xac-minh/; '' prints a draft without code. Raises Unprintable for a character the font lacks."""
    day = date.fromisoformat(content["date"])
    kind = content.get("body_kind", "party")  # before state bodies could issue one, every pact was the Party's
    style = style_for(kind, day)
    texts, stamps = content["texts"], bool(content.get("stamps"))
    conference = max(texts, key=lambda one: one["meeting_date"]) if texts else None
    own: dict[str, list[paper.Commitment]] = {}
    common: list[paper.Commitment] = []
    for one in content["commitments"]:
        promise = paper.Commitment(text=one["text"], measure=one["measure"])
        (own.setdefault(one["unit"], []) if one["unit"] else common).append(promise)
    names = {member["code"]: member["name"] for member in content["members"]}
    pdf, boxes = paper.render_pact(
        paper.PactPaper(
            cluster_name=content["cluster"],
            supervising_body=content["supervising_body"],
            year=content["year"],
            place=content["place"],
            day=day,
            theme=content["theme"],
            focus_areas=tuple(content["focus_areas"]),
            bases=tuple(f"{one['title']} được hội nghị thông qua" for one in texts),
            conference_name=_inside(conference["meeting_title"]) if conference else "hội nghị của Cụm",
            conference_day=date.fromisoformat(conference["meeting_date"]) if conference else day,
            members=tuple(_member(one, style, stamps) for one in content["members"]),
            adopted=tuple(
                paper.AdoptedText(one["title"], one["hash"][:8], one["hash"], one["result"]) for one in texts
            ),
            commitments=tuple(common),
            text_hash=text_hash,
            unit_commitments=tuple(
                paper.UnitCommitments(names[member], tuple(own[member])) for member in names if member in own
            ),
            activities=tuple(_activity(one, len(content["members"])) for one in content["activities"]),
            measures=tuple(content["measures"]),
            reporting=(content["reporting"],) if content["reporting"] else (),
            verification=verified_by(code) if code else None,
            trial=settings.TRIAL_SIGNING,
            body_kind=kind,
            number_line="" if code else f"DỰ THẢO LẦN {content['ordinal']}",
        )
    )
    by_field = {box.field: box for box in boxes}
    kinds = ["KY", "DAU"] if stamps else ["KY"]
    return pdf, [by_field[f"{kind}_{member['code']}"] for kind in kinds for member in content["members"]]


def _member(member: Mapping[str, Any], style: LayoutStyle, has_stamp: bool) -> paper.Member:
    return paper.member_of(
        style,
        code=member["code"],
        name=member["name"],
        short_name=member["short_name"],
        post=member["post"],
        capacity=member["capacity"],
        head_post=member["head_post"],
        is_head=member["role"] == "head",
        is_deputy=member["role"] == "deputy",
        has_stamp=has_stamp,
    )


def _activity(one: Mapping[str, Any], members: int) -> paper.Activity:
    kinds = {"training": "Tập huấn", "seminar": "Tọa đàm", "exchange": "Giao lưu", "other": ""}
    _year, _dash, month = one["month"].partition("-")
    return paper.Activity(
        kind=kinds[one["kind"]],
        title=one["title"],
        host=one["host_short"] or one["host"],
        when=f"Tháng {int(month)}" if month else "",
        co_hosts=("Các đơn vị thành viên",) if len(one["co_hosts"]) >= members - 1 > 1 else tuple(one["co_hosts"]),
        product=one["result"],
    )


def _inside(title: str) -> str:
    """A meeting's title inside a sentence: 'Hội nghị …' begins small."""
    return title[:1].lower() + title[1:] if title.startswith("Hội nghị") else title
