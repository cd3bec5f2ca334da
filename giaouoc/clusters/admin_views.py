"""Quản trị: units, clusters, first years, accounts. The administrator has no right inside a document, a vote or a score."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.accounts.actions.invite import close_account, invite_user, reopen_account
from giaouoc.accounts.models import User
from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import history_of
from giaouoc.files.models import Quarantine, StoredFile
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import NotFound
from giaouoc.ui.forms import Form, ReasonForm, submitted
from giaouoc.ui.lists import page_of

from .actions.people import invite_person
from .actions.quarantine import quarantine_file, release_file
from .actions.retention import set_retention
from .actions.years import create_cluster, create_unit, open_year, set_papers_kind, set_unit_kind
from .forms import (
    ClusterForm,
    FindFileForm,
    FirstYearForm,
    InviteForm,
    PapersKindForm,
    RetentionForm,
    UnitForm,
    UnitKindForm,
)
from .models import Cluster, MemberRole, Unit, Year
from .pages import administrator_page
from .queries import Member
from .retention import leavers, terms
from .views import METHODS, _form_page

HOME = reverse_lazy("administration:home")
STAYS = gettext_lazy("Văn bản đã lấy ý kiến, đã thông qua, đã gửi hoặc đã ký giữ nguyên thể thức của nó.")


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


def _asked(
    request: Any, form: Any, act: Callable[[dict[str, Any]], object], sentence: str, **page: Any
) -> HttpResponse:
    """A form that, once its act went through, leads back to the home of the administration; until then the form again."""
    if submitted(request, form, act, sentence):
        return redirect(HOME)
    return _form_page(request, form, cancel_url=HOME, **page)


@administrator_page
@require_http_methods(METHODS)
def new_unit(request: Any) -> HttpResponse:
    """Write down a body."""
    form = UnitForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        create_unit(by=request.mandate, now=request.now, **data)

    return _asked(request, form, act, _("Đã ghi đơn vị."), title=_("Ghi đơn vị"), button=_("Ghi đơn vị"))


@administrator_page
@require_http_methods(METHODS)
def new_cluster(request: Any) -> HttpResponse:
    """Found a cluster."""
    form = ClusterForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        create_cluster(by=request.mandate, now=request.now, **data)

    sentence = _("Đã lập cụm. Tiếp theo: mở năm đầu tiên.")
    return _asked(request, form, act, sentence, title=_("Lập cụm thi đua"), button=_("Lập cụm"))


def _kind_asked(
    request: Any, form_of: type[Form], row: Unit | Cluster, act: Callable[..., object], sentence: str, **page: Any
) -> HttpResponse:
    """What kind of body a unit is, or a cluster's papers are of, with what was said of it before."""
    form = form_of(request.POST if request.method == "POST" else None, initial={"body_kind": row.body_kind})

    def set_kind(data: dict[str, Any]) -> None:
        act(row, data["body_kind"], by=request.mandate, now=request.now)

    return _asked(request, form, set_kind, sentence, history=history_of(row), **page)


@administrator_page
@require_http_methods(METHODS)
def unit_kind(request: Any, unit: str) -> HttpResponse:
    """Say what kind of body a unit is."""
    of = get_object_or_404(Unit, code=unit)
    return _kind_asked(
        request,
        UnitKindForm,
        of,
        set_unit_kind,
        _("Đã ghi loại cơ quan."),
        title=_("Loại cơ quan: %(unit)s") % {"unit": of.short_name},
        button=_("Ghi loại cơ quan"),
        will=[_("Khi đơn vị này là Cụm trưởng, văn bản của Cụm theo thể thức của loại cơ quan ấy."), STAYS],
    )


@administrator_page
@require_http_methods(METHODS)
def papers_kind(request: Any, code: str) -> HttpResponse:
    """Say whose layout the papers of a cluster follow."""
    cluster = get_object_or_404(Cluster, code=code)
    return _kind_asked(
        request,
        PapersKindForm,
        cluster,
        set_papers_kind,
        _("Đã đặt thể thức văn bản."),
        title=_("Thể thức văn bản của %(cluster)s") % {"cluster": cluster.name},
        button=_("Đặt thể thức"),
        will=[
            _("Thể thức của mỗi văn bản theo lựa chọn này và theo ngày của văn bản."),
            _(
                "Cụm có cả cơ quan Đảng và cơ quan nhà nước: đơn vị chủ trì quyết định, một văn bản chỉ có một loại đầu đề."
            ),
            STAYS,
        ],
    )


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


