"""What the regulation sets, as data of the year: each rule with its value and the clause that it comes from.

Keys and variants: domain notes, part A §10. Defaults are those of our own sample draft, no source of law: they hold until
the cluster's regulation says otherwise and are shown as not confirmed until somebody confirms them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any


@dataclass(frozen=True)
class RuleValue:
    """One rule. ``basis``: 'khoản 3 Điều 11 Quy chế'; ``confirmed``: taken from a text in force, not from a draft."""

    key: str
    value: Any
    basis: str
    confirmed: bool = False

    @property
    def share(self) -> Share:
        """The value as a share. Raises TypeError when the rule is no share."""
        if not isinstance(self.value, dict) or "share" not in self.value:
            raise TypeError(f"{self.key} is no share")
        return Share.of(self.value)


@dataclass(frozen=True)
class Share:
    """A share of a stated base, exact. ``strict``: more than the share; else at least the share.

    ``base``: 'roll' (all member units), 'present', or 'cast' (yes and no)."""

    fraction: Fraction
    strict: bool
    base: str = "roll"

    @classmethod
    def of(cls, value: dict[str, Any]) -> Share:
        """From {"share": "2/3", "strict": true, "base": "present"}; raises ValueError for anything but a fraction of whole
        numbers of at most four digits, from 0 to 1 (also '1e-9999999' is a number, and would be worked out)."""
        written = re.fullmatch(r"([0-9]{1,4})(?:\s*/\s*([0-9]{1,4}))?", str(value["share"]).strip())
        if written is None or (written[2] or "1").strip("0") == "":
            raise ValueError("a share is a fraction of whole numbers")
        fraction = Fraction(int(written[1]), int(written[2] or 1))
        if not 0 <= fraction <= 1:
            raise ValueError("a share lies between 0 and 1")
        return cls(fraction, bool(value.get("strict", False)), str(value.get("base", "roll")))

    def needed(self, base: int) -> int:
        """The smallest whole number of a base that meets the share: 'at least 2/3' of 5 is 4, 'more than 2/3' of 6 is 5."""
        exact = self.fraction * base
        whole = floor(exact)
        return whole + 1 if self.strict or whole != exact else whole

    def met(self, count: int, base: int) -> bool:
        """Whether a count meets the share of the base. Nobody at all never meets it."""
        if base <= 0:
            return False
        exact = self.fraction * base
        return count > exact if self.strict else count >= exact and count > 0


_DEFAULTS = [
    RuleValue("quorum", {"share": "4/5", "strict": False, "base": "roll"}, ""),
    RuleValue("adopt.text", {"share": "2/3", "strict": True, "base": "present"}, ""),
    RuleValue("consensus", {"share": "1", "strict": False, "base": "present"}, ""),
    RuleValue("consensus.seconds", 60, ""),  # so long the chair waits for another opinion before silence agrees
    RuleValue("silence", "silence", ""),  # silence | consent
    RuleValue("representation", "leader_or_delegate", ""),  # leader | leader_or_delegate | contact
    RuleValue("consult.min_days", 10, ""),
    RuleValue("convene.min_days", 10, ""),
    RuleValue("head.choice", "rotation", ""),  # rotation | deputy_succeeds | kept
    RuleValue("head.term", 1, ""),
    RuleValue("deputy.count", 1, ""),
    RuleValue("tie", "chair", ""),  # chair | repeat | rejected; open votes only
    RuleValue("adopt.motion", {"share": "1/2", "strict": True, "base": "present"}, ""),
    RuleValue("elect", {"share": "1/2", "strict": True, "base": "present"}, ""),
    RuleValue("tie.secret", "repeat", ""),  # repeat | rejected; nobody has a casting vote in a secret ballot
    RuleValue("ballot.small", 3, ""),  # with fewer papers only the outcome of a secret ballot is shown
    RuleValue("pact.late", "allowed", ""),
    RuleValue("pact.witness", False, ""),
    RuleValue("pact.stamp", False, ""),  # each body's own stamp in the pact, after its leader's signature
    RuleValue("period", "calendar", ""),
]
DEFAULTS: dict[str, RuleValue] = {rule.key: rule for rule in _DEFAULTS}

CHOICES: dict[str, tuple[str, ...]] = {
    "silence": ("silence", "consent"),
    "representation": ("leader", "leader_or_delegate", "contact"),
    "head.choice": ("rotation", "deputy_succeeds", "kept"),
    "tie": ("chair", "repeat", "rejected"),
    "tie.secret": ("repeat", "rejected"),
    "pact.late": ("allowed", "refused"),
    "period": ("calendar", "school_year", "own"),
}
BASES = ("roll", "present", "cast")


def check_value(key: str, value: Any) -> str:
    """What is wrong with a value for this rule, in a Vietnamese sentence; '' when nothing is."""
    default = DEFAULTS[key].value
    if isinstance(default, dict):
        try:
            share = Share.of(value)
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            return "Tỷ lệ phải là một phân số từ 0 đến 1, thí dụ 2/3."
        if share.fraction == 0:
            return "Tỷ lệ phải lớn hơn 0."
        if share.base not in BASES:
            return "Cơ số phải là: tất cả đơn vị, đơn vị có mặt, hoặc phiếu tán thành và không tán thành."
        if share.strict and share.fraction == 1:
            return "Không thể đòi hơn toàn bộ."
        return ""
    if key in CHOICES:
        return "" if value in CHOICES[key] else "Hãy chọn một trong các cách đã nêu."
    if isinstance(default, bool):
        return "" if isinstance(value, bool) else "Hãy chọn có hoặc không."
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 365:
        return "Hãy ghi một số nguyên từ 0 đến 365."
    return ""
