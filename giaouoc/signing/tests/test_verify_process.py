"""Verification in its own process and from the command line: hostile files, other clocks, no network, exit codes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from giaouoc.lib.apart import PACKAGE_ROOT
from giaouoc.signing.engine.cli_verify import describe, main
from giaouoc.signing.engine.process import MAX_BYTES, trust_path, verify_in_process
from giaouoc.signing.engine.verdict import Expected
from giaouoc.signing.engine.verify import verify

from .papers import pact, paper


def trust() -> Path:
    return pact().office.folder / "trust"


def small(objects: list[bytes], trailer: bytes = b"/Root 1 0 R", tail: bytes = b"") -> bytes:
    """A PDF of hand-written objects with a right cross-reference table."""
    data = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer\n<</Size %d %s>>\n%sstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, tail, start)


def cyclic_pages() -> bytes:
    return small([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[2 0 R]/Parent 2 0 R>>"])


def cyclic_xref() -> bytes:
    data = small([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"])
    start = data.rindex(b"xref\n0")
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % start)


def cyclic_fields() -> bytes:
    form = b"<</Fields[4 0 R]>>"
    field = b"<</FT/Sig/T(KY_A)/Kids[4 0 R]/Parent 4 0 R>>"
    return small([b"<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>", form, field])


def many_revisions(count: int = 10_000) -> bytes:
    data = small([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"])
    start = data.rindex(b"xref\n0")
    parts = [data]
    size = len(data)
    for _ in range(count):
        part = b"xref\n0 0\ntrailer\n<</Size 3/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (start, size)
        start = size
        size += len(part)
        parts.append(part)
    return b"".join(parts)


def bomb() -> bytes:
    """A cross-reference stream that unfolds to a gigabyte."""
    packer = zlib.compressobj(9)
    zeros = b"\0" * (1 << 20)
    packed = b"".join(packer.compress(zeros) for _ in range(1024)) + packer.flush()
    head = b"%PDF-1.7\n"
    body = b"1 0 obj\n<</Type/XRef/W[1 2 1]/Size 3/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
    return head + body + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


def deep() -> bytes:
    nest = b"[" * 50_000 + b"]" * 50_000
    return small([b"<</Type/Catalog/Pages 2 0 R/X %s>>" % nest, b"<</Type/Pages/Count 0/Kids[]>>"])


def locked() -> bytes:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(paper())))
    writer.encrypt("mat khau", "mat khau")
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


HOSTILE = {
    "empty": lambda: b"",
    "text": lambda: "Giao ước".encode() * 100,
    "image": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 500,
    "header alone": lambda: b"%PDF-1.7\n",
    "cut in the middle": lambda: pact().sealed[: len(pact().sealed) // 2],
    "cut at the end": lambda: pact().sealed[:-3],
    "foreign bytes in front": lambda: b"HTTP/1.1 200 OK\r\n\r\n" + pact().sealed,
    "encrypted": locked,
    "cyclic pages": cyclic_pages,
    "cyclic cross-references": cyclic_xref,
    "cyclic fields": cyclic_fields,
    "ten thousand revisions": many_revisions,
    "huge stream": bomb,
    "deep nesting": deep,
    "zeros": lambda: b"\0" * 5_000_000,
    "header and noise": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 4000,
    "too big": lambda: b"%PDF-1.7\n" + b" " * MAX_BYTES,
    "unsigned": paper,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_ends_in_a_verdict_with_a_reason(kind):
    begin = time.monotonic()
    verdict = verify_in_process(HOSTILE[kind](), trust())
    assert verdict.verdict != "valid"
    assert verdict.reason
    assert verdict.signatures == ()
    assert time.monotonic() - begin < 35
    if kind == "encrypted":
        assert "mật khẩu" in verdict.reason
    if kind == "foreign bytes in front":
        assert "19 byte lạ" in verdict.reason


def test_the_process_says_the_same_as_the_function():
    for data in pact().revisions[-3:]:
        assert verify_in_process(data, trust()) == verify(data, pact().office.trust)


def test_the_register_s_list_goes_along():
    verdict = verify_in_process(pact().sealed, trust(), [Expected("HQ", "Hải quan")])
    assert verdict.missing == ("HQ",)


def test_a_process_that_takes_too_long_is_ended():
    verdict = verify_in_process(pact().sealed, trust(), wall_seconds=0.05)
    assert (verdict.verdict, verdict.code) == ("unknown", "unreadable")


def test_the_process_reaches_no_network_and_writes_no_file(tmp_path):
    code = """
