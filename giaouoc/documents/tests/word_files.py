"""Word files for tests, written part by part: paragraphs and tables as real programs write them, and whole packages.

Everything is a string of WordprocessingML; ``docx`` zips it. Nothing here reads a file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/wordprocessingml/main"
W = f'xmlns:w="{MAIN}"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    f'Type="{RELATION}officeDocument" Target="{{}}"/></Relationships>'
)


def run(text: str, about: str = "") -> str:
    """A run; tabs and line ends become Word's own. ``about``: the inside of its properties."""
    breaks = {"\t": "<w:tab/>", "\n": "<w:br/>", "\f": '<w:br w:type="page"/>'}
    inside, word = "", ""
    for letter in text + "\0":
        if letter in breaks or letter == "\0":
            inside += f'<w:t xml:space="preserve">{word}</w:t>' if word else ""
            inside += breaks.get(letter, "")
            word = ""
        else:
            word += {"&": "&amp;", "<": "&lt;"}.get(letter, letter)
    return f"<w:r>{f'<w:rPr>{about}</w:rPr>' if about else ''}{inside}</w:r>"


def para(
    text: str = "",
    *,
    bold: bool = False,
    centred: bool = False,
    right: bool = False,
    style: str = "",
    list_: tuple[int, int] | None = None,
    inner: str = "",
    mark: str = "",
) -> str:
    """A paragraph. ``list_``: (numId, level); ``inner``: further runs; ``mark``: properties of the paragraph's own mark."""
    about = f'<w:pStyle w:val="{style}"/>' if style else ""
    if list_ is not None:
        about += f'<w:numPr><w:ilvl w:val="{list_[1]}"/><w:numId w:val="{list_[0]}"/></w:numPr>'
    about += '<w:jc w:val="center"/>' if centred else '<w:jc w:val="right"/>' if right else ""
    about += f"<w:rPr>{mark}</w:rPr>" if mark else ""
    return f"<w:p><w:pPr>{about}</w:pPr>{run(text, '<w:b/>' if bold else '') if text else ''}{inner}</w:p>"


def head(text: str) -> str:
    """A line of a title: bold, centred."""
    return para(text, bold=True, centred=True)


def cell(*lines: str, about: str = "") -> str:
    """A cell of paragraphs; plain words become one."""
    inside = "".join(one if one.startswith("<w:") else para(one) for one in lines) or "<w:p/>"
    return f"<w:tc>{f'<w:tcPr>{about}</w:tcPr>' if about else ''}{inside}</w:tc>"


def table(rows: Sequence[Sequence[str | Sequence[str]]], *, bordered: bool = True, style: str = "") -> str:
    """A table; a cell is its words, a list of lines, or ready XML of a cell."""
    about = f'<w:tblStyle w:val="{style}"/>' if style else ""
    if bordered and not style:
        about += '<w:tblBorders><w:top w:val="single" w:sz="4"/></w:tblBorders>'
    inside = ""
    for row in rows:
        cells = [one if isinstance(one, str) and one.startswith("<w:tc>") else _cell(one) for one in row]
        inside += f"<w:tr>{''.join(cells)}</w:tr>"
    return f"<w:tbl><w:tblPr>{about}</w:tblPr>{inside}</w:tbl>"


def _cell(words: str | Sequence[str]) -> str:
    return cell(words) if isinstance(words, str) else cell(*words)


def letterhead(issuer: str = "BỘ NỘI VỤ") -> str:
    """The borderless table at the top of a paper."""
    motto = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Hà Nội, ngày 01 tháng 02 năm 2026"]
    return table([[[issuer, "______", "Số: 12/2026/QĐ-BNV"], motto]], bordered=False)


def signature(post: str = "BỘ TRƯỞNG") -> str:
    """The borderless table at the end of a paper."""
    return table([[["Nơi nhận:", "- Như Điều 2;", "- Lưu: VT."], [post, "(Đã ký)"]]], bordered=False)


def numbering(levels: Sequence[tuple[str, str] | tuple[str, str, str]], nums: str = "") -> str:
    """numbering.xml with one list, number 5. ``levels``: (form, text, linked style); ``nums``: further uses of it."""
    inside = ""
    for at, level in enumerate(levels):
        linked = f'<w:pStyle w:val="{level[2]}"/>' if len(level) > 2 else ""
        inside += (
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{level[0]}"/>{linked}<w:lvlText w:val="{level[1]}"/>'
            "</w:lvl>"
        )
    return (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{inside}</w:abstractNum>'
        f'<w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num>{nums}</w:numbering>'
    )


def box(text: str) -> str:
    """A run with a text box, said twice: for newer programs and for older ones."""
    content = f"<w:txbxContent>{para(text)}</w:txbxContent>"
    return (
        f'<w:r><mc:AlternateContent {MC}><mc:Choice Requires="wps"><w:drawing>{content}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{content}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def docx(
    *blocks: str,
    main: str = "word/document.xml",
    target: str = "",
    namespace: str = W,
    extra: dict[str, str | bytes] | None = None,
    encoding: str = "utf-8",
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A .docx of these blocks. ``target``: how the package's relations name the main part; ``extra``: further parts."""
    document = f"<w:document {namespace}><w:body>{''.join(blocks)}</w:body></w:document>"
    return package(document, main=main, target=target, extra=extra, encoding=encoding, method=method)


def package(
    document: str | bytes,
    *,
    main: str = "word/document.xml",
    target: str = "",
    extra: dict[str, str | bytes] | None = None,
    encoding: str = "utf-8",
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A .docx whose main part is this."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", RELS.format(target or main))
        if isinstance(document, str):
            document = document.encode(encoding)
        archive.writestr(main, document)
        for name, text in (extra or {}).items():
            archive.writestr(name, text)
    return out.getvalue()


def walk(nodes: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every node in reading order."""
    for node in nodes:
        yield node
        yield from walk(node["children"])


def outline(tree: Sequence[dict[str, Any]], depth: int = 0) -> list[str]:
    """The tree as lines to compare by eye: '  point a | heading | text'."""
    found = []
    for node in tree:
        cells = " / ".join(" ; ".join(row) for row in node.get("rows", []))
        parts = [node["kind"], str(node["number"] or "")]
        words = " | ".join(one.replace("\n", "⏎") for one in (node["heading"] or "", node["text"], cells))
        found.append(f"{'  ' * depth}{' '.join(filter(None, parts))} | {words}".rstrip(" |"))
        found += outline(node["children"], depth + 1)
    return found


def everything(tree: Sequence[dict[str, Any]]) -> str:
    """All words of a tree in reading order, each part on its own line."""
    found: list[str] = []
    for node in walk(tree):
        found += filter(None, [node["heading"], node["text"]])
        found += [one for row in node.get("rows", []) for one in row if one]
        found += node.get("notes", [])
    return "\n".join(found)
