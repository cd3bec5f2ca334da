"""Hội nghị: the list, a conference, its decisions, its minutes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.models import Unit
from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.clusters.words import share_words
from giaouoc.files.storage import file_response
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import moment, short_date
from giaouoc.lib.errors import Invalid, NotFound
from giaouoc.lib.verdict import require

from . import access
from .actions import attendance as presence
from .actions import deciding, planning
from .actions import minutes as minutes_acts
from .counting import count_of, result_words
from .forms import (
    AbsenceForm,
    DecisionForm,
    ItemForm,
    MeetingForm,
    MinutesForm,
    NoteForm,
    ReasonForm,
    RepresentationForm,
    VoteForm,
)
from .models import AgendaItem, Meeting, MeetingDecision
from .queries import attendance_of, open_decision_of, quorum_of, tabled_documents
from .states import Choice, DecisionState, MeetingState
from .todos import convene_by

METHODS = ["GET", "HEAD", "POST"]


def _meeting(request: Any, slug: str) -> Meeting:
    return access.get_meeting_for(request.mandate, request.year, slug)


def _item(meeting: Meeting, number: int) -> AgendaItem:
    item = meeting.agenda.select_related("document", "version").filter(pk=number).first()
    if item is None:
        raise NotFound(_("Không có mục này trong chương trình."))
    item.meeting = meeting
    return item


def _unit(request: Any, code: str) -> Unit:
    return next((m.unit for m in members_of(request.year, request.now) if m.unit.code == code), None) or _gone()


def _gone() -> Any:
    raise Http404


def _done(request: Any, form: Any, act: Any, sentence: str) -> bool:
    """Run an act with a bound, valid form; a refusal of what was typed comes back beside it."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        act(form.cleaned_data)
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    messages.success(request, sentence)
    return True


def _form(request: Any, form: Any, meeting: Meeting | None, **context: Any) -> HttpResponse:
    context.setdefault("cancel_url", meeting.get_absolute_url() if meeting else "../")
    return render(
        request,
        "meetings/form.html",
        {"form": form, "meeting": meeting, **context},
        status=422 if form.is_bound else 200,
    )


@member_page
@require_safe
def meetings(request: Any) -> HttpResponse:
    """All conferences of the year."""
    found = list(Meeting.objects.filter(year=request.year))
    for one in found:
        one.year = request.year
    context = {"meetings": found, "may_plan": access.can_plan(request.mandate, request.year, request.now)}
    return render(request, "meetings/list.html", context)


@member_page
@require_http_methods(METHODS)
def new(request: Any) -> HttpResponse:
    """Plan a conference."""
    require(access.can_plan(request.mandate, request.year, request.now))
    form = MeetingForm(request.POST if request.method == "POST" else None, initial={"guests": request.year.cluster.supervising_body.name})
    made: list[Meeting] = []

    def act(data: dict[str, Any]) -> None:
        made.append(planning.plan_meeting(request.year, by=request.mandate, now=request.now, **data))

    if _done(request, form, act, _("Đã ghi hội nghị dự kiến. Tiếp theo: chương trình.")):
        return redirect(made[0])
    return _form(request, form, None, title=_("Dự kiến hội nghị"), button=_("Ghi hội nghị"))


@member_page
@require_http_methods(METHODS)
def change(request: Any, slug: str) -> HttpResponse:
    """Correct the facts of a conference."""
    meeting = _meeting(request, slug)
    require(access.can_prepare(request.mandate, meeting, request.now))
    form = MeetingForm(request.POST if request.method == "POST" else None, instance=meeting)

    def act(data: dict[str, Any]) -> None:
        planning.change_meeting(meeting, by=request.mandate, now=request.now, **data)

    if _done(request, form, act, _("Đã lưu thông tin hội nghị.")):
        return redirect(meeting)
    return _form(request, form, _meeting(request, slug), title=_("Sửa thông tin hội nghị"), button=_("Lưu thông tin"))


