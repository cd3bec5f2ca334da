"""Tài khoản ký từ xa: set it, take it away, see what the service says to it. The page and the command call the same acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from giaouoc.audit.trail import Actor, record
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import DomainError, Invalid, NotFound
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require

from ..access import can_set_accounts
from ..models import KeyHolder
from ..remote import Credential, Service, what_happened
from ..remote_accounts import VERSIONS, Account, account_of, account_shown, forget_account, has_account, keep_account


@transaction.atomic
def set_account(
    holder: KeyHolder,
    *,
    by: Actor,
    now: datetime,
    url: str,
    version: str,
    client: str,
    secret: str,
    credential: str = "",
) -> Account:
    """Set or change with which account a key is reached. ``secret``: empty keeps the one that is there, as long as it goes
    to the same service in the name of the same client. Raises NotAllowed, Invalid."""
    require(can_set_accounts(by, now))
    if version not in VERSIONS:
        raise Invalid(_("Chọn phiên bản của chuẩn."), field="version")
    if not client.strip():
        raise Invalid(_("Ghi mã ứng dụng do dịch vụ cấp."), field="client")
    wanted = Account(url, version, client.strip(), secret, credential.strip()).tidy()
    if not secret:
        wanted = _with_kept_secret(holder, wanted)
    record("signing.set_account", holder.unit, by=by, now=now, name=holder.code, host=wanted.host)
    keep_account(holder.code, wanted)
    return wanted


def _with_kept_secret(holder: KeyHolder, wanted: Account) -> Account:
    old = account_shown(holder.code)
    if old is None or (old.url, old.client) != (wanted.url, wanted.client):
        raise Invalid(
            _("Ghi mật khẩu của ứng dụng; đổi địa chỉ hoặc mã ứng dụng thì mật khẩu đã lưu không được gửi theo."),
            field="secret",
        )
    return Account(wanted.url, wanted.version, wanted.client, account_of(holder.code).secret, wanted.credential)


@transaction.atomic
def remove_account(holder: KeyHolder, *, by: Actor, now: datetime) -> None:
    """Take the account away; a signature that waits for the phone ends unsigned. Raises NotAllowed, NotFound."""
    require(can_set_accounts(by, now))
    if not has_account(holder.code):
        raise NotFound(_("Chưa có tài khoản ký từ xa nào của %(who)s.") % {"who": holder.who})
    record("signing.remove_account", holder.unit, by=by, now=now, name=holder.code)
    forget_account(holder.code)


@dataclass(frozen=True)
class Answer:
    """What came of one step of a trial. ``step``: in the official language."""

    step: str
    words: str
    good: bool = True

    @property
    def label(self) -> str:
        return _(self.step)


def try_account(holder: KeyHolder, *, by: Actor, now: datetime) -> list[Answer]:
    """Ask the service for everything that comes before a signature, in order, until something is not right: the last
    answer is then not ``good``. Nobody's phone is asked. Raises NotAllowed, NotFound."""
    require(can_set_accounts(by, now))
    if not has_account(holder.code):
        raise NotFound(_("Chưa có tài khoản ký từ xa nào của %(who)s.") % {"who": holder.who})
    answers = _answers(holder, now)
    last = answers[-1]
    with transaction.atomic(), official():
        outcome = _("dùng được") if last.good else _("hỏng ở bước “%(step)s”") % {"step": last.step}
        record("signing.try_account", holder.unit, by=by, now=now, name=holder.code, outcome=outcome)
    return answers


def _answers(holder: KeyHolder, now: datetime) -> list[Answer]:
    """The answers to one step after the other."""
    answers: list[Answer] = []
    step = gettext_noop("Dịch vụ")
    try:
        service = Service(account_of(holder.code))
        specs = str(service.describe().get("specs") or "")[:20]
        said = _("Có trả lời, theo chuẩn CSC %(version)s.") % {"version": specs} if specs else _("Có trả lời.")
        answers.append(Answer(step, said))
        step = gettext_noop("Đăng nhập")
        service.log_in()
        answers.append(Answer(step, _("Mã ứng dụng và mật khẩu được nhận.")))
        step = gettext_noop("Khóa")
        credential = service.credential()
        answers.append(Answer(step, credential.name[:200]))
        step = gettext_noop("Chứng thư")
        answers.append(Answer(step, _of_certificate(holder, credential, now)))
        step = gettext_noop("Xác nhận khi ký")
        credential.check_mode()
        answers.append(Answer(step, _manner(credential)))
    except OSError as error:
        answers.append(Answer(step, what_happened(error), good=False))
    except DomainError as error:
        answers.append(Answer(step, str(error), good=False))
    return answers


def _of_certificate(holder: KeyHolder, credential: Credential, now: datetime) -> str:
    """Whose it is, and that it may sign here for this unit. Raises Invalid. Revocation is asked when somebody signs."""
    from ..engine.keys import load_certificate, signer_label
    from ..engine.sign import check_certificate
    from ..engine.trust import TrustFolder
    from ..stepwise import rule_of

    mine, *chain = (load_certificate(one) for one in credential.certificates)
    if not rule_of(holder.code, holder.unit.name).allows(mine):
        raise Invalid(
            _("Chứng thư “%(whose)s” không phải của %(who)s.") % {"whose": signer_label(mine), "who": holder.unit.name}
        )
    check_certificate(mine, TrustFolder.load(settings.TRUST), now, chain=chain)
    words = _("%(whose)s, do cơ quan được tin cậy cấp, dùng đến ngày %(until)s.")
    until = short_date(local_date(mine.not_valid_after))
    return words % {"whose": signer_label(mine), "until": until}


def _manner(credential: Credential) -> str:
    if credential.asks:
        return _("Người ký gõ: %(codes)s.") % {"codes": ", ".join(credential.asks)}
    return _("Người ký xác nhận trên điện thoại.")
