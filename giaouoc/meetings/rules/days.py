"""Working days before a conference. Source of the count: the cluster's regulation, rule 'convene.min_days'."""

from __future__ import annotations

from datetime import date, timedelta


def working_days_before(day: date, count: int) -> date:
    """The last day that leaves ``count`` working days (Monday to Friday) before ``day``; public holidays are not known here."""
    while count > 0:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day
