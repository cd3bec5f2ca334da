"""Ký từ xa: the administrator's pages of the units' accounts at signing services."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.models import Role, Unit
from giaouoc.clusters.pages import administrator_page
from giaouoc.ui.forms import Form, submitted

from .actions.accounts import Answer, remove_account, set_account, try_account
from .forms import AccountForm
from .models import SUFFIXES, KeyHolder
from .queries import key_holders
from .remote_accounts import account_shown, accounts, can_read_account, has_account

METHODS = ["GET", "HEAD", "POST"]


def _kind_words(role: str) -> str:
    return {Role.SECRETARY: _("thư ký"), Role.CLERK: _("con dấu")}.get(Role(role), _("lãnh đạo"))


def _holder(name: str) -> KeyHolder:
    """The unit and whose key of it: 'CA', 'CA.thuky', 'CA.dau'. Raises Http404."""
    holder = key_holders([name]).get(name)
    if holder is None:
        raise Http404
    return holder


@administrator_page
@require_safe
def accounts_list(request: Any) -> HttpResponse:
    """Which units have an account at a signing service."""
    kept = set(accounts())
    holders = [
        KeyHolder(unit, role)
        for unit in Unit.objects.order_by("sort_key")
        for role in (Role.LEADER, *(Role(one) for one in SUFFIXES))
    ]
    rows = [
        {"unit": one.unit, "kind": _kind_words(one.role), "holder": one.code, "has": one.code in kept}
        for one in holders
    ]
    return render(request, "signing/accounts.html", {"rows": rows})


@administrator_page
@require_http_methods(METHODS)
@sensitive_post_parameters("secret")
def account(request: Any, holder: str) -> HttpResponse:
    """Set or change an account; its secret is never shown again."""
    whose = _holder(holder)
    form = _form(request.POST if request.method == "POST" else None, whose)

    def act(data: dict[str, Any]) -> None:
        set_account(whose, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã lưu tài khoản ký từ xa; mật khẩu được mã hóa. Tiếp theo: thử kết nối.")):
        return redirect("accounts:account", holder)
    return _page(request, whose, form, [])


@administrator_page
@require_POST
def trial(request: Any, holder: str) -> HttpResponse:
    """Ask the service for the key, and show what it answered; nothing is signed."""
    whose = _holder(holder)
    answers = try_account(whose, by=request.mandate, now=request.now)
    return _page(request, whose, _form(None, whose), answers)


def _form(sent: Any, holder: KeyHolder) -> AccountForm:
    shown = account_shown(holder.code)
    names = ("url", "version", "client", "credential")
    initial = {name: getattr(shown, name) for name in names} if shown else {"version": "v2"}
    return AccountForm(sent, initial=initial, has=can_read_account(holder.code))


def _page(request: Any, holder: KeyHolder, form: AccountForm, answers: list[Answer]) -> HttpResponse:
    has = has_account(holder.code)
    context = {
        "form": form,
        "unit": holder.unit,
        "kind": _kind_words(holder.role),
        "holder": holder.code,
        "has": has,
        "unreadable": has and not can_read_account(holder.code),
        "answers": answers,
        "works": bool(answers) and answers[-1].good,
        "history": history_of(holder.unit).filter(verb__startswith="signing.")[:30],
    }
    return render(request, "signing/account.html", context, status=422 if form.errors else 200)


@administrator_page
@require_http_methods(METHODS)
def removal(request: Any, holder: str) -> HttpResponse:
    """Take the account away."""
    whose = _holder(holder)
    if not has_account(holder):
        raise Http404
    form = Form(request.POST if request.method == "POST" else None)
    sentence = _("Đã xóa tài khoản ký từ xa.")
    if submitted(request, form, lambda _data: remove_account(whose, by=request.mandate, now=request.now), sentence):
        return redirect("accounts:accounts")
    context = {
        "title": _("Xóa tài khoản ký từ xa: %(who)s") % {"who": whose.who},
        "eyebrow": _("Quản trị, Ký từ xa"),
        "will": [
            _("Địa chỉ, mã ứng dụng và mật khẩu đã lưu bị xóa khỏi máy chủ; khóa ở dịch vụ ký không bị đụng tới."),
            _(
                "Từ lúc này không ký bằng điện thoại với khóa này được; lượt ký đang chờ điện thoại thì dừng, chưa ký gì."
            ),
        ],
        "back": _("Muốn dùng lại thì đặt tài khoản từ đầu, với mật khẩu của ứng dụng."),
        "form": form,
        "button": _("Xóa tài khoản"),
        "cancel_url": reverse("accounts:account", args=[holder]),
    }
    return render(request, "ui/confirm.html", context)
