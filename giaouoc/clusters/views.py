"""Nhân sự, quy định, mở năm: who belongs to the year and acts for whom, what the regulation sets."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import history_of
from giaouoc.files.storage import file_response, store
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import submitted

from .access import can_manage_people, can_manage_year, can_open_year
from .actions import people as people_acts
from .actions import years as year_acts
from .forms import AddMemberForm, EndForm, InviteForm, NextYearForm, RoleForm, RuleForm, ThemeForm
from .models import Mandate, Membership, Unit
from .pages import member_page
from .queries import Member, members_of, proposed_members, rules_of
from .rules.year_rules import DEFAULTS
from .words import RULE_NAMES, rule_rows

METHODS = ["GET", "HEAD", "POST"]


def _to(request: Any, name: str, *args: Any) -> HttpResponse:
    return redirect(name, request.year.cluster.code, request.year.number, *args)


def _form_page(request: Any, form: Any, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    if "cancel_url" not in context:
        context["cancel_url"] = reverse("clusters:people", args=[request.year.cluster.code, request.year.number])
    return render(request, "clusters/form.html", {"form": form, **context}, status=status)


@member_page
@require_safe
def people(request: Any) -> HttpResponse:
    """Members with their roles and dates, people of each unit, what changed when."""
    year, by, now = request.year, request.mandate, request.now
    day = local_date(now)
    mandates = (
        Mandate.objects.filter(year=year).select_related("user", "delegation_file").order_by("until", "role", "pk")
    )
    rows = year.memberships.select_related("unit").prefetch_related(
        Prefetch("unit__mandates", queryset=mandates, to_attr="people")
    )
    supervising = Unit.objects.prefetch_related(Prefetch("mandates", queryset=mandates, to_attr="people")).get(
        pk=year.cluster.supervising_body_id
    )
    members = [
        {
            "row": row,
            "unit": row.unit,
            "people": row.unit.people,
            "current": row.since <= day and (row.until is None or row.until >= day),
            "may": can_manage_people(by, year, row.unit, now),
        }
        for row in rows
    ]
    context = {
        "members": [one for one in members if one["current"] or one["row"].since > day],
        "former": [one for one in members if not one["current"] and one["row"].since <= day],
        "supervising": supervising,
        "may_supervising": can_manage_people(by, year, supervising, now),
        "may_manage": can_manage_year(by, year, now),
        "may_open": can_open_year(by, year.cluster, now),
        "today": day,
        "history": AuditEvent.objects.filter(chain__name=year.audit_chain, verb__startswith="clusters.").order_by(
            "-pk"
        )[:40],
    }
    return render(request, "clusters/people.html", context)


def _unit_of_year(request: Any, code: str) -> Unit:
    unit = get_object_or_404(Unit, code=code)
    if unit.pk != request.year.cluster.supervising_body_id and not request.year.memberships.filter(unit=unit).exists():
        raise Http404
    return unit


@member_page
@require_http_methods(METHODS)
def invite(request: Any, unit: str) -> HttpResponse:
    """Give a person a role for a unit."""
    year, now = request.year, request.now
    of = _unit_of_year(request, unit)
    require(can_manage_people(request.mandate, year, of, now))
    supervises = of.pk == year.cluster.supervising_body_id
    form = InviteForm(
        request.POST or None, request.FILES or None, supervises=supervises, initial={"since": local_date(now)}
    )

    def act(data: dict[str, Any]) -> None:
        data = dict(form.cleaned_data)
        paper = data.pop("delegation_paper")
        file = store(paper.read(), paper.name, "application/pdf", now=now) if paper else None
        people_acts.invite_person(year, of, by=request.mandate, now=now, delegation_file=file, **data)

    if submitted(request, form, act, _("Đã giao vai trò. Tài khoản mới nhận lời mời qua thư.")):
        return _to(request, "clusters:people")
    return _form_page(
        request,
        form,
        title=_("Thêm người của %(unit)s") % {"unit": of.short_name},
        button=_("Giao vai trò và gửi lời mời"),
    )


def _mandate(request: Any, number: int) -> Mandate:
    mandate = (
        Mandate.objects.select_related("unit", "user", "year__cluster").filter(year=request.year, pk=number).first()
    )
    if mandate is None:
        raise Http404
    return mandate


@member_page
@require_http_methods(METHODS)
def end_mandate(request: Any, number: int) -> HttpResponse:
    """A person's role ends."""
    mandate = _mandate(request, number)
    assert mandate.unit is not None
    require(can_manage_people(request.mandate, request.year, mandate.unit, request.now))
    form = EndForm(request.POST if request.method == "POST" else None, initial={"until": local_date(request.now)})

    def act(data: dict[str, Any]) -> None:
        people_acts.end_mandate(mandate, by=request.mandate, now=request.now, until=form.cleaned_data["until"])

    if submitted(request, form, act, _("Đã ghi ngày kết thúc. Việc đã làm vẫn giữ nguyên.")):
        return _to(request, "clusters:people")
    will = [
        _("%(person)s không còn làm việc với tư cách %(role)s từ ngày hôm sau.")
        % {"person": mandate.user.name, "role": mandate.actor_label},
        _("Góp ý, chữ ký và mọi việc đã làm vẫn giữ nguyên trong nhật ký."),
    ]
    return _form_page(request, form, title=_("Kết thúc vai trò"), button=_("Ghi ngày kết thúc"), will=will)


