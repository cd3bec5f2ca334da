"""Bước ký: what makes a new revision acceptable, whoever made it: the one before and exactly one new, good signature."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509

from giaouoc.lib.errors import Invalid
from giaouoc.lib.sentence import say as _

from .changes import changes_after
from .keys import fingerprint, is_trial, plain, signer_label, subject_value
from .own_field import check_form
from .reading import SignedFile, Unreadable
from .signature import Signature
from .time_stamps import TimeStamp, read_time_stamp
from .trial import organisation_code
from .trust import TrustFolder

GROWTH = 2 * 1024 * 1024
"""What one signature made elsewhere may add to the file, in bytes: a picture and a chain with its lists, not a book."""


@dataclass(frozen=True)
class Step:
    """A new revision. ``time``: of its time stamp, None without one; ``signer``: as the certificate names it."""

    data: bytes
    field: str
    time: datetime | None
    signer: str
    certificate_sha256: str


@dataclass(frozen=True)
class SignerRule:
    """Who may sign in a slot, where no certificate is known beforehand: the unit's code (in trial certificates), or
    the name that the subject must bear as organisation, part of it or common name. Certificates that are named overrule
    both."""

    unit_code: str = ""
    organisation: str = ""
    certificate_sha256: str = ""
    certificates: frozenset[str] = frozenset()

    def allows(self, certificate: x509.Certificate) -> bool:
        """Whether the certificate is of the expected signer. A rule that says nothing allows nobody."""
        if self.certificate_sha256 or self.certificates:
            return fingerprint(certificate) in self.certificates | {self.certificate_sha256}
        code = organisation_code(certificate)
        if code and (code == self.unit_code or is_trial(certificate)):  # in a real certificate it is a tax code
            return code == self.unit_code
        return bool(plain(self.organisation)) and plain(self.organisation) in {
            plain(subject_value(certificate.subject, part))
            for part in ("organization_name", "organizational_unit_name", "common_name")
        }


@dataclass(frozen=True)
class Checked:
    """An acceptable step with its signature, certificate and time stamp."""

    step: Step
    signature: Signature
    certificate: x509.Certificate
    stamp: TimeStamp | None


def check_step(
    base: bytes, data: bytes, *, field: str, rule: SignerRule, trust: TrustFolder, own_field: bool = False
) -> Checked:
    """What makes a revision acceptable, whoever made it. Raises Invalid with the reason."""
    if not data.startswith(base):
        raise Invalid(_("Tệp trả về không bắt đầu bằng đúng bản đã giao để ký."))
    if len(data) == len(base):
        raise Invalid(_("Tệp trả về chưa có chữ ký mới."))
    if own_field and len(data) - len(base) > GROWTH:
        raise Invalid(
            _("Chữ ký mới làm tệp lớn thêm hơn %(size)s MB.", size=GROWTH // 1024 // 1024),
            _("Dùng hình chữ ký nhỏ hơn rồi ký lại."),
        )
    try:
        return _check_revision(base, data, field, rule, trust, own_field)
    except Unreadable as error:
        raise Invalid(error.reason) from error
    except Invalid:
        raise
    except Exception as error:  # the PDF library lets all kinds escape on a hostile file
        raise Invalid(_("Không đọc được tệp trả về.")) from error


def _check_revision(
    base: bytes, data: bytes, field: str, rule: SignerRule, trust: TrustFolder, own_field: bool
) -> Checked:
    old, new = SignedFile(base), SignedFile(data)
    before = {f.name for f in old.fields() if f.filled}
    signatures = new.signatures()
    added = [s for s in signatures if s.name not in before]
    if len(added) != 1 or len(signatures) != len(before) + 1:
        raise Invalid(_("Tệp trả về phải có đúng một chữ ký mới.") if added else _("Tệp trả về chưa có chữ ký mới."))
    signature = added[0]
    if signature.is_time_stamp:
        raise Invalid(_("Tệp trả về có thêm dấu thời gian nhưng không có chữ ký mới."))
    if signature.name != field and (not own_field or signature.name in {f.name for f in old.fields()}):
        raise Invalid(_("Chữ ký mới không nằm trong ô của đơn vị này."))
    if signature.problem or signature.certificate is None:
        raise Invalid(_("Chữ ký mới không đúng: %(problem)s", problem=signature.problem or _("không có chứng thư.")))
    if signature.end != len(data):
        raise Invalid(_("Sau chữ ký mới tệp còn phần được nối thêm."))
    if new.revisions != old.revisions + 1:
        raise Invalid(_("Ngoài chữ ký mới, tệp trả về còn có bản cập nhật khác."))
    if not rule.allows(signature.certificate):
        raise Invalid(_("Chữ ký mới không phải bằng chứng thư của người được giao ký ô này."))
    if any(
        s.certificate and s.certificate.sha256 == signature.certificate.sha256 for s in signatures if s is not signature
    ):
        raise Invalid(_("Chứng thư này đã ký ở một ô khác của văn bản; mỗi người ký bằng chứng thư của mình."))
    check_form(base, old, new, signature, field)
    if problem := changes_after(new, old.revisions - 1, signatures):
        # The base itself may end in an unsigned revision: the prepared fields. What came after it is what counts.
        raise Invalid(_("Ngoài chữ ký mới, tệp trả về còn bị đổi chỗ khác: %(low_problem)s", low_problem=problem))
    stamp = None
    if signature.token is not None:
        stamp = read_time_stamp(signature.token, _digests(signature.signature_value), trust)
        if stamp.problem:
            raise Invalid(stamp.problem)
    step = Step(
        data=data,
        field=signature.name,
        time=stamp.time if stamp and stamp.anchor else None,
        signer=signer_label(signature.certificate),
        certificate_sha256=fingerprint(signature.certificate),
    )
    return Checked(step, signature, signature.certificate, stamp)


def _digests(value: bytes) -> Any:
    return lambda algorithm: hashlib.new(algorithm, value).digest()
