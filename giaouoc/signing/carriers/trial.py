"""Cơ quan chứng thực thử nghiệm: keys and time stamps of the demonstration. Everything it makes says that it is a trial."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from giaouoc.lib import clock
from giaouoc.lib.errors import Invalid

from . import Carrier, Signed, SignRequest


class TrialCarrier(Carrier):
    """The trial authority and its time-stamp service, in this process."""

    name = "trial"
    label = gettext_noop("Chứng thư thử nghiệm")
    rank = 10
    is_trial = True
    lease = timedelta(minutes=2)

    def lacks(self, unit_code: str | None = None) -> str:
        return "" if settings.TRIAL_SIGNING else _("Hệ thống thật không ký bằng chứng thư thử nghiệm.")

    def sign(self, base: bytes, request: SignRequest, answer: bytes = b"") -> Signed:
        """Sign with the unit's trial certificate, made on first use."""
        from ..engine.sign import sign
        from ..engine.step import SignerRule
        from ..engine.trial import TrialAuthority
        from ..engine.trust import TrustFolder

        authority = TrialAuthority.open(settings.DATA, request.at)
        step = sign(
            base,
            field=request.field,
            key=authority.issue(request.unit_code, request.unit_name, request.post, request.at),
            stamper=authority.time_stamper(clock.current().now),
            now=request.at,
            trust=TrustFolder.load(settings.DATA / "trust"),
            revocation=authority.revocation_data(request.at),
            rule=SignerRule(unit_code=request.unit_code),
            picture=request.picture,
        )
        if step.time is None:
            raise Invalid(_("Chữ ký không có dấu thời gian."))
        return Signed(step.data, step.time, step.signer, step.certificate_sha256)


CARRIER = TrialCarrier()
