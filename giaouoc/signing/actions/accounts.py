"""Tài khoản ký từ xa: the administrator keeps and takes away with which account a unit signs at a service."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.access import is_administrator
from giaouoc.clusters.models import Mandate, Unit
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.verdict import require

from ..remote import Account, account_of, forget_account, has_account, keep_account


@transaction.atomic
def set_account(unit: Unit, holder: str, account: Account, *, by: Mandate, now: datetime) -> None:
    """Keep the account; without a secret the one that is kept stays. ``holder``: the unit's code, or its stamp's name.

    Raises NotAllowed, Invalid."""
    require(is_administrator(by))
    if not account.secret:
        if not has_account(holder):
            raise Invalid(_("Ghi mật khẩu của ứng dụng (client_secret)."), field="secret")
        account = Account(account.url, account.version, account.client, account_of(holder).secret, account.credential)
    keep_account(holder, account)
    host = urlsplit(account.url).hostname or account.url
    record("signing.set_account", unit, by=by, now=now, name=holder, host=host)


@transaction.atomic
def remove_account(unit: Unit, holder: str, *, by: Mandate, now: datetime) -> None:
    """Take the account away; who signs with it does so by other means. Raises NotAllowed, WrongState."""
    require(is_administrator(by))
    if not has_account(holder):
        raise WrongState(_("Không có tài khoản ký từ xa nào ở đây."))
    forget_account(holder)
    record("signing.remove_account", unit, by=by, now=now, name=holder)
