"""Ký từng phần: what carriers share whose key signs a value, here or far away: the certificate is checked now, the file
prepared, the value checked, then time-stamped. Without a time stamp the value is kept and nothing goes into the file."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from .carriers import Signed, SignRequest
from .engine.prepared import Prepared
from .provision import expected_certificates, services_here

if TYPE_CHECKING:  # the engine brings its PDF library with it
    from asn1crypto import x509

    from .engine.step import SignerRule

log = logging.getLogger(__name__)


def rule_of(unit_code: str, unit_name: str) -> SignerRule:
    """Who may sign for a unit, with a key of its own."""
    from .engine.step import SignerRule

    return SignerRule(
        unit_code, unit_name, certificates=frozenset(one.sha256.hex() for one in expected_certificates(unit_code))
    )


def begun(
    base: bytes,
    request: SignRequest,
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    *,
    pss: bool = True,
) -> Prepared:
    """The file with room for a signature by this certificate, if it may sign here and now. Raises Invalid, WrongState."""
    from .engine.deferred import algorithm_for, prepare
    from .engine.sign import check_certificate, check_signer, empty_field
    from .engine.trust import TrustFolder

    check_signer(empty_field(base, request.field), certificate, rule_of(request.unit_code, request.unit_name))
    trust = TrustFolder.load(settings.TRUST)
    # First without the network: only a certificate that leads to an anchor may name addresses to ask.
    check_certificate(certificate, trust, request.at, chain=chain)
    revocation = services_here().revocation([certificate, *chain], request.at)
    check_certificate(certificate, trust, request.at, revocation, chain)
    return prepare(
        base,
        name=request.field,
        certificate=certificate,
        chain=chain,
        algorithm=algorithm_for(certificate, pss=pss),
        now=request.at,
        picture=request.picture,
    )


def valued(base: bytes, request: SignRequest, prepared: Prepared, value: bytes) -> Signed | Prepared:
    """Go on with the key's value. Raises Invalid for one that does not fit; it never goes into the file."""
    from .engine.deferred import fitting

    return finished(base, request, prepared.now(value=fitting(prepared, value)))


def finished(base: bytes, request: SignRequest, prepared: Prepared) -> Signed | Prepared:
    """The signed file, judged as a whole; while no time stamp can be had, what was prepared, with one more try noted."""
    from .engine.deferred import complete
    from .engine.sign import check_own_step
    from .engine.trust import TrustFolder

    try:
        data = complete(base, prepared, services_here().stamper(request.at))
    except OSError as error:  # every service down, refusing or lying
        log.warning("no time stamp: %s", error)
        return prepared.now(tries=prepared.tries + 1)
    if prepared.tries:  # it waited: the certificate that was good then may have ended or been revoked since
        _check_again(prepared, request.at)
    step = check_own_step(
        base,
        data,
        field=request.field,
        sha256=hashlib.sha256(prepared.certificates[0]).hexdigest(),
        trust=TrustFolder.load(settings.TRUST),
        now=request.at,
    )
    return Signed(step.data, step.time, step.signer, step.certificate_sha256)


def _check_again(prepared: Prepared, now: datetime) -> None:
    """Judge the signer's certificate as of the time stamp that came late. Raises Invalid."""
    from .engine.keys import load_certificate
    from .engine.sign import check_certificate
    from .engine.trust import TrustFolder

    certificate, *chain = (load_certificate(one) for one in prepared.certificates)
    revocation = services_here().revocation([certificate, *chain], now)
    check_certificate(certificate, TrustFolder.load(settings.TRUST), now, revocation, chain)
