"""Own account, invitations, the notice on personal data. Signing in itself is allauth's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .actions.invite import accept_invitation, open_invitation
from .forms import InvitationForm


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: Any, token: str) -> HttpResponse:
    """Open the account that somebody was invited to: set a password, be signed in."""
    found = open_invitation(token, now=request.now)
    form = InvitationForm(request.POST if request.method == "POST" else None, person=found.user)
    if request.method == "POST" and form.is_valid():
        user = accept_invitation(found, form.cleaned_data["password1"], now=request.now)
        login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
        messages.success(request, _("Đã mở tài khoản. Nên bật bước xác nhận thứ hai trong Tài khoản của tôi."))
        return redirect("desk:todo")
    context = {"form": form, "person": found.user}
    return render(request, "accounts/invitation.html", context, status=422 if form.is_bound else 200)