def _next_step(request: Any, meeting: Meeting, quorum: Any) -> dict[str, Any]:
    """The gate line: what blocks, and the one red act for this person now."""
    by, now = request.mandate, request.now
    url = meeting.url
    if meeting.state == MeetingState.PLANNED:
        due = convene_by(meeting, rules_of(meeting.year)["convene.min_days"])
        words = _("Giấy mời phải gửi trước ngày %(day)s.") % {"day": short_date(due)}
        if local_date(now) > due:
            words = _("Đã quá hạn gửi giấy mời (ngày %(day)s); gửi ngay và ghi rõ là gửi muộn.") % {
                "day": short_date(due)
            }
        if access.can_convene(by, meeting, now):
            return {"words": words, "act": {"label": _("Gửi giấy mời"), "url": url("giay-moi"), "red": True}}
        return {"words": words}
    if meeting.state in access.EARLY or meeting.state == MeetingState.CONVENED:
        words = _("Có mặt %(present)s/%(roll)s đơn vị; khai mạc khi đủ %(needed)s.")
        words = words % {"present": quorum.present, "roll": quorum.roll, "needed": quorum.needed}
        if access.can_open(by, meeting, now):
            label = _("Khai mạc hội nghị")
            why = "" if quorum.met else _("Còn thiếu %(missing)s đơn vị có mặt.") % {"missing": quorum.missing}
            return {
                "words": words,
                "act": {"label": label, "url": url("khai-mac"), "red": True, "post": True, "why": why},
            }
        return {"words": words}
    if meeting.state == MeetingState.OPEN:
        decision = open_decision_of(meeting)
        if decision is not None:
            act = {"label": _("Đến lần biểu quyết"), "url": url("bieu-quyet", decision.pk), "red": True}
            return {"words": _("Đang có một lần biểu quyết."), "act": act}
        words = _("Đang họp. Túc số: có mặt %(present)s/%(roll)s, cần %(needed)s.")
        words = words % {"present": quorum.present, "roll": quorum.roll, "needed": quorum.needed}
        if access.can_close(by, meeting, now):
            return {"words": words, "act": {"label": _("Bế mạc hội nghị"), "url": url("be-mac")}}
        return {"words": words}
    if meeting.state == MeetingState.CLOSED:
        words = _("Biên bản chờ người chủ trì phê duyệt.") if meeting.minutes_id else _("Chưa lập biên bản.")
        return {"words": words, "act": {"label": _("Biên bản hội nghị"), "url": url("bien-ban"), "red": True}}
    return {"words": _("Biên bản đã được phê duyệt."), "act": {"label": _("Xem biên bản"), "url": url("bien-ban")}}


@member_page
@require_safe
def meeting(request: Any, slug: str) -> HttpResponse:
    """A conference: facts, who is there, agenda with texts and their hashes, what comes next."""
    found, by, now = _meeting(request, slug), request.mandate, request.now
    quorum = quorum_of(found, now)
    items = list(found.agenda.select_related("document", "version").prefetch_related("notes__unit", "decisions"))
    for item in items:
        item.meeting = found
        if item.document is not None:
            item.document.year = found.year
    pairs = [
        {"member": member, "row": row, "may": access.can_represent(by, found, member.unit, now)}
        for member, row in attendance_of(found, now)
    ]
    context = {
        "meeting": found,
        "items": items,
        "pairs": pairs,
        "quorum": quorum,
        "quorum_words": share_words(quorum.rule.share, quorum.roll),
        "next": _next_step(request, found, quorum),
        "may_prepare": access.can_prepare(by, found, now),
        "may_note": access.can_note(by, found, now),
        "may_decide": access.can_chair(by, found, now) and found.state == MeetingState.OPEN,
        "history": history_of(found, *[decision for item in items for decision in item.decisions.all()])[:60],
        "guests": [line for line in found.guests.splitlines() if line.strip()],
    }
    return render(request, "meetings/meeting.html", context)


@member_page
@require_http_methods(METHODS)
def convene(request: Any, slug: str) -> HttpResponse:
    """Send the invitation."""
    found = _meeting(request, slug)
    require(access.can_convene(request.mandate, found, request.now))
    members = members_of(request.year, request.now)
    if request.method == "POST":
        planning.convene_meeting(found, by=request.mandate, now=request.now)
        messages.success(request, _("Đã gửi giấy mời."))
        return redirect(found)
    rule = rules_of(request.year)["convene.min_days"]
    will = [
        _("Gửi giấy mời tới %(count)s đơn vị: %(units)s.")
        % {"count": len(members), "units": ", ".join(m.unit.short_name for m in members)},
        _("Hội nghị họp lúc %(when)s tại %(venue)s.") % {"when": moment(found.starts_at), "venue": found.venue or "…"},
    ]
    due = convene_by(found, rule)
    if local_date(request.now) > due:
        late = _("Gửi muộn: hạn là ngày %(day)s (%(basis)s).")
        will.append(late % {"day": short_date(due), "basis": rule.basis or _("quy định của năm")})
    context = {
        "title": _("Gửi giấy mời"),
        "will": will,
        "back": _("Không thu lại được; khi đổi ngày, địa điểm, hãy sửa thông tin và báo các đơn vị."),
        "button": _("Gửi giấy mời"),
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "ui/confirm.html", context)


