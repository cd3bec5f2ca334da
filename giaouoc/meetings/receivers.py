"""What becomes of a conference when the signing of its minutes ends; signing does not know what minutes are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from giaouoc.audit.trail import SYSTEM, move
from giaouoc.ballots.models import Ballot
from giaouoc.ballots.signals import given_up
from giaouoc.documents.models import Document
from giaouoc.documents.signals import being_decided
from giaouoc.signing.models import SigningRound
from giaouoc.signing.signals import round_cancelled, round_completed, round_expired, round_refused, round_sealed

from .models import AgendaItem, ItemBallot, Meeting
from .queries import under_vote
from .states import MEETING_MOVES, DecisionState


def _move(round_: SigningRound, verb: str, now: datetime, **about: Any) -> None:
    """Move the conference whose minutes this round signs, if it is one."""
    if meeting := Meeting.objects.select_related("year__cluster").filter(signing_round=round_).first():
        move(meeting, verb, MEETING_MOVES, by=SYSTEM, now=now, act=f"meetings.{verb}_minutes", **about)


@receiver(round_completed)
def complete_minutes(sender: Any, *, round: SigningRound, now: datetime, **kwargs: Any) -> None:
    """The chair has signed."""
    _move(round, "complete", now)


@receiver(round_sealed)
def archive_minutes(sender: Any, *, round: SigningRound, now: datetime, **kwargs: Any) -> None:
    """The file is sealed: it is the minutes."""
    _move(round, "archive", now)


@receiver([round_refused, round_cancelled, round_expired])
def reopen_minutes(sender: Any, *, round: SigningRound, now: datetime, **kwargs: Any) -> None:
    """Not signed by both: the secretary writes them anew, the chair approves them anew."""
    _move(round, "reopen", now, reason=round.reason)


@receiver(being_decided)
def say_what_is_under_vote(sender: Any, *, document: Document, **kwargs: Any) -> str:
    """A text that the room votes on is not taken away meanwhile."""
    if any(under_vote(item) for item in AgendaItem.objects.filter(document=document)):
        return _("Hội nghị đang biểu quyết văn bản này; chờ công bố hoặc hủy lần biểu quyết trước.")
    return ""


@receiver(given_up)
def say_which_ballot_is_void(sender: Any, *, ballot: Ballot, **kwargs: Any) -> bool:
    """What the room gave up after the count, as when a missing paper would change it."""
    return ItemBallot.objects.filter(ballot=ballot, state=DecisionState.VOID).exists()
