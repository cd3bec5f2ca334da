"""What this installation was given for signing: trust anchors, expected certificates, time-stamp and revocation services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from giaouoc.clusters.models import Unit
from giaouoc.lib import clock

from .engine.verdict import Expected

if TYPE_CHECKING:  # the engine brings its PDF library with it; pages that sign nothing do without
    from asn1crypto import x509
    from pyhanko.sign.timestamps import TimeStamper

    from .engine.trial import RevocationData
    from .engine.trust import TrustFolder

SIGNERS = "nguoi-ky"
_kept: dict[tuple[tuple[str, float, int], ...], tuple[bool, bool]] = {}


def _marks(folder: Path) -> tuple[tuple[str, float, int], ...]:
    if not folder.is_dir():
        return ()
    found = ((path, path.stat()) for path in sorted(folder.iterdir()) if path.is_file())
    return tuple((str(path), stat.st_mtime, stat.st_size) for path, stat in found)


def _roots_and_tsas() -> tuple[bool, bool]:
    """Whether the trust folder holds a real root, and a pinned time-stamp authority; read again when a file changed."""
    marks = _marks(settings.TRUST)
    if marks not in _kept:
        from .engine.trust import TrustFolder

        trust = TrustFolder.load(settings.TRUST)
        _kept.clear()
        _kept[marks] = any(not a.trial for a in trust.of_kind("root")), bool(trust.of_kind("tsa"))
    return _kept[marks]


def has_real_root() -> bool:
    """Whether a certificate authority that is no trial is trusted here."""
    return _roots_and_tsas()[0]


def expected_certificates(unit_code: str) -> list[x509.Certificate]:
    """The certificates with which a unit signs, where the administrator laid them down: ``nguoi-ky/CODE.cer`` or
    ``nguoi-ky/CODE-….cer`` in the trust folder. Empty: any certificate that names the unit.

    A code may itself hold a dash: a file belongs to the longest code that it can begin with, never to two units."""
    from .engine.keys import load_certificate
    from .engine.trust import SUFFIXES

    folder, found = settings.TRUST / SIGNERS, []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        stem = path.name[: -len(path.suffix)] if path.suffix else path.name
        if path.suffix.lower() in SUFFIXES and _is_of(stem, unit_code):
            with suppress(OSError, ValueError, TypeError, KeyError):
                found.append(load_certificate(path.read_bytes()))
    return found


def _is_of(stem: str, code: str) -> bool:
    """Whether a file's name is a code, or begins with it and no longer one."""
    if stem == code or not stem.startswith(f"{code}-"):
        return stem == code
    longer = Unit.objects.filter(code__startswith=f"{code}-").values_list("code", flat=True)
    return not any(stem == one or stem.startswith((f"{one}-", f"{one}.")) for one in longer)


class Services(Protocol):
    """Time stamps and revocation data of an installation."""

    def lacks(self) -> str:
        """'' when a document can be sealed here, else a sentence: what has to be set up."""
        ...

    def revocation(self, certificates: Iterable[x509.Certificate], now: datetime) -> RevocationData:
        """What is known now about these certificates of signers."""
        ...

    def stamper(self, now: datetime) -> TimeStamper:
        """Gives time stamps, each checked before it is used."""
        ...

    def seal(self, head: bytes, now: datetime, expected: Sequence[Expected]) -> bytes:
        """The head with the closing time stamp and the long-term data. Raises Invalid or WrongState; nothing changed."""
        ...

    def renew(self, head: bytes, now: datetime, expected: Sequence[Expected]) -> bytes:
        """A sealed head with one more seal over it, before the last one ages. Raises as ``seal``."""
        ...


class TrialServices:
    """The trial authority's time stamps and list of revoked trial certificates, in this process."""

    def lacks(self) -> str:
        return ""

    def revocation(self, certificates: Iterable[x509.Certificate], now: datetime) -> RevocationData:
        """Today's list of revoked trial certificates."""
        from .engine.trial import TrialAuthority

        return TrialAuthority.open(settings.DATA, now).revocation_data(now)

    def stamper(self, now: datetime) -> TimeStamper:
        """The trial time-stamp service."""
        from .engine.trial import TrialAuthority

        return TrialAuthority.open(settings.DATA, now).time_stamper(clock.current().now)

    def seal(self, head: bytes, now: datetime, expected: Sequence[Expected]) -> bytes:
        """Seal with the trial time stamp."""
        from .engine.sign import seal
        from .engine.trial import TrialAuthority
        from .engine.trust import TrustFolder

        authority = TrialAuthority.open(settings.DATA, now)
        return seal(
            head,
            stamper=authority.time_stamper(clock.current().now),
            trust=TrustFolder.load(settings.DATA / "trust"),
            revocation=authority.revocation_data(now),
            expected=expected,
            now=now,
        )

    def renew(self, head: bytes, now: datetime, expected: Sequence[Expected]) -> bytes:
        """Seal once more with the trial time stamp."""
        from .engine.sign import renew
        from .engine.trust import TrustFolder

        return renew(
            head,
            stamper=self.stamper(now),
            trust=TrustFolder.load(settings.DATA / "trust"),
            revocation=self.revocation((), now),
            expected=expected,
        )


class NetworkServices:
    """The time-stamp services of GIAOUOC_TSA_URL in order; revocation services by the addresses in the certificates."""

    def lacks(self) -> str:
        if not settings.TSA_URLS:
            return _("Chưa có dịch vụ cấp dấu thời gian (GIAOUOC_TSA_URL).")
        if not _roots_and_tsas()[1]:
            return _("Chưa có chứng thư của dịch vụ dấu thời gian trong thư mục neo tin cậy (GIAOUOC_TRUST).")
        return ""

    def revocation(self, certificates: Iterable[x509.Certificate], now: datetime) -> RevocationData:
        """Asked now, with the lists that the administrator laid into the trust folder (``*.crl``)."""
        from .engine.services import revocation_now

        return revocation_now(certificates, self._trust(), now, folder=settings.TRUST)

    def seal(self, head: bytes, now: datetime, expected: Sequence[Expected]) -> bytes:
        """Seal by the first time-stamp service that answers rightly, with the revocation data of all signers."""
        from .engine.reading import SignedFile
        from .engine.sign import seal

        signatures = SignedFile(head).signatures()
        signers = [one for s in signatures for one in (s.certificate, *s.others) if one is not None]
        return seal(
            head,
            stamper=self.stamper(now),
            trust=self._trust(),
            revocation=self.revocation(signers, now),
            expected=expected,
            now=now,
        )

    def renew(self, head: bytes, now: datetime, expected: Sequence[Expected]) -> bytes:
        """Seal once more, with what is known now about the certificates of the older time stamps too."""
        from .engine.reading import SignedFile
        from .engine.sign import renew

        certificates = [s.certificate for s in SignedFile(head).signatures() if s.certificate is not None]
        return renew(
            head,
            stamper=self.stamper(now),
            trust=self._trust(),
            revocation=self.revocation(certificates, now),
            expected=expected,
        )

    def stamper(self, now: datetime) -> TimeStamper:
        """The time-stamp services, each token checked before it is used."""
        from .engine.services import StampersInOrder, WebTimeStamper

        return StampersInOrder([WebTimeStamper(url) for url in settings.TSA_URLS], self._trust(), clock.current().now)

    def _trust(self) -> TrustFolder:
        from .engine.trust import TrustFolder

        return TrustFolder.load(settings.TRUST)


def services_here() -> Services:
    """The services of this installation."""
    return TrialServices() if settings.TRIAL_SIGNING else NetworkServices()