@member_page
@require_http_methods(METHODS)
def representation(request: Any, slug: str, unit: str) -> HttpResponse:
    """Who speaks for a unit."""
    found, of = _meeting(request, slug), _unit(request, unit)
    require(access.can_represent(request.mandate, found, of, request.now))
    row = found.attendance.filter(unit=of).first()
    initial = {
        "representative": (row and row.representative) or of.leader_post,
        "delegation": row.delegation if row else "",
    }
    form = RepresentationForm(request.POST if request.method == "POST" else None, initial=initial)

    def act(data: dict[str, Any]) -> None:
        presence.confirm_representation(found, of, by=request.mandate, now=request.now, **data)

    if _done(request, form, act, _("Đã ghi người đại diện.")):
        return redirect(found)
    title = _("Đại diện của %(unit)s") % {"unit": of.short_name}
    return _form(request, form, found, title=title, button=_("Ghi người đại diện"))


@member_page
@require_POST
def present(request: Any, slug: str, unit: str) -> HttpResponse:
    """Mark a unit as there, or (``viec=roi``) as gone."""
    found, of = _meeting(request, slug), _unit(request, unit)
    if request.POST.get("viec") == "roi":
        presence.mark_left(found, of, by=request.mandate, now=request.now)
        messages.success(request, _("Đã ghi %(unit)s rời hội nghị.") % {"unit": of.short_name})
    else:
        presence.mark_present(found, of, by=request.mandate, now=request.now)
        messages.success(request, _("%(unit)s có mặt.") % {"unit": of.short_name})
    return redirect(found)


@member_page
@require_http_methods(METHODS)
def absent(request: Any, slug: str, unit: str) -> HttpResponse:
    """Mark a unit as absent with its reason."""
    found, of = _meeting(request, slug), _unit(request, unit)
    require(access.can_mark_presence(request.mandate, found, request.now))
    form = AbsenceForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        presence.mark_absent(found, of, by=request.mandate, now=request.now, **data)

    if _done(request, form, act, _("Đã ghi vắng mặt.")):
        return redirect(found)
    title = _("%(unit)s vắng mặt") % {"unit": of.short_name}
    return _form(request, form, found, title=title, button=_("Ghi vắng mặt"))


@member_page
@require_http_methods(METHODS)
def new_item(request: Any, slug: str) -> HttpResponse:
    """Add an item to the agenda."""
    found = _meeting(request, slug)
    require(access.can_prepare(request.mandate, found, request.now))
    form = ItemForm(request.POST if request.method == "POST" else None, documents=tabled_documents(request.year))

    def act(data: dict[str, Any]) -> None:
        document = data.get("document")
        if document is not None:
            document.year = request.year
        planning.add_item(found, data["title"], by=request.mandate, now=request.now, document=document)

    if _done(request, form, act, _("Đã thêm vào chương trình.")):
        return redirect(found)
    return _form(request, form, found, title=_("Thêm mục chương trình"), button=_("Thêm mục"))


@member_page
@require_http_methods(METHODS)
def item(request: Any, slug: str, number: int) -> HttpResponse:
    """Change an item, or by POST with ``viec`` move it up, down, or take it off."""
    found = _meeting(request, slug)
    require(access.can_prepare(request.mandate, found, request.now))
    one = _item(found, number)
    what = request.POST.get("viec", "")
    if request.method == "POST" and what in {"len", "xuong", "bo"}:
        if what == "bo":
            planning.remove_item(one, by=request.mandate, now=request.now)
            messages.success(request, _("Đã bỏ mục “%(title)s”.") % {"title": one.title})
        else:
            place = one.position + (-1 if what == "len" else 1)
            planning.move_item(one, place, by=request.mandate, now=request.now)
        return redirect(found)
    initial = {"title": one.title, "document": one.document_id}
    form = ItemForm(request.POST if request.method == "POST" else None, documents=tabled_documents(request.year), initial=initial)

    def act(data: dict[str, Any]) -> None:
        if data["title"] != one.title:
            planning.change_item(one, data["title"], by=request.mandate, now=request.now)
        document = data.get("document")
        if document is not None and document.pk != one.document_id:
            document.year = request.year
            planning.put_document_on_agenda(one, document, by=request.mandate, now=request.now)

    if _done(request, form, act, _("Đã lưu mục chương trình.")):
        return redirect(found)
    return _form(request, form, found, title=_("Sửa mục chương trình"), button=_("Lưu mục"))


