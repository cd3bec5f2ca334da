"""Permission with its reason: a verdict is truthy, or carries the sentence shown beside the disabled button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .errors import NotAllowed, WrongState


@dataclass(frozen=True)
class Verdict:
    """``allowed`` or not; ``reason``: the sentence for the person; ``later``: the state, not the person, stands in the way."""

    allowed: bool
    reason: object = ""
    later: bool = False

    def __bool__(self) -> bool:
        return self.allowed


YES: Final = Verdict(True)


def no(reason: object) -> Verdict:
    """This person may not."""
    return Verdict(False, reason)


def not_now(reason: object) -> Verdict:
    """This person might, but the state of things does not allow it now."""
    return Verdict(False, reason, later=True)


def require(verdict: Verdict) -> None:
    """Raise NotAllowed (the person) or WrongState (the state) when the verdict is no."""
    if not verdict:
        raise (WrongState if verdict.later else NotAllowed)(verdict.reason)
