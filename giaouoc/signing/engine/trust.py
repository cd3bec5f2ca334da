"""Neo tin cậy: the folder of certificates that verification believes, each marked as root, intermediate or TSA.

A certificate is one file ``*.pem``, ``*.crt``, ``*.cer`` or ``*.der``. What it is for, in this order:

1. a note beside it, ``NAME.json``: ``{"kind": "root" | "intermediate" | "tsa", "trial": bool, "source": "…",
   "withdrawn": bool}`` (each entry optional; a withdrawn anchor is believed no more, though its file stays);
2. the beginning of the file's name: ``root-…``, ``intermediate-…``, ``tsa-…``;
3. the certificate itself: time-stamping use is a TSA, self-issued is a root, any other certificate authority an
   intermediate. An end-entity certificate for anything else is no anchor and is reported in ``problems``.

A TSA certificate is pinned: time stamps by it are believed as long as it is in the folder, inside its validity.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from asn1crypto import x509

from .keys import fingerprint, is_trial, load_certificate, signer_label

Kind = Literal["root", "intermediate", "tsa"]
KINDS: tuple[Kind, ...] = ("root", "intermediate", "tsa")
SUFFIXES = {".pem", ".crt", ".cer", ".der"}
MAX_FILE = 64 * 1024
MAX_FILES = 500

KNOWN_ANCHORS: Mapping[str, str] = {
    "f04ba4b459a7c9a1b971ad9b1cb833e695a80c79aea63b174b66a70edfe2fdb8": (
        "Chứng thực số chuyên dùng Chính phủ, gốc G2 (2018–2048)"
    ),
}
"""SHA-256 of certificates that an administrator is likely to add, by name; we ship none of them."""


@dataclass(frozen=True)
class Anchor:
    """One believed certificate. ``source``: where it came from, as the note beside it says."""

    certificate: x509.Certificate
    kind: Kind
    trial: bool = False
    source: str = ""

    @property
    def sha256(self) -> str:
        return fingerprint(self.certificate)

    @property
    def name(self) -> str:
        """The anchor by name: the well-known one, else the subject's."""
        return KNOWN_ANCHORS.get(self.sha256) or signer_label(self.certificate)


@dataclass(frozen=True)
class TrustFolder:
    """What is believed. ``problems``: sentences about files of the folder that could not be used."""

    anchors: tuple[Anchor, ...] = ()
    problems: tuple[str, ...] = field(default=())

    def of_kind(self, kind: Kind) -> list[Anchor]:
        return [anchor for anchor in self.anchors if anchor.kind == kind]

    def find(self, certificate: x509.Certificate, kind: Kind) -> Anchor | None:
        """The anchor of that kind that is this very certificate."""
        wanted = fingerprint(certificate)
        return next((a for a in self.anchors if a.kind == kind and a.sha256 == wanted), None)

    @classmethod
    def load(cls, folder: Path | None) -> TrustFolder:
        """Read the folder; one that does not exist, or is None, holds no anchors."""
        if folder is None or not folder.is_dir():
            return cls()
        anchors: list[Anchor] = []
        problems: list[str] = []
        files = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
        for path in files[:MAX_FILES]:
            try:
                anchor = _read(path)
            except (OSError, ValueError, TypeError, KeyError) as error:
                problems.append(f"{path.name}: không đọc được chứng thư ({error.__class__.__name__}).")
                continue
            if isinstance(anchor, str):
                problems.append(f"{path.name}: {anchor}")
            elif anchor is not None:
                anchors.append(anchor)
        return cls(tuple(anchors), tuple(problems))


def _read(path: Path) -> Anchor | str | None:
    """The anchor in a file, None for a withdrawn one, or the sentence why the file holds none."""
    if path.stat().st_size > MAX_FILE:
        return "tệp quá lớn so với một chứng thư."
    certificate = load_certificate(path.read_bytes())
    note_path = path.with_suffix(".json")
    note = json.loads(note_path.read_text("utf-8")) if note_path.is_file() else {}
    if not isinstance(note, dict):
        return "ghi chú đi kèm không đúng dạng."
    if note.get("withdrawn"):
        return None
    kind = note.get("kind") or next((k for k in KINDS if path.name.lower().startswith(f"{k}-")), None)
    if kind is None:
        kind = _kind_of(certificate)
    if kind not in KINDS:
        return "không phải chứng thư gốc, trung gian hay dấu thời gian."
    trial = bool(note.get("trial", "trial" in path.name.lower())) or is_trial(certificate)
    return Anchor(certificate, kind, trial, str(note.get("source", "")))


def _kind_of(certificate: x509.Certificate) -> str:
    usage = certificate.extended_key_usage_value
    if usage is not None and "time_stamping" in usage.native:
        return "tsa"
    if not certificate.ca:
        return ""
    return "root" if certificate.self_issued else "intermediate"
