"""Papers for the tests of the signing engine: a tagged PDF/A-2a + PDF/UA-1 by Typst, a trial authority, signers,
attacks."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import typst
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from giaouoc.signing.engine.fields import QuietWriter, SlotSpec, entry, prepare
from giaouoc.signing.engine.keys import HeldKey
from giaouoc.signing.engine.look import fonts
from giaouoc.signing.engine.sign import renew, seal, sign
from giaouoc.signing.engine.step import Step
from giaouoc.signing.engine.trial import RevocationData, TrialAuthority
from giaouoc.signing.engine.trust import TrustFolder

NOW = datetime(2026, 3, 6, 2, 15, 27, tzinfo=UTC)
LETTERS = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"
UNITS = (
    ("CQD", "Ban Tuyên giáo và Dân vận Đảng ủy các cơ quan Đảng Thành phố"),
    ("UBND", "Ban Tuyên giáo và Dân vận Đảng ủy Ủy ban nhân dân Thành phố"),
    ("CA", "Ban Tuyên giáo và Dân vận Đảng ủy Công an Thành phố"),
    ("QS", "Ban Tuyên giáo và Dân vận Đảng ủy Quân sự Thành phố"),
    ("ĐHQG", "Ban Tuyên giáo và Dân vận Đảng ủy Đại học Quốc gia Thành phố"),
)
SOURCE = """
#set document(title: "Giao ước thi đua năm 2026", author: "Cụm thi đua 17", date: auto)
#set text(font: "Libertinus Serif", lang: "vi", fallback: false, size: 12pt)
#set page(paper: "a4", margin: 2cm)
= Giao ước thi đua năm 2026
Các đơn vị cùng giao ước thực hiện tốt nhiệm vụ.

LOWER

UPPER

#table(columns: 2, table.header[*Đơn vị*][*Chỉ tiêu*], [Công an], [100%], [Quân sự], [98,5%])
#pagebreak()
== Chữ ký
Đại diện các đơn vị ký tên.
"""


@cache
def paper() -> bytes:
    """The unsigned text, two pages, with all 146 Vietnamese letters in words of two."""
    words = " ".join(f"{c}b" for c in LETTERS)
    source = SOURCE.replace("LOWER", words).replace("UPPER", words.upper())
    pdf = typst.compile(
        source.encode(),
        font_paths=fonts(),
        ignore_system_fonts=True,
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(NOW.timestamp()),
    )
    assert isinstance(pdf, bytes)
    return pdf


def slots(units: Iterable[tuple[str, str]] = UNITS) -> list[SlotSpec]:
    """A box for each unit on the second page: two large ones in a row, or six small ones when there are many."""
    places = list(units)
    width, height, columns = (170, 71, 2) if len(places) <= 14 else (82, 44, 6)
    return [
        SlotSpec(code, name, 1, _rect(i, width, height, columns), i, "Trưởng ban")
        for i, (code, name) in enumerate(places)
    ]


def _rect(i: int, width: float, height: float, columns: int) -> tuple[float, float, float, float]:
    x = 50 + (i % columns) * (width + 2)
    y = 640 - (i // columns) * (height + 6)
    return (x, y, x + width, y + height)


def many(count: int) -> list[tuple[str, str]]:
    """That many units, the five first."""
    return [*UNITS, *((f"DV{i}", f"Đơn vị thứ {i}") for i in range(6, count + 1))][:count]


@dataclass
class Office:
    """A trial authority in a folder of its own, and a clock that the test moves."""

    folder: Path
    now: datetime = NOW
    authority: TrialAuthority = field(init=False)

    def __post_init__(self) -> None:
        self.authority = TrialAuthority.open(self.folder, self.now)

    @property
    def trust(self) -> TrustFolder:
        return TrustFolder.load(self.folder / "trust")

    def key(self, slot: SlotSpec) -> HeldKey:
        return self.authority.issue(slot.unit_code, slot.unit_name, slot.post, self.now)

    def step(self, head: bytes, slot: SlotSpec, key: HeldKey | None = None) -> Step:
        return sign(
            head,
            field=slot.field,
            key=key or self.key(slot),
            stamper=self.authority.time_stamper(lambda: self.now),
            now=self.now,
            trust=self.trust,
            revocation=self.revocation,
        )

    @property
    def revocation(self) -> RevocationData:
        return self.authority.revocation_data(self.now)

    def seal(self, head: bytes) -> bytes:
        return seal(
            head,
            stamper=self.authority.time_stamper(lambda: self.now),
            trust=self.trust,
            revocation=self.revocation,
        )


@dataclass(frozen=True)
class Pact:
    """A pact signed by all: each revision in order (prepared, after each signature, sealed last)."""

    office: Office
    revisions: tuple[bytes, ...]
    slots: tuple[SlotSpec, ...]

    @property
    def sealed(self) -> bytes:
        return self.revisions[-1]

    @property
    def signed(self) -> bytes:
        """Signed by all, not yet sealed."""
        return self.revisions[-2]


def sign_all(office: Office, order: Iterable[int] | None = None, count: int = 5) -> Pact:
    """The whole course, in an order of signing."""
    places = slots(many(count))
    revisions = [prepare(paper(), places)]
    for i in order if order is not None else range(count):
        office.now += timedelta(minutes=1)
        revisions.append(office.step(revisions[-1], places[i]).data)
    office.now += timedelta(minutes=1)
    revisions.append(office.seal(revisions[-1]))
    return Pact(office, tuple(revisions), tuple(places))


@cache
def pact() -> Pact:
    """The pact of five, made once for all tests of a process."""
    return sign_all(Office(Path(mkdtemp(prefix="giaouoc-trial-"))))


@cache
def renewed() -> bytes:
    """The pact of five with its seal renewed a year later."""
    office = Office(Path(mkdtemp(prefix="giaouoc-trial-")))
    office.authority = pact().office.authority
    office.now = pact().office.now + timedelta(days=365)
    return renew(
        pact().sealed,
        stamper=office.authority.time_stamper(lambda: office.now),
        trust=pact().office.trust,
        revocation=office.revocation,
    )


def at_step(number: int) -> bytes:
    """0: prepared; 1 to 5: after each signature; 6: sealed; 7: renewed."""
    return renewed() if number == 7 else pact().revisions[number]


def copy_of(office: Office, folder: Path) -> Office:
    """The same authority in another folder, for a test that changes it."""
    shutil.copytree(office.folder, folder, dirs_exist_ok=True)
    return Office(folder, office.now)


def updated(data: bytes, change: Callable[[QuietWriter], None]) -> bytes:
    """The file with an incremental update that ``change`` makes."""
    writer = QuietWriter(io.BytesIO(data))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def add_page(writer: QuietWriter) -> None:
    pages = writer.root["/Pages"]
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): writer.root.raw_get("/Pages"),
            pdf_name("/MediaBox"): generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 595, 842)]),
            pdf_name("/Resources"): generic.DictionaryObject(),
        }
    )
    pages["/Kids"].append(writer.add_object(page))
    pages[pdf_name("/Count")] = generic.NumberObject(int(pages["/Count"]) + 1)
    writer.update_container(pages)
    writer.update_container(pages["/Kids"])


def white_box(writer: QuietWriter) -> None:
    stream = generic.StreamObject(stream_data=b"q 1 1 1 rg 50 500 400 200 re f Q")
    writer.add_stream_to_page(0, writer.add_object(stream))


def note(writer: QuietWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    annotation = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (60, 500, 300, 560)]),
            pdf_name("/Contents"): generic.pdf_string("Chỉ tiêu 10%"),
            pdf_name("/DA"): generic.pdf_string("/Helv 12 Tf 0 g"),
        }
    )
    page[pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(annotation)])
    writer.update_container(page)


def other_look(writer: QuietWriter) -> None:
    field_ = writer.root["/AcroForm"]["/Fields"][0]
    form = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 170, 71)]),
        },
        stream_data=b"q 0 0 170 71 re f Q",
    )
    field_[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})
    writer.update_container(field_)


def swapped_content(writer: QuietWriter) -> None:
    """The page's own content stream, written anew under its old number."""
    page = writer.root["/Pages"]["/Kids"][0]
    contents = page["/Contents"]
    stream = contents if isinstance(contents, generic.StreamObject) else contents[0]
    replaced = generic.StreamObject(stream_data=stream.data.replace(b"Tj", b"Tj ") + b"\nq Q")
    reference = stream.container_ref
    writer.objects[(reference.generation, reference.idnum)] = replaced


