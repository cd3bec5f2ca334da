"""Bộ kiểm tra ngoài tuyến: what somebody needs who wants to check a sealed document in ten years, without us.

One .zip: the sealed file, the trust anchors of this installation, who must sign by its register, one script that holds the
whole of verification, its pinned requirements, the report of today, and instructions."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.conf import settings

from giaouoc.lib.apart import PACKAGE_ROOT
from giaouoc.lib.clock import local
from giaouoc.lib.dates import moment
from giaouoc.lib.language import official

from .engine.cli_verify import describe
from .models import SigningRound
from .queries import expected_for
from .verification import page_of_stored

SCRIPT, ANCHORS, REQUIREMENTS = "xac_minh.py", "neo-tin-cay", "requirements.txt"
SIGNERS = "nguoi-phai-ky.json"
MODULES = (
    *("giaouoc/__init__.py", "giaouoc/lib/__init__.py", "giaouoc/signing/__init__.py"),
    *(f"giaouoc/lib/{name}.py" for name in ("apart", "clock", "dates", "errors", "pdf_words", "sentence")),
    *(
        f"giaouoc/signing/engine/{name}.py"
        for name in (
            *(
                "__init__",
                "active_content",
                "canonical",
                "certificates",
                "changes",
                "cli_verify",
                "der",
                "fields",
                "keys",
            ),
            *("process", "reading", "signature", "time_stamps", "trust", "verdict", "verify", "worker"),
        )
    ),
)
"""The sources that the script carries: verification as it is here, without Django, pages and database."""

NEEDED = (
    *(
        "aiohappyeyeballs",
        "aiohttp",
        "aiosignal",
        "asn1crypto",
        "attrs",
        "certifi",
        "cffi",
        "cryptography",
        "frozenlist",
    ),
    *(
        "idna",
        "lxml",
        "multidict",
        "oscrypto",
        "propcache",
        "pycparser",
        "pyhanko",
        "pyhanko-certvalidator",
        "pypdfium2",
    ),
    *("typing-extensions", "tzdata", "tzlocal", "uritools", "yarl"),
)
"""The distributions that verification needs, of those that this program is pinned to."""

HEAD = '''#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = [
{dependencies}
# ]
# ///
"""Kiểm tra văn bản đã ký, không cần mạng và không cần hệ thống đã làm ra văn bản.

    python xac_minh.py                     kiểm tra tệp PDF nằm cạnh tệp này
    python xac_minh.py TỆP.pdf [--json]    kiểm tra tệp khác

Mã kết thúc: 0 hợp lệ; 1 không hợp lệ; 2 chưa kết luận được. Neo tin cậy: thư mục neo-tin-cay, hoặc GIAOUOC_TRUST.
"""

import importlib.metadata
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PINNED = {pinned}
HERE = Path(__file__).resolve().parent


def main():
    wrong = []
    for name, version in PINNED.items():
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = "chưa cài"
        if found != version:
            wrong.append(f"  {{name}}: cần {{version}}, đang có: {{found}}")
    if sys.version_info < (3, 11) or wrong:
        print("Cần Python 3.11 trở lên và các gói sau (xem HUONG-DAN.txt):", *wrong, sep="\\n", file=sys.stderr)
        return 2
    given = [str(Path(one).resolve()) if not one.startswith("-") else one for one in sys.argv[1:]]
    if not any(not one.startswith("-") for one in given):
        given += [str(one) for one in sorted(HERE.glob("*.pdf"))[:1]]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in SOURCES.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        environment = {{**os.environ, "PYTHONPATH": folder, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}}
        environment.setdefault("GIAOUOC_TRUST", str(HERE / "{anchors}"))
        environment.setdefault("GIAOUOC_KIT_SIGNERS", str(HERE / "{signers}"))
        command = [sys.executable, "-m", "giaouoc.signing.engine.cli_verify", *given]
        return subprocess.run(command, env=environment, cwd=folder).returncode


SOURCES = {{}}
'''

GUIDE = """BỘ KIỂM TRA NGOÀI TUYẾN: {title}

Bộ này đủ để kiểm tra văn bản trên một máy không có mạng và không có phần mềm Giao Ước, kể cả nhiều năm sau.

Trong bộ có:
  {pdf}    văn bản đã đủ chữ ký và đóng niêm
  {anchors}/          các chứng thư dùng làm neo tin cậy
  {script}           chương trình kiểm tra, một tệp, đọc được bằng mắt
  {signers}    ai phải ký ô nào, bằng chứng thư nào, theo sổ của hệ thống
  {requirements}     các gói Python cần có, đúng phiên bản, có mã kiểm tra
  bao-cao.txt           kết quả kiểm tra lúc lập bộ này ({at}); bao-cao.json cho chương trình khác đọc

Cách làm:
  1. Máy cần Python 3.11 trở lên.
  2. Trên một máy có mạng, cùng hệ điều hành và phiên bản Python, lấy các gói về thư mục goi:
       python -m pip download --require-hashes -r {requirements} -d goi
     Chép cả bộ và thư mục goi sang máy không có mạng.
  3. Trên máy không có mạng:
       python -m venv moi-truong
       moi-truong/bin/python -m pip install --no-index --find-links goi --require-hashes -r {requirements}
     (trên Windows: moi-truong\\Scripts\\python thay cho moi-truong/bin/python)
  4. Kiểm tra:
       moi-truong/bin/python {script}
     Kết luận có ba lời: hợp lệ, không hợp lệ, chưa kết luận được; kèm lý do.