@administrator_page
@require_safe
def files(request: Any) -> HttpResponse:
    """All stored files by name, size and day, never their content; hidden ones first."""
    form = FindFileForm(request.GET or None)
    hidden = Quarantine.objects.filter(sha256=OuterRef("sha256"), lifted_at=None)
    found = StoredFile.objects.annotate(hidden=Exists(hidden)).order_by("-hidden", "-stored_at", "-pk")
    if form.is_valid() and (words := form.cleaned_data["tim"]):
        found = found.filter(Q(name__icontains=words) | Q(sha256__startswith=words.lower()))
    return render(request, "clusters/admin_files.html", {"form": form, "page": page_of(request, found)})


@administrator_page
@require_http_methods(METHODS)
def file(request: Any, number: int) -> HttpResponse:
    """Hide the bytes of a file, or show them again."""
    found = get_object_or_404(StoredFile, pk=number)
    hidden = Quarantine.objects.filter(sha256=found.sha256, lifted_at=None).exists()
    act = release_file if hidden else quarantine_file
    form = ReasonForm(request.POST if request.method == "POST" else None)
    said = _("Đã bỏ cách ly tệp.") if hidden else _("Đã cách ly tệp; từ lúc này không ai tải hoặc xem được.")
    if submitted(request, form, lambda data: act(found, data["reason"], by=request.mandate, now=request.now), said):
        return redirect("administration:files")
    if hidden:
        title, will = _("Bỏ cách ly tệp"), [_("Người có quyền sẽ lại tải và xem được tệp này.")]
    else:
        title = _("Cách ly tệp")
        will = [
            _(
                "Mọi địa chỉ tải, xem tệp này, và tệp khác có nội dung giống hệt, ngừng ngay; tệp không được ký, đóng niêm tiếp."
            ),
            _("Tệp vẫn nằm trên máy chủ và trong các bản sao lưu đã có; nhật ký giữ ai cách ly, lúc nào, vì sao."),
            _(
                "Văn bản ký số có nhiều bản lưu: cách ly từng bản trong danh sách tệp. Câu chữ đã nhập vào trang thì cách ly riêng, ở trang Câu chữ."
            ),
        ]
    return _form_page(
        request,
        form,
        title=title,
        eyebrow=_("%(name)s · %(size)s byte") % {"name": found.name, "size": found.size},
        will=will,
        back="" if hidden else _("Bỏ cách ly được ở chính trang này, kèm lý do."),
        button=title,
        cancel_url=reverse_lazy("administration:files"),
        history=history_of(found),
    )


@administrator_page
@require_safe
def retention(request: Any) -> HttpResponse:
    """How long each kind of data is kept, and whose names are replaced next."""
    soon = local_date(request.now) + timedelta(days=90)
    context = {"terms": terms(), "soon": [one for one in leavers(request.now) if one.due <= soon][:200]}
    return render(request, "clusters/admin_retention.html", context)


@administrator_page
@require_http_methods(METHODS)
def retention_change(request: Any, kind: str) -> HttpResponse:
    """Set how long a kind of data is kept."""
    term = next((one for one in terms() if one.kind == kind), None)
    if term is None:
        raise NotFound(_("Không có loại dữ liệu này."))
    form = RetentionForm(
        request.POST if request.method == "POST" else None, initial={"years": term.years, "basis": term.basis}
    )

    def act(data: dict[str, Any]) -> None:
        set_retention(kind, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã đặt thời hạn lưu.")):
        return redirect("administration:retention")
    return _form_page(
        request,
        form,
        title=_("Thời hạn lưu: %(kind)s") % {"kind": term.label},
        button=_("Đặt thời hạn"),
        cancel_url=reverse_lazy("administration:retention"),
    )
