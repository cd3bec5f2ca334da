"""Cost of signing, sealing and verifying: ``python benchmarks/signing.py [rounds] [--quick]``.

Medians in milliseconds. The raw key operation stands beside them: cryptography is the smallest part of the work. One
step is measured against pyHanko alone on the same file (its own signer, its own text stamp, the same key)."""

from __future__ import annotations

import io
import logging
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from giaouoc.signing.engine.fields import prepare
from giaouoc.signing.engine.keys import HeldKey, raw_signature
from giaouoc.signing.engine.process import verify_in_process
from giaouoc.signing.engine.reading import SignedFile
from giaouoc.signing.engine.sign import add_seal, check_certificate, default_look, embed, renew, seal, sign
from giaouoc.signing.engine.verify import verify
from giaouoc.signing.tests.authorities import leaf_of
from giaouoc.signing.tests.papers import Office, many, paper, sign_all, slots


def median(act: Callable[[], object], rounds: int) -> float:
    """Median milliseconds of an act, after one round that does not count."""
    act()
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        act()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def show(name: str, value: float, note: str = "") -> None:
    print(f"{name:<58}{value:>10.1f} ms  {note}".rstrip())


def pyhanko_alone(head: bytes, field: str, key: HeldKey, signer: SimpleSigner) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(head))
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    output: io.BytesIO = PdfSigner(metadata, signer).sign_pdf(writer, existing_fields_only=True)
    return output.getvalue()


def signer_of(key: HeldKey) -> SimpleSigner:
    from asn1crypto import keys
    from cryptography.hazmat.primitives import serialization as form

    der = key.private_key.private_bytes(form.Encoding.DER, form.PrivateFormat.PKCS8, form.NoEncryption())
    return SimpleSigner(
        key.certificate, keys.PrivateKeyInfo.load(der), SimpleCertificateStore(), prefer_pss=True, embed_roots=False
    )


def openssl(kind: str) -> float:
    """Milliseconds of one signature by ``openssl speed``; 0 where it is not installed."""
    try:
        said = subprocess.run(
            ["openssl", "speed", "-seconds", "1", "-mr", kind], capture_output=True, text=True, check=False
        ).stdout
    except FileNotFoundError:
        return 0.0
    lines = [line for line in said.splitlines() if line.startswith(("+F4:", "+F2:"))]
    return 1000 / float(lines[0].split(":")[3]) if lines else 0.0


def steps(rounds: int, folder: Path) -> None:
    office = Office(folder / "steps")
    done = sign_all(office)
    head, place = done.revisions[0], done.slots[0]
    stamper = office.authority.time_stamper(lambda: office.now)
    trust, revocation = office.trust, office.revocation
    rsa = leaf_of(office.authority, place, rsa_bits=3072)
    for name, key, kind in (("P-256", office.key(place), "ecdsap256"), ("RSA-3072 PSS", rsa, "rsa3072")):
        signer = signer_of(key)
        look = default_look(SignedFile(head).fields()[0], key.certificate)
        raw = median(lambda k=key: raw_signature(k.private_key, b"x" * 32), 50)
        show(f"{name}: raw key operation", raw, f"openssl speed: {openssl(kind):.3f} ms")
        alone = median(lambda k=key, s=signer: pyhanko_alone(head, place.field, k, s), rounds)
        show(f"{name}: B-B, pyHanko alone", alone)
        mine = median(
            lambda k=key, w=look: embed(head, field=place.field, key=k, stamper=None, now=office.now, look=w), rounds
        )
        show(f"{name}: B-B, drawn, signed, embedded", mine, f"{mine / alone:.2f} times pyHanko alone (limit 1.3)")
        stamped = median(
            lambda k=key, w=look: embed(head, field=place.field, key=k, stamper=stamper, now=office.now, look=w), rounds
        )
        show(f"{name}: B-T, drawn, signed, stamped, embedded", stamped)
        before = median(lambda k=key: check_certificate(k.certificate, trust, office.now, revocation), rounds)
        show(f"{name}: checks before signing", before)
        whole = median(
            lambda k=key: sign(
                head, field=place.field, key=k, stamper=stamper, now=office.now, trust=trust, revocation=revocation
            ),
            rounds,
        )
        show(f"{name}: B-T whole, with checks before and after", whole, "(limit 150)")
    last = done.revisions[4]
    whole = median(
        lambda: sign(
            last,
            field=done.slots[4].field,
            key=office.key(done.slots[4]),
            stamper=stamper,
            now=office.now,
            trust=trust,
            revocation=revocation,
        ),
        rounds,
    )
    show("P-256: B-T whole, fifth signature", whole, "(limit 150)")
    added = median(lambda: add_seal(done.signed, stamper=stamper, trust=trust, revocation=revocation), rounds)
    show("seal alone", added)
    show("seal whole, with checks", median(lambda: office.seal(done.signed), rounds), "(limit 1500)")
    office.now += timedelta(days=365)
    renewed = median(
        lambda: renew(done.sealed, stamper=stamper, trust=trust, revocation=office.revocation), max(3, rounds // 3)
    )
    show("renewal whole, with checks", renewed)
    show("verify five", median(lambda: verify(done.sealed, trust), rounds), "(limit 500)")
    inside = median(lambda: verify_in_process(done.sealed, office.folder / "trust"), max(3, rounds // 3))
    show("verify five in a process of its own, start included", inside)


def growth(count: int, folder: Path) -> None:
    """One pact of ``count`` units, in a process of its own so that its memory can be told. Limits of the design: five
    units 500 ms and 200 MB, fifty 20 s and 450 MB."""
    limits = {5: "limits 500 ms, 200 MB", 50: "limits 20000 ms, 450 MB"}.get(count, "")
    office = Office(folder / str(count))
    places = slots(many(count))
    head = prepare(paper(), places)
    times = []
    for place in places:
        begin = time.perf_counter()
        head = office.step(head, place).data
        times.append((time.perf_counter() - begin) * 1000)
    begin = time.perf_counter()
    sealed = seal(
        head,
        stamper=office.authority.time_stamper(lambda: office.now),
        trust=office.trust,
        revocation=office.revocation,
    )
    sealing = (time.perf_counter() - begin) * 1000
    begin = time.perf_counter()
    verdict = verify(sealed, office.trust)
    checking = (time.perf_counter() - begin) * 1000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count:>3} units: last signature {times[-1]:.0f} ms, seal {sealing:.0f} ms, verify {checking:.0f} ms "
        f"({verdict.verdict}), file {len(sealed) / 1024:.0f} KB, peak memory of the process {memory:.0f} MB "
        f"{limits}".rstrip()
    )


def main(arguments: list[str]) -> None:
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as name:
        if arguments[:1] == ["--growth"]:
            growth(int(arguments[1]), Path(name))
            return
        rounds = next((int(a) for a in arguments if a.isdecimal()), 15)
        steps(rounds, Path(name))
    for count in (5, 20) if "--quick" in arguments else (5, 20, 50):
        subprocess.run([sys.executable, __file__, "--growth", str(count)], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