@member_page
@require_http_methods(METHODS)
def note(request: Any, slug: str, number: int) -> HttpResponse:
    """Write down what was said at an item."""
    found = _meeting(request, slug)
    require(access.can_note(request.mandate, found, request.now))
    one = _item(found, number)
    units = [member.unit for member in members_of(request.year, request.now)] + [request.year.cluster.supervising_body]
    form = NoteForm(request.POST if request.method == "POST" else None, units=units)

    def act(data: dict[str, Any]) -> None:
        deciding.add_note(one, by=request.mandate, now=request.now, **data)

    if _done(request, form, act, _("Đã ghi ý kiến.")):
        return redirect(found)
    return _form(request, form, found, title=_("Ghi ý kiến"), eyebrow=one.title, button=_("Ghi ý kiến"))


@member_page
@require_POST
def opening(request: Any, slug: str) -> HttpResponse:
    """Open the conference."""
    found = _meeting(request, slug)
    deciding.open_meeting(found, by=request.mandate, now=request.now)
    messages.success(request, _("Hội nghị đã khai mạc."))
    return redirect(found)


@member_page
@require_http_methods(METHODS)
def closing(request: Any, slug: str) -> HttpResponse:
    """Close the conference."""
    found = _meeting(request, slug)
    require(access.can_close(request.mandate, found, request.now))
    if request.method == "POST":
        deciding.close_meeting(found, by=request.mandate, now=request.now)
        messages.success(request, _("Hội nghị đã bế mạc. Tiếp theo: lập biên bản."))
        return redirect(found)
    undecided = found.agenda.filter(document__state="tabled").select_related("document")
    will = [_("Sau khi bế mạc, chương trình, điểm danh và biểu quyết không đổi được nữa.")]
    will += [_("%(title)s chưa được quyết định.") % {"title": one.document.title} for one in undecided if one.document]
    context = {
        "title": _("Bế mạc hội nghị"),
        "will": will,
        "button": _("Bế mạc hội nghị"),
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "ui/confirm.html", context)


@member_page
@require_http_methods(METHODS)
def put_to_decision(request: Any, slug: str, number: int) -> HttpResponse:
    """Put a tabled text to the decision."""
    found = _meeting(request, slug)
    one = _item(found, number)
    require(access.can_open_decision(request.mandate, one, request.now))
    form = DecisionForm(request.POST if request.method == "POST" else None)
    made: list[MeetingDecision] = []

    def act(data: dict[str, Any]) -> None:
        made.append(deciding.open_decision(one, by=request.mandate, now=request.now, **data))

    if _done(request, form, act, _("Đã mở biểu quyết.")):
        return redirect(found.url("bieu-quyet", made[0].pk))
    quorum = quorum_of(found, request.now)
    rule = rules_of(request.year)["adopt.text"]
    will = [
        _("Quyết định về đúng bản đã trình: %(title)s, %(version)s, mã %(hash)s.")
        % {
            "title": one.document.title if one.document else "",
            "version": one.version.label,
            "hash": one.version.content_hash[:8].upper(),
        }
        if one.version
        else "",
        _("Có mặt %(present)s/%(roll)s đơn vị; thông qua khi đạt %(rule)s.")
        % {"present": quorum.present, "roll": quorum.roll, "rule": share_words(rule.share, quorum.present)},
    ]
    return _form(
        request, form, found, title=_("Đưa ra quyết định"), button=_("Mở biểu quyết"), will=will, eyebrow=one.title
    )


def _decision(request: Any, slug: str, number: int) -> MeetingDecision:
    return access.get_decision_for(request.mandate, _meeting(request, slug), number)


@member_page
@require_safe
def decision(request: Any, slug: str, number: int) -> HttpResponse:
    """A decision: the text with its hash, who voted what, what it comes to."""
    found = _decision(request, slug, number)
    return _decision_page(request, found, VoteForm())


