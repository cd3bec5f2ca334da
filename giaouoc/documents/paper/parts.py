"""Small parts that several papers share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import segno

from giaouoc.signing.rules.codes import shown

TRIAL = "Bản thử nghiệm, không có giá trị pháp lý"


def fingerprint(eight: str) -> str:
    """Eight characters of a hash as people read them aloud: '4F19 A2C7'."""
    return f"{eight[:4]} {eight[4:8]}".upper().strip()


def last_stop(text: str, stop: str) -> str:
    """The text closed by ``stop`` instead of its own '.', ';' or ','; 'v.v.', '…', '?' and ':' stay as they are."""
    text = text.strip()
    if text.endswith(("…", "...", "?", "!", ":", "v.v.")):
        return text
    return (text[:-1].rstrip() if text.endswith((".", ";", ",")) else text) + stop


def closed(text: str) -> str:
    """The text as typed, with a full stop where it has no sign at its end."""
    text = text.strip()
    return text if text.endswith((".", ";", ",", ":", "…", "?", "!")) else f"{text}."


@dataclass(frozen=True)
class Verification:
    """Where the paper can be checked. code: of the register, '' for a paper that nobody signs. qr: the matrix of the
    address, rows of dark (true) and light."""

    url: str
    code: str
    qr: Sequence[Sequence[bool | int]] = ()

    def as_data(self) -> dict[str, str]:
        """For ``proof`` in signing.typ."""
        return {"url": self.url, "code": self.code, "qr": qr_svg(self.qr)}


def checked_at(url: str, code: str = "") -> Verification:
    """With its QR code."""
    matrix = [[bool(dark) for dark in row] for row in segno.make(url, error="m", micro=False).matrix]
    return Verification(url=url, code=shown(code), qr=matrix)


def qr_svg(matrix: Sequence[Sequence[bool | int]]) -> str:
    """The matrix of a QR code as SVG, one square a module and a quiet zone of four; '' for an empty one."""
    if not matrix:
        return ""
    size = len(matrix) + 8
    squares = "".join(f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path d="{squares}" fill="#000" shape-rendering="crispEdges"/></svg>'
    )
