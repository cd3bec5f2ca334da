"""Xác minh: what the page, the command and the programs are told about a file, with the register's word beside it.

Order of the answer: complete, unchanged, who and when, trusted, register. Three words only. No upload is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from giaouoc.lib.clock import local
from giaouoc.lib.dates import short_date
from giaouoc.lib.sentence import shown

from .engine.process import MAX_BYTES, verify_in_process
from .engine.verdict import Verdict
from .limits import a_place
from .models import SigningRound
from .queries import Registered, expected_for, registered
from .rules.codes import in_groups
from .states import CLOSED, RoundState

KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class VerifiedPage:
    """A verdict in words. ``facts``: pairs for the verdict box; ``rows``: a line for each signature; ``register``:
    'head', 'older', 'closed' or 'unknown'."""

    verdict: Verdict
    word: str
    facts: list[dict[str, str]]
    rows: list[list[Any]]
    register: str
    registered: Registered | None = field(default=None)

    @property
    def state(self) -> str:
        return self.verdict.verdict

    @property
    def trial(self) -> bool:
        return self.verdict.trial

    def to_json(self) -> dict[str, Any]:
        """The object of the contract."""
        return self.verdict.to_json()


def verify_upload(data: bytes) -> VerifiedPage:
    """Judge a file that anybody hands in, in a limited process; by the register's list where that knows the file."""
    sha256 = hashlib.sha256(data).hexdigest()
    known = registered(sha256)
    with a_place():
        verdict = verify_in_process(data, settings.TRUST, expected_for(sha256) if known else None)
    return in_words(verdict, known)


def page_of_stored(round_: SigningRound) -> VerifiedPage:
    """The verdict on the newest revision in the register; kept for a day while the trust folder stays the same."""
    head = round_.head
    key = f"xac-minh:{head.sha256}:{_trust_mark(settings.TRUST)}"
    kept = cache.get(key)
    if kept is None:
        with a_place():
            verdict = verify_in_process(head.file.read(), settings.TRUST, expected_for(head.sha256))
        cache.set(key, verdict.dump(), KEPT_SECONDS)
    else:
        verdict = Verdict.load(kept)
    return in_words(verdict, Registered(round_, head, True, ()))


def in_words(verdict: Verdict, known: Registered | None) -> VerifiedPage:
    """The page's words for a verdict and the register's line."""
    register, sentence = _register(known)
    facts = []
    if verdict.verdict != "valid":
        facts.append({"label": _("Lý do"), "text": shown(verdict.reason)})
    if verdict.code != "unreadable":
        facts += [
            {"label": _("Đủ chữ ký"), "text": _complete(verdict)},
            _unchanged(verdict, known),
            {"label": _("Ai, khi nào"), "text": _who(verdict)},
            {"label": _("Tin cậy"), "text": _trusted(verdict)},
        ]
    facts.append({"label": _("Bản lưu"), "text": sentence})
    rows = [
        [
            finding.unit_name or finding.unit or finding.slot,
            shown(finding.signer),
            _moment(finding.time) if finding.time else "–",
            {"state": "done" if finding.valid else "late", "text": shown(finding.reason)},
        ]
        for finding in verdict.signatures
    ]
    return VerifiedPage(verdict, _word(verdict), facts, rows, register, known)


def _word(verdict: Verdict) -> str:
    if verdict.verdict == "valid":
        if verdict.expected is None:
            return _("Hợp lệ. %(count)s chữ ký.") % {"count": verdict.signed}
        return _("Hợp lệ. Đủ %(signed)s/%(expected)s chữ ký.") % {
            "signed": verdict.signed,
            "expected": verdict.expected,
        }
    return _("Không hợp lệ.") if verdict.verdict == "invalid" else _("Chưa kết luận được.")


