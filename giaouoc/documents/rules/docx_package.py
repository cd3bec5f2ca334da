"""Opening a .docx from a stranger: its parts, within limits, or one sentence why not. Nothing outside the file is fetched.

The limits together hold the reading of any file under 2 seconds and 200 MB; ``test_import_hostile`` measures it."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote
from xml.parsers import expat

from lxml import etree

from .said import sentence

MAX_FILE = 20 * 1024 * 1024
MAX_PART = 32 * 1024 * 1024  # the main part, unpacked
MAX_SIDE_PART = 12 * 1024 * 1024  # styles, lists, notes
MAX_ENTRIES = 5000
MAX_ELEMENTS = 700_000  # over all parts that are read
MAX_BLOCK = 200_000  # elements inside one paragraph or table of the body
MAX_DEPTH = 120
MAX_ATTRIBUTES = 200  # of one element
MAX_TOKEN = 1024 * 1024  # bytes of one tag or comment
MAX_TEXT = 2_000_000  # letters of a part; the longest laws have under one million
MAX_RATIO = 250  # of a part over 8 MB, unpacked to packed
MAX_UNPACKED = 300 * 1024 * 1024  # all entries together, pictures too, as the archive itself says
CHUNK = 256 * 1024

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = ("xl/", "ppt/", "visio/")  # main parts of other programs


class UnreadableDraft(Exception):
    """A file that is not taken: a code of ``said.REFUSALS`` with its parameters; as text the sentence for the person."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return sentence(self.code, self.params)


@dataclass(frozen=True)
class Package:
    """The parts of a document that the reader needs; None where the document has none."""

    document: bytes
    styles: bytes | None
    numbering: bytes | None
    footnotes: bytes | None
    endnotes: bytes | None
    has_comments: bool
    comments: bytes | None = None  # these two only where they are asked for
    comments_extended: bytes | None = None


def open_package(data: bytes, *, margin: bool = False) -> Package:
    """The parts of a .docx, with what stands in its margin if ``margin``. Raises UnreadableDraft with the sentence for
    everything else."""
    if len(data) > MAX_FILE:
        raise UnreadableDraft("too_large")
    if not data.startswith(b"PK"):
        raise _not_zipped(data)
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:  # before anything is built of them
        raise UnreadableDraft("bomb")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Opened(archive).package(margin)
    except UnreadableDraft:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise UnreadableDraft("damaged") from error
    except (NotImplementedError, RuntimeError, KeyError) as error:  # foreign compression, encrypted entries
        raise UnreadableDraft("foreign_zip") from error


def _not_zipped(data: bytes) -> UnreadableDraft:
    """Why a file that is no zip is not taken."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf\0 \r\n\t")
    if not head and not data.strip(b"\0 \r\n\t"):
        return UnreadableDraft("empty")
    if data.startswith(OLE):
        return UnreadableDraft("password" if "EncryptedPackage".encode("utf-16-le") in data else "old_word")
    if head.startswith(b"%PDF-"):
        return UnreadableDraft("pdf")
    if head.startswith(b"{\\rtf"):
        return UnreadableDraft("rtf")
    if head.startswith((b"<?xml", b"<html", b"<HTML", b"<!DOCTYPE", b"<!doctype", b"MIME-Version")):
        return UnreadableDraft("web_page")
    return UnreadableDraft("not_word")


class _Opened:
    """An archive under its limits; what was spent of them is counted over all parts."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        entries = archive.infolist()
        if any(one.flag_bits & 1 for one in entries):
            raise UnreadableDraft("password")
        if any(one.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for one in entries):
            raise UnreadableDraft("foreign_zip")
        if sum(one.file_size for one in entries) > MAX_UNPACKED:
            raise UnreadableDraft("bomb")
        self.names = {one.filename.replace("\\", "/").lstrip("/").lower(): one for one in entries}
        self.elements = 0

    def package(self, margin: bool) -> Package:
        names = self.names
        if "mimetype" in names and "content.xml" in names:
            raise UnreadableDraft("odt")
        main = self._main_part()
        rels = posixpath.join(posixpath.dirname(main), "_rels", posixpath.basename(main) + ".rels")
        targets = self._relations(rels)

        def part(kind: str) -> bytes | None:
            entry = names.get(_inside(posixpath.dirname(main), targets[kind])) if kind in targets else None
            entry = entry or names.get(f"word/{kind.lower()}.xml")
            return self._xml(entry) if entry else None

        document = self._xml(names[main], body=True)
        return Package(
            document=document,
            styles=part("styles"),
            numbering=part("numbering"),
            footnotes=part("footnotes"),
            endnotes=part("endnotes"),
            has_comments=b"commentReference" in document or b"commentRangeStart" in document,
            comments=part("comments") if margin else None,
            comments_extended=part("commentsExtended") if margin else None,
        )

    def _relations(self, path: str) -> dict[str, str]:
        """Kind of relation (last word of its type) -> target, those inside the file only."""
        entry = self.names.get(path.lower())
        if entry is None:
            return {}
        found: dict[str, str] = {}
        for relation in parse_xml(self._xml(entry)):
            if isinstance(relation.tag, str) and relation.get("TargetMode", "Internal") != "External":
                found.setdefault((relation.get("Type") or "").rsplit("/", 1)[-1], relation.get("Target") or "")
        return found

    def _main_part(self) -> str:
        """The path of the main part: as the file's relations say, else as its list of types says, else the usual one."""
        target = self._relations("_rels/.rels").get("officeDocument")
        if target and (path := _inside("", target)) in self.names:
            if path.startswith(OTHERS):
                raise UnreadableDraft("not_word")
            return path
        types = self.names.get("[content_types].xml")
        if types is not None:
            for one in parse_xml(self._xml(types)):
                if re.search(r"word.*(document|template)\S*\.main\+xml$", one.get("ContentType", ""), re.I):
                    path = _inside("", one.get("PartName", ""))
                    if path in self.names:
                        return path
        if "word/document.xml" in self.names:
            return "word/document.xml"
        raise UnreadableDraft("not_word")

    def _xml(self, entry: zipfile.ZipInfo, *, body: bool = False) -> bytes:
        """The bytes of an XML part in UTF-8, within the limits, in the transitional namespaces; never a document type."""
        limit = MAX_PART if body else MAX_SIDE_PART
        if entry.file_size > limit:
            raise UnreadableDraft("bomb")
        with self.archive.open(entry) as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise UnreadableDraft("bomb")
        if len(data) > 8 * 1024 * 1024 and len(data) > MAX_RATIO * max(entry.compress_size, 1):
            raise UnreadableDraft("bomb")
        data = _in_utf8(data, limit)
        if data.count(b"<") - data.count(b"</") > MAX_ELEMENTS - self.elements:  # at once, before any is built
            raise UnreadableDraft("bomb")
        self.elements += _inspect(data, MAX_ELEMENTS - self.elements, body=body)
        for strict, usual in STRICT.items():
            if strict in data:
                data = data.replace(strict, usual)
        return data


