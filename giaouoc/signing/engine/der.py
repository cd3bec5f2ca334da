"""DER không mã hóa lại: bytes of ASN.1 values as they were read.

asn1crypto takes a definite length whose last byte is 0x80 (a value of 640 bytes, say) for an indefinite one and encodes the
whole value anew, each level three times; a time-stamp token inside a signature then takes half a minute instead of
milliseconds, about once in a hundred signatures. So what was read is handed on as bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asn1crypto import cms, core, parser, x509
from pyhanko.sign.timestamps import TimeStamper


def as_read(value: Any) -> bytes:
    """The encoding of a value that was read and not changed."""
    encoded: bytes = parser.emit(value.class_, value.method, value.tag, value.contents)
    return encoded


def der_length(raw: bytes) -> int:
    """Length in bytes of the DER value at the beginning. Raises ValueError when it is not whole."""
    if len(raw) < 2:
        raise ValueError("no DER value")
    size, offset = raw[1], 2
    if size & 0x80:
        count = size & 0x7F
        if not 0 < count <= 4:
            raise ValueError("indefinite or absurd length")
        size, offset = int.from_bytes(raw[2 : 2 + count], "big"), 2 + count
    if offset + size > len(raw):
        raise ValueError("cut off")
    return offset + size


def node(tag: int, *parts: bytes) -> bytes:
    """A DER value of a one-byte tag around its parts."""
    body = b"".join(parts)
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def oid(dotted: str) -> bytes:
    """An object identifier."""
    encoded: bytes = core.ObjectIdentifier(dotted).dump()
    return encoded


def integer(number: int) -> bytes:
    """An integer."""
    encoded: bytes = core.Integer(number).dump()
    return encoded


def octets(value: bytes) -> bytes:
    """An octet string."""
    return node(0x04, value)


def attribute(dotted: str, *values: bytes) -> bytes:
    """A CMS attribute."""
    return node(0x30, oid(dotted), node(0x31, *sorted(values)))


def signed_data(
    *,
    version: int,
    content: bytes,
    certificates: Sequence[x509.Certificate],
    signed_attributes: bytes,
    algorithm: bytes,
    signature: bytes,
    unsigned_attributes: Sequence[bytes] = (),
) -> bytes:
    """A CMS SignedData by one signer, the first of ``certificates``, with SHA-256. ``content``: EncapsulatedContentInfo;
    ``signed_attributes``: a SET OF Attribute; all parts in DER."""
    signer = certificates[0]
    unsigned = (node(0xA1, *sorted(unsigned_attributes)),) if unsigned_attributes else ()
    body = node(
        0x30,
        integer(version),
        node(0x31, SHA256),
        content,
        node(0xA0, *sorted(as_read(c) for c in certificates)),
        node(
            0x31,
            node(
                0x30,
                integer(1),
                node(0x30, signer.issuer.dump(), integer(signer.serial_number)),
                SHA256,
                b"\xa0" + signed_attributes[1:],
                algorithm,
                octets(signature),
                *unsigned,
            ),
        ),
    )
    return node(0x30, oid(SIGNED_DATA), node(0xA0, body))


def signing_attributes(content_type: str, digest: bytes, certificate: x509.Certificate, algorithm: bytes) -> bytes:
    """The signed attributes: content type, digest, the signer's certificate by its hash, the algorithms used; a SET in DER."""
    body = parser.parse(algorithm)[4]
    return node(
        0x31,
        *sorted(
            (
                attribute("1.2.840.113549.1.9.3", oid(content_type)),
                attribute("1.2.840.113549.1.9.4", octets(digest)),
                attribute("1.2.840.113549.1.9.16.2.47", node(0x30, node(0x30, node(0x30, octets(certificate.sha256))))),
                attribute("1.2.840.113549.1.9.52", node(0x30, SHA256, node(0xA1, body))),
            )
        ),
    )


SHA256 = node(0x30, oid("2.16.840.1.101.3.4.2.1"))
DATA, SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
TIME_STAMP_ATTRIBUTE = "1.2.840.113549.1.9.16.2.14"


class FrozenToken(cms.ContentInfo):  # type: ignore[misc, unused-ignore]
    """A CMS value that gives back the bytes it was read from, whatever is built around it."""

    frozen: bytes = b""

    @classmethod
    def of(cls, encoded: bytes) -> FrozenToken:
        token: FrozenToken = cls.load(encoded)
        token.frozen = encoded
        return token

    def dump(self, force: bool = False) -> bytes:
        return self.frozen

    def _is_mutated(self) -> bool:
        return False


class FrozenStamper(TimeStamper):  # type: ignore[misc, unused-ignore]
    """Another time-stamp service, whose tokens come frozen."""

    def __init__(self, inner: TimeStamper) -> None:
        super().__init__(include_nonce=inner.include_nonce)  # type: ignore[no-untyped-call]
        self.inner = inner

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A token over the digest."""
        return _frozen(await self.inner.async_timestamp(message_digest, md_algorithm))

    async def async_dummy_response(self, md_algorithm: str) -> cms.ContentInfo:
        """A token for measuring how much room is needed."""
        return _frozen(await self.inner.async_dummy_response(md_algorithm))


def _frozen(token: cms.ContentInfo) -> FrozenToken:
    return token if isinstance(token, FrozenToken) else FrozenToken.of(as_read(token))
