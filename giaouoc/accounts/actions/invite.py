"""Mời: an account is made for a person, who opens it by a link in a mail. There is no self-registration."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from giaouoc.audit.trail import Actor, record
from giaouoc.lib.dates import moment
from giaouoc.lib.errors import Invalid, NotFound, WrongState
from giaouoc.lib.language import official

from ..models import Invitation, User

VALID_FOR = timedelta(days=14)
log = logging.getLogger(__name__)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_user(email: str, name: str, *, by: Actor, now: datetime, chain: str, sent_by: str) -> User:
    """The account of this address, made if it is new, with an invitation mailed when it has no password yet.

    Whoever calls has decided that ``by`` may do it. ``sent_by``: who invites, in words, for the mail."""
    email = email.strip().lower()
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, name=name)
    if user.has_usable_password():
        return user
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(user=user, token_sha256=_hash(token), made_at=now, expires_at=now + VALID_FOR)
    record("accounts.invite", user, by=by, now=now, chain=chain, person=user.pk)
    url = settings.BASE_URL + reverse("invitation", args=[token])
    body = _(
        "%(sent_by)s mời bạn dùng hệ thống Giao Ước với tư cách: %(name)s.\n\n"
        "Mở liên kết dưới đây và đặt mật khẩu để bắt đầu. Liên kết dùng được một lần, đến %(until)s.\n\n%(url)s\n\n"
        "Nếu thư này không dành cho bạn, xin bỏ qua."
    ) % {
        "sent_by": sent_by,
        "name": user.name,
        "until": moment(now + VALID_FOR),
        "url": url,
    }
    mail = EmailMessage(_("Lời mời dùng hệ thống Giao Ước"), body, to=[email])
    # The token is in no table and in no queue: the mail leaves at once when the act is committed.
    transaction.on_commit(lambda: _send(mail))
    return user


def _send(mail: EmailMessage) -> None:
    """Raises WrongState when the mail server takes nothing: the act stands, the mail is to be sent again."""
    try:
        mail.send()
    except OSError as error:  # every failure of smtplib and of the network is one
        log.warning("invitation not mailed: %s", error)
        raise WrongState(
            _("Đã ghi vai trò, nhưng thư mời chưa gửi được: máy chủ thư không nhận."),
            _("Gửi lại bằng chính biểu mẫu này khi thư hoạt động; báo quản trị nếu còn lỗi."),
        ) from error


def invitation_link(user: User, *, now: datetime) -> str:
    """A new link with which the person sets a password; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(user=user, token_sha256=_hash(token), made_at=now, expires_at=now + VALID_FOR)
    return str(settings.BASE_URL + reverse("invitation", args=[token]))


def open_invitation(token: str, *, now: datetime) -> Invitation:
    """The invitation of a link, if it still holds. Raises NotFound, or WrongState with what can be done."""
    invitation = Invitation.objects.select_related("user").filter(token_sha256=_hash(token)).first()
    if invitation is None or not invitation.user.is_active:
        raise NotFound(
            _("Liên kết mời không đúng."),
            _("Hãy mở lại liên kết trong thư, hoặc xin lời mời mới."),
        )
    if invitation.accepted_at is not None:
        raise WrongState(_("Lời mời này đã được dùng."), _("Hãy đăng nhập bằng mật khẩu đã đặt."))
    if invitation.expires_at <= now:
        raise WrongState(_("Lời mời này đã hết hạn."), _("Hãy xin người mời gửi lời mời mới."))
    return invitation


@transaction.atomic
def accept_invitation(invitation: Invitation, password: str, *, now: datetime) -> User:
    """Set the person's password; the link and all earlier ones are used up. Raises WrongState, ValidationError."""
    user = invitation.user
    validate_password(password, user)
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=now):
        raise WrongState(_("Lời mời này đã được dùng."))
    user.set_password(password)
    user.joined_at = now
    user.save(update_fields=["password", "joined_at"])
    Invitation.objects.filter(user=user, accepted_at=None).update(accepted_at=now)
    record("accounts.accept", user, by=_Person(user), now=now)
    return user


class _Person:
    """A person acting for themselves, outside any mandate."""

    def __init__(self, user: User) -> None:
        with official():
            self.actor_label = _("Chủ tài khoản")  # the number says whose; the trail keeps no name
        self.actor_id: int | None = user.pk


@transaction.atomic
def close_account(user: User, *, by: Actor, now: datetime) -> None:
    """The person can no longer sign in; everything they did stays. Can be undone by reopening."""
    if by.actor_id == user.pk:
        raise Invalid(_("Không thể tự đóng tài khoản của mình."))
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        raise WrongState(_("Tài khoản này đã đóng."))
    record("accounts.close", user, by=by, now=now, person=user.pk)


@transaction.atomic
def reopen_account(user: User, *, by: Actor, now: datetime) -> None:
    """Let a closed account sign in again."""
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        raise WrongState(_("Tài khoản này đang mở."))
    record("accounts.reopen", user, by=by, now=now, person=user.pk)
