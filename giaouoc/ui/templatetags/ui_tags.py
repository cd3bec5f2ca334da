"""Dates, numbers and words as Vietnamese papers write them, and the components that need more than a template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import segno
from django import template
from django.template.defaultfilters import stringfilter
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giaouoc.lib import dates
from giaouoc.lib.clock import local
from giaouoc.ui import clauses
from giaouoc.ui import timeline as line
from giaouoc.ui.lists import SORT
from giaouoc.ui.say import UNDO

register = template.Library()
DATE = re.compile(r"\b\d{2}-\d{1,2}(?:-\d{4})?\b(?![-\d])")


@register.filter
def vn_date(value: Any) -> str:
    """'06-3-2026' of a date, an aware datetime (its Vietnamese day) or an ISO text; nothing of nothing."""
    day = line.as_day(value)
    return dates.short_date(day) if day else ""


@register.filter
def vn_day(value: Any) -> str:
    """'06-3'."""
    day = line.as_day(value)
    return dates.day_month(day) if day else ""


@register.filter
def vn_time(value: Any) -> str:
    """'14:30', in Vietnamese time."""
    return dates.clock_time(value) if isinstance(value, datetime) else ""


@register.filter
def vn_datetime(value: Any) -> str:
    """'14:30 ngày 06-3-2026', in Vietnamese time; a date has no hour and says only its day."""
    if isinstance(value, datetime):
        return _("%(time)s ngày %(date)s") % {"time": dates.clock_time(value), "date": vn_date(value)}
    return vn_date(value)


@register.filter
def vn_weekday(value: Any) -> str:
    """'Thứ ba'."""
    day = line.as_day(value)
    names = (_("Thứ hai"), _("Thứ ba"), _("Thứ tư"), _("Thứ năm"), _("Thứ sáu"), _("Thứ bảy"), _("Chủ nhật"))
    return names[day.weekday()] if day else ""


@register.filter
def iso(value: Any) -> str:
    """For the ``datetime`` attribute: '2026-03-06', or with hour and +07:00."""
    if isinstance(value, datetime):
        return local(value).isoformat(timespec="minutes")
    day = line.as_day(value)
    return day.isoformat() if day else ""


@register.filter
@stringfilter
def hash8(value: str) -> str:
    """'4F19 A2C7': the first eight characters in two groups, with a no-break space."""
    text = value[:8].upper()
    return f"{text[:4]}\u00a0{text[4:]}" if len(text) > 4 else text


@register.filter
def days_left(due: Any, now: Any) -> str:
    """'còn 4 ngày', 'hôm nay', 'quá hạn 2 ngày'. due: a date or an aware datetime; now: likewise, given by the page."""
    day, today = line.as_day(due), line.as_day(now)
    if day is None or today is None:
        return ""
    left = (day - today).days
    if left > 0:
        return ngettext("còn %(count)s ngày", "còn %(count)s ngày", left) % {"count": left}
    if left < 0:
        return ngettext("quá hạn %(count)s ngày", "quá hạn %(count)s ngày", -left) % {"count": -left}
    if isinstance(due, datetime) and isinstance(now, datetime) and due <= now:
        return _("đã hết hạn lúc %(time)s hôm nay") % {"time": vn_time(due)}
    return _("hôm nay")


@register.filter
def is_past(due: Any, now: Any) -> bool:
    """Whether a date (its whole day) or a moment lies before now."""
    if isinstance(due, datetime) and isinstance(now, datetime):
        return due < now
    day, today = line.as_day(due), line.as_day(now)
    return day is not None and today is not None and day < today


@register.filter(is_safe=True)
@stringfilter
def nbsp_refs(value: str) -> str:
    """'Điều 5' and 'khoản 2' stay on one line."""
    return clauses.hold_references(value)


@register.filter(needs_autoescape=True)
def prose(value: Any, autoescape: bool = True) -> SafeString:
    """A sentence of running text as HTML: references and dates ('ngày 06-3-2026') stay on one line."""
    text = (
        str(value) if isinstance(value, SafeString) or not autoescape else str(escape("" if value is None else value))
    )
    return mark_safe(DATE.sub(r'<span class="nowrap">\g<0></span>', clauses.hold_references(text)))  # escaped above


@register.filter
def anchor(path: Any) -> str:
    """The id that the clause view gives to a clause."""
    return clauses.anchor(path)


@register.simple_tag
def worddiff(old: Any, new: Any, side: str = "") -> SafeString:
    """The new text with what went struck and what came underlined, by word; ``side``: see ``clauses.diff_html``."""
    return clauses.diff_html(str(old or ""), str(new or ""), side)


@register.simple_tag
def fingerprint(value: Any, whole: bool = False) -> SafeString:
    """The short form of a hash with the whole one on demand; ``whole`` shows all of it."""
    text = str(value or "")
    if whole:
        return format_html('<span class="hash hash--whole">{}</span>', text)
    return format_html('<span class="hash" title="{}">{}</span>', text, hash8(text)) if text else mark_safe("")


@register.simple_tag
def state(word: Any, label: Any) -> SafeString:
    """A state: the database's word gives the look, the label is what one reads."""
    return format_html('<span class="state" data-state="{}">{}</span>', word, label)