Trước khi tin kết luận, hãy đối chiếu dấu vân tay (SHA-256) của từng neo tin cậy dưới đây với nguồn khác, thí dụ nơi
cấp chứng thư công bố hoặc cơ quan lưu bản sao: ai làm giả được cả bộ thì cũng thay được neo và danh sách người
phải ký.

{fingerprints}

Dấu vân tay của văn bản (SHA-256):
  {sha256}
"""


def offline_kit(round_: SigningRound, *, now: datetime) -> bytes:
    """The .zip for the newest revision of a round; the same for the same revision, anchors and ``now``."""
    head = round_.head
    pdf = head.file.read()
    name = f"{round_.code}.pdf"
    anchors = _anchors(settings.TRUST)
    with official():  # the kit speaks Vietnamese to everybody
        answer = page_of_stored(round_)
    at = moment(local(now))
    report = f"{round_.title}\nKiểm tra lúc {at}\nDấu vân tay (SHA-256): {head.sha256}\n\n{describe(answer.verdict)}\n"
    guide = GUIDE.format(
        title=round_.title,
        pdf=name,
        anchors=ANCHORS,
        script=SCRIPT,
        requirements=REQUIREMENTS,
        signers=SIGNERS,
        at=at,
        fingerprints="\n".join(f"  {path}\n    {sha256}" for path, sha256, _data in anchors if sha256)
        or "  (không có neo nào)",
        sha256=hashlib.sha256(pdf).hexdigest(),
    )
    files = [("HUONG-DAN.txt", guide.encode()), (name, pdf), (SCRIPT, script().encode())]
    files += [(REQUIREMENTS, requirements().encode()), ("bao-cao.txt", report.encode())]
    files += [(SIGNERS, _signers(round_))]
    files += [("bao-cao.json", json.dumps(answer.to_json(), ensure_ascii=False, indent=2).encode())]
    files += [(f"{ANCHORS}/{path}", data) for path, _sha256, data in anchors]
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files:
            entry = zipfile.ZipInfo(path, local(now).timetuple()[:6])
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return output.getvalue()


def script() -> str:
    """The one file that verifies: sources of verification as they are, and a beginning that runs them."""
    pinned = dict(sorted(_pins().items()))
    dependencies = "\n".join(f'#   "{name}=={version}",' for name, version in pinned.items())
    parts = [HEAD.format(dependencies=dependencies, pinned=repr(pinned), anchors=ANCHORS, signers=SIGNERS)]
    for path in MODULES:
        parts.append(f"SOURCES[{path!r}] = {_literal((PACKAGE_ROOT / path).read_text('utf-8'))}\n")
    return "\n".join([*parts, 'if __name__ == "__main__":\n    sys.exit(main())\n'])


def requirements() -> str:
    """The pinned, hashed requirements of verification, out of those of the whole program."""
    return "\n".join(block for name, block in _blocks() if name in NEEDED) + "\n"


def _blocks() -> list[tuple[str, str]]:
    text = (PACKAGE_ROOT / "requirements" / "base.txt").read_text("utf-8")
    blocks: list[list[str]] = []
    for line in text.splitlines():
        if line[:1].isalnum():
            blocks.append([line])
        elif blocks and line.strip().startswith("--hash"):
            blocks[-1].append(line)
    return [(block[0].split("==")[0].split("[")[0], "\n".join(block)) for block in blocks]


def _pins() -> dict[str, str]:
    """The versions that decide about the verdict: the PDF, signature and certificate libraries."""
    deciding = {"asn1crypto", "cryptography", "lxml", "pyhanko", "pyhanko-certvalidator", "pypdfium2"}
    return {name: block.split("==")[1].split()[0] for name, block in _blocks() if name in deciding}


def _signers(round_: SigningRound) -> bytes:
    """Who must sign by the register, for every revision of the round: what ``cli_verify.listed`` reads."""
    revisions = list(round_.revisions.order_by("number").values_list("sha256", flat=True))
    expected = [asdict(one) for one in expected_for(round_.code) or ()]
    return json.dumps({"sha256": revisions, "expected": expected}, ensure_ascii=False, indent=1).encode()


def _literal(text: str) -> str:
    """A source as a literal that can be read; as a plain one where it could not be written so."""
    plain = "'''" not in text and "\\" not in text and not text.endswith("'")
    return f"r'''{text}'''" if plain else _lines(text)


def _lines(text: str) -> str:
    return "(\n" + "\n".join(f"    {line!r}" for line in text.splitlines(keepends=True)) + "\n)"


def _anchors(folder: Path) -> list[tuple[str, str, bytes]]:
    """File name, SHA-256 and content of every anchor, written anew from the certificate alone."""
    from asn1crypto import pem

    from .engine.trust import TrustFolder

    found: list[tuple[str, str, bytes]] = []
    for anchor in TrustFolder.load(folder).anchors:
        name = f"{anchor.kind}-{anchor.sha256[:16]}"
        note = {"kind": anchor.kind, "trial": anchor.trial, "source": anchor.source, "name": str(anchor.name)}
        found.append((f"{name}.pem", anchor.sha256, pem.armor("CERTIFICATE", anchor.certificate.dump())))
        found.append((f"{name}.json", "", json.dumps(note, ensure_ascii=False, indent=1).encode()))
    return found