def _complete(verdict: Verdict) -> str:
    if verdict.expected is None:
        return _("Tệp có %(count)s chữ ký; không có danh sách người phải ký để đối chiếu.") % {"count": verdict.signed}
    said = _("%(signed)s/%(expected)s đơn vị đã ký") % {"signed": verdict.signed, "expected": verdict.expected}
    if verdict.missing:
        names = ", ".join(verdict.missing_names or verdict.missing)
        return _("%(said)s; còn thiếu: %(names)s.") % {"said": said, "names": names}
    return f"{said}."


def _unchanged(verdict: Verdict, known: Registered | None) -> dict[str, str]:
    label = _("Nội dung")
    if verdict.changed_after_signing:
        return {"label": label, "strong": _("Đã bị thay đổi"), "text": _("sau khi ký.")}
    if not verdict.signatures:
        return {"label": label, "text": _("Chưa có chữ ký nào để đối chiếu.")}
    text = _("từ chữ ký đầu tiên")
    if known is not None:
        mark = known.round.text_hash
        text = _("%(text)s; dấu vân tay nội dung %(hash)s") % {"text": text, "hash": in_groups(mark)}
    if verdict.sealed and verdict.sealed_at:
        text = _("%(text)s; đóng niêm lúc %(moment)s") % {"text": text, "moment": _moment(verdict.sealed_at)}
    elif not verdict.sealed:
        text = _("%(text)s; chưa đóng niêm") % {"text": text}
    return {"label": label, "strong": _("Không thay đổi"), "text": f"{text}."}


def _who(verdict: Verdict) -> str:
    times = sorted(finding.time for finding in verdict.signatures if finding.time)
    if not times:
        return _("Không rõ người ký và giờ ký.")
    count = len(verdict.signatures)
    stamped = all(finding.timestamped for finding in verdict.signatures)
    source = _("giờ do tổ chức cấp dấu thời gian xác nhận") if stamped else _("có chữ ký chỉ ghi giờ của máy người ký")
    first, last = _moment(times[0]), _moment(times[-1])
    span = first if first == last else _("từ %(first)s đến %(last)s") % {"first": first, "last": last}
    return _("%(count)s chữ ký, %(span)s; %(source)s.") % {"count": count, "span": span, "source": source}


def _trusted(verdict: Verdict) -> str:
    if not verdict.anchors:
        return _("Hệ thống này không có chứng thư gốc nào để tin các chứng thư trong tệp.")
    return _("Thẩm tra chứng thư tại thời điểm ký, theo %(anchors)s.") % {"anchors": "; ".join(verdict.anchors)}


def _register(known: Registered | None) -> tuple[str, str]:
    if known is None:
        return "unknown", _("Không có trong sổ của hệ thống này.")
    if known.round.state in CLOSED:
        return "closed", _("Có trong sổ, nhưng vòng ký này đã khép, không còn dùng.")
    if known.is_head:
        if known.round.state == RoundState.SEALED:
            return "head", _("Đúng là bản lưu trong sổ.")
        return "head", _("Đúng là bản đang lưu trong sổ, chưa ký xong.")
    if known.missing:
        return "older", _("Bản cũ hơn, thiếu chữ ký của %(units)s.") % {"units": ", ".join(known.missing)}
    if known.revision.cause in {"seal", "renewal"}:
        return "older", _("Đúng là bản đã lưu; trong sổ có bản mới hơn, cùng nội dung, đã gia hạn niêm phong.")
    return "older", _("Bản cũ hơn, chưa đóng niêm; trong sổ đã có bản đóng niêm.")


def _moment(at: datetime) -> str:
    here = local(at)
    return f"{here:%H:%M:%S} {_('ngày')} {short_date(here.date())}"


def _trust_mark(folder: Path) -> str:
    """Changes whenever a file of the trust folder does."""
    try:
        files = sorted((one.name, one.stat().st_mtime_ns, one.stat().st_size) for one in folder.iterdir())
    except OSError:
        files = []
    return hashlib.sha256(repr(files).encode()).hexdigest()[:16]


__all__ = ["MAX_BYTES", "VerifiedPage", "in_words", "page_of_stored", "verify_upload"]
