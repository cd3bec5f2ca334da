"""Tệp ký nơi khác: a file that an agency's own tool signed is accepted if it is exactly right."""

from __future__ import annotations

from datetime import datetime

from giaouoc.lib.errors import Invalid
from giaouoc.lib.sentence import say as _

from .acceptance import Accepted
from .keys import signer_label
from .sign import check_certificate
from .step import SignerRule, Step, check_step
from .trust import TrustFolder


def accept_returned(
    base: bytes, returned: bytes, *, field: str, rule: SignerRule, trust: TrustFolder, now: datetime
) -> Step:
    """Accept a file that was signed elsewhere, if it is exactly the revision handed out plus the one expected
    signature.

    The signature lies in the slot's field, or in a visible field of the agency's own tool. It may lack a time stamp;
    then ``time`` is None, and the certificate is judged at ``now``. Raises Invalid with the reason for everything
    else.
    """
    checked = check_step(base, returned, field=field, rule=rule, trust=trust, own_field=True)
    moment = checked.stamp.time if checked.stamp and checked.stamp.anchor and checked.stamp.time else now
    check_certificate(checked.certificate, trust, moment, chain=checked.signature.others)
    return checked.step


def read_returned(base: bytes, returned: bytes, *, field: str, rule: SignerRule, trust: TrustFolder) -> Accepted:
    """The reading half of ``accept_returned``: what the file is, without judging whether its certificate may sign now."""
    checked = check_step(base, returned, field=field, rule=rule, trust=trust, own_field=True)
    step = checked.step
    if checked.stamp is not None and checked.stamp.anchor is None:  # the seal could never be given on top of it
        name = signer_label(checked.stamp.certificate) if checked.stamp.certificate else _("không rõ")
        raise Invalid(
            _("Chưa có chứng thư ghim cho cơ quan đóng dấu thời gian «%(authority)s».", authority=name),
            _("Quản trị hệ thống cần thêm chứng thư này vào thư mục neo tin cậy; sau đó nộp lại tệp."),
        )
    return Accepted(
        step.field,
        step.time,
        step.signer,
        step.certificate_sha256,
        checked.certificate.dump(),
        tuple(one.dump() for one in checked.signature.others),
    )