@member_page
@require_safe
def delegation(request: Any, number: int) -> HttpResponse:
    """The written delegation of a deputy, for everybody who works in the year."""
    mandate = _mandate(request, number)
    if mandate.delegation_file is None:
        raise Http404
    return file_response(mandate.delegation_file, inline=True)


def _membership(request: Any, number: int) -> Membership:
    found = Membership.objects.select_related("unit", "year__cluster").filter(year=request.year, pk=number).first()
    if found is None:
        raise Http404
    require(can_manage_year(request.mandate, request.year, request.now))
    return found


@member_page
@require_http_methods(METHODS)
def change_role(request: Any, number: int) -> HttpResponse:
    """A member's role changes from a day on."""
    row = _membership(request, number)
    form = RoleForm(
        request.POST if request.method == "POST" else None, initial={"role": row.role, "since": local_date(request.now)}
    )

    def act(data: dict[str, Any]) -> None:
        year_acts.change_member_role(row, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã đổi vai trò; vai trò cũ còn trong lịch sử.")):
        return _to(request, "clusters:people")
    will = [_("Nếu chọn Cụm trưởng, đơn vị Cụm trưởng hiện nay trở thành thành viên từ ngày ấy.")]
    title = _("Đổi vai trò của %(unit)s") % {"unit": row.unit.short_name}
    return _form_page(request, form, title=title, button=_("Đổi vai trò"), will=will)


@member_page
@require_http_methods(METHODS)
def leave(request: Any, number: int) -> HttpResponse:
    """A member leaves."""
    row = _membership(request, number)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"until": local_date(request.now)})

    def act(data: dict[str, Any]) -> None:
        year_acts.end_membership(row, by=request.mandate, now=request.now, until=form.cleaned_data["until"])

    if submitted(request, form, act, _("Đã ghi ngày rời Cụm.")):
        return _to(request, "clusters:people")
    will = [
        _("%(unit)s không còn góp ý, biểu quyết, ký từ ngày hôm sau.") % {"unit": row.unit.short_name},
        _("Những gì đơn vị đã gửi, đã ký vẫn giữ nguyên."),
    ]
    title = _("%(unit)s rời Cụm") % {"unit": row.unit.short_name}
    return _form_page(request, form, title=title, button=_("Ghi ngày rời Cụm"), will=will)


