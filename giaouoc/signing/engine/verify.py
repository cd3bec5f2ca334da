"""Kiểm tra tệp đã ký: complete, unchanged, who and when, trusted; the same answer on any day and without network.

'Every signature that is there is valid' is not enough. A file is *valid* only when every unit on the list has signed
in its place with its certificate, nothing but signatures came after the first one, a pinned time-stamp authority
sealed the whole file to its last byte, and each chain was good at the time of its own time stamp. Codes of a verdict:
``valid``, ``no_signatures``, ``missing``, ``changed``, ``broken``, ``wrong_signer``, ``order``, ``certificate``, ``untrusted``,
``no_time``, ``no_revocation_data``, ``stranger``, ``unsealed``, ``active``, ``loose``, ``unreadable``.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import x509

from giaouoc.lib.sentence import say as _

from .canonical import canonical_problem
from .certificates import Judgement, judge
from .changes import changes_after, is_shown
from .keys import fingerprint, is_trial, plain, signer_label, subject_value
from .reading import FieldInfo, SignedFile, Unreadable
from .signature import Signature
from .time_stamps import TimeStamp, read_time_stamp
from .trust import TrustFolder
from .verdict import Expected, SignatureFinding, Verdict, Word, body_of, leader_of, unreadable

INVALID_STATES = frozenset({"expired", "early", "revoked", "usage", "weak", "bad"})


def verify(
    data: bytes, trust: TrustFolder, expected: Sequence[Expected] | None = None, at: datetime | None = None
) -> Verdict:
    """Judge a file. ``expected``: who must sign by the register, None to take the list from the file itself. ``at``:
    the time at which to judge signatures that bear no time stamp (aware); without it they cannot be judged.

    Raises what the PDF library raises on a hostile file; ``verify_in_process`` turns that into a verdict.
    """
    try:
        file = SignedFile(data)
    except Unreadable as error:
        return unreadable(error.reason, expected)
    except Exception as strict_error:  # the library lets all kinds escape; a second look may still tell more
        return _loose(data, trust, expected, at, strict_error)
    return _Examination(file, trust, expected, at).verdict()


def _loose(
    data: bytes,
    trust: TrustFolder,
    expected: Sequence[Expected] | None,
    at: datetime | None,
    error: Exception,
) -> Verdict:
    """A second, lenient reading of a file whose structure is not sound: it can tell more, but never ends in 'valid'."""
    sentence = _("Cấu trúc tệp PDF không chặt chẽ nên không kết luận được.")
    try:
        verdict = _Examination(SignedFile(data, strict=False), trust, expected, at).verdict()
    except Unreadable as again:
        return unreadable(again.reason, expected)
    except Exception:  # as above
        return unreadable(
            _("Không đọc được tệp PDF: tệp hỏng hoặc bị cắt (%(error)s).", error=error.__class__.__name__), expected
        )
    if verdict.verdict == "valid":
        return replace(verdict, verdict="unknown", code="loose", reason=sentence)
    return verdict


@dataclass
class _Judged:
    """A signature with everything found about it."""

    signature: Signature
    unit: str | None
    stamp: TimeStamp | None = None
    judgement: Judgement | None = None
    problem: str = ""
    code: str = ""  # '' when there is nothing against it

    def finding(self, names: dict[str, str]) -> SignatureFinding:
        s, certificate, judgement = self.signature, self.signature.certificate, self.judgement
        stamped = self.stamp is not None and self.stamp.time is not None and not self.stamp.problem
        note = judgement.note if judgement else ""
        anchor = judgement.anchor.name if judgement and judgement.anchor else ""
        return SignatureFinding(
            slot=s.name,
            unit=self.unit,
            signer=signer_label(certificate) if certificate else _("không đọc được"),
            time=self.stamp.time if self.stamp is not None and stamped else s.claimed_time,
            timestamped=stamped,
            valid=self.code == "",
            reason=self.problem or note or _("Chữ ký đúng, chứng thư có hiệu lực vào lúc ký."),
            unit_name=names.get(self.unit or "", ""),
            certificate_sha256=fingerprint(certificate) if certificate else "",
            issuer=_issuer_name(certificate.issuer) if certificate else "",
            time_authority=signer_label(self.stamp.certificate) if self.stamp and self.stamp.certificate else "",
            anchor=anchor,
            trial=bool(judgement and judgement.trial) or bool(certificate and is_trial(certificate)),
        )


class _Examination:
    """One file under examination: each step adds to what is known, ``verdict`` weighs it."""

    def __init__(
        self, file: SignedFile, trust: TrustFolder, expected: Sequence[Expected] | None, at: datetime | None
    ) -> None:
        self.file, self.trust, self.at = file, trust, at
        self.signatures = file.signatures()
        self.fields = self._signed_fields()
        self.names = {f.unit: f.unit_name for f in self.fields if f.unit}
        self.expected = self._expected(expected)
        self.names |= {e.unit: e.name for e in self.expected or () if e.name}
        self.evidence = file.evidence(self.signatures)
        self.changed, self.signed_over = self._changes()
        self.seal, self.seal_problem, self.seal_broken = self._seal()
        self.judged = self._judge_all()

    def _signed_fields(self) -> list[FieldInfo]:
        """The fields as the first signature found them: those it protects. Without signatures, as they are."""
        revisions = [s.revision for s in self.signatures if s.revision >= 0]
        if not revisions:
            return self.file.fields()
        return self.file.fields(self.file.at(min(revisions)))

    def _expected(self, register: Sequence[Expected] | None) -> list[Expected] | None:
        """Who must sign: by the fields prepared in the file, and by the register where there is one."""
        wanted = {
            f.unit: Expected(
                f.unit, f.unit_name, f.name, next(iter(f.certificates)) if len(f.certificates) == 1 else ""
            )
            for f in self.fields
            if f.unit
        }
        for entry in register or ():
            known = wanted.get(entry.unit)
            wanted[entry.unit] = Expected(
                entry.unit,
                entry.name or (known.name if known else ""),
                entry.field or (known.field if known else ""),
                entry.certificate_sha256 or (known.certificate_sha256 if known else ""),
            )
        return list(wanted.values()) if wanted or register is not None else None

    def _changes(self) -> tuple[str, bool]:
        """'' or what was changed after the first signature; and whether a later signature covers it all, so that its
        signer saw it (State agencies' tools add visible stamps between signatures)."""
        readable = [s for s in self.signatures if s.revision >= 0]
        if not readable:
            return "", False
        last = readable[-1]
        if self.file.data[last.end :] and last.revision == self.file.revisions - 1:
            return _("Sau chữ ký cuối cùng có phần dữ liệu được nối thêm vào tệp."), False
        names = Counter(f.name for f in self.file.fields())
        if any(count > 1 for count in names.values()):
            return _("Tệp có hai ô chữ ký trùng tên."), False
        if problem := changes_after(self.file, min(s.revision for s in readable), self.signatures):
            return problem, not changes_after(self.file, last.revision, self.signatures)
        return "", False

    def _seal(self) -> tuple[TimeStamp | None, str, bool]:
        """The last time stamp over the whole file, if a pinned authority gave it; else None and, if there is one, why
        not, and whether that means that bytes were changed or added."""
        stamps = [s for s in self.signatures if s.is_time_stamp]
        if not stamps:
            return None, "", False
        last = stamps[-1]
        if last.problem or last.token is None or last.embedded is None:
            return None, last.problem or _("Niêm phong không đọc được."), True
        stamp = read_time_stamp(last.token, last.embedded.compute_digest, self.trust)
        if stamp.problem:
            return None, stamp.problem, True
        if last.end != len(self.file.data):
            # In a foreign file, signatures or long-term data after a time stamp are usual; the review has seen them.
            return None, _("Sau niêm phong tệp có phần được nối thêm."), self.expected is not None
        if stamp.anchor is None:
            return None, _("Chưa có chứng thư ghim cho cơ quan đóng dấu thời gian của niêm phong."), False
        if problem := canonical_problem(last, self.trust):
            return None, problem, True
        return stamp, "", False

    def _judge_all(self) -> list[_Judged]:
        judged = [self._judge(s) for s in self.signatures if not s.is_time_stamp]
        by_certificate = Counter(
            j.signature.certificate.sha256 for j in judged if j.unit and j.signature.certificate is not None
        )
        for j in judged:
            certificate = j.signature.certificate
            if j.unit and certificate is not None and by_certificate[certificate.sha256] > 1 and not j.code:
                j.code, j.problem = "wrong_signer", _("Một chứng thư ký ở nhiều ô của các đơn vị khác nhau.")
        taken = {j.unit for j in judged if j.unit}
        for j in judged:  # an agency's own tool may sign in a visible field of its own instead of the prepared one
            if j.unit is not None or j.code:
                continue
            if unit := next((one for one in self._units_of(j.signature) if one not in taken), None):
                j.unit = unit
                taken.add(unit)
                j.code, j.problem = self._wrong_signer(j.signature, unit)
        self._stamps_in_order(judged)
        self._strangers(judged)
        for j in judged:
            last = j.signature is self.signatures[-1]
            if self.changed and not j.code and not (last and self.signed_over):
                j.code, j.problem = "changed", self.changed
        return judged

    def _stamps_in_order(self, judged: list[_Judged]) -> None:
        """A body's stamp that was there before its leader's signature stamps nothing. Where no leader was to sign, it may."""
        owed = {e.unit for e in self.expected or ()}
        place = {j.unit: at for at, j in enumerate(judged) if j.unit}
        for at, j in enumerate(judged):
            leader = leader_of(j.unit)
            if leader in owed and not j.code and place.get(leader, len(judged)) > at:
                j.code, j.problem = "order", _("Con dấu được đặt khi lãnh đạo của đơn vị chưa ký.")

    def _strangers(self, judged: list[_Judged]) -> None:
        """Who is not on the list may sign unseen, or where the first to sign saw the place; what such a signature shows
        later on stands beside the text as if the units had signed it."""
        seen = {f.name for f in self.fields}
        for j in judged:
            name = j.signature.name
            if self.expected and j.unit is None and not j.code and name not in seen and is_shown(self.file, name):
                j.code = "stranger"
                j.problem = _(
                    "Chữ ký hiện trên giấy, thêm sau chữ ký đầu tiên, của người không có trong danh sách phải ký."
                )

    def _judge(self, signature: Signature) -> _Judged:
        judged = _Judged(signature, signature.unit)
        if signature.problem:
            judged.code = "unsupported" if signature.unsupported else "changed" if signature.changed else "broken"
            judged.problem = signature.problem
            return judged
        if signature.token is not None:
            judged.stamp = read_time_stamp(signature.token, _digest_of(signature.signature_value), self.trust)
        moment, code, problem = self._moment(judged.stamp)
        if moment is None or signature.certificate is None:
            judged.code, judged.problem = code, problem
            # With a time stamp that is not believed yet, the chain is still told, so that all that is missing is named.
            return judged
        sealed = self.seal is not None or bool(self.evidence.crls or self.evidence.ocsps)
        judged.judgement = judge(
            signature.certificate,
            self.trust,
            moment,
            self.evidence,
            need_revocation_data=sealed or self.expected is None,
        )
        if judged.judgement.state in INVALID_STATES:
            judged.code = "certificate"
        elif judged.judgement.state == "no_anchor":
            judged.code = "untrusted"
        elif judged.judgement.state == "no_revocation_data":
            judged.code = "no_revocation_data"
        judged.problem = judged.judgement.reason
        if not judged.code or judged.code == "untrusted":
            code, problem = self._wrong_signer(signature, signature.unit)
            if code:
                judged.code, judged.problem = code, problem
        return judged

    def _moment(self, stamp: TimeStamp | None) -> tuple[datetime | None, str, str]:
        """The time at which to judge a signature; or None, a code and a sentence."""
        if stamp is not None and stamp.problem:
            return None, "broken", stamp.problem
        if stamp is not None and stamp.anchor is not None:
            return stamp.time, "", ""
        if stamp is None and self.seal is not None:
            return self.seal.time, "", ""
        if stamp is None and self.at is not None:
            return self.at, "", ""
        if stamp is not None:
            authority = signer_label(stamp.certificate) if stamp.certificate is not None else _("không rõ")
            return (
                None,
                "untrusted",
                _("Chưa có chứng thư ghim cho cơ quan đóng dấu thời gian «%(authority)s».", authority=authority),
            )
        return None, "no_time", _("Chữ ký không có dấu thời gian, chỉ có giờ do máy người ký ghi.")

    def _wrong_signer(self, signature: Signature, unit: str | None) -> tuple[str, str]:
        """Whether the certificate is not that of the unit in whose place it signed: a code and a sentence, or ''
        twice. An agency's own field stands in the place that was prepared for its unit, and under the same rule."""
        certificate = signature.certificate
        if unit is None or certificate is None:
            return "", ""
        wanted = next((e.certificate_sha256 for e in self.expected or () if e.unit == unit), "")
        prepared = next((f.certificates for f in self.fields if f.unit == unit), frozenset())
        name = self.names.get(unit) or unit
        wrong = _("Ô của %(name)s được ký bằng chứng thư không phải của đơn vị đó.", name=name)
        mine = fingerprint(certificate)
        if wanted or prepared:
            return ("", "") if mine == wanted or mine in prepared else ("wrong_signer", wrong)
        owner = _owner(certificate, self.names)
        coded = subject_value(certificate.subject, "organization_identifier") in self.names
        if owner == unit or (owner and not coded and body_of(owner) == body_of(unit)):
            return (
                "",
                "",
            )  # a name alone tells the body, not whether its leader, its secretary or its clerk holds the key
        # A trial certificate names its unit by our code; the identifier in a real one is a tax code, which we do not know.
        if owner is not None or (
            is_trial(certificate) and subject_value(certificate.subject, "organization_identifier")
        ):
            return "wrong_signer", wrong
        return "untrusted", _("Chứng thư không ghi tên %(name)s; chưa rõ có phải của đơn vị đó.", name=name)

    def _units_of(self, signature: Signature) -> list[str]:
        """Whose certificate signed in a field of another name, by the register's or the field's certificate; where it
        tells the body alone, each of its places, the leader's first."""
        if signature.certificate is None:
            return []
        mine = fingerprint(signature.certificate)
        for entry in self.expected or ():
            if entry.certificate_sha256 == mine:
                return [entry.unit]
        owner = _owner(signature.certificate, self.names)
        return [owner, *(one for one in self.names if owner and body_of(one) == owner != one)] if owner else []

    def verdict(self) -> Verdict:
        """Weigh everything; the gravest finding gives the answer."""
        word, code, reason = self._weigh()
        findings = tuple(j.finding(self.names) for j in self.judged)
        units = [e.unit for e in self.expected or ()]
        there = {j.unit for j in self.judged if j.unit and j.code != "wrong_signer"}
        empty = [u for u in units if not any(j.unit == u for j in self.judged)]
        if word == "valid" and self.file.active_content():
            word, code = "unknown", "active"
            reason = _("Tệp chứa mã tự chạy hoặc lệnh mở chương trình khác, không thể coi là văn bản tĩnh.")
        return Verdict(
            verdict=word,
            reason=reason,
            code=code,
            signed=len(there & set(units)) if self.expected is not None else len(findings),
            expected=len(units) if self.expected is not None else None,
            missing=tuple(empty),
            changed_after_signing=(
                bool(self.changed) or self.seal_broken or any(j.signature.changed for j in self.judged)
            ),
            sealed=self.seal is not None and not self.changed,
            signatures=findings,
            missing_names=tuple(self.names.get(u) or u for u in empty),
            sealed_at=self.seal.time if self.seal else None,
            seal_authority=signer_label(self.seal.certificate) if self.seal and self.seal.certificate else "",
            anchors=tuple(sorted({f.anchor for f in findings if f.anchor} | self._seal_anchor())),
            trial=any(f.trial for f in findings),
        )

    def _seal_anchor(self) -> set[str]:
        return {self.seal.anchor.name} if self.seal and self.seal.anchor else set()

    def _weigh(self) -> tuple[Word, str, str]:
        judged, units = self.judged, self.expected
        missing = [e for e in units or () if not any(j.unit == e.unit for j in judged)]

        def first(code: str) -> _Judged | None:
            return next((j for j in judged if j.code == code), None)

        if not judged:
            if units:
                return (
                    "invalid",
                    "no_signatures",
                    _("Tệp không có chữ ký nào; cần chữ ký của %(count)s đơn vị.", count=len(units)),
                )
            return "unknown", "no_signatures", _("Tệp không có chữ ký nào.")
        if self.changed and (units is not None or not self.signed_over):
            return "invalid", "changed", self.changed
        hurt = next((j for j in judged if j.signature.changed), None) or first("broken")
        if hurt:
            return "invalid", hurt.code, self._about(hurt)
        if self.seal_broken:
            return "invalid", "changed", self.seal_problem or _("Niêm phong không còn khớp với tệp.")
        if (j := first("wrong_signer")) or (j := first("certificate")) or (j := first("order")):
            return "invalid", j.code, self._about(j)
        if missing:
            names = ", ".join(e.name or e.unit for e in missing)
            return (
                "invalid",
                "missing",
                _(
                    "Chưa đủ chữ ký: mới có %(count)s trên %(all)s chữ ký, thiếu %(names)s.",
                    count=len(units or ()) - len(missing),
                    all=len(units or ()),
                    names=names,
                ),
            )
        if self.changed:  # of a foreign file, and under a later signature: its signer saw it, the earlier ones did not
            return (
                "unknown",
                "changed",
                _("%(changed)s Thay đổi này nằm trong phần mà chữ ký sau đã ký.", changed=self.changed),
            )
        for code in ("unsupported", "untrusted", "no_time", "no_revocation_data", "stranger"):
            if j := first(code):
                return "unknown", code, self._about(j)
        if units is not None and self.seal is None:
            if self.seal_problem:
                return "unknown", "untrusted", self.seal_problem
            return "unknown", "unsealed", _("Đã ký đủ nhưng chưa đóng niêm, nên chưa kết luận được về lâu dài.")
        if units is None:
            return "valid", "valid", _("Các chữ ký đúng, không có gì thay đổi sau khi ký, chứng thư tin cậy.")
        return (
            "valid",
            "valid",
            _(
                "Đủ %(count)s chữ ký, không có gì thay đổi sau khi ký, đã đóng niêm, chứng thư tin cậy.",
                count=len(units),
            ),
        )

    def _about(self, judged: _Judged) -> str:
        name = self.names.get(judged.unit or "") or judged.unit or judged.signature.name
        return _("Chữ ký của %(name)s: %(low_problem)s", name=name, low_problem=judged.problem)


def _issuer_name(name: x509.Name) -> str:
    return subject_value(name, "common_name") or subject_value(name, "organization_name")


def _digest_of(value: bytes) -> Callable[[str], bytes]:
    return lambda algorithm: hashlib.new(algorithm, value).digest()


def _owner(certificate: x509.Certificate, names: dict[str, str]) -> str | None:
    """The unit that a certificate names: by code where it bears one, else by the unit's full name in its subject."""
    code = subject_value(certificate.subject, "organization_identifier")
    if code in names:
        return code
    said = {
        plain(subject_value(certificate.subject, attribute))
        for attribute in ("organization_name", "organizational_unit_name", "common_name")
    } - {""}
    return next((unit for unit, name in names.items() if name and plain(name) in said), None)