def _inside(folder: str, target: str) -> str:
    """The name of a part that a relation names, as the archive's names are kept."""
    target = unquote(target.replace("\\", "/"))
    path = target if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(path).lstrip("/").lower()


_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""")


def _in_utf8(data: bytes, limit: int) -> bytes:
    """The same XML in UTF-8, without what declares another encoding."""
    code = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ""
    declared = _DECLARED.match(data[:200])
    if not code and declared is not None and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii", b"ascii"}:
        code = declared[1].decode("ascii")
    if not code:
        return data
    try:
        text = data.decode(code)
    except (UnicodeDecodeError, LookupError) as error:
        raise UnreadableDraft("damaged") from error
    found = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1).encode()
    if len(found) > limit:
        raise UnreadableDraft("bomb")
    return found


def _inspect(data: bytes, allowed: int, *, body: bool) -> int:
    """Walk the XML without building it: no document type, not too deep, not too much. Returns its number of elements."""
    depth = count = block = letters = 0

    def start(name: str, attributes: list[str]) -> None:
        nonlocal depth, count, block
        depth += 1
        count += 1
        block = 0 if depth <= 3 else block + 1 + len(attributes) // 4
        if depth > MAX_DEPTH or count > allowed or (body and block > MAX_BLOCK) or len(attributes) > 2 * MAX_ATTRIBUTES:
            raise UnreadableDraft("bomb")

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    def text(words: str) -> None:
        nonlocal letters
        letters += len(words)
        if letters > MAX_TEXT:
            raise UnreadableDraft("too_long")

    def doctype(*_args: object) -> None:
        raise UnreadableDraft("doctype")

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    try:
        for at in range(0, len(data), CHUNK):
            parser.Parse(data[at : at + CHUNK], False)
            if at + CHUNK - parser.CurrentByteIndex > MAX_TOKEN + CHUNK:
                raise UnreadableDraft("bomb")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableDraft("damaged") from error
    return count


def parse_xml(data: bytes) -> etree._Element:
    """A small part as a tree."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableDraft("damaged") from error


def each(data: bytes, *names: str) -> Iterator[etree._Element]:
    """The elements of these names right below the root, one at a time; what was read is let go at once."""
    options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}
    wanted = tuple(f"{{{W}}}{name}" for name in names)
    try:
        for _event, element in etree.iterparse(io.BytesIO(data), events=("end",), tag=wanted, **options):
            parent = element.getparent()
            if parent is None or parent.getparent() is not None:
                continue
            yield element
            element.clear()
            while element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise UnreadableDraft("damaged") from error