@register.simple_tag
def note(remark: Mapping[str, Any]) -> SafeString:
    """One remark; keys: see ``giaouoc.ui.clauses.note_html``."""
    return clauses.note_html(remark)


@register.simple_tag
def clause_view(rows: Sequence[Mapping[str, Any]], level: int = 2) -> SafeString:
    """A text as a document with remarks in its margin; rows: see ``giaouoc.ui.clauses.clauses_html``."""
    return clauses.clauses_html(rows, level=level)


@register.simple_tag
def qr(data: str, label: str) -> SafeString:
    """A QR code as an image. ``label``: what it leads to, for those who do not see it."""
    image = segno.make(str(data), error="m", micro=False).svg_data_uri(border=2, dark="#000", light="#fff", scale=4)
    return format_html('<img class="qr" src="{}" alt="{}" width="144" height="144">', image, label)


@register.inclusion_tag("ui/timeline.html")
def timeline(
    items: Iterable[Mapping[str, Any]], start: Any, today: Any = None, months: int = 12, label: str = ""
) -> dict[str, Any]:
    """The year: ``items`` see ``giaouoc.ui.timeline.lay_out``; ``start``: a day of the first month."""
    drawn = line.lay_out(items, start=start, months=months, today=today)
    return {"line": drawn, "count": len(drawn.months), "label": label}


@register.simple_tag(takes_context=True)
def sort_th(context: Any, key: str, label: Any, number: bool = False) -> SafeString:
    """A sortable column's head: a link that sorts by it, or turns the order round. Needs ``request``; see ``ui.lists``."""
    request = context["request"]
    now = context.get("sort") or request.GET.get(SORT, "")
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    query = request.GET.copy()
    query[SORT] = f"-{key}" if order == "ascending" else key
    query.pop("trang", None)
    css = mark_safe(' class="num"') if number else ""
    return format_html(
        '<th scope="col" aria-sort="{}"{}><a href="?{}">{}</a></th>', order, css, query.urlencode(), label
    )


@register.filter
def undo_url(message: Any) -> str:
    """The address that takes back what a message tells, or nothing."""
    tags = str(getattr(message, "extra_tags", "") or "")
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


ICONS = {
    "account": '<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7"/>',
    "check": '<path d="M4 12l5 6L20 6"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l4 2"/>',
    "close": '<path d="M5 5l14 14M19 5L5 19"/>',
    "download": '<path d="M12 3v12M7 11l5 5 5-5M4 21h16"/>',
    "file": '<path d="M6 3h8l4 4v14H6zM14 3v4h4"/>',
    "link": '<path d="M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1"/>',
    "lock": '<path d="M6 11h12v10H6zM8 11V8a4 4 0 0 1 8 0v3"/>',
    "next": '<path d="M5 12h14M13 6l6 6-6 6"/>',
    "pen": '<path d="M4 20l1-5L16 4l4 4L9 19zM14 6l4 4"/>',
    "plus": '<path d="M12 4v16M4 12h16"/>',
    "previous": '<path d="M19 12H5M11 6l-6 6 6 6"/>',
    "print": '<path d="M7 8V3h10v5M7 17H4V9h16v8h-3M7 14h10v7H7z"/>',
    "question": '<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.6v.4"/>',
    "search": '<circle cx="11" cy="11" r="7"/><path d="M16 16l5 5"/>',
    "warning": '<path d="M12 3L2 21h20zM12 10v5M12 17.6v.4"/>',
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line drawing beside a word; it says nothing that the word does not say."""
    shape = ICONS[name]
    return mark_safe(  # from the table above
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"'
        f' stroke-linejoin="round" aria-hidden="true" focusable="false">{shape}</svg>'
    )
