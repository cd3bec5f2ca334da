"""Niêm phong ở dạng chuẩn: whether the last time stamp of a file has no byte of its own that could be changed unseen."""

from __future__ import annotations

from asn1crypto import algos, cms, core, x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import Certificate as CryptographyCertificate
from cryptography.x509 import load_der_x509_certificate
from pyhanko.sign.general import extract_signer_info

from giaouoc.lib.sentence import say as _

from .der import as_read, der_length, integer, node, oid
from .keys import unique
from .signature import Signature
from .trust import TrustFolder


def canonical_problem(signature: Signature, trust: TrustFolder) -> str:
    """Whether a document time stamp is free of bytes that nobody's signature protects: '' or a sentence.

    The last time stamp covers the whole file except its own value, so a byte that could be changed inside that value
    unseen would be a byte changed after sealing. It must be exact DER of the plain form: one signer, no unsigned
    attributes, no certificates but those pinned or needed, and every algorithm named as it was used.
    """
    odd = _("Niêm phong không ở dạng chuẩn, có chỗ sửa được mà không bị lộ.")
    encoded = signature.contents[: der_length(signature.contents)]
    token = cms.ContentInfo.load(encoded)
    signed = token["content"]
    info = extract_signer_info(signed)
    certificate = signature.certificate
    if certificate is None:
        return odd
    digest = info["digest_algorithm"]["algorithm"].native
    plain = (
        signed["version"].native == "v3"
        and info["version"].native == "v1"
        and isinstance(info["unsigned_attrs"], core.Void)
        and isinstance(signed["crls"], core.Void)
        and [d["algorithm"].native for d in signed["digest_algorithms"]] == [digest]
        and all(
            isinstance(a["parameters"], core.Void | core.Null)
            for a in [info["digest_algorithm"], *signed["digest_algorithms"]]
        )
        and all(c.name == "certificate" for c in signed["certificates"])
        and _certificates_vouched_for([c.chosen.untag() for c in signed["certificates"]], trust)
        and _same_signer(info, certificate)
    )
    if not plain:
        return odd
    return "" if _rebuilt(signed, info) == encoded else odd


def _certificates_vouched_for(certificates: list[x509.Certificate], trust: TrustFolder) -> bool:
    """Whether each certificate of a token is an anchor, or bears a good signature by an anchor or another one of
    them."""
    anchors = [a.certificate for a in trust.anchors]
    known = {c.sha256 for c in anchors}
    issuers = [load_der_x509_certificate(c.dump()) for c in unique([*anchors, *certificates])]
    for certificate in certificates:
        if certificate.sha256 not in known and not any(
            _issued_by(load_der_x509_certificate(certificate.dump()), issuer) for issuer in issuers
        ):
            return False
    return True


def _issued_by(certificate: CryptographyCertificate, issuer: CryptographyCertificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _same_signer(info: cms.SignerInfo, certificate: x509.Certificate) -> bool:
    sid = info["sid"].chosen
    return (
        isinstance(sid, cms.IssuerAndSerialNumber)
        and sid["issuer"].dump() == certificate.issuer.dump()
        and sid["serial_number"].native == certificate.serial_number
    )


def _rebuilt(signed: cms.SignedData, info: cms.SignerInfo) -> bytes:
    """The token encoded anew from its values."""

    def algorithm(value: algos.DigestAlgorithm | algos.SignedDigestAlgorithm) -> bytes:
        empty = b"\x05\x00" if isinstance(value["parameters"], core.Null) else b""
        return node(0x30, oid(value["algorithm"].dotted), empty)

    mechanism = info["signature_algorithm"]
    content = signed["encap_content_info"]["content"].contents
    sid = info["sid"].chosen
    signer = node(
        0x30,
        integer(1),
        node(0x30, sid["issuer"].dump(), integer(sid["serial_number"].native)),
        algorithm(info["digest_algorithm"]),
        node(0xA0, info["signed_attrs"].contents),
        as_read(mechanism) if mechanism["algorithm"].native == "rsassa_pss" else algorithm(mechanism),
        node(0x04, info["signature"].native),
    )
    body = node(
        0x30,
        integer(3),
        node(0x31, *(algorithm(d) for d in signed["digest_algorithms"])),
        node(0x30, oid("1.2.840.113549.1.9.16.1.4"), node(0xA0, node(0x04, content))),
        node(0xA0, *(c.chosen.untag().dump() for c in signed["certificates"])),
        node(0x31, signer),
    )
    return node(0x30, oid("1.2.840.113549.1.7.2"), node(0xA0, body))
