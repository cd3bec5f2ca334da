"""Ký từ xa: the administrator's pages of the units' accounts at signing services."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.models import Role, Unit
from giaouoc.clusters.pages import administrator_page
from giaouoc.lib.errors import Invalid
from giaouoc.lib.sentence import shown
from giaouoc.ui.forms import submitted

from .actions.accounts import remove_account, set_account
from .forms import AccountForm
from .models import SUFFIXES
from .remote import Account, account_of, answer_of, has_account

SECRETARY, STAMP = SUFFIXES[Role.SECRETARY], SUFFIXES[Role.CLERK]
KINDS = ("", SECRETARY, STAMP)


def _kind_words(kind: str) -> str:
    return {"": _("lãnh đạo"), SECRETARY: _("thư ký"), STAMP: _("con dấu")}[kind]


def _holder(name: str) -> tuple[Unit, str]:
    """The unit and whose key of it: 'CA', 'CA.thuky', 'CA.dau'. Raises Http404."""
    code, dot, rest = name.partition(".")
    unit = Unit.objects.filter(code=code).first()
    if unit is None or dot + rest not in KINDS:
        raise Http404
    return unit, dot + rest


@administrator_page
@require_safe
def accounts(request: Any) -> HttpResponse:
    """Which units have an account at a signing service."""
    rows = [
        {"unit": unit, "kind": _kind_words(kind), "holder": unit.code + kind, "has": has_account(unit.code + kind)}
        for unit in Unit.objects.order_by("sort_key")
        for kind in KINDS
    ]
    return render(request, "signing/accounts.html", {"rows": rows})


@administrator_page
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: Any, holder: str) -> HttpResponse:
    """Set or change an account; its secret is never shown again."""
    unit, kind = _holder(holder)
    has, initial, unreadable = has_account(holder), {"version": "v2"}, ""
    if has:
        try:
            kept = account_of(holder)
            initial = {
                "url": kept.url,
                "version": kept.version,
                "client": kept.client,
                "credential": kept.credential,
            }
        except Invalid as error:
            unreadable = shown(error.sentence)
    form = AccountForm(request.POST if request.method == "POST" else None, initial=initial, has=has and not unreadable)

    def act(data: dict[str, Any]) -> None:
        set_account(unit, holder, Account(**data), by=request.mandate, now=request.now)

    if submitted(request, form, act, _("Đã lưu tài khoản ký từ xa; mật khẩu được mã hóa.")):
        return redirect("accounts:account", holder)
    context = {
        "form": form,
        "unit": unit,
        "kind": _kind_words(kind),
        "holder": holder,
        "has": has,
        "unreadable": unreadable,
        "history": history_of(unit).filter(verb__startswith="signing."),
    }
    return render(request, "signing/account.html", context, status=422 if form.is_bound else 200)


@administrator_page
@require_POST
def trial(request: Any, holder: str) -> HttpResponse:
    """Ask the service for the key; nothing is signed."""
    _holder(holder)
    try:
        subject = answer_of(holder)
    except Invalid as error:
        messages.warning(request, " ".join(filter(None, [shown(error.sentence), shown(error.advice)])))
    else:
        messages.success(request, _("Dịch vụ trả lời. Chứng thư của: %(subject)s.") % {"subject": subject})
    return redirect("accounts:account", holder)


@administrator_page
@require_POST
def removal(request: Any, holder: str) -> HttpResponse:
    """Take the account away."""
    unit, _kind = _holder(holder)
    remove_account(unit, holder, by=request.mandate, now=request.now)
    messages.success(request, _("Đã xóa tài khoản ký từ xa."))
    return redirect(reverse("accounts:accounts"))
