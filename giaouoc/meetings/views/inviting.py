"""The invitation: sent, printed, for one's own calendar; the conference called off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.documents.paper.invitation import render_invitation
from giaouoc.files.storage import CALENDAR, bytes_response
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import Invalid
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import ReasonForm, submitted
from giaouoc.ui.templatetags.ui_tags import vn_datetime as moment

from .. import access
from ..actions import inviting
from ..invitation import calendar_of, paper_of_invitation
from ..queries import convene_by
from ..states import MeetingState
from .common import METHODS, form_page, meeting_of


@member_page
@require_http_methods(METHODS)
def convene(request: Any, slug: str) -> HttpResponse:
    """Send the invitation."""
    found = meeting_of(request, slug)
    require(access.can_convene(request.mandate, found, request.now))
    members = members_of(request.year, request.now)
    if request.method == "POST":
        try:
            inviting.convene_meeting(found, by=request.mandate, now=request.now)
        except Invalid as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("Đã gửi giấy mời."))
        return redirect(found)
    rule = rules_of(request.year)["convene.min_days"]
    will = [
        _("Gửi giấy mời tới %(count)s đơn vị: %(units)s; và cơ quan chỉ đạo.")
        % {"count": len(members), "units": ", ".join(m.unit.short_name for m in members)},
        _("Hội nghị họp lúc %(when)s tại %(venue)s.")
        % {"when": moment(found.starts_at), "venue": found.place_words or "…"},
    ]
    due = convene_by(found, rule)
    if local_date(request.now) > due:
        late = _("Gửi muộn: hạn là ngày %(day)s (%(basis)s).")
        will.append(late % {"day": short_date(due), "basis": rule.basis or _("quy định của năm")})
    context = {
        "title": _("Gửi giấy mời"),
        "will": will,
        "back": _("Không thu lại được; khi sửa thời gian, địa điểm, các đơn vị được báo ngay, lịch của họ đổi theo."),
        "button": _("Gửi giấy mời"),
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "ui/confirm.html", context)


@member_page
@require_safe
def invitation_pdf(request: Any, slug: str) -> HttpResponse:
    """The invitation to print."""
    found = meeting_of(request, slug)
    data = render_invitation(paper_of_invitation(found, request.now))
    return bytes_response(data, f"giay-moi-{found.slug}.pdf", "application/pdf")


@member_page
@require_safe
def invitation_calendar(request: Any, slug: str) -> HttpResponse:
    """The conference for one's own calendar."""
    found = meeting_of(request, slug)
    method = "CANCEL" if found.state == MeetingState.CANCELLED else "REQUEST"
    data = calendar_of(found, request.user.email, request.now, method=method)
    return bytes_response(data, f"hoi-nghi-{found.slug}.ics", CALENDAR)


@member_page
@require_http_methods(METHODS)
def cancel(request: Any, slug: str) -> HttpResponse:
    """Call the conference off."""
    found = meeting_of(request, slug)
    require(access.can_cancel(request.mandate, found, request.now))
    form = ReasonForm(request.POST if request.method == "POST" else None, label=_("Lý do không họp"))

    def act(data: dict[str, Any]) -> None:
        inviting.cancel_meeting(found, data["reason"], by=request.mandate, now=request.now)

    if submitted(request, form, act, _("Đã báo không họp.")):
        return redirect(found)
    will = [_("Hội nghị không họp; chương trình còn để xem, muốn họp thì dự kiến hội nghị khác.")]
    if found.state == MeetingState.CONVENED:
        will.append(_("Những người đã được mời nhận thư ngay, lịch của họ bỏ cuộc họp này."))
    return form_page(request, form, found, title=_("Không họp"), button=_("Báo không họp"), will=will)
