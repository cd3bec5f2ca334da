"""Opening a .docx from a stranger: its parts, within limits, or one sentence why not. Nothing outside the file is fetched."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from xml.parsers import expat

from lxml import etree

MAX_FILE = 20 * 1024 * 1024
MAX_PART = 32 * 1024 * 1024
MAX_ENTRIES = 5000
MAX_ELEMENTS = 1_500_000
MAX_BLOCK = 250_000  # elements inside one paragraph or table of the body
MAX_DEPTH = 120
MAX_RATIO = 250  # of a part over 1 MB, unpacked to packed

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class UnreadableDraft(Exception):
    """A file that is not taken; its text is the sentence for the person who gave it."""


TOO_LARGE = "Tệp lớn hơn 20 MB; hãy nén ảnh trong Word (Nén ảnh) rồi tải lại."
DAMAGED = "Tệp Word bị hỏng hoặc tải lên chưa trọn; hãy mở bằng Word, lưu lại rồi tải lên lần nữa."
BOMB = "Tệp này khi giải nén lớn bất thường nên không được đọc; hãy lưu lại bằng Word rồi tải lên lần nữa."
NOT_WORD = "Tệp này không phải tài liệu Word (.docx)."


@dataclass(frozen=True)
class Package:
    """The parts of a document that the reader needs; None where the document has none."""

    document: bytes
    styles: bytes | None
    numbering: bytes | None
    footnotes: bytes | None
    endnotes: bytes | None
    has_comments: bool


def open_package(data: bytes) -> Package:
    """The parts of a .docx. Raises UnreadableDraft with the sentence for everything else."""
    if len(data) > MAX_FILE:
        raise UnreadableDraft(TOO_LARGE)
    if not data.strip(b"\0 \r\n\t"):
        raise UnreadableDraft("Tệp trống, không có nội dung nào.")
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableDraft("Tệp có mật khẩu nên không đọc được; hãy bỏ mật khẩu trong Word rồi tải lại.")
        raise UnreadableDraft("Tệp ở dạng Word cũ (.doc); hãy lưu thành .docx trong Word rồi tải lại.")
    if data.lstrip()[:5] == b"%PDF-":
        raise UnreadableDraft("Đây là tệp PDF; hãy tải lên bản Word (.docx) của dự thảo.")
    if data.lstrip()[:5] == b"{\\rtf":
        raise UnreadableDraft("Tệp ở dạng RTF; hãy lưu thành .docx trong Word rồi tải lại.")
    if not data.startswith(b"PK"):
        raise UnreadableDraft(NOT_WORD)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _parts(archive)
    except UnreadableDraft:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise UnreadableDraft(DAMAGED) from error
    except (NotImplementedError, RuntimeError, KeyError) as error:  # foreign compression, encrypted entries
        raise UnreadableDraft("Tệp nén theo cách mà Word không dùng; hãy lưu lại bằng Word rồi tải lên.") from error


def _parts(archive: zipfile.ZipFile) -> Package:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise UnreadableDraft(BOMB)
    if any(one.flag_bits & 1 for one in entries):
        raise UnreadableDraft("Tệp có mật khẩu nên không đọc được; hãy bỏ mật khẩu trong Word rồi tải lại.")
    names = {one.filename.replace("\\", "/").lstrip("/").lower(): one for one in entries}
    if "mimetype" in names and "content.xml" in names:
        raise UnreadableDraft("Tệp ở dạng OpenDocument (.odt); hãy lưu thành .docx rồi tải lại.")
    main = _main_part(archive, names)
    targets = _relations(
        archive, names, posixpath.join(posixpath.dirname(main), "_rels", posixpath.basename(main) + ".rels")
    )

    def part(kind: str) -> bytes | None:
        target = targets.get(kind)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(main), target)) if target else ""
        path = target.lstrip("/") if target and target.startswith("/") else path
        entry = names.get(path.lower()) or names.get(f"word/{kind}.xml")
        return _xml(archive, entry) if entry else None

    document = _xml(archive, names[main], body=True)
    return Package(
        document=document,
        styles=part("styles"),
        numbering=part("numbering"),
        footnotes=part("footnotes"),
        endnotes=part("endnotes"),
        has_comments=b"commentReference" in document or b"commentRangeStart" in document,
    )


def _relations(archive: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo], path: str) -> dict[str, str]:
    """Kind of relation (last word of its type) -> target, those inside the file only."""
    entry = names.get(path.lower())
    if entry is None:
        return {}
    root = parse_xml(_xml(archive, entry))
    found: dict[str, str] = {}
    for relation in root:
        if isinstance(relation.tag, str) and relation.get("TargetMode", "Internal") != "External":
            found.setdefault((relation.get("Type") or "").rsplit("/", 1)[-1], relation.get("Target") or "")
    return found


def _main_part(archive: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> str:
    target = _relations(archive, names, "_rels/.rels").get("officeDocument", "")
    for path in (posixpath.normpath(target.lstrip("/")).lower(), "word/document.xml"):
        if target and path in names:
            if path.startswith(("xl/", "ppt/")):
                break
            return path
        target = target or path
    if "[content_types].xml" not in names and "word/document.xml" not in names:
        raise UnreadableDraft(NOT_WORD)
    if "word/document.xml" in names:
        return "word/document.xml"
    raise UnreadableDraft(NOT_WORD)


def _xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, body: bool = False) -> bytes:
    """The bytes of an XML part, within the limits, in the transitional namespaces; never a document type."""
    if entry.file_size > MAX_PART:
        raise UnreadableDraft(BOMB)
    with archive.open(entry) as stream:
        data = stream.read(MAX_PART + 1)
    if len(data) > MAX_PART:
        raise UnreadableDraft(BOMB)
    if len(data) > 1024 * 1024 and len(data) > MAX_RATIO * max(entry.compress_size, 1):
        raise UnreadableDraft(BOMB)
    _inspect(data, body=body)
    for strict, usual in STRICT.items():
        if strict in data:
            data = data.replace(strict, usual)
    return data


def _inspect(data: bytes, *, body: bool) -> None:
    """Walk the XML without building it: no document type, not too deep, not too many elements."""
    depth = count = block = 0

    def start(name: str, attributes: list[str]) -> None:
        nonlocal depth, count, block
        depth += 1
        count += 1
        block = 0 if depth <= 3 else block + 1 + len(attributes) // 4
        if depth > MAX_DEPTH or count > MAX_ELEMENTS or (body and block > MAX_BLOCK):
            raise UnreadableDraft(BOMB)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_args: object) -> None:
        raise UnreadableDraft("Tệp chứa khai báo XML mà Word không dùng nên không được đọc; hãy lưu lại bằng Word.")

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UnreadableDraft(DAMAGED) from error


def parse_xml(data: bytes) -> etree._Element:
    """A small part as a tree."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableDraft(DAMAGED) from error
