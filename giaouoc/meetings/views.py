"""Hội nghị: the list, a conference, its decisions, its minutes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.models import Unit
from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.clusters.rules.year_rules import Share
from giaouoc.clusters.words import share_words
from giaouoc.directives.access import can_record_directive
from giaouoc.files.storage import file_response
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import Invalid, NotFound
from giaouoc.lib.verdict import Verdict, require
from giaouoc.ui.templatetags.ui_tags import vn_datetime as moment

from . import access
from .actions import attendance as presence
from .actions import deciding, planning
from .actions import minutes as minutes_acts
from .actions import room as projector
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
    choices_of,
)
from .models import AgendaItem, AgendaNote, ItemBallot, Meeting, MeetingDecision
from .queries import (
    Quorum,
    attendance_of,
    convene_by,
    delegates_for,
    left_to_the_meeting,
    quorum_of,
    tabled_documents,
    tabled_version,
)
from .room import mark_of, meeting_of_key, screen_of, seconds_left
from .states import DecisionState, MeetingState, Method, choice_words

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
    guests = {"guests": request.year.cluster.supervising_body.name}
    form = MeetingForm(request.POST if request.method == "POST" else None, initial=guests)
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


def _act(label: str, url: str, may: Verdict, *, post: bool = False, why: str = "") -> list[dict[str, Any]]:
    """The one red act of this person now; nothing for whom it is not; with its reason when not yet."""
    if not may and not may.later:
        return []
    return [{"label": label, "url": url, "red": True, "post": post, "why": why or ("" if may else str(may.reason))}]


def _next_step(
    request: Any, meeting: Meeting, quorum: Quorum, pairs: list[Any], items: list[AgendaItem]
) -> dict[str, Any]:
    """The gate line: what is so, what blocks the next step with names, and the act that is this person's now."""
    by, now, url = request.mandate, request.now, meeting.url
    if meeting.state == MeetingState.PLANNED:
        rule = rules_of(meeting.year)["convene.min_days"]
        due, late = convene_by(meeting, rule), local_date(now) > convene_by(meeting, rule)
        values = {"day": short_date(due), "basis": f" ({rule.basis})" if rule.basis else ""}
        if late:
            words = (
                _("Quá hạn gửi giấy mời: hạn là ngày %(day)s%(basis)s. Vẫn gửi được, nhật ký ghi là gửi muộn.") % values
            )
        else:
            words = _("Giấy mời gửi chậm nhất ngày %(day)s%(basis)s.") % values
        blockers = [] if items else [_("Chương trình chưa có mục nào.")]
        blockers += [] if meeting.venue.strip() else [_("Chưa ghi địa điểm họp.")]
        acts = _act(_("Gửi giấy mời"), url("giay-moi"), access.can_convene(by, meeting, now), why=" ".join(blockers))
        return {"say": words, "blockers": blockers, "acts": acts, "state": "late" if late else ""}
    counts = {"present": quorum.present, "roll": quorum.roll, "needed": quorum.needed}
    absent = [member.unit.short_name for member, row in pairs if row is None or not row.is_present]
    if meeting.state == MeetingState.CONVENED:
        words = _("Có mặt %(present)s/%(roll)s đơn vị; khai mạc khi đủ %(needed)s.") % counts
        blockers, why = [], ""
        if not quorum.met:
            blockers = [_("Chưa điểm danh: %(units)s.") % {"units": ", ".join(absent)}]
            why = _("Còn thiếu %(missing)s đơn vị có mặt.") % {"missing": quorum.missing}
        acts = _act(_("Khai mạc hội nghị"), url("khai-mac"), access.can_open(by, meeting, now), post=True, why=why)
        return {"say": words, "blockers": blockers, "acts": acts, "state": "good" if quorum.met else ""}
    if meeting.state == MeetingState.OPEN:
        decision = _open_one(items)
        if decision is not None:
            act = {"label": _("Đến lần biểu quyết"), "url": url("bieu-quyet", decision.pk), "red": True}
            return {"say": _("Đang có một lần biểu quyết."), "acts": [act], "state": "good"}
        held = _open_ballot(items)
        if held is not None:
            act = {"label": _("Đến lần bỏ phiếu kín"), "url": url("bo-phieu", held.pk), "red": True}
            return {"say": _("Đang có một lần bỏ phiếu kín."), "acts": [act], "state": "good"}
        words = _("Đang họp. Có mặt %(present)s/%(roll)s đơn vị, túc số cần %(needed)s.") % counts
        blockers = []
        if not quorum.met:
            words = _("Không còn đủ túc số: có mặt %(present)s/%(roll)s đơn vị, cần %(needed)s.") % counts
            blockers = [_("Chưa quyết định được việc gì khi vắng: %(units)s.") % {"units": ", ".join(absent)}]
        blockers += [
            _("%(title)s chưa được quyết định.") % {"title": item.document.title}
            for item in items
            if item.document is not None and item.document.state == "tabled"
        ]
        acts = _act(_("Bế mạc hội nghị"), url("be-mac"), access.can_close(by, meeting, now))
        acts = [one | {"red": not blockers} for one in acts]
        return {"say": words, "blockers": blockers, "acts": acts, "state": "" if quorum.met else "late"}
    if meeting.state == MeetingState.CLOSED:
        words = _("Biên bản chờ người chủ trì phê duyệt.") if meeting.minutes_id else _("Chưa lập biên bản.")
        may = (
            access.can_approve_minutes(by, meeting, now)
            if meeting.minutes_id
            else access.can_write_minutes(by, meeting, now)
        )
        act = {"label": _("Biên bản hội nghị"), "url": url("bien-ban"), "red": bool(may)}
        return {"say": words, "acts": [act]}
    return {"say": _("Biên bản đã được phê duyệt."), "acts": [{"label": _("Xem biên bản"), "url": url("bien-ban")}]}


