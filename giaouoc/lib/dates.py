"""Dates and times as Vietnamese papers write them. Zero stands before days 1-9 and months 1 and 2 only (domain notes, B §1)."""

from __future__ import annotations

from datetime import date, datetime

from .clock import local


def _month(month: int) -> str:
    return f"0{month}" if month <= 2 else str(month)


def day_month(day: date) -> str:
    """'06-3'."""
    return f"{day.day:02d}-{_month(day.month)}"


def short_date(day: date) -> str:
    """'06-3-2026'."""
    return f"{day_month(day)}-{day.year}"


def slash_date(day: date) -> str:
    """'06/3/2026', as cited inside documents."""
    return f"{day.day:02d}/{_month(day.month)}/{day.year}"


def long_date(day: date) -> str:
    """'ngày 06 tháng 3 năm 2026'."""
    return f"ngày {day.day:02d} tháng {_month(day.month)} năm {day.year}"


def clock_time(moment: datetime) -> str:
    """'14:30' in Vietnamese time."""
    return f"{local(moment):%H:%M}"


def clock_seconds(moment: datetime) -> str:
    """'14:30:05' in Vietnamese time."""
    return f"{local(moment):%H:%M:%S}"


def moment(at: datetime) -> str:
    """'14:30 ngày 06-3-2026' in Vietnamese time."""
    return f"{clock_time(at)} ngày {short_date(local(at).date())}"
