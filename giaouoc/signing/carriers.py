"""Who holds the keys: a carrier is one small class with one interface; the rounds do not know which it is.

Only the trial authority is built in, and only where the installation is a demonstration, a rehearsal or a test. A real
installation has no carrier until one is set up, and then its pages say so and offer nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from giaouoc.lib import clock
from giaouoc.lib.errors import Invalid

from .engine.verdict import Expected

if TYPE_CHECKING:  # the engine brings its PDF library with it; pages that sign nothing do without
    from .engine.trust import TrustFolder


@dataclass(frozen=True)
class SignRequest:
    """What is to be signed by whom. ``field``: the prepared field; ``post``: as printed over it; ``at``: aware."""

    field: str
    unit_code: str
    unit_name: str
    post: str
    at: datetime


@dataclass(frozen=True)
class Signed:
    """A new revision. ``signed_at``: by the time stamp; ``signer``: as the certificate names it."""

    data: bytes
    signed_at: datetime
    signer: str
    certificate_sha256: str


class Carrier(Protocol):
    """Makes signatures and seals on the head revision, and checks the whole new file before giving it back."""

    is_trial: bool
    lease: timedelta

    def sign(self, base: bytes, request: SignRequest) -> Signed:
        """The base with one more signature. Raises Invalid or WrongState; then nothing was changed."""
        ...

    def seal(self, head: bytes, now: datetime, expected: Sequence[Expected]) -> bytes:
        """The head with the closing time stamp and the long-term data. Raises Invalid or WrongState, as ``sign``."""
        ...


class TrialCarrier:
    """The trial authority and its time-stamp service, in this process. Everything it makes says that it is a trial."""

    is_trial = True
    lease = timedelta(minutes=2)

    def sign(self, base: bytes, request: SignRequest) -> Signed:
        """Sign with the unit's trial certificate, made on first use."""
        from .engine.sign import SignerRule, sign
        from .engine.trial import TrialAuthority

        authority = TrialAuthority.open(settings.DATA, request.at)
        step = sign(
            base,
            field=request.field,
            key=authority.issue(request.unit_code, request.unit_name, request.post, request.at),
            stamper=authority.time_stamper(clock.current().now),
            now=request.at,
            trust=self._trust(),
            revocation=authority.revocation_data(request.at),
            rule=SignerRule(unit_code=request.unit_code),
        )
        if step.time is None:
            raise Invalid(_("Chữ ký không có dấu thời gian."))
        return Signed(step.data, step.time, step.signer, step.certificate_sha256)

    def seal(self, head: bytes, now: datetime, expected: Sequence[Expected]) -> bytes:
        """Seal with the trial time stamp and today's list of revoked trial certificates."""
        from .engine.sign import seal
        from .engine.trial import TrialAuthority

        authority = TrialAuthority.open(settings.DATA, now)
        return seal(
            head,
            stamper=authority.time_stamper(clock.current().now),
            trust=self._trust(),
            revocation=authority.revocation_data(now),
            expected=expected,
        )

    def _trust(self) -> TrustFolder:
        from .engine.trust import TrustFolder

        return TrustFolder.load(settings.DATA / "trust")


def carrier_here() -> Carrier | None:
    """The signing service of this installation, or None."""
    return TrialCarrier() if settings.TRIAL_SIGNING else None