def _open_one(items: list[AgendaItem]) -> MeetingDecision | None:
    return next((one for item in items for one in item.decisions.all() if one.state == DecisionState.OPEN), None)


def _open_ballot(items: list[AgendaItem]) -> ItemBallot | None:
    return next((one for item in items for one in item.ballots.all() if one.state == DecisionState.OPEN), None)


def _why_not_decide(quorum: Quorum, items: list[AgendaItem]) -> str:
    """Why no text can be put to the decision just now, or ''."""
    if _open_one(items) is not None or _open_ballot(items) is not None:
        return _("Đang có một lần biểu quyết chưa công bố.")
    if not quorum.met:
        words = _("Chưa đủ túc số: có mặt %(present)s, cần %(needed)s.")
        return words % {"present": quorum.present, "needed": quorum.needed}
    return ""


@member_page
@require_safe
def meeting(request: Any, slug: str) -> HttpResponse:
    """A conference: facts, who is there, agenda with texts and their hashes, what comes next."""
    found, by, now = _meeting(request, slug), request.mandate, request.now
    attendance = attendance_of(found, now)
    rule = rules_of(found.year)["quorum"]
    quorum = quorum_of(found, now, pairs=attendance, rule=rule)
    items = list(
        found.agenda.select_related("document", "version").prefetch_related(
            "notes__unit", "notes__directive", "decisions", "ballots__ballot", "document__versions"
        )
    )
    left = left_to_the_meeting(item.document_id for item in items if item.document_id is not None)
    rows = []
    for item in items:
        item.meeting = found
        stale = False
        if item.document is not None:
            item.document.year = found.year
            frozen = [one for one in item.document.versions.all() if one.frozen_at is not None]
            stale = item.document.state == "tabled" and bool(frozen) and frozen[-1].pk != item.version_id
        rows.append({"item": item, "left": left.get(item.document_id or 0, []), "stale": stale})
    context = {
        "meeting": found,
        "rows": rows,
        "pairs": [
            {"member": member, "row": row, "may": access.can_represent(by, found, member.unit, now)}
            for member, row in attendance
        ],
        "quorum": quorum,
        "quorum_words": share_words(quorum.rule.share, quorum.roll),
        "next": _next_step(request, found, quorum, attendance, items),
        "may_prepare": access.can_prepare(by, found, now),
        "may_mark": access.can_mark_present(by, found, now),
        "may_note": access.can_note(by, found, now),
        "may_room": access.can_run_room(by, found, now),
        "room_url": request.build_absolute_uri(reverse("room", args=[found.room_key])) if found.room_key else "",
        "timer": seconds_left(found, now),
        "may_follow": can_record_directive(by, found.year, now),
        "may_decide": access.can_chair(by, found, now) and found.state == MeetingState.OPEN,
        "why_not_decide": _why_not_decide(quorum, items),
        "history": history_of(
            found,
            *[decision for item in items for decision in item.decisions.all()],
            *[row for item in items for row in item.ballots.all()],
        )[:60],
        "guests": [line for line in found.guests.splitlines() if line.strip()],
    }
    return render(request, "meetings/meeting.html", context)


@member_page
@require_POST
def room_link(request: Any, slug: str) -> HttpResponse:
    """Make the link of the room's screen."""
    found = _meeting(request, slug)
    projector.open_room(found, by=request.mandate, now=request.now)
    messages.success(request, _("Đã mở màn hình hội nghị. Mở liên kết trên máy chiếu."))
    return redirect(f"{found.get_absolute_url()}#man-hinh")