@member_page
@require_http_methods(METHODS)
def join(request: Any) -> HttpResponse:
    """A unit joins, also in mid-year."""
    require(can_manage_year(request.mandate, request.year, request.now))
    form = AddMemberForm(
        request.POST if request.method == "POST" else None,
        year=request.year,
        initial={"since": local_date(request.now)},
    )

    def act(data: dict[str, Any]) -> None:
        year_acts.add_member(request.year, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã ghi thành viên mới.")):
        return _to(request, "clusters:people")
    return _form_page(
        request,
        form,
        title=_("Thêm đơn vị thành viên"),
        button=_("Ghi thành viên"),
        note=_("Đơn vị chưa có trong danh sách thì quản trị hệ thống ghi trước."),
    )


@member_page
@require_safe
def rules(request: Any) -> HttpResponse:
    """What the regulation sets, in words, with its clause."""
    members = len(members_of(request.year, request.now))
    context = {
        "rows": rule_rows(rules_of(request.year), members),
        "may_manage": can_manage_year(request.mandate, request.year, request.now),
        "count": members,
    }
    return render(request, "clusters/rules.html", context)


@member_page
@require_http_methods(METHODS)
def rule(request: Any, key: str) -> HttpResponse:
    """Set one rule."""
    require(can_manage_year(request.mandate, request.year, request.now))
    if key not in DEFAULTS:
        raise Http404
    now_value = rules_of(request.year)[key]
    initial = {"basis": now_value.basis, "confirmed": now_value.confirmed}
    form = RuleForm(request.POST if request.method == "POST" else None, key=key, value=now_value.value, initial=initial)

    def act(data: dict[str, Any]) -> None:
        data = form.cleaned_data
        year_acts.set_rule(
            request.year,
            key,
            form.rule_value(),
            by=request.mandate,
            now=request.now,
            basis=data["basis"],
            confirmed=data["confirmed"],
        )

    if submitted(request, form, act, _("Đã đặt quy định.")):
        return _to(request, "clusters:rules")
    row = request.year.rules.filter(key=key).first()
    return _form_page(
        request, form, title=RULE_NAMES[key], button=_("Đặt quy định"), history=history_of(row)[:20] if row else []
    )


@member_page
@require_http_methods(METHODS)
def theme(request: Any) -> HttpResponse:
    """Theme and focus areas of the year."""
    year = request.year
    require(can_manage_year(request.mandate, year, request.now))
    areas = "\n".join(area.text for area in year.focus_areas.all())
    initial = {"theme_of": year.theme_of, "theme": year.theme, "focus_areas": areas}
    form = ThemeForm(request.POST if request.method == "POST" else None, initial=initial)

    def act(data: dict[str, Any]) -> None:
        year_acts.change_theme(year, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã lưu chủ đề năm.")):
        return redirect(year)
    return _form_page(request, form, title=_("Chủ đề và nội dung trọng tâm"), button=_("Lưu chủ đề năm"))


@member_page
@require_http_methods(METHODS)
def next_year(request: Any) -> HttpResponse:
    """Open the next year from this one, with corrections, in one page."""
    last = request.year
    require(can_open_year(request.mandate, last.cluster, request.now))
    proposed = proposed_members(last, request.now)
    known = {member.unit.pk for member in proposed} | {last.cluster.supervising_body_id}
    others = list(Unit.objects.exclude(pk__in=known).order_by("sort_key")[:50])
    areas = "\n".join(area.text for area in last.focus_areas.all())
    initial = {"theme_of": last.theme_of, "theme": last.theme, "focus_areas": areas}
    form = NextYearForm(
        request.POST if request.method == "POST" else None, proposed=proposed, others=others, initial=initial
    )
    opened: list[Any] = []

    def act(data: dict[str, Any]) -> None:
        data = form.cleaned_data
        members = [Member(unit, role) for unit, role in form.members()]
        words = {name: data[name] for name in ("theme_of", "theme", "focus_areas", "people")}
        opened.append(
            year_acts.open_year_from_last(last, by=request.mandate, now=request.now, members=members, **words)
        )

    if submitted(request, form, act, _("Đã mở năm %(year)s.") % {"year": last.number + 1}):
        return redirect(opened[0])
    starts: date = date(last.ends_on.year, last.ends_on.month, last.ends_on.day)
    return _form_page(
        request,
        form,
        title=_("Mở năm %(next)s từ năm %(last)s") % {"next": last.number + 1, "last": last.number},
        button=_("Mở năm %(year)s") % {"year": last.number + 1},
        note=_(
            "Vai trò đã luân phiên theo quy định của Cụm; sửa lại nếu hội nghị quyết định khác. Năm mới bắt đầu sau ngày %(day)s. "
            "Quy định của năm được chép sang và chờ quy chế mới xác nhận. Người ký thay, thừa lệnh, thừa ủy quyền không được "
            "chuyển sang vì giấy ủy quyền là của năm cũ: mời lại với giấy mới."
        )
        % {"day": short_date(starts)},
    )
