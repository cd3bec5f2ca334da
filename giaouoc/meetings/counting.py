"""What a decision comes to with the votes that stand, in numbers and in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from giaouoc.ballots.models import Ballot
from giaouoc.ballots.rules.count import PASSED, TIED
from giaouoc.ballots.rules.papers import MOTION
from giaouoc.clusters.rules.year_rules import Share

from .models import ItemBallot, MeetingDecision
from .rules.tally import Result, tally
from .states import Choice, FloorAct, Method


def count_of(decision: MeetingDecision, silent: Sequence[str] | None = None) -> Result:
    """What the decision comes to with the votes so far. In a consensus, who is there and says nothing agrees.

    silent: codes of those units while it is open; a declared one has kept them."""
    votes = {vote.unit.code: vote.choice for vote in decision.votes.select_related("unit")}
    if decision.method == Method.CONSENSUS:
        agreed = decision.silent if silent is None else silent
        votes = dict.fromkeys(decision.present if agreed is None else agreed, str(Choice.YES)) | votes
    return tally(
        votes,
        roll=decision.roll,
        present=len(decision.present),
        rule=Share.of(decision.rule),
        tie=str(decision.rule.get("tie", "rejected")),
        chair=decision.rule.get("chair"),
    )


def result_words(result: Result, decision: MeetingDecision) -> str:
    """'5/5 đơn vị có mặt tán thành'; of a consensus '5/5 đơn vị có mặt thống nhất'."""
    names = {
        "roll": _("đơn vị thành viên"),
        "present": _("đơn vị có mặt"),
        "cast": _("phiếu tán thành và không tán thành"),
    }
    values = {
        "yes": result.in_favour,
        "base": result.base,
        "what": names[str(decision.rule["base"])],
        "no": result.against,
        "abstained": result.abstained,
    }
    if decision.method == Method.CONSENSUS:
        words = _("%(yes)s/%(base)s %(what)s thống nhất") % values
        return words + (_(", %(no)s có ý kiến khác") % values if result.against else "")
    words = _("%(yes)s/%(base)s %(what)s tán thành") % values
    if result.against or result.abstained:
        words += _(", %(no)s không tán thành, %(abstained)s không có ý kiến") % values
    if result.by_chair:
        words += _("; ngang nhau, theo bên có ý kiến của người chủ trì")
    return words


def words_of(row: MeetingDecision | ItemBallot) -> str:
    """What a declared decision or secret ballot came to, in words."""
    return result_words(count_of(row), row) if isinstance(row, MeetingDecision) else ballot_words(row.ballot)


def edit_words(edit: dict[str, Any]) -> str:
    """'Sửa lời khoản 2 Điều 5: “…” thành “…”'."""
    values = {
        "act": FloorAct(edit["act"]).label,
        "where": edit["where"],
        "before": edit["before"],
        "text": edit["text"],
    }
    if edit["act"] == FloorAct.REWORD:
        return _("%(act)s %(where)s: “%(before)s” thành “%(text)s”") % values
    if edit["act"] == FloorAct.ADD:
        return _("%(act)s %(where)s: “%(text)s”") % values
    return _("%(act)s %(where)s: “%(before)s”") % values


def base_of(decision: MeetingDecision) -> int:
    """The number that the decision's share is taken of."""
    yes, no = decision.in_favour or 0, decision.against or 0
    return {"roll": decision.roll, "present": len(decision.present), "cast": yes + no}[str(decision.rule["base"])]


def ballot_lines(ballot: Ballot) -> list[dict[str, Any]]:
    """Each question of a counted ballot: title, what it came to, and its figures ('' where only the outcome is shown)."""
    names = {
        "roll": _("đơn vị thành viên"),
        "present": _("đơn vị có mặt"),
        "cast": _("phiếu tán thành và không tán thành"),
    }
    found = []
    for place, (question, outcome) in enumerate(zip(ballot.questions, ballot.outcomes or [], strict=False)):
        motion = question["kind"] == MOTION
        if outcome["outcome"] == PASSED:
            word = _("đạt") if motion else _("trúng: %(who)s") % {"who": question["options"][outcome["winner"]]}
        elif outcome["outcome"] == TIED:
            word = _("chưa có kết quả, bỏ phiếu lại")
        else:
            word = _("không đạt") if motion else _("không ai trúng")
        figures = ""
        if ballot.votes is not None:
            votes = ballot.votes[place]
            figures = ", ".join(f"{option} {count}" for option, count in zip(question["options"], votes, strict=True))
            name = (
                names[question["rule"]["base"]] if motion or question["rule"]["base"] != "cast" else _("phiếu có bầu")
            )
            needs = _("cần %(needed)s trên %(base)s %(what)s")
            figures += "; " + needs % {"needed": outcome["needed"], "base": outcome["base"], "what": name}
        found.append({"title": question["title"], "word": word, "figures": figures, "outcome": outcome["outcome"]})
    return found


def ballot_words(ballot: Ballot) -> str:
    """'Cụm trưởng năm 2027: trúng: Công an Thành phố (Công an Thành phố 3, …)'."""
    parts = [
        f"{line['title']}: {line['word']}" + (f" ({line['figures']})" if line["figures"] else "")
        for line in ballot_lines(ballot)
    ]
    return "; ".join(parts)