@member_page
@require_POST
def room_closing(request: Any, slug: str) -> HttpResponse:
    """Void the link of the room's screen."""
    found = _meeting(request, slug)
    projector.close_room(found, by=request.mandate, now=request.now)
    messages.success(request, _("Đã đóng màn hình; liên kết cũ không còn dùng được."))
    return redirect(f"{found.get_absolute_url()}#man-hinh")


@member_page
@require_POST
def room_timer(request: Any, slug: str) -> HttpResponse:
    """Run or stop the timer of the room's screen."""
    found, typed = _meeting(request, slug), request.POST.get("phut", "")
    minutes = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else -1
    try:
        projector.set_timer(found, minutes, by=request.mandate, now=request.now)
    except Invalid as error:
        messages.warning(request, str(error))
    return redirect(f"{found.get_absolute_url()}#man-hinh")


@member_page
@require_POST
def room_item(request: Any, slug: str, number: int) -> HttpResponse:
    """Put an item on the room's screen."""
    one = _item(_meeting(request, slug), number)
    projector.show_item(one, by=request.mandate, now=request.now)
    return redirect(f"{one.meeting.get_absolute_url()}#muc-{one.pk}")


@require_safe
def room(request: Any, key: str) -> HttpResponse:
    """The room's screen, for whoever has its link; asked with ``dau`` it answers only what is new since then (204: nothing)."""
    found = meeting_of_key(key)
    if found is None:
        raise NotFound(_("Liên kết màn hình này không còn dùng được. Hỏi thư ký đơn vị Cụm trưởng."))
    now = request.now
    mark = mark_of(found, now)
    if request.GET.get("dau") == mark:
        return HttpResponse(status=204)
    context = {
        "screen": screen_of(found, now),
        "title": found.title,
        "top": f"{found.title} · {found.year.cluster}",
        "now": now,
        "mark": mark,
        "still": found.state == MeetingState.RECORDED,
        "swapped": bool(request.htmx),
    }
    answer = render(request, "meetings/_room.html" if request.htmx else "meetings/room.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@member_page
@require_http_methods(METHODS)
def convene(request: Any, slug: str) -> HttpResponse:
    """Send the invitation."""
    found = _meeting(request, slug)
    require(access.can_convene(request.mandate, found, request.now))
    members = members_of(request.year, request.now)
    if request.method == "POST":
        try:
            planning.convene_meeting(found, by=request.mandate, now=request.now)
        except Invalid as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("Đã gửi giấy mời."))
        return redirect(found)
    rule = rules_of(request.year)["convene.min_days"]
    will = [
        _("Gửi giấy mời tới %(count)s đơn vị: %(units)s; và cơ quan chỉ đạo.")
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
        "back": _("Không thu lại được; khi sửa thời gian, địa điểm, các đơn vị được báo ngay."),
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
        "delegate": row.delegate_id if row else None,
    }
    rule = rules_of(request.year)["representation"]
    gives = access.can_give_vote(request.mandate, found, of, request.now) and rule.value != "leader"
    form = RepresentationForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        delegates=delegates_for(found, of.pk, request.now) if gives else None,
    )

    def act(data: dict[str, Any]) -> None:
        presence.confirm_representation(found, of, by=request.mandate, now=request.now, **data)

    if _done(request, form, act, _("Đã ghi người đại diện.")):
        return redirect(found)
    title = _("Đại diện của %(unit)s") % {"unit": of.short_name}
    will = []
    if row is not None and row.delegate_id is not None and not gives:
        will.append(_("Ghi lại thì thôi ủy quyền biểu quyết mà lãnh đạo đơn vị đã cho."))
    return _form(request, form, found, title=title, button=_("Ghi người đại diện"), will=will)


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
    """Change an item, or by POST with ``viec`` move it up or down."""
    found = _meeting(request, slug)
    require(access.can_prepare(request.mandate, found, request.now))
    one = _item(found, number)
    what = request.POST.get("viec", "")
    if request.method == "POST" and what in {"len", "xuong"}:
        place = one.position + (-1 if what == "len" else 1)
        planning.move_item(one, place, by=request.mandate, now=request.now)
        return redirect(found)
    documents = [] if one.decisions.exists() or one.ballots.exists() else tabled_documents(request.year)
    form = ItemForm(
        request.POST if request.method == "POST" else None,
        documents=documents,
        initial={"title": one.title, "document": one.document_id},
        has_one=any(document.pk == one.document_id for document in documents),
    )

    def act(data: dict[str, Any]) -> None:
        if data["title"] != one.title:
            planning.change_item(one, data["title"], by=request.mandate, now=request.now)
        document = data.get("document")
        if document is None:
            return
        document.year = request.year
        newest = tabled_version(document)
        if document.pk != one.document_id or (newest is not None and newest.pk != one.version_id):
            planning.put_document_on_agenda(one, document, by=request.mandate, now=request.now)

    if _done(request, form, act, _("Đã lưu mục chương trình.")):
        return redirect(found)
    return _form(request, form, found, title=_("Sửa mục chương trình"), button=_("Lưu mục"))


