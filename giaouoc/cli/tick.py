"""What the clock does by itself: called every quarter of a minute by the worker; may run twice."""

from __future__ import annotations

from datetime import datetime

from giaouoc.documents.actions.rounds import close_due_rounds
from giaouoc.signing.actions.seal import seal_due_rounds


def tick(now: datetime) -> None:
    """Close what is due; seal what a failure left unsealed."""
    close_due_rounds(now=now)
    seal_due_rounds(now=now)
