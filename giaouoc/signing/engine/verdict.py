"""Kết luận kiểm tra: what verification says about a file. Light: the command line shows it without reading any PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from giaouoc.lib.clock import local
from giaouoc.lib.sentence import dump, load
from giaouoc.lib.sentence import say as _

Word = Literal["valid", "invalid", "unknown"]

WORDS: dict[Word, str] = {"valid": "hợp lệ", "invalid": "không hợp lệ", "unknown": "chưa kết luận được"}
STAMP = ".dau"
"""Ends the code of a body's own stamp: 'CA.dau' beside 'CA' of its leader. A full stop stands in no unit's code."""
TRIAL_SENTENCE = _("Ký bằng chứng thư thử nghiệm, không có giá trị pháp lý.")


def leader_of(code: str | None) -> str | None:
    """Whose signature a stamp comes after: 'CA.dau' -> 'CA'; None for the code of a person's own signature."""
    return code.removesuffix(STAMP) if code and code.endswith(STAMP) else None


def body_of(code: str) -> str:
    """The unit whose place a code is: 'CA.dau', 'CA.thuky', 'CA' -> 'CA'."""
    return code.partition(".")[0]


@dataclass(frozen=True)
class Expected:
    """A unit that must sign. ``certificate_sha256``: of the certificate that did or must, where the register knows
    it."""

    unit: str
    name: str = ""
    field: str = ""
    certificate_sha256: str = ""


@dataclass(frozen=True)
class SignatureFinding:
    """One signature. ``slot``: field; ``unit``: code or None; ``time``: of the time stamp if there is one, else the
    time that the signer claims; ``certificate_sha256``: 64 hex digits, '' when unreadable."""

    slot: str
    unit: str | None
    signer: str
    time: datetime | None
    timestamped: bool
    valid: bool
    reason: str
    unit_name: str = ""
    certificate_sha256: str = ""
    issuer: str = ""
    time_authority: str = ""
    anchor: str = ""
    trial: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "slot": self.slot,
            "unit": self.unit,
            "signer": self.signer,
            "time": local(self.time).isoformat(timespec="seconds") if self.time else None,
            "timestamped": self.timestamped,
            "valid": self.valid,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Verdict:
    """The answer. ``expected``: None when nobody knows who must sign (a foreign file); ``missing``: unit codes;
    ``code``: a word for programs (see ``verify``); ``missing_names`` in the order of ``missing``; ``sealed_at``: time
    of the seal; ``anchors``: what the chains lead to."""

    verdict: Word
    reason: str
    code: str
    signed: int = 0
    expected: int | None = None
    missing: tuple[str, ...] = ()
    changed_after_signing: bool = False
    sealed: bool = False
    signatures: tuple[SignatureFinding, ...] = ()
    missing_names: tuple[str, ...] = ()
    sealed_at: datetime | None = None
    seal_authority: str = ""
    anchors: tuple[str, ...] = field(default=())
    trial: bool = False

    def to_json(self) -> dict[str, Any]:
        """The object of the contract (bin/giaouoc verify --json)."""
        return {
            "verdict": self.verdict,
            "signed": self.signed,
            "expected": self.expected,
            "missing": list(self.missing),
            "changed_after_signing": self.changed_after_signing,
            "sealed": self.sealed,
            "reason": self.whole_reason,
            "signatures": [signature.to_json() for signature in self.signatures],
        }

    @property
    def whole_reason(self) -> str:
        """The reason, with the trial sentence when trial certificates are in it."""
        return f"{self.reason} {TRIAL_SENTENCE}".strip() if self.trial else self.reason

    @property
    def word(self) -> str:
        """The verdict in Vietnamese: one of three."""
        return WORDS[self.verdict]

    def dump(self) -> dict[str, Any]:
        """Everything, for handing over between processes; ``load`` reads it back."""
        plain = {k: dump(v) for k, v in self.__dict__.items() if k != "signatures"}
        plain["sealed_at"] = self.sealed_at.isoformat() if self.sealed_at else None
        signatures = [{**dump(s.__dict__), "time": s.time.isoformat() if s.time else None} for s in self.signatures]
        return {**plain, "signatures": signatures}

    @classmethod
    def load(cls, plain: dict[str, Any]) -> Verdict:
        """The verdict from what ``dump`` gave."""

        def moment(text: str | None) -> datetime | None:
            return datetime.fromisoformat(text) if text else None

        plain = load(plain)
        signatures = tuple(SignatureFinding(**{**s, "time": moment(s["time"])}) for s in plain["signatures"])
        return cls(**{**plain, "sealed_at": moment(plain["sealed_at"]), "signatures": signatures})


def unreadable(reason: str, expected: Sequence[Expected] | None = None) -> Verdict:
    """The verdict on a file that could not be read to the end."""
    return Verdict("unknown", reason, "unreadable", expected=None if expected is None else len(expected))
