"""Thời hạn lưu: set a term; when it is over, role names take the place of persons and old messages go."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giaouoc.accounts.models import Invitation, User
from giaouoc.audit.trail import SYSTEM, System, record
from giaouoc.lib.clock import at_local, local_date
from giaouoc.lib.errors import Invalid
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.notices.models import Message

from ..access import is_administrator
from ..models import Mandate, Retention, RetentionKind
from ..retention import GONE, leavers, term_of, years_before

LONGEST = 100  # years
A_DAY = 24 * 3600


@transaction.atomic
def set_retention(kind: str, years: int | None, basis: str, *, by: Mandate, now: datetime) -> None:
    """Keep a kind of data so many years after its end, None for good. Raises NotAllowed, Invalid."""
    require(is_administrator(by))
    if kind not in RetentionKind.values:
        raise Invalid(_("Chọn loại dữ liệu."))
    if years is not None and not 1 <= years <= LONGEST:
        raise Invalid(_("Số năm từ 1 đến 100; để trống là lưu vĩnh viễn."), field="years")
    if kind == RetentionKind.SIGNED and years is not None:
        raise Invalid(_("Văn bản đã ký và nhật ký không xóa; loại này luôn lưu vĩnh viễn."), field="years")
    row, _made = Retention.objects.update_or_create(kind=kind, defaults={"years": years, "basis": basis.strip()})
    with official():
        words = _("vĩnh viễn") if years is None else ngettext("%(n)s năm", "%(n)s năm", years) % {"n": years}
        record("clusters.set_retention", row, by=by, now=now, kind=str(row), years=words, basis=row.basis or "—")


def keep_terms(*, by: System = SYSTEM, now: datetime) -> int:
    """Do what the terms ask, once a day; how many persons were forgotten. The worker's tick calls it; may run twice."""
    if not cache.add("retention", "done", A_DAY / 4):
        return 0
    today = local_date(now)
    if (years := term_of(RetentionKind.MESSAGES).years) is not None:
        Message.objects.filter(made_at__lt=at_local(years_before(today, years))).delete()
    due = [one.user for one in leavers(now) if one.due <= today]
    for user in due:
        forget_person(user, by=by, now=now)
    return len(due)


@transaction.atomic
def forget_person(user: User, *, by: System, now: datetime) -> None:
    """The name of the last role takes the place of the person's; address, telephone and ways of signing in go.

    What was done stays, under the role; signed files are not touched."""
    last = Mandate.objects.filter(user=user).select_related("unit").order_by("-since", "-pk").first()
    with official():
        user.name = last.actor_label if last is not None else _("Người đã thôi vai trò")
    user.email, user.phone, user.is_active = f"tai-khoan-{user.pk}{GONE}", "", False
    user.set_unusable_password()
    user.save(update_fields=["name", "email", "phone", "is_active", "password"])
    for model in (EmailAddress, Authenticator, Invitation):
        model.objects.filter(user=user).delete()
    Message.objects.filter(to=user).delete()
    cache.delete(f"account-name-{user.pk}")
    record("clusters.forget_person", user, by=by, now=now, person=user.pk)
