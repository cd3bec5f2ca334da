"""Quản trị: units, clusters, first years, accounts. The administrator has no right inside a document, a vote or a score."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.accounts.actions.invite import close_account, invite_user, reopen_account
from giaouoc.accounts.models import User
from giaouoc.audit.models import AuditEvent
from giaouoc.lib.clock import local_date
from giaouoc.ui.forms import submitted

from .actions.people import invite_person
from .actions.years import create_cluster, create_unit, open_year
from .forms import ClusterForm, FirstYearForm, InviteForm, UnitForm
from .models import Cluster, MemberRole, Unit, Year
from .pages import administrator_page
from .queries import Member
from .views import METHODS, _form_page

HOME = reverse_lazy("administration:home")


@administrator_page
@require_safe
def home(request: Any) -> HttpResponse:
    """Clusters, units, accounts, and what was done with them."""
    context = {
        "clusters": Cluster.objects.select_related("supervising_body")
        .annotate(last=Max("years__number"))
        .order_by("code"),
        "units": Unit.objects.annotate(used=Count("memberships", distinct=True)).order_by("sort_key")[:200],
        "account_count": User.objects.count(),
        "history": AuditEvent.objects.filter(chain__name="he-thong").order_by("-pk")[:30],
    }
    return render(request, "clusters/admin_home.html", context)


@administrator_page
@require_http_methods(METHODS)
def new_unit(request: Any) -> HttpResponse:
    """Write down a body."""
    form = UnitForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        create_unit(by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã ghi đơn vị.")):
        return redirect("administration:home")
    return _form_page(request, form, title=_("Ghi đơn vị"), button=_("Ghi đơn vị"), cancel_url=HOME)


@administrator_page
@require_http_methods(METHODS)
def new_cluster(request: Any) -> HttpResponse:
    """Found a cluster."""
    form = ClusterForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        create_cluster(by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã lập cụm. Tiếp theo: mở năm đầu tiên.")):
        return redirect("administration:home")
    return _form_page(request, form, title=_("Lập cụm thi đua"), button=_("Lập cụm"), cancel_url=HOME)


@administrator_page
@require_http_methods(METHODS)
def first_year(request: Any, code: str) -> HttpResponse:
    """Open a year of a cluster with its members."""
    cluster = get_object_or_404(Cluster.objects.select_related("supervising_body"), code=code)
    form = FirstYearForm(
        request.POST if request.method == "POST" else None,
        cluster=cluster,
        initial={"number": local_date(request.now).year},
    )

    def act(data: dict[str, Any]) -> None:
        data = form.cleaned_data
        members = [Member(data["head"], MemberRole.HEAD)]
        if data["deputy"]:
            members.append(Member(data["deputy"], MemberRole.DEPUTY))
        members += [Member(unit, MemberRole.MEMBER) for unit in data["members"]]
        words = {name: data[name] for name in ("theme_of", "theme", "focus_areas")}
        open_year(cluster, data["number"], members, by=request.mandate, now=request.now, **words)

    if submitted(request, form, act, _("Đã mở năm. Tiếp theo: mời người của từng đơn vị.")):
        return redirect("administration:year", code, form.cleaned_data["number"])
    return _form_page(
        request,
        form,
        title=_("Mở năm của %(cluster)s") % {"cluster": cluster.name},
        button=_("Mở năm"),
        cancel_url=HOME,
    )


@administrator_page
@require_safe
def year_people(request: Any, code: str, number: int) -> HttpResponse:
    """The units of a year, to invite their people."""
    year = get_object_or_404(
        Year.objects.select_related("cluster__supervising_body"), cluster__code=code, number=number
    )
    members = year.memberships.on(local_date(request.now)).select_related("unit")
    mandates = year.mandates.filter(until=None).select_related("user", "unit").order_by("unit__sort_key", "role")
    context = {"of": year, "members": members, "people": mandates}
    return render(request, "clusters/admin_year.html", context)


@administrator_page
@require_http_methods(METHODS)
def invite(request: Any, code: str, number: int, unit: str) -> HttpResponse:
    """Invite a person of a unit."""
    year = get_object_or_404(Year.objects.select_related("cluster"), cluster__code=code, number=number)
    of = get_object_or_404(Unit, code=unit)
    supervises = of.pk == year.cluster.supervising_body_id
    initial = {"since": min(local_date(request.now), year.ends_on)}
    form = InviteForm(request.POST if request.method == "POST" else None, supervises=supervises, initial=initial)
    del form.fields["delegation_paper"]

    def act(data: dict[str, Any]) -> None:
        invite_person(year, of, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã giao vai trò. Tài khoản mới nhận lời mời qua thư.")):
        return redirect("administration:year", code, number)
    title = _("Thêm người của %(unit)s") % {"unit": of.short_name}
    return _form_page(request, form, title=title, button=_("Giao vai trò và gửi lời mời"), cancel_url=HOME)


@administrator_page
@require_safe
def accounts(request: Any) -> HttpResponse:
    """All accounts."""
    page = Paginator(User.objects.order_by("email"), 50).get_page(request.GET.get("trang"))
    return render(request, "clusters/admin_accounts.html", {"page": page})


@administrator_page
@require_POST
def account(request: Any, number: int) -> HttpResponse:
    """Close, reopen, or invite again."""
    user = get_object_or_404(User, pk=number)
    by, now, what = request.mandate, request.now, request.POST.get("viec")
    if what == "dong":
        close_account(user, by=by, now=now)
        messages.success(request, _("Đã đóng tài khoản %(email)s; có thể mở lại.") % {"email": user.email})
    elif what == "mo":
        reopen_account(user, by=by, now=now)
        messages.success(request, _("Đã mở lại tài khoản %(email)s.") % {"email": user.email})
    elif what == "moi":
        invite_user(user.email, user.name, by=by, now=now, chain="he-thong", sent_by=by.role_label)
        messages.success(request, _("Đã gửi lại lời mời tới %(email)s.") % {"email": user.email})
    return redirect("administration:accounts")
