"""Refusals. One family, each a sentence for the person, rendered by one middleware in ``ui``; anything else rises.

DomainError
├── NotAllowed   403  this person may not do it
├── NotFound     404  it is not there, or this person may not know of it
├── WrongState   409  not now: the object's state does not allow it
└── Invalid      422  what was given cannot be accepted
"""

from __future__ import annotations

from .sentence import shown


class DomainError(Exception):
    """A refusal. ``sentence``: what happened and why, in Vietnamese; ``advice``: what can be done now, or empty."""

    status = 400

    def __init__(self, sentence: object, advice: object = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.advice = advice

    def __str__(self) -> str:
        return shown(self.sentence)


class NotAllowed(DomainError):
    """The person's mandate does not give this right."""

    status = 403


class NotFound(DomainError):
    """It does not exist for this person."""

    status = 404


class WrongState(DomainError):
    """The object's state does not allow the act."""

    status = 409


class Invalid(DomainError):
    """What was given cannot be accepted. ``field`` names the form's field when it is one field's fault."""

    status = 422

    def __init__(self, sentence: object, advice: object = "", field: str | None = None) -> None:
        super().__init__(sentence, advice)
        self.field = field