@member_page
@require_http_methods(METHODS)
def item_removal(request: Any, slug: str, number: int) -> HttpResponse:
    """Take an item off the agenda."""
    found = _meeting(request, slug)
    require(access.can_prepare(request.mandate, found, request.now))
    one = _item(found, number)
    if request.method == "POST":
        planning.remove_item(one, by=request.mandate, now=request.now)
        messages.success(request, _("Đã bỏ mục “%(title)s”.") % {"title": one.title})
        return redirect(found)
    will = [_("Mục “%(title)s” không còn trong chương trình; các mục sau lên một số.") % {"title": one.title}]
    if one.document is not None:
        will.append(_("%(title)s vẫn là văn bản đã trình, đưa vào mục khác được.") % {"title": one.document.title})
    context = {
        "title": _("Bỏ mục chương trình"),
        "will": will,
        "button": _("Bỏ mục"),
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "ui/confirm.html", context)


def _speakers(request: Any, meeting: Meeting) -> list[Unit]:
    members = members_of(request.year, meeting.closed_at or request.now)
    return [member.unit for member in members] + [request.year.cluster.supervising_body]


@member_page
@require_http_methods(METHODS)
def note(request: Any, slug: str, number: int) -> HttpResponse:
    """Write down what was said at an item."""
    found = _meeting(request, slug)
    require(access.can_note(request.mandate, found, request.now))
    one = _item(found, number)
    units = _speakers(request, found)
    form = NoteForm(request.POST if request.method == "POST" else None, units=units)

    def act(data: dict[str, Any]) -> None:
        deciding.add_note(one, by=request.mandate, now=request.now, **data)

    if _done(request, form, act, _("Đã ghi ý kiến.")):
        return redirect(found)
    return _form(request, form, found, title=_("Ghi ý kiến"), eyebrow=one.title, button=_("Ghi ý kiến"))


@member_page
@require_http_methods(METHODS)
def note_change(request: Any, slug: str, number: int, note: int) -> HttpResponse:
    """Correct what was written down."""
    found = _meeting(request, slug)
    require(access.can_note(request.mandate, found, request.now))
    one = _item(found, number)
    said = AgendaNote.objects.filter(item=one, pk=note).first()
    if said is None:
        raise NotFound(_("Không có ý kiến này."))
    said.item = one
    form = NoteForm(
        request.POST if request.method == "POST" else None,
        units=_speakers(request, found),
        initial={"unit": said.unit_id, "speaker": said.speaker, "text": said.text},
    )

    def act(data: dict[str, Any]) -> None:
        deciding.change_note(said, by=request.mandate, now=request.now, **data)

    if _done(request, form, act, _("Đã sửa ý kiến.")):
        return redirect(found)
    will = [_("Nhật ký giữ câu chữ trước khi sửa.")]
    if found.minutes_id:
        will.append(_("Biên bản đã lập không còn dùng: lập lại sau khi sửa."))
    return _form(
        request, form, found, title=_("Sửa ý kiến đã ghi"), eyebrow=one.title, button=_("Lưu ý kiến"), will=will
    )