def open_action(writer: QuietWriter) -> None:
    script = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert('x');")}
    )
    writer.root[pdf_name("/OpenAction")] = writer.add_object(script)
    writer.update_root()


def other_metadata(writer: QuietWriter) -> None:
    xmp = (
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta><?xpacket end="w"?>'
    )
    stream = generic.StreamObject(
        {pdf_name("/Type"): pdf_name("/Metadata"), pdf_name("/Subtype"): pdf_name("/XML")}, stream_data=xmp
    )
    writer.root[pdf_name("/Metadata")] = writer.add_object(stream)
    writer.update_root()


def other_title(writer: QuietWriter) -> None:
    info = writer.trailer["/Info"]
    info[pdf_name("/Title")] = generic.pdf_string("Giao ước khác")
    writer.mark_update(writer.trailer.raw_get("/Info"))


def stray_object(writer: QuietWriter) -> None:
    writer.add_object(generic.DictionaryObject({pdf_name("/Hidden"): pdf_name("/Yes")}))


def dropped_field(writer: QuietWriter) -> None:
    fields = writer.root["/AcroForm"]["/Fields"]
    del fields[-1]
    writer.update_container(fields)


def emptied_field(writer: QuietWriter) -> None:
    field_ = writer.root["/AcroForm"]["/Fields"][0]
    del field_["/V"]
    writer.update_container(field_)


def renamed_unit(writer: QuietWriter) -> None:
    field_ = writer.root["/AcroForm"]["/Fields"][1]
    field_[pdf_name("/TU")] = generic.pdf_string("Đơn vị khác")
    writer.update_container(field_)


def text_field(writer: QuietWriter) -> None:
    field_ = generic.DictionaryObject(
        {
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.pdf_string("ghi_chu"),
            pdf_name("/V"): generic.pdf_string("thêm"),
        }
    )
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(writer.add_object(field_))
    writer.update_container(fields)


def security_store(writer: QuietWriter) -> None:
    store = entry(writer.root, "/DSS")
    stream = writer.add_object(generic.StreamObject(stream_data=b"\x30\x00"))
    if store is None:
        writer.root[pdf_name("/DSS")] = writer.add_object(
            generic.DictionaryObject({pdf_name("/CRLs"): generic.ArrayObject([stream])})
        )
        writer.update_root()
        return
    store[pdf_name("/CRLs")] = generic.ArrayObject([*store["/CRLs"], stream])
    writer.update_container(store)
    writer.mark_update(writer.root.raw_get("/DSS"))


UPDATES: tuple[Callable[[QuietWriter], None], ...] = (
    add_page,
    white_box,
    note,
    other_look,
    swapped_content,
    open_action,
    other_metadata,
    other_title,
    stray_object,
    dropped_field,
    emptied_field,
    renamed_unit,
    text_field,
    security_store,
)
