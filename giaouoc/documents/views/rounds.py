"""Lấy ý kiến: opening, extending and closing a round."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.files.storage import CALENDAR, bytes_response
from giaouoc.lib.calendar import Entry, calendar_file
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import moment
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import attempted
from giaouoc.ui.say import done

from .. import access
from ..actions import reminders, rounds
from ..forms import ExtensionForm, RoundForm
from ..standing import until
from ..words import too_short
from .common import document_of, page, round_of


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def round_opening(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = document_of(request, slug)
    newest = document.versions.order_by("-ordinal").first()
    if newest is None:
        raise Http404
    newest.document = document
    require(access.can_open_round(by, newest, now))
    rule = rules_of(request.year)["consult.min_days"]
    first = local_date(now) + timedelta(days=int(rule.value) + 1)
    form = RoundForm(request.POST or None, initial={"day": first, "hour": time(17)})
    warning = ""
    if request.method == "POST":
        if form.is_valid() and not form.cleaned_data["xac_nhan"]:
            warning = too_short(now, form.closes_at, rule) if form.closes_at > now else ""
            if warning:
                typed = request.POST.copy()
                typed["xac_nhan"] = "1"
                form = RoundForm(typed)
        if not warning:
            went, round = attempted(form, lambda: rounds.open_round(newest, by=by, now=now, closes_at=form.closes_at))
            if went:
                count = round.submissions.count()
                done(
                    request,
                    ngettext(
                        "Đã mở lấy ý kiến và báo cho %(count)s đơn vị.",
                        "Đã mở lấy ý kiến và báo cho %(count)s đơn vị.",
                        count,
                    )
                    % {"count": count},
                )
                return redirect(document)
    members = [membership.unit.short_name for membership in members_of(request.year, now)]
    will = [
        _("%(version)s được khóa: từ lúc này không ai sửa được một chữ nào.") % {"version": newest.label},
        _("Mời góp ý: %(units)s.") % {"units": ", ".join(members)},
        _("Các đơn vị không thấy ý kiến của nhau cho đến khi hết hạn góp ý."),
    ]
    context = {
        "title": _("Mở lấy ý kiến về %(title)s") % {"title": document.title},
        "will": will,
        "back": _("Không hoàn tác được; có thể gia hạn trước khi hết hạn, hoặc rút văn bản."),
        "button": _("Vẫn mở lấy ý kiến") if warning else _("Mở lấy ý kiến"),
        "warning": warning,
        "cancel_url": document.get_absolute_url(),
    }
    return page(request, "documents/open_round.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def round_extension(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = document_of(request, slug)
    round = round_of(document)
    require(access.can_extend_round(by, round, now))
    later = local_date(round.closes_at) + timedelta(days=3)
    form = ExtensionForm(request.POST or None, initial={"day": later, "hour": time(17)})
    if request.method == "POST":
        went, _made = attempted(
            form,
            lambda: rounds.extend_round(
                round, by=by, now=now, closes_at=form.closes_at, reason=form.cleaned_data["reason"]
            ),
        )
        if went:
            done(request, _("Đã gia hạn đến %(until)s và báo cho các đơn vị.") % {"until": moment(round.closes_at)})
            return redirect(document)
    context = {
        "title": _("Gia hạn góp ý"),
        "eyebrow": document.title,
        "will": [
            _("Hạn đang có: %(until)s.") % {"until": until(round)},
            _("Mọi đơn vị được mời nhận thông báo kèm lý do."),
        ],
        "button": _("Gia hạn góp ý"),
        "cancel_url": document.get_absolute_url(),
    }
    return page(request, "ui/confirm.html", context, form)


@require_POST
@member_page
def round_closing(request: Any, slug: str) -> HttpResponse:
    document = document_of(request, slug)
    rounds.close_round(round_of(document), by=request.mandate, now=request.now)
    done(request, _("Đã khép đợt lấy ý kiến."))
    return redirect(document)


@require_POST
@member_page
def reminder(request: Any, slug: str) -> HttpResponse:
    """Remind the units that have not spoken."""
    document = document_of(request, slug)
    count = reminders.remind_units(round_of(document), by=request.mandate, now=request.now)
    done(request, ngettext("Đã nhắc %(count)s đơn vị.", "Đã nhắc %(count)s đơn vị.", count) % {"count": count})
    return redirect(request.year)


@require_safe
@member_page
def round_calendar(request: Any, slug: str) -> HttpResponse:
    """The term of the open round for one's own calendar, which reminds three days before."""
    document = document_of(request, slug)
    round = round_of(document)
    entry = Entry(
        f"gop-y-{round.pk}",
        _("Hạn góp ý: %(title)s") % {"title": document.title},
        round.closes_at,
        url=request.build_absolute_uri(document.get_absolute_url()),
        warn=(timedelta(days=3), timedelta(hours=4)),
        sequence=(round.closes_at - round.opens_at) // timedelta(minutes=1),  # an extension only makes it longer
    )
    return bytes_response(calendar_file([entry], request.now), f"han-gop-y-{document.slug}.ics", CALENDAR)