@member_page
@require_POST
def following(request: Any, slug: str, number: int, note: int) -> HttpResponse:
    """Make the supervising body's words a directive; tasks are given on its own page."""
    found = _meeting(request, slug)
    one = _item(found, number)
    said = AgendaNote.objects.filter(item=one, pk=note).select_related("unit").first()
    if said is None:
        raise NotFound(_("Không có ý kiến này."))
    said.item = one
    directive = deciding.follow_note(said, by=request.mandate, now=request.now)
    messages.success(request, _("Đã ghi thành ý kiến chỉ đạo. Tiếp theo: giao việc cho đơn vị."))
    return redirect(directive)


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
    rules = rules_of(request.year)
    will = [
        _("Quyết định về đúng bản đã trình: %(title)s, %(version)s, mã %(hash)s.")
        % {
            "title": one.document.title if one.document else "",
            "version": one.version.label,
            "hash": one.version.content_hash[:8].upper(),
        }
        if one.version
        else "",
        _("Có mặt %(present)s/%(roll)s đơn vị.") % {"present": quorum.present, "roll": quorum.roll},
    ]
    for key, words in (
        ("adopt.text", _("Biểu quyết công khai: thông qua khi đạt %(rule)s.")),
        ("consensus", _("Thống nhất chung: đạt khi %(rule)s không có ý kiến khác; đơn vị không nói gì là đồng ý.")),
    ):
        share = rules[key].share
        base = quorum.roll if share.base == "roll" else quorum.present
        will.append(words % {"rule": share_words(share, base)})
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
    by, now = request.mandate, request.now
    meeting = found.item.meeting
    votes = {vote.unit_id: vote for vote in found.votes.select_related("unit")}
    there = {row.unit_id for row in meeting.attendance.all() if row.is_present}
    is_open = found.state == DecisionState.OPEN
    rows: list[dict[str, Any]] = []
    for member in members_of(request.year, found.opened_at):
        unit, vote = member.unit, votes.get(member.unit_id)
        may = is_open and member.unit_id in there and access.can_vote(by, found, unit, now)
        own = may and by.unit_id == member.unit_id and access.votes_for(by, meeting, unit, now)
        rows.append(
            {
                "unit": unit,
                "present": unit.code in found.present,
                "left": is_open and unit.code in found.present and member.unit_id not in there,
                "vote": vote,
                "choice": choice_words(found.method, vote.choice) if vote else "",
                "own": own,
                "may": may and not own and (vote is None or vote.recorded),
            }
        )
    own_row = next((row for row in rows if row["own"]), None)
    vote = own_row["vote"] if own_row else None
    document = found.item.document
    if document is not None:
        document.year = request.year
    result = count_of(found)
    context = {
        "decision": found,
        "meeting": meeting,
        "document": document,
        "rows": rows,
        "own": own_row,
        "recording": any(row["may"] for row in rows),
        "rule_words": share_words(Share.of(found.rule), result.base),
        "choices": [one for one in choices_of(found.method) if found.method == Method.VOTE or one[0] == "yes"],
        "form": VoteForm(method=found.method, initial={"choice": vote.choice, "words": vote.words} if vote else None),
        "result": result,
        "result_words": result_words(result, found),
        "missing": [row["unit"].short_name for row in rows if row["present"] and not row["left"] and not row["vote"]],
        "left": [row["unit"].short_name for row in rows if row["left"]],
        "may_declare": access.can_declare(by, found, now),
        "left_over": left_to_the_meeting([document.pk]).get(document.pk, []) if document and is_open else [],
        "is_open": is_open,
        "history": history_of(found)[:40],
    }
    return render(request, "meetings/decision.html", context)


@member_page
@require_http_methods(METHODS)
def vote(request: Any, slug: str, number: int, unit: str) -> HttpResponse:
    """A unit's vote: by its leader or delegate, or as seen in the room."""
    found, of = _decision(request, slug, number), _unit(request, unit)
    meeting, by, now = found.item.meeting, request.mandate, request.now
    require(access.can_vote(by, found, of, now))
    form = VoteForm(request.POST if request.method == "POST" else None, method=found.method)

    def act(data: dict[str, Any]) -> None:
        deciding.cast_vote(found, of, by=by, now=now, **data)

    if _done(request, form, act, _("Đã ghi ý kiến của %(unit)s.") % {"unit": of.short_name}):
        return redirect(meeting.url("bieu-quyet", found.pk))
    return _form(
        request,
        form,
        meeting,
        title=_("Ý kiến của %(unit)s") % {"unit": of.short_name},
        eyebrow=found.item.document.title if found.item.document else found.item.title,
        button=_("Ghi ý kiến của đơn vị"),
        cancel_url=meeting.url("bieu-quyet", found.pk),
    )


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
    form = MinutesForm(
        request.POST if request.method == "POST" else None,
        initial={"conclusion": found.conclusion, "read_out": found.read_out},
    )
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
        "said": AgendaNote.objects.filter(item__meeting=found)
        .select_related("item", "unit")
        .order_by("item__position", "item", "pk"),
        "may_note": access.can_note(by, found, now),
        "history": history_of(found)[:30],
    }
    return render(request, "meetings/minutes.html", context, status=422 if form.is_bound else 200)


@member_page
@require_POST
def approval(request: Any, slug: str) -> HttpResponse:
    """Approve the minutes."""
    found = _meeting(request, slug)
    read = request.POST.get("doc", "")
    minutes_acts.approve_minutes(found, by=request.mandate, now=request.now, read=read)
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