import resource, socket
from giaouoc.lib import apart
apart.limit(); apart.no_network()
for act in (lambda: socket.create_connection(("127.0.0.1", 9)), lambda: socket.socket().connect(("127.0.0.1", 9)),
            lambda: socket.getaddrinfo("example.test", 80)):
    try: act()
    except OSError as error: assert "no network" in str(error), error
    else: raise SystemExit("it reached out")
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try: open("x", "wb", buffering=0).write(b"x")
except OSError: pass
else: raise SystemExit("it wrote")
try: b"x" * (3 << 30)
except MemoryError: pass
else: raise SystemExit("it took 3 GB")
"""
    subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(PACKAGE_ROOT)}
    )


def test_the_process_shuts_the_network_before_it_reads_the_file():
    code = """
import io, json, sys, types
from giaouoc.signing.engine import worker
from giaouoc.signing.engine.verdict import unreadable
def verify(*_):
    import socket
    try: socket.create_connection(("127.0.0.1", 9))
    except OSError as error: return unreadable(str(error))
    return unreadable("open")
sys.modules["giaouoc.signing.engine.verify"] = types.SimpleNamespace(verify=verify)
order = json.dumps({"trust": None, "expected": None, "at": None}).encode()
sys.stdin = types.SimpleNamespace(buffer=io.BytesIO(len(order).to_bytes(4, "big") + order + b"x"))
worker.main()
"""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE_ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["reason"] == "verification uses no network"


# The command line -----------------------------------------------------------------------------------------------------


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIAOUOC_") and k != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, "-m", "giaouoc.signing.engine.cli_verify", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**clean, "PYTHONPATH": str(PACKAGE_ROOT), **environment},
        cwd="/",
        check=False,
    )


@pytest.fixture
def files(tmp_path) -> Path:
    for name, data in (
        ("sealed", pact().sealed), ("signed", pact().signed), ("cut", pact().revisions[3]), ("noise", b"%PDF-x")
    ):  # fmt: skip
        (tmp_path / f"{name}.pdf").write_bytes(data)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "code", "word"),
    [
        ("sealed", 0, "valid"),
        ("signed", 2, "unknown"),
        ("cut", 1, "invalid"),
        ("noise", 2, "unknown"),
        ("gone", 2, "unknown"),
    ],
)
def test_exit_code_and_json_agree(files, name, code, word):
    result = run(str(files / f"{name}.pdf"), "--json", GIAOUOC_TRUST=str(trust()))
    assert (result.returncode, result.stderr) == (code, "")
    answer = json.loads(result.stdout)
    assert answer["verdict"] == word
    assert answer["reason"]


@pytest.mark.parametrize("arguments", [["--json"], ["--json", "a", "b"], ["--json", "/"], ["--json", "--nope"]])
def test_with_json_there_is_an_object_in_every_case(arguments):
    result = run(*arguments)
    assert result.returncode == 2
    assert json.loads(result.stdout)["verdict"] == "unknown"


def test_the_trust_folder_comes_from_the_environment(files):
    sealed = str(files / "sealed.pdf")
    assert run(sealed, GIAOUOC_DATA=str(pact().office.folder)).returncode == 0
    assert run(sealed).returncode == 2
    assert run(sealed, GIAOUOC_TRUST=str(files), GIAOUOC_DATA=str(pact().office.folder)).returncode == 2
    assert trust_path({"GIAOUOC_TRUST": "/a", "GIAOUOC_DATA": "/b"}) == Path("/a")
    assert trust_path({"GIAOUOC_DATA": "/b"}) == Path("/b/trust")
    assert trust_path({}) is None


def test_the_answer_for_reading_has_its_order(files):
    text = run(str(files / "cut.pdf"), GIAOUOC_TRUST=str(trust())).stdout
    places = [text.index(part) for part in ("không hợp lệ", "1. Đủ", "2. Nguyên", "3. Ai ký", "4. Tin cậy")]
    assert places == sorted(places)
    assert "3 trên 5" in text
    assert pact().slots[4].unit_name in text
    assert "!" not in text
    assert "chứng thư thử nghiệm" in describe(verify(pact().sealed, pact().office.trust))


def test_the_command_asks_the_register_when_it_is_given_one(files, capsys, monkeypatch):
    monkeypatch.setenv("GIAOUOC_TRUST", str(trust()))
    asked = []

    def register(data: bytes) -> list[Expected]:
        asked.append(data)
        return [Expected("HQ", "Hải quan")]

    assert main(["verify", str(files / "sealed.pdf"), "--json"], register) == 1
    assert asked == [pact().sealed]
    assert json.loads(capsys.readouterr().out)["missing"] == ["HQ"]


def test_the_command_does_not_import_django_or_a_pdf_library(files):
    code = (
        "import sys; from giaouoc.signing.engine.cli_verify import main; main(['verify', sys.argv[1]]);"
        "sys.exit(any(m in sys.modules for m in ('django', 'pyhanko', 'cryptography', 'asn1crypto')))"
    )
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE_ROOT)}
    done = subprocess.run([sys.executable, "-c", code, str(files / "gone.pdf")], env=environment, check=False)
    assert done.returncode == 0


# Other clocks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "clock",
    ["+9h", "+8d", "@2024-01-01 00:00:00", "@2029-06-01 00:00:00", "@2035-06-01 00:00:00", "@2041-12-01 00:00:00"],
)
def test_the_verdict_is_the_same_on_any_day(files, clock):
    import libfaketime

    library = next(Path(libfaketime.__file__).parent.rglob("libfaketime.so.1"))
    moved = {"LD_PRELOAD": str(library), "FAKETIME": clock, "GIAOUOC_TRUST": str(trust()), "DONT_FAKE_MONOTONIC": "1"}
    for name, code, data in (("sealed", 0, pact().sealed), ("cut", 1, pact().revisions[3])):
        then = run(str(files / f"{name}.pdf"), "--json", **moved)
        now = verify(data, pact().office.trust).to_json()
        assert (then.returncode, json.loads(then.stdout)) == (code, now)


def test_the_clock_of_the_test_above_really_moves():
    import libfaketime

    library = next(Path(libfaketime.__file__).parent.rglob("libfaketime.so.1"))
    environment = {**os.environ, "LD_PRELOAD": str(library), "FAKETIME": "@2041-12-01 00:00:00"}
    code = "import datetime; print(datetime.date.today().year)"
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "2041"


def test_a_small_file_gives_no_huge_answer() -> None:
    """Hundreds of fields that share one long name."""
    count = 390
    fields = b" ".join(b"%d 0 R" % (5 + i) for i in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[%s]>>>>" % fields,
        b"<</Type/Pages/Count 0/Kids[]>>",
        b"(" + b"A" * 100_000 + b")",
        b"null",
        *(b"<</FT/Sig/T(KY_%d)/TU 3 0 R>>" % i for i in range(count)),
    ]
    answer = verify_in_process(small(objects), trust())
    assert answer.verdict != "valid"
    assert len(json.dumps(answer.dump(), ensure_ascii=False)) < 2_000_000