def _decision_page(request: Any, found: MeetingDecision, form: VoteForm, status: int = 200) -> HttpResponse:
    by, now = request.mandate, request.now
    votes = {vote.unit.code: vote for vote in found.votes.select_related("unit")}
    rows: list[dict[str, Any]] = []
    for member in members_of(request.year, now):
        vote = votes.get(member.unit.code)
        rows.append(
            {
                "unit": member.unit,
                "present": member.unit.code in found.present,
                "vote": vote,
                "choice": str(Choice(vote.choice).label) if vote else "",
                "may": access.can_vote(by, found, member.unit, now),
            }
        )
    result = count_of(found)
    document = found.item.document
    if document is not None:
        document.year = request.year
    context = {
        "decision": found,
        "meeting": found.item.meeting,
        "document": document,
        "rows": rows,
        "own": next((row for row in rows if by.unit_id == row["unit"].pk and row["may"] and by.role == "leader"), None),
        "choices": Choice.choices,
        "form": form,
        "result": result,
        "result_words": result_words(result, found),
        "missing": [row["unit"].short_name for row in rows if row["present"] and not row["vote"]],
        "may_declare": access.can_declare(by, found, now),
        "is_open": found.state == DecisionState.OPEN,
        "history": history_of(found)[:40],
    }
    return render(request, "meetings/decision.html", context, status=status)


@member_page
@require_POST
def vote(request: Any, slug: str, number: int, unit: str) -> HttpResponse:
    """A unit's vote, by its leader or as seen in the room."""
    found, of = _decision(request, slug, number), _unit(request, unit)
    form = VoteForm(request.POST)
    if not form.is_valid():
        return _decision_page(request, found, form, status=422)
    deciding.cast_vote(found, of, by=request.mandate, now=request.now, **form.cleaned_data)
    messages.success(request, _("Đã ghi biểu quyết của %(unit)s.") % {"unit": of.short_name})
    return redirect(found.item.meeting.url("bieu-quyet", found.pk))


@member_page
@require_POST
def declaration(request: Any, slug: str, number: int) -> HttpResponse:
    """Declare the result."""
    found = _decision(request, slug, number)
    try:
        result = deciding.declare_decision(found, by=request.mandate, now=request.now)
    except Invalid as error:
        messages.warning(request, str(error))
        return redirect(found.item.meeting.url("bieu-quyet", found.pk))
    messages.success(request, _("Đã công bố: %(words)s.") % {"words": result_words(result, found)})
    return redirect(found.item.meeting.url("bieu-quyet", found.pk))


@member_page
@require_http_methods(METHODS)
def voiding(request: Any, slug: str, number: int) -> HttpResponse:
    """Give a decision up."""
    found = _decision(request, slug, number)
    require(access.can_declare(request.mandate, found, request.now))
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        deciding.void_decision(found, by=request.mandate, now=request.now, **data)

    if _done(request, form, act, _("Đã hủy lần biểu quyết; lý do ghi vào biên bản.")):
        return redirect(found.item.meeting)
    will = [_("Các phiếu đã ghi không được tính; có thể mở lần biểu quyết mới."), _("Lý do được in trong biên bản.")]
    return _form(
        request, form, found.item.meeting, title=_("Hủy lần biểu quyết"), button=_("Hủy lần biểu quyết"), will=will
    )


@member_page
@require_http_methods(METHODS)
def minutes(request: Any, slug: str) -> HttpResponse:
    """The minutes: prose by the secretary, facts from what happened; approved by the chair."""
    found = _meeting(request, slug)
    by, now = request.mandate, request.now
    form = MinutesForm(request.POST if request.method == "POST" else None, initial={"conclusion": found.conclusion})
    if request.method == "POST":
        require(access.can_write_minutes(by, found, now))

    def act(data: dict[str, Any]) -> None:
        minutes_acts.write_minutes(found, by=by, now=now, **data)

    if _done(request, form, act, _("Đã lập biên bản. Người chủ trì đọc và phê duyệt.")):
        return redirect(found.url("bien-ban"))
    context = {
        "meeting": found,
        "form": form,
        "may_write": access.can_write_minutes(by, found, now),
        "may_approve": access.can_approve_minutes(by, found, now),
        "history": history_of(found)[:30],
    }
    return render(request, "meetings/minutes.html", context, status=422 if form.is_bound else 200)


@member_page
@require_POST
def approval(request: Any, slug: str) -> HttpResponse:
    """Approve the minutes."""
    found = _meeting(request, slug)
    minutes_acts.approve_minutes(found, by=request.mandate, now=request.now)
    messages.success(request, _("Đã phê duyệt biên bản."))
    return redirect(found.url("bien-ban"))


@member_page
@require_safe
def minutes_pdf(request: Any, slug: str) -> HttpResponse:
    """The minutes as PDF."""
    found = _meeting(request, slug)
    if found.minutes is None:
        raise NotFound(_("Chưa có biên bản."))
    return file_response(found.minutes, inline=True)
