"""Ký hai bước: the file is prepared, the key signs somewhere else and perhaps much later, then the file is finished.

Between the two lies only what ``Prepared`` holds. The value that comes back is checked against the certificate before it
goes in: pyHanko would burn in any."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Sequence
from datetime import datetime

from asn1crypto import algos, x509
from asn1crypto import core as asn1
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from giaouoc.lib.clock import local
from giaouoc.lib.errors import Invalid
from giaouoc.lib.sentence import say as _

from .der import DATA, TIME_STAMP_ATTRIBUTE, as_read, attribute, node, oid, signed_data, signing_attributes
from .fields import QuietWriter
from .keys import load_certificate
from .look import draw, stamp_style
from .prepared import Prepared
from .sign import box_of, default_look, empty_field

ROOM_FOR_TIME_STAMP = 12 * 1024  # unknown yet: the service's own certificates lie in its token
SALT = 32
NOTHING = _("Chưa ký gì vào tệp.")


def algorithm_for(certificate: x509.Certificate, *, pss: bool = True) -> bytes:
    """The signature algorithm for a certificate's key with SHA-256, in DER. Raises Invalid for a kind that nobody uses."""
    kind = certificate.public_key.algorithm
    if kind == "ec":
        return bytes(algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}).dump())
    if kind != "rsa":
        raise Invalid(_("Loại khóa %(name)s không được chấp nhận.", name=kind), NOTHING)
    if not pss:
        return bytes(algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa", "parameters": asn1.Null()}).dump())
    digest = {"algorithm": "sha256"}
    mask = {"algorithm": "mgf1", "parameters": digest}
    parameters = {"hash_algorithm": digest, "mask_gen_algorithm": mask, "salt_length": SALT}
    return bytes(algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters}).dump())


def algorithm_parts(algorithm: bytes) -> tuple[str, bytes]:
    """The object identifier of a signature algorithm, and its parameters in DER where RSASSA-PSS has such."""
    told = algos.SignedDigestAlgorithm.load(algorithm)
    pss = told["algorithm"].native == "rsassa_pss"
    return str(told["algorithm"].dotted), bytes(told["parameters"].dump()) if pss else b""


def prepare(
    base: bytes,
    *,
    name: str,
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    algorithm: bytes,
    now: datetime,
    picture: bytes = b"",
) -> Prepared:
    """Draw the frame, with the PNG ``picture`` in it where there is one, and leave room for the signature in the prepared
    field ``name``. Raises Invalid, WrongState."""
    slot = empty_field(base, name)
    writer = QuietWriter(io.BytesIO(base))
    width, height = box_of(writer, name)
    look = default_look(slot, certificate, picture)
    style = stamp_style(draw(look, now, width, height)) if width and height else None
    mine = load_certificate(certificate.dump())
    certificates = (mine.dump(), *(one.dump() for one in chain))
    stand_in = ExternalSigner(mine, SimpleCertificateStore(), signature_value=512, embed_roots=False)
    metadata = PdfSignatureMetadata(field_name=name, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    try:
        session = PdfSigner(metadata, stand_in, stamp_style=style).init_signing_session(
            writer, existing_fields_only=True
        )
        session.system_time = local(now)  # pyHanko would take the machine's clock
        room = 2 * (sum(map(len, certificates)) + 2048 + ROOM_FOR_TIME_STAMP)
        place, output = session.prepare_tbs_document(None, bytes_reserved=room).digest_tbs_document()
    except (SigningError, PdfError, ValueError) as error:
        raise Invalid(_("Không ký được vào tệp này."), NOTHING) from error
    assert isinstance(output, io.BytesIO)
    return Prepared(
        hashlib.sha256(base).hexdigest(),
        name,
        place.reserved_region_start,
        place.reserved_region_end,
        place.document_digest,
        signing_attributes(DATA, place.document_digest, mine, algorithm),
        algorithm,
        certificates,
        output.getvalue()[len(base) :],
    )


def fitting(prepared: Prepared, value: bytes) -> bytes:
    """The value, as it goes into the file, if the certificate's key made it over this very document. Raises Invalid."""
    key = load_der_x509_certificate(prepared.certificates[0]).public_key()
    digest = hashes.SHA256()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            half = (key.curve.key_size + 7) // 8
            if len(value) == 2 * half and not _is_der(value):
                value = side_by_side(value)  # so tokens and some services give the two numbers
            key.verify(value, prepared.attributes, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey):
            told = algos.SignedDigestAlgorithm.load(prepared.algorithm)["algorithm"].native
            pss = padding.PSS(padding.MGF1(digest), SALT) if told == "rsassa_pss" else padding.PKCS1v15()
            key.verify(value, prepared.attributes, pss, digest)
        else:
            raise InvalidSignature
    except (InvalidSignature, ValueError) as error:
        raise Invalid(
            _("Giá trị ký nhận về không phải của văn bản này, hoặc không do khóa của chứng thư này tạo ra."), NOTHING
        ) from error
    return value


def _is_der(value: bytes) -> bool:
    try:
        decode_dss_signature(value)
    except ValueError:
        return False
    return True


def side_by_side(value: bytes) -> bytes:
    """An ECDSA signature given as two numbers of the same length, in DER."""
    half = len(value) // 2
    return encode_dss_signature(int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big"))


def complete(base: bytes, prepared: Prepared, stamper: TimeStamper) -> bytes:
    """The finished file, time-stamped. Raises OSError when no time stamp can be had, Invalid when the parts do not fit."""
    file = base + prepared.tail
    around = hashlib.sha256(file[: prepared.start] + file[prepared.end :]).digest()
    if hashlib.sha256(base).hexdigest() != prepared.base_sha256 or around != prepared.digest:
        raise Invalid(_("Lượt ký này được chuẩn bị cho bản khác của văn bản."), NOTHING)
    value = fitting(prepared, prepared.value)
    token = asyncio.run(stamper.async_timestamp(hashlib.sha256(value).digest(), "sha256"))
    encoded = signed_data(
        version=1,
        content=node(0x30, oid(DATA)),
        certificates=[load_certificate(one) for one in prepared.certificates],
        signed_attributes=prepared.attributes,
        algorithm=prepared.algorithm,
        signature=value,
        unsigned_attributes=[attribute(TIME_STAMP_ATTRIBUTE, as_read(token))],
    )
    output = io.BytesIO(file)
    place = PreparedByteRangeDigest(prepared.digest, prepared.start, prepared.end)
    try:
        place.fill_with_cms(output, encoded)
    except (SigningError, PdfError, ValueError) as error:
        raise Invalid(_("Không ký được vào tệp này."), NOTHING) from error
    return output.getvalue()
