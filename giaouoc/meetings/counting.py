"""What a decision comes to with the votes that stand, in numbers and in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from giaouoc.clusters.rules.year_rules import Share

from .models import MeetingDecision
from .rules.tally import Result, tally
from .states import Choice, Method


def count_of(decision: MeetingDecision) -> Result:
    """What the decision comes to with the votes so far. In a consensus, who says nothing agrees."""
    votes = {vote.unit.code: vote.choice for vote in decision.votes.select_related("unit")}
    if decision.method == Method.CONSENSUS:
        votes = {code: votes.get(code, Choice.YES) for code in decision.present}
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


def base_of(decision: MeetingDecision) -> int:
    """The number that the decision's share is taken of."""
    yes, no = decision.in_favour or 0, decision.against or 0
    return {"roll": decision.roll, "present": len(decision.present), "cast": yes + no}[str(decision.rule["base"])]
