"""Tệp ký bằng công cụ của cơ quan: the leader takes the current revision away, signs it with the agency's own program and
token, and hands it back. Accepted only if it is that revision and exactly one new signature by the expected signer."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from giaouoc.lib.errors import Invalid

from ..provision import expected_certificates, has_real_root, services_here
from . import Carrier, Signed, SignRequest

CLOCK_TOLERANCE = timedelta(minutes=10)


class ReturnedFileCarrier(Carrier):
    """Any tool that signs PDF files: the State's signing programs with their token first of all."""

    name = "file"
    label = gettext_noop("Ký bằng công cụ và thiết bị của cơ quan, rồi nộp lại tệp")
    rank = 20
    lease = timedelta(minutes=20)
    by_file = True

    def lacks(self, unit_code: str | None = None) -> str:
        if has_real_root():
            return ""
        return _("Chưa có chứng thư gốc nào trong thư mục neo tin cậy (GIAOUOC_TRUST) để kiểm tra chữ ký.")

    def sign(self, base: bytes, request: SignRequest, answer: bytes = b"") -> Signed:
        """Accept the returned file: read in a limited process, then its certificate judged as of now."""
        from ..engine.acceptance import accept_in_process
        from ..engine.keys import load_certificate
        from ..engine.sign import check_certificate
        from ..engine.trust import TrustFolder

        if not answer:
            raise Invalid(_("Chưa có tệp đã ký."))
        found = accept_in_process(
            base,
            answer,
            field=request.field,
            unit_code=request.unit_code,
            organisation=request.unit_name,
            certificates=frozenset(one.sha256.hex() for one in expected_certificates(request.unit_code)),
            trust=settings.TRUST,
            now=request.at,
        )
        if found.time is not None and found.time > request.at + CLOCK_TOLERANCE:
            raise Invalid(_("Dấu thời gian của chữ ký muộn hơn giờ hiện tại quá 10 phút; tệp chưa được nhận."))
        trust = TrustFolder.load(settings.TRUST)
        certificate = load_certificate(found.certificate)
        chain = [load_certificate(one) for one in found.others]
        # First without the network: only a certificate that leads to an anchor may name addresses to ask.
        check_certificate(certificate, trust, request.at, chain=chain)
        revocation = services_here().revocation([certificate, *chain], request.at)
        for moment in {request.at, found.time or request.at}:
            check_certificate(certificate, trust, moment, revocation, chain)
        return Signed(answer, found.time, found.signer, found.certificate_sha256)


CARRIER = ReturnedFileCarrier()
